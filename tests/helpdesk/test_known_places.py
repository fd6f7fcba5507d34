"""Which of the mails that lie somewhere the store has: it is asked of those, and no more."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from helpdesk.intake import Delivery
from helpdesk.models import MailState
from helpdesk.reception import keep
from helpdesk.store import Store

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
BOX = "imap:desk"


def lies(uid: int, validity: str = "7", mailbox: str = BOX) -> Delivery:
    return Delivery(mailbox, validity, str(uid), f"Subject: {uid}".encode(), MONDAY)


@pytest.mark.parametrize("number", [0, 1, 20, 21, 500, 501])
def test_those_places_are_known_whose_mails_were_stored(store: Store, number: int) -> None:
    others = [lies(9001, validity="6"), lies(9002, mailbox="imap:other")]
    stored = [lies(n) for n in range(number)]
    store.run(lambda tx: keep(tx, *stored, *others))
    asked = [("7", str(n)) for n in (*range(number + 3), 9001, 9002)]

    found = store.run(lambda tx: tx.held_of(BOX, asked))

    assert found == {("7", str(n)): MailState.WAITING for n in range(number)}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("number", [1, 100])
def test_no_mail_is_looked_at_that_does_not_lie_there(store: Store, number: int) -> None:
    plans: list[str] = []

    def note(connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.startswith("WITH asked"):
            rows = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", values)
            plans.append("\n".join(row[-1] for row in rows.fetchall()))

    sa.event.listen(store.engine, "before_cursor_execute", note)
    store.run(lambda tx: tx.held_of(BOX, [("7", str(n)) for n in range(number)]))

    (plan,) = plans
    assert "(mailbox=? AND validity=? AND uid=?)" in plan
