"""P13: what planning costs the scheduler, beside a date-job for each call; and sweeps after sleep.

The next check of a call is a column of its clock, written in the transaction that moves the call
anyway. Beside the writing of 1,000 such columns: a job for each in APScheduler's own store, on
SQLite too. Bars: no slower, and no statement that writes for a scheduler while calls move.
A daemon is put to sleep for several of its intervals, and woken. Bar: one sweep then, not one for
each that it missed.
"""

import re
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlmodel import select

from benchmarks import desks
from benchmarks.harness import TIMES, Result, beside, result, within
from benchmarks.running import daemon, until
from helpdesk.app import App
from helpdesk.clock import utc_now
from helpdesk.models import Clock
from helpdesk.models.columns import METADATA
from helpdesk.store import Tx

SIZE = 10_000
CALLS, MOVED, ROUNDS = 1_000, 100, 5

EVERY = 2  # seconds between two sweeps
MISSED = 3.5  # intervals
WATCHED = 0.25  # intervals: the next sweep of the plan comes half an interval after the waking
SLEEPS = 5

SEEN = """
CREATE TABLE seen (at TEXT);
CREATE TRIGGER see AFTER UPDATE ON duty WHEN new.name = 'sweep'
BEGIN INSERT INTO seen VALUES (new.good_at); END;
"""
"""Every sweep that is done is noted: this counts them."""

WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)")


def measure() -> list[Result]:
    with desks.copy_of_desk(SIZE) as path:
        app = desks.app_of(path)
        jobs = path.with_name("jobs.sqlite")
        times = beside(partial(_columns, app), partial(_jobs, jobs), ROUNDS)
        written = _written_elsewhere(app)
        app.store.close()
    with desks.copy_of_desk(SIZE) as path:
        counts = _sweeps_after_sleeps(path)
    none = f"writes for a scheduler, {MOVED} calls acknowledged"
    after = f"sweeps after a sleep of {MISSED} intervals"
    return [
        result("P13", f"the next checks of {CALLS:,} calls", "a job for each", times, bar=1),
        Result("P13", none, written, "a job for each", MOVED, [written / MOVED], 0, unit=TIMES),
        within("P13", after, 1, counts, "the limit of one", unit=TIMES),
    ]


def _columns(app: App) -> float:
    moment = utc_now() + timedelta(hours=2)

    def unit(tx: Tx) -> None:
        for clock in tx.session.exec(select(Clock).limit(CALLS)):
            clock.next_check = moment

    began = time.perf_counter()
    app.store.run(unit)
    return time.perf_counter() - began


def _jobs(path: Path) -> float:
    scheduler = BackgroundScheduler(jobstores={"default": SQLAlchemyJobStore(f"sqlite:///{path}")})
    scheduler.start(paused=True)
    at = utc_now() + timedelta(days=1)
    began = time.perf_counter()
    for number in range(CALLS):
        scheduler.add_job(check, "date", [number], run_date=at)
    took = time.perf_counter() - began
    scheduler.shutdown()
    return took


def check(number: int) -> None:
    """What a job for the call with that number would do."""


def _written_elsewhere(app: App) -> int:
    """How many statements write anything but the desk's own tables while calls are acknowledged."""
    tables: list[str] = []

    def see(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if found := WRITES.match(statement):
            tables.append(found[1])

    app.desk.first_agent(desks.AGENT.by, "Bart Brown")
    sa.event.listen(app.store.engine, "before_cursor_execute", see)
    for number in range(1, MOVED + 1):
        app.desk.acknowledge(str(number), desks.AGENT)
    assert len(tables) >= MOVED
    return sum(table not in METADATA.tables for table in tables)


def _sweeps_after_sleeps(path: Path) -> list[float]:
    """How many sweeps a daemon does at once when it wakes."""
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as looking,
        daemon(path, EVERY) as one,
    ):
        until(lambda: bool(looking.execute("SELECT 1 FROM duty WHERE name = 'sweep'").fetchone()))
        looking.executescript(SEEN)
        return [_sweeps_after_a_sleep(looking, one) for _ in range(SLEEPS)]


def _sweeps_after_a_sleep(looking: sqlite3.Connection, running: subprocess.Popen[bytes]) -> float:
    def seen() -> int:
        return int(looking.execute("SELECT count(*) FROM seen").fetchone()[0])

    before = seen()
    until(lambda: seen() > before)
    running.send_signal(signal.SIGSTOP)
    before = seen()
    time.sleep(MISSED * EVERY)
    running.send_signal(signal.SIGCONT)
    until(lambda: seen() > before)
    time.sleep(WATCHED * EVERY)
    return seen() - before
