"""Flags: each clock that is at risk, or breached, is noted once, with whom a letter is to tell."""

from datetime import datetime, timedelta

from helpdesk.journal import Journal, Who
from helpdesk.models import Alert, Call, Clock
from helpdesk.store import Tx
from helpdesk.sweep.swept import Swept
from notifications.letters import Audience
from workflows import sla
from workflows.sla import WORTH_A_FLAG, Standing

SWEEP = Who("sweep", "sweep")

LEVEL_2 = "level_2"
"""The stage after a breach to which nothing happens."""


def flag_some(tx: Tx, journal: Journal, limit: int, *, baseline: bool) -> Swept:
    """Flag the clocks whose moment came first. With `baseline`, nobody is told."""
    due = tx.due_clocks(limit)
    told = tx.stages_told({call.id or 0 for _, call in due})
    counts = {Standing.AT_RISK: 0, Standing.BREACHED: 0}
    for clock, call in due:
        reading = tx.reading(clock)
        standing = sla.standing(reading, tx.now)
        clock.flagged(standing, reading)
        if clock.next_check and clock.next_check <= tx.now:
            raise RuntimeError(f"clock {clock.id} does not move on from {clock.next_check}")
        stage = (call.id or 0, clock.target, clock.cycle, standing.value)
        if standing in WORTH_A_FLAG and stage not in told:
            counts[standing] += 1
            _flag(tx, journal, clock, call, standing, baseline=baseline)
    return Swept(counts[Standing.AT_RISK], counts[Standing.BREACHED], checked=len(due))


def put_off(tx: Tx, by: timedelta) -> None:
    """Let the first clock that is due wait: it could not be flagged."""
    for clock, _ in tx.due_clocks(1):
        clock.next_check = tx.now + by


def desk_moment(journal: Journal, call: Call, now: datetime) -> datetime:
    """When letters to the desk about `call` go: those that are not urgent wait for desk hours."""
    if call.urgent or not journal.config.ladder.quiet:
        return now
    return journal.config.hours.opening(now)


def _flag(
    tx: Tx, journal: Journal, clock: Clock, call: Call, standing: Standing, *, baseline: bool
) -> None:
    # The breach is dated by the clock, whenever it was that a sweep came to see it.
    at = clock.due_at if standing is Standing.BREACHED else clock.at_risk_at
    journal.flag(tx, call, clock, standing, SWEEP, at)
    tell_at = None if baseline else desk_moment(journal, call, tx.now)
    if standing is Standing.AT_RISK:
        whose = Audience.OWNER if _can_be_told(tx, call) else Audience.DESK
        _alert(tx, clock, standing.value, whose, tell_at)
        return
    clock.detected_at = tx.now
    _alert(tx, clock, standing.value, Audience.SUPERVISOR, tell_at)
    if _can_be_told(tx, call):
        _alert(tx, clock, standing.value, Audience.OWNER, tell_at)
    if clock.stopped_at is None and not baseline:
        later = journal.config.hours.plus(tx.now, journal.config.ladder.level_2)
        _alert(tx, clock, LEVEL_2, Audience.LEAD, later)


def _can_be_told(tx: Tx, call: Call) -> bool:
    owner = tx.agent_numbered(call.owner_id)
    return bool(owner and owner.email)


def _alert(tx: Tx, clock: Clock, stage: str, audience: Audience, tell_at: datetime | None) -> None:
    tx.session.add(
        Alert(
            call_id=clock.call_id,
            target=clock.target,
            cycle=clock.cycle,
            stage=stage,
            audience=audience.value,
            at=tx.now,
            tell_at=tell_at,
        )
    )
