"""Writes what a load changes: the rows, what was new of them, and whose code each one is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from helpdesk.models import METADATA, Load
from helpdesk.register import giving, words
from helpdesk.register.ledger import Claim, Held, Ledger, Tally
from helpdesk.register.plan import Change, Plan, stamp
from helpdesk.register.shapes import Source
from helpdesk.store import Tx

BATCH = 1_000

T = TypeVar("T")


class Outdated(Exception):
    """Somebody else wrote into the register since the plan was made."""


class Written(NamedTuple):
    """What a load changed."""

    changes: Sequence[Change]  #: of locations
    of_providers: Sequence[Change]
    claims: tuple[str, ...]  #: in words


def write(tx: Tx, plan: Plan, by: str) -> Written:
    """Write what `plan` says, at the moment of `tx`. Outdated if the register is not what it was.

    What each file changed is noted row by row, but for the first load of all: there all is new.
    """
    connection = tx.session.connection()
    if stamp(connection) != plan.stamp:
        raise Outdated
    # Worked out first: to write a row gives it its number.
    changes = {name: list(plan.changes(ledger)) for name, ledger in plan.ledgers}
    loads = {id(tally): _noted(tx, source, tally, by) for source, tally in plan.tallies}
    for name, ledger in plan.ledgers:
        table = METADATA.tables[name]
        _merge(connection, table, ledger.merged)
        _write_rows(connection, table, ledger, tx.now)
        _write_claims(connection, name, ledger, tx.now)
        giving.note_registered(connection, name, tx.now, by)
        if not plan.was_empty:
            _write_changes(connection, name, changes[name], loads)
    _write_words(connection, plan, changes)
    tx.session.expire_all()
    claims = tuple(_claimed(claim) for _, ledger in plan.ledgers for claim in ledger.claims)
    return Written(changes["location"], changes["provider"], claims)


def _noted(tx: Tx, source: Source, tally: Tally, by: str) -> int:
    load = tx.write(
        Load(
            loaded_at=tx.now,
            by=by,
            file=source.name,
            sha256=source.sha256,
            shape=source.shape.value,
            published_on=source.published_on,
            complete=source.is_complete,
            read=tally.read,
            new=tally.new,
            changed=tally.changed,
            unchanged=tally.unchanged,
            skipped=tally.skipped.total(),
            rejected=len(tally.rejected),
            unlisted=tally.unlisted,
        )
    )
    return load.id or 0


def _merge(connection: sa.Connection, table: sa.Table, merged: Mapping[int, int]) -> None:
    """Point what refers to a row at the row that it was merged into."""
    if not merged:
        return
    goes: sa.BindParameter[int] = sa.bindparam("goes")
    stays: sa.BindParameter[int] = sa.bindparam("stays")
    rows = [{"goes": one, "stays": other} for one, other in merged.items()]
    call = METADATA.tables["call"]
    traced = call.c[f"{table.name}_id"]
    bumped = {traced: stays, call.c.version: call.c.version + 1}
    connection.execute(sa.update(call).where(traced == goes).values(bumped), rows)
    for name in ("code", "code_claim", "register_change"):
        refers = METADATA.tables[name].c[f"{table.name}_id"]
        to_there = sa.update(refers.table).where(refers == goes).values({refers: stays})
        connection.execute(to_there, rows)
    connection.execute(sa.delete(table).where(table.c.id == goes), rows)


def _write_rows(connection: sa.Connection, table: sa.Table, ledger: Ledger, now: datetime) -> None:
    update = sa.update(table).where(table.c.id == sa.bindparam("row"))
    for batch in _batches(ledger.changed()):
        connection.execute(update, [{**_columns(held, now), "row": held.id} for held in batch])
    fresh = list(ledger.new())
    for batch in _batches(fresh):
        connection.execute(sa.insert(table), [_columns(held, now) for held in batch])
    if fresh:
        columns = (table.c.id, table.c.cqc_id, table.c.code)
        rows = connection.execute(sa.select(*columns).where(table.c.loaded_at == now))
        numbers = {cqc_id or code: number for number, cqc_id, code in rows}
        for held in fresh:
            held.id = numbers[held.values["cqc_id"] or held.values["code"]]


def _columns(held: Held, now: datetime) -> dict[str, Any]:
    return {**held.values, "source": held.source, "loaded_at": now}


def _write_claims(connection: sa.Connection, name: str, ledger: Ledger, now: datetime) -> None:
    """Note which codes are claimed now, by the rows that the files speak of."""
    table = METADATA.tables["code_claim"]
    bearer = table.c[f"{name}_id"]
    seen = {held.id for held in ledger.rows() if held.seen_in is not None}
    known = {
        (row.code, row.bearer): row.id
        for row in connection.execute(
            sa.select(table.c.id, table.c.code, bearer.label("bearer")).where(bearer.is_not(None))
        )
    }
    claimed = {(claim.code, claim.held.id): claim for claim in ledger.claims}
    over = [
        {"row": number}
        for (code, row), number in known.items()
        if row in seen and (code, row) not in claimed
    ]
    if over:
        connection.execute(sa.delete(table).where(table.c.id == sa.bindparam("row")), over)
    fresh = [
        {"code": code, bearer.name: row, "since": now, "source": claim.file.file}
        for (code, row), claim in claimed.items()
        if (code, row) not in known
    ]
    if fresh:
        connection.execute(sa.insert(table), fresh)


def _write_changes(
    connection: sa.Connection, name: str, changes: Iterable[Change], loads: Mapping[int, int]
) -> None:
    table = METADATA.tables["register_change"]
    last = max(loads.values(), default=0)  # for what an earlier load could have changed already
    for batch in _batches(changes):
        rows = [
            {
                "load_id": loads.get(id(each.held.altered_in or each.held.made_in), last),
                "kind": each.kind,
                f"{name}_id": each.held.id,
                "facts": {column: list(map(_plain, two)) for column, two in each.facts.items()},
            }
            for each in batch
        ]
        connection.execute(sa.insert(table), rows)


def _write_words(
    connection: sa.Connection, plan: Plan, changes: Mapping[str, Sequence[Change]]
) -> None:
    table = METADATA.tables["register_word"]
    has_words = connection.execute(sa.select(table.c.word).limit(1)).first() is not None
    if plan.was_empty or not has_words:
        words.write_words(connection, None)
        return
    renamed = {
        each.held.values["cqc_id"]
        for each in changes["provider"]
        if each.kind == "new" or "name" in each.facts
    }
    altered = {each.held.id for each in changes["location"]} | set(plan.locations.merged)
    altered |= {
        held.id for held in plan.locations.rows() if held.values["provider_cqc_id"] in renamed
    }
    words.write_words(connection, [number for number in altered if number is not None])


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _claimed(claim: Claim) -> str:
    who = claim.held.values
    number = f" ({who['cqc_id']})" if who["cqc_id"] else ""
    return f"{claim.file.file} gives {who['name']}{number} {claim.code}, which is another's"


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch
