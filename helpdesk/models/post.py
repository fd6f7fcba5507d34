"""Tables of the post: mail as it arrived, what was read from it, and letters waiting to go."""

from datetime import datetime
from enum import Enum
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from helpdesk.models.columns import Row, UtcMoment, choice, only, version


class MailState(Enum):
    """What became of a mail."""

    WAITING = "waiting"  #: stored, and not yet acted on
    TAKEN = "taken"  #: it raised a call, or was laid to one
    FILED = "filed"  #: automatic mail: kept, never answered
    DUPLICATE = "duplicate"  #: the same bytes were here before
    QUARANTINED = "quarantined"  #: failed three times: a person has to look


class ReceivedMail(Row, table=True):
    """One mail as it arrived, byte for byte: stored before anything is done about it."""

    __tablename__ = "received_mail"

    id: int | None = Field(default=None, primary_key=True)
    mailbox: str
    validity: str
    uid: str
    sha256: str = Field(index=True)
    size: int
    raw: bytes | None = None  #: None for a duplicate: the first one keeps the bytes
    arrived_at: datetime = Field(sa_type=UtcMoment)
    stored_at: datetime = Field(sa_type=UtcMoment)
    state: MailState = Field(default=MailState.WAITING, sa_type=choice(MailState))
    reason: str = ""
    tries: int = 0
    claimed_by: str = ""  #: the process that reads it
    claimed_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    cut: bool = False  #: only its head was fetched: it is too big
    call_id: int | None = Field(default=None, foreign_key="call.id", index=True)

    __table_args__ = (
        sa.UniqueConstraint("mailbox", "validity", "uid"),
        sa.Index(
            "ix_received_mail_waiting",
            "id",
            **only("state = 'waiting'"),
        ),
    )


class Trust(Enum):
    """How well it is known that a mail comes from whom it says."""

    VERIFIED = "verified"  #: the desk's own mail server vouches for it
    KNOWN = "known"  #: no server is asked, and the desk wrote to that address before
    CLAIMED = "claimed"
    AUTOMATIC = "automatic"


class Message(Row, table=True):
    """What was read from a mail."""

    id: int | None = Field(default=None, primary_key=True)
    received_mail_id: int = Field(foreign_key="received_mail.id", unique=True)
    call_id: int | None = Field(default=None, foreign_key="call.id", index=True)
    message_id: str | None = Field(default=None, index=True)
    sender_name: str
    sender_address: str = Field(index=True)
    recipients: str
    subject: str
    sent_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    arrived_at: datetime = Field(sa_type=UtcMoment)
    text: str
    own: str = ""  #: of the text, what the sender wrote now; "" for all of it
    automatic: str | None = None  #: why it is automatic mail
    truncated: bool = False
    trust: str = Trust.CLAIMED.value
    oddity: str = ""  #: in what way the sender's name or address misleads
    claims_id: int | None = Field(default=None, foreign_key="call.id")  #: a call it only names

    __table_args__ = (sa.Index("ix_message_odd", "call_id", **only("oddity <> ''")),)


class Attachment(Row, table=True):
    """A file that came with a message."""

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id", index=True)
    name: str
    content_type: str
    size: int
    sha256: str  #: of its File


class File(Row, table=True):
    """What is in an attachment: kept once, however often it is sent."""

    sha256: str = Field(primary_key=True)
    size: int
    content: bytes


class Mailbox(Row, table=True):
    """A mailbox on a server: which process reads it, and what lay in it at the last look."""

    name: str = Field(primary_key=True)
    held_by: str = ""  #: the process that reads it
    held_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    looked_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    lying: int = 0  #: how many mails lay there, once all that could be was put away
    unknown: int = 0  #: how many of them the store does not hold
    error: str = ""


class BadAddress(Row, table=True):
    """An address of which its own server says that it does not exist."""

    __tablename__ = "bad_address"

    address: str = Field(primary_key=True)
    since: datetime = Field(sa_type=UtcMoment)
    why: str


class Secret(Row, table=True):
    """A key of this desk's own. It never leaves the database."""

    name: str = Field(primary_key=True)
    value: bytes


class LetterState(Enum):
    """Where a letter of ours is."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  #: given up: a person has to look
    CANCELLED = "cancelled"


_LETTER_VERSION = version()


class Letter(Row, table=True):
    """A letter in the outbox: one recipient, its bytes built once, sent as they are."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)  #: which letter it is: the same one is never posted twice
    call_id: int | None = Field(default=None, foreign_key="call.id", index=True)
    event_id: int | None = Field(default=None, foreign_key="event.id")
    kind: str  #: the event and audience that it is for
    to_address: str = Field(index=True)
    envelope_sender: str = ""  #: "" is the null sender of automatic mail
    subject: str
    message_id: str = Field(unique=True)
    raw: bytes
    priority: int = 5  #: what goes first: the lower the sooner
    state: LetterState = Field(default=LetterState.WAITING, sa_type=choice(LetterState))
    posted_at: datetime = Field(sa_type=UtcMoment)
    send_at: datetime | None = Field(default=None, sa_type=UtcMoment)  #: not before this moment
    claimed_by: str = ""
    tries: int = 0
    refusals: int = 0  #: how often the whole channel stopped at it: it waits behind all others
    sent_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    #: when it was known that it never came: given up, or bounced
    undelivered_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    maybe_twice: bool = False  #: a connection was lost when the server may have had it already
    error: str = ""
    version: int | None = Field(default=None, sa_column=_LETTER_VERSION)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": _LETTER_VERSION}
    __table_args__ = (
        sa.Index(
            "ix_letter_waiting",
            "refusals",
            "priority",
            "send_at",
            **only("state = 'waiting'"),
        ),
        sa.Index(
            "ix_letter_claimed", "claimed_by", **only("state = 'waiting' AND claimed_by <> ''")
        ),
        sa.Index("ix_letter_undelivered", "call_id", **only("undelivered_at IS NOT NULL")),
        sa.Index("ix_letter_sent_at", "sent_at", **only("sent_at IS NOT NULL")),
    )
