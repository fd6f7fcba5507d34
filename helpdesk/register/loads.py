"""What the register holds, which files it comes from, and what each load changed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from helpdesk.database import Reader, Row, day, moment_of, parsed
from helpdesk.register.places import day_in_words

COUNTS = """
SELECT COUNT(*) AS locations,
       COUNT(CASE WHEN status = 'Registered' THEN 1 END) AS registered,
       COUNT(CASE WHEN status = 'Registered' AND kind = 'care_home' THEN 1 END) AS care_homes,
       COUNT(CASE WHEN status = 'Registered' AND kind = 'domiciliary' THEN 1 END) AS home_care,
       COUNT(CASE WHEN status = 'Deregistered' THEN 1 END) AS deregistered,
       COUNT(CASE WHEN cqc_id IS NULL THEN 1 END) AS known_to_ods_alone,
       COUNT(CASE WHEN status = 'Registered' AND code = '' THEN 1 END) AS not_yet_coded,
       COUNT(CASE WHEN status = 'Registered' AND code_closed_on IS NOT NULL THEN 1 END)
           AS closed_codes,
       (SELECT COUNT(*) FROM provider) AS providers,
       (SELECT COUNT(*) FROM code) AS codes,
       (SELECT COUNT(*) FROM code_claim) AS claims
  FROM location
"""
LOADS = """
SELECT id, loaded_at, "by", file, shape, published_on, complete, read, new, changed, unchanged,
       skipped, rejected, unlisted
  FROM register_load ORDER BY id DESC LIMIT :limit
"""
LAST = "SELECT id, loaded_at, file, shape, published_on FROM register_load ORDER BY id DESC LIMIT 1"
CHANGES = """
SELECT n.id, n.kind, n.facts, r.loaded_at, r.file,
       COALESCE(l.name, p.name, '') AS name, COALESCE(l.cqc_id, p.cqc_id, '') AS cqc_id,
       COALESCE(l.code, p.code, '') AS code, COALESCE(l.postcode, p.postcode, '') AS postcode,
       l.id IS NULL AS is_provider
  FROM register_change n JOIN register_load r ON r.id = n.load_id
  LEFT JOIN location l ON l.id = n.location_id LEFT JOIN provider p ON p.id = n.provider_id
"""


CLOSED = "code_closed_on"


class Difference(NamedTuple):
    """What a load changed of one place or provider."""

    kind: str  #: new, changed, coded, deregistered, registered
    loaded_at: datetime
    file: str
    number: str  #: its CQC id, or its code if only ODS knows it
    name: str
    postcode: str
    code: str
    is_provider: bool
    facts: Mapping[str, Sequence[Any]]  #: column -> was, is now

    @property
    def words(self) -> str:
        """What is different, in words: "postcode OL4 1AA -> OL4 2QU"."""
        facts = dict(self.facts)
        _, closed = facts.pop(CLOSED, (None, None))
        known = {name.replace("_", " "): change for name, change in facts.items()}
        other = [f"{name} {was} -> {now or 'none'}" for name, (was, now) in known.items() if was]
        if CLOSED in self.facts:
            other.append(f"ODS closed its code on {closed}" if closed else "its code is open again")
        fresh = ", ".join(name for name, (was, _) in known.items() if not was)
        return "; ".join((*other, f"known now: {fresh}") if fresh else other)


class Standing(NamedTuple):
    """The load that the register stands at."""

    number: int
    loaded_at: datetime
    words: str  #: "CQC directory of 11 August 2025 (CQC_directory.csv)"


def counts(reader: Reader) -> Row:
    """How many places, providers and codes there are, of each sort."""
    (row,) = reader.rows(COUNTS)
    return row


def loads(reader: Reader, limit: int) -> list[dict[str, Any]]:
    """The files that were loaded, the newest first."""
    return [
        {**row, "loaded_at": moment_of(row["loaded_at"])} for row in reader.rows(LOADS, limit=limit)
    ]


def is_known(reader: Reader, load: int) -> bool:
    """Whether there is a load of that number."""
    return bool(reader.rows("SELECT 1 AS known FROM register_load WHERE id = :load", load=load))


def standing(reader: Reader) -> Standing | None:
    """What was loaded last; None if nothing ever was."""
    row = next(iter(reader.rows(LAST)), None)
    if row is None:
        return None
    published = day(row["published_on"])
    of = f" of {day_in_words(published)}" if published else ""
    return Standing(row["id"], moment_of(row["loaded_at"]), f"{row['shape']}{of} ({row['file']})")


def differences(
    reader: Reader, since: datetime | None = None, load: int | None = None
) -> Iterator[Difference]:
    """What loads changed: those since a moment, one of them, or else the last."""
    known: dict[str, object] = {}
    if load is not None:
        where, known = "r.id = :load", {"load": load}
    elif since is not None:
        where, known = "r.loaded_at >= :since", {"since": since}
    else:
        where = "r.loaded_at = (SELECT MAX(loaded_at) FROM register_load)"
    for row in reader.rows(f"{CHANGES} WHERE {where} ORDER BY n.id", **known):
        yield Difference(
            row["kind"],
            moment_of(row["loaded_at"]),
            row["file"],
            row["cqc_id"] or row["code"],
            row["name"],
            row["postcode"],
            row["code"],
            bool(row["is_provider"]),
            parsed(row["facts"]),
        )
