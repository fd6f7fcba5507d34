"""The figures of one morning: what is missed, what will be, and what else wants a supervisor."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from helpdesk.config.settings import Config, Mailbox
from helpdesk.database import Reader, Row, moment, parsed
from helpdesk.references import reference
from helpdesk.reports.days import DAY, at, day_words, local_day, midnight
from helpdesk.reports.told import REASONS, letter_to
from workflows import spans
from workflows.holds import Waiting, audit
from workflows.lifecycle import Hold
from workflows.standing import outcome_words
from workflows.targets import promised

DONE = {"acknowledge": "answered", "provide": "provided"}
"""What was done of a target, when it was done."""

CAME_BACK = "it came back: "
"""How the trouble of a letter begins that came back, which is said already."""

_PRESSING = """
SELECT c.id, c.organisation, c.urgent, c.step, a.full_name AS owner,
       k.target, k.policy, k.due_at, k.detected_at
FROM clock k JOIN call c ON c.id = k.call_id LEFT JOIN agent a ON a.id = c.owner_id
WHERE k.stopped_at IS NULL AND k.paused_at IS NULL
  AND (k.at_risk_at < :midnight OR k.due_at <= :now)
ORDER BY k.due_at, k.id
"""
"""The clocks that go, and are missed or at risk before the day is over: the oldest due first."""

_CLEARED = """
SELECT c.id, c.organisation, c.outcome, a.full_name AS owner,
       k.target, k.due_at, k.stopped_at, k.cancelled
FROM clock k JOIN call c ON c.id = k.call_id LEFT JOIN agent a ON a.id = c.owner_id
WHERE k.stopped_at > :since AND k.stopped_at <= :now AND k.stopped_at >= k.due_at
ORDER BY k.stopped_at, k.id
"""
_HELD = """
SELECT c.id, c.organisation, c.hold, c.hold_since, c.hold_until, a.full_name AS owner,
       (SELECT e.facts FROM event e WHERE e.call_id = c.id AND e.kind = 'held'
        ORDER BY e.id DESC LIMIT 1) AS facts,
       (SELECT max(m.arrived_at) FROM message m WHERE m.call_id = c.id
        AND m.automatic IS NULL) AS replied_at
FROM call c LEFT JOIN agent a ON a.id = c.owner_id
WHERE c.closed_at IS NULL AND c.hold IS NOT NULL ORDER BY c.hold_since, c.id
"""
_UNDELIVERED = """
SELECT l.id, l.call_id, l.kind, l.to_address, l.error, l.state,
       c.requester_name, c.requester_email, c.organisation
FROM letter l LEFT JOIN call c ON c.id = l.call_id
WHERE l.undelivered_at IS NOT NULL AND (l.undelivered_at >= :since OR l.kind IN
      ('acknowledged.requester', 'allocated.requester'))
