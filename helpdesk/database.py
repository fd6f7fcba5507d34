"""Reading the database through its bare driver: quick to start, the same on both engines."""

# Every reading command imports this, and pathlib alone would take a tenth of its time.
# ruff: noqa: PTH100, PTH110

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, Protocol

from helpdesk.errors import (
    CannotWrite,
    HelpdeskError,
    NotInstalled,
    SchemaMismatch,
    StoreBusy,
    StoreUnavailable,
)

SCHEMA = "0006"
"""The newest migration: what this version of the program reads and writes."""

KNOWN_SCHEMAS = ("0001", "0002", "0003", "0004", "0005", SCHEMA)
"""All migrations, the oldest first."""

SERVER_MENDS = (
    ("53100", CannotWrite, "cannot grow: its server's disk is full; nothing was changed"),
    ("25006", CannotWrite, "takes no changes: its server is a copy of another, or made read-only"),
    ("42501", StoreUnavailable, "refuses its user: give that user the rights to it"),
    ("42P01", StoreUnavailable, "has lost a table: restore it from a backup"),
    ("58", StoreUnavailable, "cannot be read or written: look after its server's disk"),
    ("XX001", StoreUnavailable, "is damaged; restore it from a backup"),
    ("XX002", StoreUnavailable, "has a damaged index; build it anew (REINDEX)"),
)
"""How the codes of PostgreSQL's errors begin, and what that means to a person."""

SERVER_IS_BUSY = ("55P03", "57014")
"""A lock that others held, or work that was stopped because it took too long."""

Row = Mapping[str, Any]

NO_DATABASE = "there is no database at {place} yet; make one with: helpdesk init"


class Reader(Protocol):
    """Answers questions in SQL; `:name` stands for a parameter, on either engine."""

    def rows(self, sql: str, **parameters: object) -> Sequence[Row]:
        """All rows of the answer."""
        ...


@contextmanager
def reading(url: str) -> Iterator[Reader]:
    """A reader on the database at `url`, if its schema is the one that this program knows.

    StoreUnavailable if there is no database or no server, or it cannot be read; StoreBusy if that
    took the server too long; SchemaMismatch if it is another's.
    """
    opened = _read_sqlite(url) if is_sqlite(url) else _read_postgres(url)
    with opened as reader:
        check_schema(schema_of(reader, url), url)
        yield reader


def is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")


def sqlite_file(url: str) -> str:
    """The path of the file that a `sqlite:///` URL names."""
    return url.partition("///")[2]


def check_schema(found: str | None, url: str) -> None:
    """Refuse a database of another version, and say which of the two has to move."""
    if found == SCHEMA:
        return
    if found is None:
        raise StoreUnavailable(NO_DATABASE.format(place=place(url)))
    if found in KNOWN_SCHEMAS:
        raise SchemaMismatch(
            f"the database at {place(url)} is of an older version ({found}, this program needs"
            f" {SCHEMA}); bring it up to date with: helpdesk db upgrade"
        )
    raise SchemaMismatch(
        f"the database at {place(url)} is of a newer version ({found}, this program knows"
        f" {SCHEMA}); install the newer helpdesk that made it"
    )


def place(url: str) -> str:
    """Where the database is, in words that hold no password."""
    if is_sqlite(url):
        return sqlite_file(url)
    return url.partition("://")[2].rpartition("@")[2].partition("?")[0]


def server_refusal(code: str, where: str) -> HelpdeskError | None:
    """What to tell a person of PostgreSQL's error `code`, if only they can mend it."""
    found = (each for each in SERVER_MENDS if code.startswith(each[0]))
    return next((kind(f"the database {where} {mend}") for _, kind, mend in found), None)


def moment(value: Any) -> datetime | None:  # drivers give text or a datetime
    """A moment as a driver gives it, made aware; None stays None."""
    return None if value is None else moment_of(value)


def moment_of(value: Any) -> datetime:
    """The same of a column that is never empty."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.fromisoformat(f"{value}+00:00")  # SQLite keeps UTC, and forgets that it does


def day(value: Any) -> date | None:  # drivers give text or a date
    """A day as a driver gives it; None stays None."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def parsed(value: Any) -> Any:  # JSON holds anything
    """JSON as a driver gives it: SQLite as text, PostgreSQL ready made."""
    if not isinstance(value, str):
        return value
    import json  # noqa: PLC0415  # only the sheet of a call holds JSON, and a list must be quick

    return json.loads(value)


def schema_of(reader: Reader, url: str) -> str | None:
    """The migration that the database stands at; None if it holds no desk."""
    catalogue = (
        "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        if is_sqlite(url)
        else "SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL"
    )
    if not reader.rows(catalogue):
        return None
    found = reader.rows("SELECT version_num FROM alembic_version")
    return str(found[0]["version_num"]) if found else None


@contextmanager
def _read_sqlite(url: str) -> Iterator[Reader]:
    import sqlite3  # noqa: PLC0415  # a desk on PostgreSQL does not need it

    class SqliteReader:
        def rows(self, sql: str, **parameters: object) -> Sequence[Row]:
            bound = {name: _bound(value) for name, value in parameters.items()}
            answer = connection.execute(sql, bound)
            names = [column[0] for column in answer.description]
            return [dict(zip(names, row, strict=True)) for row in answer]

    path = sqlite_file(url)
    if not os.path.exists(path):
        raise StoreUnavailable(NO_DATABASE.format(place=path))
    try:
        connection = sqlite3.connect(_uri(path), uri=True, timeout=5)
    except sqlite3.Error as error:
        raise StoreUnavailable(f"the database {path} cannot be opened: {error}") from error
    try:
        connection.execute("PRAGMA query_only = 1")
        yield SqliteReader()
    except sqlite3.Error as error:
        raise StoreUnavailable(f"the database {path} cannot be read: {error}") from error
    finally:
        connection.close()


def _bound(value: object) -> object:
    """A parameter as SQLite keeps such values: a moment as text in UTC."""
    if not isinstance(value, datetime):
        return value
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _uri(path: str) -> str:
    """The file as SQLite's URI, which may be read and locked but not made."""
    plain = os.path.abspath(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file:{plain}?mode=rw"


@contextmanager
def _read_postgres(url: str) -> Iterator[Reader]:
    try:
        import psycopg  # noqa: PLC0415  # an extra
        from psycopg.rows import dict_row  # noqa: PLC0415
    except ImportError:
        raise NotInstalled(
            "PostgreSQL needs one more package: pip install 'psycopg[binary]'"
        ) from None
    import re  # noqa: PLC0415

    class PostgresReader:
        def rows(self, sql: str, **parameters: object) -> Sequence[Row]:
            named = re.sub(r"(?<!:):(\w+)", r"%(\1)s", sql.replace("%", "%%"))
            return connection.execute(named.encode(), parameters).fetchall()

    plain = "postgresql://" + url.partition("://")[2]
    try:
        with psycopg.connect(plain, row_factory=dict_row, connect_timeout=5) as connection:
            connection.read_only = True
            yield PostgresReader()
    except psycopg.Error as error:
        if told := _told(error.sqlstate or "", place(url)):
            raise told from error
        if not isinstance(error, psycopg.OperationalError):
            raise  # the question was wrong, and nobody but us can mend that
        raise StoreUnavailable(
            f"the database at {place(url)} cannot be reached: {str(error).strip()}"
        ) from error


def _told(code: str, where: str) -> HelpdeskError | None:
    return StoreBusy() if code in SERVER_IS_BUSY else server_refusal(code, where)
