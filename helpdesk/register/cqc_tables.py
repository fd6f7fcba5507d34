"""Reads the rows of CQC's tables: its directory, and its lists of locations."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from sys import intern
from typing import NamedTuple

from helpdesk.errors import BadValue, FileUnreadable
from helpdesk.intake import Kind
from helpdesk.register.codes import read_cqc_id
from helpdesk.register.entries import (
    LONGEST_LIST,
    NOT_SOCIAL_CARE,
    Entry,
    LocationEntry,
    Skip,
    address,
    day,
    kind_of,
    plain,
)
from helpdesk.register.places import DEREGISTERED, REGISTERED
from helpdesk.register.shapes import Shape

Fields = Mapping[str, str]

DIRECTORY: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "also_known_as": ("also known as",),
    "line_1": ("address",),
    "line_2": ("address 2",),
    "city": ("town",),
    "county": ("county",),
    "postcode": ("postcode",),
    "phone": ("phone",),
    "service_types": ("service types",),
    "provider_name": ("provider name",),
    "local_authority": ("local authority",),
    "cqc_id": ("cqc location",),
    "provider_cqc_id": ("cqc provider",),
}
LOCATIONS: Mapping[str, tuple[str, ...]] = {
    "name": ("location name",),
    "also_known_as": ("location also known as",),
    "line_1": ("location street address",),
    "line_2": ("location address line 2",),
    "city": ("location city",),
    "county": ("location county",),
    "postcode": ("location postal code",),
    "phone": ("location telephone",),
    "code": ("location ods code",),
    "care_home": ("care home?",),
    "sector": ("location type",),
    "directorate": ("location inspection directorate",),
    "dormant": ("dormant",),
    "status": ("location status",),
    "registered_on": ("location hsca start", "hsca start"),
    "ended_on": ("location hsca end", "hsca end"),
    "local_authority": ("location local authority",),
    "provider_name": ("provider name",),
    "cqc_id": ("location id",),
    "provider_cqc_id": ("provider id",),
}
"""What is wanted of each table, and how the heading of its column begins, in small letters.

