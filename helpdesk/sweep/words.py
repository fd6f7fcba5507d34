"""What letters say of flagged clocks: how late, by the clock and in desk hours, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from helpdesk.desk.answers import local_day
from helpdesk.errors import ConfigError
from helpdesk.journal import Journal
from helpdesk.models import Call, Clock, Event
from helpdesk.store import Tx
from workflows import spans
from workflows.targets import promised

REASONS = {
    "awaiting_requester": "for the requester",
    "awaiting_cqc": "for CQC",
    "internal": "at the desk",
}


def risks(tx: Tx, journal: Journal, found: Sequence[tuple[Clock, Call]]) -> list[dict[str, Any]]:
    """Clocks that are at risk, each with the time that is left."""
    hours = journal.config.hours
    return [
        {
            **flagged(tx, journal, clock, call),
            "left": spans.words(clock.due_at - tx.now),
            "desk_left": spans.desk_words(hours.staffed(tx.now, clock.due_at)),
            "unwinnable": clock.unwinnable,
        }
        for clock, call in found
    ]


def breaches(tx: Tx, journal: Journal, found: Sequence[tuple[Clock, Call]]) -> list[dict[str, Any]]:
    """Breached clocks, each with what became of it."""
    events = tx.events_of([call.id or 0 for _, call in found])
    last = tx.last_deeds([call.id or 0 for _, call in found])
    return [
        _breach(tx, journal, clock, call, events.get(call.id or 0, []), last.get(call.id or 0))
        for clock, call in found
    ]


def flagged(tx: Tx, journal: Journal, clock: Clock, call: Call) -> dict[str, Any]:
    """What every letter says of a flagged clock."""
    return {
        "reference": call.reference,
        "organisation": call.organisation,
        "target": clock.target,
        "promised": promised(clock.policy),
        "due": clock.due_at,
        "owner": _owner(tx, journal, call),
        "urgent": call.urgent,
        "command": f"helpdesk {call.step or 'show'} {call.reference}",
    }


def _owner(tx: Tx, journal: Journal, call: Call) -> str:
    """Who has the call, and that they are away if they are: "Cris Cole (away until Mon 9 Mar)"."""
    owner = tx.agent_numbered(call.owner_id)
    if owner is None or not owner.is_away(tx.now):
        return owner.full_name if owner else ""
    until = owner.away_until
    day = f" until {local_day(journal, until)}" if until else ""
    return f"{owner.full_name} (away{day})"


def _breach(  # what a letter says of one breach
    tx: Tx,
    journal: Journal,
    clock: Clock,
    call: Call,
    events: Sequence[Event],
    last: datetime | None,
) -> dict[str, Any]:
    hours = journal.config.hours
    end = clock.stopped_at or tx.now
    quiet_since = last or clock.due_at
    return {
        **flagged(tx, journal, clock, call),
        "late": spans.words(end - clock.due_at),
        "desk_late": spans.desk_words(hours.staffed(clock.due_at, end)),
        "late_start": clock.late_start,
        "unwinnable": clock.unwinnable,
        "holds": holds_told(events, tx.now),
        "why": _why(journal, clock, call),
        "quiet_since": quiet_since,
        "quiet_for": spans.desk_words(hours.staffed(quiet_since, tx.now)),
    }


def _why(journal: Journal, clock: Clock, call: Call) -> str:
    """What the breach means; "" if the settings do not name the call's workflow any more."""
    try:
        targets = journal.workflow(call).targets
    except ConfigError:  # a line that was lost must not silence the breaches of all others
        return ""
    target = next((each for each in targets if each.name == clock.target), None)
    if target is None:
        return ""
    return target.why_late if clock.stopped_at else target.why


def holds_told(events: Sequence[Event], now: datetime) -> list[str]:
    """Each hold of a call: how long, for what, by whom."""
    told, begun = [], None
    for event in events:
        if event.kind == "held":
            begun = event
        elif event.kind == "resumed" and begun is not None:
            # A reply that arrived before the hold ends it too.
            told.append(_hold_told(begun, max(event.at, begun.at)))
            begun = None
    return [*told, _hold_told(begun, now)] if begun else told


def _hold_told(begun: Event, end: datetime) -> str:
    note = f": {begun.facts['note']}" if begun.facts.get("note") else ""
    reason = REASONS.get(begun.facts.get("reason", ""), "")
    return f"{spans.words(end - begun.at)} {reason} ({begun.by}){note}"
