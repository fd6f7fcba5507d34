"""Closed calls, those that were closed last first."""

from collections.abc import Sequence
from typing import NamedTuple

from helpdesk.database import Reader, Row, moment
from helpdesk.references import reference
from helpdesk.views.lines import Line
from helpdesk.views.matching import matching
from workflows.priority import LAST
from workflows.standing import Standing

WORST = (Standing.BREACHED, Standing.MET, Standing.CANCELLED)
"""How a closed call stands: as the first of these that one of its clocks does."""

_COLUMNS = """
SELECT c.id, c.state, c.outcome, c.urgent, c.organisation, c.requester_name, c.received_at,
       c.promise_at, c.closed_at, a.name AS owner,
       (SELECT MIN(CASE k.standing WHEN 'breached' THEN 0 WHEN 'met' THEN 1 ELSE 2 END)
        FROM clock k WHERE k.call_id = c.id) AS worst
"""
_AT_REST = (
    "c.closed_at IS NOT NULL AND NOT c.reply_waiting AND NOT EXISTS"
    " (SELECT 1 FROM letter l WHERE l.call_id = c.id AND l.undelivered_at IS NOT NULL)"
)
"""What is not on the worklist any more."""

_FROM = "FROM call c LEFT JOIN agent a ON a.id = c.owner_id WHERE "


class Closed(NamedTuple):
    """Some closed calls, and how many there are in all."""

    lines: list[Line]
    total: int


def closed(
    reader: Reader, limit: int, owner: str | None = None, words: Sequence[str] = ()
) -> Closed:
    """The `limit` calls that were closed last, and that nobody has to look at any more."""
    condition, parameters = matching(words)
    conditions = [_AT_REST]
    if condition:
        conditions.append(condition)
    if owner is not None:
        conditions.append("a.name = :owner")
        parameters["owner"] = owner
    where = _FROM + " AND ".join(conditions)
    newest = f"{_COLUMNS}{where} ORDER BY c.closed_at DESC, c.id DESC LIMIT :most"
    lines = [_line(row) for row in reader.rows(newest, **parameters, most=limit)]
    if len(lines) < limit:
        return Closed(lines, len(lines))
    counted = reader.rows(f"SELECT COUNT(*) AS n {where}", **parameters)
    return Closed(lines, counted[0]["n"])


def _line(row: Row) -> Line:
    received, ended = moment(row["received_at"]), moment(row["closed_at"])
    return Line(
        reference=reference(row["id"]),
        urgent=bool(row["urgent"]),
        state=row["state"],
        standing=WORST[row["worst"]] if row["worst"] is not None else None,
        target="",
        due=None,
        left=None,
        promise=moment(row["promise_at"]),
        received=received or ended or LAST,
        organisation=row["organisation"],
        requester=row["requester_name"],
        owner=row["owner"] or "",
        marks=(),
        step="show",
        outcome=row["outcome"] or "",
        closed=ended,
    )
