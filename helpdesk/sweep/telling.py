"""Who is told of flags: letters about alerts whose moment to be told has come."""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from helpdesk.errors import STORE_AWAY
from helpdesk.journal import Addresses, Journal
from helpdesk.store import Store, Tx
from helpdesk.store.due import Line, due_alerts, last_deeds
from helpdesk.store.flagging import Overtaken
from helpdesk.sweep import words
from helpdesk.sweep.flags import LEVEL_2, lead_moment
from helpdesk.sweep.swept import Swept
from notifications.letters import Audience, Letter
from workflows.sla import Standing

PATIENCE = timedelta(hours=1)
"""How long an alert waits of which nobody can be told."""

LOG = logging.getLogger(__name__)

AT_RISK, BREACHED = Standing.AT_RISK.value, Standing.BREACHED.value


class Plan(NamedTuple):
    """One letter to post, or what to do with alerts that none is to carry."""

    lines: Sequence[Line]
    stage: str = ""  #: "" posts nothing
    addresses: Addresses = {}  # noqa: RUF012  # a NamedTuple's default, which nothing changes
    again_at: datetime | None = None  #: when alerts are to be looked at again that are not told


def tell(store: Store, journal: Journal) -> Swept:
    """Post the letters about all alerts that are to be told now: one for each who has to know.

    Each is a unit of its own, so that one that cannot be written silences no other. Alerts are
    looked at before the database is locked, and marked only if no other sweep was faster.
    """
    now = store.clock()
    lines = due_alerts(store.rows, now)
    posted = 0
    for plan in _plans(store, journal, lines, now):
        try:
            letters = _written(store, journal, plan, now)
            posted += store.run(partial(_carry_out, journal=journal, plan=plan, letters=letters))
        except STORE_AWAY:
            raise
        except Overtaken:
            continue
        except Exception:
            LOG.exception("a letter about alerts failed; it is tried again by the next sweep")
    return Swept(letters=posted)


def _plans(store: Store, journal: Journal, lines: Sequence[Line], now: datetime) -> Iterator[Plan]:
    people = journal.config.people
    risks = [line for line in lines if line.stage == AT_RISK]
    yield from _of_risks(risks, people.desk or people.supervisors, now)
    breaches = [line for line in lines if line.stage == BREACHED]
    ours, theirs = _parted(breaches, lambda line: line.audience == Audience.SUPERVISOR.value)
    yield from _to(ours, BREACHED, Audience.SUPERVISOR, people.supervisors)
    yield from _of_owners_breaches(theirs, now)
    yield from _to_lead(store, journal, [line for line in lines if line.stage == LEVEL_2], now)


def _of_risks(lines: Sequence[Line], desk: Sequence[str], now: datetime) -> Iterator[Plan]:
    near, gone = _parted(lines, lambda line: not line.is_over and line.standing is Standing.AT_RISK)
    yield from _untold(gone)  # it ended, or a breach overtook it
    resting, near = _parted(near, lambda line: line.stands_still)
    yield from _untold(resting, now + PATIENCE)  # on hold it has all the time in the world
    owned, nobodys = _parted(near, lambda line: bool(line.owner_email))
    yield from _to_owners(owned, AT_RISK)
    yield from _to(nobodys, AT_RISK, Audience.DESK, desk)


def _of_owners_breaches(lines: Sequence[Line], now: datetime) -> Iterator[Plan]:
    owned, unheard = _parted(lines, lambda line: bool(line.owner_email))
    away, gone = _parted(unheard, lambda line: line.owner_id is not None and not line.is_over)
    yield from _untold(gone)  # nobody has it any more, or it was done without them
    yield from _untold(away, now + PATIENCE)
    yield from _to_owners(owned, BREACHED)


def _parted(
    lines: Sequence[Line], belongs: Callable[[Line], bool]
) -> tuple[list[Line], list[Line]]:
    """Those of `lines` that belong, and those that do not, in their order."""
    return [each for each in lines if belongs(each)], [each for each in lines if not belongs(each)]


def _untold(lines: Sequence[Line], again_at: datetime | None = None) -> Iterator[Plan]:
    if lines:
        yield Plan(lines, again_at=again_at)


def _to(
    lines: Sequence[Line], stage: str, audience: Audience, addresses: Sequence[str]
) -> Iterator[Plan]:
    if lines:
        yield Plan(lines, stage, {audience: addresses})


def _to_owners(lines: Sequence[Line], stage: str) -> Iterator[Plan]:
    for email in dict.fromkeys(line.owner_email or "" for line in lines):
        mine = [line for line in lines if line.owner_email == email]
        yield from _to(mine, stage, Audience.OWNER, [email])


def _to_lead(
    store: Store, journal: Journal, lines: Sequence[Line], now: datetime
) -> Iterator[Plan]:
    """Tell of breaches to whose calls nothing happened; look again later at all others."""
    if not lines:
        return
    last = last_deeds(store.rows, [line.call_id for line in lines])
    over, running = _parted(lines, lambda line: line.is_over)
    yield from _untold(over)
    moments = {
        line.id: lead_moment(
            journal, max(last.get(line.call_id, line.at), line.at), urgent=line.urgent
        )
        for line in running
    }
    quiet, others = _parted(running, lambda line: moments[line.id] <= now)
    again: dict[datetime, list[Line]] = {}
    for line in others:
        again.setdefault(moments[line.id], []).append(line)
    for moment, waiting in again.items():
        yield from _untold(waiting, moment)
    people = journal.config.people
    yield from _to(quiet, LEVEL_2, Audience.LEAD, people.lead or people.supervisors)


def _written(store: Store, journal: Journal, plan: Plan, now: datetime) -> list[Letter]:
    """The letters of `plan`, in words: the worst first, with so many rows as one letter bears."""
    if not plan.stage:
        return []
    worst = [line.clock_id for line in plan.lines[: journal.config.ladder.rows]]
    name, told = ("risks", words.risks) if plan.stage == AT_RISK else ("breaches", words.breaches)
    facts = {
        **journal.about_desk(),
        name: told(store, journal, now, worst),
        "total": len(plan.lines),
        "more": len(plan.lines) - len(worst),
    }
    return journal.written(plan.stage, plan.addresses, facts)


def _carry_out(tx: Tx, journal: Journal, plan: Plan, letters: Sequence[Letter]) -> int:
    posted = journal.post_written(tx, letters)
    unheard = tx.now + PATIENCE if plan.stage and not posted else plan.again_at
    tx.mark_told([line.id for line in plan.lines], posted[0].id if posted else None, unheard)
    return len(posted)
