"""Reads the rows of ODS's files ecarehomesite and ecarehomehq, which have no headings."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from helpdesk.errors import BadValue
from helpdesk.register.codes import PARENT, SITE
from helpdesk.register.entries import (
    Entry,
    LocationEntry,
    ProviderEntry,
    address,
    day,
    plain,
)
from helpdesk.register.places import DEREGISTERED

CODE, NAME, ADDRESS, POSTCODE = 0, 1, slice(4, 9), 9
OPENED, CLOSED, PARENT_CODE, PHONE = 10, 11, 14, 17
"""Where each thing stands among the 27 columns."""

_DAY = re.compile(r"\d{8}")
_CODE = re.compile(r"[0-9A-Z]{3,8}")

Row = Sequence[str]


def level_of(name: str, top: Sequence[Row]) -> Callable[[Row], Entry] | None:
    """How to read the rows of the file called `name`; None if it is none of ODS's.

    Its name says whether it holds sites or parents, and if not, the shape of its codes does.
    """
    codes = [row[CODE] for row in top if len(row) > PHONE and _DAY.fullmatch(row[OPENED])]
    levels = (("site", SITE, _site), ("hq", PARENT, _parent))
    for mark, _, level in levels:
        if codes and mark in name.casefold():
            return level
    for _, shape, level in levels:
        if any(re.fullmatch(shape.pattern, code.strip().upper()) for code in codes):
            return level
    return None


def _site(row: Row) -> LocationEntry:
    return LocationEntry(**_common(row), parent_code=plain(row[PARENT_CODE]).upper())


def _parent(row: Row) -> ProviderEntry:
    return ProviderEntry(**_common(row))


def _common(row: Row) -> dict[str, Any]:
    if len(row) <= PHONE:
        raise BadValue(f"it breaks off after {len(row)} columns")
    code, name, closed = plain(row[CODE]).upper(), plain(row[NAME]), day(row[CLOSED])
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
