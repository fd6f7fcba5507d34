"""What each load of the register changed, whose each code is for ever, and what calls are about.

Revision ID: 0005
"""

from alembic import op

revision = "0005"
down_revision = "0004"

CHANGES = (
    "CREATE TABLE register_load (id {number} CONSTRAINT pk_register_load PRIMARY KEY,"
    ' loaded_at {moment} NOT NULL, "by" VARCHAR NOT NULL, file VARCHAR NOT NULL,'
    " sha256 VARCHAR NOT NULL, shape VARCHAR NOT NULL, published_on DATE,"
    " complete BOOLEAN NOT NULL, read INTEGER NOT NULL, new INTEGER NOT NULL,"
    " changed INTEGER NOT NULL, unchanged INTEGER NOT NULL, skipped INTEGER NOT NULL,"
    " rejected INTEGER NOT NULL, unlisted INTEGER NOT NULL)",
    "CREATE INDEX ix_register_load_sha256 ON register_load (sha256)",
    "CREATE TABLE register_change (id {number} CONSTRAINT pk_register_change PRIMARY KEY,"
    " load_id INTEGER NOT NULL CONSTRAINT fk_register_change_load_id"
    " REFERENCES register_load (id), kind VARCHAR NOT NULL, location_id INTEGER,"
    " provider_id INTEGER, facts JSON NOT NULL)",
    "CREATE INDEX ix_register_change_load_id ON register_change (load_id)",
    "CREATE INDEX ix_register_change_location_id ON register_change (location_id)",
    "ALTER TABLE location ADD COLUMN listed BOOLEAN DEFAULT FALSE NOT NULL",
    "CREATE TABLE code (value VARCHAR NOT NULL CONSTRAINT pk_code PRIMARY KEY,"
    " level VARCHAR NOT NULL, location_id INTEGER, provider_id INTEGER, name VARCHAR NOT NULL,"
    ' origin VARCHAR NOT NULL, since {moment} NOT NULL, "by" VARCHAR NOT NULL, call_id INTEGER)',
    "CREATE INDEX ix_code_location_id ON code (location_id)",
    "CREATE INDEX ix_code_provider_id ON code (provider_id)",
    "CREATE TABLE code_claim (id {number} CONSTRAINT pk_code_claim PRIMARY KEY,"
    " code VARCHAR NOT NULL, location_id INTEGER, provider_id INTEGER,"
    " since {moment} NOT NULL, source VARCHAR NOT NULL)",
    "CREATE INDEX ix_code_claim_code ON code_claim (code)",
    "CREATE INDEX ix_code_claim_location_id ON code_claim (location_id)",
    "CREATE INDEX ix_code_claim_provider_id ON code_claim (provider_id)",
    "CREATE TABLE code_pool (span VARCHAR NOT NULL CONSTRAINT pk_code_pool PRIMARY KEY,"
    " used INTEGER NOT NULL)",
    "CREATE TABLE location_word (word VARCHAR NOT NULL, location_id INTEGER NOT NULL,"
    " CONSTRAINT pk_location_word PRIMARY KEY (word, location_id))",
    "CREATE INDEX ix_location_word_location_id ON location_word (location_id)",
    "CREATE TABLE register_word (word VARCHAR NOT NULL CONSTRAINT pk_register_word PRIMARY KEY,"
    " places INTEGER NOT NULL)",
    "CREATE TABLE call_key (key VARCHAR NOT NULL, call_id INTEGER NOT NULL"
    " CONSTRAINT fk_call_key_call_id REFERENCES call (id),"
    " CONSTRAINT pk_call_key PRIMARY KEY (key, call_id))",
    "CREATE INDEX ix_call_key_call_id ON call_key (call_id)",
)

SHARED_CODES = """
INSERT INTO code_claim (code, {table}_id, since, source)
SELECT code, id, loaded_at, source FROM {table}
WHERE code <> '' AND id <> (SELECT o.id FROM {table} o WHERE o.code = {table}.code
                            ORDER BY o.status DESC, o.cqc_id IS NULL, o.registered_on IS NULL,
                                     o.registered_on DESC, o.id LIMIT 1)
"""
"""A code that two rows bear stays with the one that is registered; the others claim it."""

