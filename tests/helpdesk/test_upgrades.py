"""An older desk comes along whole: each row as it was, each event in place, each call in flight."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from helpdesk import views
from helpdesk.app import App, build
from helpdesk.config.settings import Config, People
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.database import KNOWN_SCHEMAS, moment, reading
from helpdesk.desk import rebuilding
from helpdesk.desk.holds import Holding
from helpdesk.desk.steps import Ending
from helpdesk.errors import SchemaMismatch
from helpdesk.journal import Who
from helpdesk.store import Store
from helpdesk.sweep import sweep
from tests.helpdesk.made import SUE, rows
from tests.helpdesk.older import HOUR, NOW, OlderDesk, emptied
from workflows.calendar import OFFICE
from workflows.lifecycle import Hold
from workflows.targets import Policy

BART = Who("bart", "bart")

WORKED_OUT = {"location_word", "register_word", "call_key"}
"""Tables that hold what is worked out of others, and is worked out anew."""

from_each_version = pytest.mark.parametrize("older", KNOWN_SCHEMAS[:-1], indirect=True)

STILL_CHECKED = (
    ("call", "kind"),
    ("call", "hold"),
    ("clock", "standing"),
    ("letter", "state"),
    ("agent", "role"),
    ("received_mail", "state"),
)
"""Columns of which the database goes on knowing every value."""


@pytest.fixture
def nothing(url: str, clock: Any) -> Iterator[Store]:
    store = emptied(url, clock)
    yield store
    store.engine.dispose()


@pytest.fixture
def older(request: pytest.FixtureRequest, nothing: Store) -> OlderDesk:
    """The desk that the version before this one left, unless a test names an earlier one."""
    return OlderDesk(nothing, getattr(request, "param", KNOWN_SCHEMAS[-2]))


@pytest.fixture
def app(older: OlderDesk, clock: Any) -> App:
    """The desk, once it is brought up to date."""
    older.store.create()
    settings = StoreSettings(database=older.store.url)
    return build(Config(store=settings, people=People(supervisors=(SUE,))), clock)


@from_each_version
def test_every_row_comes_along_as_it_was(older: OlderDesk) -> None:
    before = older.rows()

    older.store.create()

    after = older.rows()
    clocks = [before.pop("clock"), after.pop("clock")]
    for counted in WORKED_OUT & before.keys():
        del before[counted], after[counted]
    assert (len(before["event"]), len(before["attachment"])) == (25, 4)
    assert after == before
    told_since = set() if older.has_calendars else {"policy", "unwinnable"}
    columns = [column.name for column in older.tables.tables["clock"].columns]
    assert {
        name
        for old, new in zip(*clocks, strict=True)
        for name, was, is_now in zip(columns, old, new, strict=True)
        if was != is_now
    } == told_since


@from_each_version
def test_an_older_database_upgrades_itself_on_sqlite_and_waits_for_the_operator_on_postgresql(
    older: OlderDesk,
) -> None:
    before = older.rows()
    if older.store.url.startswith("postgresql"):
        with pytest.raises(SchemaMismatch, match="helpdesk db upgrade"):
            older.store.ready()
        assert older.rows() == before
        return

    older.store.ready()

    with reading(older.store.url) as reader:
        assert len(reader.rows("SELECT * FROM event")) == len(before["event"])


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@from_each_version
def test_the_copy_beside_an_upgraded_sqlite_is_the_desk_as_it_was(older: OlderDesk) -> None:
    before = older.rows()

    copy = older.store.create()

    assert copy is not None
    assert copy.name == f"older-before-{KNOWN_SCHEMAS[-1]}-from-{older.revision}.sqlite"
    older.engine = sa.create_engine(f"sqlite:///{copy}")
    assert older.rows() == before
    older.engine.dispose()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("anew", [False, True], ids=["same_connection", "opened_anew"])
@from_each_version
def test_an_upgraded_sqlite_is_sound(older: OlderDesk, *, anew: bool) -> None:
    older.store.create()
    if anew:
        older.engine.dispose()

    with older.engine.connect() as connection:
        ask: Callable[[str], Any] = lambda name: connection.exec_driver_sql(name).fetchall()  # noqa: E731
        assert ask("PRAGMA integrity_check") == [("ok",)]
        assert ask("PRAGMA foreign_key_check") == []
        assert ask("PRAGMA writable_schema") == [(0,)]
        assert ask("PRAGMA foreign_keys") == [(1,)]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@from_each_version
def test_an_upgrade_that_leaves_a_row_without_its_parent_changes_nothing(older: OlderDesk) -> None:
    with older.engine.connect() as connection:
        connection.connection.execute("PRAGMA foreign_keys = 0")
        connection.exec_driver_sql("UPDATE alert SET call_id = 99 WHERE id = 1")
        connection.commit()
        connection.connection.execute("PRAGMA foreign_keys = 1")
    before, tables = older.rows(), sa.inspect(older.engine).get_table_names()

    with pytest.raises(RuntimeError, match="nothing was changed"):
        older.store.create()

    assert older.rows() == before
    assert sa.inspect(older.engine).get_table_names() == tables
    with older.engine.connect() as connection:
        ask = connection.exec_driver_sql
        assert ask("SELECT version_num FROM alembic_version").scalar() == older.revision
        assert ask("PRAGMA foreign_keys").scalar() == 1


def test_states_and_outcomes_are_free_and_all_other_choices_are_not(app: App) -> None:
    change(app, "UPDATE call SET state = 'elsewhere', outcome = 'found' WHERE id = 6")
    change(
        app,
        "INSERT INTO event (call_id, kind, state, at, recorded_at, by, actor, facts) SELECT"
        " call_id, kind, 'elsewhere', at, recorded_at, by, actor, facts FROM event WHERE id = 1",
    )

    for table, column in STILL_CHECKED:
        with pytest.raises(sa.exc.IntegrityError):
            change(app, f"UPDATE {table} SET {column} = 'elsewhere'")


def test_events_stay_as_they_were_written(app: App) -> None:
    replaced = "INSERT OR REPLACE INTO event SELECT * FROM event WHERE id = 1"
    on_sqlite = [replaced] if app.store.url.startswith("sqlite") else []

    for verb in ("UPDATE event SET by = 'x'", "DELETE FROM event", *on_sqlite):
        with pytest.raises(sa.exc.DBAPIError, match="only ever added"):
            change(app, verb)


def test_each_call_says_what_comes_next(app: App) -> None:
    with reading(app.store.url) as reader:
        lines = views.worklist(reader, NOW)

    assert {line.reference[-1]: (line.state, line.step) for line in lines} == {
        "1": ("received", "acknowledge"),
        "2": ("acknowledged", "trace"),
        "3": ("traced", "allocate"),
        "4": ("allocated", "close"),
        "5": ("closed", "show"),
    }


def test_calls_in_flight_go_on_under_the_promise_that_they_were_given(app: App, clock: Any) -> None:
    desk, day = app.desk, timedelta(days=1)
    due = NOW - 140 * HOUR + 7 * day

    desk.acknowledge("1", BART)
    desk.hold("2", BART, Holding(Hold.AWAITING_REQUESTER))
    clock.passes(days=1)
    desk.resume("2", BART)
    desk.allocate("3", BART)
    desk.close("4", BART, Ending())
    desk.reopen("5", BART, "they want it after all")

    dues = "SELECT gross_due_at, due_at FROM clock WHERE call_id = 2 AND target = 'provide'"
    with reading(app.store.url) as reader:
        (found,) = reader.rows(dues)
        assert [moment(value) for value in found.values()] == [due, due + day]
    ends = rows(app.store, "SELECT id, state, outcome FROM call WHERE id < 6 ORDER BY id")
    assert [tuple(row.values()) for row in ends] == [
        (1, "acknowledged", None),
        (2, "acknowledged", None),
        (3, "allocated", None),
        (4, "closed", "provided"),
        (5, "acknowledged", None),
    ]
    newest = "SELECT target, cycle, standing FROM clock WHERE call_id IN (3, 5) AND cycle = "
    assert rows(app.store, f"{newest} 2") == [
        {"target": "provide", "cycle": 2, "standing": "on_track"}
    ]
    assert rows(app.store, f"{newest} 1 AND target = 'provide' ORDER BY call_id")[0] == {
        "target": "provide",
        "cycle": 1,
        "standing": "breached",
    }


def test_a_breach_that_nobody_was_told_of_yet_is_told_once(app: App) -> None:
    for _ in range(2):
        sweep(app.store, app.journal)

    posted = "SELECT to_address, subject FROM letter WHERE state = 'waiting'"
    assert rows(app.store, posted) == [
        {"to_address": SUE, "subject": "BREACHED: ODS-000003 provide"}
    ]


def test_a_clock_keeps_its_promise_and_names_the_hours_that_it_goes_by(app: App) -> None:
    named = app.store.run(lambda tx: tx.reading(tx.clocks(tx.call("1"))[0]).policy)
    lost = "SELECT call_id FROM clock WHERE unwinnable ORDER BY call_id"

    assert named == Policy(48 * HOUR, lead=12 * HOUR, calendar=OFFICE)
    assert rows(app.store, "SELECT key FROM calendar") == [{"key": OFFICE.key}]
    assert [row["call_id"] for row in rows(app.store, lost)] == [6, 7]


@from_each_version
def test_its_events_say_the_same_of_every_clock(app: App) -> None:
    checked = app.store.run(lambda tx: rebuilding.check(tx, app.journal, 0, mend=False))

    assert checked.calls == 7
    assert checked.differences == []


def test_what_begins_anew_leaves_the_first_cycle_as_its_events_tell_it(app: App) -> None:
    app.desk.reopen("5", BART, "they want it after all")

    checked = app.store.run(lambda tx: rebuilding.check(tx, app.journal, 0, mend=False))

    assert checked.differences == []


def change(app: App, statement: str) -> None:
    with app.store.engine.begin() as connection:
        connection.execute(sa.text(statement))
