"""The schema's version: made, checked, and brought up to date by Alembic's migrations."""

import os
from pathlib import Path

import sqlalchemy as sa

from helpdesk.database import (
    KNOWN_SCHEMAS,
    SCHEMA,
    Row,
    check_schema,
    is_sqlite,
    place,
    schema_of,
    sqlite_file,
)
from helpdesk.errors import CannotWrite, StoreUnavailable
from helpdesk.store.engine import reason, refusal


def make_ready(engine: sa.Engine, url: str) -> None:
    """Refuse a database that is missing, newer, or (on PostgreSQL) older; upgrade older SQLite."""
    if is_sqlite(url) and not Path(sqlite_file(url)).exists():
        check_schema(None, url)
    found = _schema_at(engine, url)
    if is_sqlite(url) and found in KNOWN_SCHEMAS[:-1]:
        upgrade(engine, url)
        return
    check_schema(found, url)


def upgrade(engine: sa.Engine, url: str) -> Path | None:
    """Make the tables, or bring them up to SCHEMA; the copy of SQLite that was made before."""
    if is_sqlite(url):
        _make_file(Path(sqlite_file(url)))
    found = _schema_at(engine, url)
    if found == SCHEMA:
        return None
    if found is not None and found not in KNOWN_SCHEMAS:
        check_schema(found, url)
    copy = _copy(engine, url, found) if is_sqlite(url) and found else None
    _migrate(engine)
    return copy


class _Asking:
    """A reader on a connection of the engine's."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, **parameters: object) -> list[Row]:
        answer = self._connection.execute(sa.text(sql), parameters)
        return [dict(row) for row in answer.mappings()]


def _schema_at(engine: sa.Engine, url: str) -> str | None:
    try:
        with engine.connect().execution_options(read=True) as connection:
            return schema_of(_Asking(connection), url)
    except sa.exc.DBAPIError as error:
        raise refusal(error, place(url)) or StoreUnavailable(
            f"the database at {place(url)} cannot be reached: {reason(error)}"
        ) from error


def _make_file(path: Path) -> None:
    """Make the file for its owner alone, before SQLite makes it for everybody."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise CannotWrite(
            f"the database {path} cannot be made: {error.strerror}; give another place as"
            " store.database in config.toml"
        ) from error


def _copy(engine: sa.Engine, url: str, found: str) -> Path:
    """Make a whole copy beside the database, for going back."""
    path = Path(sqlite_file(url))
    copy = path.with_name(f"{path.stem}-before-{SCHEMA}-from-{found}{path.suffix}")
    copy.unlink(missing_ok=True)
    connection = engine.raw_connection()  # VACUUM wants no transaction, not even ours
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(copy),))
    finally:
        connection.close()
    return copy


def _migrate(engine: sa.Engine) -> None:
    from alembic import command  # noqa: PLC0415  # slow to import, and seldom needed
    from alembic.config import Config  # noqa: PLC0415

    settings = Config()
    settings.set_main_option("script_location", "helpdesk:migrations")
    with engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, SCHEMA)
