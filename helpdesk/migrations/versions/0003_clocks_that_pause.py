"""Holds, calendars and more than one workflow: states become plain text, alerts wait their time.

Revision ID: 0003
"""

import json
import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

WORKLIST = """
CREATE VIEW worklist AS
SELECT c.id, c.state, c.step, c.outcome, c.urgent, c.suggests_urgent, c.organisation,
       c.requester_name, c.postcode, c.received_at, c.promise_at, c.closed_at, c.unreadable,
       c.reply_waiting,
       c.hold, c.hold_until, c.needed_by,
       a.name AS owner, a.active AS owner_active, a.away_since, a.away_until,
       k.target, k.cycle, k.due_at, k.at_risk_at, k.paused_at, k.gross_due_at,
       k.late_start, k.unwinnable,
       EXISTS (SELECT 1 FROM letter l
               WHERE l.call_id = c.id AND l.state = 'failed') AS not_delivered
FROM call c
LEFT JOIN agent a ON a.id = c.owner_id
LEFT JOIN clock k ON k.id = (SELECT r.id FROM clock r
                             WHERE r.call_id = c.id AND r.stopped_at IS NULL
                             ORDER BY r.due_at LIMIT 1)
WHERE c.closed_at IS NULL OR c.reply_waiting
"""
"""A row for each call that is open or has a reply to be read, with the clock that ends first."""

SHEET = """
CREATE VIEW sheet AS
SELECT c.*, a.name AS owner, a.full_name AS owner_full_name,
       a.active AS owner_active, a.away_since, a.away_until,
       l.cqc_id AS location_cqc_id, l.name AS location_name, l.code AS location_code,
       p.cqc_id AS provider_cqc_id, p.name AS provider_name, p.code AS provider_code
FROM call c
LEFT JOIN agent a ON a.id = c.owner_id
LEFT JOIN location l ON l.id = c.location_id
LEFT JOIN provider p ON p.id = c.provider_id
"""
"""One row for each call, with the names of what it points at."""

STEPS = """
UPDATE call SET step = CASE state
    WHEN 'received' THEN 'acknowledge' WHEN 'acknowledged' THEN 'trace'
    WHEN 'traced' THEN 'allocate' WHEN 'allocated' THEN 'close' ELSE '' END
"""

CHANGES = (
    "DROP VIEW worklist",
    "DROP VIEW sheet",
    "CREATE TABLE calendar (key VARCHAR NOT NULL CONSTRAINT pk_calendar PRIMARY KEY,"
    " facts VARCHAR NOT NULL)",
    "ALTER TABLE call ADD COLUMN workflow VARCHAR DEFAULT 'ods_code' NOT NULL",
    "ALTER TABLE call ADD COLUMN step VARCHAR DEFAULT '' NOT NULL",
    STEPS,
    "ALTER TABLE call ADD COLUMN follows_id INTEGER"
    " CONSTRAINT fk_call_follows_id REFERENCES call (id)",
    "ALTER TABLE call ADD COLUMN hold_check {moment}",
    "CREATE INDEX ix_call_hold_check ON call (hold_check) WHERE hold_check IS NOT NULL",
    "DROP INDEX ix_call_open",
    "CREATE INDEX ix_call_open ON call (id) WHERE closed_at IS NULL",
    "ALTER TABLE agent ADD COLUMN away_since {moment}",
    "ALTER TABLE agent ADD COLUMN away_until {moment}",
    "ALTER TABLE alert ADD COLUMN tell_at {moment}",
    "UPDATE alert SET tell_at = at WHERE letter_id IS NULL AND stage = 'breached'",
    "DROP INDEX ix_alert_untold",
    "CREATE INDEX ix_alert_tell_at ON alert (tell_at) WHERE tell_at IS NOT NULL",
    WORKLIST,
    SHEET,
)

FREED = (("call", "state"), ("call", "outcome"), ("event", "state"))
"""Columns whose values a workflow defines from now on, and no longer the database."""

OPENS, CLOSES, LONDON = time(9), time(17), ZoneInfo("Europe/London")
OFFICE = {"hours": [[[540, 1020]]] * 5 + [[], []], "holidays": [], "zone": LONDON.key}
"""The hours that clocks go by which began before there was a calendar."""
OFFICE_KEY = "b3004f8ca408d1a5"
"""The calendar's digest of OFFICE."""

CALENDAR = sa.table("calendar", sa.column("key"), sa.column("facts"))
CLOCK = sa.table(
    "clock",
    sa.column("id", sa.Integer()),
    sa.column("policy", sa.JSON()),
    sa.column("started_at", sa.DateTime(timezone=True)),
    sa.column("due_at", sa.DateTime(timezone=True)),
    sa.column("unwinnable", sa.Boolean()),
)


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for change in CHANGES:
        op.execute(change.format(moment="DATETIME" if on_sqlite else "TIMESTAMP WITH TIME ZONE"))
    for table, column in FREED:
        if on_sqlite:
            _free_on_sqlite(table, column)
        else:
            op.drop_constraint(column, table)
    _complete_clocks(op.get_bind())


def _complete_clocks(connection: sa.Connection) -> None:
    """Give each clock what its policy did not name yet, and whether it could be won at all."""
    asked = sa.select(CLOCK.c.id, CLOCK.c.policy, CLOCK.c.started_at, CLOCK.c.due_at)
    clocks = [
        {
            "number": row.id,
            "named": {**row.policy, "staffed": 0, "working": False, "calendar": OFFICE_KEY},
            "lost": not _has_office_hours(_aware(row.started_at), _aware(row.due_at)),
        }
        for row in connection.execute(asked)
    ]
    if clocks:
        change = sa.update(CLOCK).where(CLOCK.c.id == sa.bindparam("number"))
        named, lost = (
            sa.bindparam("named", type_=sa.JSON()),
            sa.bindparam("lost", type_=sa.Boolean()),
        )
        connection.execute(change.values(policy=named, unwinnable=lost), clocks)
        connection.execute(sa.insert(CALENDAR), {"key": OFFICE_KEY, "facts": json.dumps(OFFICE)})


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=moment.tzinfo or UTC)  # SQLite forgets that it keeps UTC


def _has_office_hours(begin: datetime, end: datetime) -> bool:
    day = begin.astimezone(LONDON).date()
    while day <= end.astimezone(LONDON).date():
        opens, closes = (datetime.combine(day, at, LONDON) for at in (OPENS, CLOSES))
        if day.isoweekday() <= 5 and max(begin, opens) < min(end, closes):  # noqa: PLR2004  # Friday
            return True
        day += timedelta(days=1)
    return False


def _free_on_sqlite(table: str, name: str) -> None:
    """Take the CHECK `name` out of a table's definition; no row has to be written anew."""
    connection = op.get_bind()
    where = {"table": table}
    definition = connection.scalar(
        sa.text("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = :table"), where
    )
    freed, found = re.subn(rf",\s*CONSTRAINT {name} CHECK \([^()]*\([^()]*\)\)", "", definition)
    if found != 1:
        raise RuntimeError(f"the table {table} has no {name} as it should be")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = 1")
    connection.execute(
        sa.text("UPDATE sqlite_schema SET sql = :sql WHERE type = 'table' AND name = :table"),
        {"sql": freed, **where},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = 0")
