"""One message that came more than once: by two servers, or into two mailboxes."""

import hashlib
from datetime import timedelta

from helpdesk.intake import Attachment, Message
from helpdesk.models import Message as MessageRow
from helpdesk.models import ReceivedMail
from helpdesk.store import Tx

SAME_POST = timedelta(days=5)
"""For how long servers try to deliver a mail: what comes later than that was sent anew."""


def twin_of(tx: Tx, mail: ReceivedMail, message: Message) -> MessageRow | None:
    """The same message as another mail brought it; None if this one is new.

    An id alone proves nothing, for anybody can write one: the people, words and files have to be
    the same too.
    """
    if message.message_id is None:
        return None
    tx.alone(f"message {message.message_id}")
    return next(
        (
            each
            for each in tx.messages_with(message.message_id, mail)
            if abs(mail.arrived_at - each.arrived_at) <= SAME_POST
            and _is_same(each, message)
            and tx.files_of(each) == sorted(map(_sha256, message.attachments))
        ),
        None,
    )


def _is_same(kept: MessageRow, message: Message) -> bool:
    return (kept.automatic, kept.subject, kept.sent_at, kept.sender_address, kept.text) == (
        message.automatic,
        message.subject,
        message.sent_at,
        message.sender.address,
        message.text,
    )


def _sha256(file: Attachment) -> str:
    return hashlib.sha256(file.content).hexdigest()
