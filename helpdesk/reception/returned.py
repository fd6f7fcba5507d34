"""Letters that came back: which one it was, and that its call's agent hears of it."""

from datetime import datetime, timedelta

from helpdesk.intake import Message, Returned
from helpdesk.journal import Journal, Who
from helpdesk.models import Letter, LetterState
from helpdesk.references import reference
from helpdesk.store import Tx

LOOK_BACK = timedelta(days=10)
"""For how long a report that names nothing but a recipient is laid to the last letter to them."""


def letter_of(tx: Tx, message: Message) -> Letter | None:
    """The letter of ours that this delivery report is about.

    By the Message-ID of what came back, else by the sealed address that it came back to, else by
    the recipient that the report names.
    """
    for each in message.returned:
        if each.original_id and (letter := tx.letter_with(each.original_id)):
            return letter
    seal = tx.seal()
    for address in message.addressed:
        sealed = address.rpartition("@")[0].partition("+")[2]
        if seal.opened(sealed) and (letter := tx.letter_sealed(sealed)):
            return letter
    recipients = [each.recipient for each in message.returned if each.recipient]
    return tx.last_letter_to(recipients, tx.now - LOOK_BACK) if recipients else None


def note_return(
    tx: Tx, journal: Journal, message: Message, letter: Letter, who: Who, at: datetime
) -> None:
    """Note that `letter` came back, if the report says that it will never arrive.

    Its address is flagged only if its own server says that nobody has it (a mailbox that is full,
    or a letter that is late, says nothing about that), in a report that bears the letter's own id:
    anybody can write one that names a recipient.
    """
    failure = _failure(message, letter)
    if failure is None:
        return
    why = f"{failure.status} {failure.words}".strip() or "no reason is given"
    is_ours = _bears_id_of(message, letter)
    if letter.state is not LetterState.CANCELLED and letter.undelivered_at is None:
        letter.undelivered_at, letter.error = tx.now, f"it came back: {why}"
    if failure.is_about_address and is_ours:
        tx.flag_address(letter.to_address.lower(), why)
    call = tx.call(reference(letter.call_id)) if letter.call_id else None
    journal.note(
        tx,
        call,
        "bounced",
        who,
        at=at,
        letter=letter.kind,
        to=letter.to_address,
        why=why,
        found_by=None if is_ours else "its recipient alone",
    )


def _bears_id_of(message: Message, letter: Letter) -> bool:
    sealed = letter.message_id.strip("<>").rpartition("@")[0]
    by_id = any(each.original_id == letter.message_id for each in message.returned)
    return by_id or any(f"+{sealed}@" in address for address in message.addressed)


def _failure(message: Message, letter: Letter) -> Returned | None:
    """What the report says of our recipient; a report on somebody else is not about our letter."""
    ours = [
        each
        for each in message.returned
        if each.is_failure and each.recipient in ("", letter.to_address.lower())
    ]
    failures = ours or [
        each
        for each in message.returned
        if each.is_failure and each.original_id == letter.message_id
    ]
    return next(iter(failures), None)
