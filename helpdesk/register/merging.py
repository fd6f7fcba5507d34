"""Makes one row of two that turned out to be one."""

from collections.abc import Mapping

import sqlalchemy as sa

from helpdesk.models import METADATA


def merge(connection: sa.Connection, table: sa.Table, merged: Mapping[int, int]) -> None:
    """Delete the rows of `table` (location or provider) that are keys of `merged`.

    Calls, codes, claims and changes that point to one point to its value from now on.
    """
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
