"""One table of the register while files are loaded: what it held, and what they add to it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from helpdesk.register.entries import Reject
from helpdesk.register.twins import twins

FROM_ODS = ("code", "parent_code")
"""What ODS knows best; the rest of a location or provider is CQC's to say."""

FILLED_FROM_ODS = ("address", "postcode", "postcode_key", "phone", "phone_key")
"""What is taken from ODS where CQC is silent."""

Values = dict[str, Any]


@dataclass(eq=False)
class Tally:
    """What came of one file. Rows are counted, of locations and of providers."""

    file: str
    read: int = 0  #: its pieces, whatever became of them
    new: int = 0
    changed: int = 0
    touched: int = 0  #: rows that it says something of
    unlisted: int = 0  #: rows that an earlier list had, and this one has not
    skipped: Counter[str] = field(default_factory=Counter)
    rejected: list[Reject] = field(default_factory=list)

    @property
    def unchanged(self) -> int:
        return max(0, self.touched - self.new - self.changed)


@dataclass(eq=False, slots=True)
class Held:
    """One row: as the database has it, and as the files leave it."""

    values: Values
    source: str  #: the file that last changed it
    id: int | None = None
    before: Values = field(default_factory=dict)  #: of what was put: as the database has it
    made_in: Tally | None = None  #: the file that first spoke of it
    altered_in: Tally | None = None  #: the file that last said something new of it
    seen_in: Tally | None = None
    gone: bool = False  #: it turned out to be the same as another, and was merged into that

    @property
    def is_changed(self) -> bool:
        """Whether it differs in the end: what one file put, another may have put back."""
        return self.id is not None and any(
            self.values[name] != value for name, value in self.before.items()
        )

    def put(self, name: str, value: object, file: Tally) -> None:
        held = self.values[name]
        if held == value or (name == "address" and f"{held},".startswith(f"{value},")):
            return  # the directory leaves out the county: that is no change of address
        self.before.setdefault(name, held)
        self.values[name], self.source, self.altered_in = value, file.file, file

    def note_listed(self, *, listed: bool) -> None:
        """Note whether a list of all places has it: that by itself is no change of it."""
        self.before.setdefault("listed", self.values["listed"])
        self.values["listed"] = listed


class Claim(NamedTuple):
    """A file gives one organisation the code of another."""

    code: str
    held: Held
    file: Tally


