"""The views that people read, and the triggers that keep events as they were written.

Revision ID: 0002
"""

from alembic import op

revision = "0002"
down_revision = "0001"

WORKLIST = """
CREATE VIEW worklist AS
SELECT c.id, c.state, c.urgent, c.suggests_urgent, c.organisation, c.requester_name, c.postcode,
       c.received_at, c.promise_at, c.unreadable, c.reply_waiting, c.hold, c.hold_until,
       c.needed_by, a.name AS owner, k.target, k.due_at, k.at_risk_at, k.paused_at,
       k.late_start,
       EXISTS (SELECT 1 FROM letter l
               WHERE l.call_id = c.id AND l.state = 'failed') AS not_delivered
FROM call c
LEFT JOIN agent a ON a.id = c.owner_id
LEFT JOIN clock k ON k.id = (SELECT r.id FROM clock r
                             WHERE r.call_id = c.id AND r.stopped_at IS NULL
                             ORDER BY r.due_at LIMIT 1)
WHERE c.state <> 'closed' OR c.reply_waiting
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

ON_SQLITE = [
    f"""
    CREATE TRIGGER event_no_{verb} BEFORE {verb} ON event
    BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END
    """
    for verb in ("update", "delete")
] + [
    # INSERT OR REPLACE deletes without asking the trigger above.
    """
    CREATE TRIGGER event_no_replace BEFORE INSERT ON event
    WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END
    """
]

ON_POSTGRESQL = [
    """
    CREATE FUNCTION event_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'events are only ever added'; END $$
    """,
    """
    CREATE TRIGGER event_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION event_refuse()
    """,
]


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in (WORKLIST, SHEET, *(ON_SQLITE if on_sqlite else ON_POSTGRESQL)):
        op.execute(statement)
