"""Mails on their way into the store: byte for byte, several of them in one transaction."""

import hashlib
from collections.abc import Iterable, Iterator

from helpdesk.errors import FileUnreadable, MailboxDown
from helpdesk.intake import Delivery
from helpdesk.models import MailState, ReceivedMail
from helpdesk.reception.taken import Still, TakenIn
from helpdesk.store import Tx

MOST_MAILS, MOST_BYTES = 20, 8 * 1024 * 1024
"""So much is stored, or read, at once: each commit waits for the disk."""


def batches(deliveries: Iterable[Delivery], still: Still) -> Iterator[list[Delivery]]:
    """The deliveries as they come, some at a time, as long as `still()`.

    FileUnreadable or MailboxDown, if some cannot be had, comes after those that could.
    """
    batch: list[Delivery] = []
    trouble = None
    try:
        for each in deliveries:
            batch.append(each)
            size = sum(len(one.raw) for one in batch)
            if len(batch) == MOST_MAILS or size >= MOST_BYTES or not still():
                yield batch
                batch = []
    except (FileUnreadable, MailboxDown) as error:
        trouble = error
    if batch:
        yield batch
    if trouble:
        raise trouble


def keep(tx: Tx, *deliveries: Delivery) -> TakenIn:
    """Store the mails' bytes, once for each place where they lay; how many are duplicates."""
    hashes = [hashlib.sha256(each.raw).hexdigest() for each in deliveries]
    for sha256 in sorted(hashes):  # In one order for all, lest two wait for each other.
        tx.alone(f"mail {sha256}")
    mails = zip(hashes, deliveries, strict=True)
    return TakenIn(duplicates=sum(_is_duplicate(tx, sha256, each) for sha256, each in mails))


def _is_duplicate(tx: Tx, sha256: str, delivery: Delivery) -> bool:
    if tx.has_mail_at(delivery.mailbox, delivery.validity, delivery.uid):
        return False
    same = tx.mail_with(sha256)
    tx.write(
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
    return same is not None