Neither holds a column with a person's name.
"""

NEEDED = ("name", "cqc_id", "provider_cqc_id")
ADDRESS = ("line_1", "line_2", "city", "county")
SOCIAL_CARE = {"sector": "social care org", "directorate": "adult social care"}
SERVICE_TYPE = "service type - "
"""How the columns begin that say Y or nothing to one kind of service each."""

OF_ANOTHER_SHEET = "linked organisation"
"""How a heading begins in the sheet of dual registrations, which lists places a second time."""

NOTHING = ("-", "*")
"""What stands in a cell that says nothing."""

GONE = ("inactive", "deregistered", "removed", "archived")
"""How the status begins of a place that is registered no more."""


class Columns(NamedTuple):
    """A table with headings: where each thing stands, and what becomes of it."""

    places: Mapping[str, int]
    services: Mapping[str, int]
    become: Callable[[Fields], Entry | Skip]
    shape: Shape

    def beside(self, first: Iterable[Sequence[str]]) -> "Columns":
        """The same, with the shape that the first rows of the table tell."""
        # Lists of active locations had a column for their end as well, and nothing in it.
        if self.shape is Shape.ACTIVE and any(_has_ended(self._said(row)) for row in first):
            return self._replace(shape=Shape.DEACTIVATED)
        return self

    def entry(self, row: Sequence[str]) -> Entry | Skip:
        """What one row says; BadValue if it cannot be read."""
        if len(row) <= max(self.places.values()):
            raise BadValue(f"it breaks off after {len(row)} columns")
        fields = self._said(row)
        if not fields["name"]:
            raise BadValue("it has no name")
        if offered := [name for name, at in self.services.items() if row[at : at + 1] == ["Y"]]:
            fields["service_types"] = "|".join(offered)[:LONGEST_LIST]
        found = self.become(fields)
        if self.shape is Shape.DEACTIVATED and isinstance(found, LocationEntry):
            return found if found.status == DEREGISTERED else found._replace(status="")
        return found

    def _said(self, row: Sequence[str]) -> dict[str, str]:
        said = {
            name: plain("".join(row[at : at + 1]), LONGEST_LIST) for name, at in self.places.items()
        }
        return {name: "" if text in NOTHING else text for name, text in said.items()}


def columns_of(file: str, row: Sequence[str]) -> Columns | None:
    """The columns that `row` gives the headings of; None if it does not look like headings.

    FileUnreadable if they are headings, and one lacks that is needed.
    """
    headings = [plain(heading).casefold() for heading in row]
    if any(heading.startswith(OF_ANOTHER_SHEET) for heading in headings):
        return None
    return _columns(file, headings, DIRECTORY, Shape.DIRECTORY) or _columns(
        file, headings, LOCATIONS, Shape.ACTIVE
    )


def _columns(
    file: str,
    headings: Sequence[str],
    wanted: Mapping[str, Sequence[str]],
    shape: Shape,
) -> Columns | None:
    found = {name: _place(headings, starts) for name, starts in wanted.items()}
    lacking = [repr(wanted[name][0]) for name in NEEDED if found[name] is None]
    if len(lacking) > 1:  # a sheet that explains the columns has one of them in each row
        return None
    if lacking:
        raise FileUnreadable(
            f"{file} lacks the column {lacking[0]}; load the file as CQC publishes it"
        )
    services = {
        heading.removeprefix(SERVICE_TYPE).capitalize(): at
        for at, heading in enumerate(headings)
        if heading.startswith(SERVICE_TYPE)
    }
    places = {name: at for name, at in found.items() if at is not None}
    become = _from_directory if shape is Shape.DIRECTORY else _from_locations
    return Columns(places, services, become, shape)


def _place(headings: Sequence[str], starts: Sequence[str]) -> int | None:
    found = (
        at for start in starts for at, heading in enumerate(headings) if heading.startswith(start)
    )
    return next(found, None)


def _from_directory(fields: Fields) -> Entry | Skip:
    services = fields.get("service_types", "")
    kind = kind_of(services.split("|"))
    return NOT_SOCIAL_CARE if services and not kind else _location(fields, kind)


def _from_locations(fields: Fields) -> Entry | Skip:
    said = {name: fields[name].casefold() for name in SOCIAL_CARE if fields.get(name)}
    if said and not said.items() & SOCIAL_CARE.items():
        return NOT_SOCIAL_CARE
    kind = kind_of(fields.get("service_types", "").split("|"))
    return _location(fields, Kind.CARE_HOME if _yes(fields, "care_home") else kind)


def _location(fields: Fields, kind: Kind | None) -> LocationEntry:
    # What many rows have in common is kept once: all the rows of a list are held at a time.
    has_ended = _has_ended(fields)
    return LocationEntry(
        cqc_id=_cqc_id(fields, "cqc_id", "location"),
        code=fields.get("code", "").upper(),
        provider_cqc_id=intern(_cqc_id(fields, "provider_cqc_id", "provider")),
        provider_name=intern(plain(fields.get("provider_name"))),
        name=plain(fields["name"]),
        also_known_as=plain(fields.get("also_known_as")),
        address=address(*(fields.get(line) for line in ADDRESS)),
        postcode=plain(fields.get("postcode")).upper(),
        phone=plain(fields.get("phone")),
        kind=kind,
        service_types=intern(fields.get("service_types", "")),
        local_authority=intern(plain(fields.get("local_authority"))),
        dormant=_yes(fields, "dormant"),
        status=DEREGISTERED if has_ended else REGISTERED,  # what is listed, and has no end, goes on
        registered_on=day(fields.get("registered_on")),
        deregistered_on=day(fields.get("ended_on")),
    )


def _has_ended(fields: Fields) -> bool:
    status = fields.get("status", "").casefold()
    return bool(day(fields.get("ended_on"))) or status.startswith(GONE)


def _cqc_id(fields: Fields, name: str, whose: str) -> str:
    """The id, without quoting what stands there instead: of a shifted row, that may be a name."""
    try:
        return read_cqc_id(fields[name]) if fields[name] or whose == "location" else ""
    except BadValue:
        raise BadValue(
            f"the id of its {whose} is not a CQC id: 1- and the 9 to 11 digits that follow it"
        ) from None


def _yes(fields: Fields, name: str) -> bool | None:
    """What a column of Y and N says; None where it is silent."""
    said = fields.get(name, "").upper()
    return said == "Y" if said else None
