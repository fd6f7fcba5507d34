"""A made-up register, in the shapes in which CQC and ODS publish theirs. None of it is real."""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

PREAMBLE = (
    ("CQC directory (made up for a tour: no such places exist)",),
    ("Postcodes begin with ZZ; telephone numbers are those kept for drama",),
    ("",),
    ("",),
)
HEADINGS = (
    "Name",
    "Also known as",
    "Address",
    "Postcode",
    "Phone number",
    "Service's website (if available)",
    "Service types",
    "Date of latest check",
    "Specialisms/services",
    "Provider name",
    "Local authority",
    "Region",
    "Location URL",
    "CQC Location ID (for office use only)",
    "CQC Provider ID (for office use only)",
)

HOME, NURSING = "Residential homes", "Residential homes|Nursing homes"
AT_HOME = "Homecare agencies"
TOWN = "Northmoor"


class Provider(NamedTuple):
    """An organisation that runs places."""

    code: str
    cqc_id: str
    name: str


class Place(NamedTuple):
    """A place where care is given."""

    number: int  #: the end of its CQC id
    code: str  #: "" if ODS has not given it one yet
    name: str
    address: str
    postcode: str
    phone: str
    services: str
    provider: Provider

    @property
    def cqc_id(self) -> str:
        return cqc_id(self.number)


def cqc_id(number: int) -> str:
    return f"1-9000000{number}"


THISTLE = Provider("A9X1", "1-9100000001", "Thistle Care Limited")
LARCH = Provider("A9X2", "1-9100000002", "Larch View Care LLP")
HARBOUR = Provider("A9X3", "1-9100000003", "Harbour Lights Homes Ltd")
KESTREL = Provider("C9X4", "1-9100000004", "Kestrel Home Care Ltd")
GABLES = Provider("C9X5", "1-9100000005", "The Gables (Northmoor) Limited")
SALTMARSH = Provider("A9X6", "1-9100000006", "Saltmarsh Trust")
PROVIDERS = (THISTLE, LARCH, HARBOUR, KESTREL, GABLES, SALTMARSH)

PLACES = (
    Place(101, "VX9A1", "Rose Cottage", "1 Rose Lane", "ZZ91 1AA", "01632 960101", HOME, THISTLE),
    Place(102, "VX9A2", "Bramble House", "7 Hedge Row", "ZZ91 1AB", "01632 960102", HOME, THISTLE),
    Place(103, "VX9A3", "Larch View", "2 Hill Rise", "ZZ91 2AD", "0161 496 0103", NURSING, LARCH),
    Place(105, "VX9A5", "Willow Bank", "5 Mill Bank", "ZZ91 3AE", "01632 960105", HOME, HARBOUR),
    Place(
        106, "VX9A6", "Kestrel Home Care", "Unit 4", "ZZ91 4AF", "01632 960106", AT_HOME, KESTREL
    ),
    Place(107, "VX9A7", "The Gables", "12 Long Street", "ZZ91 5AG", "01632 960107", HOME, GABLES),
    Place(108, "", "Primrose Lodge", "3 Bank End", "ZZ91 6AH", "01632 960108", HOME, HARBOUR),
    Place(109, "VX9A9", "Ashgrove Court", "9 Ash Road", "ZZ91 7AJ", "0161 496 0109", HOME, THISTLE),
    Place(110, "VX9C1", "Meadow Way", "40 Meadow Way", "ZZ91 8AL", "01632 960110", AT_HOME, LARCH),
    Place(111, "VX9C2", "Fernleigh", "21 Fern Road", "ZZ92 1AN", "01632 960111", HOME, SALTMARSH),
    Place(112, "VX9C3", "Quarry Hill", "Quarry Hill", "ZZ92 2AP", "0161 496 0112", NURSING, LARCH),
    Place(113, "VX9C4", "Lantern at Home", "6 Quay", "ZZ92 3AQ", "01632 960113", AT_HOME, KESTREL),
    Place(114, "VX9C5", "Saltmarsh", "Marsh Lane", "ZZ92 4AR", "01632 960114", HOME, SALTMARSH),
    Place(115, "VX9C6", "Tern House", "8 Shore Road", "ZZ92 5AT", "01632 960115", HOME, SALTMARSH),
    Place(116, "", "Smile Dental", "1 Market Place", "ZZ92 6AW", "01632 960116", "Dentist", GABLES),
)
"""What CQC's directory lists: one has no code yet, and one is no adult social care."""

