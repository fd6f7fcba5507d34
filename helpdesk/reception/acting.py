"""One mail, once it is read: laid to its call, filed, or a call raised for it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

from helpdesk.desk import holds
from helpdesk.desk.again import is_long_over
from helpdesk.desk.raising import complete, raised
from helpdesk.intake import Found, Message, Request, Surety, form
from helpdesk.intake.automatic import PEOPLES_SIGNS, WEAK_SIGNS
from helpdesk.journal import Journal, Who
from helpdesk.models import Call, MailState, ReceivedMail, Trust
from helpdesk.reception.chasing import Chase, chased_by
from helpdesk.reception.keeping import keep_message
from helpdesk.reception.returned import letter_of, note_return
from helpdesk.reception.threads import (
    Sender,
    Thread,
    has_part_in,
    oddity_beside,
    sender_of,
    thread_of,
)
from helpdesk.reception.twins import twin_of
from helpdesk.references import reference
from helpdesk.store import Answer, Tx
from notifications.headers import BadAddress, mailbox
from notifications.letters import Audience
from workflows.lifecycle import State

INTAKE = Who("intake", "intake")

RECEIPTS_A_DAY = 3
"""How many automatic receipts one address gets in 24 hours: a loop ends here at the latest."""

NO_STRANGERS = (Trust.VERIFIED, Trust.KNOWN)
"""Who gets a receipt however many others got one in this hour."""

TOO_BIG = (
    "this mail is too big to be taken in whole: only its head was read, and the mailbox has it"
)

CARRIED_ON = Found("forwarded mail", Surety.LIKELY)


class Reading(NamedTuple):
    """What is to be done about one mail, once it is read."""

    journal: Journal
    mail_id: int
    message: Message
    request: Request

    def act(self, tx: Tx) -> Answer:
        """Lay the mail to its call, file it, or raise a call for it."""
        row, message, config = tx.mail(self.mail_id), self.message, self.journal.config
        if row.state is not MailState.WAITING:
            return {}  # set aside meanwhile
        sender = sender_of(tx, config, message)
        thread = thread_of(tx, config, message, sender)
        if thread.call is not None:
            sender = sender._replace(oddity=oddity_beside(thread.call, message, sender))
        if row.call_id is not None:
            return self._read_again(tx, row, tx.call(reference(row.call_id)), sender, thread)
        if twin := twin_of(tx, row, message):
            row.state, row.call_id = MailState.DUPLICATE, twin.call_id
            tx.lay_copies(row)
            row.reason = f"the same message as mail {twin.received_mail_id}, by another way"
            return {"became": "duplicates"}
        why = message.automatic or self._loop(tx)
        about = (self._note_return(tx, row) if why else None) or thread.call
        if why and (about or why not in WEAK_SIGNS or not form.asks(self.request)):
            if about and why in PEOPLES_SIGNS and about.closed_at is None:
                # A person may have written it all the same.
                about.reply_waiting |= has_part_in(tx, about, message, sender)
            return self._file(tx, row, about, sender, why)
        if chase := self._goes_on(tx, row, sender, thread, is_a_persons=not why):
            return self._lay(tx, row, chase, sender)
        return self._raise(tx, row, why, sender, thread)

    def _goes_on(
        self, tx: Tx, row: ReceivedMail, sender: Sender, thread: Thread, *, is_a_persons: bool
    ) -> Chase | None:
        """The call that the mail goes on with: of its thread, or one that it asks for again."""
        if thread.call is not None:
            is_over = is_long_over(self.journal, thread.call, row.arrived_at)
            return None if is_over else Chase(thread.call)
        if thread.claims is not None or not is_a_persons:
            return None
        return chased_by(tx, self.message, self.request, sender)

    def _loop(self, tx: Tx) -> str | None:
        config, sender = self.journal.config, self.message.sender.address
        if sender in {config.desk.address.casefold(), *map(str.casefold, config.intake.also)}:
            return "it comes from the desk itself"
        if self.message.message_id and tx.seal().opened(self.message.message_id):
            return "it is a letter of the desk that came back to it"
        return None

    def _note_return(self, tx: Tx, row: ReceivedMail) -> Call | None:
        """Note which letter came back, if one did; the call that it was about."""
        letter = letter_of(tx, self.message) if self.message.returned else None
        if letter is None:
            return None
        note_return(tx, self.journal, self.message, letter, INTAKE, row.arrived_at)
        return tx.call(reference(letter.call_id)) if letter.call_id is not None else None

    def _file(
        self, tx: Tx, row: ReceivedMail, call: Call | None, sender: Sender, why: str
    ) -> Answer:
        row.state, row.reason = MailState.FILED, why
        keep_message(tx, row, self.message, sender._replace(trust=Trust.AUTOMATIC), call, why)
        if call is not None:
            self.journal.note(tx, call, "automatic_mail", INTAKE, at=row.arrived_at, why=why)
        return {"became": "filed"}

    def _lay(self, tx: Tx, row: ReceivedMail, chase: Chase, sender: Sender) -> Answer:
        """Lay a reply to its call. No mail ever changes a state: an agent reads it.

        Where it may be about another call as well, it ends no hold.
        """
        row.state = MailState.TAKEN
        call, message = chase.call, self.message
        is_theirs = not sender.is_desk and has_part_in(tx, call, message, sender)
        if call.hold is not None and is_theirs and not chase.others:
            holds.end(tx, self.journal, call, INTAKE, row.arrived_at, why="a reply came")
        keep_message(tx, row, self.message, sender, call, None)
        self._note_same_id(tx, row, call)
        if sender.is_desk:
            self.journal.note(tx, call, "mail_of_agent", INTAKE, at=row.arrived_at, mail=row.id)
        else:
            call.reply_waiting = True
            found: dict[str, Any] = {"found_by": chase.why, "or_about": list(chase.others)}
            self.journal.note(tx, call, "reply", INTAKE, at=row.arrived_at, mail=row.id, **found)
        return {"became": "threaded", "reference": call.reference}

    def _raise(
        self, tx: Tx, row: ReceivedMail, automatic: str | None, sender: Sender, thread: Thread
    ) -> Answer:
        """Raise a call; one for what looks automatic and asks for a code too, but no receipt."""
        request = self._wanted(row, sender)
        call = raised(tx, self.journal, request, INTAKE, row.arrived_at, source="mail")
        row.state = MailState.TAKEN
        keep_message(tx, row, self.message, sender, call, automatic, thread.claims)
        self._note_same_id(tx, row, call)
        if thread.call is not None:
            call.follows_id = thread.call.id
            self.journal.note(tx, call, "follows", INTAKE, other=thread.call.reference)
        if thread.claims is not None:
            self.journal.note(tx, call, "claims", INTAKE, other=thread.claims.reference)
        if automatic is None and not sender.is_desk:
            self._send_receipt(tx, call, sender)
        return {"became": "raised", "reference": call.reference}

    def _wanted(self, row: ReceivedMail, sender: Sender) -> Request:
        """The request; of a mail that an agent carries on, the request of who wrote it first."""
        request, carried = self.request, self.message.forwarded
        if row.cut:
            request = replace(request, unreadable=TOO_BIG)
        if not (sender.is_desk and carried and carried.sender.address):
            return request
        theirs = {
            "requester_name": carried.sender.name,
            "requester_email": carried.sender.address,
        }
        # A form that came with it knows better.
        said = {
            name: value
            for name, value in theirs.items()
            if request.found_in.get(name, SAID_BY_SENDER).place == form.SENDER
        }
        places = request.found_in | dict.fromkeys(said, CARRIED_ON)
        return replace(request, **said, found_in=places)  # type: ignore[arg-type]  # texts, all of them

    def _read_again(
        self, tx: Tx, row: ReceivedMail, call: Call, sender: Sender, thread: Thread
    ) -> Answer:
        """Lay a mail that had been set aside to the call that was raised for it then."""
        row.state, row.reason = MailState.TAKEN, ""
        complete(call, self._wanted(row, sender))
        keep_message(tx, row, self.message, sender, call, self.message.automatic)
        self.journal.note(tx, call, "read_again", INTAKE, mail=row.id)
        about = (self._note_return(tx, row) if self.message.automatic else None) or thread.call
        if about is not None and about.id != call.id:
            # Merging is an agent's to decide: time has gone by, and both have their clocks.
            self.journal.note(tx, call, "goes_on_with", INTAKE, other=about.reference)
        return {"became": "threaded", "reference": call.reference}

    def _note_same_id(self, tx: Tx, row: ReceivedMail, call: Call) -> None:
        """Say so if another mail bears the same Message-ID: it is another message all the same."""
        mine = self.message.message_id
        first = next(iter(tx.messages_with(mine, row)), None) if mine else None
        if first is not None:
            other = reference(first.call_id) if first.call_id else ""
            self.journal.note(
                tx, call, "same_message_id", INTAKE, other=other, mail=first.received_mail_id
            )

    def _send_receipt(self, tx: Tx, call: Call, sender: Sender) -> None:
        """Tell the sender, and nobody that the mail only names, that the desk has it."""
        to = self.message.sender.address
        try:
            mailbox(to)
        except BadAddress:
            return
        day, hour = tx.now - timedelta(hours=24), tx.now - timedelta(hours=1)
        if tx.letters_to(to, "received.requester", day) >= RECEIPTS_A_DAY:
            return
        allowed = self.journal.config.intake.receipts_per_hour
        if sender.trust not in NO_STRANGERS and tx.receipts_since(hour, allowed) >= allowed:
            return
        event = tx.last_event(call, State.RECEIVED)
        if event:
            self.journal.tell(tx, call, event, "received", {Audience.REQUESTER: [to]})


SAID_BY_SENDER = Found(form.SENDER, Surety.LIKELY)
"""Where a fact comes from that no place is named for."""
