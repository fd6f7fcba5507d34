"""The daemon: it works, survives what fails, stops when it is told to, and tells no tales."""

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from helpdesk.clock import ticks
from tests.helpdesk.made import COMMAND, MadeDesk, Office, due_calls, made_desk, request_mail

SECRETS = ("Anne", "Archer", "home", "Rose Cottage", "ZZ1", "01632", "@")
"""What mails hold, and no log may."""

ON_A_CLOCK_THAT_IS_SET_BACK = """
import sys
from datetime import timedelta
from pathlib import Path
from helpdesk import app, daemon
from helpdesk.clock import utc_now
from helpdesk.config import settings

def clock():
    return utc_now() - timedelta(hours=1) * Path("set-back").exists()

sys.exit(daemon.run(app.build(settings.load(Path("config.toml")), clock, daemon=True)))
"""


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office()
    yield made
    made.stop()


@pytest.fixture
def desk(sqlite_url: str, tmp_path: Path, office: Office) -> MadeDesk:
    return made_desk(tmp_path / "desk", sqlite_url, office.port)


@contextmanager
def daemon(desk: MadeDesk, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A daemon at work. Afterwards it ended well, when it was told to."""
    starts = said(desk).count('"started"')
    with (desk.folder / "log").open("ab") as log, (desk.folder / "out").open("ab") as out:
        running = subprocess.Popen(
            command or COMMAND_DAEMON, cwd=desk.folder, stdout=out, stderr=log
        )
    try:
        until(lambda: said(desk).count('"started"') > starts)
        yield running
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 0
    finally:
        running.kill()
        running.wait()


COMMAND_DAEMON = (*COMMAND, "daemon")


def until(comes_true: Callable[[], object], seconds: float = 30) -> None:
    deadline = ticks() + seconds
    while not comes_true():
        assert ticks() < deadline, "it never came true"
        time.sleep(0.05)


def said(desk: MadeDesk) -> str:
    log = desk.folder / "log"
    return log.read_text() if log.exists() else ""


def count(desk: MadeDesk, what: str) -> int:
    return int(desk.rows(f"SELECT count(*) AS n FROM {what}")[0]["n"])


def test_a_daemon_does_all_duties_and_logs_without_names(desk: MadeDesk, office: Office) -> None:
    due_calls(desk.app(), 1, timedelta(days=3))

    with daemon(desk):
        desk.receive([request_mail(1)])
        until(lambda: len(office.taken) == 2)
        doctor = desk.run("doctor")

    assert sorted(to for to, _ in office.taken) == ["anne@home1.example", "sue@desk.example"]
    assert doctor.returncode == 0, doctor.stdout
    lines = [json.loads(line) for line in said(desk).splitlines()]
    assert lines[0]["message"] == "started"
    assert lines[-1]["message"] == "stopped"
    assert {"take_in", "sweep", "deliver"} <= {line["message"] for line in lines}
    assert [secret for secret in SECRETS if secret in said(desk)] == []
    assert (desk.folder / "out").read_text() == ""


def test_a_duty_that_fails_is_logged_and_stops_no_other(desk: MadeDesk) -> None:
    desk = made_desk(desk.folder, desk.url, port=1)  # where no server is
    away = desk.maildir.rename(desk.folder / "away")
    due_calls(desk.app(), 1, timedelta(days=3))

    with daemon(desk):
        until(lambda: count(desk, "letter WHERE error <> ''"))
        until(lambda: count(desk, "duty WHERE name = 'take_in' AND error <> ''"))
        doctor = desk.run("doctor")
        away.rename(desk.maildir)
        desk.receive([request_mail(1)])
        until(lambda: count(desk, "call") == 2)

    assert doctor.returncode == 1
    assert "box" in doctor.stdout
    assert "cannot be reached" in doctor.stdout
    lines = [json.loads(line) for line in said(desk).splitlines()]
    assert any("is no folder" in line["message"] for line in lines)
    assert any("cannot be reached" in line.get("stopped", "") for line in lines)
    assert not any("traceback" in line for line in lines)


def test_doctor_repeats_what_kept_a_duty_from_its_work_in_its_own_words(desk: MadeDesk) -> None:
    app = desk.app()
    app.store.run(lambda tx: tx.session.execute(sa.text("ALTER TABLE alert RENAME TO mislaid")))

    with daemon(desk):
        until(lambda: count(desk, "duty WHERE name = 'sweep' AND error <> ''"))
        doctor = desk.run("doctor")

    place = desk.url.removeprefix("sqlite:///")
    words = f"the database {place} has lost a table: restore it from a backup"
    assert f"sweep\tILL\t{words}" in doctor.stdout.splitlines()


def test_a_server_that_quotes_addresses_brings_none_into_the_log(
    desk: MadeDesk, office: Office
) -> None:
    office.refused["anne@home1.example"] = "550 5.7.1 not for <anne@home1.example>"
    desk.receive([request_mail(1)])

    with daemon(desk):
        until(lambda: count(desk, "letter WHERE error <> ''"))
        until(lambda: '"deliver"' in said(desk))

    assert "anne@home1.example" not in said(desk)


def test_a_daemon_may_be_stopped_at_any_moment(desk: MadeDesk, office: Office) -> None:
    rng = random.Random(2)  # noqa: S311  # moments, not secrets
    due_calls(desk.app(), 50, timedelta(days=3))

    for start in range(0, 60, 20):
        desk.receive(request_mail(n) for n in range(start, start + 20))
        with daemon(desk):
            time.sleep(rng.uniform(0, 0.6))
    with daemon(desk):
        until(lambda: not count(desk, "letter WHERE state = 'waiting'"))
        until(lambda: count(desk, "received_mail WHERE state = 'taken'") == 60)
        until(lambda: not count(desk, "letter WHERE state = 'waiting'"))

    assert count(desk, "call") == 110
    assert count(desk, "alert WHERE stage = 'breached'") == 50
    assert max(office.copies().values()) == 1
    assert len(office.taken) == count(desk, "letter WHERE state = 'sent'") == count(desk, "letter")


def test_a_clock_that_is_set_back_puts_no_duty_to_sleep(desk: MadeDesk) -> None:
    text = (desk.folder / "config.toml").read_text().replace('"1 s"', '"1 h"')
    (desk.folder / "config.toml").write_text(text)

    with daemon(desk, sys.executable, "-c", ON_A_CLOCK_THAT_IS_SET_BACK):
        until(lambda: count(desk, "duty WHERE name IN ('take_in', 'sweep', 'deliver')") == 3)
        desk.receive([request_mail(1)])
        (desk.folder / "set-back").touch()
        until(lambda: count(desk, "call") == 1)

    assert "the clock was changed by -" in said(desk)


def test_doctor_is_alarmed_by_a_sweep_that_is_old(desk: MadeDesk) -> None:
    desk.run("sweep")
    assert desk.run("doctor").returncode == 0
    app = desk.app()
    app.store.run(lambda tx: setattr(tx.duty("sweep"), "good_at", tx.now - timedelta(minutes=6)))

    found = desk.run("doctor")

    assert found.returncode == 1
    assert "6 minutes ago" in found.stdout
