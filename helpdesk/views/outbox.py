"""The letters of the desk: which wait, which went, and which did not arrive."""

from datetime import datetime
from enum import Enum
from typing import NamedTuple

from helpdesk.database import Reader, Row, moment
from helpdesk.errors import NotFound
from helpdesk.references import reference

_COLUMNS = """
SELECT id, posted_at, to_address, kind, subject, call_id, state, send_at, sent_at, tries, error,
       undelivered_at, maybe_twice, claimed_by
FROM letter
"""


class Which(Enum):
    """Which letters are wanted, by the condition that they meet."""

    OPEN = "state IN ('waiting', 'failed') OR undelivered_at IS NOT NULL"
    SENT = "state = 'sent'"
    ALL = "1 = 1"
    STUCK = "(state = 'waiting' AND error <> '') OR undelivered_at IS NOT NULL OR state = 'failed'"


class Posted(NamedTuple):
    """One letter, and where it is."""

    id: int
    posted: datetime
    to: str
    kind: str
    subject: str
    call: str  #: the reference of its call, or ""
    state: str
    send_at: datetime | None  #: when it is tried next
    sent_at: datetime | None
    undelivered_at: datetime | None  #: when it was known that it never came
    tries: int
    error: str
    maybe_twice: bool
    is_claimed: bool  #: whether some process has it in hand


class Found(NamedTuple):
    """Some letters, the newest first, and how many there are in all."""

    letters: list[Posted]
    total: int


def letters(reader: Reader, which: Which, limit: int) -> Found:
    """The `limit` letters of those wanted that were posted last."""
    condition = f"WHERE {which.value}"
    newest = f"{_COLUMNS}{condition} ORDER BY posted_at DESC, id DESC LIMIT :most"
    found = [posted(row) for row in reader.rows(newest, most=limit)]
    if len(found) < limit:
        return Found(found, len(found))
    counted = reader.rows(f"SELECT COUNT(*) AS n FROM letter {condition}")  # noqa: S608  # ours
    return Found(found, counted[0]["n"])


def letter(reader: Reader, number: int) -> Posted:
    """The letter with that number. NotFound if there is none."""
    found = reader.rows(f"{_COLUMNS}WHERE id = :number", number=number)
    if not found:
        raise NotFound(f"there is no letter {number}; helpdesk outbox list --all shows them")
    return posted(found[0])


def raw(reader: Reader, number: int) -> bytes:
    """The bytes of the letter, as they are sent each time. NotFound if there is none."""
    letter(reader, number)
    return bytes(reader.rows("SELECT raw FROM letter WHERE id = :number", number=number)[0]["raw"])


def stuck(reader: Reader) -> list[int]:
    """The letters that a person may want to try again: given up, come back, or late."""
    found = reader.rows(f"SELECT id FROM letter WHERE {Which.STUCK.value} ORDER BY id")  # noqa: S608  # ours
    return [row["id"] for row in found]


def bad_address(reader: Reader, address: str) -> str:
    """Why no letter reaches that address, by its own server's word; "" if nothing is known."""
    found = reader.rows("SELECT why FROM bad_address WHERE address = :to", to=address.lower())
    return str(found[0]["why"]) if found else ""


def posted(row: Row) -> Posted:
    at = moment(row["posted_at"])
    assert at is not None  # noqa: S101  # the column says so; mypy cannot know
    return Posted(
        id=row["id"],
        posted=at,
        to=row["to_address"],
        kind=row["kind"],
        subject=row["subject"],
        call=reference(row["call_id"]) if row["call_id"] else "",
        state=row["state"],
        send_at=moment(row["send_at"]),
        sent_at=moment(row["sent_at"]),
        undelivered_at=moment(row["undelivered_at"]),
        tries=row["tries"],
        error=row["error"],
        maybe_twice=bool(row["maybe_twice"]),
        is_claimed=bool(row["claimed_by"]),
    )