class Ledger:
    """All rows of one table, found by CQC id or code. Nothing here touches the database."""

    def __init__(self, blank: Values, rows: Iterable[Values], former: dict[str, int]) -> None:
        """`former`: codes that a row bore once, and no other may bear ever."""
        self.merged: dict[int, int] = {}  #: id of a row that is to go -> id of its survivor
        self._claims: dict[tuple[str, int], Claim] = {}
        self._former = former
        self._successions: list[tuple[str, str, Tally]] = []
        self._blank = blank
        self._held: list[Held] = []
        self._by_cqc_id: dict[str, Held] = {}
        self._by_code: dict[str, Held] = {}
        self._loose: dict[str, Held] = {}  # by code: those that only ODS knows
        for values in rows:
            self._keep(Held(values, values.pop("source"), values.pop("id")))

    def rows(self) -> Iterator[Held]:
        """All rows, but those that were merged into others."""
        return (held for held in self._held if not held.gone)

    @property
    def claims(self) -> list[Claim]:
        """Which codes files gave to a second organisation."""
        return [claim for claim in self._claims.values() if not claim.held.gone]

    def take(self, said: Values, file: Tally) -> None:
        """Take in what a file says of one row; "" and None say nothing."""
        held = self._find(said) or self._keep(
            Held({**self._blank, "cqc_id": said["cqc_id"] or None}, file.file, made_in=file)
        )
        if held.seen_in is not file:
            held.seen_in = file
            file.touched += 1
        self._add(held, said, file)

    def note_succession(self, code: str, successor_code: str, file: Tally) -> None:
        """Note which code followed on which; what becomes of it `follow` decides."""
        self._successions.append((code, successor_code, file))

    def follow(self) -> None:
        """Name the successors that were told by their codes: by CQC id where there is one."""
        for code, successor_code, file in self._successions:
            held, successor = self._bearer(code), self._bearer(successor_code)
            known = successor.values["cqc_id"] if successor else None
            if held and not held.values["successors"]:
                held.put("successors", known or successor_code, file)

    def merge_twins(self) -> None:
        """Make one of two rows that are one: what only ODS knows, and what CQC says of it."""
        for loose in list(self._loose.values()):
            if known := self._by_code.get(loose.values["code"]):
                self._merge(loose, into=known)
        for known, loose in twins(
            [held for held in self._by_cqc_id.values() if not held.values["code"]],
            [held for held in self._loose.values() if not held.gone],
            values=lambda held: held.values,
        ):
            self._merge(loose, into=known)

    def new(self) -> Iterator[Held]:
        """The rows that are yet to be written."""
        return (held for held in self._held if held.id is None and not held.gone)

    def changed(self) -> Iterator[Held]:
        """The rows that differ from what the database has."""
        return (held for held in self._held if held.is_changed and not held.gone)

    def count(self) -> None:
        """Credit each new or changed row to the file that made it so."""
        for held in self.new():
            _credit(held.made_in, new=1)
            if held.altered_in is not held.made_in:
                _credit(held.altered_in, changed=1)
        for held in self.changed():
            _credit(held.altered_in, changed=1)

    def _find(self, said: Values) -> Held | None:
        if said["cqc_id"]:
            return self._by_cqc_id.get(said["cqc_id"])
        return self._bearer(said["code"])

    def _bearer(self, code: str) -> Held | None:
        return self._by_code.get(code) or self._loose.get(code)

    def _keep(self, held: Held) -> Held:
        self._held.append(held)
        self._index(held)
        return held

    def _index(self, held: Held) -> None:
        cqc_id, code = held.values["cqc_id"], held.values["code"]
        if cqc_id:
            self._by_cqc_id[cqc_id] = held
        if code:
            (self._by_code if cqc_id else self._loose).setdefault(code, held)

    def _add(self, held: Held, said: Values, file: Tally) -> None:
        of_ods = bool(held.values["cqc_id"]) and not said["cqc_id"]
        before = held.values["code"]
        for name, value in said.items():
            if value in ("", None) or (of_ods and not _ods_may_say(name, held.values)):
                continue
            if name == "code" and self._is_anothers(value, held):
                self._claims[value, id(held)] = Claim(value, held, file)
            else:
                held.put(name, value, file)
        if held.values["code"] != before:
            if before and self._by_code.get(before) is held:
                del self._by_code[before]
                self._former[before] = held.id or 0
            self._index(held)

    def _is_anothers(self, code: str, held: Held) -> bool:
        """Whether a code is, or once was, that of another organisation known to CQC."""
        bearer = self._by_code.get(code)
        if bearer is not None:
            return bearer is not held
        return code in self._former and self._former[code] != held.id

    def _merge(self, loose: Held, *, into: Held) -> None:
        # The row that CQC knows survives; if it is new, it takes the other's place, and whatever
        # refers to that refers to it. Which file said the code is known by the row it came in.
        told_by = loose.altered_in or loose.made_in or Tally(loose.source)
        loose.gone = True
        self._add(into, {**loose.values, "cqc_id": None}, told_by)
        if loose.id is not None and into.id is None:
            into.id, into.before = loose.id, {**loose.values, **loose.before}
        elif loose.id is not None and into.id is not None:
            self.merged[loose.id] = into.id


def _ods_may_say(name: str, held: Mapping[str, object]) -> bool:
    return name in FROM_ODS or (name in FILLED_FROM_ODS and not held[name])


def _credit(file: Tally | None, *, new: int = 0, changed: int = 0) -> None:
    if file is not None:
        file.new += new
        file.changed += changed
