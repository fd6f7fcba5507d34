"""All that is known of one call."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from helpdesk.database import Reader, Row, moment, parsed
from helpdesk.errors import NotFound
from helpdesk.references import reference
from workflows.standing import Standing, running_standing


class Sheet(NamedTuple):
    """All that is known of one call. Rows bear the names of the tables' columns."""

    call: Row
    clocks: Sequence[Row]
    events: Sequence[dict[str, Any]]
    messages: Sequence[Row]
    attachments: Sequence[Row]
    letters: Sequence[Row]

    @property
    def read_from(self) -> dict[str, tuple[str, str]]:
        """Where each fact of the request was read, and how sure that is, by its column.

        Of a fact that was corrected since, who gave it.
        """
        first = self.events[0]["facts"] if self.events else {}
        # An older event names the place alone.
        read = {
            name: (found, "sure") if isinstance(found, str) else (found[0], found[1])
            for name, found in first.get("found_in", {}).items()
        }
        given = {
            name: (event["by"], "given")
            for event in self.events
            if event["kind"] == "corrected"
            for name in event["facts"]["now"]
        }
        return read | given

    @property
    def doubts(self) -> Sequence[str]:
        """What a person should look at in the request: places in it that do not agree."""
        return self.events[0]["facts"].get("doubts") or () if self.events else ()


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
            "SELECT m.id, m.received_mail_id, m.arrived_at, m.sender_name, m.sender_address,"
            " m.subject, m.text, m.own, m.automatic, m.truncated, m.trust, m.oddity, m.claims_id,"
            " r.cut, r.mailbox"
            " FROM message m JOIN received_mail r ON r.id = m.received_mail_id"
            " WHERE m.call_id = :number ORDER BY m.id",
            number=number,
        ),
        attachments=reader.rows(
            "SELECT a.id, a.message_id, a.name, a.content_type, a.size FROM attachment a"
            " JOIN message m ON m.id = a.message_id WHERE m.call_id = :number ORDER BY a.id",
            number=number,
        ),
        letters=reader.rows(
            "SELECT id, call_id, posted_at, kind, to_address, subject, state, send_at, sent_at,"
            " tries, error, undelivered_at, maybe_twice, claimed_by"
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
        "SELECT a.id, a.name, f.content FROM attachment a JOIN message m ON m.id = a.message_id"
        " JOIN file f ON f.sha256 = a.sha256"
        " WHERE m.call_id = :number"
        " UNION ALL SELECT r.id, 'mail.eml' AS name, r.raw AS content FROM received_mail r"
        " WHERE r.call_id = :number AND r.raw IS NOT NULL ORDER BY name, id",
        number=number,
    )
