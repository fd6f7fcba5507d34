"""A place or provider as the register has it, read without the ORM, and told in plain words."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from helpdesk.database import Reader, Row
from workflows.kinds import Kind

REGISTERED, DEREGISTERED = "Registered", "Deregistered"
"""What CQC says of a place, or of a provider."""

LOCATIONS = """
SELECT l.id AS location_id, p.id AS provider_id, l.cqc_id, l.name, l.also_known_as, l.address,
       l.postcode, l.phone, l.kind, l.status, l.registered_on, l.deregistered_on, l.successors,
       l.code AS site_code, l.provider_cqc_id, l.dormant,
       COALESCE(NULLIF(p.code, ''), l.parent_code) AS parent_code,
       COALESCE(NULLIF(p.name, ''),
                (SELECT MIN(h.name) FROM provider h WHERE h.code = l.parent_code AND h.code <> '')
       ) AS provider_name,
       EXISTS (SELECT 1 FROM location t
                WHERE t.postcode_key = l.postcode_key AND t.name_key = l.name_key
                  AND t.postcode_key <> '' AND t.status = 'Registered'
                  AND l.status = 'Registered' AND t.id <> l.id) AS doubled
  FROM location l LEFT JOIN provider p ON p.cqc_id = l.provider_cqc_id
"""

PROVIDERS = """
SELECT NULL AS location_id, p.id AS provider_id, p.cqc_id, p.name, p.also_known_as, p.address,
       p.postcode, p.phone, NULL AS kind, p.status, p.registered_on, p.deregistered_on,
       p.successors, '' AS site_code, p.cqc_id AS provider_cqc_id, FALSE AS dormant,
       COALESCE(NULLIF(p.code, ''),
                (SELECT CASE WHEN COUNT(DISTINCT l.parent_code) = 1 THEN MIN(l.parent_code) END
                   FROM location l
                  WHERE l.provider_cqc_id = p.cqc_id AND l.parent_code <> '')
       ) AS parent_code,
       p.name AS provider_name, FALSE AS doubled
  FROM provider p
"""
"""Both give the same columns. A provider whose own row has no code bears that of its places."""


class Place(NamedTuple):
    """What the register says of one location, or of a provider if `location_id` is None."""

    location_id: int | None  #: the row, not CQC's id
    provider_id: int | None
    cqc_id: str  #: "" if only ODS knows it
    name: str
    also_known_as: str
    address: str
    postcode: str
    phone: str
    kind: Kind | None
    status: str
    registered_on: date | None
    deregistered_on: date | None
    successors: tuple[str, ...]  #: CQC ids
    site_code: str
    provider_cqc_id: str
    provider_name: str
    parent_code: str
    dormant: bool
    doubled: bool  #: another registered location has its name and postcode

    @property
    def number(self) -> str:
        """What to type for it: its CQC id, or its code if only ODS knows it."""
        return self.cqc_id or self.site_code or self.parent_code

    @property
    def title(self) -> str:
        return f"{self.name} ({self.number})"

    @property
    def is_registered(self) -> bool:
        return self.status == REGISTERED

    @property
    def is_gone(self) -> bool:
        return bool(self.deregistered_on) and not self.is_registered

    @property
    def successor(self) -> str:
        """The CQC id of what it became; "" if it is not gone, or became none or several."""
        return self.successors[0] if self.is_gone and len(self.successors) == 1 else ""

    @property
    def words(self) -> tuple[str, ...]:
        """How it stands, in plain words, the most important first."""
        return tuple(_words(self))


def locations(reader: Reader, where: str, **parameters: object) -> list[Place]:
    """The locations `l` with their providers `p` for which `where` is true.

    The registered come first, and of those the newest.
    """
    order = "ORDER BY l.status DESC, l.registered_on DESC NULLS LAST, l.cqc_id"
    rows = reader.rows(f"{LOCATIONS} WHERE {where} {order}", **parameters)
    return [_place(row) for row in rows]


def providers(reader: Reader, where: str, **parameters: object) -> list[Place]:
    """The providers `p` for which `where` is true, in the same order."""
    order = "ORDER BY p.status DESC, p.registered_on DESC NULLS LAST, p.cqc_id"
    rows = reader.rows(f"{PROVIDERS} WHERE {where} {order}", **parameters)
    return [_place(row) for row in rows]


def day_in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _place(row: Row) -> Place:
    provider = row["provider_cqc_id"] or ""
    return Place(
        location_id=row["location_id"],
        provider_id=row["provider_id"],
        cqc_id=row["cqc_id"] or "",
        name=row["name"],
        also_known_as=row["also_known_as"],
        address=row["address"],
        postcode=row["postcode"],
        phone=row["phone"],
        kind=Kind(row["kind"]) if row["kind"] else None,
        status=row["status"],
        registered_on=_day(row["registered_on"]),
        deregistered_on=_day(row["deregistered_on"]),
        successors=tuple(row["successors"].split()),
        site_code=row["site_code"],
        provider_cqc_id=provider,
        provider_name=row["provider_name"] or "",
        parent_code=row["parent_code"] or _trust(provider),
        dormant=bool(row["dormant"]),
        doubled=bool(row["doubled"]),
    )


def _trust(provider_cqc_id: str) -> str:
    """CQC knows a NHS trust by its ODS code, which is its parent code too."""
    return "" if provider_cqc_id.startswith("1-") else provider_cqc_id


def _day(value: Any) -> date | None:  # drivers give text or a date
    return date.fromisoformat(value) if isinstance(value, str) else value


def _words(place: Place) -> Iterator[str]:
    yield _standing(place)
    if place.dormant:
        yield "dormant"
    if place.doubled:
        yield "dual registration: another registered location has this name and postcode"
    if not (place.site_code if place.location_id else place.parent_code):
        yield "no code is known" if place.status == DEREGISTERED else "not yet coded"


def _standing(place: Place) -> str:
    if not place.cqc_id:
        closed = place.deregistered_on
        ending = f", closed on {day_in_words(closed)}" if closed else ""
        return f"known to ODS alone{ending}"
    if place.status == DEREGISTERED:
        on = f" on {day_in_words(place.deregistered_on)}" if place.deregistered_on else ""
        return f"deregistered{on}; {_succession(place.successors)}"
    since = f" since {day_in_words(place.registered_on)}" if place.registered_on else ""
    return f"registered{since}" if place.is_registered else "CQC's word on it is not loaded yet"


def _succession(successors: tuple[str, ...]) -> str:
    if not successors:
        return "it has no successor"
    if len(successors) == 1:
        return f"its successor is {successors[0]}"
    return f"its successors are {', '.join(successors)}"
