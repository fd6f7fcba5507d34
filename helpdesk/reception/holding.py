"""A mailbox that several daemons know: one of them reads it, and counts what lies in it."""

from datetime import timedelta
from functools import partial

from helpdesk.errors import FileUnreadable, HelpdeskError
from helpdesk.intake import Mailbox, Reads
from helpdesk.journal import Journal
from helpdesk.lives import is_dead, mine
from helpdesk.reception import Still, TakenIn, take_in
from helpdesk.store import Store, Tx

LEASE = timedelta(minutes=5)
"""For how long a mailbox is left to a process of another machine that gives no sign of life."""


def take_in_mailbox(
    store: Store, journal: Journal, source: Mailbox, still: Still, reads: Reads
) -> TakenIn | None:
    """Take in what waits in a mailbox; None if another process reads it.

    What lies there in the end is counted: all of it should be known to the store, and put away.
    Whatever goes wrong is written down for `doctor`, and flies.
    """
    if not store.run(lambda tx: _hold(tx, source.mailbox)):
        return None
    renew = store.clock() + LEASE / 2

    def goes_on() -> bool:
        nonlocal renew
        if store.clock() >= renew:
            store.run(lambda tx: _hold(tx, source.mailbox))
            renew = store.clock() + LEASE / 2
        return still()

    try:
        taken = take_in(store, journal, source, goes_on, reads)
        lying = source.lying()
    except HelpdeskError as error:
        words = str(error)
        if isinstance(error, FileUnreadable):  # the mailbox itself is there
            store.run(partial(_count, name=source.mailbox, lying=source.lying()))
        store.run(lambda tx: _note_trouble(tx, source.mailbox, words))
        raise
    store.run(lambda tx: _count(tx, source.mailbox, lying))
    return taken


def let_go(store: Store, name: str) -> None:
    """Leave a mailbox to whoever reads it next."""

    def unit(tx: Tx) -> None:
        row = tx.mailbox(name)
        if row.held_by == mine():
            row.held_by, row.held_until = "", None

    store.run(unit)


def _hold(tx: Tx, name: str) -> bool:
    row = tx.mailbox(name)
    taken = row.held_by not in ("", mine()) and not is_dead(row.held_by)
    if taken and row.held_until is not None and row.held_until > tx.now:
        return False
    row.held_by, row.held_until = mine(), tx.now + LEASE
    return True


def _count(tx: Tx, name: str, lying: list[tuple[str, str]]) -> None:
    row = tx.mailbox(name)
    row.looked_at, row.error = tx.now, ""
    row.lying = len(lying)
    row.unknown = len(lying) - len(tx.held_of(name, lying))


def _note_trouble(tx: Tx, name: str, words: str) -> None:
    tx.mailbox(name).error = words[:500]
