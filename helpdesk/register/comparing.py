"""Lays a place of the register beside what a request says: what agrees, what differs, how far."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from helpdesk.register.keys import (
    LONGEST,
    name_key,
    phone_key,
    plain_name,
    postcode_agreement,
    postcode_key,
    postcode_readings,
)
from helpdesk.register.names import Name, named
from helpdesk.register.overlaps import SAME_NAME, Named
from helpdesk.register.places import Place
from helpdesk.register.ways import LOCATION_ID, PARENT_CODE, PROVIDER_ID, SITE_CODE

WEIGHTS = {"name": 0.45, "postcode": 0.35, "phone": 0.20}
"""What each fact adds to the score, if it was given and there is one in the register."""

EVIDENCE = {"name": 0.45, "postcode": 0.35, "phone": 0.35}
"""What each fact adds to the order: a number is one place's, where many share a postcode."""

OF_ITS_OWN_KEY, OF_ITS_PROVIDERS, GONE = 0.4, 0.1, -0.05
"""What else does: an id or code of the place, one of its provider, and being deregistered."""

OTHERS = 0.02
"""What is taken from it if the name is only its provider's: others bear that too."""

UNDECIDED = 0.8
"""The most that a candidate scores by one fact alone, or against an id or code that was given."""

GIVEN_AS = {"name": "organisation", "postcode": "postcode", "phone": "phone"}
OF_ITS_OWN = (LOCATION_ID, SITE_CODE)

_OTHERWISE = re.compile(
    r"[\s(,]+(?:t/a|ta|t\.a\.|trading as|a\.?k\.?a\.?|also known as|formerly|previously|was"
    r"|part of|run by|owned by|operated by|c/o)[:\s]\s*",
    re.IGNORECASE,
)


class Wanted(NamedTuple):
    """What is known of the organisation that is looked for, as it was given; "" if unknown."""

    organisation: str = ""
    postcode: str = ""
    phone: str = ""
    location_id: str = ""
    provider_id: str = ""
    code: str = ""


class Key(NamedTuple):
    """An id or code that was given, and what it is, whatever box it was written in."""

    what: str  #: CQC location id, CQC provider id, ODS site code, ODS parent code
    given: str
    value: str  #: as the register writes it


class Given(NamedTuple):
    """What is wanted, read once: to be laid beside many places."""

    wanted: Wanted
    names: tuple[Name, ...]  #: the whole, and each of the names that it is made of
    name_keys: tuple[str, ...]
    postcodes: tuple[str, ...]
    phone: str
    keys: tuple[Key, ...] = ()


class Candidate(NamedTuple):
    """A place that may be meant."""

    place: Place
    found_by: str
    agrees: tuple[str, ...]  #: ids and codes, name, postcode, phone
    differs: tuple[tuple[str, str, str], ...]  #: what, as given, as registered
    score: float  #: 0 to 1
    exact: bool  #: found by the id or code of its own
    degrees: tuple[tuple[str, float], ...] = ()  #: how far name, postcode and phone agree
    own_name: float = 0.0  #: how far a name of its own agrees
    of_provider: bool = False  #: the name that agrees is its provider's, and may be others' too
    succeeds: bool = False  #: what was given is rather of an earlier registration of it
    is_odd: bool = False  #: the name holds what nothing of it tells, or nothing that tells it
    evidence: float = 0.0  #: what speaks for it, whatever was not given: the order goes by this

    @property
    def words(self) -> tuple[str, ...]:
        return self.place.words

    @property
    def comparison(self) -> str:
        """What agrees and how far: postcode same, name 0.93, phone differs."""
        return ", ".join(f"{fact} {_in_words(degree)}" for fact, degree in self.degrees)


def asked_by(read: Callable[[str], str]) -> Wanted:
    """What a call wants of the register; `read` gives what is in one of its columns."""
    return Wanted(
        organisation=read("organisation"),
        postcode=read("postcode"),
        phone=read("requester_phone"),
        location_id=read("cqc_location_id"),
        provider_id=read("cqc_provider_id"),
        code=read("given_code"),
    )


def given(wanted: Wanted) -> Given:
    """`wanted` with its names, postcode and number read; whose ids it holds is yet to be known."""
    wanted = Wanted(*(text[:LONGEST] for text in wanted))
    whole = plain_name(wanted.organisation)
    texts = dict.fromkeys((whole, *_OTHERWISE.split(whole)))
    return Given(
        wanted,
        tuple(name for name in map(named, texts) if name.words),
        tuple(filter(None, dict.fromkeys(map(name_key, texts)))),
        postcode_readings(wanted.postcode),
        phone_key(wanted.phone),
    )


