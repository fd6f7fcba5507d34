"""What arrives: each mail is stored byte for byte first, and only then read and acted on."""

import hashlib
import logging
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from helpdesk.desk.raising import raised
from helpdesk.errors import STORE_AWAY, FileUnreadable, MailboxDown, NotInstalled
from helpdesk.intake import Delivery, Reads, Request, Source
from helpdesk.journal import Journal
from helpdesk.lives import is_dead, mine
from helpdesk.models import MailState, ReceivedMail
from helpdesk.reading.reads import Unreadable, read
from helpdesk.reception.acting import INTAKE, Reading
from helpdesk.references import reference
from helpdesk.store import Store, Tx
from notifications.letters import Audience

TRIES = 3
"""A mail that could not be handled this often is set aside for a person."""

LEASE = timedelta(minutes=10)
"""For how long a mail is left to the process of another machine that reads it."""

ACTING = Lock()
"""One thread of a process acts on mail at a time: two would read each mail twice."""

LOG = logging.getLogger(__name__)


class TakenIn(NamedTuple):
    """What became of the mails that were waiting."""

    raised: int = 0
    threaded: int = 0  #: laid to a call that was there
    filed: int = 0  #: automatic mail
    duplicates: int = 0
    quarantined: int = 0
    failed: int = 0  #: to be tried again

    def __add__(self, other: tuple[int, ...]) -> "TakenIn":  # type: ignore[override]  # adds, not joins
        return TakenIn(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


Still = Callable[[], bool]


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
    places = store.run(lambda tx: tx.places_in(source.mailbox))
    seen: set[tuple[str, str]] = set()

    def known(validity: str, uid: str) -> bool:
        seen.add((validity, uid))
        return (validity, uid) in places

    result, trouble = TakenIn(), None
    try:
        for delivery in source.waiting(known):
            result += store.run(partial(keep, delivery=delivery))
            seen.add((delivery.validity, delivery.uid))
            if not still():
                break
    except (FileUnreadable, MailboxDown) as error:
        trouble = error
    result += take_in_stored(store, journal, still, reads)
    for uid, state in store.run(lambda tx: tx.states_of(source.mailbox, seen)):
        if state is not MailState.WAITING:
            source.settle(uid, quarantined=state is MailState.QUARANTINED)
    if trouble:
        raise trouble
    return result


def take_in_one(store: Store, journal: Journal, delivery: Delivery, reads: Reads = read) -> TakenIn:
    """Take in one mail that somebody hands over, as a mail server's pipe does."""
    kept = store.run(lambda tx: keep(tx, delivery))
    return kept + take_in_stored(store, journal, reads=reads)


def take_in_stored(
    store: Store, journal: Journal, still: Still = lambda: True, reads: Reads = read
) -> TakenIn:
    """Act on every mail that is stored and waits, the oldest first, as long as `still()`."""
    result = TakenIn()
    with ACTING:
        for mail_id in store.run(lambda tx: tx.waiting_mail()):
            if not still():
                break
            result += _take_in_one(store, journal, mail_id, reads)
    return result


def keep(tx: Tx, delivery: Delivery) -> TakenIn:
    """Store a mail's bytes, once for each place where it lay; whether that makes a duplicate."""
    if tx.mail_at(delivery.mailbox, delivery.validity, delivery.uid):
        return TakenIn()
    sha256 = hashlib.sha256(delivery.raw).hexdigest()
    tx.alone(f"mail {sha256}")
    same = tx.mail_with(sha256)
    tx.add(
        ReceivedMail(
            mailbox=delivery.mailbox,
            validity=delivery.validity,
            uid=delivery.uid,
            sha256=sha256,
            size=len(delivery.raw),
            raw=None if same else delivery.raw,
            cut=delivery.cut,
            arrived_at=min(delivery.arrived_at, tx.now),
            stored_at=tx.now,
            state=MailState.DUPLICATE if same else MailState.WAITING,
            reason=f"the same bytes as mail {same.id}" if same else "",
            call_id=same.call_id if same else None,
        )
    )
    return TakenIn(duplicates=1 if same else 0)


def _take_in_one(store: Store, journal: Journal, mail_id: int, reads: Reads) -> TakenIn:
    tries, raw = store.run(lambda tx: _count_try(tx, mail_id))
    if not tries:
        return TakenIn()  # another daemon was faster
    if tries > TRIES:
        return store.run(lambda tx: _set_aside(tx, journal, mail_id, "it ended this program"))
    try:
        found = reads(raw)
        work = Reading(journal, mail_id, found.message, found.request)
        done = store.once(f"mail:{mail_id}", "take in", INTAKE.by, work.act)
    except (*STORE_AWAY, NotInstalled):
        with suppress(*STORE_AWAY):  # the store is away, or who reads: the mail is not to blame
            store.run(lambda tx: _give_back(tx, mail_id))
        raise
    except Unreadable as trouble:
        LOG.warning("mail %d could not be read: %s", mail_id, trouble)
        reason = str(trouble)
        return store.run(lambda tx: _failed(tx, journal, mail_id, reason))
    except Exception as bug:  # noqa: BLE001  # whatever it is, it must not stop the mails behind it
        # What went wrong may quote the mail: its kind and place go into the log, and no word of it.
        LOG.error("mail %d could not be taken in: %s", mail_id, _place_of(bug))  # noqa: TRY400
        reason = _place_of(bug)
        return store.run(lambda tx: _failed(tx, journal, mail_id, reason))
    became = None if done.repeated else done.answer.get("became")
    return TakenIn(**{became: 1}) if became else TakenIn()


def _count_try(tx: Tx, mail_id: int) -> tuple[int, bytes]:
    """Count a try before it is made, so that a mail that kills the process is counted too."""
    row = tx.mail(mail_id)
    holder, until = row.claimed_by, row.claimed_until
    held = holder not in ("", mine()) and until and until > tx.now and not is_dead(holder)
    if row.state is not MailState.WAITING or held:
        return 0, b""
    # Who claimed it and is still alive was kept from it by the database, not by the mail.
    row.tries += holder != mine()
    row.claimed_by, row.claimed_until = mine(), tx.now + LEASE
    return row.tries, row.raw or b""


def _give_back(tx: Tx, mail_id: int) -> None:
    """Leave a mail as if it had not been tried."""
    row = tx.mail(mail_id)
    if row.claimed_by == mine() and row.state is MailState.WAITING:
        row.tries, row.claimed_by = row.tries - 1, ""


def _failed(tx: Tx, journal: Journal, mail_id: int, reason: str) -> TakenIn:
    row = tx.mail(mail_id)
    row.reason = reason if row.state is MailState.WAITING else row.reason
    row.claimed_by = ""
    return _set_aside(tx, journal, mail_id, reason) if row.tries >= TRIES else TakenIn(failed=1)


def _set_aside(tx: Tx, journal: Journal, mail_id: int, reason: str) -> TakenIn:
    """Give up reading a mail: raise a call for a person to read it, and tell the operator."""
    row = tx.mail(mail_id)
    if row.state is not MailState.WAITING:
        return TakenIn()  # done already, perhaps by us before the connection was lost
    row.state, row.reason = MailState.QUARANTINED, reason
    if row.call_id is None:
        words = f"no program could read this mail ({reason}): helpdesk mail raw {mail_id} shows it"
        request = Request(unreadable=words)
        row.call_id = raised(tx, journal, request, INTAKE, row.arrived_at, source="mail").id
    _tell_operator(tx, journal, row)
    return TakenIn(quarantined=1)


def _tell_operator(tx: Tx, journal: Journal, row: ReceivedMail) -> None:
    """Tell of a mail that was set aside: once an hour, however many there are."""
    people, key = journal.config.people, f"quarantined:{tx.now:%Y-%m-%dT%H}"
    if tx.has_letters(key):
        return
    aside = {
        "number": row.id,
        "mailbox": row.mailbox,
        "arrived_at": row.arrived_at,
        "reason": row.reason,
        "reference": reference(row.call_id or 0),
    }
    journal.post(
        tx,
        None,
        "quarantined",
        {Audience.OPERATOR: people.operator or people.supervisors},
        {**journal.about_desk(), "aside": aside},
        key=key,
    )


def _place_of(bug: Exception) -> str:
    """Where our mistake is: the kind of the exception, and the line that raised it."""
    frame = traceback.extract_tb(bug.__traceback__)[-1]
    return f"{type(bug).__name__} in {frame.name}, {Path(frame.filename).name}:{frame.lineno}"
