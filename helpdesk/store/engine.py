"""Engines: how each database is opened, and which of its failures pass by themselves."""

from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from helpdesk.database import SERVER_IS_BUSY, is_sqlite, server_refusal, sqlite_file
from helpdesk.errors import CannotWrite, HelpdeskError, NotInstalled, StoreUnavailable

PRAGMAS = {
    "foreign_keys": "1",
    "synchronous": "FULL",  # NORMAL loses confirmed commits in a power cut
    "secure_delete": "1",  # what is erased is gone from the file too
    "trusted_schema": "0",
    "mmap_size": "0",
}
"""What every connection to SQLite sets."""

MENDS = (
    ("readonly", CannotWrite, "cannot be written to: its file or folder is read-only for you"),
    ("disk is full", CannotWrite, "cannot grow: the disk is full; nothing was changed"),
    ("unable to open", StoreUnavailable, "cannot be opened: look at its folder's permissions"),
    ("not a database", StoreUnavailable, "is no database of SQLite's; restore it from a backup"),
    ("no such table", StoreUnavailable, "has lost a table: restore it from a backup"),
    ("malformed", StoreUnavailable, "is damaged; restore it from a backup"),
    ("disk I/O error", StoreUnavailable, "cannot be read or written: look after its disk"),
)
"""What SQLite says, and what that means to a person."""

SERVER_PASSES = (
    "08",  # the line
    "25P03",  # idle for too long
    "25P04",  # at it for too long
    "40",  # a deadlock, or others were faster
    "53",  # memory, connections
    "55P03",  # a lock
    "57",  # it is shut down, starts, or took too long and was told to stop
)
"""How the codes of those begin that may be gone in a moment."""

SERVER_LIMITS = (
    "-c statement_timeout=60s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
)
"""What PostgreSQL ends by itself, so that no daemon hangs on another."""


@cache
def engine_for(url: str, patience: float, *, checkpoints: bool) -> sa.Engine:
    """The one engine of this process for `url`. Its errors quote no values: they end in logs."""
    if is_sqlite(url):
        return _sqlite(url, patience, checkpoints=checkpoints)
    return _postgres(url)


def passing(error: DBAPIError) -> bool:
    """Whether the same work may well succeed in a moment: a lock, a deadlock, a lost server."""
    if _is_sqlite_error(error):
        return busy(error)
    code = _code(error)
    lost = not code and _name(error) == "OperationalError"  # nobody was there to give a code
    return error.connection_invalidated or lost or code.startswith(SERVER_PASSES)


def busy(error: DBAPIError) -> bool:
    """Whether somebody else held a lock, or the server was at work, longer than we would wait."""
    if _is_sqlite_error(error):
        return "locked" in str(error.orig)
    return _code(error) in SERVER_IS_BUSY


def refusal(error: DBAPIError, where: str) -> HelpdeskError | None:
    """What to tell a person of an error that only they can mend; None if it is none."""
    if not _is_sqlite_error(error):
        return server_refusal(_code(error), where)
    found = (each for each in MENDS if each[0] in str(error.orig))
    return next((kind(f"the database {where} {mend}") for _, kind, mend in found), None)


def reason(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else _name(error)


def _name(error: DBAPIError) -> str:
    return type(error.orig).__name__


def _code(error: DBAPIError) -> str:
    """PostgreSQL's code for what went wrong; "" if the server said nothing."""
    return getattr(error.orig, "sqlstate", None) or ""


def _is_sqlite_error(error: DBAPIError) -> bool:
    return type(error.orig).__module__ == "sqlite3"


def _sqlite(url: str, patience: float, *, checkpoints: bool) -> sa.Engine:
    path = Path(sqlite_file(url)).absolute()
    made = sa.create_engine(
        f"sqlite:///{path}", connect_args={"timeout": patience}, hide_parameters=True
    )

    @sa.event.listens_for(made, "connect")
    def settle(connection: Any, _record: object) -> None:  # the driver's own type
        connection.isolation_level = None  # we say BEGIN, not the driver
        # It lasts in the file, but a copy that VACUUM INTO made has lost it.
        connection.execute("PRAGMA journal_mode = WAL")
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name} = {value}")
        if not checkpoints:
            connection.execute("PRAGMA wal_autocheckpoint = 0")

    @sa.event.listens_for(made, "begin")
    def begin(connection: sa.Connection) -> None:
        # A writer that reads first and locks later loses updates: it locks at once.
        reads = connection.get_execution_options().get("read")
        connection.exec_driver_sql("BEGIN DEFERRED" if reads else "BEGIN IMMEDIATE")

    return made


def _postgres(url: str) -> sa.Engine:
    address = "postgresql+psycopg://" + url.partition("://")[2]
    limits = {
        "options": SERVER_LIMITS,
        "connect_timeout": 5,
        "keepalives_idle": 30,
        "tcp_user_timeout": 30_000,
    }
    try:
        return sa.create_engine(
            address, pool_pre_ping=True, connect_args=limits, hide_parameters=True
        )
    except ImportError:
        raise NotInstalled(
            "PostgreSQL needs one more package: pip install 'psycopg[binary]'"
        ) from None
