"""The limit of a sweep: the same rows, changed and added by the driver alone, in one transaction.

What a sweep wrote is read back, and written once more for other clocks: so that the limit follows
whatever a sweep has to write.
"""

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from helpdesk.store.engine import PRAGMAS

ADDED = ("event", "letter", "alert")
"""The tables that a sweep adds rows to, in an order that their references allow."""

OWN = {"letter": ("key", "message_id")}
"""What no two rows of a table may share."""

CHANGED = "UPDATE clock SET {settings}, version = version + 1 WHERE id = :id"
SETTINGS = ("standing", "next_check", "detected_at")

Marks = dict[str, int]


class Writing(NamedTuple):
    """One statement, and the rows that it is run for."""

    sql: str
    rows: Sequence[dict[str, Any]]


def marks(path: Path) -> Marks:
    """The last number of each table that a sweep adds to."""
    with closing(sqlite3.connect(path)) as connection:
        return {table: _last(connection, table) for table in ADDED}


def newest_cycle(path: Path) -> int:
    """The highest cycle of any clock."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT max(cycle) FROM clock").fetchone()[0])


def written_since(path: Path, before: Marks, cycle: int) -> list[Writing]:
    """What was added since `before`, and what became of the clocks of `cycle`, to be repeated."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = ", ".join(("id", *SETTINGS))
        clocks = connection.execute(f"SELECT {names} FROM clock WHERE cycle = ?", (cycle,))
        settings = ", ".join(f"{name} = :{name}" for name in SETTINGS)
        writings = [Writing(CHANGED.format(settings=settings), [dict(row) for row in clocks])]
        shifts = {table: _last(connection, table) - before[table] for table in ADDED}
        return writings + [_added(connection, table, before, shifts) for table in ADDED]


def write(path: Path, writings: Sequence[Writing]) -> float:
    """Do all of it in one transaction, as safely as a desk does; the seconds that it took."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name} = {value}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        began = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for sql, rows in writings:
            connection.executemany(sql, rows)
        connection.execute("COMMIT")
        return time.perf_counter() - began


def _added(connection: sqlite3.Connection, table: str, before: Marks, shifts: Marks) -> Writing:
    found = connection.execute(f"SELECT * FROM {table} WHERE id > ?", (before[table],))
    names = [column[0] for column in found.description]
    rows = [dict(row) for row in found]
    for row in rows:
        row["id"] += shifts[table]
        for other in ADDED:
            if row.get(f"{other}_id"):
                row[f"{other}_id"] += shifts[other]
        if row.get("cycle"):
            row["cycle"] += 1
        for name in OWN.get(table, ()):
            row[name] = f"{row[name]}+"
    values = ", ".join(f":{name}" for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    return Writing(f"INSERT INTO {table} ({columns}) VALUES ({values})", rows)


def _last(connection: sqlite3.Connection, table: str) -> int:
    found = connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
    return int(found[0])
