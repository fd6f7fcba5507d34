"""What is wrong with one address, letter or mail never keeps the others from being heard."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from helpdesk import reception
from helpdesk.app import App, build
from helpdesk.config.settings import Config, People
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.delivery import deliver
from helpdesk.desk.holds import Holding
from helpdesk.desk.people import Person
from helpdesk.errors import BadValue
from helpdesk.intake import Request, sources
from helpdesk.journal import Who
from helpdesk.models import Role
from helpdesk.store import Tx
from helpdesk.sweep import sweep
from notifications.mailer import ChannelDown, Post, Still
from tests.helpdesk.made import ANNE, due_calls, moment_of, request_mail, rows, waiting_letters
from workflows.lifecycle import Hold

SUE, RON = TEAM = ("sue@desk.example", "ron@desk.example")
BART = Who("bart", "bart")


@pytest.fixture
def app(url: str, clock: Any) -> Iterator[App]:
    config = Config(store=StoreSettings(database=url), people=People(supervisors=TEAM))
    made = build(config, clock)
    made.desk.first_agent("sue", "Sue")
    made.desk.add_agent(Person("bart", "Bart", "bart@desk.example", "bart", Role.AGENT), "sue")
    yield made
    made.store.engine.dispose()


def letters_to(app: App, address: str) -> list[str]:
    question = "SELECT subject FROM letter WHERE to_address = :address"
    found = app.store.run(lambda tx: tx.rows(question, address=address))
    return [row["subject"] for row in found]


def change(app: App, statement: str) -> None:
    app.store.run(lambda tx: tx.session.execute(sa.text(statement)))


def test_an_owner_whose_address_is_bad_keeps_no_letter_from_the_supervisors(app: App) -> None:
    due_calls(app, 2, timedelta(days=3))
    app.desk.give("1", BART, "bart")
    change(app, "UPDATE agent SET email = 'no address' WHERE name = 'bart'")

    sweep(app.store, app.journal)

    assert letters_to(app, SUE) == letters_to(app, RON) == ["BREACHED: 2 calls"]


def test_an_agent_with_an_address_that_cannot_be_is_not_added(app: App) -> None:
    with pytest.raises(BadValue, match="not an address"):
        app.desk.add_agent(Person("cris", "Cris", "cris", "cris", Role.AGENT), "sue")


def test_who_stands_twice_among_the_supervisors_hears_once() -> None:
    assert People(supervisors=(SUE, RON, SUE)).supervisors == TEAM


def test_a_late_answer_that_was_not_flagged_yet_is_flagged_though_it_became_urgent(
    app: App, clock: Any
) -> None:
    app.desk.raise_call(Request(organisation="Rose Cottage"), BART, None)
    clock.passes(hours=50)
    app.desk.acknowledge("1", BART)
    app.desk.set_urgent("1", BART, "a deployment is booked")

    swept = sweep(app.store, app.journal)

    assert swept.breached == 1
    assert letters_to(app, SUE) == ["BREACHED: ODS-000001 acknowledge"]


@pytest.fixture
def without_calendar(app: App) -> None:
    """Two calls wait for Anne until tomorrow; the calendar that the first goes by is lost."""
    due_calls(app, 2, timedelta())
    for number in "12":
        app.desk.acknowledge(number, BART)
        until = app.store.clock() + timedelta(days=1)
        app.desk.hold(number, BART, Holding(Hold.AWAITING_REQUESTER, until=until))

    def lose(tx: Tx) -> None:
        for clock in tx.clocks(tx.call("1")):
            clock.policy = {**clock.policy, "calendar": "mislaid"}

    app.store.run(lose)


def held(app: App) -> list[int]:
    return [row["id"] for row in rows(app.store, "SELECT id FROM call WHERE hold IS NOT NULL")]


def test_a_call_whose_calendar_is_lost_keeps_no_other_from_the_sweep(
    app: App, clock: Any, without_calendar: None
) -> None:
    clock.passes(days=1)

    sweep(app.store, app.journal)

    assert held(app) == [1]
    (waits,) = rows(app.store, "SELECT hold_check FROM call WHERE id = 1")
    assert moment_of(waits["hold_check"]) == clock.now + timedelta(hours=1)


def test_a_call_whose_calendar_is_lost_keeps_no_other_from_its_mail(
    app: App, without_calendar: None
) -> None:
    for n in (1, 2):
        reply = request_mail(n).replace(b"anne@home%d.example" % n, ANNE.encode())
        reply = reply.replace(b"Subject: ", b"Subject: [ODS-%06d] " % n)
        mail = sources.one(reply, app.store.clock())
        app.store.run(lambda tx, mail=mail: reception.keep(tx, mail))

    taken = [reception.take_in_stored(app.store, app.journal) for _ in range(3)]

    assert sum(each.threaded for each in taken) == 1
    assert held(app) == [1]
    (aside,) = rows(app.store, "SELECT call_id, reason FROM received_mail WHERE tries = 3")
    assert aside["call_id"] == 3  # for a person to read
    assert "the calendar mislaid, which clocks go by, is missing" in aside["reason"]


class StopsAt:
    """A mail server that refuses to do anything once it is given a certain letter."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.sent: list[str] = []

    def connected(self) -> AbstractContextManager[Post]:
        return self._connected()

    @contextmanager
    def _connected(self) -> Iterator[Post]:
        yield self

    def send(self, raw: bytes, to: str, sender: str, still: Still = lambda: True, /) -> None:
        if to == self.address:
            raise ChannelDown("550 5.7.1 not from you", "see to it")
        self.sent.append(to)


def test_a_letter_at_which_the_channel_stops_waits_behind_all_others(app: App, clock: Any) -> None:
    waiting_letters(app.store, app.journal, 3)
    first = rows(app.store, "SELECT to_address FROM letter ORDER BY priority, id")[0]
    server = StopsAt(first["to_address"])

    for _ in range(3):
        deliver(app.store, server)
        clock.passes(minutes=15)

    assert sorted(server.sent) == sorted(
        row["to_address"]
        for row in rows(app.store, "SELECT to_address FROM letter WHERE state = 'sent'")
    )
    assert len(server.sent) == 2


def test_a_letter_at_which_the_channel_always_stops_is_given_up_in_the_end(
    app: App, clock: Any
) -> None:
    waiting_letters(app.store, app.journal, 1)
    server = StopsAt(rows(app.store, "SELECT to_address FROM letter")[0]["to_address"])

    for _ in range(24 * 6):
        deliver(app.store, server)
        clock.passes(hours=1)

    assert rows(app.store, "SELECT state FROM letter") == [{"state": "failed"}]
