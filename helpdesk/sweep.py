"""What the clock does to calls: flags those that are at risk, or in breach, of a target."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from helpdesk.errors import HelpdeskError
from helpdesk.journal import Addresses, Journal, Who
from helpdesk.models import Alert, Call, Clock
from helpdesk.store import Store, Tx
from notifications.letters import Audience
from workflows import sla, spans
from workflows.lifecycle import usual_step
from workflows.sla import WORTH_A_FLAG, Standing
from workflows.targets import policy_from

BATCH = 500
"""How many clocks one transaction handles, so that agents never wait long for the lock."""

POSTPONED = timedelta(hours=1)
"""How long a clock waits that could not be handled."""

LOG = logging.getLogger(__name__)

SWEEP = Who("sweep", "sweep")

WHY = {
    "acknowledge": "no person has answered the requester",
    "provide": "the code has not been provided",
}
WHY_LATE = {
    "acknowledge": "the requester was answered too late",
    "provide": "the code was provided too late",
}
"""Why a target is breached, by its name: while its clock runs, and once it has ended."""


class Swept(NamedTuple):
    """What one sweep did."""

    at_risk: int = 0
    breached: int = 0
    letters: int = 0


def sweep(store: Store, journal: Journal, still: Callable[[], bool] = lambda: True) -> Swept:
    """Flag all that needs flagging now, in batches, and post the letters about it.

    As long as `still()`: what is left then is due for the next sweep.

    Each flag is raised once, however many sweeps run at once or died half-way; all breaches that
    nobody was told of yet go into one letter for each who has to know.
    """
    at_risk = breached = letters = 0
    while still() and store.has_due_clocks():
        flagged = _flag_some(store, journal)
        if not flagged.checked:
            break  # another sweep holds what is left
        at_risk, breached = at_risk + flagged.at_risk, breached + flagged.breached
        letters += flagged.letters
    if breached or store.has_untold_breaches():
        letters += _tell_of_breaches(store, journal)
    return Swept(at_risk, breached, letters)


class _Flagged(NamedTuple):
    checked: int
    at_risk: int
    breached: int
    letters: int


def _flag_some(store: Store, journal: Journal) -> _Flagged:
    try:
        return store.run(lambda tx: _flag_batch(tx, journal, BATCH))
    except HelpdeskError:
        raise
    except Exception:
        LOG.exception("a batch could not be swept; going on clock by clock")
    try:
        return store.run(lambda tx: _flag_batch(tx, journal, 1))
    except HelpdeskError:
        raise
    except Exception:
        # One clock that cannot be handled must not hide all those behind it.
        LOG.exception("a clock could not be swept; it is tried again in an hour")
        return store.run(_postpone_first)


def _postpone_first(tx: Tx) -> _Flagged:
    due = tx.due_clocks(1)
    for clock, _ in due:
        clock.next_check = tx.now + POSTPONED
    return _Flagged(len(due), 0, 0, 0)


def _flag_batch(tx: Tx, journal: Journal, size: int) -> _Flagged:
    due = tx.due_clocks(size)
    told = tx.stages_told({call.id or 0 for _, call in due})
    counts = {Standing.AT_RISK: 0, Standing.BREACHED: 0}
    letters = 0
    for clock, call in due:
        standing = sla.standing(clock.reading, tx.now)
        clock.flagged(standing)
        if clock.next_check and clock.next_check <= tx.now:
            raise RuntimeError(f"clock {clock.id} does not move on from {clock.next_check}")
        stage = (call.id or 0, clock.target, clock.cycle, standing.value)
        if standing in WORTH_A_FLAG and stage not in told:
            counts[standing] += 1
            letters += _flag(tx, journal, clock, call, standing)
    return _Flagged(len(due), counts[Standing.AT_RISK], counts[Standing.BREACHED], letters)


def _flag(tx: Tx, journal: Journal, clock: Clock, call: Call, standing: Standing) -> int:
    """Note one flag; how many letters were posted about it at once."""
    # The breach is dated by the clock, whenever it was that a sweep came to see it.
    at = clock.due_at if standing is Standing.BREACHED else clock.at_risk_at
    event = journal.note(tx, call, standing.value, SWEEP, at=at, clock=clock)
    if standing is Standing.BREACHED:
        clock.detected_at = tx.now
        _alert(tx, clock, call, standing, Audience.SUPERVISOR)
        owner = tx.agent_numbered(call.owner_id)
        if owner and owner.email:
            _alert(tx, clock, call, standing, Audience.OWNER)
        return 0
    addresses = _who_hears(tx, journal, call)
    letters = journal.tell(
        tx, call, event, standing.value, addresses, flag=_flag_facts(tx, clock, call)
    )
    for audience in addresses or {Audience.DESK: ()}:
        row = _alert(tx, clock, call, standing, audience)
        row.letter_id = letters[0].id if letters else None
    return len(letters)


def _alert(tx: Tx, clock: Clock, call: Call, standing: Standing, audience: Audience) -> Alert:
    row = Alert(
        call_id=call.id or 0,
        target=clock.target,
        cycle=clock.cycle,
        stage=standing.value,
        audience=audience.value,
        at=tx.now,
    )
    tx.session.add(row)
    return row


def _who_hears(tx: Tx, journal: Journal, call: Call) -> Addresses:
    """Who is told that a call is at risk: its owner, else the desk."""
    people = journal.config.people
    owner = tx.agent_numbered(call.owner_id)
    if owner and owner.email:
        return {Audience.OWNER: [owner.email]}
    desk = people.desk or people.supervisors
    return {Audience.DESK: desk} if desk else {}


def _tell_of_breaches(store: Store, journal: Journal) -> int:
    """Post one letter to each who has to know, with all breaches that no letter carries yet.

    Each is a unit of its own, so that a letter that cannot be written silences no other.
    """
    supervisors = journal.config.people.supervisors
    groups: list[_Group] = []
    if supervisors:
        groups.append(_Group(Audience.SUPERVISOR, supervisors))
    owners = store.run(_owners_untold)
    groups += [_Group(Audience.OWNER, (email,)) for email in owners]
    posted = 0
    for group in groups:
        try:
            posted += store.run(partial(_tell_group, journal=journal, group=group))
        except HelpdeskError:
            raise
        except Exception:
            LOG.exception("the letter about breaches to the %s failed", group.audience.value)
    return posted


class _Group(NamedTuple):
    """Who gets one and the same letter."""

    audience: Audience
    addresses: tuple[str, ...]


def _owners_untold(tx: Tx) -> list[str]:
    """The addresses of owners whose breaches no letter carries yet."""
    untold = tx.untold(Standing.BREACHED.value, Audience.OWNER.value)
    return list(dict.fromkeys(filter(None, (_owner_email(tx, call) for _, _, call in untold))))


def _owner_email(tx: Tx, call: Call) -> str:
    owner = tx.agent_numbered(call.owner_id)
    return owner.email if owner else ""


def _tell_group(tx: Tx, journal: Journal, group: _Group) -> int:
    untold = tx.untold(Standing.BREACHED.value, group.audience.value)
    if group.audience is Audience.OWNER:
        untold = [row for row in untold if _owner_email(tx, row[2]) in group.addresses]
    return _one_letter(tx, journal, untold, {group.audience: group.addresses})


def _one_letter(
    tx: Tx, journal: Journal, untold: Sequence[tuple[Alert, Clock, Call]], addresses: Addresses
) -> int:
    if not untold:
        return 0
    worst_first = sorted(untold, key=lambda row: (not row[2].urgent, row[1].due_at))
    breaches = [_flag_facts(tx, clock, call) for _, clock, call in worst_first]
    facts = {**journal.about_desk(), "breaches": breaches, "total": len(breaches)}
    letters = journal.post(tx, None, Standing.BREACHED.value, addresses, facts)
    for alert, _, _ in untold if letters else ():
        alert.letter_id = letters[0].id
    return len(letters)


def _flag_facts(tx: Tx, clock: Clock, call: Call) -> dict[str, object]:
    """What a letter says of one flagged clock."""
    owner = tx.agent_numbered(call.owner_id)
    step = usual_step(call.state)
    within = policy_from(clock.policy).within
    return {
        "reference": call.reference,
        "organisation": call.organisation,
        "target": clock.target,
        "promised": _promised(within.total_seconds()),
        "due": clock.due_at,
        "left": spans.words(clock.due_at - tx.now),
        "late": spans.words(_end(clock, tx.now) - clock.due_at),
        "owner": owner.full_name if owner else "",
        "urgent": call.urgent,
        "late_start": clock.late_start,
        "holds": spans.words(clock.reading.held) if clock.reading.held else "",
        "why": (WHY_LATE if clock.stopped_at else WHY)[clock.target]
        + (", and it started late" if clock.late_start else ""),
        "command": f"helpdesk {step.value if step else 'show'} {call.reference}",
    }


def _promised(seconds: float) -> str:
    """A promise in the words in which it is given: "48 hours", "7 days"."""
    unit, name = (
        (86_400, "day") if seconds >= 3 * 86_400 and seconds % 86_400 == 0 else (3_600, "hour")
    )
    return f"{seconds / unit:g} {name}{'s' * (seconds != unit)}"


def _end(clock: Clock, now: datetime) -> datetime:
    return clock.stopped_at or now
