"""The week as a table for a spreadsheet: a line for each clock that ended in it."""

import csv
import io
from datetime import datetime
from zoneinfo import ZoneInfo

from helpdesk.reports.figures import Ended, Week

HEADINGS = (
    "reference",
    "target",
    "cycle",
    "started",
    "due",
    "gross due",
    "stopped",
    "standing",
    "net met",
    "gross met",
    "unwinnable",
    "cancelled",
    "held hours",
    "owner",
)

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""How a cell begins that some spreadsheet would run."""


def csv_of(week: Week, zone: str) -> bytes:
    """The lines of `week` as CSV: UTF-8 with its mark, so that Excel opens it; moments local.

    Of a cancelled clock nobody asks whether it was met: those cells are empty.
    """
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(HEADINGS)
    place = ZoneInfo(zone)
    table.writerows([_safe(cell) for cell in _line(each, place)] for each in week.ended)
    return text.getvalue().encode("utf-8-sig")


def _line(each: Ended, place: ZoneInfo) -> tuple[str, ...]:
    return (
        each.reference,
        each.target,
        str(each.cycle),
        _local(each.started, place),
        _local(each.due, place),
        _local(each.gross_due, place),
        _local(each.stopped, place),
        each.standing,
        "" if each.cancelled else _yes(each.net_met),
        "" if each.cancelled else _yes(each.gross_met),
        _yes(each.unwinnable),
        _yes(each.cancelled),
        f"{each.held.total_seconds() / 3600:.2f}",
        each.owner,
    )


def _safe(cell: str) -> str:
    """`cell`, which no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULAS) else cell


def _local(moment: datetime, place: ZoneInfo) -> str:
    return moment.astimezone(place).isoformat(timespec="seconds")


def _yes(value: object) -> str:
    return "yes" if value else "no"
