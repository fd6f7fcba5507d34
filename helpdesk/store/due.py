"""What is due: all that a sweep looks at before it decides, read without a lock to write."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from helpdesk.models import Agent, Alert, Call, Clock, Event
from helpdesk.models.columns import UtcMoment
from helpdesk.store.unit import MOST_AT_ONCE
from workflows.standing import Standing

Ask = Callable[..., Iterable[Any]]
"""Gives the rows that answer a question: `Store.rows`."""


class DueClock(NamedTuple):
    """A clock whose moment has come."""

    id: int
    version: int
    due: datetime
    at_risk: datetime
    paused: datetime | None
    stopped: datetime | None
    cancelled: bool
    urgent: bool
    owner_hears: bool  #: whether the call has an owner who is there, with an address
    told: Sequence[Standing]  #: what was flagged of it before


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


class Flagged(NamedTuple):
    """A flagged clock, and its call, as a letter tells of them."""

    clock_id: int
    call_id: int
    organisation: str
    urgent: bool
    step: str
    workflow: str
    target: str
    policy: Mapping[str, Any]
    due: datetime
    stopped: datetime | None
    late_start: bool
    unwinnable: bool
    owner: str | None
    owner_is_there: bool | None
    owner_until: datetime | None  #: until when the owner is away, if anybody knows


class HoldEvent(NamedTuple):
    """That a call was held, or resumed."""

    call_id: int
    kind: str
    at: datetime
    by: str
    facts: Mapping[str, Any]


_NOW: sa.BindParameter[datetime] = sa.bindparam("now", type_=UtcMoment())
_IS_THERE = col(Agent.active) & (col(Agent.away_since).is_(None) | (col(Agent.away_until) <= _NOW))
_HEARS = (col(Agent.email) != "") & _IS_THERE


def _some(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name, expanding=True)


def _told(stage: Standing) -> sa.Label[bool]:
    same = (
        col(Alert.call_id) == col(Clock.call_id),
        col(Alert.target) == col(Clock.target),
        col(Alert.cycle) == col(Clock.cycle),
        col(Alert.stage) == stage.value,
    )
    return sa.select(col(Alert.id)).where(*same).exists().label(stage.value)


_DUE_CLOCKS = (
    sa.select(
        col(Clock.id),
        col(Clock.version),
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
    .order_by(col(Clock.next_check), col(Clock.id))
    .limit(sa.bindparam("most", type_=sa.Integer()))
)

_DUE_ALERTS = (
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
    # Each alert has a call and a clock: an outer join has them looked up from the few alerts.
    .outerjoin(Call, col(Call.id) == col(Alert.call_id))
    .outerjoin(
        Clock,
        (col(Clock.call_id) == col(Alert.call_id))
        & (col(Clock.target) == col(Alert.target))
        & (col(Clock.cycle) == col(Alert.cycle)),
    )
    .outerjoin(Agent, col(Agent.id) == col(Call.owner_id))
    .where(col(Alert.tell_at) <= _NOW)
    .order_by(col(Call.urgent).desc(), col(Clock.due_at), col(Alert.id))
)

_FLAGGED = (
    sa.select(
        col(Clock.id),
        col(Call.id),
        col(Call.organisation),
        col(Call.urgent),
        col(Call.step),
        col(Call.workflow),
        col(Clock.target),
        col(Clock.policy),
        col(Clock.due_at),
        col(Clock.stopped_at),
        col(Clock.late_start),
        col(Clock.unwinnable),
        col(Agent.full_name),
        _IS_THERE.label("owner_is_there"),
        col(Agent.away_until),
    )
    .join(Call, col(Call.id) == col(Clock.call_id))
    .outerjoin(Agent, col(Agent.id) == col(Call.owner_id))
    .where(col(Clock.id).in_(_some("clocks")))
)

_HOLDS = (
    sa.select(col(Event.call_id), col(Event.kind), col(Event.at), col(Event.by), col(Event.facts))
    .where(col(Event.call_id).in_(_some("calls")), col(Event.kind).in_(("held", "resumed")))
    .order_by(col(Event.id))
)

_LAST_DEEDS = (
    sa.select(col(Event.call_id), sa.func.max(col(Event.recorded_at)))
    .where(col(Event.call_id).in_(_some("calls")), col(Event.by) != "sweep")
    .group_by(col(Event.call_id))
)


def due_clocks(ask: Ask, now: datetime, most: int) -> list[DueClock]:
    """The clocks whose moment has come, `most` of them, the earliest first."""
    return [
        DueClock._make((*clock, bool(owner_hears), _flagged_before(at_risk, breached)))
        for *clock, owner_hears, at_risk, breached in ask(_DUE_CLOCKS, now=now, most=most)
    ]


def due_alerts(ask: Ask, now: datetime) -> list[Line]:
    """The alerts to be told now, the worst first: urgent ones, then the longest overdue."""
    return [Line(*row) for row in ask(_DUE_ALERTS, now=now)]


def flagged(ask: Ask, now: datetime, clocks: Sequence[int]) -> list[Flagged]:
    """Those clocks with their calls, in the order in which they are named."""
    found = {row[0]: Flagged(*row) for row in ask(_FLAGGED, now=now, clocks=clocks)}
    return [found[number] for number in clocks]


def holds_of(ask: Ask, calls: Sequence[int]) -> dict[int, list[HoldEvent]]:
    """The holds of those calls, by the call's number, in their order."""
    found: dict[int, list[HoldEvent]] = {}
    for row in ask(_HOLDS, calls=calls):
        found.setdefault(row[0], []).append(HoldEvent(*row))
    return found


def last_deeds(ask: Ask, calls: Sequence[int]) -> dict[int, datetime]:
    """When somebody last did something about those calls: what a sweep noted counts not."""
    found: dict[int, datetime] = {}
    for start in range(0, len(calls), MOST_AT_ONCE):
        some = calls[start : start + MOST_AT_ONCE]
        found |= {call: moment for call, moment in ask(_LAST_DEEDS, calls=some)}  # noqa: C416
    return found


def _flagged_before(at_risk: object, breached: object) -> list[Standing]:
    flags = ((Standing.AT_RISK, at_risk), (Standing.BREACHED, breached))
    return [standing for standing, was in flags if was]
