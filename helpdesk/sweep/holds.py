"""What comes to calls on hold by itself: chasers, the end of a pause, the end of all patience."""

from datetime import datetime, timedelta

from helpdesk.desk import holds, steps
from helpdesk.journal import Journal
from helpdesk.models import Call
from helpdesk.store import Store, Tx
from helpdesk.sweep.flags import SWEEP
from helpdesk.sweep.swept import Swept
from workflows.holds import Next, gives_up, next_moment
from workflows.lifecycle import Outcome
from workflows.refused import StepNotAllowed

A_DAY = timedelta(days=1)
"""How long a desk that was moved has to look at calls that nobody answered."""


def see_to_some(store: Store, *, journal: Journal, limit: int, baseline: bool) -> Swept:
    """See to the calls on hold to which something came first.

    With `baseline` nobody is written to: a chaser counts as sent now, but the last one goes out a
    day later, and so is a call closed that nobody answered.
    """
    return store.run(lambda tx: _see_to_some(tx, journal, limit, baseline=baseline))


def _see_to_some(tx: Tx, journal: Journal, limit: int, *, baseline: bool) -> Swept:
    due = tx.calls_with_hold_due(limit)
    letters = sum(_see_to(tx, journal, call, baseline=baseline) for call in due)
    return Swept(holds=len(due), letters=letters, checked=len(due))


def put_off(store: Store, by: timedelta) -> None:
    """Let the first call on hold wait: it could not be seen to."""
    store.run(lambda tx: _put_off(tx, by))


def _put_off(tx: Tx, by: timedelta) -> None:
    for call in tx.calls_with_hold_due(1):
        call.hold_check = tx.now + by


def _see_to(tx: Tx, journal: Journal, call: Call, *, baseline: bool) -> int:
    """Do all that has come to `call`, each at its own moment; how many letters were posted."""
    letters = 0
    while call.hold is not None:
        waiting = holds.waiting(tx, call)
        coming = next_moment(journal.config.holds.rules, waiting, journal.config.hours, tx.now)
        call.hold_check = coming[0] if coming else None
        if coming is None or coming[0] > tx.now:
            break
        if baseline and _speaks_of_the_end(journal, coming[1], len(waiting.chased)):
            call.hold_check = tx.now + A_DAY
            break
        if baseline and coming[1] is Next.CHASE:
            journal.note(tx, call, "chased", SWEEP, number=len(waiting.chased) + 1, baseline=True)
        else:
            letters += _do(tx, journal, call, coming[1], len(waiting.chased), coming[0])
    return letters


def _speaks_of_the_end(journal: Journal, what: Next, chased: int) -> bool:
    """Whether that closes a call, or announces it: nobody is given up who was not warned."""
    last = chased + 1 >= len(journal.config.holds.rules.chasers)
    return what is Next.NO_REPLY or (what is Next.CHASE and last)


def _do(tx: Tx, journal: Journal, call: Call, what: Next, chased: int, moment: datetime) -> int:
    if what is Next.ENDS:
        holds.end(tx, journal, call, SWEEP, moment, why="its date has come")
    elif what is Next.PAUSE_ENDS:
        journal.note(tx, call, "pause_ended", SWEEP, at=moment)
    elif what is Next.CHASE:
        return _chase(tx, journal, call, chased + 1)
    else:
        return _give_up(tx, journal, call)
    return 0


def _chase(tx: Tx, journal: Journal, call: Call, number: int) -> int:
    rules = journal.config.holds.rules
    last = number == len(rules.chasers)
    closes_at = gives_up(rules, tx.now, journal.config.hours) if last else None
    event = journal.note(tx, call, "chased", SWEEP, number=number)
    letters = journal.tell(
        tx,
        call,
        event,
        "chaser",
        journal.requester(call),
        needed=journal.missing(call),
        note=call.hold_note,
        last=last,
        closes_at=closes_at,
        agent="",
    )
    return len(letters)


def _give_up(tx: Tx, journal: Journal, call: Call) -> int:
    try:
        return len(steps.end(tx, journal, call, SWEEP, Outcome.NO_REPLY))
    except StepNotAllowed:  # its workflow knows no such end: a person decides
        holds.end(tx, journal, call, SWEEP, tx.now, why="nobody answered")
        return 0
