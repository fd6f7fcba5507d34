"""A call in a list: its row for tables and programs, and its standing in words."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from helpdesk.cli.table import Column, local, local_day, words
from helpdesk.views import Line
from workflows.standing import outcome_words

AWAY, CLOSED = "owner is away", "closed"

INITIALS = {
    "read it": "RI",
    "reply waiting": "RW",
    "says urgent": "SU",
    "NOT DELIVERED": "ND",
    "odd sender": "OS",
    "on hold": "OH",
    "late start": "LS",
    "unwinnable": "UW",
    AWAY: "AW",
    CLOSED: "CL",
}
"""Each mark in the initials that a narrow terminal has room for."""

LIST = (
    Column("reference", "CALL"),
    Column("urgency", "!", tight="urgency_sign"),
    Column("state", "STATE", least=80),
    Column("standing", "STANDING", least=50),
    Column("due", "DUE", spare=True),
    Column("left", "LEFT", right=True),
    Column("organisation", "ORGANISATION", least=50),
    Column("owner", "AGENT", least=50),
    Column(
        "marks_in_full",
        "MARKS",
        short="marks",
        tight="marks_in_initials",
        legend={initials: mark for mark, initials in INITIALS.items()},
    ),
)


def row(line: Line, zone: str) -> dict[str, object]:
    """What a table shows of `line`."""
    return {
        **values(line),
        "urgency_sign": "!" if line.urgent else "",
        "marks_in_full": _marks(line, zone),
        "marks_in_initials": " ".join(_initials(line)),
    }


def values(line: Line) -> dict[str, object]:
    """What programs read of `line`."""
    return {
        **line._asdict(),
        "urgency": "urgent" if line.urgent else "",
        "standing": line.standing.words if line.standing else "",
    }


def how_it_stands(line: Line, zone: str) -> str:
    """Which promise is due, and how much of its time is left."""
    if line.due is None or line.left is None:
        return "no clock runs"
    if line.stands_still:
        return f"{line.target} clock stands still, {words(line.left, zone)} left"
    if line.left <= timedelta():
        return f"{line.target} overdue by {words(-line.left, zone)}"
    return f"{line.target} due {local(line.due, zone)} ({words(line.left, zone)} left)"


def away_words(owner: str, back: datetime | None, zone: str) -> str:
    """That the owner of a call is not there: "cris is away until Mon 9 Mar"."""
    return f"{owner} is away" + (f" until {local_day(back, zone)}" if back else "")


def _marks(line: Line, zone: str) -> list[str]:
    """The marks, with until when and since when."""
    marks = [_hold(line, zone) if mark == "on hold" else mark for mark in line.marks]
    if line.owner_away:
        marks.append(away_words(line.owner, line.owner_back, zone))
    if line.closed and not line.reply_waiting:
        marks.append(f"{outcome_words(line.outcome)}, {local_day(line.closed, zone)}")
    return marks


def _initials(line: Line) -> Iterator[str]:
    yield from (INITIALS[mark] for mark in line.marks)
    if line.owner_away:
        yield INITIALS[AWAY]
    if line.closed:
        yield INITIALS[CLOSED]


def _hold(line: Line, zone: str) -> str:
    until = f" until {local_day(line.hold_until, zone)}" if line.hold_until else ""
    return f"on hold{until}"
