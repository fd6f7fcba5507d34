"""Holds, calendars and more than one workflow: states become plain text, alerts wait their time.

Revision ID: 0003
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

WORKLIST = """
CREATE VIEW worklist AS
SELECT c.id, c.state, c.step, c.urgent, c.suggests_urgent, c.organisation, c.requester_name,
       c.postcode, c.received_at, c.promise_at, c.unreadable, c.reply_waiting,
       c.hold, c.hold_until, c.needed_by, a.name AS owner,
       k.target, k.cycle, k.due_at, k.at_risk_at, k.paused_at, k.held_seconds,
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
    "ALTER TABLE alert ADD COLUMN tell_at {moment}",
    "UPDATE alert SET tell_at = at WHERE letter_id IS NULL AND stage = 'breached'",
    "DROP INDEX ix_alert_untold",
    "CREATE INDEX ix_alert_tell_at ON alert (tell_at) WHERE tell_at IS NOT NULL",
    WORKLIST,
    SHEET,
)

FREED = (("call", "state"), ("call", "outcome"), ("event", "state"))
"""Columns whose values a workflow defines from now on, and no longer the database."""


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for change in CHANGES:
        op.execute(change.format(moment="DATETIME" if on_sqlite else "TIMESTAMP WITH TIME ZONE"))
    for table, column in FREED:
        if on_sqlite:
            _free_on_sqlite(table, column)
        else:
            op.drop_constraint(column, table)


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
