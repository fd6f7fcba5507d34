"""The clocks of a call moved on by an event: rows to values, through the rules, and back."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from helpdesk.models import Call, Clock, Event
from helpdesk.store import Tx
from workflows import history
from workflows.calendar import Calendar
from workflows.definition import Workflow
from workflows.history import Happening, Life
from workflows.targets import Policies, policy_from

CalendarOf = Callable[[str], Calendar]
"""The calendar that a key names."""


def moves_clocks(kind: str, state: str | None) -> bool:
    """Whether an event of that kind, or one that leads to a state, can move a clock."""
    return state is not None or kind in history.EFFECTS


def happening(
    kind: str,
    at: datetime,
    state: str | None,
    facts: Mapping[str, Any],
    policies: Policies,
) -> Happening:
    """What an event with those facts says to clocks."""
    received = facts.get("received")
    return Happening(
        kind,
        at,
        state,
        policies,
        pauses=bool(facts.get("pauses")),
        received=datetime.fromisoformat(received) if received else None,
    )


def policies_of(facts: Mapping[str, Any], calendar_of: CalendarOf, otherwise: Policies) -> Policies:
    """The policies that an event names; those that it does not are `otherwise`."""
    named = {
        target: policy_from(values, calendar_of(values.get("calendar", "")))
        for target, values in facts.get("policies", {}).items()
    }
    return {**otherwise, **named}


def replayed(
    workflow: Workflow,
    call: Call,
    events: Sequence[Event],
    calendar_of: CalendarOf,
    otherwise: Policies,
) -> Life:
    """The clocks that a call's events make, from the first on.

    A clock whose event names no policy, as early ones did not, runs under one of `otherwise`.
    """
    return history.replayed(
        workflow,
        (
            happening(
                event.kind,
                event.at,
                event.state,
                event.facts,
                policies_of(event.facts, calendar_of, otherwise),
            )
            for event in events
        ),
        call.promise_at,
    )


def move(
    tx: Tx, workflow: Workflow, call: Call, what: Happening
) -> tuple[list[Clock], dict[str, dict[str, Any]]]:
    """Move the clocks of `call`; those that ended, and the policies that its event has to name."""
    rows = list(tx.clocks(call))
    before = Life(call.state, call.urgent, call.promise_at, tuple(tx.reading(row) for row in rows))
    after = history.after(workflow, before, what)
    named, ended = {}, []
    for number, clock in enumerate(after.clocks):
        was = before.clocks[number] if number < len(rows) else None
        if was is None or clock.policy != was.policy:
            tx.keep_calendar(clock.policy.calendar)
            named[clock.target] = clock.policy.values()
        if was is None:
            tx.add(Clock.begun(call, clock))
        elif clock != was:
            rows[number].keep(clock)
            if clock.stopped is not None:
                ended.append(rows[number])
    return ended, named
