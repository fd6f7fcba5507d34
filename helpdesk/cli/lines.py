"""A call in a list: its row for tables and programs, and its standing in words."""

from datetime import datetime, timedelta

from helpdesk.cli.table import Column, local, local_day, words
from helpdesk.views import Line
from workflows.standing import outcome_words

LIST = (
    Column("reference", "CALL"),
    Column("urgency", "!"),
    Column("state", "STATE"),
    Column("standing", "STANDING"),
    Column("due", "DUE", spare=True),
    Column("left", "LEFT", right=True),
    Column("organisation", "ORGANISATION"),
    Column("owner", "AGENT"),
    Column("marks_in_full", "MARKS", short="marks"),
)


def row(line: Line, zone: str) -> dict[str, object]:
    """What a table shows of `line`."""
    return {**values(line), "marks_in_full": _marks(line, zone)}


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


def _hold(line: Line, zone: str) -> str:
    until = f" until {local_day(line.hold_until, zone)}" if line.hold_until else ""
    return f"on hold{until}"
