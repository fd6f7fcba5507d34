"""Requests from outside, as plain values: how mail arrives, and what is read from it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from workflows.kinds import Kind

__all__ = [
    "NEEDED",
    "PURPOSES",
    "Address",
    "Attachment",
    "Delivery",
    "Kind",
    "Message",
    "Request",
    "Source",
]


class Address(NamedTuple):
    """A person or desk that mail comes from or goes to."""

    name: str
    address: str  #: lower case, "" if the header held none that can be used


@dataclass(frozen=True)
class Attachment:
    """One file that came with a message; an attached message is one attachment."""

    name: str  #: safe as a file name: no path, no control or bidi characters, at most 150 long
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Message:
    """One mail, read. Every string is valid Unicode without NUL, control, surrogate or bidi."""

    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender: Address
    reply_to: Address | None
    recipients: tuple[Address, ...]  #: To and Cc, at most 50
    subject: str
    sent_at: datetime | None  #: the Date header, aware; None if it has none that can be read
    text: str  #: what a person reads, quotes and all; at most 256 KiB
    attachments: tuple[Attachment, ...] = ()
    automatic: str | None = None  #: why this is automatic mail; None if a person wrote it
    truncated: bool = False  #: a limit cut something off; the raw mail has it all


@dataclass(frozen=True)
class Request:
    """What a requester asks for, whatever way it came. Unknown text is ""."""

    requester_name: str = ""
    requester_email: str = ""
    requester_phone: str = ""
    organisation: str = ""
    postcode: str = ""
    kind: Kind | None = None
    cqc_location_id: str = ""
    cqc_provider_id: str = ""
    given_code: str = (
        ""  #: an ODS code that the requester names, or that the sender's address holds
    )
    purposes: tuple[str, ...] = ()  #: of PURPOSES
    urgent_reason: str = ""  #: why the requester says it is urgent
    suggests_urgent: bool = False  #: only suggests: an agent decides
    unreadable: str = ""  #: why a person has to read it; "" if it could be read
    workflow: str = "ods_code"  #: the life cycle that a call for it runs through
    found_in: dict[str, str] = field(default_factory=dict)  #: field -> where it was read

    @property
    def missing(self) -> tuple[str, ...]:
        """Which of the four facts that every call needs are not there (names of fields)."""
        return tuple(name for name in NEEDED if not getattr(self, name))


NEEDED = ("requester_name", "organisation", "requester_phone", "requester_email")
"""What every call needs; what is missing is listed, and asked for."""

PURPOSES = ("DSPT", "NHSmail")
"""What a code is wanted for."""


@dataclass(frozen=True)
class Delivery:
    """One mail as a source holds it: where it lies, its bytes, and when it arrived."""

    mailbox: str
    validity: str  #: tells apart two mails that bear the same uid at different times
    uid: str
    raw: bytes
    arrived_at: datetime  #: the mailbox's own date, aware UTC; not when a program got to it


class Source(Protocol):
    """A place that mail arrives at. It hands over bytes, and knows nothing of calls."""

    mailbox: str

    def waiting(self, known: Callable[[str, str], bool]) -> Iterator[Delivery]:
        """The mails there, oldest first, but for those that `known(validity, uid)` tells of."""
        ...

    def settle(self, uid: str, *, quarantined: bool = False) -> None:
        """Put away a mail that the store holds for good; nothing to do is no error."""
        ...
