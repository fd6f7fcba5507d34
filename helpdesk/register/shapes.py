"""The shapes in which the register is published, and what a file says of itself."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from enum import Enum
from typing import NamedTuple

from helpdesk.register.entries import Piece

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""How the months begin."""

_MONTH = "(" + "|".join(f"{month}[a-z]*" for month in MONTHS) + ")"
_DAY_FIRST = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?[ -]?{_MONTH}[ -]?(\d{{4}})(?!\d)")
_MONTH_ALONE = re.compile(rf"(?<![a-z]){_MONTH}[ -]?(\d{{4}})(?!\d)")
_LOCAL = re.compile(r"(?<!\d)(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(20\d\d)[ -]?(\d\d)[ -]?(\d\d)(?!\d)")
_SAYS_WHEN = re.compile(r"\b(?:produced|published|extracted|generated|created|correct)\b\W*(.*)")


class Shape(Enum):
    """What a register file is; the value is how people call it."""

    DIRECTORY = "CQC directory"
    ACTIVE = "CQC active locations"
    DEACTIVATED = "CQC deactivated locations"
    DOCUMENTS = "CQC API documents"
    SITES = "ODS sites"
    PARENTS = "ODS parents"
    SUCCESSIONS = "ODS successions"
    ORGANISATIONS = "ODS FHIR organisations"

    @property
    def is_complete(self) -> bool:
        """Whether such a file lists every location that is registered."""
        return self in (Shape.DIRECTORY, Shape.ACTIVE)

    @property
    def is_of_ods(self) -> bool:
        return self.value.startswith("ODS")


class Source(NamedTuple):
    """A register file, or a folder of documents, that is ready to be read."""

    name: str
    shape: Shape
    published_on: date | None
    sha256: str
    pieces: Iterator[Piece]
    share: Callable[[], float]  #: how far the reading of the pieces has come, from 0 to 1

    @property
    def is_complete(self) -> bool:
        return self.shape.is_complete


def dated(text: str) -> date | None:
    """The day that a file's name bears; the first of the month if that is all it says."""
    words = re.sub(r"[_\s]+", " ", text.casefold())
    for pattern in (_DAY_FIRST, _YEAR_FIRST, _LOCAL):
        if found := pattern.search(words):
            return _day(*found.groups(), year_first=pattern is _YEAR_FIRST)
    found = _MONTH_ALONE.search(words)
    return _day("1", *found.groups()) if found else None


def said_to_be_of(line: str) -> date | None:
    """The day in a line such as "This data was produced on 11 August 2025"."""
    says = _SAYS_WHEN.search(" ".join(line.casefold().split()))
    return dated(says[1]) if says else None


def _day(first: str, month: str, last: str, *, year_first: bool = False) -> date | None:
    number = int(month) if month.isdigit() else MONTHS.index(month[:3]) + 1
    year, day = (first, last) if year_first else (last, first)
    with suppress(ValueError):
        return date(int(year), number, int(day))
    return None
