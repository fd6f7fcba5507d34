"""What an agent should know as the day begins: each call once, where it matters most."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from helpdesk.database import Reader, moment, parsed
from helpdesk.references import reference
from helpdesk.views.lines import Line, breaching_today, worklist

LONGEST = timedelta(days=7)
"""How far back holds are looked for that ended, for an agent who did nothing since."""


class Part(Enum):
    """The parts of the morning, in their order."""

    URGENT = "urgent"
    DUE = "due"  #: today, or overdue
    UNDELIVERED = "NOT DELIVERED"  #: a letter about it did not arrive
    REPLIES = "reply waiting"
    ENDING = "hold ends today"
    ENDED = "hold has ended"
    AWAY = "owner is away"
    OTHERS = "breaches today"


class Ended(NamedTuple):
    """How the hold of a call ended while the agent was not there."""

    at: datetime
    why: str


class Entry(NamedTuple):
    """One call of the morning."""

    part: Part
    line: Line
    ended: Ended | None = None


class Brief(NamedTuple):
    """An agent's morning."""

    entries: list[Entry]
    since: datetime  #: when the agent last did something before today
    waiting: int  #: how many calls wait in all
    mine: int
    nobodys: int
    resting: int  #: on hold, with a clock that stands still


class Day(NamedTuple):
    """The moment, and where the desk's day begins and ends."""

    now: datetime
    begins: datetime
    ends: datetime


def brief(reader: Reader, agent: str, day: Day) -> Brief:
    """The morning of `agent`; of "" what nobody has."""
    lines = worklist(reader, day.now)
    since = _last_worked(reader, agent, day.begins)
    ended = _ended(reader, agent, since)
    starved = {line.reference for line in breaching_today(lines, day.ends)}
    rules = _rules(agent, day.ends, ended, starved)
    entries = [entry for line in lines if (entry := _entry(line, rules, ended))]
    order = list(Part)
    return Brief(
        entries=sorted(entries, key=lambda entry: order.index(entry.part)),
        since=since,
        waiting=len(lines),
        mine=sum(bool(agent) and line.owner == agent for line in lines),
        nobodys=sum(not line.owner for line in lines),
        resting=sum(line.rests for line in lines),
    )


Rules = Mapping[Part, Callable[[Line], bool]]


def _rules(agent: str, tomorrow: datetime, ended: Mapping[str, Ended], starved: set[str]) -> Rules:
    """Which calls each part has; a call that rests is looked at only once its hold ends."""
    return {
        Part.URGENT: lambda line: line.urgent and line.is_for(agent) and not line.rests,
        Part.DUE: lambda line: bool(
            line.due and line.due < tomorrow and line.is_for(agent) and not line.rests
        ),
        Part.UNDELIVERED: lambda line: line.not_delivered and line.is_for(agent),
        Part.REPLIES: lambda line: line.reply_waiting and line.is_for(agent),
        Part.ENDING: lambda line: bool(
            line.hold_until and line.hold_until < tomorrow and line.is_for(agent)
        ),
        Part.ENDED: lambda line: line.reference in ended and line.is_for(agent),
        Part.AWAY: lambda line: line.owner_away and not line.rests,
        Part.OTHERS: lambda line: line.reference in starved,
    }


def _entry(line: Line, rules: Rules, ended: Mapping[str, Ended]) -> Entry | None:
    part = next((part for part in Part if rules[part](line)), None)
    return Entry(part, line, ended.get(line.reference)) if part else None


def _last_worked(reader: Reader, agent: str, today: datetime) -> datetime:
    """When `agent` last did something before today."""
    found = reader.rows(
        "SELECT at FROM operation WHERE by = :agent AND at < :today ORDER BY at DESC LIMIT 1",
        agent=agent,
        today=today.astimezone(UTC).isoformat(" "),  # text that either engine compares
    )
    last = moment(found[0]["at"]) if found else None
    return max(last, today - LONGEST) if last else today - LONGEST


def _ended(reader: Reader, agent: str, since: datetime) -> dict[str, Ended]:
    """The open calls whose hold ended since, unless `agent` ended it."""
    found = reader.rows(
        "SELECT e.call_id, e.at, e.recorded_at, e.by, e.facts FROM event e"
        " JOIN call c ON c.id = e.call_id"
        " WHERE c.closed_at IS NULL AND c.hold IS NULL AND e.kind = 'resumed' ORDER BY e.id"
    )
    return {
        reference(row["call_id"]): Ended(moment(row["at"]) or since, _why(row["facts"]))
        for row in found
        if row["by"] != agent and (moment(row["recorded_at"]) or since) >= since
    }


def _why(facts: object) -> str:
    known = parsed(facts)
    return str(known.get("why", "")) if isinstance(known, dict) else ""
