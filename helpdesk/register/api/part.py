"""What a fetch has so far, in a file beside the one that it makes: it goes on after any end."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple, Self

from helpdesk.errors import BadValue, CannotWrite

ENDING = ".part"

PLAN = b'{"plan":'
"""How the first line begins."""

Answer = dict[str, Any] | str
"""What came of one id: its document, or why there is none."""


class Plan(NamedTuple):
    """What is to be fetched, and how that became known."""

    url: str
    asked: str  #: since when, in the words of the command; "" for all
    until: datetime  #: what was changed later is for the next fetch
    ids: tuple[tuple[str, tuple[str, ...]], ...]  #: of each place
    missed: int = 0  #: by how many the lists fell short of what they said
    strange: int = 0  #: ids that no load would take

    @property
    def wanted(self) -> Iterator[tuple[str, str]]:
        """Each document's place and id."""
        return ((place, each) for place, ids in self.ids for each in ids)

    @property
    def total(self) -> int:
        return sum(len(ids) for _, ids in self.ids)


class Part:
    """The file of a fetch that is not done: its plan in the first line, then one for each answer.

    The answers stand in the order of the plan's ids, each written whole before the next: whatever
    ends the fetch, no more is lost than what was under way.
    """

    def __init__(self, into: Path) -> None:
        self.into = into
        self.path = into.with_name(into.name + ENDING)
        self.plan: Plan | None = None
        self.answered = 0
        try:
            self._file: IO[bytes] = self.path.open("a+b")
        except OSError as error:
            raise CannotWrite(f"{self.path} cannot be written: {error.strerror}") from error
        try:
            _hold(self._file, self.path)
            self._read()
        except BadValue:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        if self.plan is None:  # nothing is known yet
            self.path.unlink(missing_ok=True)

    def begin(self, plan: Plan) -> None:
        """Write down what is to be fetched."""
        values = {"plan": plan._replace(until=plan.until.isoformat())._asdict()}  # type: ignore[arg-type]  # as JSON has it
        self._append([values])
        os.fsync(self._file.fileno())
        self.plan = plan

    def add(self, answers: Iterable[Answer]) -> None:
        """Write down the next answers."""
        self.answered += self._append(answers)

    def answers(self) -> Iterator[tuple[str, str, Answer]]:
        """What came of each id so far, with its place."""
        lines = self._lines()
        next(lines)
        wanted = self.plan.wanted if self.plan else iter(())
        for (place, number), line in zip(wanted, lines, strict=False):
            yield place, number, json.loads(line)

    def finish(self) -> None:
        """Write the documents into their own file, one a line: whole, or not at all."""
        new = self.into.with_name(self.into.name + ".new")
        with new.open("w", encoding="ascii") as file:
            for _, _, answer in self.answers():
                if isinstance(answer, dict):
                    file.write(_line(answer))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.into)

    def let_go(self) -> None:
        """Forget the fetch: what it brought is where it belongs."""
        self.plan = None

    def _append(self, values: Iterable[object]) -> int:
        lines = [_line(value) for value in values]
        self._file.write("".join(lines).encode("ascii"))
        self._file.flush()
        return len(lines)

    def _read(self) -> None:
        """Find out how far it came; what was written by half is cut off."""
        lines = self._lines()
        first = next(lines, b"")
        self.plan = _plan(_value(first))
        if not (self.plan or _is_half_a_plan(first)):
            raise BadValue(f"{self.path} is none of ours: name another file with --into")
        end = len(first) if self.plan else 0
        for line in lines:
            if not isinstance(_value(line), dict | str):
                break
            end += len(line)
            self.answered += 1
        self._file.truncate(end)

    def _lines(self) -> Iterator[bytes]:
        self._file.seek(0)
        return iter(self._file)


def unfinished(folder: Path, name: str, asked: str) -> Path | None:
    """The file that a fetch like this was to make and has not, the newest first."""
    parts = sorted(folder.glob(f"{name}*{ENDING}"), reverse=True)
    return next((each.with_suffix("") for each in parts if _asked(each) == asked), None)


def _asked(path: Path) -> str | None:
    with suppress(OSError), path.open("rb") as file:
        plan = _plan(_value(file.readline()))
        return plan.asked if plan else None
    return None


def _line(value: object) -> str:
    return json.dumps(value, separators=(",", ":")) + "\n"


def _value(line: bytes) -> Any:
    """What a whole line holds; None for half of one."""
    with suppress(ValueError):
        return json.loads(line) if line.endswith(b"\n") else None
    return None


def _plan(value: object) -> Plan | None:
    match value:
        case {
            "plan": {
                "url": str(url),
                "asked": str(asked),
                "until": str(until),
                "ids": list(ids),
                "missed": int(missed),
                "strange": int(strange),
            }
        }:
            known = tuple((str(place), tuple(map(str, each))) for place, each in ids)
            return Plan(url, asked, datetime.fromisoformat(until), known, missed, strange)
    return None


def _is_half_a_plan(line: bytes) -> bool:
    return not line.endswith(b"\n") and line[: len(PLAN)] == PLAN[: len(line)]


def _hold(file: IO[bytes], path: Path) -> None:
    """Keep everybody else off the file; where the system knows no such locks, trust in people."""
    with suppress(ImportError):
        import fcntl  # noqa: PLC0415  # not everywhere

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BadValue(f"somebody else is fetching into {path} now") from None
