"""A letter sent to another address than at first: the same words, as a letter of its own."""

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime

from helpdesk.models import Call, Letter
from helpdesk.store import Tx
from notifications import headers
from notifications.letters import Audience

_FIELD = re.compile(rb"[^\r\n]+\r\n(?:[ \t][^\r\n]*\r\n)*")


def present_address(tx: Tx, letter: Letter, call: Call | None) -> str:
    """Where `letter` is to go now: if the call's address was corrected since, to the new one."""
    theirs = letter.kind.endswith(f".{Audience.REQUESTER.value}")
    if call is None or not theirs or not call.requester_email:
        return letter.to_address
    was_theirs = letter.to_address.lower() in _former_addresses(tx, call)
    return call.requester_email if was_theirs else letter.to_address


def posted_anew(tx: Tx, letter: Letter, to: str, stem: str) -> Letter:
    """The same words to `to`, put into the outbox; `stem` is what its sealed id begins with.

    It has an id of its own: a report on the first one that comes late says nothing of this one.
    """
    before = letter.message_id.strip("<>").partition("@")[0]
    sealed = tx.seal().new_id(stem)
    message_id = letter.message_id.replace(before, sealed)
    return tx.add(
        Letter(
            key=f"{message_id}:{letter.kind}:{to}",
            call_id=letter.call_id,
            event_id=letter.event_id,
            kind=letter.kind,
            to_address=to.lower(),
            envelope_sender=letter.envelope_sender.replace(before, sealed),
            subject=letter.subject,
            message_id=message_id,
            raw=_readdressed(letter.raw, to, (before, sealed), tx.now),
            priority=letter.priority,
            posted_at=tx.now,
            send_at=tx.now,
        )
    )


def _former_addresses(tx: Tx, call: Call) -> set[str]:
    corrected = (event for event in tx.events(call) if event.kind == "corrected")
    before = (str(event.facts["before"].get("requester_email") or "") for event in corrected)
    return {address.lower() for address in before} - {"", call.requester_email.lower()}


def _readdressed(raw: bytes, to: str, ids: tuple[str, str], now: datetime) -> bytes:
    """The mail with another recipient, id and date in its head; all else as it was."""
    head, blank, content = raw.partition(b"\r\n\r\n")
    before, sealed = (each.encode() for each in ids)
    anew: Mapping[bytes, bytes] = {
        b"to": headers.line("To", headers.mailbox(to)),
        b"date": headers.line("Date", format_datetime(now)),
    }
    fields = _FIELD.findall(head + b"\r\n")
    # The id stands in the Message-ID, and may in the address that answers go to.
    lines = [anew.get(_name(each), each.replace(before, sealed)) for each in fields]
    return b"".join(lines).removesuffix(b"\r\n") + blank + content


def _name(field: bytes) -> bytes:
    return field.partition(b":")[0].lower()
