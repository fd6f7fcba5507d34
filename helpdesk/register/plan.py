"""What a load would change in the register: worked out from the files, without a lock."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import SQLModel, col

from helpdesk.errors import FileUnreadable
from helpdesk.models import METADATA, Code, CodeClaim, Load, Location, Provider
from helpdesk.register.entries import (
    LocationEntry,
    Piece,
    ProviderEntry,
    Reject,
    Skip,
    Succession,
)
from helpdesk.register.keys import name_key, phone_key, postcode_key
from helpdesk.register.ledger import Held, Ledger, Tally
from helpdesk.register.places import DEREGISTERED, REGISTERED
from helpdesk.register.shapes import Source

Progress = Callable[[str, float], None]
"""Told the name of a file, and which share of it is read."""

NOT_SAID = ("id", "source", "loaded_at")
"""The columns that no file speaks of."""

NOT_TOLD = ("listed", "postcode_key", "name_key", "phone_key")
"""The columns whose change says nothing by itself."""

OFTEN = 500
"""After how many pieces the progress is told again."""

TABLES: Mapping[str, type[SQLModel]] = {"location": Location, "provider": Provider}

_STAMP = sa.select(
    sa.select(sa.func.max(col(Load.id))).scalar_subquery(),
    sa.select(sa.func.count()).select_from(Code).scalar_subquery(),
    sa.select(sa.func.count()).select_from(CodeClaim).scalar_subquery(),
    sa.select(sa.func.max(col(CodeClaim.id))).scalar_subquery(),
)


class Change(NamedTuple):
    """What is new of one row."""

    kind: str  #: new, changed, coded, deregistered, registered
    held: Held
    facts: Mapping[str, tuple[Any, Any]]  #: column -> was, is now


@dataclass(eq=False)
class Plan:
    """The register as a load will leave it, and what came of each file."""

    stamp: tuple[Any, ...]  #: changes with whatever else writes into the register
    was_empty: bool
    registered_before: int
    locations: Ledger
    providers: Ledger
    tallies: list[tuple[Source, Tally]] = field(default_factory=list)

    @property
    def ledgers(self) -> Iterator[tuple[str, Ledger]]:
        yield "location", self.locations
        yield "provider", self.providers

    @property
    def lost(self) -> int:
        """How many locations are registered as yet, and will not be."""
        return sum(
            held.before.get("status") == REGISTERED and held.values["status"] != REGISTERED
            for held in self.locations.changed()
        )

    def changes(self, ledger: Ledger) -> Iterator[Change]:
        """Each row that is new, or that differs."""
        for held in ledger.new():
            yield Change("new", held, {})
        for held in ledger.changed():
            facts = {
                name: (was, held.values[name])
                for name, was in held.before.items()
                if held.values[name] != was and name not in NOT_TOLD
            }
            if facts:
                yield Change(_kind(facts), held, facts)


def planned(
    connection: sa.Connection, sources: Sequence[Source], progress: Progress, *, extract: bool
) -> Plan:
    """What `sources` change. Of lists that are an `extract`, what they lack stays as it was.

    FileUnreadable if nothing in a file can be used.
    """
    plan = _begun(connection)
    for source in sources:
        tally = Tally(source.name)
        plan.tallies.append((source, tally))
        for piece in _told(source, progress):
            _take(piece, plan, tally)
        if tally.rejected and len(tally.rejected) == tally.read:
            first = tally.rejected[0]
            raise FileUnreadable(
                f"nothing in {first.file} can be used; line {first.line}: {first.why}"
            )
        if source.is_complete:
            _list(plan, tally, is_whole=not extract)
    for _, ledger in plan.ledgers if sources else ():
        ledger.merge_twins()
        ledger.follow()
        ledger.count()
    return plan


def stamp(connection: sa.Connection) -> tuple[Any, ...]:
    """Something that differs as soon as anybody has written into the register."""
    return tuple(connection.execute(_STAMP).one())


def _begun(connection: sa.Connection) -> Plan:
    locations, providers = _ledger(connection, "location"), _ledger(connection, "provider")
    registered = sum(held.values["status"] == REGISTERED for held in locations.rows())
    is_empty = next(locations.rows(), None) is None
    return Plan(stamp(connection), is_empty, registered, locations, providers)


def _ledger(connection: sa.Connection, name: str) -> Ledger:
    table = METADATA.tables[name]
    blank = {
        column: None if known.is_required() else known.default
        for column, known in TABLES[name].model_fields.items()
        if column not in NOT_SAID
    }
    rows = connection.execute(sa.select(*(table.c[each] for each in ("id", "source", *blank))))
    bearer = METADATA.tables["code"].c[f"{name}_id"]
    given = connection.execute(
        sa.select(col(Code.value), bearer.label("bearer"))
        .join(table, table.c.id == bearer, isouter=True)
        .where(bearer.is_not(None), col(Code.value) != sa.func.coalesce(table.c.code, ""))
    )
    former = {row.value: row.bearer for row in given}
    return Ledger(blank, (dict(row) for row in rows.mappings()), former)


def _told(source: Source, progress: Progress) -> Iterator[Piece]:
    for number, piece in enumerate(source.pieces):
        if number % OFTEN == 0:
            progress(source.name, source.share())
        yield piece
    progress(source.name, 1.0)


def _take(piece: Piece, plan: Plan, tally: Tally) -> None:
    tally.read += 1
    if isinstance(piece, Reject):
        tally.rejected.append(piece)
    elif isinstance(piece, Skip):
        tally.skipped[piece.why] += 1
    elif isinstance(piece, Succession):
        for ledger in (plan.locations, plan.providers):
            ledger.note_succession(piece.code, piece.successor_code, tally)
    elif isinstance(piece, ProviderEntry):
        plan.providers.take(_values(piece), tally)
    else:
        _take_location(piece, plan, tally)


def _take_location(entry: LocationEntry, plan: Plan, tally: Tally) -> None:
    values = _values(entry)
    provider = ProviderEntry(cqc_id=entry.provider_cqc_id, name=values.pop("provider_name"))
    plan.locations.take({**values, "phone_key": phone_key(entry.phone)}, tally)
    if provider.cqc_id and provider.name:
        plan.providers.take(_values(provider), tally)


def _values(entry: LocationEntry | ProviderEntry) -> dict[str, Any]:
    return {
        **entry._asdict(),
        "postcode_key": postcode_key(entry.postcode),
        "name_key": name_key(entry.name),
    }


def _list(plan: Plan, tally: Tally, *, is_whole: bool) -> None:
    """Note whom a list of all places has, and whom it has no more."""
    for held in plan.locations.rows():
        if held.seen_in is tally:
            held.note_listed(listed=True)
        elif is_whole and held.values["listed"] and held.values["status"] == REGISTERED:
            held.put("status", DEREGISTERED, tally)
            held.note_listed(listed=False)
            tally.unlisted += 1


def _kind(facts: Mapping[str, tuple[Any, Any]]) -> str:
    was, now = facts.get("status", ("", ""))
    if was and was != now:  # where it was silent before, nothing happened to the place
        return "registered" if now == REGISTERED else "deregistered"
    return "coded" if "code" in facts and not facts["code"][0] else "changed"
