"""Mail set right by a person: tried again, laid to another call, made a call of its own."""

from typing import NamedTuple

from helpdesk.desk.addresses import is_of_the_desk
from helpdesk.desk.answers import answer
from helpdesk.desk.raising import raised
from helpdesk.errors import BadValue
from helpdesk.intake import Request
from helpdesk.journal import Journal, Who
from helpdesk.models import Call, MailState, Message, ReceivedMail
from helpdesk.references import reference as reference_of
from helpdesk.store import Answer, Tx
from helpdesk.views import mails
from workflows.lifecycle import Outcome


class _Known(NamedTuple):
    """A mail of the store, and the call that it belongs to."""

    row: ReceivedMail
    message: Message | None
    call: Call | None


def retry(tx: Tx, journal: Journal, mail_id: int, who: Who) -> Answer:
    """Let a mail that was set aside be read anew, as if it had never been tried."""
    row, _, call = _known(tx, mail_id)
    if row.state is MailState.WAITING:
        return _waits(mail_id, f"mail {mail_id} waits already to be taken in")
    if row.state is not MailState.QUARANTINED:
        became = f"{row.state.value}, {call.reference}" if call else row.state.value
        said = f"mail {mail_id} is not quarantined: it is {became}"
        return _waits(mail_id, said, waits=False)
    row.state, row.tries, row.claimed_by = MailState.WAITING, 0, ""
    tx.forget_operation(f"mail:{mail_id}")
    journal.note(tx, call, "mail_retried", who, mail=mail_id, why=row.reason)
    return _waits(mail_id, f"mail {mail_id} is read again")


def attach(tx: Tx, journal: Journal, mail_id: int, reference: str, who: Who) -> Answer:
    """Lay a mail to that call, whatever became of it before. Clocks and letters stay."""
    row, message, before = _known(tx, mail_id)
    call = tx.call(reference)
    if before is not None and before.id == call.id and row.state is MailState.TAKEN:
        return answer(call, f"mail {mail_id} is laid to {call.reference} already")
    _check_movable(row, before, f"helpdesk merge {{}} --into {call.reference}")
    if call.original_id and call.outcome == Outcome.DUPLICATE:
        survivor = reference_of(call.original_id)
        raise BadValue(
            f"{call.reference} is merged into {survivor}: helpdesk mail attach {mail_id} {survivor}"
        )
    row.state, row.reason, row.call_id = MailState.TAKEN, "", call.id
    before = None if before is not None and before.id == call.id else before
    other = before.reference if before else ""
    journal.note(tx, call, "mail_attached", who, mail=mail_id, other=other)
    if before is not None:
        journal.note(tx, before, "mail_detached", who, mail=mail_id, other=call.reference)
    if message is not None:
        message.call_id = call.id
        if not message.automatic and not _is_ours(tx, journal, message):
            call.reply_waiting = True
    return answer(call, f"mail {mail_id} is laid to {call.reference}", _left(tx, row, before, call))


def split(tx: Tx, journal: Journal, mail_id: int, request: Request, who: Who) -> Answer:
    """Make a mail that was laid to a call a call of its own, which arrived when the mail did.

    `request` is what the mail asks for. No receipt is sent: its writer heard of the first call.
    """
    row, message, before = _known(tx, mail_id)
    if before is None:
        raise BadValue(
            f"mail {mail_id} belongs to no call; to lay it to one:"
            f" helpdesk mail attach {mail_id} REF"
        )
    _check_movable(row, before, f"helpdesk mail retry {mail_id}")
    if mails.mail(tx, mail_id).mail.raised:
        others = mails.others_of(tx, before.id or 0, mail_id)
        mend = "; split the others from it" if others else ""
        return answer(before, f"{before.reference} began with mail {mail_id} already{mend}")
    call = raised(tx, journal, request, who, row.arrived_at, source="mail")
    row.state, row.reason, row.call_id = MailState.TAKEN, "", call.id
    if message is not None:
        message.call_id = call.id
    journal.note(tx, call, "split_from", who, mail=mail_id, other=before.reference)
    journal.note(tx, before, "mail_split", who, mail=mail_id, other=call.reference)
    return answer(
        call,
        f"mail {mail_id} is {call.reference} now, and no longer of {before.reference}",
        f"a reply still shows as waiting on {before.reference}" if before.reply_waiting else "",
    )


def _waits(mail_id: int, said: str, *, waits: bool = True) -> Answer:
    return {"mail": mail_id, "waits": waits, "said": [said]}


def _known(tx: Tx, mail_id: int) -> _Known:
    """The mail with that number. NotFound if there is none."""
    mails.mail(tx, mail_id)
    row = tx.mail(mail_id)
    call = tx.call(reference_of(row.call_id)) if row.call_id else None
    return _Known(row, tx.message_of(row), call)


def _check_movable(row: ReceivedMail, call: Call | None, mend: str) -> None:
    """BadValue, with the mend, for a mail that no call can have yet, or that only doubles one."""
    if row.state is MailState.WAITING:
        raise BadValue(f"mail {row.id} was not taken in yet; that comes first: helpdesk intake")
    if row.state is MailState.DUPLICATE:
        raise BadValue(f"mail {row.id} has {row.reason}: name that one")
    if row.state is MailState.QUARANTINED and call is not None:
        command = mend.format(call.reference)
        raise BadValue(f"mail {row.id} could not be read, and is {call.reference}: {command}")


def _is_ours(tx: Tx, journal: Journal, message: Message) -> bool:
    return is_of_the_desk(tx, journal.config, message.sender_address)


def _left(tx: Tx, row: ReceivedMail, before: Call | None, now: Call) -> str:
    """A word on the call that the mail was taken from, if somebody has to see to it."""
    if before is None or before.closed_at is not None:
        return ""
    if not mails.others_of(tx, before.id or 0, row.id or 0):
        return (
            f"{before.reference} has no mail left; if it is about the same thing:"
            f" helpdesk merge {before.reference} --into {now.reference}"
        )
    waits = before.reply_waiting
    return f"a reply still shows as waiting on {before.reference}" if waits else ""
