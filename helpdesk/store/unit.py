"""One transaction, and the moment at which all of it happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, TypeVarTuple

import sqlalchemy as sa
from sqlmodel import Session

from helpdesk.database import Row
from helpdesk.models.columns import METADATA, UtcMoment
from helpdesk.models.columns import Row as TableRow

T = TypeVar("T")
Kept = TypeVar("Kept", bound=TableRow)
Values = TypeVarTuple("Values")

MOST_AT_ONCE = 1000
"""How many values one question names: databases set a limit to that."""

HELD = {"key_share": True}
"""How a row is held: nobody else may change it, but rows that belong to it may be written.

On PostgreSQL a sweep, which writes events of many calls, and an agent would else wait for each
other for ever.
"""


@dataclass(frozen=True)
class Unit:
    """One transaction. All that it writes happens at `now`."""

    session: Session
    now: datetime

    def add(self, row: T) -> T:
        """Keep a new row; it has its number afterwards."""
        self.session.add(row)
        self.session.flush()
        return row

    def write(self, row: Kept) -> Kept:
        """Keep a new row that is not changed any more; it has its number afterwards.

        Many times as fast as `add`: nobody watches what is done to the row later.
        """
        table = METADATA.tables[str(row.__tablename__)]
        values = {name: getattr(row, name) for name in table.columns.keys()}  # noqa: SIM118  # a collection of columns
        known = {name: value for name, value in values.items() if value is not None}
        made = self.session.connection().execute(sa.insert(table), known)
        for column, number in zip(table.primary_key, made.inserted_primary_key or (), strict=True):
            setattr(row, column.name, number)
        return row

    def first(self, question: sa.Select[*Values], **values: object) -> sa.Row[*Values] | None:
        """The first row of the answer to a question that was put together before."""
        return self.session.connection().execute(question, values).first()

    def rows(self, sql: str, **parameters: object) -> Sequence[Row]:
        """What `sql` answers: this makes a transaction a Reader."""
        moments = [
            sa.bindparam(name, type_=UtcMoment())
            for name, value in parameters.items()
            if isinstance(value, datetime)
        ]
        answer = self.session.execute(sa.text(sql).bindparams(*moments), parameters)
        return [dict(row) for row in answer.mappings()]

    def alone(self, name: str) -> None:
        """Let no other transaction do what bears this name before this one ends."""
        if self.session.get_bind().dialect.name == "postgresql":  # SQLite has one writer
            self.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(name))))
