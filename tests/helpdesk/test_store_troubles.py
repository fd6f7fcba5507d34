"""A database that is full, ends or refuses is to blame itself: no mail, letter or call is."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from helpdesk import reception
from helpdesk.app import App, build
from helpdesk.clock import utc_now
from helpdesk.config.settings import Config, Intake
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.database import reading
from helpdesk.errors import CannotWrite, HelpdeskError, StoreBusy, StoreUnavailable
from helpdesk.intake import sources
from helpdesk.journal import Journal
from helpdesk.store import Store
from tests.helpdesk.made import request_mail, rows

UNTRIED = [{"state": "waiting", "tries": 0, "reason": ""}]
TAKEN = [{"state": "taken", "tries": 1, "reason": ""}]
STATES = "SELECT state, tries, reason FROM received_mail"

RAISES = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'what PostgreSQL says' USING ERRCODE = '{code}'; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON call EXECUTE FUNCTION refuse();
"""


def app_at(url: str, clock: Any, patience: float = 0.2) -> App:
    config = Config(store=StoreSettings(database=url), intake=Intake(receipts_per_hour=1000))
    app = build(config, clock)
    return replace(app, store=Store(url, clock, patience), journal=Journal(config))


def stored(app: App, more: bytes = b"") -> None:
    mail = sources.one(request_mail(1) + more, app.store.clock())
    app.store.run(lambda tx: reception.keep(tx, mail))


def done(app: App, sql: str) -> None:
    app.store.run(lambda tx: tx.session.execute(sa.text(sql)))


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("53100", CannotWrite, "its server's disk is full; nothing was changed"),
        ("25006", CannotWrite, "takes no changes"),
        ("42501", StoreUnavailable, "refuses its user"),
        ("58030", StoreUnavailable, "look after its server's disk"),
        ("XX001", StoreUnavailable, "is damaged"),
        ("53200", StoreUnavailable, "cannot be reached: what PostgreSQL says"),
        ("57P01", StoreUnavailable, "cannot be reached"),
        ("57P04", StoreUnavailable, "cannot be reached"),
        ("08006", StoreUnavailable, "cannot be reached"),
        ("57014", StoreBusy, "nothing was changed"),
        ("55P03", StoreBusy, "nothing was changed"),
    ],
)
def test_a_server_in_trouble_costs_no_mail_a_try(
    postgres_url: str, clock: Any, code: str, kind: type[HelpdeskError], words: str
) -> None:
    app = app_at(postgres_url, clock)
    stored(app)
    done(app, RAISES.format(code=code))

    with pytest.raises(kind, match=words):
        reception.take_in_stored(app.store, app.journal)

    assert rows(app.store, STATES) == UNTRIED
    done(app, "DROP TRIGGER refuse ON call")
    assert reception.take_in_stored(app.store, app.journal).raised == 1
    assert rows(app.store, STATES) == TAKEN
    app.store.close()


def test_a_mistake_of_ours_is_not_put_down_to_the_server(postgres_url: str, clock: Any) -> None:
    app = app_at(postgres_url, clock)
    stored(app)
    done(app, RAISES.format(code="22001"))  # a text that is too long

    taken = reception.take_in_stored(app.store, app.journal)

    assert taken.failed == 1
    assert rows(app.store, "SELECT tries FROM received_mail") == [{"tries": 1}]
    app.store.close()


def test_a_server_that_is_a_copy_of_another_is_told_as_one(postgres_url: str, clock: Any) -> None:
    app = app_at(postgres_url, clock)
    stored(app)
    name = postgres_url.rpartition("/")[2]
    done(app, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    app.store.close()

    with pytest.raises(CannotWrite, match="is a copy of another, or made read-only"):
        reception.take_in_stored(app.store, app.journal)

    assert rows(app.store, STATES) == UNTRIED
    app.store.close()


LOOK = "SELECT count(*) AS n FROM call"


@pytest.fixture
def clerk(postgres_url: str) -> Iterator[str]:
    """The desk's database as one sees it who may read no more of it than its version."""
    name = f"clerk_{postgres_url.rpartition('_')[2]}"
    store = Store(postgres_url, utc_now)
    rights = f"CREATE ROLE {name}; GRANT SELECT ON alembic_version TO {name}"
    store.run(lambda tx: tx.session.execute(sa.text(rights)))
    yield f"{postgres_url}?options=-c%20role%3D{name}"
    store.run(lambda tx: tx.session.execute(sa.text(f"DROP OWNED BY {name}; DROP ROLE {name}")))
    store.close()


def test_a_reader_without_rights_is_told_so(clerk: str) -> None:
    words = "refuses its user: give that user the rights to it"

    with pytest.raises(StoreUnavailable, match=words), reading(clerk) as reader:
        reader.rows(LOOK)


def test_a_table_that_is_lost_is_told_to_a_reader(postgres_url: str) -> None:
    store = Store(postgres_url, utc_now)
    store.run(lambda tx: tx.session.execute(sa.text("ALTER TABLE call RENAME TO mislaid")))

    lost = pytest.raises(StoreUnavailable, match="has lost a table: restore it from a backup")
    with lost, reading(postgres_url) as reader:
        reader.rows(LOOK)
    with lost:
        store.run(lambda tx: tx.rows(LOOK))
    store.close()


def test_a_look_that_takes_a_server_too_long_is_told_to_a_reader(postgres_url: str) -> None:
    hasty = f"{postgres_url}?options=-c%20statement_timeout%3D300"

    with pytest.raises(StoreBusy), reading(hasty) as reader:
        reader.rows("SELECT pg_sleep(30)")


def test_a_question_of_ours_that_is_wrong_is_not_put_down_to_the_server(postgres_url: str) -> None:
    with pytest.raises(psycopg.ProgrammingError), reading(postgres_url) as reader:
        reader.rows("SELECT count(*) FORM call")


def test_a_full_disk_under_sqlite_costs_no_mail_a_try(sqlite_url: str, clock: Any) -> None:
    app = app_at(sqlite_url, clock)
    stored(app, b"Rose Cottage is the name.\r\n" * 4000)
    room = {"most": "page_count"}  # what there is, and no page more

    @sa.event.listens_for(app.store.engine, "checkout")
    def leave_no_room(connection: Any, _record: object, _proxy: object) -> None:
        pages = connection.execute(f"PRAGMA {room['most']}").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(CannotWrite, match="the disk is full; nothing was changed"):
        reception.take_in_stored(app.store, app.journal)

    assert rows(app.store, STATES) == UNTRIED
    room["most"] = "max_page_count = 1000000"
    assert reception.take_in_stored(app.store, app.journal).raised == 1
    assert rows(app.store, STATES) == TAKEN
    app.store.close()
