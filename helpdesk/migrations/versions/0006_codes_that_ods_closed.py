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
)

CLOSED = """
UPDATE {table} SET code_closed_on = deregistered_on WHERE cqc_id IS NULL AND code <> ''
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
    words.write_words(connection, None)
    calls = connection.execute(sa.text(SENDERS)).all()
    keys = [
        {"key": key, "call_id": number}
        for number, sender in calls
        for key in memory.keys_of(memory.About(sender=sender))
    ]
    if keys:
        connection.execute(sa.text(KEEP), keys)
