"""Reads the rows of ODS's files of care homes, their parents and successions: without headings."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from helpdesk.errors import BadValue
from helpdesk.register.codes import PARENT, SITE
from helpdesk.register.entries import (
    Entry,
    LocationEntry,
    ProviderEntry,
    Succession,
    address,
    day,
    plain,
)
from helpdesk.register.places import DEREGISTERED
from helpdesk.register.shapes import Shape

CODE, NAME, ADDRESS, POSTCODE = 0, 1, slice(4, 9), 9
OPENED, CLOSED, PARENT_CODE, PHONE = 10, 11, 14, 17
"""Where each thing stands among the 27 columns of sites and parents."""

SUCCESSOR = (1, PARENT_CODE)
"""Where the code stands that follows: in a file of successions, or in one of the 27 columns."""

_DAY = re.compile(r"\d{8}")
_CODE = re.compile(r"[0-9A-Z]{3,8}")
_OURS = re.compile(f"{SITE.pattern}|{PARENT.pattern}")

Row = Sequence[str]


class Level(NamedTuple):
    """Which of ODS's files one is, and what becomes of its rows."""

    shape: Shape
    entry: Callable[[Row], Entry | Succession]


def level_of(name: str, top: Sequence[Row]) -> Level | None:
    """How to read the rows of the file called `name`; None if it is none of ODS's.

    Two codes side by side make a succession. For the rest its name says whether it holds sites or
    parents, and if not, the shape of its codes does.
    """
    rows = [row for row in top if any(row)]
    if rows and sum(_follows(row) for row in rows) * 2 > len(rows):
        return Level(Shape.SUCCESSIONS, _succession)
    codes = [row[CODE] for row in rows if len(row) > PHONE and _DAY.fullmatch(row[OPENED])]
    if codes and "succ" in name.casefold():
        return Level(Shape.SUCCESSIONS, _succession)
    levels = (
        ("site", SITE, Level(Shape.SITES, _site)),
        ("hq", PARENT, Level(Shape.PARENTS, _parent)),
    )
    for mark, _, level in levels:
        if codes and mark in name.casefold():
            return level
    for _, shape, level in levels:
        if any(re.fullmatch(shape.pattern, _code(code)) for code in codes):
            return level
    return None


def _follows(row: Row) -> bool:
    is_pair = len(row) > SUCCESSOR[0] and all(_OURS.fullmatch(_code(each)) for each in row[:2])
    return is_pair and any(day(cell) for cell in row[2:])


def _succession(row: Row) -> Succession:
    code = _code(row[CODE])
    others = (_code(row[at]) for at in SUCCESSOR if len(row) > at)
    successor = next((each for each in others if _OURS.fullmatch(each)), "")
    if not _CODE.fullmatch(code) or not successor or code == successor:
        raise BadValue("it does not name a code and the one that follows it")
    closed = row[CLOSED : CLOSED + 1]
    days = filter(None, map(day, [*closed, *row[2:]]))
    return Succession(code, successor, next(days, None))


def _site(row: Row) -> LocationEntry:
    return LocationEntry(**_common(row), parent_code=_code(row[PARENT_CODE]))


def _parent(row: Row) -> ProviderEntry:
    return ProviderEntry(**_common(row))


def _common(row: Row) -> dict[str, Any]:
    if len(row) <= PHONE:
        raise BadValue(f"it breaks off after {len(row)} columns")
    code, name, closed = _code(row[CODE]), plain(row[NAME]), day(row[CLOSED])
    if not _CODE.fullmatch(code) or not name:
        raise BadValue("it has no code or no name")
    return {
        "code": code,
        "name": name,
        "address": address(*row[ADDRESS]),
        "postcode": plain(row[POSTCODE]).upper(),
        "phone": plain(row[PHONE]),
        "status": DEREGISTERED if closed else "",
        "registered_on": day(row[OPENED]),
        "deregistered_on": closed,
    }


def _code(cell: str) -> str:
    return plain(cell).upper()