ORDER BY l.undelivered_at, l.id
"""
"""Letters that did not arrive: each once, but those that a promise rests on until it is mended."""

_SET_ASIDE = """
SELECT r.id, r.call_id, r.reason FROM received_mail r JOIN call c ON c.id = r.call_id
WHERE r.state = 'quarantined' AND c.closed_at IS NULL AND c.unreadable <> '' ORDER BY r.id
"""
"""Mails that no program could read, and no person has."""

_MAILBOXES = """
SELECT name, error, unknown FROM mailbox WHERE error <> '' OR unknown > 0 ORDER BY name
"""


def morning(reader: Reader, config: Config, now: datetime, since: datetime) -> dict[str, Any]:
    """What the digest may say, besides what every letter may; `since`: when the last one was made.

    - new: missed promises that were found since, and whose clocks still run.
    - still: those that were found before; both the longest missed first.
    - cleared: missed ones whose clocks ended since.
    - at_risk_today: clocks that run, at risk now or before the local day is over, and not missed.
    - holds: those of which the audit has something to say.
    - mail: letters found since not to have arrived, and acknowledgements and codes until that is
      mended; mails set aside that nobody has read yet; mailboxes that are in trouble.

    Lists are cut to `ladder.rows`, totals are not.
    """
    day = local_day(config, now)
    ends = midnight(config, day + DAY)
    pressing = reader.rows(_PRESSING, midnight=ends, now=now)
    late = [row for row in pressing if at(row["due_at"]) <= now]
    lists: dict[str, Sequence[Any]] = {
        "new": [row for row in late if _is_new(row, since)],
        "still": [row for row in late if not _is_new(row, since)],
        "cleared": reader.rows(_CLEARED, since=since, now=now),
        "at_risk_today": [row for row in pressing if at(row["due_at"]) > now],
        "holds": _holds(config, reader.rows(_HELD), now),
        "mail": _mail(reader, config, since),
    }
    told = {"new": _late, "still": _late, "cleared": _cleared, "at_risk_today": _left}
    facts: dict[str, Any] = {}
    for name, found in lists.items():
        listed, tell = found[: config.ladder.rows], told.get(name)
        facts[name] = [tell(config, row, now) for row in listed] if tell else [*listed]
        facts[f"{name}_total"] = len(found)
    all_clear = not any(lists.values())
    about = {"day": day_words(day), "all_clear": all_clear, "monday": day.weekday() == 0}
    return {"digest": about, **facts, "last_sweep": _last_sweep(reader)}


def _is_new(row: Row, since: datetime) -> bool:
    """Whether a breach was found since; one that no sweep has seen yet is new too."""
    detected = moment(row["detected_at"])
    return detected is None or detected > since


def _late(config: Config, row: Row, now: datetime) -> dict[str, Any]:
    due = at(row["due_at"])
    return {
        **_flagged(row),
        "late": spans.words(now - due),
        "desk_late": spans.desk_words(config.hours.staffed(due, now)),
    }


def _left(config: Config, row: Row, now: datetime) -> dict[str, Any]:
    due = at(row["due_at"])
    return {
        **_flagged(row),
        "left": spans.words(due - now),
        "desk_left": spans.desk_words(config.hours.staffed(now, due)),
    }


def _flagged(row: Row) -> dict[str, Any]:
    return {
        **_called(row),
        "target": row["target"],
        "promised": promised(parsed(row["policy"])),
        "due": at(row["due_at"]),
        "urgent": bool(row["urgent"]),
        "command": f"helpdesk {row['step'] or 'show'} {reference(row['id'])}",
    }


def _cleared(_config: Config, row: Row, _now: datetime) -> dict[str, Any]:
    late = spans.words(at(row["stopped_at"]) - at(row["due_at"]))
    outcome = f" as {outcome_words(row['outcome'])}" if row["outcome"] else ""
    how = f"closed{outcome}," if row["cancelled"] else DONE.get(row["target"], "done")
    return {**_called(row), "target": row["target"], "how": f"{how} {late} late"}


def _holds(config: Config, rows: Sequence[Row], now: datetime) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        due = parsed(row["facts"] or "{}").get("due")
        waiting = Waiting(Hold(row["hold"]), at(row["hold_since"]), until=moment(row["hold_until"]))
        remarks = audit(
            config.holds.rules,
            waiting,
            now,
            due=datetime.fromisoformat(due) if due else None,
            replied=moment(row["replied_at"]),
        )
        if remarks:
            found.append(
                {
                    **_called(row),
                    "reason": REASONS[row["hold"]],
                    "until": waiting.until,
                    "remarks": "; ".join(remarks),
                    "command": f"helpdesk show {reference(row['id'])}",
                }
            )
    return found


def _mail(reader: Reader, config: Config, since: datetime) -> list[dict[str, str]]:
    ours = {each.name: each for each in config.intake.mailboxes}
    return [
        *(_undelivered(row) for row in reader.rows(_UNDELIVERED, since=since)),
        *(_set_aside(row) for row in reader.rows(_SET_ASIDE)),
        *(
            _in_trouble(ours[row["name"]], row)
            for row in reader.rows(_MAILBOXES)
            if row["name"] in ours
        ),
    ]


def _undelivered(row: Row) -> dict[str, str]:
    command = f"show {reference(row['call_id'])}" if row["call_id"] else f"outbox show {row['id']}"
    became = "came back" if row["state"] == "sent" else "was not delivered"
    return {
        "what": f"{letter_to(row)} {became}",
        "error": row["error"].removeprefix(CAME_BACK),
        "command": f"helpdesk {command}",
    }


def _set_aside(row: Row) -> dict[str, str]:
    return {
        "what": f"a mail of {reference(row['call_id'])} was set aside, and nobody has read it",
        "error": row["reason"],
        "command": f"helpdesk mail show {row['id']}",
    }


def _in_trouble(mailbox: Mailbox, row: Row) -> dict[str, str]:
    which = f"the mailbox of {mailbox.user} ({mailbox.folder} on {mailbox.host})"
    unknown = f"{row['unknown']} mails lie there that the desk does not hold"
    return {
        "what": f"{which} cannot be read" if row["error"] else f"{which} was not all taken in",
        "error": row["error"] or unknown,
        "command": "helpdesk doctor" if row["error"] else "helpdesk mail check",
    }


def _last_sweep(reader: Reader) -> datetime | None:
    found = reader.rows("SELECT good_at FROM duty WHERE name = 'sweep'")
    return moment(found[0]["good_at"]) if found else None


def _called(row: Row) -> dict[str, Any]:
    return {
        "reference": reference(row["id"]),
        "organisation": row["organisation"],
        "owner": row["owner"] or "",
    }
