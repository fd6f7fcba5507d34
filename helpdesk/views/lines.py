"""The worklist: a line for each call that is open or has a reply to be read."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from helpdesk.database import Reader, Row, moment
from helpdesk.references import reference
from helpdesk.views.matching import matching
from workflows.priority import LAST, pressing
from workflows.standing import Standing, running_standing

MARKS = {
    "unreadable": "read it",
    "reply_waiting": "reply waiting",
    "suggests_urgent": "says urgent",
    "not_delivered": "NOT DELIVERED",
    "odd_sender": "odd sender",
    "hold": "on hold",
    "late_start": "late start",
    "unwinnable": "unwinnable",
}
"""What is worth a mark on the worklist, by the column of the view that tells it."""


class Line(NamedTuple):
    """One call in a list."""

    reference: str
    urgent: bool
    state: str
    standing: Standing | None  #: None once no clock runs; of a closed call, its worst clock's
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
    held: timedelta = timedelta()  #: what holds have added to its clock
    hold: str = ""  #: what it waits for, if it is on hold
    hold_until: datetime | None = None
    stands_still: bool = False  #: whether its clock does
    owner_away: bool = False
    owner_back: datetime | None = None  #: when they are to be back; None if nobody said
    outcome: str = ""
    closed: datetime | None = None

    @property
    def waits_until(self) -> datetime | None:
        """The moment before which its clock does not go on; LAST if nobody said one."""
        return (self.hold_until or LAST) if self.stands_still else None

    @property
    def reply_waiting(self) -> bool:
        return MARKS["reply_waiting"] in self.marks

    @property
    def not_delivered(self) -> bool:
        return MARKS["not_delivered"] in self.marks

    @property
    def rests(self) -> bool:
        """Whether nothing is to be done about it for now: it waits, and no promise presses.

        Nobody answers a question that never reached them: a letter that did not arrive wakes it.
        """
        late_already = bool(self.hold) and self.standing is Standing.BREACHED
        waits = self.stands_still or late_already
        return waits and not (self.reply_waiting or self.not_delivered)

    def is_for(self, agent: str) -> bool:
        """Whether `agent` is to look after it: it is theirs, or nobody who is here has it."""
        return self.owner in ("", agent) or self.owner_away


def worklist(
    reader: Reader, now: datetime, owner: str | None = None, words: Sequence[str] = ()
) -> list[Line]:
    """The open calls in the order of work; only those of `owner`, or with `words`, if given."""
    where, parameters = matching(words)
    asked = "SELECT * FROM worklist"
    if where:
        asked += f" WHERE id IN (SELECT c.id FROM call c WHERE {where})"  # noqa: S608  # ours
    found = reader.rows(asked, **parameters)
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


def breaching_today(lines: Sequence[Line], tomorrow: datetime) -> list[Line]:
    """The calls, not urgent, that are not overdue yet and will be before `tomorrow` begins."""
    return [
        line
        for line in lines
        if not line.urgent
        and line.due
        and line.standing is not Standing.BREACHED
        and not line.stands_still
        and line.due < tomorrow
    ]


def references(reader: Reader) -> list[tuple[str, str]]:
    """The open calls' references with their organisations: what a shell completes."""
    found = reader.rows("SELECT id, organisation FROM worklist ORDER BY id")
    return [(reference(row["id"]), row["organisation"]) for row in found]


def is_away(row: Row, now: datetime) -> bool:
    """Whether the owner of a row that names one is nobody to count on at `now`."""
    if row["owner"] is None:
        return False
    until = moment(row["away_until"])
    away = row["away_since"] is not None and (until is None or now < until)
    return away or not row["owner_active"]


def _line(row: Row, now: datetime) -> Line:
    due, at_risk = moment(row["due_at"]), moment(row["at_risk_at"])
    received, promise = moment(row["received_at"]), moment(row["promise_at"])
    paused, away = moment(row["paused_at"]), is_away(row, now)
    gross = moment(row["gross_due_at"])
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
        held=due - gross if due and gross else timedelta(),
        hold=row["hold"] or "",
        hold_until=moment(row["hold_until"]) if row["hold"] else None,
        stands_still=paused is not None,
        owner_away=away,
        owner_back=moment(row["away_until"]) if away else None,
        outcome=row["outcome"] or "",
        closed=moment(row["closed_at"]),
    )
