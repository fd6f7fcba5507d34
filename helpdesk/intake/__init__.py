"""Requests from outside, as plain values: how mail arrives, and what is read from it."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from threading import Event
from typing import NamedTuple, Protocol

from workflows.kinds import Kind

__all__ = [
    "NEEDED",
    "PURPOSES",
    "Address",
    "Attachment",
    "Delivery",
    "Forwarded",
    "Found",
    "Kind",
    "Known",
    "Mailbox",
    "Message",
    "Place",
    "Read",
    "Reads",
    "Request",
    "Returned",
    "Source",
    "Still",
    "Surety",
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


class Forwarded(NamedTuple):
    """A mail that another one carries on: in its text, or attached whole."""

    sender: Address
    subject: str
    text: str


class Returned(NamedTuple):
    """What a delivery report says of one recipient of one letter (RFC 3464)."""

    recipient: str  #: the address that was written to, lower case; "" if it is not said
    action: str  #: failed, delayed, delivered, relayed, expanded; "" if it is not said
    status: str  #: as 5.1.1; "" if it is not said
    words: str  #: what the server said, on one line, at most 300 characters
    original_id: str | None  #: the Message-ID of the letter, if the report has it

    @property
    def is_failure(self) -> bool:
        """Whether the letter will never come: not delayed, and no mere receipt."""
        return self.action == "failed" or (not self.action and self.status.startswith("5"))

    @property
    def is_about_address(self) -> bool:
        """Whether the address itself is to blame: there is nobody of that name, or no such host."""
        return self.is_failure and self.status in BAD_ADDRESS


BAD_ADDRESS = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.1.351"})
"""What servers say of an address that does not exist (RFC 3463, 3.2; the last is Exchange's)."""


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
    own: str = ""  #: of the text, what the sender wrote: no quote, no mail carried on
    #: every address that this mail was meant for or handed in at, lower case; for our own tokens
    addressed: tuple[str, ...] = ()
    authenticated: tuple[str, ...] = ()  #: the Authentication-Results, as they stand, topmost first
    forwarded: Forwarded | None = None
    returned: tuple[Returned, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    automatic: str | None = None  #: why this is automatic mail; None if a person wrote it
    truncated: bool = False  #: a limit cut something off; the raw mail has it all


class Surety(Enum):
    """How sure it is that a fact was read as it was meant."""

    SURE = "sure"  #: a form's own field, or a label that leaves no doubt
    LIKELY = "likely"  #: a label of somebody's own, the sender, the shape of a number
    GUESSED = "guessed"  #: said in passing


class Found(NamedTuple):
    """Where a fact of a request was read, and how sure that is."""

    place: str
    surety: Surety


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
    doubts: tuple[str, ...] = ()  #: what a person should look at: two places that do not agree
    workflow: str = "ods_code"  #: the life cycle that a call for it runs through
    found_in: dict[str, "Found"] = field(default_factory=dict)  #: field -> where it was read

    @property
    def missing(self) -> tuple[str, ...]:
        """Which of the four facts that every call needs are not there (names of fields)."""
        return tuple(name for name in NEEDED if not getattr(self, name))


NEEDED = ("requester_name", "organisation", "requester_phone", "requester_email")
"""What every call needs; what is missing is listed, and asked for."""

PURPOSES = ("DSPT", "NHSmail")
"""What a code is wanted for."""


class Read(NamedTuple):
    """One mail, once it is read."""

    message: Message
    request: Request


Reads = Callable[[bytes], Read]
"""Reads the bytes of a mail: here, or in a process that may be lost over it."""


@dataclass(frozen=True)
class Delivery:
    """One mail as a source holds it: where it lies, its bytes, and when it arrived."""

    mailbox: str
    validity: str  #: tells apart two mails that bear the same uid at different times
    uid: str
    raw: bytes
    arrived_at: datetime  #: the mailbox's own date, aware UTC; not when a program got to it
    cut: bool = False  #: only the head was fetched: the mail is too big


Place = tuple[str, str]
"""Where a mail lies at its source: (validity, uid), as its Delivery says."""

Known = Callable[[Sequence[Place]], Collection[Place]]
"""Tells of which of these places the store has the mail."""

Still = Callable[[], bool]
"""Whether to go on."""


class Source(Protocol):
    """A place that mail arrives at. It hands over bytes, and knows nothing of calls."""

    mailbox: str

    def waiting(self, known: Known, still: Still = ..., /) -> Iterator[Delivery]:
        """The mails there, oldest first, but for those that `known` tells of.

        It is asked about what lies there now, and nothing else. `still` is asked while one mail
        takes long; if it says no, that mail and all others are left for another time.
        """
        ...

    def settle(self, uid: str, *, quarantined: bool = False) -> None:
        """Put away a mail that the store holds for good; nothing to do is no error."""
        ...


class Mailbox(Source, Protocol):
    """A source on a server, for one thread: it is read by one process at a time, and waited at."""

    def lying(self) -> list[Place]:
        """Where all mails lie that lie there now."""
        ...

    def wait(self, seconds: float, stop: Event) -> bool:
        """Wait until there may be new mail, `seconds` are over, or `stop` is set."""
        ...

    def close(self) -> None:
        """Let go of the server."""
        ...
