"""Which promises break before a moment, if nobody does anything: arithmetic on the clocks."""

from datetime import datetime, timedelta
from typing import NamedTuple

from helpdesk.database import Reader, Row, moment
from helpdesk.references import reference
from helpdesk.views.lines import is_away
from workflows.calendar import Calendar
from workflows.standing import Standing, running_standing


class Breaking(NamedTuple):
    """A running clock that breaches before the moment that was asked for."""

    owner: str
    owner_away: bool
    reference: str
    urgent: bool
    target: str
    due: datetime
    left: timedelta
    staffed: timedelta  #: how much of that the desk is staffed
    standing: Standing
    organisation: str
    step: str


class Forecast(NamedTuple):
    """What breaks before `until`, by owner (nobody first), the first due first."""

    until: datetime
    staffed: timedelta  #: the staffed time until then
    breached: int  #: how many running clocks are breached already
    calls: list[Breaking]


def forecast(reader: Reader, hours: Calendar, now: datetime, until: datetime) -> Forecast:
    """What breaches up to `until`; what is due right then can be kept by nobody any more."""
    running = reader.rows(
        "SELECT w.id, w.urgent, w.organisation, w.step, w.owner, w.owner_active, w.away_since,"
        " w.away_until, k.target, k.due_at, k.at_risk_at"
        " FROM worklist w JOIN clock k ON k.call_id = w.id"
        " WHERE k.stopped_at IS NULL AND k.paused_at IS NULL"
    )
    clocks = [_breaking(row, hours, now) for row in running]
    coming = [clock for clock in clocks if now < clock.due <= until]
    return Forecast(
        until=until,
        staffed=hours.staffed(now, until),
        breached=sum(clock.due <= now for clock in clocks),
        calls=sorted(coming, key=lambda each: (each.owner, each.due, each.reference)),
    )


def next_opening(hours: Calendar, now: datetime, tomorrow: datetime) -> datetime:
    """When the desk opens next: once it is closed again, if it is open now."""
    return hours.opening(tomorrow if hours.is_open(now) else now)


def _breaking(row: Row, hours: Calendar, now: datetime) -> Breaking:
    due, at_risk = moment(row["due_at"]) or now, moment(row["at_risk_at"]) or now
    return Breaking(
        owner=row["owner"] or "",
        owner_away=is_away(row, now),
        reference=reference(row["id"]),
        urgent=bool(row["urgent"]),
        target=row["target"],
        due=due,
        left=due - now,
        staffed=hours.staffed(now, due),
        standing=running_standing(due, at_risk, now),
        organisation=row["organisation"],
        step=row["step"] or "show",
    )
