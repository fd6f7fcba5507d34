"""A connection to PostgreSQL may be lost at any moment: the unit is tried whole, and done once."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from helpdesk import reception, sweep
from helpdesk.app import App, build
from helpdesk.config.settings import Config, Intake, People
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.intake import Request, sources
from helpdesk.journal import Who
from helpdesk.store import Store, Tx
from tests.helpdesk.made import SUE, due_calls, request_mail, rows

BART = Who("bart", "bart")
REQUEST = Request("Anne Archer", "anne@rosecottage.example", "01632 960 123", "Rose Cottage")


class Line:
    """Stands between the desk and its server, and can be told to cut.

    `cut_at`: in place of the n-th thing that the desk says. `cut_after_commit`: once the server
    has done the n-th commit, and before the desk hears of it.
    """

    def __init__(self, server_port: int) -> None:
        self.cut_at = self.cut_after_commit = self.cuts = 0
        self._server_port = server_port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                threading.Thread(target=self._talk, args=[near], daemon=True).start()

    def _talk(self, near: socket.socket) -> None:
        """One question, one answer, for a driver that speaks no faster than it hears."""
        with near, socket.create_connection(("127.0.0.1", self._server_port)) as far:
            back = threading.Thread(target=_carry, args=[far, near], daemon=True)
            back.start()
            with suppress(OSError):
                while said := near.recv(1 << 20):
                    if self._is_time("cut_at"):
                        break
                    if b"COMMIT" in said and self._is_time("cut_after_commit"):
                        near.shutdown(socket.SHUT_WR)  # the answer cannot come back
                        far.sendall(said)
                        far.shutdown(socket.SHUT_WR)  # the server does it, and then hangs up
                        back.join(5)
                        break
                    far.sendall(said)
            for end in (near, far):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            back.join(5)

    def _is_time(self, which: str) -> bool:
        left = getattr(self, which)
        setattr(self, which, max(left - 1, 0))
        self.cuts += left == 1
        return bool(left == 1)


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while heard := source.recv(1 << 20):
            with suppress(BrokenPipeError):
                target.sendall(heard)


@pytest.fixture
def line(postgres_url: str) -> Iterator[Line]:
    made = Line(int(postgres_url.rpartition(":")[2].partition("/")[0]))
    yield made
    made.close()


@pytest.fixture
def app(line: Line, postgres_url: str, clock: Any) -> Iterator[App]:
    """A desk whose every word to its database goes over the line."""
    server, _, name = postgres_url.rpartition("/")
    url = f"{server.rpartition(':')[0]}:{line.port}/{name}"
    config = Config(
        store=StoreSettings(database=url),
        people=People(supervisors=(SUE,)),
        intake=Intake(receipts_per_hour=1_000_000),
    )
    made = build(config, clock)
    made.desk.first_agent("bart", "Bart")
    yield made
    made.store.engine.dispose()


def end_backends(url: str) -> None:
    """What an administrator does, or a restart: all connections to the desk's database end."""
    with psycopg.connect(url, autocommit=True) as own:
        own.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_connection_that_ended_between_two_units_is_no_matter(
    postgres_url: str, clock: Any
) -> None:
    store = Store(postgres_url, clock)
    store.run(lambda tx: tx.rows("SELECT 1"))

    end_backends(postgres_url)

    assert not store.once("one", "raise", "bart", lambda tx: {"n": 1}).repeated
    store.engine.dispose()


def test_a_connection_that_ends_in_the_middle_is_a_unit_done_once(
    postgres_url: str, clock: Any
) -> None:
    app = build(Config(store=StoreSettings(database=postgres_url)), clock)
    tried = []

    def unit(tx: Tx) -> dict[str, Any]:
        tried.append(1)
        app.journal.note(tx, None, "tried", BART)
        if len(tried) == 1:
            end_backends(postgres_url)
        app.journal.note(tx, None, "done", BART)
        return {}

    app.store.once("one", "note", "bart", unit)

    assert len(tried) == 2
    assert rows(app.store, "SELECT kind FROM event ORDER BY id") == [
        {"kind": "tried"},
        {"kind": "done"},
    ]
    app.store.engine.dispose()


def test_a_verb_whose_commit_was_never_answered_is_done_once(app: App, line: Line) -> None:
    line.cut_after_commit = 1

    done = app.desk.raise_call(REQUEST, BART, None)

    assert line.cuts == 1
    assert done.repeated  # it was there when the desk looked again
    assert rows(app.store, "SELECT count(*) AS n FROM call") == [{"n": 1}]
    assert rows(app.store, "SELECT count(*) AS n FROM event WHERE kind = 'received'") == [{"n": 1}]


@pytest.mark.parametrize("how", ["cut_at", "cut_after_commit"])
def test_wherever_the_line_is_cut_each_mail_is_one_call(app: App, line: Line, how: str) -> None:
    number = 0
    while line.cuts == number:
        number += 1
        mail = sources.one(request_mail(number), app.store.clock())
        setattr(line, how, number)
        reception.take_in_one(app.store, app.journal, mail)
    setattr(line, how, 0)

    assert number > (3 if how == "cut_after_commit" else 15)
    assert rows(
        app.store,
        """SELECT DISTINCT state, (SELECT count(*) FROM call) AS calls,
        (SELECT count(*) FROM letter) AS letters FROM received_mail""",
    ) == [{"state": "taken", "calls": number, "letters": number}]


@pytest.mark.parametrize("how", ["cut_at", "cut_after_commit"])
def test_wherever_the_line_is_cut_each_breach_is_told_once(app: App, line: Line, how: str) -> None:
    number = 0
    while line.cuts == number:
        number += 1
        due_calls(app, 2, timedelta(days=3))
        setattr(line, how, number)
        sweep.sweep(app.store, app.journal)
    setattr(line, how, 0)

    assert number >= (3 if how == "cut_after_commit" else 10)
    assert rows(app.store, "SELECT count(*) AS n FROM alert WHERE stage = 'breached'") == [
        {"n": 2 * number}
    ]
    assert rows(app.store, "SELECT count(*) AS n FROM event WHERE by = 'sweep'") == [
        {"n": 2 * number}
    ]
    assert rows(app.store, "SELECT subject, count(*) AS n FROM letter GROUP BY subject") == [
        {"subject": "BREACHED: 2 calls", "n": number}
    ]
