"""Writes what a load changes: the rows, what was new of them, and whose code each one is."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from helpdesk.models import METADATA, Load
from helpdesk.register import giving, words
from helpdesk.register.held import Claim, Held, Tally
from helpdesk.register.known import Known
from helpdesk.register.ledger import Ledger
from helpdesk.register.merging import merge
from helpdesk.register.plan import Change, Plan, stamp
from helpdesk.register.shapes import Source
from helpdesk.store import Tx

BATCH = 1_000

T = TypeVar("T")


class Outdated(Exception):
    """Somebody else wrote into the register since the plan was made."""


class Written(NamedTuple):
    """What a load changed."""

    changes: bool  #: whether a location is new, or different
    of_providers: bool
    claims: tuple[str, ...]  #: in words


def write(tx: Tx, plan: Plan, by: str) -> Written:
    """Write what `plan` says, at the moment of `tx`. Outdated if the register is not what it was.

    What each file changed is noted row by row, but for the first load of all: there all is new.
    """
    connection = tx.session.connection()
    if stamp(connection) != plan.stamp:
        raise Outdated
    giving.count(tx)
    loads = {id(tally): _noted(tx, source, tally, by) for source, tally in plan.tallies}
    changed = {name: any(plan.changes(ledger)) for name, ledger in plan.ledgers}
    for name, ledger in plan.ledgers:
        table = METADATA.tables[name]
        merge(connection, table, ledger.merged)
        _write_rows(connection, table, ledger, tx.now)
        _write_claims(connection, name, ledger, tx.now)
        giving.note_registered(connection, name, tx.now, by)
        _write_codes(connection, ledger.known)
        if not plan.was_empty:
            _write_changes(connection, name, plan.changes(ledger), loads)
    _write_words(connection, plan)
    tx.session.expire_all()
    claims = tuple(_claimed(claim) for _, ledger in plan.ledgers for claim in ledger.claims)
    return Written(changed["location"], changed["provider"], claims)


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


def _write_rows(connection: sa.Connection, table: sa.Table, ledger: Ledger, now: datetime) -> None:
    this = sa.update(table).where(table.c.id == sa.bindparam("row"))
    for batch in _batches(ledger.changed()):
        listed = [held for held in batch if held.is_only_listed]
        if listed:  # that changes nothing of a row, so it stays as of when it was loaded
            had = this.values(listed=sa.bindparam("had"), status_on=sa.bindparam("on"))
            connection.execute(
                had,
                [
                    {"had": held["listed"], "on": held["status_on"], "row": held.id}
                    for held in listed
                ],
            )
        rest = [
            {**_columns(held, now), "row": held.id} for held in batch if not held.is_only_listed
        ]
        if rest:
            connection.execute(this, rest)
    for batch in _batches(ledger.new()):
        connection.execute(sa.insert(table), [_columns(held, now) for held in batch])
    columns = (table.c.id, table.c.cqc_id, table.c.code)
    rows = connection.execute(sa.select(*columns).where(table.c.loaded_at == now))
    ledger.number((row.id, row.cqc_id, row.code) for row in rows)


def _columns(held: Held, now: datetime) -> dict[str, Any]:
    return {**held.values(), "source": held.source, "loaded_at": now}


def _write_codes(connection: sa.Connection, known: Known) -> None:
    """Keep which codes ODS closed, and of which it said once the same as CQC."""
    table = METADATA.tables["code"]
    if changed := known.changed():
        this = sa.update(table).where(table.c.value == sa.bindparam("this"))
        connection.execute(
            this.values(closed_on=sa.bindparam("on"), agreed=sa.bindparam("so")), changed
        )


def _write_claims(connection: sa.Connection, name: str, ledger: Ledger, now: datetime) -> None:
    """Note which codes are claimed now, and forget the claims that are over."""
    table = METADATA.tables["code_claim"]
    bearer = table.c[f"{name}_id"]
    known = connection.execute(
        sa.select(table.c.id, table.c.code, table.c.told, bearer.label("bearer")).where(
            bearer.is_not(None)
        )
    ).all()
    claimed = {(claim.code, claim.held.id): claim for claim in ledger.claims}
    bearers = {row.bearer for row in known}
    held = {each.id: each for each in ledger.rows() if each.id in bearers}
    over = [
        {"row": row.id}
        for row in known
        if (row.code, row.bearer) not in claimed
        and _is_over(row, held.get(row.bearer), ledger.confirmed)
    ]
    if over:
        connection.execute(sa.delete(table).where(table.c.id == sa.bindparam("row")), over)
    noted = {(row.code, row.bearer) for row in known}
    fresh = [
        {
            "code": code,
            bearer.name: row,
            "since": now,
            "source": claim.file.file,
            "told": claim.told,
        }
        for (code, row), claim in claimed.items()
        if (code, row) not in noted
    ]
    if fresh:
        connection.execute(sa.insert(table), fresh)


def _is_over(claim: Any, held: Held | None, confirmed: Collection[str]) -> bool:
    """A claim is over once CQC says another code of its row; what ODS told, once ODS agrees."""
    if claim.told:
        return claim.code in confirmed or held is None or held["code"] != claim.code
    return held is not None and held.is_coded


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


def _write_words(connection: sa.Connection, plan: Plan) -> None:
    table = METADATA.tables["register_word"]
    has_words = connection.execute(sa.select(table.c.word).limit(1)).first() is not None
    if plan.was_empty or not has_words:
        words.write_words(connection, None)
        return
    renamed = {
        each.held["cqc_id"]
        for each in plan.changes(plan.providers)
        if each.kind == "new" or "name" in each.facts
    }
    altered = {each.held.id for each in plan.changes(plan.locations)}
    altered |= set(plan.locations.merged)
    altered |= {held.id for held in plan.locations.rows() if held["provider_cqc_id"] in renamed}
    words.write_words(connection, [number for number in altered if number is not None])


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _claimed(claim: Claim) -> str:
    who = claim.held
    title = f"{who['name']} ({who['cqc_id']})" if who["cqc_id"] else who["name"]
    if claim.told:
        return f"{claim.file.file} gives {claim.told} {claim.code}, which is that of {title}"
    return f"{claim.file.file} gives {title} {claim.code}, which is another's"


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch
