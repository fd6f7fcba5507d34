"""One mail, once it is read: laid to its call, filed, or a call raised for it."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from helpdesk.desk import holds
from helpdesk.desk.again import is_long_over
from helpdesk.desk.raising import raised
from helpdesk.intake import Message, Request, form
from helpdesk.intake.automatic import WEAK_SIGNS
from helpdesk.journal import Journal, Who
from helpdesk.models import Attachment, Call, MailState, ReceivedMail
from helpdesk.models import Message as MessageRow
from helpdesk.references import reference
from helpdesk.store import Answer, Tx
from notifications.headers import BadAddress, mailbox
from notifications.letters import Audience
from workflows.lifecycle import Outcome, State

INTAKE = Who("intake", "intake")

RECEIPTS_A_DAY = 3
"""How many automatic receipts one address gets in 24 hours: a loop ends here at the latest."""


class Reading(NamedTuple):
    """What is to be done about one mail, once it is read."""

    journal: Journal
    mail_id: int
    message: Message
    request: Request

    def act(self, tx: Tx) -> Answer:
        """Lay the mail to its call, file it, or raise a call for it."""
        row = tx.mail(self.mail_id)
        if row.state is not MailState.WAITING:
            return {}  # set aside meanwhile
        message = self.message
        call = self._going_on(tx, [*message.in_reply_to, *reversed(message.references)])
        why = message.automatic or self._loop()
        if why and (call or why not in WEAK_SIGNS or not form.asks(self.request)):
            return self._file(tx, row, call, why)
        if call is not None and not is_long_over(self.journal, call, row.arrived_at):
            return self._lay(tx, row, call)
        return self._raise(tx, row, why, follows=call)

    @staticmethod
    def _going_on(tx: Tx, thread: Sequence[str]) -> Call | None:
        """The call that the thread belongs to now: of merged ones, the one that is left."""
        call = tx.call_of_thread(thread)
        while call and call.original_id and call.outcome == Outcome.DUPLICATE:
            call = tx.call(reference(call.original_id))
        return call

    def _loop(self) -> str | None:
        mine = self.journal.config.desk.address.casefold()
        return "it comes from the desk itself" if self.message.sender.address == mine else None

    def _file(self, tx: Tx, row: ReceivedMail, call: Call | None, why: str) -> Answer:
        row.state, row.reason = MailState.FILED, why
        self._keep_message(tx, row, call, why)
        if call is not None:
            self.journal.note(tx, call, "automatic_mail", INTAKE, at=row.arrived_at, why=why)
        return {"became": "filed"}

    def _lay(self, tx: Tx, row: ReceivedMail, call: Call) -> Answer:
        """Lay a reply to its call. No mail ever changes a state: an agent reads it."""
        row.state = MailState.TAKEN
        if call.hold is not None:
            holds.end(tx, self.journal, call, INTAKE, row.arrived_at, why="a reply came")
        self._keep_message(tx, row, call, None)
        call.reply_waiting = True
        self.journal.note(tx, call, "reply", INTAKE, at=row.arrived_at, mail=row.id)
        return {"became": "threaded", "reference": call.reference}

    def _raise(
        self, tx: Tx, row: ReceivedMail, automatic: str | None, follows: Call | None
    ) -> Answer:
        """Raise a call; one for what looks automatic and asks for a code too, but no receipt."""
        row.state = MailState.TAKEN
        twin = tx.call_of_thread([self.message.message_id] if self.message.message_id else [])
        call = raised(tx, self.journal, self.request, INTAKE, row.arrived_at, source="mail")
        self._keep_message(tx, row, call, automatic)
        if twin is not None:
            self.journal.note(tx, call, "same_message_id", INTAKE, other=twin.reference)
        if follows is not None:
            call.follows_id = follows.id
            self.journal.note(tx, call, "follows", INTAKE, other=follows.reference)
        if automatic is None:
            self._send_receipt(tx, call)
        return {"became": "raised", "reference": call.reference}

    def _send_receipt(self, tx: Tx, call: Call) -> None:
        """Tell the sender, and nobody that the mail only names, that the desk has it."""
        to = self.message.sender.address
        try:
            mailbox(to)
        except BadAddress:
            return
        yesterday = tx.now - timedelta(hours=24)
        if tx.letters_to(to, "received.requester", yesterday) >= RECEIPTS_A_DAY:
            return
        event = tx.last_event(call, State.RECEIVED)
        if event:
            self.journal.tell(tx, call, event, "received", {Audience.REQUESTER: [to]})

    def _keep_message(
        self, tx: Tx, row: ReceivedMail, call: Call | None, automatic: str | None
    ) -> None:
        message = self.message
        row.call_id = call.id if call else None
        kept = tx.add(
            MessageRow(
                received_mail_id=self.mail_id,
                call_id=row.call_id,
                message_id=message.message_id,
                sender_name=message.sender.name,
                sender_address=message.sender.address,
                recipients=", ".join(each.address for each in message.recipients),
                subject=message.subject,
                sent_at=message.sent_at,
                arrived_at=row.arrived_at,
                text=message.text,
                automatic=automatic,
                truncated=message.truncated,
            )
        )
        for file in message.attachments:
            tx.add(
                Attachment(
                    message_id=kept.id or 0,
                    name=file.name,
                    content_type=file.content_type,
                    size=len(file.content),
                    sha256=hashlib.sha256(file.content).hexdigest(),
                    content=file.content,
                )
            )
