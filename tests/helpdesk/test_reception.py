"""Mail that arrives: each is one call, whoever takes it in, and none holds up another."""

import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from helpdesk import reception
from helpdesk.intake import Delivery, Known, Still, sources
from helpdesk.store import Store
from tests.helpdesk.made import MadeDesk, automatic_mail, made_desk, request_mail

CALLS = "SELECT count(*) AS n FROM call"
REFUSING = {
    "sqlite": [
        """CREATE TRIGGER refusing BEFORE INSERT ON message WHEN NEW.subject LIKE '%poison%'
        BEGIN SELECT RAISE(ABORT, 'this cannot be stored'); END"""
    ],
    "postgresql": [
        """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'this cannot be stored'; END $$""",
        """CREATE TRIGGER refusing BEFORE INSERT ON message FOR EACH ROW
        WHEN (NEW.subject LIKE '%poison%') EXECUTE FUNCTION refuse()""",
    ],
}
"""A database that will not have what is read from one mail."""

KILLED_BY_A_MAIL = """
import os, signal, sys
from helpdesk.cli import run
from helpdesk.reception.acting import Reading

def die(frame, event, argument):
    acting = frame.f_locals["self"] if frame.f_code is Reading.act.__code__ else None
    if acting and "poison" in acting.message.subject:
        os.kill(os.getpid(), signal.SIGKILL)

sys.setprofile(die)
sys.exit(run(["intake"]))
"""
"""Takes mail in, in a process that one mail brings to its end."""


@pytest.fixture
def desk(url: str, tmp_path: Path) -> Iterator[MadeDesk]:
    made = made_desk(tmp_path / "desk", url)
    yield made
    made.app().store.engine.dispose()


def poison(n: int) -> bytes:
    return request_mail(n).replace(b"Subject: ", b"Subject: poison ")


def take_in(desk: MadeDesk) -> reception.TakenIn:
    app = desk.app()
    return reception.take_in(app.store, app.journal, sources.source_for(desk.maildir))


def refuse_poison(store: Store) -> None:
    for statement in REFUSING[store.engine.dialect.name]:
        store.run(lambda tx, statement=statement: tx.session.execute(sa.text(statement)))


def test_a_mail_that_cannot_be_taken_in_is_set_aside_and_holds_up_none(desk: MadeDesk) -> None:
    refuse_poison(desk.app().store)
    desk.receive([request_mail(1), poison(2), request_mail(3)])

    first, second, third, last = (take_in(desk) for _ in range(4))

    assert (first.raised, first.failed) == (2, 1)
    assert second == reception.TakenIn(failed=1)
    assert third == reception.TakenIn(quarantined=1)
    assert last == reception.TakenIn()
    assert len(list((desk.maildir / ".Quarantine" / "cur").iterdir())) == 1
    assert len(list((desk.maildir / ".Processed" / "cur").iterdir())) == 2
    assert [bool(row["unreadable"]) for row in desk.rows("SELECT * FROM call ORDER BY id")] == [
        False,
        False,
        True,
    ]


def test_what_goes_wrong_with_a_mail_is_logged_without_the_mail(
    desk: MadeDesk, caplog: pytest.LogCaptureFixture
) -> None:
    refuse_poison(desk.app().store)
    desk.receive([poison(2)])

    with caplog.at_level(logging.INFO):
        take_in(desk)

    assert "could not be taken in" in caplog.text
    for secret in ("Anne", "home2.example", "Rose Cottage", "01632"):
        assert secret not in caplog.text


def test_a_mail_that_kills_the_process_is_set_aside_and_holds_up_the_others_once(
    sqlite_url: str, tmp_path: Path
) -> None:
    desk = made_desk(tmp_path / "desk", sqlite_url)
    desk.receive([poison(1), request_mail(2), automatic_mail(3)])

    def take_in_and_die() -> tuple[int, list[str]]:
        deadly = [sys.executable, "-c", KILLED_BY_A_MAIL]
        ended = subprocess.run(deadly, cwd=desk.folder, check=False, capture_output=True)
        states = desk.rows("SELECT state FROM received_mail ORDER BY id")
        return ended.returncode, [row["state"] for row in states]

    assert [take_in_and_die() for _ in range(4)] == [
        (-signal.SIGKILL, ["waiting", "waiting", "waiting"]),
        (-signal.SIGKILL, ["waiting", "taken", "filed"]),
        (-signal.SIGKILL, ["waiting", "taken", "filed"]),
        (0, ["quarantined", "taken", "filed"]),
    ]
    (unread,) = desk.rows("SELECT unreadable FROM call WHERE unreadable <> ''")
    assert "it ended this program" in unread["unreadable"]


