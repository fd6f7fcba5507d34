"""Lays a place of the register beside what a request says: what agrees, what differs, how far."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from helpdesk.database import Reader
from helpdesk.errors import BadValue
from helpdesk.register.codes import Code, read_cqc_id, read_parent, read_site
from helpdesk.register.keys import name_agreement, phone_key, postcode_key
from helpdesk.register.places import Place

WEIGHTS = {"name": 0.45, "postcode": 0.35, "phone": 0.20}
"""What each fact adds to the score, if it was given and there is one in the register."""

SAME_NAME = 0.8
"""From here on a name is told to agree."""

UNDECIDED = 0.8
"""The most that a candidate scores by one fact alone, or against an id or code that was given."""

GIVEN_AS = {"name": "organisation", "postcode": "postcode", "phone": "phone"}

LOCATION_ID, PROVIDER_ID = "CQC location id", "CQC provider id"
SITE_CODE, PARENT_CODE = "ODS site code", "ODS parent code"
OF_ITS_OWN = (LOCATION_ID, SITE_CODE)

WHOSE_ID = """
SELECT EXISTS (SELECT 1 FROM location WHERE cqc_id = :key) AS of_location,
       EXISTS (SELECT 1 FROM location WHERE provider_cqc_id = :key)
       OR EXISTS (SELECT 1 FROM provider WHERE cqc_id = :key) AS of_provider
"""


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


class Candidate(NamedTuple):
    """A place that may be meant."""

    place: Place
    found_by: str
    agrees: tuple[str, ...]  #: ids and codes, name, postcode, phone
    differs: tuple[tuple[str, str, str], ...]  #: what, as given, as registered
    score: float  #: 0 to 1
    exact: bool  #: found by the id or code of its own

    @property
    def words(self) -> tuple[str, ...]:
        return self.place.words


def keys_of(reader: Reader, wanted: Wanted) -> tuple[Key, ...]:
    """The ids and codes in `wanted`, each told for what it is: requesters mix up the boxes."""
    boxes = ((LOCATION_ID, wanted.location_id), (PROVIDER_ID, wanted.provider_id))
    keys = [
        Key(_whose(reader, value, box), given, value)
        for box, given in boxes
        if (value := cqc_id(given))
    ]
    for what, read in ((SITE_CODE, read_site), (PARENT_CODE, read_parent)):
        if value := code(wanted.code, read):
            keys.append(Key(what, wanted.code, value))
    return tuple(dict.fromkeys(keys))


def beside(place: Place, found_by: str, wanted: Wanted, keys: tuple[Key, ...]) -> Candidate:
    """`place` beside what is wanted: what agrees, what differs, and how far.

    A telephone number that differs is told, but lowers no score: managers give their mobiles.
    """
    exact = found_by in OF_ITS_OWN
    bears = dict(_borne(place))
    same_keys = tuple(dict.fromkeys(key.what for key in keys if bears[key.what] == key.value))
    agreement = dict(_agreement(place, wanted))
    same = tuple(fact for fact, degree in agreement.items() if degree >= SAME_NAME)
    if found_by in same:  # say all that it was found by
        found_by = " and ".join((found_by, *(fact for fact in same if fact != found_by)))
    differs = (
        *_other_keys(keys, bears, same_keys),
        *(
            (fact, getattr(wanted, GIVEN_AS[fact]), getattr(place, fact))
            for fact in agreement
            if fact not in same
        ),
    )
    contradicted = any(bears[key.what] != key.value for key in keys)
    score = _score(_counted(agreement), is_exact=exact, is_contradicted=contradicted)
    return Candidate(place, found_by, same_keys + same, differs, score, exact)


def cqc_id(text: str) -> str:
    """The CQC id that `text` holds; "" if none: what stands in that box need not be one."""
    try:
        return read_cqc_id(text)
    except BadValue:
        return ""


def code(text: str, read: Callable[[str], Code]) -> str:
    """The code that `read` finds in `text`; "" if none."""
    try:
        return read(text).value
    except BadValue:
        return ""


def _whose(reader: Reader, value: str, box: str) -> str:
    (known,) = reader.rows(WHOSE_ID, key=value)
    if known["of_location"]:
        return LOCATION_ID
    return PROVIDER_ID if known["of_provider"] else box


def _borne(place: Place) -> Iterator[tuple[str, str]]:
    """The ids and codes that `place` bears."""
    yield LOCATION_ID, place.cqc_id if place.location_id else ""
    yield PROVIDER_ID, place.provider_cqc_id
    yield SITE_CODE, place.site_code
    yield PARENT_CODE, place.parent_code


def _other_keys(
    keys: tuple[Key, ...], bears: dict[str, str], same: tuple[str, ...]
) -> Iterator[tuple[str, str, str]]:
    """The given ids and codes that belong to another, or to an earlier registration of this.

    Where the register has none there is nothing to lay beside; how the place stands says so.
    """
    for key in keys:
        if key.what not in same and bears[key.what]:
            yield key.what, key.given, bears[key.what]


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
