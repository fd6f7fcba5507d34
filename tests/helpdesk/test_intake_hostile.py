"""Mail made to hurt: each is read within limits, and the next one is none the worse for it."""

import dataclasses
import re
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from pathlib import Path
from random import Random

import pytest

from helpdesk.intake import Read, Request, request_form
from helpdesk.reading import ChildReader
from tests.helpdesk.hostile import HEAD, HOSTILE, page, status, with_file
from tests.helpdesk.made import automatic_mail, request_mail
from tests.helpdesk.mutilated import mutilated

SECONDS, MEGABYTES = 2, 300
"""What one mail may cost: well below where its reading is given up, of which nothing is left."""

UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)

MEASURED = Path("/proc/self/stat").exists()


@pytest.fixture(scope="module")
def reader() -> Iterator[ChildReader]:
    made = ChildReader()
    yield made
    made.close()


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
def test_it_is_read_within_limits_and_so_is_the_next(reader: ChildReader, name: str) -> None:
    raw = HOSTILE[name]()
    reader.read(b"")
    pid = reader.pid
    assert pid
    before = seconds_used(pid) if MEASURED else 0

    found = reader.read(raw)

    assert_fit_to_keep(found)
    if MEASURED:
        assert seconds_used(pid) - before < SECONDS
        assert most_megabytes(pid) < MEGABYTES
    assert reader.read(request_mail(1)).request.organisation == "Rose Cottage 1"


def test_what_is_mutilated_is_read(reader: ChildReader) -> None:
    random = Random(2026)  # noqa: S311  # no secret: each run is the same
    asked = Request("Anne Archer", "anne@rosecottage.example", "01632 960 123", "Rose Cottage")
    form = request_form.filled(asked, "ods.desk@desk.example")
    whole = [request_mail(1), automatic_mail(2), with_file(form, "form.docx"), status(3)]
    whole += [page(b"<table><tr><td>Organisation<td>Rose Cottage</table>"), HEAD]

    for _ in range(300):
        found = reader.read(mutilated(random.choice(whole), whole, random))

        assert_fit_to_keep(found)
