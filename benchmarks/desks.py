"""Made-up desks of any size, written straight into the tables that the migrations make."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from helpdesk.clock import utc_now
from helpdesk.store import Store
from workflows.targets import ACKNOWLEDGE

BATCH = 50_000
TEXTS = {
    "requester_name": "Anne Ash",
    "requester_email": "anne@rosecottage.example",
    "requester_phone": "01632 960017",
    "organisation": "Rose Cottage Residential Home",
    "postcode": "ZZ1 1ZZ",
    "cqc_location_id": "",
    "cqc_provider_id": "",
    "given_code": "",
    "purposes": "DSPT, NHSmail",
    "unreadable": "",
    "urgent_reason": "",
    "matched_by": "",
    "site_code": "",
    "parent_code": "",
    "hold_note": "",
}
"""The texts of every call: what a requester gives, so that there is a letter to write."""


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def with_open_calls(path: Path, number: int) -> Store:
    """A desk with `number` open calls, none of them due for a check within the next hour."""
    store = Store(url_of(path), utc_now)
    store.create()
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        columns = ", ".join(TEXTS)
        texts = ", ".join(f"'{text}'" for text in TEXTS.values())
        for first in range(1, number + 1, BATCH):
            rows = list(_moments(first, min(first + BATCH, number + 1)))
            connection.executemany(
                f"INSERT INTO call (id, state, received_at, recorded_at, promise_at, urgent,"
                f" suggests_urgent, reply_waiting, version, {columns})"
                f" VALUES (:id, 'received', :at, :at, :promise, 0, 0, 0, 1, {texts})",
                rows,
            )
            connection.executemany(
                "INSERT INTO clock (call_id, target, cycle, policy, urgent, started_at, due_at,"
                " gross_due_at, at_risk_at, held_seconds, cancelled, standing, late_start,"
                " unwinnable, next_check, version) VALUES (:id, 'acknowledge', 1, :policy, 0, :at,"
                " :due, :due, :risk, 0, 0, 'on_track', 0, 0, :risk, 1)",
                rows,
            )
            connection.commit()
        connection.execute("ANALYZE")
        connection.commit()
    return store


def _moments(first: int, end: int) -> Iterator[dict[str, object]]:
    """Calls that arrived one after another within the last day, so that none is at risk yet."""
    policy, now = ACKNOWLEDGE.policy, utc_now()
    kept = json.dumps(policy.values())
    for number in range(first, end):
        at = now - timedelta(seconds=number % 86_400)
        due = at + policy.within
        yield {
            "id": number,
            "at": _text(at),
            "promise": _text(at + timedelta(days=9)),
            "due": _text(due),
            "risk": _text(due - policy.lead),
            "policy": kept,
        }


def _text(moment: datetime) -> str:
    """A moment as the tables keep it on SQLite."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
