"""Raw bytes to a Message: it reads whatever comes, and never refuses."""

import re
from typing import NamedTuple

from helpdesk.intake import (
    Address,
    Attachment,
    Forwarded,
    Message,
    automatic,
    bounces,
    characters,
    flowed,
    forwards,
    headers,
    hypertext,
    quotes,
)
from helpdesk.intake.headers import Head
from helpdesk.intake.parts import Part, walk
from helpdesk.intake.unpacking import is_body, unpacked

MOST_BYTES = 32 * 1024 * 1024
MOST_TEXT = 256 * 1024
MOST_RECIPIENTS = 50
MOST_ADDRESSED = 60
MOST_AUTHENTICATED = 10
LONGEST_NAME = 150
MOST_NAME_BYTES = 200  # file systems count bytes, and what keeps the file adds to its name

ADDRESSED = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-forwarded-to",
    "to",
    "cc",
    "resent-to",
)
"""The fields that say whom a mail was meant for, or whose mailbox it went through."""

KINDS = {
    "message/rfc822": "message.eml",
    "message/global": "message.eml",
    "message/delivery-status": "delivery-status.txt",
    "text/rfc822-headers": "headers.txt",
    "application/pdf": "attachment.pdf",
    "application/ms-tnef": "winmail.dat",
    "application/msword": "attachment.doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "attachment.docx",
}
"""What a part without a name is called."""

_PATH = re.compile(r"[/\\:]")
_UNSAFE = re.compile(r'[<>"|?*\t\n]')


class _Opened(NamedTuple):
    """A mail taken apart, its text read."""

    head: Head
    parts: list[Part]
    text: str
    cut: bool  #: a limit left something out

    @property
    def subject(self) -> str:
        return headers.words(self.head.first("subject"))

    @property
    def sender(self) -> Address:
        head = self.head
        return [*_people(head, "from"), *_people(head, "sender"), Address("", "")][0]


def read(raw: bytes) -> Message:
    """The mail in these bytes, as far as it can be read. It never raises.

    It costs a few passes over the bytes, whatever they are; what a limit cut off is marked.
    """
    opened = _opened(raw)
    head, subject, text = opened.head, opened.subject, opened.text
    attachments = tuple(_attachment(part) for part in opened.parts if not is_body(part))
    in_reply_to = headers.ids(head.first("in-reply-to"))
    forwarded = forwards.in_text(subject, text, answers=bool(in_reply_to))
    own = quotes.own(text)
    if forwarded and own == text:
        own = ""  # There is nothing but the mail that is carried on.
    recipients, cut = _recipients(head)
    return Message(
        message_id=next(iter(headers.ids(head.first("message-id"))), None),
        in_reply_to=in_reply_to,
        references=headers.ids(head.first("references")),
        sender=opened.sender,
        reply_to=next(iter(_people(head, "reply-to")), None),
        recipients=recipients,
        subject=subject,
        sent_at=headers.moment(head.first("date")),
        text=text,
        own=own,
        addressed=_addressed(head),
        authenticated=_authenticated(head),
        forwarded=forwarded or _attached(subject, own, attachments),
        attachments=attachments,
        returned=bounces.returned(head, opened.parts, text),
        automatic=automatic.reason(head, opened.parts),
        truncated=opened.cut or cut,
    )


def safe_name(raw: str, otherwise: str = "attachment") -> str:
    """A file name that can be kept and shown: no path, nothing unseen, not too long.

    It has at most 150 characters and 200 bytes; a long one keeps its ending.
    """
    name = characters.visible(characters.line(_PATH.split(raw)[-1]))
    name = _UNSAFE.sub("_", name).strip(". ")
    return _shortened(name) or otherwise


def _shortened(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:  # noqa: PLR2004 - so much is no ending
        stem, dot, ending = name, "", ""
    ending = dot + ending
    kept = stem[: LONGEST_NAME - len(ending)].encode()[: MOST_NAME_BYTES - len(ending.encode())]
    return kept.decode("utf-8", "ignore") + ending


def _normal_lines(raw: bytes) -> bytes:
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in raw and raw.count(b"\r") > 2 * raw.count(b"\n"):
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return raw.lstrip(b"\r\n") if raw[:1] in (b"\r", b"\n") else raw


def _opened(raw: bytes) -> _Opened:
    too_long = len(raw) > MOST_BYTES
    raw = _normal_lines(raw[: headers.LONGEST_BLOCK * 2] if too_long else raw)
    head = headers.read(raw)
    parts, left_out = walk(head, b"" if too_long else headers.body(raw, head))
    parts = unpacked(parts)
    text, cut = _text(parts)
    return _Opened(head, parts, text, too_long or head.truncated or left_out or cut)


def _people(head: Head, field: str) -> list[Address]:
    return headers.addresses(head.first(field))


def _recipients(head: Head) -> tuple[tuple[Address, ...], bool]:
    found = [
        person
        for field in ("to", "cc")
        for value in head.every(field)
        for person in headers.addresses(value, MOST_RECIPIENTS + 1)
    ]
    return tuple(found[:MOST_RECIPIENTS]), len(found) > MOST_RECIPIENTS


def _addressed(head: Head) -> tuple[str, ...]:
    found = (
        person.address
        for field in ADDRESSED
        for value in head.every(field)
        for person in headers.addresses(value, MOST_ADDRESSED)
        if person.address
    )
    return tuple(dict.fromkeys(found))[:MOST_ADDRESSED]


def _authenticated(head: Head) -> tuple[str, ...]:
    values = head.every("authentication-results")[:MOST_AUTHENTICATED]
    return tuple(characters.line(value) for value in values)


def _attached(subject: str, own: str, attachments: tuple[Attachment, ...]) -> Forwarded | None:
    """The mail that came attached whole, if it is what this one is about."""
    whole = forwards.attached(subject, own, attachments)
    if not whole:
        return None
    opened = _opened(whole.content)
    return Forwarded(opened.sender, opened.subject, opened.text)


class _Body(NamedTuple):
    part: Part
    text: str


def _text(parts: list[Part]) -> tuple[str, bool]:
    """What a person reads: of each choice its plain form if that says anything, else its HTML."""
    bodies = [_body(part) for part in parts if is_body(part)]
    plain = {
        body.part.choice
        for body in bodies
        if body.part.content_type == "text/plain" and body.text.strip()
    }
    kept = [
        body.text
        for body in bodies
        if not body.part.choice
        or (body.part.content_type == "text/plain") == (body.part.choice in plain)
    ]
    whole = "\n".join(kept)
    cut = whole.encode()[:MOST_TEXT].decode("utf-8", "ignore")
    return cut, len(cut) < len(whole)


def _body(part: Part) -> _Body:
    if part.content_type == "text/html":
        page = characters.decoded(part.content[: hypertext.LONGEST * 2], part.charset)
        return _Body(part, characters.text(hypertext.text(characters.text(page))))
    # No character takes more than four bytes.
    said = characters.text(characters.decoded(part.content[: MOST_TEXT * 4 + 4], part.charset))
    if part.flow:
        said = flowed.joined(said, without_space=part.flow == "delsp")
    return _Body(part, said)


def _attachment(part: Part) -> Attachment:
    otherwise = KINDS.get(part.content_type, "attachment")
    return Attachment(
        name=safe_name(part.name, otherwise),
        content_type=characters.line(part.content_type, 100),
        content=part.content,
    )
