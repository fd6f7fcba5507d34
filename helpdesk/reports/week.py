"""The figures of one week: how the promises were kept, and what became of the calls.

Each figure can be worked out again for any week that is past; what it counts is said here once.
Intervals are half-open: what happens at the week's end belongs to the next one.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from operator import itemgetter

from helpdesk.config.settings import Config
from helpdesk.database import Reader, Row, parsed
from helpdesk.references import reference
from helpdesk.reports.days import at
from helpdesk.reports.figures import Ended, EndToEnd, Held, Kept, Week
from helpdesk.reports.numbers import percentile
from workflows.lifecycle import ODS_CODE
from workflows.targets import promised

BANDS = (
    ("under 1 day", timedelta(days=1)),
    ("1 to 3 days", timedelta(days=3)),
    ("3 to 7 days", timedelta(days=7)),
    ("7 to 14 days", timedelta(days=14)),
    ("over 14 days", timedelta.max),
)
"""The ages of open calls: each band's name, and the first age that is beyond it."""

_ENDED = """
SELECT c.id, k.target, k.cycle, k.policy, k.started_at, k.due_at, k.gross_due_at, k.stopped_at,
       k.standing, k.cancelled, k.unwinnable, k.held_seconds, a.name AS owner
FROM clock k JOIN call c ON c.id = k.call_id LEFT JOIN agent a ON a.id = c.owner_id
WHERE k.stopped_at >= :begin AND k.stopped_at < :end ORDER BY k.stopped_at, k.id
"""
_BREACHED = """
SELECT k.target, k.policy FROM clock k
WHERE k.due_at >= :begin AND k.due_at < :end AND k.due_at <= :now
  AND (k.stopped_at >= k.due_at OR (k.stopped_at IS NULL AND k.paused_at IS NULL))
ORDER BY k.due_at, k.id
"""
_PROVIDED = """
SELECT c.received_at, c.promise_at, e.at
FROM (SELECT call_id, min(at) AS at FROM event WHERE state = 'allocated' GROUP BY call_id) e
JOIN call c ON c.id = e.call_id WHERE e.at >= :begin AND e.at < :end
"""
_OPEN = """
SELECT c.workflow, c.received_at,
       (SELECT e.state FROM event e WHERE e.call_id = c.id AND e.state IS NOT NULL
        AND e.at < :end ORDER BY e.id DESC LIMIT 1) AS state
FROM call c WHERE c.received_at < :end AND (c.closed_at IS NULL OR c.closed_at >= :end)
"""
_STATES = """
SELECT e.call_id, c.workflow, e.state, e.facts FROM event e JOIN call c ON c.id = e.call_id
WHERE e.at >= :begin AND e.at < :end AND e.state IS NOT NULL ORDER BY e.id
"""
_HOLDS = """
SELECT e.call_id, e.kind, e.at, e.facts FROM event e JOIN call c ON c.id = e.call_id
WHERE e.kind IN ('held', 'resumed') AND e.at < :end
  AND (c.closed_at IS NULL OR c.closed_at >= :begin)
ORDER BY e.call_id, e.id
"""
_RECEIVED = "SELECT count(*) AS n FROM call WHERE received_at >= :begin AND received_at < :end"


def week(reader: Reader, config: Config, begin: datetime, end: datetime, now: datetime) -> Week:
    """The figures from `begin` to before `end`; of a week that is not over, those up to `now`."""
    end, within = min(end, now), {"begin": begin, "end": min(end, now)}
    ended = tuple(_ended(row) for row in reader.rows(_ENDED, **within))
    return Week(
        begin=begin,
        end=end,
        targets=_targets(config, ended, reader.rows(_BREACHED, **within, now=now)),
        end_to_end=_end_to_end(reader.rows(_PROVIDED, **within)),
        ageing=_ageing(config, reader.rows(_OPEN, end=end), end),
        holds=_holds(reader.rows(_HOLDS, **within), begin, end),
        outcomes=_outcomes(config, reader.rows(_STATES, **within)),
        received=reader.rows(_RECEIVED, **within)[0]["n"],
        ended=ended,
    )


