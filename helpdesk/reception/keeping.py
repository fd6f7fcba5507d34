"""What was read from a mail, written down beside it, with its files."""

from helpdesk.intake import Message
from helpdesk.models import Attachment, Call, ReceivedMail
from helpdesk.models import Message as MessageRow
from helpdesk.reception.threads import Sender
from helpdesk.store import Tx


def keep_message(  # all that a row is made of
    tx: Tx,
    row: ReceivedMail,
    message: Message,
    sender: Sender,
    call: Call | None,
    automatic: str | None,
    claims: Call | None = None,
) -> None:
    """Keep what was read from the mail `row`, and lay both to `call`, with copies of the mail."""
    row.call_id = call.id if call else None
    tx.lay_copies(row)
    kept = tx.write(
        MessageRow(
            received_mail_id=row.id or 0,
            call_id=row.call_id,
            message_id=message.message_id,
            sender_name=message.sender.name,
            sender_address=message.sender.address,
            recipients=", ".join(each.address for each in message.recipients),
            subject=message.subject,
            sent_at=message.sent_at,
            arrived_at=row.arrived_at,
            text=message.text,
            own=message.own if message.own != message.text else "",
            automatic=automatic,
            truncated=message.truncated or row.cut,
            trust=sender.trust.value,
            oddity=sender.oddity,
            claims_id=claims.id if claims else None,
        )
    )
    for file in message.attachments:
        tx.write(
            Attachment(
                message_id=kept.id or 0,
                name=file.name,
                content_type=file.content_type,
                size=len(file.content),
                sha256=tx.keep_file(file.content),
            )
        )
