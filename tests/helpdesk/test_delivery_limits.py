"""No more letters go than the mail server allows: the most important go first, none is burned."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from helpdesk.app import App, build
from helpdesk.config.settings import Config, People
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.delivery import LEASE, Delivered, Limits, deliver
from helpdesk.store import Tx
from helpdesk.sweep import sweep
from notifications.mailer import FolderMailer
from tests.helpdesk.made import SUE, Office, due_calls, rows, waiting_letters


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office()
    yield made
    made.stop()


@pytest.fixture
def app(url: str, clock: Any) -> Iterator[App]:
    config = Config(store=StoreSettings(database=url), people=People(supervisors=(SUE,)))
    made = build(config, clock)
    made.desk.first_agent("sue", "Sue")
    yield made
    made.store.engine.dispose()


def delivered(app: App, office: Office, limits: Limits) -> Delivered:
    return deliver(app.store, office.mailer, limits=limits)


def test_no_more_go_in_a_minute_than_the_server_allows(
    app: App, office: Office, clock: Any
) -> None:
    waiting_letters(app.store, app.journal, 5)
    limits = Limits(per_minute=2)

    found = [delivered(app, office, limits), delivered(app, office, limits)]
    clock.passes(seconds=59)
    found.append(delivered(app, office, limits))
    clock.passes(seconds=1)
    found.append(delivered(app, office, limits))
    clock.passes(minutes=1)
    found.append(delivered(app, office, limits))

    assert [(each.sent, each.held_back) for each in found] == [
        (2, 3),
        (0, 3),
        (0, 3),
        (2, 1),
        (1, 0),
    ]


def test_no_more_go_in_a_day_than_the_server_allows(app: App, office: Office, clock: Any) -> None:
    waiting_letters(app.store, app.journal, 4)
    limits, sent = Limits(per_minute=2, per_day=3), []

    for passing in (timedelta(minutes=1), timedelta(hours=23), timedelta(hours=1), timedelta()):
        sent.append(delivered(app, office, limits).sent)
        clock.now += passing

    assert sent == [2, 1, 0, 1]


def test_a_limit_is_one_for_all_who_deliver(app: App, office: Office) -> None:
    waiting_letters(app.store, app.journal, 6)

    def claim_elsewhere(tx: Tx) -> None:
        for number in (1, 2):
            letter = tx.letter(number)
            letter.claimed_by, letter.send_at = "elsewhere:other:17", tx.now + LEASE

    app.store.run(claim_elsewhere)

    assert delivered(app, office, Limits(per_minute=3)) == Delivered(sent=1, held_back=3)


def test_an_alert_does_not_wait_for_the_receipts_that_a_limit_holds_back(
    app: App, office: Office
) -> None:
    waiting_letters(app.store, app.journal, 5)
    due_calls(app, 1, timedelta(days=3))
    sweep(app.store, app.journal)

    delivered(app, office, Limits(per_minute=1))

    assert [to for to, _ in office.taken] == [SUE]


def test_to_be_held_back_is_no_failure(app: App, office: Office) -> None:
    waiting_letters(app.store, app.journal, 2)

    found = delivered(app, office, Limits(per_minute=1))

    waiting = "SELECT tries, refusals, error, claimed_by FROM letter WHERE state = 'waiting'"
    assert found == Delivered(sent=1, held_back=1)
    assert rows(app.store, waiting) == [{"tries": 0, "refusals": 0, "error": "", "claimed_by": ""}]


def test_a_refused_letter_leaves_its_place_to_another(app: App, office: Office) -> None:
    waiting_letters(app.store, app.journal, 3)
    office.refused["anne@home0.example"] = "550 5.1.1 no such user"

    assert delivered(app, office, Limits(per_minute=2)) == Delivered(sent=2, given_up=1)


def test_without_a_limit_all_go_at_once(app: App, tmp_path: Any) -> None:
    waiting_letters(app.store, app.journal, 45)

    found = deliver(app.store, FolderMailer(tmp_path / "outbox"), limits=Limits(0, 0))

    assert found == Delivered(sent=45)