def beside(place: Place, found_by: str, wanted: Given, names: Named) -> Candidate:
    """`place` beside what is wanted: what agrees, what differs, and how far; `names` do so far.

    A telephone number that differs is told, but lowers no score: managers give their mobiles.
    """
    exact, keys = found_by in OF_ITS_OWN, wanted.keys
    bears = _borne(place) if keys else {}
    same_keys = agreeing_keys(place, keys)
    agreement = _agreement(place, wanted, max(names))
    same = tuple(fact for fact, degree in agreement.items() if degree >= SAME_NAME)
    if found_by in same:  # say all that it was found by
        found_by = " and ".join((found_by, *(fact for fact in same if fact != found_by)))
    differs = (
        *_other_keys(keys, bears, same_keys),
        *(
            (fact, getattr(wanted.wanted, GIVEN_AS[fact]), getattr(place, fact))
            for fact in agreement
            if fact not in same
        ),
    )
    contradicted = any(bears[key.what] != key.value for key in keys)
    score = _score(_counted(agreement), is_exact=exact, is_contradicted=contradicted)
    degrees = tuple((fact, round(degree, 2)) for fact, degree in agreement.items())
    return Candidate(
        place,
        found_by,
        same_keys + same,
        differs,
        score,
        exact,
        degrees,
        own_name=names.own,
        of_provider=names.own < names.of_provider,
        evidence=_evidence(place, agreement, same_keys) - OTHERS * (names.own < names.of_provider),
    )


def agreeing_keys(place: Place, keys: Sequence[Key]) -> tuple[str, ...]:
    """What those of the given ids and codes are that `place` bears."""
    if not keys:
        return ()
    bears = _borne(place)
    return tuple(dict.fromkeys(key.what for key in keys if bears[key.what] == key.value))


def _borne(place: Place) -> dict[str, str]:
    """The ids and codes that `place` bears."""
    return {
        LOCATION_ID: place.cqc_id if place.location_id else "",
        PROVIDER_ID: place.provider_cqc_id,
        SITE_CODE: place.site_code,
        PARENT_CODE: place.parent_code,
    }


def _other_keys(
    keys: tuple[Key, ...], bears: dict[str, str], same: tuple[str, ...]
) -> Iterator[tuple[str, str, str]]:
    """The given ids and codes that belong to another, or to an earlier registration of this.

    Where the register has none there is nothing to lay beside; how the place stands says so.
    """
    for key in keys:
        if key.what not in same and bears[key.what]:
            yield key.what, key.given, bears[key.what]


def _evidence(place: Place, agreement: dict[str, float], same_keys: tuple[str, ...]) -> float:
    facts = sum(EVIDENCE[fact] * degree for fact, degree in agreement.items())
    own = OF_ITS_OWN_KEY * any(key in OF_ITS_OWN for key in same_keys)
    providers = OF_ITS_PROVIDERS * any(key not in OF_ITS_OWN for key in same_keys)
    return round(facts + own + providers + GONE * (not place.is_registered), 3)


def _agreement(place: Place, wanted: Given, name: float) -> dict[str, float]:
    """Each fact that can be compared, and how far it agrees."""
    found = {}
    if wanted.wanted.organisation.strip():
        found["name"] = name
    if wanted.postcodes and place.postcode:
        found["postcode"] = postcode_agreement(wanted.postcodes, postcode_key(place.postcode))
    if wanted.phone and place.phone:
        found["phone"] = float(wanted.phone == phone_key(place.phone))
    return found


def _in_words(degree: float) -> str:
    if degree == 1:
        return "same"
    return f"{degree:.2f}" if degree else "differs"


def _counted(agreement: dict[str, float]) -> dict[str, float]:
    """The facts that count: a telephone number only if it agrees, or is all that there is."""
    if len(agreement) > 1 and not agreement.get("phone", 1.0):
        return {fact: degree for fact, degree in agreement.items() if fact != "phone"}
    return agreement


def _score(counted: dict[str, float], *, is_exact: bool, is_contradicted: bool) -> float:
    total = sum(WEIGHTS[fact] for fact in counted)
    sum_of = sum(WEIGHTS[fact] * degree for fact, degree in counted.items())
    # An id or code and nothing besides: nothing speaks against it.
    score = round(sum_of / total, 3) if total else 1.0
    decides = len(counted) + is_exact > 1 and not is_contradicted
    return score if decides else min(score, UNDECIDED)
