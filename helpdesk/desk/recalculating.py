"""A new policy for clocks that run: only when somebody asks, and what it would move first."""

from datetime import datetime
from typing import NamedTuple

from helpdesk.journal import Journal, Who
from helpdesk.references import reference
from helpdesk.store import Tx
from workflows import sla
from workflows.sla import Clock

BATCH = 100
"""How many calls one transaction moves: agents wait for it meanwhile."""


class Moved(NamedTuple):
    """A running clock that the policy in force would change."""

    reference: str
    target: str
    cycle: int
    due: datetime
    new_due: datetime
    at_risk: datetime
    new_at_risk: datetime


class Recalculated(NamedTuple):
    """What became of one batch of calls."""

    calls: int
    last: int  #: the number of the last call looked at; 0 once there are no more
    moved: list[Moved]


def recalc(tx: Tx, journal: Journal, who: Who, after: int, *, dry_run: bool) -> Recalculated:
    """Put the running clocks of the calls that follow number `after` under the policy in force.

    One event for each call that this changes; finished and breached clocks stay as they are. With
    `dry_run` nothing is changed, and the answer is the same.
    """
    numbers = tx.calls_with_clocks_after(after, BATCH)
    if not numbers:
        return Recalculated(0, 0, [])
    moved: list[Moved] = []
    for number in numbers:
        call = tx.call(reference(number))
        policies = journal.policies(journal.workflow(call))
        changed = []
        for row in tx.clocks(call):
            before = tx.reading(row)
            policy = policies.get(row.target, before.policy)
            after_it = sla.with_policy(before, policy, tx.now)
            if after_it != before:
                changed.append(_moved(call.reference, before, after_it))
        moved += changed
        if changed and not dry_run:
            journal.note(
                tx,
                call,
                "recalculated",
                who,
                dues={each.target: each.new_due.isoformat() for each in changed},
                before={each.target: each.due.isoformat() for each in changed},
            )
    return Recalculated(len(numbers), numbers[-1], moved)


def _moved(of: str, before: Clock, after: Clock) -> Moved:
    return Moved(
        of, before.target, before.cycle, before.due, after.due, before.at_risk, after.at_risk
    )
