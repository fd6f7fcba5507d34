"""`outbox retry` after the address was corrected: where a letter goes then, and what is said."""

import json
from email import message_from_bytes, policy

import pytest

from tests.helpdesk.cli.typed_at import BARTS

BOUNCED = "UPDATE letter SET state = 'sent', send_at = NULL, sent_at = posted_at,"
BOUNCED += (
    " undelivered_at = posted_at, error = 'it came back: 5.1.1 no' WHERE id = {} RETURNING id"
)
NEW = "office@rosecottage.example"


@pytest.fixture
def came_back(desk):
    """The number of the letter that acknowledges Bart's call, and did not arrive."""
    number = desk.rows(f"SELECT id FROM letter WHERE call_id = {BARTS}")[0]["id"]
    desk.app().store.run(lambda tx: tx.rows(BOUNCED.format(number)))
    return number


def letters(desk):
    return desk.rows(f"SELECT * FROM letter WHERE call_id = {BARTS} ORDER BY id")


def test_a_letter_goes_to_the_address_that_the_call_has_now(desk, came_back):
    desk.type("correct", BARTS, "--email", NEW)

    said = desk.type("outbox", "retry", str(came_back))

    first, second = letters(desk)
    assert said.out == (
        f"letter {came_back}, to anne@r.example, goes to {NEW} instead: letter {second['id']}\n"
    )
    assert (first["state"], second["state"], second["to_address"]) == ("cancelled", "waiting", NEW)
    assert first["message_id"] != second["message_id"]
    mail = message_from_bytes(bytes(second["raw"]), policy=policy.default)
    assert (mail["To"], mail["Message-ID"]) == (NEW, second["message_id"])
    shown = desk.type("show", BARTS).out
    assert "NOT DELIVERED" not in shown
    assert f"letter readdressed  letter: {came_back}; anew: {second['id']}" in shown
    assert f"its words go to {NEW}: letter {second['id']}" in shown


def test_all_go_where_their_calls_are_now(desk, came_back):
    desk.type("correct", BARTS, "--email", NEW)

    said = desk.type("outbox", "retry", "--all", "--json")

    assert json.loads(said.out)["instead_of"] == came_back
    assert letters(desk)[-1]["to_address"] == NEW


def test_the_old_address_can_still_be_named(desk, came_back):
    desk.type("correct", BARTS, "--email", NEW)

    said = desk.type("outbox", "retry", str(came_back), "--to", "Anne@r.example")

    assert said.out == f"letter {came_back} is due again, to anne@r.example\n"
    assert [row["to_address"] for row in letters(desk)] == ["anne@r.example"]


def test_it_can_go_elsewhere_without_a_correction(desk, came_back):
    said = desk.type("outbox", "retry", str(came_back), "--to", f"Anne <{NEW}>")

    assert f"goes to {NEW} instead" in said.out
    assert letters(desk)[-1]["to_address"] == NEW


def test_what_went_elsewhere_is_not_sent_twice(desk, came_back):
    desk.type("correct", BARTS, "--email", NEW)
    desk.type("outbox", "retry", str(came_back))

    again = desk.type("outbox", "retry", str(came_back))

    assert again.code == 5
    assert f"letter {came_back} is cancelled (its words go to {NEW}: letter " in again.err
    assert len(letters(desk)) == 2


def test_a_letter_that_was_for_somebody_else_stays_theirs(desk, came_back):
    desk.type("reply", BARTS, "--body", "Is this yours?", "--to", "owner@elsewhere.example")
    number = letters(desk)[-1]["id"]
    desk.app().store.run(lambda tx: tx.rows(BOUNCED.format(number)))
    desk.type("correct", BARTS, "--email", NEW)

    said = desk.type("outbox", "retry", str(number))

    assert said.out == f"letter {number} is due again, to owner@elsewhere.example\n"