def test_a_file_that_cannot_be_read_holds_up_no_other_mail(sqlite_url: str, tmp_path: Path) -> None:
    desk = made_desk(tmp_path / "desk", sqlite_url)
    desk.receive([request_mail(1), request_mail(2), request_mail(3)])
    sorted((desk.maildir / "new").iterdir())[1].chmod(0)
    command = [sys.executable, "-m", "helpdesk", "intake"]
    if os.geteuid() == 0:  # root reads everything, unless it lays that power down
        setpriv = shutil.which("setpriv") or pytest.skip("root reads everything")
        command = [setpriv, "--bounding-set=-dac_override,-dac_read_search", *command]

    done = subprocess.run(command, cwd=desk.folder, check=False, capture_output=True, text=True)

    assert desk.rows(CALLS) == [{"n": 2}]
    assert "cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def at_once(*acts: Callable[[], object]) -> list[Exception]:
    """Do all at the same time; what went wrong."""
    gate, wrong = threading.Barrier(len(acts)), list[Exception]()

    def one(act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
        except Exception as error:  # noqa: BLE001  # whatever it is, it is wrong
            wrong.append(error)

    threads = [threading.Thread(target=one, args=[act]) for act in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return wrong


def test_several_daemons_make_one_call_of_each_mail(desk: MadeDesk) -> None:
    desk.receive(request_mail(n) for n in range(20))

    wrong = at_once(*[lambda: take_in(desk)] * 6)

    assert wrong == []
    assert desk.rows("SELECT state, count(*) AS n FROM received_mail GROUP BY state") == [
        {"state": "taken", "n": 20}
    ]
    assert desk.rows(CALLS) == [{"n": 20}]
    assert desk.rows("SELECT count(*) AS n FROM letter") == [{"n": 20}]


def test_the_same_mail_in_two_boxes_at_once_is_one_call(desk: MadeDesk) -> None:
    boxes = [desk.folder / "one", desk.folder / "other"]
    for box in boxes:
        box.mkdir()
        for n in range(15):
            (box / f"{n}.eml").write_bytes(request_mail(n))
    app = desk.app()

    wrong = at_once(
        *[
            lambda box=box: reception.take_in(app.store, app.journal, sources.FolderSource(box))
            for box in boxes
        ]
    )

    assert wrong == []
    assert desk.rows(CALLS) == [{"n": 15}]


def test_several_processes_make_one_call_of_each_mail(postgres_url: str, tmp_path: Path) -> None:
    desk = made_desk(tmp_path / "desk", postgres_url)
    desk.receive(request_mail(n) for n in range(40))

    running = [desk.start("intake") for _ in range(5)]
    ends = [(each.communicate(timeout=60)[1], each.returncode) for each in running]

    assert ends == [("", 0)] * 5
    assert desk.rows(CALLS) == [{"n": 40}]
    assert not list((desk.maildir / "new").iterdir())
    desk.app().store.engine.dispose()


class Remembering:
    """A place with very many mails, all of which the store has had."""

    mailbox = "folder:large"

    def waiting(self, known: Known, _still: Still = lambda: True, /) -> Iterator[Delivery]:
        assert not known([("", f"{n}.eml") for n in range(70_000)])
        yield from ()

    def settle(self, uid: str, *, quarantined: bool = False) -> None:
        pass


def test_a_folder_may_hold_very_many_mails(desk: MadeDesk) -> None:
    app = desk.app()

    assert reception.take_in(app.store, app.journal, Remembering()) == reception.TakenIn()


def test_a_mail_that_was_set_aside_twice_at_once_is_one_call(desk: MadeDesk) -> None:
    app = desk.app()
    moment: datetime = app.store.clock()
    app.store.run(lambda tx: reception.keep(tx, sources.one(poison(1), moment)))
    app.store.run(lambda tx: setattr(tx.mail(1), "tries", 3))

    wrong = at_once(*[lambda: reception.take_in_stored(app.store, app.journal)] * 6)

    assert wrong == []
    assert desk.rows(CALLS) == [{"n": 1}]
