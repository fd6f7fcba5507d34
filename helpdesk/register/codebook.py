"""Whose a code is or was, in which calls it was provided, and which codes two are told to have."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from helpdesk.database import Reader, Row, day, moment_of
from helpdesk.references import reference
from helpdesk.register.codes import Code, read_any
from helpdesk.register.places import Place, day_in_words
from helpdesk.register.twins import days_fit

HOLDER = """
SELECT c.value, c.level, c.name, c.origin, c.since, c."by", c.call_id, c.location_id,
       c.provider_id, COALESCE(l.cqc_id, p.cqc_id, '') AS cqc_id,
       COALESCE(l.name, p.name, c.name) AS known_as,
       COALESCE(l.status, p.status, '') AS status,
       COALESCE(l.code, p.code, c.value) AS code_now,
       COALESCE(l.code_closed_on, p.code_closed_on) AS closed_on
  FROM code c LEFT JOIN location l ON l.id = c.location_id
  LEFT JOIN provider p ON p.id = c.provider_id
 WHERE c.value = :value
"""
CLAIMS = """
SELECT q.code, c.level, q.since, q.source, q.told, COALESCE(l.name, p.name) AS name,
       COALESCE(l.cqc_id, p.cqc_id, '') AS cqc_id, c.name AS holder,
       COALESCE(h.cqc_id, o.cqc_id, '') AS holder_cqc_id
  FROM code_claim q JOIN code c ON c.value = q.code
  LEFT JOIN location l ON l.id = q.location_id LEFT JOIN provider p ON p.id = q.provider_id
  LEFT JOIN location h ON h.id = c.location_id LEFT JOIN provider o ON o.id = c.provider_id
"""
CLOSED = """
SELECT code, code_closed_on, successors, cqc_id, name FROM location
 WHERE status = 'Registered' AND code_closed_on IS NOT NULL AND code <> ''
 ORDER BY code_closed_on DESC, code
"""

OF_ODS_ALONE = """
SELECT o.code, o.registered_on, o.deregistered_on, l.registered_on AS place_registered_on,
       l.deregistered_on AS place_deregistered_on
  FROM location l JOIN location o ON o.postcode_key = l.postcode_key AND o.name_key = l.name_key
 WHERE l.id = :location AND o.id <> l.id AND l.postcode_key <> '' AND o.cqc_id IS NULL
   AND o.code <> '' AND o.code_closed_on IS NULL AND o.status <> 'Deregistered'
 ORDER BY o.code
"""
"""Codes that are open, of places that only ODS knows, and that have the name and the postcode."""

PROVIDED_IN = """
SELECT id FROM call WHERE site_code = :value OR parent_code = :value ORDER BY id
"""
EVER_PROVIDED_IN = """
SELECT DISTINCT call_id AS id FROM event
 WHERE kind IN ('allocated', 'recoded') AND CAST(facts AS TEXT) LIKE :value ORDER BY call_id
"""
"""It asks all events, so that what was put right since is told too."""

ORIGINS = {
    "register": "from the register, loaded by",
    "pool": "allocated from the desk's ranges by",
    "agent": "as ODS gave it, written down by",
    "moved": "its bearer settled by a supervisor, before that known by",
}


class Holder(NamedTuple):
    """Who bears a code, or bore it."""

    value: str
    level: str  #: site or parent
    name: str
    cqc_id: str
    location_id: int | None
    provider_id: int | None
    is_former: bool  #: whether it has another code now
    origin: str  #: one of Origin
    closed_on: date | None = None  #: when ODS closed it

    @property
    def title(self) -> str:
        return f"{self.name} ({self.cqc_id})" if self.cqc_id else self.name

    def closed_by(self, today: date) -> date | None:
        """When ODS closed it; None if it is open on that day still."""
        return self.closed_on if self.closed_on and self.closed_on <= today else None

    def is_of(self, place: Place) -> bool:
        """Whether it is that of `place`: for a parent code, of the organisation that runs it."""
        if self.level == "site":
            return self.location_id is not None and self.location_id == place.location_id
        if self.provider_id is None:
            return self.value == place.parent_code
        return self.provider_id == place.provider_id


class Claimed(NamedTuple):
    """A code that a file gives to an organisation although it is another's."""

    code: str
    level: str  #: site or parent
    title: str
    holder: str
    source: str
    since: datetime

    @property
    def words(self) -> str:
        return f"{self.source} gives {self.title} {self.code}, which is that of {self.holder}"


class Closed(NamedTuple):
    """A site code that ODS closed, of a place that is registered."""

    code: str
    closed_on: date | None
    followed_by: str  #: as ODS says: a CQC id where it is known, or else a code
    number: str  #: the CQC id of the place
    name: str


