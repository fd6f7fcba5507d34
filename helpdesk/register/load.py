"""Loads register files into the database: all of them or nothing, and twice is as good as once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from helpdesk.errors import FileUnreadable
from helpdesk.models import METADATA, Location, Provider
from helpdesk.register.entries import LocationEntry, ProviderEntry, Reject, Skip
from helpdesk.register.files import listing, read
from helpdesk.register.keys import name_key, phone_key, postcode_key
from helpdesk.register.ledger import Held, Ledger, Tally

BATCH = 1_000

ALONE = "register"
"""What whoever writes codes or rows into the register does alone."""

NOT_SAID = ("id", "source", "loaded_at")
"""The columns that no file speaks of."""

Piece = LocationEntry | ProviderEntry | Reject | Skip


class Writer(Protocol):
    """The transaction that a load is part of."""

    @property
    def session(self) -> Session: ...

    def alone(self, name: str) -> None:
        """Let no other transaction do what bears this name before this one ends."""


class Loaded(NamedTuple):
    """What came of one file. `new`, `changed` and `unchanged` count rows of the register."""

    file: str
    read: int  #: pieces of the file: what was skipped or rejected too
    new: int
    changed: int
    unchanged: int
    skipped: Mapping[str, int]  #: why -> how many
    rejected: tuple[Reject, ...]


class Summary(NamedTuple):
    """What came of all files of one load."""

    files: tuple[Loaded, ...]
    left_out: tuple[str, ...] = ()  #: files in a folder that are of no kind to be loaded

    @property
    def new(self) -> int:
        return sum(each.new for each in self.files)

    @property
    def changed(self) -> int:
        return sum(each.changed for each in self.files)

    @property
    def unchanged(self) -> int:
        return sum(each.unchanged for each in self.files)

    @property
    def read(self) -> int:
        return sum(each.read for each in self.files)

    @property
    def skipped(self) -> int:
        return sum(sum(each.skipped.values()) for each in self.files)

    @property
    def rejected(self) -> tuple[Reject, ...]:
        return tuple(reject for each in self.files for reject in each.rejected)


def load(writer: Writer, paths: Sequence[Path], now: datetime) -> Summary:
    """Bring the register up to date with the files at `paths`, in whatever order they come.

    Of a folder, its API documents and each of its tables.

    A row is found by its CQC id, else by its code; a row of ODS's joins the one that CQC knows
    (see twins.py). What a file is silent about stays as it was. The rows that it changed bear
    `now` as `loaded_at`. FileUnreadable, before anything is changed, if a file is none we know.
    """
    try:
        return _load(writer, paths, now)
    except FileUnreadable as refused:
        raise FileUnreadable(f"{refused}; nothing was loaded") from refused


def _load(writer: Writer, paths: Sequence[Path], now: datetime) -> Summary:
    found = listing(paths)
    opened = [(Tally(path.name or str(path)), read(path)) for path in found.sources]
    writer.alone(ALONE)
    connection = writer.session.connection()
    locations = _ledger(connection, Location)
    providers = _ledger(connection, Provider)
    for tally, pieces in opened:
        for piece in pieces:
            _take(piece, locations, providers, tally)
        if tally.rejected and len(tally.rejected) == tally.read:
            first = tally.rejected[0]
            raise FileUnreadable(
                f"nothing in {first.file} can be used; line {first.line}: {first.why}"
            )
    for table, ledger in (("location", locations), ("provider", providers)):
        ledger.merge_twins()
        ledger.count()
        _write(connection, METADATA.tables[table], ledger, now)
    writer.session.expire_all()
    left_out = tuple(str(path) for path in found.left_out)
    return Summary(tuple(_loaded(tally) for tally, _ in opened), left_out)


def _ledger(connection: sa.Connection, model: type[SQLModel]) -> Ledger:
    table = METADATA.tables[model.__name__.lower()]
    blank = {
        name: None if field.is_required() else field.default
        for name, field in model.model_fields.items()
        if name not in NOT_SAID
    }
    rows = connection.execute(sa.select(*(table.c[name] for name in ("id", "source", *blank))))
    return Ledger(blank, (dict(row) for row in rows.mappings()))


def _take(piece: Piece, locations: Ledger, providers: Ledger, tally: Tally) -> None:
    tally.read += 1
    if isinstance(piece, Reject):
        tally.rejected.append(piece)
    elif isinstance(piece, Skip):
        tally.skipped[piece.why] += 1
    elif isinstance(piece, ProviderEntry):
        providers.take(_values(piece), tally)
    else:
        _take_location(piece, locations, providers, tally)


def _take_location(
    entry: LocationEntry, locations: Ledger, providers: Ledger, tally: Tally
) -> None:
    values = _values(entry)
    provider = ProviderEntry(cqc_id=entry.provider_cqc_id, name=values.pop("provider_name"))
    locations.take({**values, "phone_key": phone_key(entry.phone)}, tally)
    if provider.cqc_id and provider.name:
        providers.take(_values(provider), tally)


def _values(entry: LocationEntry | ProviderEntry) -> dict[str, Any]:
    return {
        **entry._asdict(),
        "postcode_key": postcode_key(entry.postcode),
        "name_key": name_key(entry.name),
    }


def _write(connection: sa.Connection, table: sa.Table, ledger: Ledger, now: datetime) -> None:
    _merge(connection, table, ledger.merged)
    update = sa.update(table).where(table.c.id == sa.bindparam("row"))
    for batch in _batches(ledger.changed()):
        connection.execute(update, [{**_columns(held, now), "row": held.id} for held in batch])
    for batch in _batches(ledger.new()):
        connection.execute(sa.insert(table), [_columns(held, now) for held in batch])


def _columns(held: Held, now: datetime) -> dict[str, Any]:
    return {**held.values, "source": held.source, "loaded_at": now}


def _merge(connection: sa.Connection, table: sa.Table, merged: Mapping[int, int]) -> None:
    """Point the calls that were traced to a row at the row it was merged into."""
    if not merged:
        return
    call = METADATA.tables["call"]
    traced = call.c[f"{table.name}_id"]
    connection.execute(
        sa.update(call)
        .where(traced == sa.bindparam("goes"))
        .values({traced: sa.bindparam("stays"), call.c.version: call.c.version + 1}),
        [{"goes": goes, "stays": stays} for goes, stays in merged.items()],
    )
    connection.execute(
        sa.delete(table).where(table.c.id == sa.bindparam("goes")),
        [{"goes": goes} for goes in merged],
    )


def _batches(rows: Iterable[Held]) -> Iterator[list[Held]]:
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _loaded(tally: Tally) -> Loaded:
    return Loaded(
        tally.file,
        tally.read,
        tally.new,
        tally.changed,
        tally.unchanged,
        dict(tally.skipped),
        tuple(tally.rejected),
    )
