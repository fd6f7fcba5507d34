"""Mail made to hurt: read within limits, none lost, and the next one none the worse for it."""

import dataclasses
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import Enum
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest

from helpdesk import reception
from helpdesk.config.settings import Config
from helpdesk.intake import Delivery, Known, Read, Request, Still, request_form
from helpdesk.journal import Journal
from helpdesk.reading import ChildReader
from helpdesk.store import Store
from tests.conftest import MONDAY
from tests.helpdesk.hostile import HEAD, HOSTILE, page, status, with_file
from tests.helpdesk.made import automatic_mail, request_mail, rows
from tests.helpdesk.mutilated import mutilated

SECONDS, MEGABYTES = 4, 300
"""What one mail may cost: well below where its reading is given up, of which nothing is left.

The worst takes one second of a quick processor, and has been seen to take two of a busy one.
"""

UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)

MEASURED = Path("/proc/self/stat").exists()

BETWEEN = 10
"""After so many hostile mails comes one from Anne."""

MAILS = "SELECT uid, state, reason, call_id FROM received_mail ORDER BY id"


class Remembering:
    """Reads in another process, and remembers: most of these mails take long to read."""

    def __init__(self) -> None:
        self.reader = ChildReader()
        self._found: dict[bytes, Read] = {}

    def anew(self, raw: bytes) -> Read:
        self._found[sha256(raw).digest()] = found = self.reader.read(raw)
        return found

    def __call__(self, raw: bytes) -> Read:
        return self._found.get(sha256(raw).digest()) or self.anew(raw)


class Box:
    """A mailbox that holds all of them; each is made when its turn comes."""

    mailbox = "desk"

    def __init__(self) -> None:
        self.made: dict[str, Callable[[], bytes]] = {}
        self.settled: dict[str, bool] = {}
        for number, (name, make) in enumerate(HOSTILE.items()):
            self.made[name] = make
            if number % BETWEEN == 0:
                self.made[f"good {number}"] = lambda number=number: request_mail(number)

    def waiting(self, known: Known, _still: Still = lambda: True, /) -> Iterator[Delivery]:
        held = known([("1", name) for name in self.made])
        for name, make in self.made.items():
            if ("1", name) not in held:
                yield Delivery(self.mailbox, "1", name, make(), MONDAY)

    def settle(self, uid: str, *, quarantined: bool = False) -> None:
        self.settled[uid] = quarantined


@pytest.fixture(scope="module")
def reads() -> Iterator[Remembering]:
    made = Remembering()
    yield made
    made.reader.close()


def strings(value: object) -> Iterator[str]:
    """All the text in a value, however deep."""
    match value:
        case str():
            yield value
        case Enum() | None | bool() | bytes() | datetime():
            return
        case dict():
            yield from strings(tuple(value.items()))
        case tuple():
            for each in value:
                yield from strings(each)
        case _:
            assert dataclasses.is_dataclass(value), value
            for field in dataclasses.fields(value):
                yield from strings(getattr(value, field.name))


def assert_fit_to_keep(found: Read) -> None:
    for text in strings(found):
        assert not UNFIT.search(text), text[:100]
    for file in found.message.attachments:
        assert 0 < len(file.name) <= 150
        assert not re.search(r"[/\\\n]", file.name)


def seconds_used(pid: int) -> float:
    """Of the processor, by a process until now."""
    figures = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(figures[11]) + int(figures[12])) / 100


def most_megabytes(pid: int) -> int:
    """The most memory that a process ever held."""
    found = re.search(r"VmHWM:\s*(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) // 1024


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_read_within_limits_and_so_is_the_next(reads: Remembering, name: str) -> None:
    raw = HOSTILE[name]()
    good = reads.anew(request_mail(1))
    pid = reads.reader.pid
    assert pid
    before = seconds_used(pid) if MEASURED else 0

    found = reads.anew(raw)

    assert_fit_to_keep(found)
    if MEASURED:
        assert seconds_used(pid) - before < SECONDS
        assert most_megabytes(pid) < MEGABYTES
    assert reads.anew(request_mail(1)) == good


def test_what_is_mutilated_is_read(reads: Remembering) -> None:
    random = Random(2026)  # noqa: S311  # no secret: each run is the same
    asked = Request("Anne Archer", "anne@rosecottage.example", "01632 960 123", "Rose Cottage")
    form = request_form.filled(asked, "ods.desk@desk.example")
    whole = [request_mail(1), automatic_mail(2), with_file(form, "form.docx"), status(3)]
    whole += [page(b"<table><tr><td>Organisation<td>Rose Cottage</table>"), HEAD]

    for _ in range(300):
        found = reads.reader.read(mutilated(random.choice(whole), whole, random))

        assert_fit_to_keep(found)


def test_each_becomes_a_call_or_is_filed_or_set_aside_with_a_reason(
    store: Store, reads: Remembering
) -> None:
    box, journal = Box(), Journal(Config())

    reception.take_in(store, journal, box, reads=reads)
    at_once = by_name(store)
    for _ in range(reception.TRIES):
        reception.take_in(store, journal, box, reads=reads)
    in_the_end = by_name(store)

    assert all(at_once[name]["call_id"] for name in box.made if name.startswith("good"))
    assert set(in_the_end) == set(box.settled) == set(box.made)
    for name, mail in in_the_end.items():
        assert mail["state"] in {"taken", "filed", "quarantined"}, name
        assert mail["reason"] or mail["state"] == "taken", name
        assert mail["call_id"] or mail["state"] == "filed", name
        assert box.settled[name] == (mail["state"] == "quarantined"), name


def by_name(store: Store) -> dict[str, dict[str, Any]]:
    return {row["uid"]: row for row in rows(store, MAILS)}
