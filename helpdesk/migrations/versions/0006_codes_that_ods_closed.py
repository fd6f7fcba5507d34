"""When ODS closed a code, of when CQC's word on a place is, and what an older desk had not counted.

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

from helpdesk.register import memory, words

revision = "0006"
down_revision = "0005"

CHANGES = (
    "ALTER TABLE location ADD COLUMN code_closed_on DATE",
    "ALTER TABLE location ADD COLUMN status_on DATE",
    "ALTER TABLE provider ADD COLUMN code_closed_on DATE",
    "ALTER TABLE provider ADD COLUMN status_on DATE",
    "ALTER TABLE code_claim ADD COLUMN told VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE code ADD COLUMN closed_on DATE",
    "ALTER TABLE code ADD COLUMN agreed BOOLEAN DEFAULT FALSE NOT NULL",
    "CREATE TABLE register_turn (id INTEGER NOT NULL CONSTRAINT pk_register_turn PRIMARY KEY,"
    " number INTEGER NOT NULL)",
    "INSERT INTO register_turn (id, number) VALUES (1, 0)",
    "CREATE INDEX ix_call_site_code ON call (site_code)",
    "CREATE INDEX ix_call_parent_code ON call (parent_code)",
    # A file of ODS that was loaded before has more to say now, so it is not known any more.
    "UPDATE register_load SET sha256 = '' WHERE shape LIKE 'ODS%'",
)

CLOSED = """
UPDATE {table} SET code_closed_on = deregistered_on WHERE cqc_id IS NULL AND code <> ''
"""
CLOSED_CODES = """
UPDATE code SET closed_on = (SELECT t.code_closed_on FROM {table} t WHERE t.code = code.value)
WHERE value IN (SELECT t.code FROM {table} t WHERE t.code_closed_on IS NOT NULL)
"""
"""What ODS alone knows was closed when its code was."""

SENDERS = "SELECT id, requester_email FROM call WHERE requester_email LIKE '%@%'"
KEEP = "INSERT INTO call_key (key, call_id) VALUES (:key, :call_id) ON CONFLICT DO NOTHING"


def upgrade() -> None:
    """Add the columns; write the words that places are found by, and the domains of senders."""
    connection = op.get_bind()
    for change in CHANGES:
        op.execute(change)
    for table in ("location", "provider"):
        op.execute(CLOSED.format(table=table))
        op.execute(CLOSED_CODES.format(table=table))
    words.write_words(connection, None)
    calls = connection.execute(sa.text(SENDERS)).all()
    keys = [
        {"key": key, "call_id": number}
        for number, sender in calls
        for key in memory.keys_of(memory.About(sender=sender))
    ]
    if keys:
        connection.execute(sa.text(KEEP), keys)
