"""What a register file says, as plain values: the same whatever the shape of the file."""

import re
import unicodedata
from datetime import date, timedelta
from typing import NamedTuple

from workflows.kinds import Kind

CARE_HOMES = ("residential homes", "nursing homes", "care home service")
AT_HOME = (
    "homecare agencies",
    "domiciliary care",
    "supported living",
    "supported housing",
    "extra care housing",
    "shared lives",
)
"""How CQC's service types of adult social care begin. All others are health care."""

LONGEST = 200
LONGEST_LIST = 500


class LocationEntry(NamedTuple):
    """What a file says of a place where care is given; "" or None where it is silent."""

    cqc_id: str = ""
    code: str = ""
    provider_cqc_id: str = ""
    provider_name: str = ""
    parent_code: str = ""
    name: str = ""
    also_known_as: str = ""
    address: str = ""
    postcode: str = ""
    phone: str = ""
    kind: Kind | None = None
    service_types: str = ""
    local_authority: str = ""
    dormant: bool | None = None
    status: str = ""
    registered_on: date | None = None
    deregistered_on: date | None = None
    successors: str = ""
    predecessors: str = ""


class ProviderEntry(NamedTuple):
    """What a file says of an organisation that runs places; "" or None where it is silent."""

    cqc_id: str = ""
    code: str = ""
    name: str = ""
    also_known_as: str = ""
    address: str = ""
    postcode: str = ""
    phone: str = ""
    status: str = ""
    registered_on: date | None = None
    deregistered_on: date | None = None
    successors: str = ""
    predecessors: str = ""


class Succession(NamedTuple):
    """What a file says of two codes: the organisation of the second follows that of the first."""

    code: str
    successor_code: str
    on: date | None = None


class Reject(NamedTuple):
    """A piece of a file that could not be read."""

    file: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.why}"


class Skip(NamedTuple):
    """A piece of a file that is none of this desk's business."""

    why: str


Entry = LocationEntry | ProviderEntry
Piece = Entry | Succession | Reject | Skip

NOT_SOCIAL_CARE = Skip("not adult social care")

_COMPACT_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")
_LOCAL_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_SERIAL_DAY = re.compile(r"(\d{5})(?:\.\d*)?")
_BEFORE_SERIAL_DAYS = date(1899, 12, 30)


def plain(value: object, longest: int = LONGEST) -> str:
    """`value` as one line of text, without control characters, no longer than `longest`."""
    text = "" if value is None else str(value)
    if not text.isprintable():  # most text is, and need not be looked at letter by letter
        text = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    return " ".join(text.split())[:longest].rstrip()


def address(*lines: object) -> str:
    """The parts of an address, however they were divided."""
    parts = (part.strip() for line in lines for part in plain(line, LONGEST_LIST).split(","))
    return ", ".join(part for part in parts if part)[:LONGEST_LIST]


def day(value: object) -> date | None:
    """A date as the register's files write it: 2010-12-29, 20101229, 29/12/2010.

    Or as spreadsheets count them: 40541.
    """
    text = plain(value)[:10]
    if serial := _SERIAL_DAY.fullmatch(text):
        return _BEFORE_SERIAL_DAYS + timedelta(days=int(serial[1]))
    if compact := _COMPACT_DAY.fullmatch(text):
        text = "-".join(compact.groups())
    elif local := _LOCAL_DAY.fullmatch(text):
        text = f"{local[3]}-{local[2]:>02}-{local[1]:>02}"
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def kind_of(services: list[str]) -> Kind | None:
    """What a place is, by its CQC service types; a care home that also visits is a care home."""
    known = [service.casefold() for service in services]
    if any(service.startswith(CARE_HOMES) for service in known):
        return Kind.CARE_HOME
    return Kind.DOMICILIARY if any(service.startswith(AT_HOME) for service in known) else None
