"""Mails are stored, tried and read several at a time, and each counts for itself all the same."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from helpdesk import reception
from helpdesk.app import App, build
from helpdesk.config.settings import Config, Intake
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.errors import MailboxDown
from helpdesk.intake import Delivery, Read, sources
from helpdesk.reading import ChildReader, NoReader, read
from helpdesk.reception.storing import MOST_MAILS, batches
from helpdesk.reception.taken import TakenIn
from helpdesk.store import Store
from tests.helpdesk.made import request_mail, rows

TRIES = "SELECT tries, claimed_by, state FROM received_mail ORDER BY id"
UNTRIED = {"tries": 0, "claimed_by": "", "state": "waiting"}
MOST_STATEMENTS = 35
"""What a mail that raises a call may send to the database, with its receipt."""


@pytest.fixture
def app(store: Store, clock: Any) -> App:
    intake = Intake(receipts_per_hour=1000)
    return build(Config(store=StoreSettings(database=store.url), intake=intake), clock)


def stored(app: App, number: int) -> None:
    for n in range(number):
        arrived = app.store.clock() + timedelta(seconds=n - number)
        mail = sources.one(request_mail(n), arrived)
        app.store.run(lambda tx, mail=mail: reception.keep(tx, mail))


def killed(app: App, number: int) -> None:
    """Another process was killed when it had tried mails, the first of which it acted on."""
    ended = {"holder": "elsewhere:0:1", "until": app.store.clock() - timedelta(seconds=1)}
    change = "UPDATE received_mail SET tries = 1, claimed_by = :holder, claimed_until = :until"
    app.store.run(lambda tx: tx.session.execute(sa.text(f"{change} WHERE id <= {number}"), ended))


def test_mails_are_stored_some_at_a_time_before_trouble_at_their_source_is_told(app: App) -> None:
    def coming() -> Iterator[Delivery]:
        for n in range(MOST_MAILS + 2):
            yield sources.one(request_mail(n), app.store.clock())
        raise MailboxDown

    some = batches(coming(), lambda: True)

    assert [len(next(some)), len(next(some))] == [MOST_MAILS, 2]
    with pytest.raises(MailboxDown):
        next(some)


def test_the_same_bytes_twice_at_once_are_one_mail_and_a_duplicate(app: App) -> None:
    now = app.store.clock()
    mails = [Delivery("box", "1", uid, request_mail(1), now) for uid in ("a", "b", "a")]

    kept = app.store.run(lambda tx: reception.keep(tx, *mails))

    assert kept == TakenIn(duplicates=1)
    assert [row["state"] for row in rows(app.store, TRIES)] == ["waiting", "duplicate"]


def test_who_is_told_to_stop_leaves_the_mails_behind_as_if_never_tried(app: App) -> None:
    stored(app, 5)
    said = iter([True, True, True, False])

    taken = reception.take_in_stored(app.store, app.journal, lambda: next(said))

    assert taken.raised == 2
    assert rows(app.store, TRIES)[2:] == [UNTRIED] * 3


def test_no_mail_is_to_blame_that_nobody_can_read_mail(app: App) -> None:
    stored(app, 3)

    def nobody(_raw: bytes) -> Read:
        raise NoReader

    with pytest.raises(NoReader):
        reception.take_in_stored(app.store, app.journal, reads=nobody)

    assert rows(app.store, TRIES) == [UNTRIED] * 3


def test_every_try_is_counted_before_the_mail_is_read(app: App) -> None:
    stored(app, 3)
    seen = []

    def reads(raw: bytes) -> Read:
        seen.append([row["tries"] for row in rows(app.store, TRIES)])
        return read(raw)

    reception.take_in_stored(app.store, app.journal, reads=reads)

    assert seen == [[1, 1, 1]] * 3


def test_mails_that_were_tried_together_are_tried_again_alone_and_the_first_at_last(
    app: App,
) -> None:
    stored(app, 4)
    killed(app, 3)
    seen = []

    def reads(raw: bytes) -> Read:
        counted = [row["tries"] for row in rows(app.store, TRIES)]
        found = read(raw)
        seen.append((found.request.organisation, counted))
        return found

    taken = reception.take_in_stored(app.store, app.journal, reads=reads)

    assert taken.raised == 4
    assert seen == [
        ("Rose Cottage 3", [1, 1, 1, 1]),
        ("Rose Cottage 2", [1, 1, 2, 1]),
        ("Rose Cottage 1", [1, 2, 2, 1]),
        ("Rose Cottage 0", [2, 2, 2, 1]),
    ]


def test_the_next_mail_is_read_by_another_process_while_one_is_acted_on(app: App) -> None:
    stored(app, 3)
    read_last = threading.Event()

    class Reader(ChildReader):
        def read(self, raw: bytes) -> Read:
            found = super().read(raw)
            if found.request.organisation == "Rose Cottage 2":
                read_last.set()
            return found

    reader = Reader()
    said = iter([True, True])  # for the whole, and for the first mail

    def still() -> bool:
        return next(said, False) or not read_last.wait(30)

    taken = reception.take_in_stored(app.store, app.journal, still, reader)
    reader.close()

    assert read_last.is_set()
    assert taken.raised == 1


def test_taking_in_a_mail_takes_few_statements(app: App) -> None:
    stored(app, 20)
    sent = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    sa.event.listen(app.store.engine, "before_cursor_execute", note)
    taken = reception.take_in_stored(app.store, app.journal)
    sa.event.remove(app.store.engine, "before_cursor_execute", note)

    assert taken.raised == 20
    assert len(sent) / 20 < MOST_STATEMENTS
