"""A process may die anywhere: every unit of work is done whole, or not at all, and never twice."""

import os
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from helpdesk import delivery, reception, sweep
from helpdesk.app import App, build
from helpdesk.config.settings import Config, Intake, People
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.desk.steps import Choice
from helpdesk.intake import Request, sources
from helpdesk.journal import Who
from helpdesk.models import Location, Provider
from helpdesk.store import Store
from notifications.mailer import FolderMailer
from tests.dovecot import Dovecot
from tests.helpdesk.all_storms import STORMS
from tests.helpdesk.dying import deaths
from tests.helpdesk.made import SUE, due_calls, dump, request_mail, rows, waiting_letters
from tests.helpdesk.mail_storms import mailbox_storm
from tests.helpdesk.storms import Storm

BART = Who("bart", "bart")
KILLS = int(os.environ.get("HELPDESK_KILLS", "15"))


@pytest.fixture
def app(store: Store, clock: Any) -> App:
    config = Config(
        store=StoreSettings(database=store.url),
        people=People(supervisors=(SUE,)),
        intake=Intake(receipts_per_hour=1_000_000),
    )
    made = build(config, clock)
    made.desk.first_agent("bart", "Bart")
    return made


@pytest.fixture
def register(store: Store) -> None:
    """Rose Cottage, with its codes."""
    known = {"status": "Registered", "source": "made up", "loaded_at": store.clock()}
    cared = Provider(cqc_id="1-200000001", name="Cottage Care", code="A9QT", **known)
    cottage = Location(
        cqc_id="1-100000001",
        name="Rose Cottage",
        code="VLX7K",
        provider_cqc_id="1-200000001",
        **known,
    )
    store.run(lambda tx: (tx.add(cared), tx.add(cottage)))


def newest(app: App) -> str:
    """The newest call: PostgreSQL leaves the numbers out that died."""
    with app.store.engine.connect().execution_options(read=True) as connection:
        return str(connection.exec_driver_sql("SELECT max(id) FROM call").scalar())


REQUEST = Request("Anne Archer", "anne@rosecottage.example", "01632 960 123", "Rose Cottage")
VERBS: dict[str, Callable[[App], object]] = {
    "raise": lambda app: app.desk.raise_call(REQUEST, BART, None),
    "acknowledge": lambda app: app.desk.acknowledge(newest(app), BART),
    "trace": lambda app: app.desk.trace(newest(app), BART, Choice(location="1-100000001")),
    "allocate": lambda app: app.desk.allocate(newest(app), BART),
}


def test_a_verb_that_dies_at_any_statement_has_changed_nothing(app: App, register: None) -> None:
    for verb, act in VERBS.items():
        before = dump(app.store)

        def unchanged(before: dict[str, Any] = before) -> None:
            assert dump(app.store) == before

        died = deaths(app.store, partial(act, app), unchanged)

        assert died >= 5, verb
        assert dump(app.store) != before
    assert rows(app.store, "SELECT state, site_code, parent_code FROM call") == [
        {"state": "allocated", "site_code": "VLX7K", "parent_code": "A9QT"}
    ]
    assert rows(app.store, "SELECT kind FROM letter ORDER BY id") == [
        {"kind": "acknowledged.requester"},
        {"kind": "allocated.requester"},
    ]


def test_a_mail_is_taken_in_whole_or_not_at_all_wherever_the_process_dies(app: App) -> None:
    mails = iter(range(500))
    given: list[Any] = []

    def take_in() -> None:
        given.append(sources.one(request_mail(next(mails)), app.store.clock()))
        reception.take_in_one(app.store, app.journal, given[-1])

    def whole() -> None:
        assert rows(app.store, UNEVEN) == []
        # The next process goes on: three deaths over one mail would set it aside.
        reception.take_in_stored(app.store, app.journal)

    died = deaths(app.store, take_in, whole)
    for each in given:  # as a mail server does that was not told of success
        reception.take_in_one(app.store, app.journal, each)

    assert died >= 15
    assert rows(app.store, "SELECT DISTINCT state, reason FROM received_mail") == [
        {"state": "taken", "reason": ""}
    ]
    assert rows(app.store, "SELECT count(*) AS n FROM call") == [{"n": died + 1}]
    assert rows(app.store, UNEVEN) == []


UNEVEN = """
SELECT * FROM (
  SELECT c.id, (SELECT count(*) FROM clock k WHERE k.call_id = c.id) AS clocks,
  (SELECT count(*) FROM event e WHERE e.call_id = c.id) AS events,
  (SELECT count(*) FROM message m WHERE m.call_id = c.id) AS messages,
  (SELECT count(*) FROM letter l WHERE l.call_id = c.id) AS letters,
  (SELECT count(*) FROM received_mail r WHERE r.call_id = c.id AND r.state = 'taken') AS mails
  FROM call c) AS whole
WHERE clocks != 1 OR events != 1 OR messages != 1 OR letters != 1 OR mails != 1
"""
"""Calls from mail that lack something that belongs to them, or have it twice."""


def test_a_batch_of_flags_is_raised_whole_or_not_at_all(app: App) -> None:
    due_calls(app, 4, timedelta(days=3))
    before = dump(app.store)

    def unchanged_or_flagged() -> None:
        after = dump(app.store)
        if after["alert"]:
            stages = Counter(row.stage for row in after["alert"])
            assert (stages, len(after["event"])) == ({"breached": 4, "level_2": 4}, 9)
            assert {row.standing.value for row in after["clock"]} == {"breached"}
        else:
            assert after == before

    died = deaths(app.store, lambda: sweep.sweep(app.store, app.journal), unchanged_or_flagged)

    assert died >= 6
    assert rows(app.store, "SELECT count(*) AS n FROM alert") == [{"n": 8}]
    assert rows(app.store, "SELECT subject FROM letter") == [{"subject": "BREACHED: 4 calls"}]
    assert rows(app.store, "SELECT DISTINCT stage FROM alert WHERE letter_id IS NULL") == [
        {"stage": "level_2"}
    ]


def test_a_delivery_that_dies_anywhere_loses_no_letter(app: App, tmp_path: Path) -> None:
    waiting_letters(app.store, app.journal, 2)
    mailer = FolderMailer(tmp_path / "outbox")

    died = deaths(app.store, lambda: delivery.deliver(app.store, mailer), lambda: None)

    assert died >= 6
    assert rows(app.store, "SELECT DISTINCT state FROM letter") == [{"state": "sent"}]
    assert len(list(mailer.folder.iterdir())) == 2


@pytest.mark.parametrize("storm", STORMS)
def test_nothing_is_lost_or_doubled_by_kills(
    storm: Callable[[Path, int, int], Storm], tmp_path: Path
) -> None:
    found = storm(tmp_path, KILLS, 17)

    assert found.amiss == []
    assert found.kills >= KILLS // 3


def test_nothing_is_lost_or_doubled_in_a_mailbox(imap_server: Dovecot, tmp_path: Path) -> None:
    found = mailbox_storm(tmp_path, KILLS, 17, imap_server)

    assert found.amiss == []
    assert found.kills >= KILLS // 3
