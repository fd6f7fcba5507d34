"""One transaction, and the moment at which all of it happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import Session

from helpdesk.database import Row
from helpdesk.models.columns import UtcMoment

T = TypeVar("T")

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