class Beside(NamedTuple):
    """A code that ODS has for the name and the postcode of a place."""

    code: str
    opened: date | None
    fits: bool  #: whether it may be that of the place, by the days on which both began

    @property
    def words(self) -> str:
        return f"{self.code} (opened on {day_in_words(self.opened)})" if self.opened else self.code


class History(NamedTuple):
    """All that is known of a code."""

    holder: Holder
    origin: str  #: one of Origin
    since: datetime
    by: str
    provided_in: tuple[str, ...]  #: references of calls
    claims: tuple[Claimed, ...]

    def lines(self, zone: str) -> Iterator[str]:
        """What a person wants to know of it."""
        who = self.holder
        was = "was" if who.is_former else "is"
        yield f"{who.value} {was} the {who.level} code of {who.title}"
        since = day_in_words(self.since.astimezone(ZoneInfo(zone)).date())
        yield f"  known since {since}, {ORIGINS[self.origin]} {self.by}"
        if who.closed_on:
            yield f"  ODS closed it on {day_in_words(who.closed_on)}"
        if self.provided_in:
            yield f"  provided in {', '.join(self.provided_in)}"
        yield from (f"  in dispute: {claim.words}" for claim in self.claims)


def holder(reader: Reader, value: str) -> Holder | None:
    """Whose code `value` is or was; None if it was never given."""
    row = next(iter(reader.rows(HOLDER, value=value)), None)
    return None if row is None else _holder(row)


def typed(reader: Reader, text: str) -> Code:
    """The code that somebody typed: as it is if it was ever given, or else put right.

    Councils and trusts have codes of other shapes than those that are read here.
    """
    plain = "".join(text.upper().split())
    return Code(plain) if holder(reader, plain) else read_any(plain)


def history(reader: Reader, value: str) -> History | None:
    """All that is known of a code; None if it was never given."""
    row = next(iter(reader.rows(HOLDER, value=value)), None)
    if row is None:
        return None
    return History(
        _holder(row),
        row["origin"],
        moment_of(row["since"]),
        row["by"],
        tuple(
            reference(each["id"])
            for each in reader.rows(EVER_PROVIDED_IN, value=f'%"{row["value"]}"%')
        ),
        tuple(claims_of(reader, value)),
    )


def calls_with(reader: Reader, codes: Collection[str]) -> list[tuple[str, str]]:
    """The calls that these codes were provided in, each with the code."""
    return [
        (reference(row["id"]), code)
        for code in sorted(codes)
        for row in reader.rows(PROVIDED_IN, value=code)
    ]


def claims(reader: Reader, place: Place | None = None) -> list[Claimed]:
    """The codes that are claimed by two, of all organisations or those that touch `place`."""
    where, known = "", {}
    if place is not None:
        where = " WHERE q.location_id = :location OR c.location_id = :location"
        where += " OR q.provider_id = :provider OR c.provider_id = :provider"
        known = {"location": place.location_id or 0, "provider": place.provider_id or 0}
    return [
        Claimed(
            row["code"],
            row["level"],
            row["told"] or _title(row["name"], row["cqc_id"]),
            _title(row["holder"], row["holder_cqc_id"]),
            row["source"],
            moment_of(row["since"]),
        )
        for row in reader.rows(f"{CLAIMS}{where} ORDER BY q.code, q.id", **known)
    ]


def claims_of(reader: Reader, value: str) -> list[Claimed]:
    """Who else is told to have the code `value`."""
    return [each for each in claims(reader) if each.code == value]


def closed(reader: Reader) -> list[Closed]:
    """The codes that ODS closed, of places that are registered: the last one first."""
    return [
        Closed(
            row["code"], day(row["code_closed_on"]), row["successors"], row["cqc_id"], row["name"]
        )
        for row in reader.rows(CLOSED)
    ]


def of_ods_alone(reader: Reader, place: Place) -> list[Beside]:
    """The codes that ODS has for the name and postcode of `place`, and CQC for nobody."""
    days = ("registered_on", "deregistered_on")
    return [
        Beside(row["code"], theirs["registered_on"], days_fit(ours, theirs))
        for row in reader.rows(OF_ODS_ALONE, location=place.location_id or 0)
        for ours in [{name: day(row[f"place_{name}"]) for name in days}]
        for theirs in [{name: day(row[name]) for name in days}]
    ]


def _title(name: str, cqc_id: str) -> str:
    return f"{name} ({cqc_id})" if cqc_id else name


def _holder(row: Row) -> Holder:
    return Holder(
        row["value"],
        row["level"],
        row["known_as"],
        row["cqc_id"],
        row["location_id"],
        row["provider_id"],
        row["code_now"] != row["value"],
        row["origin"],
        day(row["closed_on"]) if row["code_now"] == row["value"] else None,
    )
