"""Flags in bulk: what a sweep looks at without a lock, and writes many rows at a time."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col, select

from helpdesk.models import METADATA, Agent, Alert, Call, Clock
from helpdesk.store.unit import MOST_AT_ONCE, Unit
from workflows.standing import Standing


class Overtaken(Exception):
    """Another sweep, or an agent, changed meanwhile what this one had looked at."""


class DueClock(NamedTuple):
    """A clock whose moment has come."""

    id: int
    version: int
    call_id: int
    target: str
    cycle: int
    due: datetime
    at_risk: datetime
    paused: datetime | None
    stopped: datetime | None
    cancelled: bool
    urgent: bool
    owner_hears: bool  #: whether the call has an owner who is there, with an address
    told: Sequence[Standing]  #: what was flagged of it before


class Telling(NamedTuple):
    """Who is to be told of a flag, and when; never, if no moment is given."""

    stage: str
    audience: str
    at: datetime | None


class Flag(NamedTuple):
    """What a sweep found about one clock."""

    clock: DueClock
    standing: Standing
    next_check: datetime | None
    tellings: Sequence[Telling] = ()  #: none if it was flagged before


class Line(NamedTuple):
    """An alert that is to be told now."""

    id: int
    stage: str
    audience: str
    at: datetime
    clock_id: int
    call_id: int
    urgent: bool
    due: datetime
    is_over: bool  #: whether its clock has ended
    stands_still: bool  #: whether its clock does
    standing: Standing
    owner_id: int | None
    owner_email: str | None  #: None if the call has no owner who would hear


_NOW: sa.BindParameter[datetime] = sa.bindparam("now")
_FIRST = (col(Clock.next_check), col(Clock.id))
_IS_THERE = col(Agent.away_since).is_(None) | (col(Agent.away_until) <= _NOW)
_HEARS = (col(Agent.email) != "") & _IS_THERE


def _told(stage: Standing) -> sa.Label[bool]:
    same = (
        col(Alert.call_id) == col(Clock.call_id),
        col(Alert.target) == col(Clock.target),
        col(Alert.cycle) == col(Clock.cycle),
        col(Alert.stage) == stage.value,
    )
    return sa.select(col(Alert.id)).where(*same).exists().label(stage.value)


DUE_CLOCKS = (
    sa.select(
        col(Clock.id),
        col(Clock.version),
        col(Clock.call_id),
        col(Clock.target),
        col(Clock.cycle),
        col(Clock.due_at),
        col(Clock.at_risk_at),
        col(Clock.paused_at),
        col(Clock.stopped_at),
        col(Clock.cancelled),
        col(Call.urgent),
        _HEARS.label("owner_hears"),
        _told(Standing.AT_RISK),
        _told(Standing.BREACHED),
    )
    .join(Call, col(Call.id) == col(Clock.call_id))
    .outerjoin(Agent, col(Agent.id) == col(Call.owner_id))
    .where(col(Clock.next_check) <= _NOW)
    .order_by(*_FIRST)
    .limit(sa.bindparam("most", type_=sa.Integer()))
)
"""The clocks whose moment has come, `most` of them, the earliest first."""

DUE_ALERTS = (
    sa.select(
        col(Alert.id),
        col(Alert.stage),
        col(Alert.audience),
        col(Alert.at),
        col(Clock.id),
        col(Alert.call_id),
        col(Call.urgent),
        col(Clock.due_at),
        col(Clock.stopped_at).is_not(None),
        col(Clock.paused_at).is_not(None),
        col(Clock.standing),
        col(Call.owner_id),
        sa.case((_HEARS, col(Agent.email)), else_=None),
    )
    .join(Call, col(Call.id) == col(Alert.call_id))
    .join(
        Clock,
        (col(Clock.call_id) == col(Alert.call_id))
        & (col(Clock.target) == col(Alert.target))
        & (col(Clock.cycle) == col(Alert.cycle)),
    )
    .outerjoin(Agent, col(Agent.id) == col(Call.owner_id))
    .where(col(Alert.tell_at) <= _NOW)
    .order_by(col(Call.urgent).desc(), col(Clock.due_at), col(Alert.id))
)
"""The alerts that are to be told now, the worst first: urgent ones, then the longest overdue."""


def due_clocks(rows: Iterable[Any]) -> list[DueClock]:
    """What DUE_CLOCKS answered."""
    return [
        DueClock._make((*clock, bool(owner_hears), _flagged_before(at_risk, breached)))
        for *clock, owner_hears, at_risk, breached in rows
    ]


def due_alerts(rows: Iterable[Any]) -> list[Line]:
    """What DUE_ALERTS answered."""
    return [Line(*row) for row in rows]


def _flagged_before(at_risk: object, breached: object) -> list[Standing]:
    flags = ((Standing.AT_RISK, at_risk), (Standing.BREACHED, breached))
    return [standing for standing, was in flags if was]


class FlagQuestions(Unit):
    """Flags and alerts, written many at a time."""

    def raise_flags(self, flags: Sequence[Flag], by: str, actor: str) -> None:
        """Note what a sweep found. Overtaken, and nothing is changed, if a clock has changed."""
        connection = self.session.connection()
        changed = connection.execute(_KEEP, [self._kept(flag) for flag in flags]).rowcount
        if changed != len(flags):
            raise Overtaken
        if raised := [flag for flag in flags if flag.tellings]:
            connection.execute(_EVENT, [self._event(flag, by, actor) for flag in raised])
            connection.execute(_ALERT, [row for flag in raised for row in self._alerts(flag)])

    def put_off_first_clock(self, by: timedelta) -> None:
        """Let the clock that is due first wait: it could not even be looked at."""
        first = select(Clock.id).where(col(Clock.next_check) <= self.now)
        one = first.order_by(*_FIRST).limit(1).scalar_subquery()
        later = {"next_check": self.now + by, "version": col(Clock.version) + 1}
        self.session.connection().execute(_CLOCKS.update().where(_CLOCKS.c.id == one).values(later))

    def mark_told(
        self, alerts: Collection[int], letter_id: int | None, tell_at: datetime | None
    ) -> None:
        """Note that a letter carries these alerts, or when they are to be looked at again.

        Overtaken, and nothing is changed, if another sweep told of one of them.
        """
        told = {"letter_id": letter_id, "tell_at": tell_at}
        numbers, changed = sorted(alerts), 0
        for start in range(0, len(numbers), MOST_AT_ONCE):
            some = _ALERTS.c.id.in_(numbers[start : start + MOST_AT_ONCE])
            mark = _ALERTS.update().where(some, _ALERTS.c.tell_at <= self.now).values(told)
            changed += self.session.connection().execute(mark).rowcount
        if changed != len(numbers):
            raise Overtaken

    def flagged(self, clock_ids: Sequence[int]) -> list[tuple[Clock, Call]]:
        """Those clocks with their calls, in the order in which they are named."""
        asked = select(Clock, Call).join(Call, col(Call.id) == col(Clock.call_id))
        rows = self.session.exec(asked.where(col(Clock.id).in_(clock_ids)))
        found = {clock.id: (clock, call) for clock, call in rows}
        return [found[number] for number in clock_ids]

    def _kept(self, flag: Flag) -> dict[str, Any]:
        breached = flag.standing is Standing.BREACHED
        return {
            "kept_id": flag.clock.id,
            "kept_version": flag.clock.version,
            "standing": flag.standing,
            "next_check": flag.next_check,
            "seen_at": self.now if breached and flag.tellings else None,
        }

    def _event(self, flag: Flag, by: str, actor: str) -> dict[str, Any]:
        clock = flag.clock
        # The breach is dated by the clock, whenever it was that a sweep came to see it.
        at = clock.due if flag.standing is Standing.BREACHED else clock.at_risk
        return {
            "call_id": clock.call_id,
            "kind": flag.standing.value,
            "target": clock.target,
            "cycle": clock.cycle,
            "at": at,
            "recorded_at": self.now,
            "by": by,
            "actor": actor,
            "facts": {},
        }

    def _alerts(self, flag: Flag) -> list[dict[str, Any]]:
        clock = flag.clock
        return [
            {
                "call_id": clock.call_id,
                "target": clock.target,
                "cycle": clock.cycle,
                "stage": telling.stage,
                "audience": telling.audience,
                "at": self.now,
                "tell_at": telling.at,
            }
            for telling in flag.tellings
        ]


_CLOCKS, _ALERTS, _EVENTS = (METADATA.tables[name] for name in ("clock", "alert", "event"))
_EVENT, _ALERT = _EVENTS.insert(), _ALERTS.insert()
_KEEP = (
    _CLOCKS.update()
    .where(_CLOCKS.c.id == sa.bindparam("kept_id"))
    .where(_CLOCKS.c.version == sa.bindparam("kept_version"))
    .values(
        standing=sa.bindparam("standing"),
        next_check=sa.bindparam("next_check"),
        detected_at=sa.func.coalesce(
            _CLOCKS.c.detected_at, sa.bindparam("seen_at", type_=_CLOCKS.c.detected_at.type)
        ),
        version=_CLOCKS.c.version + 1,
    )
)
