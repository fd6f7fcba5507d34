"""From a letter to the bytes that are stored, and sent each time: MIME, safe on any server."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from hashlib import sha256

from notifications import headers
from notifications.letters import Audience, Letter

CONTENT_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a letter. A text is in UTF-8.

    Raises ValueError for a content type that is none.
    """

    name: str
    content_type: str
    content: bytes

    def __post_init__(self) -> None:
        if not CONTENT_TYPE.fullmatch(self.content_type):
            raise ValueError(f"not a content type: {self.content_type!r}")


def build(  # noqa: PLR0913  # each is one header
    letter: Letter,
    *,
    sender: str,
    reply_to: str | None,
    message_id: str,
    date: datetime,
    in_reply_to: str | None = None,
    references: Sequence[str] = (),
    automatic: bool,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """The mail that `letter` is: text first, HTML beside it, 7-bit clean, CRLF line ends.

    The same letter, headers and attachments give the same bytes. An `automatic` letter says so,
    lest it be answered by another robot; one that an agent caused does not. Raises BadAddress or
    ValueError for an address, a message id or a date that cannot be sent; a stranger's odd id in
    `in_reply_to` or `references` is left out.
    """
    if date.tzinfo is None:
        raise ValueError("the date of a letter needs its zone")
    message = EmailMessage(headers.mail_policy())
    message["From"] = headers.mailbox(sender)
    if reply_to:
        message["Reply-To"] = headers.mailbox(reply_to)
    message["To"] = headers.mailbox(letter.to)
    message["Subject"] = headers.safe(letter.subject)
    message["Date"] = date
    message["Message-ID"] = headers.message_id(message_id)
    _add_thread(message, in_reply_to, references)
    if automatic:
        message["Auto-Submitted"] = _submitted(letter.audience)
        message["X-Auto-Response-Suppress"] = "All"
    _add_bodies(message, letter)
    for attachment in attachments:
        _attach(message, attachment)
    _set_boundaries(message)
    return message.as_bytes()


def _add_thread(message: EmailMessage, in_reply_to: str | None, references: Sequence[str]) -> None:
    answered = [in_reply_to] if in_reply_to else []
    if parent := headers.thread(answered):
        message["In-Reply-To"] = parent
    if ancestors := headers.thread([*references, *answered]):
        message["References"] = ancestors


def _submitted(audience: Audience) -> str:
    return "auto-replied" if audience is Audience.REQUESTER else "auto-generated"


def _add_bodies(message: EmailMessage, letter: Letter) -> None:
    message.set_content(letter.text, charset="utf-8", cte="quoted-printable")
    if letter.html is not None:
        message.add_alternative(
            letter.html, subtype="html", charset="utf-8", cte="quoted-printable"
        )


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    kind, _, subtype = attachment.content_type.partition("/")
    message.add_attachment(
        attachment.content,
        maintype=kind,
        subtype=subtype,
        cte="base64",
        filename=headers.safe(attachment.name),
        params={"charset": "utf-8"} if kind == "text" else {},
    )


def _set_boundaries(message: EmailMessage) -> None:
    """Part what is in several parts by boundaries of our own: the library's are random."""
    wholes = [part for part in message.walk() if part.is_multipart()]
    for depth, whole in enumerate(reversed(wholes)):
        named = f"{message['Message-ID']}{depth or ''}"
        # Neither quoted-printable nor base64 ever holds "=_".
        whole.set_boundary("=_" + sha256(named.encode()).hexdigest()[:32])
