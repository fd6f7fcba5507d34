"""A database that is full, ends or refuses is to blame itself: no mail, letter or call is."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from helpdesk import reception
from helpdesk.app import App, build
from helpdesk.config.settings import Config, Intake
from helpdesk.config.settings import Store as StoreSettings
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
