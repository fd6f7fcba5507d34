"""Which row that only ODS knows, and which that CQC says has no code yet, are one place."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple, Protocol, TypeVar

from helpdesk.register.ages import Ages
from helpdesk.register.keys import are_alike
from helpdesk.register.places import DEREGISTERED

EARLIER = timedelta(days=31)
"""A code that was opened longer than this before the registration belongs to an earlier one."""

OVERLAP = timedelta(days=7)
"""How long an old registration may go on beside the new one: on real rows up to three days."""

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


def agree(known: Values, ods: Values) -> bool:
    """Whether what CQC and what ODS say of one code may be said of one place.

    It may, if its postcode is the same, or its name has a telling word in common; or if one of
    them names no postcode, so that there is nothing to tell them apart by.
    """
    ours, theirs = known["postcode_key"], ods["postcode_key"]
    if not ours or not theirs or ours == theirs:
        return True
    names = (known["name"], known["also_known_as"])
    return any(are_alike(name, ods["name"]) for name in names if name)


def twins(known: Sequence[tuple[Row, bool]], loose: Iterable[Row]) -> Iterator[tuple[Row, Row]]:
    """Pairs of a row of `known` (to CQC) and one of `loose` (known to ODS alone) that are one.

    Of `known` each with whether it has a code already. They bear the same name and postcode, both
    are open or both are closed, and each is the only one of its side; where there are several, the
    day of opening decides if it can. A home that was registered anew has a new code: where CQC does
    not say when a place was registered, the age of its id does, and beside a registration that is
    gone, and never had a code, the days have to single one out. What does not fit is left for a
    person.
    """
    groups: dict[_Place, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for row in loose:
        place = _place(row)
        if place.postcode_key and place.name_key:
            groups[place][1].append(row)
    gone: dict[_Place, list[Row]] = defaultdict(list)
    for place, row in ((_place(row), row) for row, is_coded in known if not is_coded):
        if place in groups:
            groups[place][0].append(row)
        if place.closed:
            gone[place._replace(closed=False)].append(row)
    pairs = [
        pair
        for place, (ours, theirs) in groups.items()
        for pair in _pairs(ours, theirs)
        if _is_no_others(*pair, gone.get(place, ()))
    ]
    ages = Ages(_registered((row for row, _ in known), pairs)) if pairs else Ages(())
    yield from (pair for pair in pairs if not _began_before(*pair, ages))


def _is_no_others(ours: Values, theirs: Values, gone: Iterable[Values]) -> bool:
    """Whether an open code can be of none that was there before: it began when this one did."""
    opened = theirs["registered_on"]
    if opened and opened == ours["registered_on"]:
        return True
    ends = (row["deregistered_on"] for row in gone)
    return all(opened and end and opened >= end - OVERLAP for end in ends)


def _place(row: Values) -> _Place:
    return _Place(row["postcode_key"], row["name_key"], row["status"] == DEREGISTERED)


def _pairs(ours: list[Row], theirs: list[Row]) -> Iterator[tuple[Row, Row]]:
    if len(ours) == len(theirs) == 1:
        if days_fit(ours[0], theirs[0]):
            yield ours[0], theirs[0]
        return
    mine, yours = _by_day(ours), _by_day(theirs)
    for day in mine.keys() & yours.keys():
        if day and len(mine[day]) == len(yours[day]) == 1:
            yield mine[day][0], yours[day][0]


def _registered(
    known: Iterable[Row], pairs: Iterable[tuple[Row, Row]]
) -> Iterator[tuple[str, date]]:
    """When ids began, as CQC says; of the rest as ODS says, and most of that is right."""
    for row in known:
        if row["registered_on"]:
            yield row["cqc_id"], row["registered_on"]
    for ours, theirs in pairs:
        if theirs["registered_on"] and not ours["registered_on"]:
            yield ours["cqc_id"], theirs["registered_on"]


def _began_before(ours: Values, theirs: Values, ages: Ages) -> bool:
    opened = theirs["registered_on"]
    return bool(opened and not ours["registered_on"]) and ages.is_younger(ours["cqc_id"], opened)


def days_fit(ours: Values, theirs: Values) -> bool:
    """Whether a code may be that of a place, by the days on which both began and ended."""
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
