"""Flags in bulk: what a sweep found and told, written many rows at a time."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlmodel import col, select

from helpdesk.models import METADATA, Clock
from helpdesk.models.columns import UtcMoment
from helpdesk.store.due import DueClock
from helpdesk.store.unit import MOST_AT_ONCE, Unit
from workflows.standing import Standing

T = TypeVar("T")


class Overtaken(Exception):
    """Another sweep, or an agent, changed meanwhile what this one had looked at."""


class Telling(NamedTuple):
    """Who is to be told of a flag, and when; never, if no moment is given."""

    stage: str
    audience: str
    tell_at: datetime | None


class Flag(NamedTuple):
    """What a sweep found about one clock."""

    clock: DueClock
    standing: Standing
    next_check: datetime | None
    tellings: Sequence[Telling] = ()  #: none if it was flagged before


_CLOCKS, _ALERTS, _EVENTS = (METADATA.tables[name] for name in ("clock", "alert", "event"))


def _moment(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=UtcMoment())


def _words(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=sa.String())


def _about(table: sa.Table, **columns: Any) -> sa.Insert:
    """Adds a row about each of some clocks; besides `columns` it says which clock that is."""
    clock = _CLOCKS.c
    own = {"call_id": clock.call_id, "target": clock.target, "cycle": clock.cycle}
    chosen = clock.id.in_(sa.bindparam("clocks", expanding=True))
    rows = sa.select(*own.values(), *columns.values()).where(chosen).order_by(clock.id)
    return table.insert().from_select([*own, *columns], rows)


_KEEP = (
    _CLOCKS.update()
    .where(_CLOCKS.c.id == sa.bindparam("kept_id"))
    .where(_CLOCKS.c.version == sa.bindparam("kept_version"))
    .values(
        standing=sa.bindparam("standing"),
        next_check=sa.bindparam("next_check"),
        detected_at=sa.func.coalesce(_CLOCKS.c.detected_at, _moment("seen_at")),
        version=_CLOCKS.c.version + 1,
    )
)
# A breach is dated by the clock, whenever it was that a sweep came to see it.
_DATES = {Standing.AT_RISK: _CLOCKS.c.at_risk_at, Standing.BREACHED: _CLOCKS.c.due_at}
_NOTE = {
    standing: _about(
        _EVENTS,
        kind=sa.literal(standing.value),
        at=date,
        recorded_at=_moment("now"),
        by=_words("by"),
        actor=_words("actor"),
        facts=sa.literal({}, sa.JSON()),
    )
    for standing, date in _DATES.items()
}
_ALERT = _about(
    _ALERTS,
    stage=_words("stage"),
    audience=_words("audience"),
    at=_moment("now"),
    tell_at=_moment("tell_at"),
)
_MARK = (
    _ALERTS.update()
    .where(
        _ALERTS.c.id.in_(sa.bindparam("alerts", expanding=True)),
        _ALERTS.c.tell_at <= _moment("now"),
    )
    .values(letter_id=sa.bindparam("letter"), tell_at=sa.bindparam("again_at"))
)


class FlagQuestions(Unit):
    """Flags and alerts, written many at a time."""

    def raise_flags(self, flags: Sequence[Flag], by: str, actor: str) -> None:
        """Note what a sweep found. Overtaken, and nothing is changed, if a clock has changed."""
        connection = self.session.connection()
        changed = connection.execute(_KEEP, [self._kept(flag) for flag in flags]).rowcount
        if changed != len(flags):
            raise Overtaken
        raised = [flag for flag in flags if flag.tellings]
        who = {"now": self.now, "by": by, "actor": actor}
        for standing, clocks in _grouped((flag.standing, flag.clock.id) for flag in raised):
            connection.execute(_NOTE[standing], {**who, "clocks": clocks})
        tellings = ((telling, flag.clock.id) for flag in raised for telling in flag.tellings)
        for telling, clocks in _grouped(tellings):
            connection.execute(_ALERT, {**telling._asdict(), "now": self.now, "clocks": clocks})

    def put_off_first_clock(self, by: timedelta) -> None:
        """Let the clock that is due first wait: it could not even be looked at."""
        first = select(Clock.id).where(col(Clock.next_check) <= self.now)
        one = first.order_by(col(Clock.next_check), col(Clock.id)).limit(1).scalar_subquery()
        later = {"next_check": self.now + by, "version": col(Clock.version) + 1}
        self.session.connection().execute(_CLOCKS.update().where(_CLOCKS.c.id == one).values(later))

    def mark_told(
        self, alerts: Collection[int], letter_id: int | None, tell_at: datetime | None
    ) -> None:
        """Note that a letter carries these alerts, or when they are to be looked at again.

        Overtaken, and nothing is changed, if another sweep told of one of them.
        """
        known = {"letter": letter_id, "again_at": tell_at, "now": self.now}
        numbers, changed = sorted(alerts), 0
        for start in range(0, len(numbers), MOST_AT_ONCE):
            some = {**known, "alerts": numbers[start : start + MOST_AT_ONCE]}
            changed += self.session.connection().execute(_MARK, some).rowcount
        if changed != len(numbers):
            raise Overtaken

    def _kept(self, flag: Flag) -> dict[str, Any]:
        breached = flag.standing is Standing.BREACHED
        return {
            "kept_id": flag.clock.id,
            "kept_version": flag.clock.version,
            "standing": flag.standing,
            "next_check": flag.next_check,
            "seen_at": self.now if breached and flag.tellings else None,
        }


def _grouped(pairs: Iterable[tuple[T, int]]) -> Iterable[tuple[T, list[int]]]:
    """The numbers that go with each first thing."""
    groups: dict[T, list[int]] = {}
    for first, number in pairs:
        groups.setdefault(first, []).append(number)
    return groups.items()
