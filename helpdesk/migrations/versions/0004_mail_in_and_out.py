"""Mail in and out: who a sender is, files kept once, letters that came back, mailboxes and keys.

Revision ID: 0004
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

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
               WHERE l.call_id = c.id AND l.undelivered_at IS NOT NULL) AS not_delivered,
       EXISTS (SELECT 1 FROM message m
               WHERE m.call_id = c.id AND m.oddity <> '') AS odd_sender
FROM call c
LEFT JOIN agent a ON a.id = c.owner_id
LEFT JOIN clock k ON k.id = (SELECT r.id FROM clock r
                             WHERE r.call_id = c.id AND r.stopped_at IS NULL
                             ORDER BY r.due_at LIMIT 1)
WHERE c.closed_at IS NULL OR c.reply_waiting
   OR c.id IN (SELECT l.call_id FROM letter l WHERE l.undelivered_at IS NOT NULL)
"""
"""A row for each call that somebody has to look at, with the clock that ends first."""

CHANGES = (
    "DROP VIEW worklist",
    "CREATE TABLE file (sha256 VARCHAR NOT NULL CONSTRAINT pk_file PRIMARY KEY,"
    " size INTEGER NOT NULL, content {bytes} NOT NULL)",
    "INSERT INTO file (sha256, size, content)"
    " SELECT sha256, size, content FROM attachment"
    " WHERE id IN (SELECT min(id) FROM attachment GROUP BY sha256)",
    "ALTER TABLE attachment DROP COLUMN content",
    "CREATE TABLE mailbox (name VARCHAR NOT NULL CONSTRAINT pk_mailbox PRIMARY KEY,"
    " held_by VARCHAR NOT NULL, held_until {moment}, looked_at {moment},"
    " lying INTEGER NOT NULL, unknown INTEGER NOT NULL, error VARCHAR NOT NULL)",
    "CREATE TABLE bad_address (address VARCHAR NOT NULL CONSTRAINT pk_bad_address PRIMARY KEY,"
    " since {moment} NOT NULL, why VARCHAR NOT NULL)",
    "CREATE TABLE secret (name VARCHAR NOT NULL CONSTRAINT pk_secret PRIMARY KEY,"
    " value {bytes} NOT NULL)",
    "ALTER TABLE received_mail ADD COLUMN cut BOOLEAN DEFAULT FALSE NOT NULL",
    "ALTER TABLE message ADD COLUMN own VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE message ADD COLUMN trust VARCHAR DEFAULT 'claimed' NOT NULL",
    "ALTER TABLE message ADD COLUMN oddity VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE message ADD COLUMN claims_id INTEGER"
    " CONSTRAINT fk_message_claims_id REFERENCES call (id)",
    "CREATE INDEX ix_message_odd ON message (call_id) WHERE oddity <> ''",
    "CREATE INDEX ix_message_sender_address ON message (sender_address)",
    "ALTER TABLE letter ADD COLUMN undelivered_at {moment}",
    "UPDATE letter SET undelivered_at = posted_at WHERE state = 'failed'"
    " AND call_id IN (SELECT id FROM call WHERE closed_at IS NULL)",
    "CREATE INDEX ix_letter_undelivered ON letter (call_id) WHERE undelivered_at IS NOT NULL",
    "DROP INDEX ix_letter_waiting",
    "CREATE INDEX ix_letter_waiting ON letter (refusals, priority, send_at)"
    " WHERE state = 'waiting'",
    "CREATE INDEX ix_letter_claimed ON letter (claimed_by)"
    " WHERE state = 'waiting' AND claimed_by <> ''",
    "CREATE INDEX ix_letter_sent_at ON letter (sent_at) WHERE sent_at IS NOT NULL",
    WORKLIST,
)

SECRET = sa.table("secret", sa.column("name"), sa.column("value", sa.LargeBinary()))


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    types = (
        {"moment": "DATETIME", "bytes": "BLOB"}
        if on_sqlite
        else {"moment": "TIMESTAMP WITH TIME ZONE", "bytes": "BYTEA"}
    )
    for change in CHANGES:
        op.execute(change.format(**types))
    # What the desk seals the ids of its letters with: nobody else can make such an id.
    op.get_bind().execute(sa.insert(SECRET), {"name": "letters", "value": secrets.token_bytes(32)})
