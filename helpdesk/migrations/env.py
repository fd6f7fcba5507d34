"""Runs the migrations on the connection that the store hands over."""

import sqlalchemy as sa
from alembic import context


def run(connection: sa.Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    driver = connection.connection.driver_connection
    if sqlite and driver is not None:
        # Rebuilding a table with foreign keys on deletes its children: off, and outside BEGIN.
        driver.execute("PRAGMA foreign_keys = 0")
    # SQLite's tables change in transactions too, once it is we who say BEGIN, and not the driver.
    context.configure(
        connection=connection, transaction_per_migration=False, transactional_ddl=True
    )
    try:
        with context.begin_transaction():
            context.run_migrations()
            if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("a row is left without its parent; nothing was changed")
    finally:
        if sqlite and driver is not None:
            driver.execute("PRAGMA foreign_keys = 1")


run(context.config.attributes["connection"])
