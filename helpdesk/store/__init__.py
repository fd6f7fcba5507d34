"""The store: one database, and units of work that each happen once, whole, at one moment."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session, col

from helpdesk.clock import Clock as Time
from helpdesk.clock import ticks
from helpdesk.database import place
from helpdesk.errors import StoreBusy, StoreUnavailable
from helpdesk.models import Alert, Call, Clock, Duty, Letter, LetterState, Operation
from helpdesk.store import engine, schema
from helpdesk.store.tx import Tx

__all__ = ["Answer", "Done", "Store", "Tx"]

T = TypeVar("T")
Answer = dict[str, Any]
"""What a unit of work answers, as plain values: kept, and given again when it is repeated."""

CLASHES = 5
"""How often a unit that met a conflict is tried anew before that is told."""

PAUSE = 0.05
"""Seconds before the first new try; each further pause is twice as long."""

_NOW: sa.BindParameter[datetime] = sa.bindparam("now")
_DUE_LETTER = (
    sa.select(col(Letter.id))
    .where(
        col(Letter.state) == LetterState.WAITING,
        # What is claimed may be so by the dead: whoever delivers has to see.
        (col(Letter.send_at) <= _NOW) | (col(Letter.claimed_by) != ""),
    )
    .limit(1)
)
_DONE = sa.select(col(Operation.answer), col(Operation.at), col(Operation.by)).where(
    col(Operation.key) == sa.bindparam("key")
)
_DUTY = sa.select(
    col(Duty.name), col(Duty.good_at), col(Duty.failed_at), col(Duty.error), col(Duty.host)
)
_DUE = sa.select(
    *(
        sa.select(moment).where(moment <= _NOW).exists().label(name)
        for name, moment in (
            ("holds", col(Call.hold_check)),
            ("clocks", col(Clock.next_check)),
            ("alerts", col(Alert.tell_at)),
        )
    )
)


class Due(NamedTuple):
    """Whose moment has come."""

    holds: bool
    clocks: bool
    alerts: bool


class Done(NamedTuple):
    """A unit of work that is done: now or, if `repeated`, `at` an earlier moment."""

    answer: Answer
    at: datetime
    by: str
    repeated: bool


@dataclass(frozen=True)
class Store:
    """The database at `url`. `patience`: seconds that a unit waits for a lock or a server."""

    url: str
    clock: Time
    patience: float = 5.0
    checkpoints: bool = False  #: whether this process tends SQLite's log: the daemon alone does

    @property
    def engine(self) -> sa.Engine:
        return engine.engine_for(self.url, self.patience, checkpoints=self.checkpoints)

    def close(self) -> None:
        """Let go of the database: on SQLite the last to leave brings the log into the file."""
        self.engine.dispose()

    def create(self) -> Path | None:
        """Make the tables of a new desk, or bring those of an older one up to date.

        Gives the copy of the older SQLite file, if there was one.
        """
        return schema.upgrade(self.engine, self.url)

    def ready(self) -> None:
        """Refuse another version's database; SQLite of an older one upgrades itself."""
        schema.make_ready(self.engine, self.url)

    def once(self, key: str, kind: str, by: str, work: Callable[[Tx], Answer]) -> Done:
        """Run `work` in one transaction, or give what it answered if `key` was done before."""

        def unit(tx: Tx) -> Done:
            if earlier := tx.first(_DONE, key=key):
                return Done(earlier.answer, earlier.at, earlier.by, repeated=True)
            answer = work(tx)
            tx.write(Operation(key=key, kind=kind, at=tx.now, by=by, answer=answer))
            return Done(answer, tx.now, by, repeated=False)

        return self.run(unit)

    def run(self, unit: Callable[[Tx], T]) -> T:
        """Run `unit` in one transaction, whole; again from its start after a conflict.

        It must be harmless to repeat: a connection can be lost after the commit.
        StoreBusy or StoreUnavailable when patience ends; nothing was changed then.
        """
        return self._patiently(lambda: self._attempt(unit))

    def _attempt(self, unit: Callable[[Tx], T]) -> T:
        with Session(self.engine, expire_on_commit=False, autoflush=True) as session:
            result = unit(Tx(session, self.clock()))
            session.commit()
            return result

    def _patiently(self, attempt: Callable[[], T]) -> T:
        """What `attempt` gives, as soon as no conflict or lost connection keeps it from it."""
        started, clashes, pause = ticks(), 0, PAUSE
        while True:
            try:
                return attempt()
            except StaleDataError as clash:
                clashes += 1
                if clashes >= CLASHES:
                    raise StoreBusy from clash
            except IntegrityError:
                clashes += 1
                if clashes >= CLASHES:
                    raise
            except DBAPIError as error:
                if refused := engine.refusal(error, place(self.url)):
                    raise refused from error
                if not engine.passing(error):
                    raise
                if ticks() - started >= self.patience:
                    raise self._given_up(error) from error
            time.sleep(pause)
            pause = min(pause * 2, 1.0)

    def _given_up(self, error: DBAPIError) -> Exception:
        if engine.busy(error):
            return StoreBusy()
        where = place(self.url)
        return StoreUnavailable(
            f"the database at {where} cannot be reached: {engine.reason(error)}"
        )

    def due(self) -> Due:
        """What a sweep has to see to now."""
        found = self._look(_DUE)
        return Due(*map(bool, found or ()))

    def duty(self, name: str) -> Duty | None:
        """The record of a duty as it stands; None if it has none yet."""
        found = self._look(_DUTY.where(col(Duty.name) == name))
        return Duty(**found._asdict()) if found else None

    def has_due_letters(self) -> bool:
        return self._look(_DUE_LETTER) is not None

    def look(self, looking: Callable[[sa.Connection], T]) -> T:
        """What `looking` finds in the database as it stands, without a lock to write."""

        def attempt() -> T:
            with self.engine.connect().execution_options(read=True) as connection:
                return looking(connection)

        return self._patiently(attempt)

    def rows(
        self, question: sa.Select[*tuple[Any, ...]], **values: object
    ) -> Sequence[sa.Row[Any]]:
        """All rows of the answer, read without a session or a lock to write."""
        return self.look(lambda connection: connection.execute(question, values).all())

    def _look(self, question: sa.Select[*tuple[Any, ...]]) -> sa.Row[Any] | None:
        """The first row of the answer: one look, without a session or a lock to write."""
        return self.look(
            lambda connection: connection.execute(question, {"now": self.clock()}).first()
        )
