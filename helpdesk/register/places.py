"""A place or provider as the register has it, read without the ORM, and told in plain words."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from helpdesk.database import Reader, Row, day
from helpdesk.register.heirs import DEREGISTERED, REGISTERED, Heir, ends, followed
from workflows.kinds import Kind

__all__ = ["DEREGISTERED", "REGISTERED", "Place", "locations", "place_of", "providers"]

OF_LOCATION = """
l.id AS location_id, p.id AS provider_id, l.cqc_id, l.name, l.also_known_as, l.address,
       l.postcode, l.phone, l.kind, l.status, l.registered_on, l.deregistered_on, l.successors,
       l.code AS site_code, l.code_closed_on, l.provider_cqc_id, l.dormant,
       COALESCE(NULLIF(p.code, ''), l.parent_code) AS parent_code, p.status AS provider_status,
       COALESCE(NULLIF(p.name, ''),
                (SELECT MIN(h.name) FROM provider h WHERE h.code = l.parent_code AND h.code <> '')
       ) AS provider_name,
       EXISTS (SELECT 1 FROM location t
                WHERE t.postcode_key = l.postcode_key AND t.name_key = l.name_key
                  AND t.postcode_key <> '' AND t.status = 'Registered'
                  AND l.status = 'Registered' AND t.id <> l.id) AS doubled
"""

LOCATIONS = f"""
SELECT {OF_LOCATION}
  FROM location l LEFT JOIN provider p ON p.cqc_id = l.provider_cqc_id
"""  # noqa: S608  # pieces of SQL; what was given are parameters

PROVIDERS = """
SELECT NULL AS location_id, p.id AS provider_id, p.cqc_id, p.name, p.also_known_as, p.address,
       p.postcode, p.phone, NULL AS kind, p.status, p.registered_on, p.deregistered_on,
       p.successors, '' AS site_code, p.code_closed_on, p.cqc_id AS provider_cqc_id,
       FALSE AS dormant,
       COALESCE(NULLIF(p.code, ''),
                (SELECT CASE WHEN COUNT(DISTINCT l.parent_code) = 1 THEN MIN(l.parent_code) END
                   FROM location l
                  WHERE l.provider_cqc_id = p.cqc_id AND l.parent_code <> '')
       ) AS parent_code,
       p.name AS provider_name, p.status AS provider_status, FALSE AS doubled
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
    successors: tuple[str, ...]  #: CQC ids or ODS codes
    site_code: str
    code_closed_on: date | None  #: when ODS closed its own code: a provider's is the parent code
    provider_cqc_id: str
    provider_name: str
    parent_code: str
    dormant: bool
    provider_status: str  #: "" if CQC's word on it is not loaded
    doubled: bool  #: another registered location has its name and postcode
    heirs: tuple[Heir, ...] = ()  #: where the chain of its successors ends, if it has any

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
        return self.status == DEREGISTERED or (
            bool(self.deregistered_on) and not self.is_registered
        )

    @property
    def living_heir(self) -> Heir | None:
        """The one registered place that it became; None if there is none, or several."""
        living = [heir for heir in self.heirs if heir.is_registered]
        return living[0] if len(living) == 1 else None

    @property
    def began(self) -> int:
        """The day of its registration, counted; 0 if it is not known."""
        return self.registered_on.toordinal() if self.registered_on else 0

    def is_closed(self, today: date) -> bool:
        """Whether ODS has closed its own code by now; it tells beforehand, too."""
        return self.code_closed_on is not None and self.code_closed_on <= today

    @property
    def has_open_code(self) -> bool:
        """Whether it has a site code that ODS has not closed."""
        return bool(self.site_code) and self.code_closed_on is None

    @property
    def words(self) -> tuple[str, ...]:
        """How it stands, in plain words, the most important first."""
        return tuple(_words(self))


def locations(reader: Reader, where: str, **parameters: object) -> Sequence[Place]:
    """The locations `l` with their providers `p` for which `where` is true.

    The registered come first, and of those the newest. Of those that are gone it is known what
    they became.
    """
    rows = reader.rows(f"{LOCATIONS} WHERE {where}", **parameters)
    return with_heirs(reader, sorted(map(place_of, rows), key=_newest_first))


