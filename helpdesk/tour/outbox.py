"""Reads the letters of the tour's desk where they lie: in its folder outbox."""

from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple


class Posted(NamedTuple):
    """One letter that was sent."""

    at: datetime
    sender: str
    to: str
    subject: str
    message_id: str
    text: str
    path: Path


def letters(folder: Path) -> list[Posted]:
    """The letters of the desk in `folder`, in the order in which they were sent."""
    return sorted(_posted(path) for path in (folder / "outbox").glob("*.eml"))


def last_to(folder: Path, address: str) -> str:
    """The Message-ID of the newest letter to `address`, "" if there is none."""
    mine = [letter for letter in letters(folder) if letter.to == address]
    return mine[-1].message_id if mine else ""


def _posted(path: Path) -> Posted:
    with path.open("rb") as file:
        message = BytesParser(EmailMessage, policy=policy.default).parse(file)
    body = message.get_body(("plain",))
    return Posted(
        at=parsedate_to_datetime(message["Date"]),
        sender=message["From"],
        to=message["To"],
        subject=message["Subject"],
        message_id=message["Message-ID"],
        text=body.get_content() if body else "",
        path=path,
    )
