"""Reads the rows of CQC's tables: its directory, and its list of active locations."""

from collections.abc import Callable, Mapping, Sequence
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
from helpdesk.register.places import REGISTERED

DIRECTORY = {
    "name": "name",
    "also_known_as": "also known as",
    "line_1": "address",
    "postcode": "postcode",
    "phone": "phone",
    "service_types": "service types",
    "provider_name": "provider name",
    "local_authority": "local authority",
    "cqc_id": "cqc location",
    "provider_cqc_id": "cqc provider",
}
LOCATIONS = {
    "name": "location name",
    "also_known_as": "location also known as",
    "line_1": "location street address",
    "line_2": "location address line 2",
    "city": "location city",
    "county": "location county",
    "postcode": "location postal code",
    "phone": "location telephone",
    "code": "location ods code",
    "care_home": "care home?",
    "sector": "location type",
    "directorate": "location inspection directorate",
    "dormant": "dormant",
    "registered_on": "location hsca start",
    "local_authority": "location local authority",
    "provider_name": "provider name",
    "cqc_id": "location id",
    "provider_cqc_id": "provider id",
}
"""What is wanted of each table, and how the heading of its column begins, in small letters."""

NEEDED = ("name", "cqc_id", "provider_cqc_id")
ADDRESS = ("line_1", "line_2", "city", "county")
SOCIAL_CARE = {"sector": "social care org", "directorate": "adult social care"}
SERVICE_TYPE = "service type - "
"""How the columns begin that say Y or nothing to one kind of service each."""

Fields = Mapping[str, str]


class Columns(NamedTuple):
    """A table with headings: where each thing stands, and what becomes of it."""

    places: Mapping[str, int]
    services: Mapping[str, int]
    become: Callable[[Fields], Entry | Skip]

    def entry(self, row: Sequence[str]) -> Entry | Skip:
        """What one row says; BadValue if it cannot be read."""
        if len(row) <= max(self.places.values()):
            raise BadValue(f"it breaks off after {len(row)} columns")
        fields = {name: plain(row[at], LONGEST_LIST) for name, at in self.places.items()}
        if not fields["name"]:
            raise BadValue("it has no name")
        if offered := [name for name, at in self.services.items() if row[at : at + 1] == ["Y"]]:
            fields["service_types"] = "|".join(offered)[:LONGEST_LIST]
        return self.become(fields)


def columns_of(file: str, row: Sequence[str]) -> Columns | None:
    """The columns that `row` gives the headings of; None if it does not look like headings."""
    headings = [plain(heading).casefold() for heading in row]
    if headings[:1] == ["name"]:
        return _columns(file, headings, DIRECTORY, _from_directory)
    if LOCATIONS["cqc_id"] in headings:
        return _columns(file, headings, LOCATIONS, _from_locations)
    return None


def _columns(
    file: str,
    headings: Sequence[str],
    wanted: Mapping[str, str],
    become: Callable[[Fields], Entry | Skip],
) -> Columns:
    found = {name: _place(headings, start) for name, start in wanted.items()}
    if lacking := [repr(wanted[name]) for name in NEEDED if found[name] is None]:
        raise FileUnreadable(
            f"{file} lacks the column {' and '.join(lacking)}; load the file as CQC publishes it"
        )
    services = {
        heading.removeprefix(SERVICE_TYPE).capitalize(): at
        for at, heading in enumerate(headings)
        if heading.startswith(SERVICE_TYPE)
    }
    return Columns({name: at for name, at in found.items() if at is not None}, services, become)


def _place(headings: Sequence[str], start: str) -> int | None:
    return next((at for at, heading in enumerate(headings) if heading.startswith(start)), None)


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
    provider = fields["provider_cqc_id"]
    return LocationEntry(
        cqc_id=read_cqc_id(fields["cqc_id"]),
        code=fields.get("code", "").upper(),
        provider_cqc_id=read_cqc_id(provider) if provider else "",
        provider_name=plain(fields.get("provider_name")),
        name=plain(fields["name"]),
        also_known_as=plain(fields.get("also_known_as")),
        address=address(*(fields.get(line) for line in ADDRESS)),
        postcode=plain(fields.get("postcode")).upper(),
        phone=plain(fields.get("phone")),
        kind=kind,
        service_types=fields.get("service_types", ""),
        local_authority=plain(fields.get("local_authority")),
        dormant=_yes(fields, "dormant"),
        status=REGISTERED,  # these tables list what is registered, and nothing else
        registered_on=day(fields.get("registered_on")),
    )


def _yes(fields: Fields, name: str) -> bool | None:
    """What a column of Y and N says; None where it is silent."""
    said = fields.get(name, "").upper()
    return said == "Y" if said else None
