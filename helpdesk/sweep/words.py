"""What letters say of flagged clocks: how late, by the clock and in desk hours, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from helpdesk.desk.answers import local_day
from helpdesk.errors import ConfigError
from helpdesk.journal import Journal
from helpdesk.references import reference
from helpdesk.store import Store
from helpdesk.store.due import Flagged, HoldEvent, flagged, holds_of, last_deeds
from workflows import spans
from workflows.targets import promised

REASONS = {
    "awaiting_requester": "for the requester",
    "awaiting_cqc": "for CQC",
    "internal": "at the desk",
}


def risks(
    store: Store, journal: Journal, now: datetime, clocks: Sequence[int]
) -> list[dict[str, Any]]:
    """Clocks that are at risk, each with the time that is left."""
    hours = journal.config.hours
    return [
        {
            **_flag(journal, flag),
            "left": spans.words(flag.due - now),
            "desk_left": spans.desk_words(hours.staffed(now, flag.due)),
            "unwinnable": flag.unwinnable,
        }
        for flag in flagged(store.rows, now, clocks)
    ]


def breaches(
    store: Store, journal: Journal, now: datetime, clocks: Sequence[int]
) -> list[dict[str, Any]]:
    """Breached clocks, each with what became of it."""
    found = flagged(store.rows, now, clocks)
    calls = [flag.call_id for flag in found]
    held, last = holds_of(store.rows, calls), last_deeds(store.rows, calls)
    return [
        _breach(journal, flag, held.get(flag.call_id, []), last.get(flag.call_id, flag.due), now)
        for flag in found
    ]


def _flag(journal: Journal, flag: Flagged) -> dict[str, Any]:
    """What every letter says of a flagged clock."""
    called = reference(flag.call_id)
    return {
        "reference": called,
        "organisation": flag.organisation,
        "target": flag.target,
        "promised": promised(flag.policy),
        "due": flag.due,
        "owner": _owner(journal, flag),
        "urgent": flag.urgent,
        "command": f"helpdesk {flag.step or 'show'} {called}",
    }


def _owner(journal: Journal, flag: Flagged) -> str:
    """Who has the call, and that they are away if they are: "Cris Cole (away until Mon 9 Mar)"."""
    if flag.owner is None or flag.owner_is_there:
        return flag.owner or ""
    until = flag.owner_until
    day = f" until {local_day(journal, until)}" if until else ""
    return f"{flag.owner} (away{day})"


def _breach(  # what a letter says of one breach
    journal: Journal,
    flag: Flagged,
    held: Sequence[HoldEvent],
    quiet_since: datetime,
    now: datetime,
) -> dict[str, Any]:
    hours = journal.config.hours
    end = flag.stopped or now
    return {
        **_flag(journal, flag),
        "late": spans.words(end - flag.due),
        "desk_late": spans.desk_words(hours.staffed(flag.due, end)),
        "late_start": flag.late_start,
        "unwinnable": flag.unwinnable,
        "holds": _holds_told(held, now),
        "why": _why(journal, flag),
        "quiet_since": quiet_since,
        "quiet_for": spans.desk_words(hours.staffed(quiet_since, now)),
    }


def _why(journal: Journal, flag: Flagged) -> str:
    """What the breach means; "" if the settings do not name the call's workflow any more."""
    try:
        targets = journal.config.workflow(flag.workflow).targets
    except ConfigError:  # a line that was lost must not silence the breaches of all others
        return ""
    target = next((each for each in targets if each.name == flag.target), None)
    if target is None:
        return ""
    return target.why_late if flag.stopped else target.why


def _holds_told(held: Sequence[HoldEvent], now: datetime) -> list[str]:
    """Each hold of a call: how long, for what, by whom."""
    told, begun = [], None
    for event in held:
        if event.kind == "held":
            begun = event
        elif begun is not None:
            # A reply that arrived before the hold ends it too.
            told.append(_hold_told(begun, max(event.at, begun.at)))
            begun = None
    return [*told, _hold_told(begun, now)] if begun else told


def _hold_told(begun: HoldEvent, end: datetime) -> str:
    note = f": {begun.facts['note']}" if begun.facts.get("note") else ""
    reason = REASONS.get(begun.facts.get("reason", ""), "")
    return f"{spans.words(end - begun.at)} {reason} ({begun.by}){note}"
