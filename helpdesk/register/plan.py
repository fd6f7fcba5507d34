"""What a load would change in the register: worked out from the files, without a lock."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlmodel import SQLModel, col

from helpdesk.errors import FileUnreadable
from helpdesk.models import METADATA, Code, Load, Location, Provider, RegisterTurn
from helpdesk.register.codes import is_parent_code, is_site_code
from helpdesk.register.entries import (
    LocationEntry,
    Piece,
    ProviderEntry,
    Reject,
    Skip,
    Succession,
)
from helpdesk.register.giving import LEVELS
from helpdesk.register.held import Held, Tally
from helpdesk.register.keys import name_key, phone_key, postcode_key
from helpdesk.register.known import Known, KnownCode
from helpdesk.register.ledger import Ledger
from helpdesk.register.places import DEREGISTERED, REGISTERED
from helpdesk.register.shapes import Source

Progress = Callable[[str, float], None]
"""Told the name of a file, and which share of it is read."""

NOT_SAID = ("id", "source", "loaded_at")
"""The columns that no file speaks of."""

NOT_TOLD = ("listed", "status_on", "postcode_key", "name_key", "phone_key")
"""The columns whose change says nothing by itself."""

Coded = TypeVar("Coded", LocationEntry, ProviderEntry)

OFTEN = 500
"""After how many pieces the progress is told again."""

TABLES: Mapping[str, type[SQLModel]] = {"location": Location, "provider": Provider}

_STAMP = sa.select(col(RegisterTurn.number))
_NEWEST_LIST = sa.select(sa.func.max(col(Load.published_on))).where(col(Load.complete))


class Change(NamedTuple):
    """What is new of one row."""

    kind: str  #: new, changed, coded, deregistered, registered
    held: Held
    facts: Mapping[str, tuple[Any, Any]]  #: column -> was, is now


@dataclass(eq=False)
class Plan:
    """The register as a load will leave it, and what came of each file."""

    stamp: int  #: changes with whatever else writes into the register
    locations: Ledger
    providers: Ledger
    newest_list: date | None  #: when the newest list of all places was published
    was_empty: bool = False
    registered_before: int = 0
    tallies: list[tuple[Source, Tally]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.was_empty = next(self.locations.rows(), None) is None
        self.registered_before = sum(held["status"] == REGISTERED for held in self.locations.rows())

    @property
    def ledgers(self) -> Iterator[tuple[str, Ledger]]:
        yield "location", self.locations
        yield "provider", self.providers

    @property
    def lost(self) -> int:
        """How many locations are registered as yet, and will not be."""
        return sum(
            held.before("status") == REGISTERED and held["status"] != REGISTERED
            for held in self.locations.changed()
        )

    def changes(self, ledger: Ledger) -> Iterator[Change]:
        """Each row that is new, or that differs."""
        for held in ledger.new():
            yield Change("new", held, {})
        for held in ledger.changed():
            differences = held.differences().items()
            if facts := {name: both for name, both in differences if name not in NOT_TOLD}:
                yield Change(_kind(facts), held, facts)


def begun(connection: sa.Connection) -> Plan:
    """The register as it is, to be changed by files."""
    # The stamp comes first: what is written after it, the plan may have or not, and is outdated.
    stamped = stamp(connection)
    locations, providers = (_ledger(connection, name) for name in TABLES)
    return Plan(stamped, locations, providers, connection.execute(_NEWEST_LIST).scalar())


def read_into(
    plan: Plan,
    sources: Sequence[Source],
    progress: Progress,
    today: date,
    *,
    extract: bool,
    sure: bool,
) -> None:
    """Change `plan` by what `sources` say.

    Of lists that are an `extract`, what they lack stays as it was; if nobody is `sure` of them,
    also of those that are older than one that was read before, or hold what cannot be read.
    FileUnreadable if nothing in a file can be used.
    """
    for source in sources:
        tally = Tally(source.name, source.published_on, today, is_sure=sure)
        plan.tallies.append((source, tally))
        for piece in _piecewise(source, progress):
            _take(piece, plan, tally)
        if not tally.read:
            raise FileUnreadable(f"{source.name} holds nothing that could be loaded")
        if tally.rejected and len(tally.rejected) == tally.read:
            first = tally.rejected[0]
            raise FileUnreadable(
                f"nothing in {first.file} can be used; line {first.line}: {first.why}"
            )
        if source.is_complete:
            is_old = _is_old(plan, source)  # a list that breaks off may lack whoever comes after
            is_whole = not extract and (sure or not (is_old or tally.rejected))
            _list(plan, tally, is_whole=is_whole, is_old=is_old and not sure)
    for _, ledger in plan.ledgers if sources else ():
        ledger.merge_twins()
        ledger.follow()
        ledger.count()


def stamp(connection: sa.Connection) -> int:
    """What differs as soon as anybody has written into the register."""
    return connection.execute(_STAMP).scalar_one()


def _ledger(connection: sa.Connection, name: str) -> Ledger:
    table = METADATA.tables[name]
    blank = {
        column: None if known.is_required() else known.default
        for column, known in TABLES[name].model_fields.items()
        if column not in NOT_SAID
    }
    columns = (table.c[each] for each in ("id", "source", *blank))
    rows = connection.execute(sa.select(*columns), execution_options={"yield_per": OFTEN})
    bearer = METADATA.tables["code"].c[f"{name}_id"]
    known = connection.execute(
        sa.select(
            col(Code.value), bearer, col(Code.origin), col(Code.closed_on), col(Code.agreed)
        ).where(col(Code.level) == LEVELS[name])
    )
    return Ledger(blank, rows, Known(KnownCode(*row) for row in known))


def _piecewise(source: Source, progress: Progress) -> Iterator[Piece]:
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
            ledger.note_succession(piece, tally)
    elif isinstance(piece, ProviderEntry):
        plan.providers.take(_values(_coded(piece, is_parent_code, tally)), tally)
    else:
        _take_location(piece, plan, tally)


def _take_location(entry: LocationEntry, plan: Plan, tally: Tally) -> None:
    values = _values(_coded(entry, is_site_code, tally))
    if values["parent_code"] and not is_parent_code(values["parent_code"]):
        values["parent_code"] = ""
        tally.note_odd_code(entry.parent_code, entry.name)
    provider = ProviderEntry(cqc_id=entry.provider_cqc_id, name=values.pop("provider_name"))
    plan.locations.take({**values, "phone_key": phone_key(entry.phone)}, tally)
    if provider.cqc_id and provider.name:
        plan.providers.take(_values(provider), tally)


def _coded(entry: Coded, can_be: Callable[[str], bool], tally: Tally) -> Coded:
    """`entry`, without a code that can be none: what was known before is better than that."""
    if not entry.code or can_be(entry.code):
        return entry
    tally.note_odd_code(entry.code, entry.name)
    return entry._replace(code="")


def _values(entry: LocationEntry | ProviderEntry) -> dict[str, Any]:
    return {
        **entry._asdict(),
        "postcode_key": postcode_key(entry.postcode),
        "name_key": name_key(entry.name),
    }


def _is_old(plan: Plan, source: Source) -> bool:
    """Whether a newer list of all places was read before; if not, it is the newest itself."""
    day, newest = source.published_on, plan.newest_list
    if day is None or newest is None or day >= newest:
        plan.newest_list = day or newest
        return False
    return True


def _list(plan: Plan, tally: Tally, *, is_whole: bool, is_old: bool) -> None:
    """Note whom a list of all places has, and whom it has no more."""
    for held in plan.locations.rows():
        if held.seen_in is tally:
            if not is_old:
                held.note("listed", value=True)
            elif held.made_in is tally:  # a newer list lacks it, so it may be gone by now
                held.put("status", "", tally)
        elif held["listed"] and held["status"] == REGISTERED and not is_whole:
            tally.spared += 1
        elif held["listed"] and held["status"] == REGISTERED:
            held.put("status", DEREGISTERED, tally)
            held.note("listed", value=False)
            held.note("status_on", tally.of)
            tally.unlisted += 1


def _kind(facts: Mapping[str, tuple[Any, Any]]) -> str:
    was, now = facts.get("status", ("", ""))
    if was and was != now:  # where it was silent before, nothing happened to the place
        return "registered" if now == REGISTERED else "deregistered"
    return "coded" if "code" in facts and not facts["code"][0] else "changed"
