"""What arrives: each mail is stored byte for byte first, and only then read and acted on."""

import logging
import traceback
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

from helpdesk.errors import STORE_AWAY, CalendarLost, FileUnreadable, MailboxDown, NotInstalled
from helpdesk.intake import Delivery, Place, Reads, Source
from helpdesk.journal import Journal
from helpdesk.models import MailState
from helpdesk.reading.ahead import Begun, begins
from helpdesk.reading.reads import Unreadable, read
from helpdesk.reception.acting import INTAKE, Reading
from helpdesk.reception.storing import batches, keep
from helpdesk.reception.taken import Still, TakenIn
from helpdesk.reception.trying import (
    TRIES,
    at_once,
    count_tries,
    failed,
    give_back,
    set_aside,
)
from helpdesk.store import Store

__all__ = ["TRIES", "Still", "TakenIn", "keep", "take_in", "take_in_one", "take_in_stored"]

ACTING = Lock()
"""One thread of a process acts on mail at a time: two would read each mail twice."""

LOG = logging.getLogger(__name__)


def take_in(
    store: Store,
    journal: Journal,
    source: Source,
    still: Still = lambda: True,
    reads: Reads = read,
) -> TakenIn:
    """Take in all that waits at `source`, and what an earlier run stored and did not finish.

    A mail is put away at its source only when the store holds what became of it. FileUnreadable or
    MailboxDown, once all the others are taken in, if some could not be had.
    """
    seen: set[Place] = set()

    def known(places: Sequence[Place]) -> Collection[Place]:
        seen.update(places)
        return store.run(lambda tx: tx.held_of(source.mailbox, places))

    result, trouble = TakenIn(), None
    try:
        for some in batches(source.waiting(known, still), still):
            result += _kept(store, *some)
            if not still():
                break
    except (FileUnreadable, MailboxDown) as error:
        trouble = error
    result += take_in_stored(store, journal, still, reads)
    held = store.run(lambda tx: tx.held_of(source.mailbox, seen))
    for (_, uid), state in held.items():
        if not still():
            break
        if state is MailState.WAITING:
            continue
        try:
            source.settle(uid, quarantined=state is MailState.QUARANTINED)
        except MailboxDown as error:  # it may be this mail alone that cannot be moved
            trouble = trouble or error
    if trouble:
        raise trouble
    return result


def take_in_one(store: Store, journal: Journal, delivery: Delivery, reads: Reads = read) -> TakenIn:
    """Take in one mail that somebody hands over, as a mail server's pipe does."""
    return _kept(store, delivery) + take_in_stored(store, journal, reads=reads)


def take_in_stored(
    store: Store, journal: Journal, still: Still = lambda: True, reads: Reads = read
) -> TakenIn:
    """Act on every mail that is stored and waits, the oldest first, as long as `still()`.

    While one mail is acted on the next is read already.
    """
    result = TakenIn()
    while not ACTING.acquire(timeout=1):
        if not still():
            return result
    try:
        for some in at_once(store.run(lambda tx: tx.waiting_mail())):
            if not still():
                break
            result += _take_in_some(store, journal, some, still, reads)
    finally:
        ACTING.release()
    return result


def _kept(store: Store, *deliveries: Delivery) -> TakenIn:
    return store.run(lambda tx: keep(tx, *deliveries))


def _take_in_some(
    store: Store, journal: Journal, mail_ids: Sequence[int], still: Still, reads: Reads
) -> TakenIn:
    """Act on mails in their order; those that it does not come to were never tried."""
    tried = store.run(lambda tx: count_tries(tx, mail_ids))
    result, left = TakenIn(), [each.id for each in tried]
    try:
        with begins(reads) as begin:
            begun = [None if each.tries > TRIES else begin(each.raw) for each in tried]
            while left and still():
                result += _act_on(store, journal, left[0], begun[-len(left)])
                del left[0]
    except (*STORE_AWAY, NotInstalled):
        with suppress(*STORE_AWAY):  # the store is away, or who reads: no mail is to blame
            store.run(lambda tx: give_back(tx, left))
        raise
    if left:
        store.run(lambda tx: give_back(tx, left))
    return result


def _act_on(store: Store, journal: Journal, mail_id: int, reading: Begun | None) -> TakenIn:
    if reading is None:
        return store.run(lambda tx: set_aside(tx, journal, mail_id, "it ended this program"))
    try:
        found = reading()
        work = Reading(journal, mail_id, found.message, found.request)
        done = store.once(f"mail:{mail_id}", "take in", INTAKE.by, work.act)
    except (*STORE_AWAY, NotInstalled):
        raise
    except (Unreadable, CalendarLost) as trouble:
        LOG.warning("mail %d could not be taken in: %s", mail_id, trouble)
        reason = str(trouble)
        return store.run(lambda tx: failed(tx, journal, mail_id, reason))
    except Exception as bug:  # noqa: BLE001  # whatever it is, it must not stop the mails behind it
        # What went wrong may quote the mail: its kind and place go into the log, and no word of it.
        LOG.error("mail %d could not be taken in: %s", mail_id, _place_of(bug))  # noqa: TRY400
        reason = _place_of(bug)
        return store.run(lambda tx: failed(tx, journal, mail_id, reason))
    became = None if done.repeated else done.answer.get("became")
    return TakenIn(**{became: 1}) if became else TakenIn()


def _place_of(bug: Exception) -> str:
    """Where our mistake is: the kind of the exception, and the line that raised it."""
    frame = traceback.extract_tb(bug.__traceback__)[-1]
    return f"{type(bug).__name__} in {frame.name}, {Path(frame.filename).name}:{frame.lineno}"
