"""Letters: each arrives once, as it was stored, whatever the server and our own processes do."""

import ssl
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import AuthResult

from helpdesk.app import App, build
from helpdesk.config.settings import Config, People
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.database import reading
from helpdesk.delivery import Delivered, deliver
from helpdesk.doctor import Finding, Health, Patient, examine
from helpdesk.sweep import sweep
from helpdesk.views import worklist
from notifications.mailer import Security, SmtpMailer
from notifications.retry import JITTER, WAITS
from tests.helpdesk.made import (
    Office,
    due_calls,
    moment_of,
    rows,
    told_apart,
    waiting_letters,
)

SUE, RON, UMA = TEAM = ("sue@desk.example", "ron@desk.example", "uma@desk.example")


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office()
    yield made
    made.stop()


@pytest.fixture
def app(sqlite_url: str, clock: Any) -> Iterator[App]:
    config = Config(store=StoreSettings(database=sqlite_url), people=People(supervisors=TEAM))
    made = build(config, clock)
    made.desk.first_agent("sue", "Sue")
    yield made
    made.store.engine.dispose()


def letters(app: App) -> list[dict[str, Any]]:
    return rows(app.store, "SELECT * FROM letter ORDER BY id")


def health(app: App) -> list[Finding]:
    with reading(app.config.store.database) as reader:
        found = examine(Patient(app.config, reader, app.store.clock()))
    return [each for each in found if each.about in {"letters", "deliver"}]


@pytest.mark.parametrize(
    ("answer", "state"),
    [("550 5.1.1 no such user", "failed"), ("451 4.7.1 later", "waiting"), ("421 busy", "waiting")],
)
def test_one_refused_recipient_silences_no_other(
    app: App, office: Office, clock: Any, answer: str, state: str
) -> None:
    due_calls(app, 1, timedelta(days=3))
    sweep(app.store, app.journal)
    office.refused[RON] = answer

    deliver(app.store, office.mailer)
    clock.passes(minutes=2)
    deliver(app.store, office.mailer)

    assert sorted(to for to, _ in office.taken) == [SUE, UMA]
    assert {row["to_address"]: row["state"] for row in letters(app)} == {
        SUE: "sent",
        RON: state,
        UMA: "sent",
    }


def test_a_letter_that_was_refused_for_now_arrives_once(
    app: App, office: Office, clock: Any
) -> None:
    waiting_letters(app.store, app.journal, 1)
    office.refused["anne@home0.example"] = "451 4.7.1 greylisted"
    assert deliver(app.store, office.mailer).postponed == 1
    office.refused.clear()

    too_early = deliver(app.store, office.mailer)
    clock.passes(seconds=60 * (1 + JITTER))
    in_time = deliver(app.store, office.mailer)

    assert (too_early, in_time) == (Delivered(), Delivered(sent=1))
    assert len(office.taken) == 1


def test_a_letter_is_tried_as_the_table_says_and_given_up_after_five_days(
    app: App, office: Office, clock: Any
) -> None:
    waiting_letters(app.store, app.journal, 1)
    office.refused["anne@home0.example"] = "451 4.7.1 later"
    waits, first = [], clock.now

    while not deliver(app.store, office.mailer).given_up:
        waits.append(moment_of(letters(app)[0]["send_at"]) - clock.now)
        clock.now += waits[-1]

    for wait, least in zip(waits, (*WAITS, *[WAITS[-1]] * len(waits)), strict=False):
        assert least <= wait <= least * (1 + JITTER)
    assert timedelta(days=5) <= clock.now - first <= timedelta(days=5, hours=5)
    assert letters(app)[0]["state"] == "failed"
    assert moment_of(letters(app)[0]["undelivered_at"]) == clock.now
    assert any(each.health is Health.ILL and "ODS-000001" in each.words for each in health(app))
    with reading(app.config.store.database) as reader:
        assert "NOT DELIVERED" in worklist(reader, clock.now)[0].marks


def test_a_week_without_a_server_leaves_a_letter_its_tries(
    app: App, office: Office, clock: Any
) -> None:
    waiting_letters(app.store, app.journal, 1)
    clock.passes(days=7)
    office.refused["anne@home0.example"] = "451 4.7.1 greylisted"

    found = deliver(app.store, office.mailer)

    assert found == Delivered(postponed=1)


def test_what_arrives_is_what_was_stored(app: App, office: Office) -> None:
    waiting_letters(app.store, app.journal, 25)

    deliver(app.store, office.mailer)

    assert office.copies() == told_apart(
        (row["to_address"], bytes(row["raw"])) for row in letters(app)
    )


def test_an_alert_goes_before_receipts_that_were_there_first(app: App, office: Office) -> None:
    waiting_letters(app.store, app.journal, 30)
    due_calls(app, 1, timedelta(days=3))
    sweep(app.store, app.journal)

    deliver(app.store, office.mailer)

    assert [to for to, _ in office.taken][:3] == [SUE, RON, UMA]
    assert len(office.taken) == 33


CLOSED_PORT = SmtpMailer("127.0.0.1", 1, Security.INSECURE_LOOPBACK, timeout=2)


def test_a_server_that_is_away_burns_no_tries(app: App, office: Office, clock: Any) -> None:
    waiting_letters(app.store, app.journal, 2)

    for _ in range(50):
        assert "cannot be reached" in deliver(app.store, CLOSED_PORT).stopped
        clock.passes(minutes=10)
    back = deliver(app.store, office.mailer)

    assert back == Delivered(sent=2)
    assert [row["tries"] for row in letters(app)] == [1, 1]


@pytest.mark.parametrize("answer", ["535 5.7.8 wrong", "432 4.7.12 not now", "421 4.7.0 busy"])
def test_a_log_in_that_is_refused_burns_no_tries(
    app: App, log_in_answers: Callable[[str], SmtpMailer], answer: str
) -> None:
    waiting_letters(app.store, app.journal, 2)

    found = deliver(app.store, log_in_answers(answer))

    assert found.sent == found.postponed == found.given_up == 0
    assert found.stopped
    assert [(row["tries"], row["state"]) for row in letters(app)] == [(0, "waiting")] * 2


@pytest.fixture
def log_in_answers(tmp_path: Path) -> Iterator[Callable[[str], SmtpMailer]]:
    """A mailer whose server answers each log-in like this."""
    authority, offices = trustme.CA(), []
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    def make(answer: str) -> SmtpMailer:
        def refuse(*_: Any) -> Any:
            return AuthResult(success=False, handled=False, message=answer)

        offices.append(Office(tls_context=context, auth_required=True, authenticator=refuse))
        return SmtpMailer(
            "127.0.0.1",
            offices[-1].port,
            Security.STARTTLS,
            user="desk",
            password="sesame",
            ca_file=tmp_path / "ca.pem",
        )

    yield make
    for each in offices:
        each.stop()


def test_a_channel_that_is_down_stays_red_in_doctor(app: App) -> None:
    waiting_letters(app.store, app.journal, 1)

    deliver(app.store, CLOSED_PORT)
    deliver(app.store, CLOSED_PORT)  # ten seconds later: nothing is due, and nothing has mended

    assert any(each.health is not Health.WELL for each in health(app))
