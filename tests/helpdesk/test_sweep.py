"""Sweeps: each flag is raised once, with its true moment, however many sweep at once."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from helpdesk.app import App, build
from helpdesk.config.settings import Config, People
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.desk.steps import acknowledge
from helpdesk.journal import Who
from helpdesk.store import Tx
from helpdesk.sweep import Swept, sweep
from tests.helpdesk.made import due_calls, made_desk, moment_of, rows

SUE, RON = TEAM = ("sue@desk.example", "ron@desk.example")
LETTERS = "SELECT to_address, subject FROM letter ORDER BY to_address"
TWICE = (
    "SELECT call_id FROM alert GROUP BY call_id, target, cycle, stage, audience HAVING count(*) > 1"
)


@pytest.fixture
def app(url: str, clock: Any) -> Iterator[App]:
    config = Config(store=StoreSettings(database=url), people=People(supervisors=TEAM))
    made = build(config, clock)
    made.desk.first_agent("sue", "Sue")
    yield made
    made.store.engine.dispose()


def test_after_three_days_of_silence_each_breach_is_flagged_with_its_true_moment(
    app: App, clock: Any
) -> None:
    due_calls(app, 120, timedelta())
    received = clock.now
    clock.passes(days=3)

    swept, again = (sweep(app.store, app.journal) for _ in range(2))

    assert (swept, again) == (Swept(breached=120, letters=2, checked=120), Swept())
    moments = rows(app.store, "SELECT DISTINCT at, recorded_at FROM event WHERE kind = 'breached'")
    assert [(moment_of(row["at"]), moment_of(row["recorded_at"])) for row in moments] == [
        (received + timedelta(hours=48), clock.now)
    ]
    assert rows(app.store, LETTERS) == [
        {"to_address": address, "subject": "BREACHED: 120 calls"} for address in (RON, SUE)
    ]


def test_a_second_sweep_tells_of_what_is_new_alone(app: App, clock: Any) -> None:
    due_calls(app, 3, timedelta(days=3))
    sweep(app.store, app.journal)
    due_calls(app, 2, timedelta(days=3))

    sweep(app.store, app.journal)

    subjects = Counter(row["subject"] for row in rows(app.store, LETTERS))
    assert subjects == {"BREACHED: 3 calls": 2, "BREACHED: 2 calls": 2}


def test_sweeps_at_once_flag_each_clock_once(app: App) -> None:
    due_calls(app, 80, timedelta(days=3))
    due_calls(app, 40, timedelta(hours=40))
    gate, done, wrong = threading.Barrier(4), [], []

    def one() -> None:
        gate.wait()
        try:
            done.append(sweep(app.store, app.journal))
        except Exception as error:  # noqa: BLE001  # whatever it is, it is wrong
            wrong.append(error)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert wrong == []
    assert sum(each.breached for each in done) == 80
    assert sum(each.at_risk for each in done) == 40
    assert_each_is_told_once(app, breached=80, at_risk=40)


def test_processes_that_sweep_at_once_flag_each_clock_once(url: str, tmp_path: Path) -> None:
    desk = made_desk(tmp_path / "desk", url, supervisors=TEAM)
    due_calls(desk.app(), 200, timedelta(days=3))

    running = [desk.start("sweep") for _ in range(3)]
    ends = [(each.communicate(timeout=60)[1], each.returncode) for each in running]

    assert ends == [("", 0)] * 3
    assert_each_is_told_once(desk.app(), breached=200, at_risk=0)
    desk.app().store.engine.dispose()


def test_a_sweep_waits_for_no_agent_who_is_at_work_on_a_call(postgres_url: str, clock: Any) -> None:
    app = build(Config(store=StoreSettings(database=postgres_url)), clock)
    app.desk.first_agent("sue", "Sue")
    due_calls(app, 3, timedelta(days=3))
    swept: list[Swept] = []

    def acknowledges(tx: Tx) -> None:
        call = tx.call("1")
        assert tx.clocks(call)
        if not swept:  # this one clashes with the sweep, and is done again
            sweeping = threading.Thread(target=lambda: swept.append(sweep(app.store, app.journal)))
            sweeping.start()
            sweeping.join(5)
            assert swept
        acknowledge(tx, app.journal, "1", Who("sue", "sue"))

    app.store.run(acknowledges)

    assert swept[0].breached == 3
    kinds = Counter(row["kind"] for row in rows(app.store, "SELECT kind FROM event"))
    assert (kinds["breached"], kinds["acknowledged"]) == (3, 1)
    app.store.engine.dispose()


def assert_each_is_told_once(app: App, *, breached: int, at_risk: int) -> None:
    kinds = rows(app.store, "SELECT kind FROM event WHERE by = 'sweep'")
    assert Counter(row["kind"] for row in kinds) == Counter(breached=breached, at_risk=at_risk)
    assert rows(app.store, TWICE) == []
    waiting = "SELECT stage, count(*) AS n FROM alert WHERE letter_id IS NULL GROUP BY stage"
    assert rows(app.store, waiting) == [{"stage": "level_2", "n": breached}]
    told = {SUE: 0, RON: 0}
    for row in rows(app.store, LETTERS):
        if row["subject"].startswith("BREACHED"):
            told[row["to_address"]] += int(row["subject"].split()[1].replace(",", ""))
    assert told == {SUE: breached, RON: breached}


def test_a_clock_that_cannot_be_read_holds_up_no_other(app: App, clock: Any) -> None:
    due_calls(app, 12, timedelta(days=3))
    broken = "UPDATE clock SET due_at = 'infinity' WHERE call_id IN (SELECT min(id) + 5 FROM call)"
    app.store.run(lambda tx: tx.session.execute(sa.text(broken)))

    sweep(app.store, app.journal)

    assert rows(app.store, "SELECT count(DISTINCT call_id) AS n FROM alert") == [{"n": 11}]
    left = rows(app.store, "SELECT call_id, next_check FROM clock WHERE next_check IS NOT NULL")
    assert [moment_of(row["next_check"]) for row in left] == [clock.now + timedelta(hours=1)]