NO_LONGER = """
UPDATE {table} SET code = '' WHERE id IN (SELECT {table}_id FROM code_claim)
"""

KNOWN_CODES = """
INSERT INTO code (value, level, {table}_id, name, origin, since, "by")
SELECT code, '{level}', id, name, 'register', loaded_at, source FROM {table}
WHERE code <> '' AND NOT EXISTS (SELECT 1 FROM code o WHERE o.value = {table}.code)
"""

PARENTS_OF_SITES = """
INSERT INTO code (value, level, name, origin, since, "by")
SELECT parent_code, 'parent', MIN(name), 'register', MIN(loaded_at), MIN(source) FROM location
WHERE parent_code <> '' AND NOT EXISTS (SELECT 1 FROM code WHERE value = parent_code)
GROUP BY parent_code
"""

CALL_KEYS = """
INSERT INTO call_key (key, call_id)
SELECT '{kind} ' || {value}, c.id FROM call c LEFT JOIN location l ON l.id = c.location_id
WHERE {where}
ON CONFLICT DO NOTHING
"""
KNOWN_BY = (
    ("cqc", "TRIM(c.cqc_location_id)", "c.cqc_location_id LIKE '1-_________%'"),
    ("cqc", "l.cqc_id", "l.cqc_id IS NOT NULL"),
    ("code", "UPPER(TRIM(c.given_code))", "UPPER(TRIM(c.given_code)) LIKE 'V____'"),
    ("code", "UPPER(TRIM(c.given_code))", "UPPER(TRIM(c.given_code)) LIKE 'A___'"),
    ("code", "UPPER(TRIM(c.given_code))", "UPPER(TRIM(c.given_code)) LIKE 'C___'"),
    ("code", "UPPER(c.site_code)", "c.site_code <> ''"),
    (
        "postcode",
        "UPPER(REPLACE(c.postcode, ' ', ''))",
        "REPLACE(c.postcode, ' ', '') <> '' AND c.organisation <> ''",
    ),
    ("sender", "LOWER(TRIM(c.requester_email))", "c.requester_email LIKE '%@%'"),
)
"""What calls of old are known by, as register/memory.py writes it for new ones."""

LEVELS = (("location", "site"), ("provider", "parent"))

KEPT = "a code stays what it was"

ON_SQLITE = (
    f"CREATE TRIGGER code_no_delete BEFORE DELETE ON code BEGIN SELECT RAISE(ABORT, '{KEPT}'); END",
    "CREATE TRIGGER code_no_update BEFORE UPDATE OF value, level, since ON code"
    f" BEGIN SELECT RAISE(ABORT, '{KEPT}'); END",
    # INSERT OR REPLACE deletes without asking the first.
    "CREATE TRIGGER code_no_replace BEFORE INSERT ON code"
    " WHEN EXISTS (SELECT 1 FROM code WHERE value = NEW.value)"
    " BEGIN SELECT RAISE(ABORT, 'a code is given once'); END",
)
ON_POSTGRESQL = (
    "CREATE FUNCTION code_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{KEPT}'; END $$",
    "CREATE TRIGGER code_no_update BEFORE DELETE OR UPDATE OF value, level, since ON code"
    " FOR EACH ROW EXECUTE FUNCTION code_refuse()",
)


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    types = (
        {"moment": "DATETIME", "number": "INTEGER NOT NULL"}
        if on_sqlite
        else {"moment": "TIMESTAMP WITH TIME ZONE", "number": "SERIAL NOT NULL"}
    )
    for change in CHANGES:
        op.execute(change.format(**types))
    for table, level in LEVELS:
        op.execute(SHARED_CODES.format(table=table))
        op.execute(NO_LONGER.format(table=table))
        op.execute(KNOWN_CODES.format(table=table, level=level))
        op.execute(f"DROP INDEX ix_{table}_code")
        op.execute(f"CREATE UNIQUE INDEX ix_{table}_code ON {table} (code) WHERE code <> ''")
    op.execute(PARENTS_OF_SITES)
    for kind, value, where in KNOWN_BY:
        op.execute(CALL_KEYS.format(kind=kind, value=value, where=where))
    for trigger in ON_SQLITE if on_sqlite else ON_POSTGRESQL:
        op.execute(trigger)
