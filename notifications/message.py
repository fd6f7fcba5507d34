"""From a letter to the bytes that are stored, and sent each time: MIME, safe on any server."""

import re
from binascii import b2a_qp
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import MIMEPart
from email.utils import format_datetime
from hashlib import sha256

from notifications import headers
from notifications.letters import Audience, Letter

CONTENT_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")

CRLF = b"\r\n"


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
    # The library's message would take thirty times as long to make: it parses all that it is given.
    return b"".join(
        [
            headers.line("From", headers.mailbox(sender)),
            headers.line("Reply-To", headers.mailbox(reply_to)) if reply_to else b"",
            headers.line("To", headers.mailbox(letter.to)),
            headers.line("Subject", headers.safe(letter.subject)),
            headers.line("Date", format_datetime(date)),
            headers.thread_line("Message-ID", [headers.message_id(message_id)]),
            *_thread(in_reply_to, references),
            *(_signs_of_a_robot(letter.audience) if automatic else ()),
            headers.line("MIME-Version", "1.0"),
            _content(letter, message_id, attachments),
        ]
    )


def _thread(in_reply_to: str | None, references: Sequence[str]) -> Iterator[bytes]:
    answered = [in_reply_to] if in_reply_to else []
    yield headers.thread_line("In-Reply-To", answered)
    yield headers.thread_line("References", [*references, *answered])


def _signs_of_a_robot(audience: Audience) -> Iterator[bytes]:
    replied = audience is Audience.REQUESTER
    yield headers.line("Auto-Submitted", "auto-replied" if replied else "auto-generated")
    yield headers.line("X-Auto-Response-Suppress", "All")


def _content(letter: Letter, message_id: str, attachments: Sequence[Attachment]) -> bytes:
    """The words, and the files after them: a part of MIME with its own headers."""
    words = _text("plain", letter.text)
    if letter.html is not None:
        words = _parts("alternative", [words, _text("html", letter.html)], message_id)
    if not attachments:
        return words
    # The words may be parted by the same id: what parts the files is told apart from it.
    return _parts("mixed", [words, *map(_file, attachments)], f"{message_id}1")


def _text(subtype: str, text: str) -> bytes:
    lines = text.encode().splitlines()
    return (
        headers.line("Content-Type", f'text/{subtype}; charset="utf-8"')
        + headers.line("Content-Transfer-Encoding", "quoted-printable")
        + CRLF
        + b2a_qp(CRLF.join([*lines, b""]))
    )


def _file(attachment: Attachment) -> bytes:
    kind, _, subtype = attachment.content_type.partition("/")
    part = MIMEPart(headers.mail_policy())
    part.set_content(
        attachment.content,
        maintype=kind,
        subtype=subtype,
        cte="base64",
        disposition="attachment",
        filename=headers.safe(attachment.name),
        params={"charset": "utf-8"} if kind == "text" else {},
    )
    return part.as_bytes()


def _parts(subtype: str, parts: Sequence[bytes], named: str) -> bytes:
    """Several parts as one. They are parted by what neither quoted-printable nor base64 holds."""
    boundary = "=_" + sha256(named.encode()).hexdigest()[:32]
    dashed = b"--" + boundary.encode()
    return (
        f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n\r\n'.encode()
        + b"".join(dashed + CRLF + part + CRLF for part in parts)
        + dashed
        + b"--\r\n"
    )
