"""What is asked about each mail that arrives: questions put together once, for they cost much."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col, select

from helpdesk.models import (
    Agent,
    Letter,
    MailState,
    Message,
    ReceivedMail,
    Secret,
)
from helpdesk.models.columns import METADATA
from helpdesk.sealing import Seal
from helpdesk.store.unit import Unit


class StoredMail(NamedTuple):
    """A mail that is stored, and the call that it belongs to."""

    id: int
    call_id: int | None


class WaitingMail(NamedTuple):
    """A mail that waits: how often it was tried, and how big it is."""

    id: int
    tries: int
    size: int


def _is(column: object, name: str) -> sa.ColumnElement[bool]:
    return col(column) == sa.bindparam(name)


_NUMBER = METADATA.tables["received_mail"].c.id
_RECEIPT = "received.requester"
_MAIL_AT = sa.select(col(ReceivedMail.id)).where(
    _is(ReceivedMail.mailbox, "mailbox"),
    _is(ReceivedMail.validity, "validity"),
    _is(ReceivedMail.uid, "uid"),
)
_MAIL_WITH = (
    sa.select(_NUMBER, col(ReceivedMail.call_id))
    .where(_is(ReceivedMail.sha256, "sha256"))
    .order_by(col(ReceivedMail.id))
)
_LAY_COPIES = (
    sa.update(METADATA.tables["received_mail"])
    .where(
        _is(ReceivedMail.sha256, "bytes"),
        col(ReceivedMail.state) == MailState.DUPLICATE,
        col(ReceivedMail.call_id).is_(None),
    )
    .values(call_id=sa.bindparam("call"))
)
_WAITING = (
    sa.select(_NUMBER, col(ReceivedMail.tries), col(ReceivedMail.size))
    .where(col(ReceivedMail.state) == MailState.WAITING)
    .order_by(col(ReceivedMail.arrived_at), col(ReceivedMail.id))
)
_SEAL = sa.select(col(Secret.value)).where(col(Secret.name) == "letters")
_SAME_ID = sa.select(METADATA.tables["message"].c.id).where(
    _is(Message.message_id, "message_id"), col(Message.received_mail_id) != sa.bindparam("mail")
)
_WRITTEN_TO = (
    sa.select(col(Letter.id))
    .where(
        _is(Letter.to_address, "address"),
        col(Letter.sent_at).is_not(None),
        col(Letter.kind) != _RECEIPT,
    )
    .limit(1)
)
_LETTERS_TO = sa.select(sa.func.count()).where(
    _is(Letter.to_address, "address"),
    _is(Letter.kind, "kind"),
    col(Letter.posted_at) >= sa.bindparam("since"),
)
_RECEIPTS = (
    sa.select(col(Letter.posted_at))
    .where(col(Letter.kind) == _RECEIPT)
    .order_by(col(Letter.id).desc())  # so that no more than the last ones are looked at
    .limit(sa.bindparam("most", type_=sa.Integer()))
)
_AGENTS_ADDRESSES = sa.select(col(Agent.email)).where(col(Agent.active), col(Agent.email) != "")
_KEEP_FILE = sa.text(
    "INSERT INTO file (sha256, size, content) VALUES (:sha256, :size, :content)"
    " ON CONFLICT (sha256) DO NOTHING"
).bindparams(sa.bindparam("content", type_=sa.LargeBinary()))


class ArrivingQuestions(Unit):
    """Mail that arrives, and who writes it."""

    def has_mail_at(self, mailbox: str, validity: str, uid: str) -> bool:
        """Whether a mail was stored from that place."""
        return self.first(_MAIL_AT, mailbox=mailbox, validity=validity, uid=uid) is not None

    def mail_with(self, sha256: str) -> StoredMail | None:
        """The first mail with those bytes."""
        found = self.first(_MAIL_WITH, sha256=sha256)
        return StoredMail(*found) if found else None

    def lay_copies(self, mail: ReceivedMail) -> None:
        """Lay the copies that came while `mail` waited to its call."""
        here = {"bytes": mail.sha256, "call": mail.call_id}
        self.session.connection().execute(_LAY_COPIES, here)

    def mail(self, mail_id: int) -> ReceivedMail:
        return self.session.get_one(ReceivedMail, mail_id, with_for_update=True)

    def mails(self, mail_ids: Sequence[int]) -> list[ReceivedMail]:
        """The mails with these numbers, in that order."""
        some = select(ReceivedMail).where(col(ReceivedMail.id).in_(mail_ids))
        held = self.session.exec(some.order_by(col(ReceivedMail.id)).with_for_update())
        rows = {row.id: row for row in held}
        return [rows[mail_id] for mail_id in mail_ids]

    def waiting_mail(self) -> Sequence[WaitingMail]:
        """The mails that nothing was done about yet: those not tried yet first, then the oldest.

        Of those that were tried the newest comes first: of mails that were tried together the first
        may have ended the process. So it holds up the others once at most.
        """
        mails = [WaitingMail(*row) for row in self.session.connection().execute(_WAITING)]
        tried = sorted((each for each in reversed(mails) if each.tries), key=attrgetter("tries"))
        return [*(each for each in mails if not each.tries), *tried]

    def keep_file(self, content: bytes) -> str:
        """Keep these bytes, once; the sha256 that they are known by."""
        sha256 = hashlib.sha256(content).hexdigest()
        row = {"sha256": sha256, "size": len(content), "content": content}
        self.session.connection().execute(_KEEP_FILE, row)
        return sha256

    def seal(self) -> Seal:
        """What the ids of this desk's letters are sealed with."""
        (value,) = self.session.connection().execute(_SEAL).one()
        return Seal(value)

    def messages_with(self, message_id: str, mail: ReceivedMail) -> Sequence[Message]:
        """The messages that bear this Message-ID, of other mails than `mail`, the first first."""
        asked = {"message_id": message_id, "mail": mail.id}
        found = self.session.connection().scalars(_SAME_ID, asked).all()
        return [self.session.get_one(Message, number) for number in sorted(found)]

    def knows(self, address: str) -> bool:
        """Whether the desk wrote to this address before, other than automatically."""
        return self.first(_WRITTEN_TO, address=address) is not None

    def letters_to(self, address: str, kind: str, since: datetime) -> int:
        """How many letters of that kind were posted to `address` from `since` on."""
        asked = {"address": address, "kind": kind, "since": since}
        return self.session.connection().scalars(_LETTERS_TO, asked).one()

    def receipts_since(self, since: datetime, most: int) -> int:
        """How many receipts were posted from `since` on, to anybody; no more than `most` count."""
        newest = self.session.connection().scalars(_RECEIPTS, {"most": most})
        return sum(posted >= since for posted in newest)

    def addresses_of_agents(self) -> Sequence[str]:
        """The addresses of those agents who are active, as they were written down."""
        return self.session.connection().scalars(_AGENTS_ADDRESSES).all()
