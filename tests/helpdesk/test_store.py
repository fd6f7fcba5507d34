"""The store's promises, on both engines."""

import threading

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from helpdesk.database import reading
from helpdesk.errors import SchemaMismatch, StoreUnavailable
from helpdesk.models import METADATA, Call, Event
from helpdesk.store import Store


def raise_one(tx):
    moments = {"received_at": tx.now, "recorded_at": tx.now, "promise_at": tx.now}
    return {"reference": tx.add(Call(organisation="Rose Cottage", **moments)).reference}


def calls_in(store):
    return store.run(lambda tx: tx.rows("SELECT count(*) AS n FROM call")[0]["n"])


def test_the_migrations_make_just_what_the_models_say(store):
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, METADATA) == []


def test_a_unit_of_work_is_done_once_and_answers_the_same_again(store, clock):
    first = store.once("key-1", "raise", "bart", raise_one)
    clock.passes(minutes=5)

    again = store.once("key-1", "raise", "cris", raise_one)

    assert not first.repeated
    assert again.repeated
    assert (again.answer, again.at, again.by) == (first.answer, first.at, "bart")
    assert calls_in(store) == 1


def test_a_unit_that_fails_leaves_nothing_behind(store):
    def fail(tx):
        raise_one(tx)
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        store.once("key-1", "raise", "bart", fail)

    assert calls_in(store) == 0
    assert not store.once("key-1", "raise", "bart", raise_one).repeated


def test_two_at_once_with_one_key_do_it_once(store):
    gate, results = threading.Barrier(2), []

    def run():
        gate.wait()
        results.append(store.once("key-1", "raise", "bart", raise_one))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done.repeated for done in results) == [False, True]
    assert calls_in(store) == 1


def test_no_update_is_lost_among_many_writers(store):
    store.once("key-1", "raise", "bart", raise_one)

    def count_up():
        def unit(tx):
            call = tx.call("ODS-000001")
            call.hold_note = str(int(call.hold_note or 0) + 1)

        for _ in range(10):
            store.run(unit)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert store.run(lambda tx: tx.call("1").hold_note) == "40"


@pytest.mark.parametrize("change", ["UPDATE event SET by = 'x'", "DELETE FROM event"])
def test_events_cannot_be_changed_or_taken_away(store, change):
    store.run(
        lambda tx: tx.add(
            Event(kind="note", at=tx.now, recorded_at=tx.now, by="bart", actor="bart")
        )
    )

    with pytest.raises(sa.exc.DBAPIError, match="only ever added"):
        store.run(lambda tx: tx.session.execute(sa.text(change)))


def test_moments_come_back_aware_and_the_same(store, clock):
    store.once("key-1", "raise", "bart", raise_one)

    assert store.run(lambda tx: tx.call("1").received_at) == clock.now


def test_a_moment_without_a_zone_is_refused(store, clock):
    naive = clock.now.replace(tzinfo=None)

    with pytest.raises(sa.exc.StatementError, match="needs its zone"):
        store.run(lambda tx: setattr(tx.add(Call(received_at=naive)), "state", None))


def test_the_quick_reader_reads_what_the_store_wrote(store, url):
    store.once("key-1", "raise", "bart", raise_one)

    with reading(url) as reader:
        found = reader.rows("SELECT organisation FROM worklist WHERE id = :number", number=1)

    assert [row["organisation"] for row in found] == ["Rose Cottage"]


def test_a_newer_database_is_refused_with_the_mend(store, url):
    store.run(lambda tx: tx.session.execute(sa.text("UPDATE alembic_version SET version_num='9'")))

    with pytest.raises(SchemaMismatch, match="newer version"):
        store.ready()
    with pytest.raises(SchemaMismatch, match="newer version"), reading(url):
        pass


def test_a_database_that_is_not_there_is_told_with_the_mend(clock, tmp_path):
    store = Store(f"sqlite:///{tmp_path}/none.sqlite", clock)

    with pytest.raises(StoreUnavailable, match="helpdesk init"):
        store.ready()

    assert not (tmp_path / "none.sqlite").exists()


def test_a_server_that_is_away_is_told(clock):
    store = Store("postgresql://desk@127.0.0.1:1/none", clock, patience=0.1)

    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:1"):
        store.run(lambda tx: tx.rows("SELECT 1"))
    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:1"):
        store.ready()


def test_sqlite_is_set_to_keep_what_it_confirmed(sqlite_url, clock):
    store = Store(sqlite_url, clock)

    with store.engine.connect() as connection:
        ask = lambda name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()  # noqa: E731
        found = {name: ask(name) for name in ("journal_mode", "synchronous", "foreign_keys")}

    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    store.engine.dispose()
