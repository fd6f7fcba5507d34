"""Letters in somebody's hands: those of the dead are free at once, those of the living are not."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from helpdesk.app import SMTP_ANSWER, SMTP_PATIENCE, App, build
from helpdesk.clock import utc_now
from helpdesk.config.settings import Config
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.delivery import LEASE, SLOWEST, Delivered, deliver
from helpdesk.oauth import PATIENCE as TOKEN_PATIENCE
from helpdesk.store import Tx
from tests.helpdesk.made import MadeDesk, Office, made_desk, rows, waiting_letters


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office()
    yield made
    made.stop()


@pytest.fixture
def app(url: str, clock: Any) -> Iterator[App]:
    made = build(Config(store=StoreSettings(database=url)), clock)
    yield made
    made.store.engine.dispose()


def held_up(desk: MadeDesk, office: Office) -> tuple[Any, threading.Event]:
    """A process that waits for the server's answer to its first letter."""
    reached, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        reached.set()
        go_on.wait(20)

    office.before_answer = wait
    running = desk.start("deliver")
    assert reached.wait(20)
    office.before_answer = lambda: None
    return running, go_on


def test_what_a_dead_process_claimed_is_sent_at_once(
    sqlite_url: str, tmp_path: Path, office: Office
) -> None:
    desk = made_desk(tmp_path / "desk", sqlite_url, office.port)
    app = desk.app()
    waiting_letters(app.store, app.journal, 3)
    running, go_on = held_up(desk, office)
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    go_on.set()

    found = deliver(app.store, office.mailer)

    assert found == Delivered(sent=3)
    assert sorted(office.copies().values()) == [1, 1, 2]  # one was in hand; its bytes are the same


def test_what_a_living_process_claimed_is_left_alone_until_its_lease_ends(
    sqlite_url: str, tmp_path: Path, office: Office
) -> None:
    desk = made_desk(tmp_path / "desk", sqlite_url, office.port)
    app = desk.app()
    waiting_letters(app.store, app.journal, 3)
    running, go_on = held_up(desk, office)
    os.kill(running.pid, signal.SIGSTOP)
    go_on.set()

    at_once = deliver(app.store, office.mailer)
    later = desk.app(lambda: utc_now() + LEASE)
    in_the_end = deliver(later.store, office.mailer)
    os.kill(running.pid, signal.SIGCONT)
    said, _ = running.communicate(timeout=30)

    assert (at_once, in_the_end) == (Delivered(), Delivered(sent=3))
    assert rows(app.store, "SELECT DISTINCT state FROM letter") == [{"state": "sent"}]
    assert max(office.copies().values()) <= 2, said


def test_a_process_that_slept_past_its_lease_sends_nothing_that_others_claimed(
    app: App, office: Office, clock: Any
) -> None:
    waiting_letters(app.store, app.journal, 10)

    def sleep_and_be_overtaken() -> None:
        clock.passes(minutes=20)
        app.store.run(lambda tx: [claim_for(tx, "elsewhere:other:17", n) for n in range(2, 11)])

    office.before_answer = sleep_and_be_overtaken

    assert deliver(app.store, office.mailer) == Delivered(sent=1)
    assert len(office.taken) == 1


def test_slow_letters_are_never_claimed_by_others_while_they_are_sent(
    app: App, office: Office, clock: Any
) -> None:
    waiting_letters(app.store, app.journal, 5)
    stolen: list[Any] = []

    def take_long() -> None:
        clock.passes(minutes=10)
        stolen.extend(app.store.run(lambda tx: tx.claim_letters(1, "elsewhere:other:17", tx.now)))

    office.before_answer = take_long

    assert deliver(app.store, office.mailer) == Delivered(sent=5)
    assert stolen == []
    assert set(office.copies().values()) == {1}


def test_a_lease_outlasts_the_slowest_letter() -> None:
    token = 3 * timedelta(seconds=TOKEN_PATIENCE)
    words = 2 * timedelta(seconds=SMTP_PATIENCE)  # two conversations: the kept one may have died

    assert token + words + timedelta(seconds=SMTP_ANSWER) < SLOWEST < LEASE


def test_a_letter_that_the_server_is_slow_to_take_comes_once(app: App, office: Office) -> None:
    waiting_letters(app.store, app.journal, 2)
    office.before_answer = lambda: time.sleep(1.2)
    mailer = replace(office.mailer, timeout=1)

    assert deliver(app.store, mailer) == Delivered(sent=2)
    assert set(office.copies().values()) == {1}


def test_a_delivery_that_is_told_to_stop_leaves_the_letter_that_is_not_answered_for_later(
    app: App, office: Office
) -> None:
    waiting_letters(app.store, app.journal, 2)
    reached, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        reached.set()
        go_on.wait(20)

    office.before_answer = wait
    mailer = replace(office.mailer, timeout=1)
    found = deliver(app.store, mailer, lambda: not reached.is_set())
    go_on.set()

    assert found == Delivered(postponed=1)
    assert rows(app.store, "SELECT DISTINCT state, claimed_by FROM letter") == [
        {"state": "waiting", "claimed_by": ""}
    ]
    assert rows(app.store, "SELECT count(*) AS n FROM letter WHERE maybe_twice") == [{"n": 1}]


def claim_for(tx: Tx, whom: str, number: int) -> None:
    letter = tx.letter(number)
    letter.claimed_by, letter.send_at = whom, tx.now + LEASE


def test_what_an_earlier_life_of_this_process_claimed_is_sent_at_once(
    app: App, office: Office
) -> None:
    waiting_letters(app.store, app.journal, 1)

    earlier = f"{socket.gethostname()}:earlier:{os.getpid()}"
    app.store.run(lambda tx: claim_for(tx, earlier, 1))

    assert deliver(app.store, office.mailer) == Delivered(sent=1)


def test_two_deliveries_at_once_send_each_letter_once(
    url: str, tmp_path: Path, office: Office
) -> None:
    desk = made_desk(tmp_path / "desk", url, office.port)
    app = desk.app()
    waiting_letters(app.store, app.journal, 90)

    running = [desk.start("deliver") for _ in range(3)]
    ends = [(each.communicate(timeout=60)[1], each.returncode) for each in running]

    assert ends == [("", 0)] * 3
    assert max(office.copies().values()) == 1
    assert len(office.taken) == 90
    app.store.engine.dispose()
