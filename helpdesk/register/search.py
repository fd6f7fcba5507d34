"""Finds the places that a request may mean, with what agrees and what differs: for a trace."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from helpdesk.database import Reader
from helpdesk.register.codes import is_code, read_cqc_id, read_parent, read_site
from helpdesk.register.comparing import (
    LOCATION_ID,
    PARENT_CODE,
    PROVIDER_ID,
    SITE_CODE,
    Candidate,
    Wanted,
    beside,
    code,
    cqc_id,
    keys_of,
)
from helpdesk.register.keys import name_key, phone_key, postcode_key
from helpdesk.register.places import Place, locations, providers

STRONG = 0.85
"""From here on no weaker ways of finding are tried."""

BROADLY = 0.5
"""An exact id or code is believed if the rest agrees this far: requesters mix up their ids."""

BY_PARENT = """
l.id IN (SELECT s.id FROM location s WHERE s.parent_code = :code
         UNION SELECT s.id FROM location s JOIN provider o ON o.cqc_id = s.provider_cqc_id
                WHERE o.code = :code)
"""


Found = Iterator[tuple[str, Place]]


class Way(NamedTuple):
    """One way of finding, and whether it is only for when nothing strong was found."""

    find: Callable[[Reader, Wanted], Found]
    is_last_resort: bool = False


def candidates(reader: Reader, wanted: Wanted, limit: int = 5) -> list[Candidate]:
    """The places that may be meant, the likeliest first; none if nothing fits at all.

    Those whose own id or code was given come first if the rest broadly agrees, then by score,
    and of equal ones the registered before the deregistered, then whoever agrees in more.
    """
    keys = keys_of(reader, wanted)
    found: dict[tuple[int | None, int | None], Candidate] = {}
    for way in WAYS:
        if way.is_last_resort and any(map(_is_strong, found.values())):
            break
        for found_by, place in way.find(reader, wanted):
            row = place.location_id, place.provider_id
            if row not in found:
                found[row] = beside(place, found_by, wanted, keys)
    return sorted(found.values(), key=_rank)[:limit]


def compared(reader: Reader, place: Place, found_by: str, wanted: Wanted) -> Candidate:
    """One place, however it was found, beside what is wanted."""
    return beside(place, found_by, wanted, keys_of(reader, wanted))


def location_by(reader: Reader, text: str) -> Place | None:
    """The location with that CQC id or site code; BadValue if `text` is neither."""
    if is_code(text):
        found = locations(reader, "l.code = :code", code=read_site(text).value)
    else:
        found = locations(reader, "l.cqc_id = :key", key=read_cqc_id(text))
    return next(iter(found), None)


def provider_by(reader: Reader, text: str) -> Place | None:
    """The provider with that CQC id or parent code; BadValue if `text` is neither."""
    if is_code(text):
        found = providers(reader, "p.code = :code", code=read_parent(text).value)
    else:
        found = providers(reader, "p.cqc_id = :key", key=read_cqc_id(text))
    return next(iter(found), None)


def _is_strong(candidate: Candidate) -> bool:
    return candidate.score >= STRONG and candidate.place.is_registered


def _by_id(reader: Reader, wanted: Wanted) -> Found:
    keys = dict.fromkeys(filter(None, map(cqc_id, (wanted.location_id, wanted.provider_id))))
    places = [place for key in keys for place in locations(reader, "l.cqc_id = :key", key=key)]
    yield from ((LOCATION_ID, place) for place in places)
    if not places:
        for key in keys:
            run = locations(reader, "l.provider_cqc_id = :key", key=key)
            run = run or providers(reader, "p.cqc_id = :key", key=key)
            yield from ((PROVIDER_ID, place) for place in run)


def _by_code(reader: Reader, wanted: Wanted) -> Found:
    if site := code(wanted.code, read_site):
        yield from ((SITE_CODE, at) for at in locations(reader, "l.code = :code", code=site))
    if parent := code(wanted.code, read_parent):
        run = locations(reader, BY_PARENT, code=parent)
        run = run or providers(reader, "p.code = :code", code=parent)
        yield from ((PARENT_CODE, place) for place in run)


def _by_postcode(reader: Reader, wanted: Wanted) -> Found:
    if key := postcode_key(wanted.postcode):
        yield from (
            ("postcode", place) for place in locations(reader, "l.postcode_key = :key", key=key)
        )


def _by_name(reader: Reader, wanted: Wanted) -> Found:
    if key := name_key(wanted.organisation):
        yield from (("name", place) for place in locations(reader, "l.name_key = :key", key=key))
        run = locations(reader, "p.name_key = :key", key=key)
        run = run or providers(reader, "p.name_key = :key", key=key)
        yield from (("name of the provider", place) for place in run)


def _by_phone(reader: Reader, wanted: Wanted) -> Found:
    if key := phone_key(wanted.phone):
        yield from (("phone", place) for place in locations(reader, "l.phone_key = :key", key=key))


WAYS = (
    Way(_by_id),
    Way(_by_code),
    Way(_by_postcode),
    Way(_by_name, is_last_resort=True),
    Way(_by_phone, is_last_resort=True),
)
"""The ways of finding, the surest first."""


def _rank(candidate: Candidate) -> tuple[bool, float, bool, int, str]:
    believed = candidate.exact and candidate.score >= BROADLY
    place = candidate.place
    agrees = len(candidate.agrees)
    return not believed, -candidate.score, not place.is_registered, -agrees, place.cqc_id
