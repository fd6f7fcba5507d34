"""What became of a place that is gone: the chain of its successors, followed to its end."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from helpdesk.database import Reader, Row

REGISTERED, DEREGISTERED = "Registered", "Deregistered"
"""What CQC says of a place, or of a provider."""

SUCCEEDING = """
SELECT cqc_id AS number, cqc_id, name, status, successors FROM location WHERE cqc_id IN ({numbers})
UNION ALL
SELECT code AS number, cqc_id, name, status, successors FROM location
 WHERE code IN ({numbers}) AND code <> ''
"""

LONGEST_CHAIN = 20
"""No place was registered anew more often than this."""


class Heir(NamedTuple):
    """What a place became in the end."""

    number: str  #: its CQC id, or its code if only ODS knows it
    name: str  #: "" if the register does not have it
    is_registered: bool

    @property
    def title(self) -> str:
        return f"{self.name} ({self.number})" if self.name else self.number


def followed(
    reader: Reader, numbers: Collection[str], met: Mapping[str, Row] = MappingProxyType({})
) -> dict[str, Row]:
    """What is known of those that bear these ids or codes, of those that came after, and so on.

    It is not asked of those that were `met` already.
    """
    known: dict[str, Row] = {}
    asked = set(numbers)
    for _ in range(LONGEST_CHAIN):
        if not asked:
            break
        rows = [met[number] for number in sorted(asked) if number in met]
        rows += _succeeding(reader, sorted(asked - met.keys()))
        known |= {row["number"]: row for row in rows}
        asked = {number for row in rows for number in _after(row)} - known.keys()
    return known


def ends(successors: Sequence[str], known: Mapping[str, Row]) -> tuple[Heir, ...]:
    """Where the chains end that begin with these: with those registered, or without successor."""
    found: dict[str, Heir] = {}
    ahead, seen = list(successors), set()
    while ahead:
        number = ahead.pop(0)
        if number in seen:
            continue
        seen.add(number)
        row = known.get(number)
        ahead += _after(row)
        if not _after(row):
            heir = _heir(number, row)
            found.setdefault(heir.number, heir)
    return tuple(found.values())


def one_of(values: Sequence[str], prefix: str) -> tuple[str, dict[str, object]]:
    """A list for SQL, and its parameters."""
    parameters: dict[str, object] = {f"{prefix}{n}": value for n, value in enumerate(values)}
    return ", ".join(f":{name}" for name in parameters) or "NULL", parameters


def _succeeding(reader: Reader, numbers: Sequence[str]) -> Sequence[Row]:
    if not numbers:
        return []
    named, parameters = one_of(numbers, "n")
    return reader.rows(SUCCEEDING.format(numbers=named), **parameters)


def _after(row: Row | None) -> list[str]:
    return [] if row is None or row["status"] == REGISTERED else row["successors"].split()


def _heir(number: str, row: Row | None) -> Heir:
    if row is None:
        return Heir(number, "", is_registered=False)
    return Heir(row["cqc_id"] or number, row["name"], row["status"] == REGISTERED)
