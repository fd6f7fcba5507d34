"""What people look at: the worklist, and the sheet of one call. Quick, and read-only."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from helpdesk.database import Reader, Row, moment, parsed
from helpdesk.errors import NotFound
from helpdesk.references import reference
from workflows.priority import LAST, pressing
from workflows.standing import Standing, running_standing

MARKS = {
    "unreadable": "read it",
    "reply_waiting": "reply waiting",
    "suggests_urgent": "says urgent",
    "not_delivered": "NOT DELIVERED",
    "hold": "on hold",
    "late_start": "late start",
    "unwinnable": "unwinnable",
}
"""What is worth a mark on the worklist, by the column of the view that tells it."""


class Line(NamedTuple):
    """One open call on the worklist."""

    reference: str
    urgent: bool
    state: str
    standing: Standing | None  #: None once no clock runs any more
    target: str
    due: datetime | None
    left: timedelta | None  #: negative when it is overdue
    promise: datetime | None  #: None for a call that was taken up again
    received: datetime
    organisation: str
    requester: str
    owner: str
    marks: tuple[str, ...]
    step: str  #: the command for what to do next
    held: timedelta  #: what holds have added to its clock
    waits_until: datetime | None  #: not before then does its clock go on; LAST if that is open


def worklist(reader: Reader, now: datetime, owner: str | None = None) -> list[Line]:
    """The open calls, those of `owner` only if one is given, in the order of work."""
    found = reader.rows("SELECT * FROM worklist")
    lines = [_line(row, now) for row in found if owner is None or row["owner"] == owner]
    return sorted(
        lines,
        key=lambda line: pressing(
            urgent=line.urgent,
            due=line.due,
            promise=line.promise,
            received=line.received,
            held=line.held,
            waits_until=line.waits_until,
        ),
    )


def breaching_today(lines: Sequence[Line], today_ends: datetime) -> list[Line]:
    """The calls, not urgent, that are not overdue yet and will be before the day ends."""
    return [
        line
        for line in lines
        if not line.urgent
        and line.due
        and line.standing is not Standing.BREACHED
        and line.due <= today_ends
    ]


class Sheet(NamedTuple):
    """All that is known of one call. Rows bear the names of the tables' columns."""

    call: Row
    clocks: Sequence[Row]
    events: Sequence[dict[str, Any]]
    messages: Sequence[Row]
    attachments: Sequence[Row]
    letters: Sequence[Row]

    @property
    def read_from(self) -> dict[str, str]:
        """Where each fact of the request was read, by its column."""
        first = self.events[0]["facts"] if self.events else {}
        found = first.get("found_in", {})
        return found if isinstance(found, dict) else {}


def sheet(reader: Reader, number: int) -> Sheet:
    """The sheet of the call with that number. NotFound if there is none."""
    found = reader.rows("SELECT * FROM sheet WHERE id = :number", number=number)
    if not found:
        raise NotFound(f"there is no call {reference(number)}; helpdesk list shows the open ones")
    events = reader.rows(
        "SELECT at, recorded_at, kind, target, by, actor, facts FROM event"
        " WHERE call_id = :number ORDER BY id",
        number=number,
    )
    return Sheet(
        call=found[0],
        clocks=reader.rows(
            "SELECT * FROM clock WHERE call_id = :number ORDER BY id", number=number
        ),
        events=[{**dict(row), "facts": parsed(row["facts"])} for row in events],
        messages=reader.rows(
            "SELECT id, arrived_at, sender_name, sender_address, subject, text, automatic,"
            " truncated FROM message WHERE call_id = :number ORDER BY id",
            number=number,
        ),
        attachments=reader.rows(
            "SELECT a.id, a.message_id, a.name, a.content_type, a.size FROM attachment a"
            " JOIN message m ON m.id = a.message_id WHERE m.call_id = :number ORDER BY a.id",
            number=number,
        ),
        letters=reader.rows(
            "SELECT posted_at, kind, to_address, subject, state, sent_at, tries, error, maybe_twice"
            " FROM letter WHERE call_id = :number ORDER BY id",
            number=number,
        ),
    )


def clock_standing(row: Row, now: datetime) -> Standing:
    """How one clock's row stands at `now`; of a clock that ended, how it ended."""
    if row["stopped_at"] is not None:
        return Standing(row["standing"])
    due, at_risk = moment(row["due_at"]), moment(row["at_risk_at"])
    return running_standing(due or now, at_risk or now, moment(row["paused_at"]) or now)


def attachments(reader: Reader, number: int) -> Sequence[Row]:
    """The call's mails as they came, and the files in them, with their content."""
    return reader.rows(
        "SELECT a.id, a.name, a.content FROM attachment a JOIN message m ON m.id = a.message_id"
        " WHERE m.call_id = :number"
        " UNION ALL SELECT r.id, 'mail.eml' AS name, r.raw AS content FROM received_mail r"
        " WHERE r.call_id = :number AND r.raw IS NOT NULL ORDER BY name, id",
        number=number,
    )


def references(reader: Reader) -> list[tuple[str, str]]:
    """The open calls' references with their organisations: what a shell completes."""
    found = reader.rows("SELECT id, organisation FROM worklist ORDER BY id")
    return [(reference(row["id"]), row["organisation"]) for row in found]


def _line(row: Row, now: datetime) -> Line:
    due, at_risk = moment(row["due_at"]), moment(row["at_risk_at"])
    received, promise = moment(row["received_at"]), moment(row["promise_at"])
    paused = moment(row["paused_at"])
    marks = tuple(words for column, words in MARKS.items() if row[column])
    return Line(
        reference=reference(row["id"]),
        urgent=bool(row["urgent"]),
        state=row["state"],
        standing=running_standing(due, at_risk, paused or now) if due and at_risk else None,
        target=row["target"] or "",
        due=due,
        left=due - (paused or now) if due else None,
        promise=promise if row["cycle"] in (None, 1) else None,
        received=received or now,
        organisation=row["organisation"],
        requester=row["requester_name"],
        owner=row["owner"] or "",
        marks=marks if not row["urgent"] else tuple(m for m in marks if m != "says urgent"),
        step=row["step"] or "show",
        held=timedelta(seconds=row["held_seconds"] or 0),
        waits_until=(moment(row["hold_until"]) or LAST) if paused else None,
    )
