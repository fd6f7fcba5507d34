"""Tries of mails: counted before they are made, given back, or one too many."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from helpdesk.desk.raising import raised
from helpdesk.intake import Request
from helpdesk.journal import Journal
from helpdesk.lives import is_dead, mine
from helpdesk.models import MailState, ReceivedMail
from helpdesk.reception.acting import INTAKE
from helpdesk.reception.storing import MOST_BYTES, MOST_MAILS
from helpdesk.reception.taken import TakenIn
from helpdesk.references import reference
from helpdesk.store import Tx
from helpdesk.store.arriving import WaitingMail
from notifications.letters import Audience

TRIES = 3
"""A mail that could not be handled this often is set aside for a person."""

LEASE = timedelta(minutes=15)
"""For how long mails are left to the process of another machine that reads them.

Longer than reading as many as are tried at once can take.
"""


class Tried(NamedTuple):
    """A mail that is tried now, for the first time or another."""

    id: int
    tries: int
    raw: bytes


def at_once(mails: Sequence[WaitingMail]) -> Iterator[list[int]]:
    """The numbers of the mails to be tried together, in their order.

    What was tried before is tried alone: it may have ended the process that did so, and the others
    that were tried with it are not to be counted again on its account.
    """
    some: list[int] = []
    size = 0
    for each in mails:
        if some and (each.tries or len(some) == MOST_MAILS or size + each.size > MOST_BYTES):
            yield some
            some, size = [], 0
        some.append(each.id)
        size += each.size
    if some:
        yield some


def count_tries(tx: Tx, mail_ids: Sequence[int]) -> list[Tried]:
    """Count a try of each before it is made, so that a mail that kills the process is counted too.

    Those that another daemon has in hand are left out.
    """
    return [_counted(tx, row) for row in tx.mails(mail_ids) if _is_free(tx, row)]


def give_back(tx: Tx, mail_ids: Sequence[int]) -> None:
    """Leave mails as if they had not been tried."""
    for row in tx.mails(mail_ids):
        if row.claimed_by == mine() and row.state is MailState.WAITING:
            row.tries, row.claimed_by = row.tries - 1, ""


def failed(tx: Tx, journal: Journal, mail_id: int, reason: str) -> TakenIn:
    row = tx.mail(mail_id)
    row.reason = reason if row.state is MailState.WAITING else row.reason
    row.claimed_by = ""
    return set_aside(tx, journal, mail_id, reason) if row.tries >= TRIES else TakenIn(failed=1)


def set_aside(tx: Tx, journal: Journal, mail_id: int, reason: str) -> TakenIn:
    """Give up reading a mail: raise a call for a person to read it, and tell the operator."""
    row = tx.mail(mail_id)
    if row.state is not MailState.WAITING:
        return TakenIn()  # done already, perhaps by us before the connection was lost
    row.state, row.reason = MailState.QUARANTINED, reason
    if row.call_id is None:
        words = f"no program could read this mail ({reason}): helpdesk mail raw {mail_id} shows it"
        request = Request(unreadable=words)
        row.call_id = raised(tx, journal, request, INTAKE, row.arrived_at, source="mail").id
        tx.lay_copies(row)
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


def _is_free(tx: Tx, row: ReceivedMail) -> bool:
    holder, until = row.claimed_by, row.claimed_until
    held = holder not in ("", mine()) and until and until > tx.now and not is_dead(holder)
    return row.state is MailState.WAITING and not held


def _counted(tx: Tx, row: ReceivedMail) -> Tried:
    # Who claimed it and is still alive was kept from it by the database, not by the mail.
    row.tries += row.claimed_by != mine()
    row.claimed_by, row.claimed_until = mine(), tx.now + LEASE
    return Tried(row.id or 0, row.tries, row.raw or b"")
