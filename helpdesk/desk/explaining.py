"""How each due of a call came about: from its start, by every pause, to what was told of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from helpdesk.journal import Journal
from helpdesk.models import Alert, Call, Clock, Event
from helpdesk.store import Tx
from workflows import sla, spans
from workflows.definition import Workflow
from workflows.sla import Standing


class Pause(NamedTuple):
    """A time in which a clock stood still."""

    begin: datetime
    end: datetime | None  #: None while it lasts
    counted: timedelta  #: by how much it moved the due, so far
    reason: str
    note: str
    by: str


class Told(NamedTuple):
    """Something that was flagged, or told, or is yet to be told."""

    stage: str
    audience: str
    at: datetime
    letter: bool
    tell_at: datetime | None


class Explained(NamedTuple):
    """One clock, and how its due came about."""

    target: str
    cycle: int
    started: datetime
    started_by: str
    promised: str  #: "48 hours", "16 desk hours"
    gross_due: datetime
    pauses: list[Pause]
    recalculated: list[tuple[datetime, str]]  #: when, and by whom
    due: datetime
    at_risk: datetime
    at_risk_why: str
    staffed: timedelta  #: staffed time between start and due
    standing: Standing
    stopped: datetime | None
    late_start: bool
    unwinnable: bool
    detected: datetime | None
    told: list[Told]


def explain(tx: Tx, journal: Journal, reference: str) -> tuple[Call, list[Explained]]:
    """The clocks of a call explained, the oldest first. NotFound for an unknown call."""
    call = tx.call(reference)
    events, alerts = tx.events(call), tx.alerts_of(call)
    workflow = journal.workflow(call)
    return call, [
        _explained(workflow, tx.reading(row), row, events, alerts, tx.now)
        for row in tx.clocks(call)
    ]


def _explained(  # a clock, and all that happened to it
    workflow: Workflow,
    clock: sla.Clock,
    row: Clock,
    events: Sequence[Event],
    alerts: Sequence[Alert],
    now: datetime,
) -> Explained:
    mine = [alert for alert in alerts if (alert.target, alert.cycle) == (row.target, row.cycle)]
    return Explained(
        target=row.target,
        cycle=row.cycle,
        started=clock.started,
        started_by=_started_by(clock, events),
        promised=spans.promised(clock.policy.within.total_seconds(), working=clock.policy.working),
        gross_due=clock.gross_due,
        pauses=_pauses(workflow, clock, events, now),
        recalculated=[
            (event.at, event.by)
            for event in events
            if event.kind == "recalculated" and row.target in event.facts.get("policies", {})
        ],
        due=clock.due,
        at_risk=clock.at_risk,
        at_risk_why=_at_risk_why(clock),
        staffed=clock.policy.calendar.staffed(clock.started, clock.due),
        standing=sla.standing(clock, now),
        stopped=clock.stopped,
        late_start=row.late_start,
        unwinnable=row.unwinnable,
        detected=row.detected_at,
        told=[
            Told(each.stage, each.audience, each.at, each.letter_id is not None, each.tell_at)
            for each in mine
        ],
    )


def _started_by(clock: sla.Clock, events: Sequence[Event]) -> str:
    """What event began it, in words."""
    joined = clock.started.isoformat()  # of a merge: since when the other call has waited
    begun = next(
        (
            event
            for event in events
            if event.at == clock.started or event.facts.get("received") == joined
        ),
        None,
    )
    return f"{begun.kind.replace('_', ' ')}, by {begun.by}" if begun else ""


def _pauses(
    workflow: Workflow, clock: sla.Clock, events: Sequence[Event], now: datetime
) -> list[Pause]:
    """When the clock stood still: what a hold does while it runs, and is not late."""
    pausable = {target.name for target in workflow.targets if target.pausable}
    found: list[Pause] = []
    begun: Event | None = None
    for event in events:
        if clock.target not in pausable or _is_over(clock, event):
            continue
        if event.kind == "held" and event.facts.get("pauses") and event.at >= clock.started:
            held = sum((pause.counted for pause in found), timedelta())
            # What is late already does not stand still any more.
            begun = event if event.at < clock.policy.due(clock.started, held) else None
        elif event.kind in {"resumed", "pause_ended"} and begun is not None:
            found.append(_pause(clock, begun, max(event.at, begun.at), now))
            begun = None
    return [*found, _pause(clock, begun, clock.stopped, now)] if begun else found


def _is_over(clock: sla.Clock, event: Event) -> bool:
    return clock.stopped is not None and event.at > clock.stopped


def _pause(clock: sla.Clock, begun: Event, end: datetime | None, now: datetime) -> Pause:
    reason = str(begun.facts.get("reason", "")).replace("_", " ")
    note = str(begun.facts.get("note", ""))
    return Pause(begun.at, end, clock.policy.spent(begun.at, end or now), reason, note, begun.by)


def _at_risk_why(clock: sla.Clock) -> str:
    """Which of its rules decides from when the clock is at risk."""
    policy, times = clock.policy, 2 if clock.urgent else 1
    urgent = ", doubled as it is urgent" if clock.urgent else ""
    if clock.at_risk == clock.started:
        return "from its start, as so little time was left then"
    if clock.due - policy.lead * times <= clock.at_risk:
        return f"{spans.words(policy.lead * times)} before it is due{urgent}"
    return f"less than {spans.desk_words(policy.staffed * times)} left{urgent}"
