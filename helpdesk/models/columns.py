"""The kinds of column: moments, choices, versions. A moment is aware UTC, a choice its value."""

from datetime import UTC, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    """A row of a table. A table validates nothing, so its validator is not built at the start."""

    model_config = {"defer_build": True}


METADATA = SQLModel.metadata
METADATA.naming_convention = NAMING


class UtcMoment(TypeDecorator[datetime]):
    """A moment: refused if it has no zone, kept as UTC, given back aware (SQLite forgets zones)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs its zone: {value}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002  # the base class passes it
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def choice(options: type[Enum]) -> Any:  # Field takes a class here, or an instance
    """A column that keeps one of `options` by its value, under a CHECK."""
    return sa.Enum(
        options,
        native_enum=False,
        create_constraint=True,
        values_callable=lambda choices: [each.value for each in choices],
        name=options.__name__.lower(),
        length=32,
    )


def version() -> sa.Column[int]:
    """Of two changes of one row at the same moment, the second is refused."""
    return sa.Column("version", sa.Integer, nullable=False)


def only(condition: str) -> dict[str, Any]:
    """What makes an index partial.

    The migrations make it so on either engine. To say it here for PostgreSQL too would import all
    of PostgreSQL's drivers into every command: a sixth of its time.
    """
    return {"sqlite_where": sa.text(condition)}