def _ended(row: Row) -> Ended:
    return Ended(
        reference=reference(row["id"]),
        target=row["target"],
        cycle=row["cycle"],
        started=at(row["started_at"]),
        due=at(row["due_at"]),
        gross_due=at(row["gross_due_at"]),
        stopped=at(row["stopped_at"]),
        standing=row["standing"],
        unwinnable=bool(row["unwinnable"]),
        cancelled=bool(row["cancelled"]),
        held=timedelta(seconds=row["held_seconds"]),
        owner=row["owner"] or "",
        promised=promised(parsed(row["policy"])),
    )


def _targets(config: Config, ended: Sequence[Ended], breached: Sequence[Row]) -> tuple[Kept, ...]:
    """The desk's own targets as they are promised now, then those of other workflows."""
    ours = config.sla.policies_of(ODS_CODE, config.hours)
    words = {row["target"]: promised(parsed(row["policy"])) for row in breached}
    words |= {each.target: each.promised for each in ended}
    words |= {name: promised(policy.values()) for name, policy in ours.items()}
    others = sorted(words.keys() - ours.keys())
    return tuple(
        _kept(
            name,
            words[name],
            [each for each in ended if each.target == name],
            sum(row["target"] == name for row in breached),
        )
        for name in (*ours, *others)
    )


def _kept(target: str, promised: str, ended: Sequence[Ended], breached: int) -> Kept:
    finished = [each for each in ended if each.counts]
    took = [each.stopped - each.started for each in finished]
    return Kept(
        target=target,
        promised=promised,
        finished=len(finished),
        met_net=sum(each.net_met for each in finished),
        met_gross=sum(each.gross_met for each in finished),
        p50=percentile(took, 50),
        p90=percentile(took, 90),
        breached=breached,
        unwinnable=sum(each.unwinnable and not each.cancelled for each in ended),
        cancelled=sum(each.cancelled for each in ended),
    )


def _end_to_end(rows: Sequence[Row]) -> EndToEnd:
    took = [at(row["at"]) - at(row["received_at"]) for row in rows]
    in_time = sum(at(row["at"]) < at(row["promise_at"]) for row in rows)
    return EndToEnd(len(rows), in_time, percentile(took, 50), percentile(took, 90))


def _ageing(config: Config, rows: Sequence[Row], end: datetime) -> dict[str, int]:
    counts = dict.fromkeys((name for name, _ in BANDS), 0)
    last = _last_states(config)
    for row in rows:
        if row["state"] == last(row["workflow"]):
            continue  # it was closed then, and was taken up again since
        age = end - at(row["received_at"])
        counts[next(name for name, beyond in BANDS if age < beyond)] += 1
    return counts


def _outcomes(config: Config, rows: Sequence[Row]) -> dict[str, int]:
    last = _last_states(config)
    newest = {row["call_id"]: row for row in rows}
    counts: dict[str, int] = {}
    for row in newest.values():
        if row["state"] == last(row["workflow"]):
            outcome = parsed(row["facts"]).get("outcome", "")
            counts[outcome] = counts.get(outcome, 0) + 1
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _holds(rows: Sequence[Row], begin: datetime, end: datetime) -> tuple[Held, ...]:
    calls: dict[str, set[int]] = {}
    times: dict[str, timedelta] = {}
    for call_id, events in groupby(rows, itemgetter("call_id")):
        for reason, since, until in _spells(events, end):
            time = min(until, end) - max(since, begin)
            if time > timedelta():
                calls.setdefault(reason, set()).add(call_id)
                times[reason] = times.get(reason, timedelta()) + time
    order = sorted(times, key=lambda reason: (-times[reason], reason))
    return tuple(Held(reason, len(calls[reason]), times[reason]) for reason in order)


def _spells(events: Iterable[Row], end: datetime) -> Iterable[tuple[str, datetime, datetime]]:
    """Each hold of one call: its reason, its begin, and its end or that of the week."""
    held: Row | None = None
    for event in events:
        if event["kind"] == "held":
            held = event
        elif held is not None:
            yield parsed(held["facts"])["reason"], at(held["at"]), at(event["at"])
            held = None
    if held is not None:
        yield parsed(held["facts"])["reason"], at(held["at"]), end


def _last_states(config: Config) -> Callable[[str], str]:
    """Gives the state in which calls of a workflow end."""
    return cache(lambda name: config.workflow(name).last)
