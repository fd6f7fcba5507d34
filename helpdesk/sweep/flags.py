"""Flags: each clock that is at risk, or breached, is noted once, with whom a letter is to tell."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from helpdesk.journal import Journal, Who
from helpdesk.store import Store, Tx
from helpdesk.store.due import DueClock, due_clocks
from helpdesk.store.flagging import Flag, Overtaken, Telling
from helpdesk.sweep.swept import Swept
from notifications.letters import Audience
from workflows import sla
from workflows.sla import WORTH_A_FLAG, Standing

SWEEP = Who("sweep", "sweep")

LEVEL_2 = "level_2"
"""The stage after a breach to which nothing happens."""


LOOKS = 5
"""How often a batch is looked at anew that others change meanwhile; then the next sweep has it."""


class When(NamedTuple):
    """When people are told of what is flagged now: worked out once for all of it."""

    now: datetime
    desk: datetime  #: letters that are not urgent wait for desk hours
    lead: datetime  #: when the lead supervisor hears, if nothing happens
    urgent_lead: datetime


def flag_some(store: Store, *, journal: Journal, limit: int, baseline: bool) -> Swept:
    """Flag the clocks whose moment came first. With `baseline`, nobody is told.

    They are looked at, and what is to be done is decided, before the database is locked.
    """
    for _ in range(LOOKS):
        flags = _flags(store, journal, limit, baseline=baseline)
        if not flags:
            break
        try:
            store.run(partial(_raise, flags=flags))
        except Overtaken:
            continue  # an agent, or another sweep: what is left is looked at anew
        raised = [flag.standing for flag in flags if flag.tellings]
        return Swept(
            raised.count(Standing.AT_RISK), raised.count(Standing.BREACHED), checked=len(flags)
        )
    return Swept()


def _flags(store: Store, journal: Journal, limit: int, *, baseline: bool) -> list[Flag]:
    now = store.clock()
    due = due_clocks(store.rows, now, limit)
    when = _when(journal, now)
    return [_flag(clock, when, baseline=baseline) for clock in due]


def _raise(tx: Tx, flags: Sequence[Flag]) -> None:
    tx.raise_flags(flags, *SWEEP)


def put_off(store: Store, by: timedelta) -> None:
    """Let the first clock that is due wait: it could not be flagged."""
    store.run(lambda tx: tx.put_off_first_clock(by))


def desk_moment(journal: Journal, now: datetime, *, urgent: bool) -> datetime:
    """When letters to the desk go: those about calls that are not urgent wait for desk hours."""
    if urgent or not journal.config.ladder.quiet:
        return now
    return journal.config.hours.opening(now)


def lead_moment(journal: Journal, since: datetime, *, urgent: bool) -> datetime:
    """When the lead supervisor hears that nothing happened since a breach, or a deed."""
    later = journal.config.hours.plus(since, journal.config.ladder.level_2)
    # Whole desk days end as the desk closes.
    return desk_moment(journal, later, urgent=urgent)


def _when(journal: Journal, now: datetime) -> When:
    return When(
        now,
        desk_moment(journal, now, urgent=False),
        lead_moment(journal, now, urgent=False),
        lead_moment(journal, now, urgent=True),
    )


def _flag(clock: DueClock, when: When, *, baseline: bool) -> Flag:
    standing = sla.standing(clock, when.now)
    later = sla.next_check(clock, standing)
    if later and later <= when.now:
        raise RuntimeError(f"clock {clock.id} does not move on from {later}")
    if standing not in WORTH_A_FLAG or standing in clock.told:
        return Flag(clock, standing, later)
    return Flag(clock, standing, later, _tellings(clock, standing, when, baseline=baseline))


def _tellings(clock: DueClock, standing: Standing, when: When, *, baseline: bool) -> list[Telling]:
    stage, desk = standing.value, when.now if clock.urgent else when.desk
    owner = Telling(stage, Audience.OWNER.value, None if baseline else desk)
    if standing is Standing.AT_RISK:
        return [owner if clock.owner_hears else owner._replace(audience=Audience.DESK.value)]
    told = [owner._replace(audience=Audience.SUPERVISOR.value)]
    if clock.owner_hears:
        told.append(owner)
    if clock.stopped is None and not baseline:
        lead = when.urgent_lead if clock.urgent else when.lead
        told.append(Telling(LEVEL_2, Audience.LEAD.value, lead))
    return told
