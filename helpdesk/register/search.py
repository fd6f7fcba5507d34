"""Finds the places that a request may mean, with what agrees and what differs: for a trace."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from helpdesk.database import Reader
from helpdesk.errors import BadValue
from helpdesk.register.codes import Code, is_code, read_cqc_id, read_parent, read_site
from helpdesk.register.keys import name_agreement, name_key, phone_key, postcode_key
from helpdesk.register.places import Place, locations, providers

WEIGHTS = {"name": 0.45, "postcode": 0.35, "phone": 0.20}
"""What each fact adds to the score, if it was given and there is one in the register."""

SAME_NAME = 0.8
"""From here on a name is told to agree."""

STRONG = 0.85
"""From here on no weaker ways of finding are tried."""

UNDECIDED = 0.8
"""The most that a candidate scores by one fact alone, or against an id or code that was given."""

BROADLY = 0.5
"""An exact id or code is believed if the rest agrees this far: requesters mix up their ids."""

GIVEN_AS = {"name": "organisation", "postcode": "postcode", "phone": "phone"}
OF_ITS_OWN = ("CQC location id", "ODS site code")

BY_PARENT = """
l.id IN (SELECT s.id FROM location s WHERE s.parent_code = :code
         UNION SELECT s.id FROM location s JOIN provider o ON o.cqc_id = s.provider_cqc_id
                WHERE o.code = :code)
"""


class Wanted(NamedTuple):
    """What is known of the organisation that is looked for, as it was given; "" if unknown."""

    organisation: str = ""
    postcode: str = ""
    phone: str = ""
    location_id: str = ""
    provider_id: str = ""
    code: str = ""


class Candidate(NamedTuple):
    """A place that may be meant."""

    place: Place
    found_by: str
    agrees: tuple[str, ...]  #: name, postcode, phone
    differs: tuple[tuple[str, str, str], ...]  #: what (CQC id and code too), as given, registered
    score: float  #: 0 to 1
    exact: bool  #: found by the id or code of its own

    @property
    def words(self) -> tuple[str, ...]:
        return self.place.words


Found = Iterator[tuple[str, Place]]


class Way(NamedTuple):
    """One way of finding, and whether it is only for when nothing strong was found."""

    find: Callable[[Reader, Wanted], Found]
    is_last_resort: bool = False


def candidates(reader: Reader, wanted: Wanted, limit: int = 5) -> list[Candidate]:
    """The places that may be meant, the likeliest first; none if nothing fits at all.

    Those whose own id or code was given come first if the rest broadly agrees, then by score,
    and of equal ones the registered before the deregistered.
    """
    found: dict[tuple[int | None, int | None], Candidate] = {}
    for way in WAYS:
        if way.is_last_resort and any(map(_is_strong, found.values())):
            break
        for found_by, place in way.find(reader, wanted):
            key = place.location_id, place.provider_id
            if key not in found:
                found[key] = compared(place, found_by, wanted)
    return sorted(found.values(), key=_rank)[:limit]


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
    keys = dict.fromkeys(filter(None, map(_cqc_id, (wanted.location_id, wanted.provider_id))))
    places = [place for key in keys for place in locations(reader, "l.cqc_id = :key", key=key)]
    yield from (("CQC location id", place) for place in places)
    if not places:
        for key in keys:
            run = locations(reader, "l.provider_cqc_id = :key", key=key)
            run = run or providers(reader, "p.cqc_id = :key", key=key)
            yield from (("CQC provider id", place) for place in run)


def _by_code(reader: Reader, wanted: Wanted) -> Found:
    if site := _code(wanted.code, read_site):
        yield from (("ODS site code", at) for at in locations(reader, "l.code = :code", code=site))
    if parent := _code(wanted.code, read_parent):
        run = locations(reader, BY_PARENT, code=parent)
        run = run or providers(reader, "p.code = :code", code=parent)
        yield from (("ODS parent code", place) for place in run)


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


def _cqc_id(text: str) -> str:
    try:
        return read_cqc_id(text)
    except BadValue:  # what a requester wrote in that box need not be one
        return ""


def _code(text: str, read: Callable[[str], Code]) -> str:
    try:
        return read(text).value
    except BadValue:
        return ""


def compared(place: Place, found_by: str, wanted: Wanted) -> Candidate:
    """`place` beside what is wanted: what agrees, what differs, and how far."""
    exact = found_by in OF_ITS_OWN
    agreement = dict(_agreement(place, wanted))
    agrees = tuple(fact for fact, degree in agreement.items() if degree >= SAME_NAME)
    contradicted = tuple(_contradicted(place, wanted))
    differs = contradicted + tuple(
        (fact, getattr(wanted, GIVEN_AS[fact]), getattr(place, fact))
        for fact in agreement
        if fact not in agrees
    )
    if found_by in agrees:  # say all that it was found by
        found_by = " and ".join((found_by, *(fact for fact in agrees if fact != found_by)))
    decides = len(agreement) + exact > 1 and not contradicted
    score = _score(agreement) if decides else min(_score(agreement), UNDECIDED)
    return Candidate(place, found_by, agrees, differs, score, exact)


def _contradicted(place: Place, wanted: Wanted) -> Iterator[tuple[str, str, str]]:
    """The given ids and codes that belong to another, or to an earlier registration of this."""
    for given in filter(None, (wanted.location_id, wanted.provider_id)):
        if _cqc_id(given) not in ("", place.cqc_id, place.provider_cqc_id):
            yield "CQC id", given, place.cqc_id
    codes = {_code(wanted.code, read) for read in (read_site, read_parent)} - {""}
    if codes and not codes & {place.site_code, place.parent_code}:
        yield "code", wanted.code, place.site_code or place.parent_code


def _agreement(place: Place, wanted: Wanted) -> Iterator[tuple[str, float]]:
    """Each fact that can be compared, and how far it agrees."""
    if wanted.organisation:
        yield "name", _name_agreement(place, wanted.organisation)
    if (given := postcode_key(wanted.postcode)) and place.postcode:
        yield "postcode", float(given == postcode_key(place.postcode))
    if (given := phone_key(wanted.phone)) and place.phone:
        yield "phone", float(given == phone_key(place.phone))


def _name_agreement(place: Place, given: str) -> float:
    own = max(name_agreement(given, name) for name in (place.name, place.also_known_as))
    of_provider = name_agreement(given, place.provider_name)
    # All places of one provider share its name, so half of it says nothing for any of them.
    return max(own, of_provider) if of_provider >= SAME_NAME else own


def _score(agreement: dict[str, float]) -> float:
    total = sum(WEIGHTS[fact] for fact in agreement)
    if not total:
        return 1.0  # an id or code and nothing besides: nothing speaks against it
    return round(sum(WEIGHTS[fact] * degree for fact, degree in agreement.items()) / total, 3)


def _rank(candidate: Candidate) -> tuple[bool, float, bool, str]:
    believed = candidate.exact and candidate.score >= BROADLY
    place = candidate.place
    return not believed, -candidate.score, not place.is_registered, place.cqc_id
