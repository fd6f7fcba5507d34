"""Clock rows are a cache of events: what the events say, where rows differ, and made true again."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from helpdesk.journal import Journal, command_from
from helpdesk.journal.clocks import replayed
from helpdesk.models import Call, Clock, Event
from helpdesk.references import reference
from helpdesk.store import Tx
from workflows import history, sla
from workflows.sla import WORTH_A_FLAG, Standing

BATCH = 500
"""How many calls one transaction looks at."""

COMPARED = (
    "policy",
    "urgent",
    "started_at",
    "due_at",
    "gross_due_at",
    "at_risk_at",
    "held_seconds",
    "paused_at",
    "stopped_at",
    "cancelled",
    "standing",
    "late_start",
    "unwinnable",
    "detected_at",
    "next_check",
)
"""The columns of a clock that its events decide: all of them."""


class Difference(NamedTuple):
    """A place where the store does not say what its events say."""

    reference: str
    what: str  #: "provide 1 due_at"
    kept: str
    derived: str


class Checked(NamedTuple):
    """What became of one batch of calls."""

    calls: int
    last: int  #: the number of the last call looked at; 0 once there are no more
    differences: list[Difference]


def check(tx: Tx, journal: Journal, after: int, *, mend: bool) -> Checked:
    """Compare the calls that follow number `after` with their events; with `mend`, make them so."""
    numbers = tx.calls_after(after, BATCH)
    if not numbers:
        return Checked(0, 0, [])
    events, rows = tx.events_of(numbers), tx.clocks_of(numbers)
    found: list[Difference] = []
    for number in numbers:
        call = tx.call(reference(number))
        found += _check_call(
            tx, journal, call, events.get(number, []), rows.get(number, []), mend=mend
        )
    return Checked(len(numbers), numbers[-1], found)


def _check_call(  # a call, and all that is known of it
    tx: Tx, journal: Journal, call: Call, events: list[Event], rows: list[Clock], *, mend: bool
) -> Iterator[Difference]:
    # Events that name no policy are early ones: they started first cycles alone.
    kept_policies = {row.target: tx.reading(row).policy for row in reversed(rows)}
    life = replayed(journal.workflow(call), call, events, tx.calendar, kept_policies)
    for name, derived in (
        ("state", life.state),
        ("step", command_from(journal.workflow(call), life.state)),
        ("urgent", life.urgent),
    ):
        if getattr(call, name) != derived:
            yield _difference(call, name, getattr(call, name), derived)
            if mend:
                setattr(call, name, derived)
    derived_rows = [_derived(call, clock, events) for clock in life.clocks]
    known = {(row.target, row.cycle): row for row in rows}
    for wanted in derived_rows:
        row = known.pop((wanted.target, wanted.cycle), None)
        yield from _compare(tx, call, row, wanted, mend=mend)
    for row in known.values():
        yield _difference(call, f"{row.target} {row.cycle}", "a clock", "none")
        if mend:
            tx.session.delete(row)


def _compare(
    tx: Tx, call: Call, row: Clock | None, wanted: Clock, *, mend: bool
) -> Iterator[Difference]:
    name = f"{wanted.target} {wanted.cycle}"
    if row is None:
        yield _difference(call, name, "none", "a clock")
        if mend:
            tx.session.add(wanted)
        return
    for column in COMPARED:
        kept, derived = getattr(row, column), getattr(wanted, column)
        if kept != derived:
            yield _difference(call, f"{name} {column}", kept, derived)
            if mend:
                setattr(row, column, derived)


def _derived(call: Call, clock: sla.Clock, events: Sequence[Event]) -> Clock:
    """The row that events make of a clock."""
    flags = [event for event in events if _is_flag(event, clock)]
    row = Clock.begun(call, clock)
    row.standing = history.noted(Standing(flag.kind) for flag in flags)
    row.next_check = sla.next_check(clock, row.standing)
    row.detected_at = _detected(flags)
    if clock.stopped is not None:
        row.standing = sla.standing(clock, clock.stopped)
    return row


def _is_flag(event: Event, clock: sla.Clock) -> bool:
    kinds = {standing.value for standing in WORTH_A_FLAG}
    return event.kind in kinds and (event.target, event.cycle) == (clock.target, clock.cycle)


def _detected(flags: Sequence[Event]) -> datetime | None:
    seen = [flag.recorded_at for flag in flags if flag.kind == Standing.BREACHED.value]
    return seen[0] if seen else None


def _difference(call: Call, what: str, kept: Any, derived: Any) -> Difference:
    return Difference(call.reference, what, _plain(kept), _plain(derived))


def _plain(value: Any) -> str:
    if isinstance(value, Standing):
        return value.words
    return value.isoformat() if isinstance(value, datetime) else str(value)