OLD_WILLOW_BANK = Place(
    104, "VX9A4", "Willow Bank", "5 Mill Bank", "ZZ91 3AE", "01632 960104", HOME, GABLES
)
"""The same building under its earlier owner. Only CQC's API still speaks of it."""

OPENED, CLOSED = "2014-04-01", "2023-09-30"
REOPENED = "2023-10-01"


def write(folder: Path) -> list[Path]:
    """Write the files of the register into `folder`, and give their paths."""
    folder.mkdir()
    directory, documents = folder / "CQC_directory.csv", folder / "cqc_api.json"
    sites, parents = folder / "ecarehomesite.csv", folder / "ecarehomehq.csv"
    _table(directory, "utf-8-sig", [*PREAMBLE, HEADINGS, *map(_directory_row, PLACES)])
    documents.write_text(json.dumps(_documents(), indent=2), encoding="utf-8")
    coded = [place for place in (*PLACES, OLD_WILLOW_BANK) if place.code]
    _table(sites, "cp1252", map(_site_row, coded))
    _table(parents, "cp1252", map(_parent_row, PROVIDERS))
    return [directory, documents, sites, parents]


def _table(path: Path, encoding: str, rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)


def _directory_row(place: Place) -> tuple[str, ...]:
    provider, region = place.provider, "North"
    where = (f"{place.address}, {TOWN}", place.postcode, place.phone, "")
    checked = ("01/10/2024", "Caring for adults over 65 yrs")
    end = (provider.name, TOWN, region, "", place.cqc_id, provider.cqc_id)
    return (place.name, "", *where, place.services, *checked, *end)


def _documents() -> list[dict[str, object]]:
    """The old registration of Willow Bank, and the one that followed it."""
    new = next(place for place in PLACES if place.name == OLD_WILLOW_BANK.name)
    return [
        _document(OLD_WILLOW_BANK, OPENED, "HSCA Successor", new.cqc_id)
        | {"registrationStatus": "Deregistered", "deregistrationDate": CLOSED},
        _document(new, REOPENED, "HSCA Predecessor", OLD_WILLOW_BANK.cqc_id),
    ]


def _document(place: Place, since: str, relation: str, other: str) -> dict[str, object]:
    return {
        "locationId": place.cqc_id,
        "providerId": place.provider.cqc_id,
        "type": "Social Care Org",
        "name": place.name,
        "odsCode": place.code,
        "registrationStatus": "Registered",
        "registrationDate": since,
        "careHome": "Y",
        "postalAddressLine1": place.address,
        "postalAddressTownCity": TOWN,
        "postalCode": place.postcode,
        "mainPhoneNumber": place.phone.replace(" ", ""),
        "gacServiceTypes": [{"name": name} for name in place.services.split("|")],
        "relationships": [{"relatedLocationId": other, "type": relation}],
    }


def _site_row(place: Place) -> list[str]:
    closed = CLOSED.replace("-", "") if place is OLD_WILLOW_BANK else ""
    opened = REOPENED if place.name == OLD_WILLOW_BANK.name and not closed else OPENED
    return _ods_row(place.code, place.name, place, (opened, closed), place.provider.code)


def _parent_row(provider: Provider) -> list[str]:
    first = next(place for place in PLACES if place.provider == provider)
    return _ods_row(provider.code, provider.name, first, (OPENED, ""), "")


def _ods_row(code: str, name: str, place: Place, days: tuple[str, str], parent: str) -> list[str]:
    """27 columns without headings, in capitals, as ODS writes them."""
    row = [""] * 27
    row[0], row[1], row[4], row[7], row[9] = code, name, place.address, TOWN, place.postcode
    row[10], row[11] = (day.replace("-", "") for day in days)
    row[14], row[17] = parent, place.phone
    return [cell.upper() for cell in row]
