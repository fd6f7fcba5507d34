"""A letter on its way into the outbox: its bytes built once, its place in the queue."""

import logging
from collections.abc import Sequence
from datetime import datetime

from helpdesk.config.settings import Config
from helpdesk.models import Call, Event
from helpdesk.models import Letter as Posted
from helpdesk.sealing import Seal
from notifications import message
from notifications.headers import BadAddress, mailbox
from notifications.letters import Letter
from notifications.message import Attachment

BY_HAND = frozenset({"acknowledged", "allocated", "asked", "reopened", "reply"})
"""Events whose letters an agent's deed calls for, besides every closing: not automatic mail."""

PRIORITIES = {
    "daemon_silent": 1,
    "breached": 1,
    "level_2": 1,
    "at_risk": 2,
    "digest": 4,
    "weekly": 7,
    "received": 8,
}
"""What goes first, the lower the sooner; a receipt never holds up an alert."""
PRIORITY, URGENT_PRIORITY = 5, 3

LOG = logging.getLogger(__name__)


def frozen(  # noqa: PLR0913  # all that a row of the outbox is made of
    config: Config,
    now: datetime,
    letter: Letter,
    occasion: str,
    event: Event | None,
    call: Call | None,
    thread: Sequence[str],
    attachments: Sequence[Attachment],
    seal: Seal,
) -> Posted:
    """The outbox's row for `letter`, posted at `now`; its ids bear the desk's `seal`."""
    desk, automatic = config.desk, _is_automatic(letter, event)
    kind = f"{letter.event}.{letter.audience.value}"
    sealed = seal.new_id(call.reference if call else letter.event)
    local, _, domain = desk.address.partition("@")
    message_id = f"<{sealed}@{domain}>"
    # Where the server takes such addresses, an answer or a bounce names its letter without threads.
    plus = config.smtp.plus_addresses and call is not None
    own_address = f"{local}+{sealed}@{domain}" if plus else desk.address
    raw = message.build(
        letter,
        sender=f"{desk.name} <{desk.address}>",
        reply_to=f"{desk.name} <{own_address}>" if plus else None,
        message_id=message_id,
        date=now,
        in_reply_to=thread[-1] if thread else None,
        references=thread[:-1],
        automatic=automatic,
        attachments=attachments,
    )
    urgent = bool(call and call.urgent)
    null = automatic and config.smtp.null_sender
    return Posted(
        key=f"{occasion or message_id}:{kind}:{letter.to}",
        call_id=call.id if call else None,
        event_id=event.id if event else None,
        kind=kind,
        to_address=letter.to.lower(),
        envelope_sender="" if null else own_address,
        subject=letter.subject,
        message_id=message_id,
        raw=raw,
        priority=PRIORITIES.get(letter.event, URGENT_PRIORITY if urgent else PRIORITY),
        posted_at=now,
        send_at=now,
    )


def usable(addresses: Sequence[str]) -> list[str]:
    """Those that mail can be sent to: a bad one must not keep a letter from the others."""
    return [address for address in dict.fromkeys(addresses) if _can_be_sent_to(address)]


def _is_automatic(letter: Letter, event: Event | None) -> bool:
    """Whether no person's deed calls for the letter."""
    by_hand = letter.event in BY_HAND or letter.event.startswith("closed_")
    return not by_hand or bool(event and event.by == event.actor == "sweep")


def _can_be_sent_to(address: str) -> bool:
    try:
        mailbox(address)
    except BadAddress:
        if address:
            LOG.warning("a letter was not posted: its address cannot be used")
        return False
    return True