def providers(reader: Reader, where: str, **parameters: object) -> list[Place]:
    """The providers `p` for which `where` is true, in the same order."""
    rows = reader.rows(f"{PROVIDERS} WHERE {where}", **parameters)
    return sorted(map(place_of, rows), key=_newest_first)


def with_heirs(
    reader: Reader, places: Sequence[Place], met: Iterable[Place] = ()
) -> Sequence[Place]:
    """The same places; of those that are gone it is known what they became.

    Places that were `met` already are not read again.
    """
    after = {each for place in places if _is_followed(place) for each in place.successors}
    if not after:
        return places
    known = followed(reader, after, {place.cqc_id: _met(place) for place in met})
    return [
        place._replace(heirs=ends(place.successors, known)) if _is_followed(place) else place
        for place in places
    ]


def closing(place: Place) -> str:
    """That ODS closed the code of `place`, and which followed on it."""
    code = place.site_code if place.location_id else place.parent_code
    on = day_in_words(place.code_closed_on) if place.code_closed_on else "a day not told"
    followed = f", and {' and '.join(place.successors)} followed on it" if place.successors else ""
    return f"ODS closed its code {code} on {on}{followed}"


def day_in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _newest_first(place: Place) -> tuple[bool, bool, int, str]:
    # Sorted here, since two databases need not agree on the order of texts.
    return not place.is_registered, place.status != DEREGISTERED, -place.began, place.cqc_id


def _is_followed(place: Place) -> bool:
    return place.location_id is not None and not (place.is_registered or place.heirs)


def _met(place: Place) -> Row:
    """As a row of what succeeds others."""
    return {
        "number": place.cqc_id,
        "cqc_id": place.cqc_id,
        "name": place.name,
        "status": place.status,
        "successors": " ".join(place.successors),
    }


def place_of(row: Row) -> Place:
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
        registered_on=day(row["registered_on"]),
        deregistered_on=day(row["deregistered_on"]),
        successors=tuple(row["successors"].split()),
        site_code=row["site_code"],
        code_closed_on=day(row["code_closed_on"]),
        provider_cqc_id=provider,
        provider_name=row["provider_name"] or "",
        parent_code=row["parent_code"] or _trust(provider),
        dormant=bool(row["dormant"]),
        provider_status=row["provider_status"] or "",
        doubled=bool(row["doubled"]),
    )


def _trust(provider_cqc_id: str) -> str:
    """CQC knows a NHS trust by its ODS code, which is its parent code too."""
    return "" if provider_cqc_id.startswith("1-") else provider_cqc_id


def _words(place: Place) -> Iterator[str]:
    yield _standing(place)
    if place.dormant:
        yield "dormant"
    if place.doubled:
        yield "dual registration: another registered location has this name and postcode"
    if place.cqc_id and place.code_closed_on:
        yield closing(place)
    if not (place.site_code if place.location_id else place.parent_code):
        yield "no code is known" if place.status == DEREGISTERED else "not yet coded"


def _standing(place: Place) -> str:
    if not place.cqc_id:
        closed = place.deregistered_on
        ending = f", closed on {day_in_words(closed)}" if closed else ""
        return f"known to ODS alone{ending}"
    if place.status == DEREGISTERED:
        on = f" on {day_in_words(place.deregistered_on)}" if place.deregistered_on else ""
        return f"deregistered{on}; {_succession(place)}"
    since = f" since {day_in_words(place.registered_on)}" if place.registered_on else ""
    return f"registered{since}" if place.is_registered else "CQC's word on it is not loaded yet"


def _succession(place: Place) -> str:
    heirs = place.heirs or [Heir(each, "", is_registered=False) for each in place.successors]
    if not heirs:
        return "it has no successor"
    told = ", ".join(map(_told, heirs))
    return f"its successor is {told}" if len(heirs) == 1 else f"its successors are {told}"


def _told(heir: Heir) -> str:
    ended = ", no longer registered either" if heir.name and not heir.is_registered else ""
    return f"{heir.title}{ended}"
