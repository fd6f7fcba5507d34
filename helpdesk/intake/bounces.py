"""Delivery reports: which letter came back, from whom, and why (RFC 3464, and older ways)."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from helpdesk.intake import Returned, automatic, characters, headers, refusals, undelivered
from helpdesk.intake.headers import Head
from helpdesk.intake.parts import Part

MOST_TEXT = 64 * 1024
MOST_RECIPIENTS = 50

REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
COPIES = frozenset(
    {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"}
)
OTHER_REPORTS = frozenset(
    {"message/feedback-report", "message/disposition-notification", "text/calendar"}
)
RECIPIENTS = ("original-recipient", "final-recipient", "x-actual-recipient")
ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")


def returned(head: Head, parts: Sequence[Part], text: str) -> tuple[Returned, ...]:
    """What a delivery report says, one row for each recipient; nothing if the mail is none.

    A person who passes a report on has written a mail, and no report. `text` is what a person
    reads of the mail; no more than 64 KiB of it are looked at, and 50 recipients are kept.
    """
    if any(part.content_type in OTHER_REPORTS for part in parts) or not _may_report(head):
        return ()
    text = text[:MOST_TEXT]
    said = undelivered.told(text)
    inline = islice(_groups(text), MOST_RECIPIENTS)
    found = _reported(parts, said) or list(inline) or _told(head, said)
    copies = list(_copies(head, parts, text)) if found else []
    ids = (characters.line(each[1]) for copy in copies if (each := _ID.search(copy)))
    original_id = next((f"<{each}>" for each in ids), None)
    first: dict[str, Returned] = {}
    for row in found:
        recipient = row.recipient or _addressee(copies)
        if recipient or original_id:
            first.setdefault(recipient, row._replace(recipient=recipient, original_id=original_id))
    return tuple(first.values())[:MOST_RECIPIENTS]


def _may_report(head: Head) -> bool:
    return automatic.is_sure(head) or automatic.is_bounce(head)


def _told(head: Head, said: str) -> list[Returned]:
    """From the text alone, if the subject or the text is about a letter that did not arrive."""
    subject = headers.words(head.first("subject"))
    sure = automatic.is_mail_program(head) or undelivered.failed_recipients(head)
    if automatic.is_answer(head) or not (sure or refusals.tells_of_failure(f"{subject}\n{said}")):
        return []
    return undelivered.rows(head, said)


def _reported(parts: Sequence[Part], said: str) -> list[Returned]:
    every = (
        row
        for part in parts
        if part.content_type in REPORTS
        for row in _groups(characters.decoded(part.content[:MOST_TEXT], part.charset))
    )
    rows = list(islice(every, MOST_RECIPIENTS))
    return [row if row.words else _explained(row, said) for row in rows]


def _groups(report: str) -> Iterator[Returned]:
    """The groups of fields that are about a recipient each."""
    for block in _BLANK.split(report.replace("\r", "")):
        group: dict[str, str] = {}
        for name, value in _FIELD.findall(_FOLD.sub(" ", block)):
            if name.lower() in group and name.lower() in RECIPIENTS:
                yield from _row(group)
                group = {}
            group.setdefault(name.lower(), value.strip()[:2000])
        yield from _row(group)


def _row(group: dict[str, str]) -> Iterator[Returned]:
    addresses = (_address(group.get(name, "")) for name in RECIPIENTS)
    recipient = next(filter(None, addresses), "")
    if not recipient:
        return
    words = _KIND.sub("", characters.line(group.get("diagnostic-code", "")))
    action = group.get("action", "").strip().lower()
    yield Returned(
        recipient=recipient,
        action=next((each for each in ACTIONS if action.startswith(each[:4])), ""),
        status=refusals.status(words, group.get("status", "")),
        words=words[:300].rstrip(),
        original_id=None,
    )


def _address(value: str) -> str:
    people = headers.addresses(value.partition(";")[2] or value, 1)
    return people[0].address if people else ""


def _explained(row: Returned, said: str) -> Returned:
    """The row with what the text says after the recipient, where the report gives no reason."""
    at = said.lower().find(row.recipient)
    if at < 0:
        return row
    why = said[at + len(row.recipient) :][:1000].lstrip(">):,. \n")
    return row._replace(words=characters.line(why, 300), status=refusals.status(why, row.status))


def _copies(head: Head, parts: Sequence[Part], text: str) -> Iterator[str]:
    """The places that may hold the letter that came back, or the head of it; the surest first."""
    for part in parts:
        if part.head is not head and part.head.first("message-id"):
            # The copy was put in without the blank line that tells it from its wrapping.
            yield "".join(f"{name}: {part.head.first(name)}\n" for name in ("message-id", "to"))
        elif part.content_type in COPIES or "header" in part.name.lower():
            copy = characters.decoded(part.content[:MOST_TEXT], part.charset)
            yield _BLANK.split(copy.replace("\r", "").lstrip(), maxsplit=1)[0]
    yield undelivered.copied(text)
    yield text


def _addressee(copies: Sequence[str]) -> str:
    """Whom the letter went to, if that was one person: then nobody else can be meant."""
    found = next((each for copy in copies if (each := _TO.search(copy))), None)
    people = headers.addresses(_FOLD.sub(" ", found[1]), 2) if found else []
    return people[0].address if len(people) == 1 else ""


_BLANK = re.compile(r"\n(?:[ \t]*\n)+")
_FOLD = re.compile(r"\n[ \t]+")
_FIELD = re.compile(r"^[ \t]*([A-Za-z-]{3,40})[ \t]*:(.*)$", re.MULTILINE)
_KIND = re.compile(r"^(?:smtp|x-[\w-]{1,40}|dns|unix)\s*;\s*", re.IGNORECASE)
_ID = re.compile(
    r"^[>\s]{0,10}message-id\s{0,4}:\s{0,20}<([^<>\s]{1,250})>", re.IGNORECASE | re.MULTILINE
)
_TO = re.compile(
    r"^[>\s]{0,10}to\s{0,4}:(.{1,500}(?:\n[ \t].{1,500}){0,20})", re.IGNORECASE | re.MULTILINE
)
