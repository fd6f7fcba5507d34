"""Which row that only ODS knows, and which that CQC says has no code yet, are one place."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple, Protocol, TypeVar

from helpdesk.register.places import DEREGISTERED

EARLIER = timedelta(days=31)
"""A code that was opened longer than this before the registration belongs to an earlier one."""

CLOSED_LATE = timedelta(days=92)
"""How far apart the day of deregistration and the day that a code was closed may lie."""


class Values(Protocol):
    """What is known of a place, by column."""

    def __getitem__(self, name: str, /) -> Any:  # what a column holds
        ...


Row = TypeVar("Row", bound=Values)


class _Place(NamedTuple):
    postcode_key: str
    name_key: str
    closed: bool


def twins(known: Iterable[Row], loose: Iterable[Row]) -> Iterator[tuple[Row, Row]]:
    """Pairs of a row of `known` (to CQC) and one of `loose` (known to ODS alone) that are one.

    They bear the same name and postcode, both are open or both are closed, and each is the only
    one of its side; where there are several, the day of opening decides if it can. A home that
    was registered anew has a new code, so what does not fit is left for a person.
    """
    groups: dict[_Place, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for row in loose:
        place = _place(row)
        if place.postcode_key and place.name_key:
            groups[place][1].append(row)
    for row in known:
        if (place := _place(row)) in groups:
            groups[place][0].append(row)
    for ours, theirs in groups.values():
        yield from _pairs(ours, theirs)


def _place(row: Values) -> _Place:
    return _Place(row["postcode_key"], row["name_key"], row["status"] == DEREGISTERED)


def _pairs(ours: list[Row], theirs: list[Row]) -> Iterator[tuple[Row, Row]]:
    if len(ours) == len(theirs) == 1:
        if _may_be_one(ours[0], theirs[0]):
            yield ours[0], theirs[0]
        return
    mine, yours = _by_day(ours), _by_day(theirs)
    for day in mine.keys() & yours.keys():
        if day and len(mine[day]) == len(yours[day]) == 1:
            yield mine[day][0], yours[day][0]


def _may_be_one(ours: Values, theirs: Values) -> bool:
    registered, opened = ours["registered_on"], theirs["registered_on"]
    if registered and opened and opened < registered - EARLIER:
        return False
    ended, closed = ours["deregistered_on"], theirs["deregistered_on"]
    return not (ended and closed) or abs(closed - ended) <= CLOSED_LATE


def _by_day(rows: list[Row]) -> dict[date | None, list[Row]]:
    days = defaultdict(list)
    for row in rows:
        days[row["registered_on"]].append(row)
    return days
