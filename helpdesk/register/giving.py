"""Whose each code is, for ever: none belongs to two organisations, and none is given again."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col, select

from helpdesk.errors import BadValue
from helpdesk.models import (
    METADATA,
    Code,
    CodeClaim,
    CodePool,
    Location,
    Origin,
    Provider,
    RegisterTurn,
)
from helpdesk.register.codebook import Holder
from helpdesk.register.held import FILLED_FROM_ODS
from helpdesk.register.merging import merge
from helpdesk.register.places import Place
from helpdesk.register.pool import Span
from helpdesk.register.words import write_words
from helpdesk.store import Tx

ALSO_OF_ODS = ("parent_code", *FILLED_FROM_ODS, "kind")
"""What a place takes over of ODS's row of it, where CQC is silent."""

LEVELS = {"location": "site", "provider": "parent"}

_REGISTERED = """
INSERT INTO code (value, level, {table}_id, name, origin, since, "by")
SELECT code, :level, id, name, 'register', :now, :by FROM {table}
WHERE code <> '' AND NOT EXISTS (SELECT 1 FROM code o WHERE o.value = {table}.code)
"""
_PARENTS_OF_SITES = """
INSERT INTO code (value, level, name, origin, since, "by")
SELECT parent_code, 'parent', MIN(name), 'register', :now, :by FROM location
WHERE parent_code <> '' AND NOT EXISTS (SELECT 1 FROM code o WHERE o.value = parent_code)
GROUP BY parent_code
"""
_PROVIDER_FOUND = """
UPDATE code SET provider_id = (SELECT p.id FROM provider p WHERE p.code = code.value),
                name = (SELECT p.name FROM provider p WHERE p.code = code.value)
WHERE level = 'parent' AND provider_id IS NULL AND location_id IS NULL
  AND EXISTS (SELECT 1 FROM provider p WHERE p.code = code.value)
"""
"""A parent that was known by its sites alone has a row of its own now."""


class Given(NamedTuple):
    """A code to be written down as that of a place."""

    value: str
    level: str
    origin: Origin


def alone(tx: Tx) -> None:
    """Let nobody else give codes, or load a register, before this transaction ends.

    It comes before a call is fetched: a load, which wakes calls, takes the two in this order.
    """
    tx.alone("register")


def note_registered(connection: sa.Connection, table: str, now: datetime, by: str) -> None:
    """Write down the codes that the rows of `table`, just loaded, bear."""
    said = {"now": now, "by": by}
    moment = sa.bindparam("now", type_=Code.__table__.c.since.type)  # type: ignore[attr-defined]  # the ORM adds it
    sql = sa.text(_REGISTERED.format(table=table)).bindparams(moment)
    connection.execute(sql, {**said, "level": LEVELS[table]})
    if table == "provider":
        connection.execute(sa.text(_PROVIDER_FOUND))
        connection.execute(sa.text(_PARENTS_OF_SITES).bindparams(moment), said)


def give(tx: Tx, given: Given, place: Place, by: str, call_id: int | None) -> None:
    """Write down that a code is that of `place` from now on."""
    if tx.session.get(Code, given.value):
        return  # it was its own once, and is so again
    is_site = given.level == "site"
    tx.write(
        Code(
            value=given.value,
            level=given.level,
            location_id=place.location_id if is_site else None,
            provider_id=None if is_site else place.provider_id,
            name=place.name if is_site else place.provider_name or place.name,
            origin=given.origin,
            since=tx.now,
            by=by,
            call_id=call_id,
        )
    )


def count(tx: Tx) -> None:
    """Let a load that is under way see that the register was changed."""
    tx.session.execute(sa.update(RegisterTurn).values(number=col(RegisterTurn.number) + 1))


def bear(tx: Tx, row: Location | Provider, value: str, by: str) -> None:
    """Let `row` bear a code. What files say of the one that it bore is its dispute no more."""
    known = tx.session.get(Code, value)
    if row.code and row.code != value:
        over = (col(CodeClaim.code) == row.code, col(CodeClaim.told) != "")
        tx.session.execute(sa.delete(CodeClaim).where(*over))
    row.code, row.code_closed_on = value, known.closed_on if known else None
    row.source, row.loaded_at = by, tx.now
    count(tx)
    if row.successors == value:  # it is given the code that followed on its own
        row.successors = ""


def move(tx: Tx, holder: Holder, place: Place, by: str) -> None:
    """Make a code that of `place`, and of nobody else.

    A row that only ODS knew, and that has no code left, was `place` all the time.
    """
    code = tx.session.get_one(Code, holder.value)
    before: Location | Provider | None
    after: Location | Provider
    if holder.level == "site":
        before = tx.session.get(Location, holder.location_id) if holder.location_id else None
        after = tx.session.get_one(Location, place.location_id)
        code.location_id = after.id
    else:
        before = tx.session.get(Provider, holder.provider_id) if holder.provider_id else None
        after = tx.session.get_one(Provider, place.provider_id)
        code.provider_id = after.id
    if before is not None and before.code == holder.value:
        before.code, before.code_closed_on = "", None
    tx.session.flush()  # no two rows may bear it, for no moment
    bear(tx, after, holder.value, by)
    code.name, code.origin = place.name, Origin.MOVED
    tx.session.execute(sa.delete(CodeClaim).where(col(CodeClaim.code) == holder.value))
    tx.session.flush()
    if before is not None and before is not after and not (before.cqc_id or before.code):
        _merge(tx, before, after)


def next_of_pool(tx: Tx, spans: Sequence[Span], name: str) -> str:
    """A new code of the ranges `spans`; it is used up if the transaction ends well.

    BadValue if none is left: `name` says of what, site code or parent code.
    """
    for span in spans:
        row = tx.session.get(CodePool, span.words, with_for_update=True)
        if row is None:
            row = tx.add(CodePool(span=span.words, used=0))
        while row.used < span.size:
            value = span.at(row.used)
            row.used += 1
            if tx.first(sa.select(col(Code.value)).where(col(Code.value) == value)) is None:
                return value
    raise BadValue(
        f"there is no new {name} left to allocate; name a range in config.toml"
        f" ([codes] {name.split(maxsplit=1)[0]}_pool), or give the code that ODS gave"
        f" (--{name.split(maxsplit=1)[0]} CODE)"
    )


def used_of_pools(tx: Tx) -> dict[str, int]:
    """How many codes are used of each range that codes were ever allocated from."""
    return {row.span: row.used for row in tx.session.exec(select(CodePool)).all()}


def _merge(tx: Tx, gone: Location | Provider, into: Location | Provider) -> None:
    connection, table = tx.session.connection(), METADATA.tables[str(gone.__tablename__)]
    goes, stays = gone.id or 0, into.id or 0
    tx.session.expunge(gone)
    merge(connection, table, {goes: stays})
    if isinstance(into, Location) and isinstance(gone, Location):
        for name in ALSO_OF_ODS:
            setattr(into, name, getattr(into, name) or getattr(gone, name))
        tx.session.flush()
        write_words(connection, [goes, stays])
    tx.session.expire_all()
