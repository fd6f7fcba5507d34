"""The calls that are on hold: what each waits for, what comes next, what a supervisor remarks."""

from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple

from helpdesk.database import Reader, Row, moment, parsed
from helpdesk.references import reference
from helpdesk.views.lines import is_away
from workflows.holds import Next, Rules, Waiting, audit
from workflows.lifecycle import Hold


class Held(NamedTuple):
    """One call on hold."""

    reference: str
    reason: Hold
    since: datetime
    until: datetime | None
    coming: Next | None  #: what comes next by itself; None if nothing does
    coming_at: datetime | None
    note: str
    owner: str
    owner_away: bool
    organisation: str
    stands_still: bool  #: whether its clock does
    remarks: tuple[str, ...]  #: what a supervisor should look at


def on_hold(reader: Reader, rules: Rules, now: datetime) -> list[Held]:
    """All calls on hold, those to which something comes first at the top."""
    calls = reader.rows(
        "SELECT c.id, c.hold, c.hold_since, c.hold_until, c.hold_check, c.hold_note,"
        " c.organisation, a.name AS owner, a.active AS owner_active, a.away_since, a.away_until,"
        " EXISTS (SELECT 1 FROM clock k WHERE k.call_id = c.id AND k.stopped_at IS NULL"
        "         AND k.paused_at IS NOT NULL) AS stands_still"
        " FROM call c LEFT JOIN agent a ON a.id = c.owner_id"
        " WHERE c.closed_at IS NULL AND c.hold IS NOT NULL"
        " ORDER BY c.hold_check IS NULL, c.hold_check, c.id"
    )
    happened = _happened(reader)
    return [_held(row, happened[row["id"]], rules, now) for row in calls]


class _Happened(NamedTuple):
    """What happened to a call since its hold began, and before."""

    facts: dict[str, Any]  # of the hold's own event
    chased: int = 0
    pause_ended: bool = False
    replied: datetime | None = None


def _happened(reader: Reader) -> dict[int, _Happened]:
    found: dict[int, _Happened] = defaultdict(lambda: _Happened({}))
    events = reader.rows(
        "SELECT e.call_id, e.kind, e.at, e.facts FROM event e JOIN call c ON c.id = e.call_id"
        " WHERE c.closed_at IS NULL AND c.hold IS NOT NULL"
        " AND e.kind IN ('held', 'chased', 'pause_ended', 'reply') ORDER BY e.id"
    )
    for event in events:
        so_far = found[event["call_id"]]
        match event["kind"]:
            case "held":
                so_far = _Happened(parsed(event["facts"]), replied=so_far.replied)
            case "chased":
                so_far = so_far._replace(chased=so_far.chased + 1)
            case "pause_ended":
                so_far = so_far._replace(pause_ended=True)
            case _:
                so_far = so_far._replace(replied=moment(event["at"]))
        found[event["call_id"]] = so_far
    return found


def _held(row: Row, happened: _Happened, rules: Rules, now: datetime) -> Held:
    ends = _moment(happened.facts.get("pause_ends"))
    waiting = Waiting(
        reason=Hold(row["hold"]),
        since=moment(row["hold_since"]) or now,
        until=moment(row["hold_until"]),
        pause_ends=None if happened.pause_ended else ends,
    )
    due = _moment(happened.facts.get("due"))
    at = moment(row["hold_check"])
    return Held(
        reference=reference(row["id"]),
        reason=waiting.reason,
        since=waiting.since,
        until=waiting.until,
        coming=_coming(waiting, at, happened.chased, rules) if at else None,
        coming_at=at,
        note=row["hold_note"],
        owner=row["owner"] or "",
        owner_away=is_away(row, now),
        organisation=row["organisation"],
        stands_still=bool(row["stands_still"]),
        remarks=tuple(audit(rules, waiting, now, due=due, replied=happened.replied)),
    )


def _coming(waiting: Waiting, at: datetime, chased: int, rules: Rules) -> Next:
    """What the sweep does about the call at `at`, the moment that is kept for it."""
    dated = [(waiting.until, Next.ENDS), (waiting.pause_ends, Next.PAUSE_ENDS)]
    first = min((each for each in dated if each[0]), key=lambda each: each[0] or at, default=None)
    if waiting.reason is Hold.AWAITING_REQUESTER and (first is None or at < (first[0] or at)):
        return Next.CHASE if chased < len(rules.chasers) else Next.NO_REPLY
    return first[1] if first else Next.ENDS


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
