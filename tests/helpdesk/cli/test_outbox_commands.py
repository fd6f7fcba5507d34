"""`outbox`: letters that wait, letters that did not arrive, and what a person does about them."""

import json

import pytest

from helpdesk.lives import mine
from tests.helpdesk.cli.typed_at import BARTS, MONDAY, RECEIVED

LATER = "2026-03-02 10:00:00.000000"
BOUNCED = "state = 'sent', send_at = NULL, sent_at = :now, undelivered_at = :now,"
BOUNCED += " error = 'it came back: 5.1.1 no such user'"
FAILED = "state = 'failed', send_at = NULL, tries = 8, undelivered_at = :now, error = '550 no'"
LATE = f"send_at = '{LATER}', tries = 2, error = '450 later'"
SENT = "state = 'sent', send_at = NULL, sent_at = :now"


def becomes(desk, number, change):
    """Letter `number` is changed as delivery, or a bounce, would change it."""
    sql = f"UPDATE letter SET {change} WHERE id = {number} RETURNING id"
    values = {"now": MONDAY} if ":now" in change else {}
    desk.app().store.run(lambda tx: tx.rows(sql, **values))


def letter(desk, number):
    return desk.rows(f"SELECT * FROM letter WHERE id = {number}")[0]


def letters(desk, *options):
    return json.loads(desk.type("outbox", "list", *options, "--json").out)


@pytest.fixture
def acknowledged(desk):
    """The number of the letter that acknowledges Bart's call; all others were sent."""
    number = desk.rows(f"SELECT id FROM letter WHERE call_id = {BARTS}")[0]["id"]
    for row in desk.rows("SELECT id FROM letter"):
        becomes(desk, row["id"], SENT)
    return number


def test_what_waits_is_listed_and_what_was_sent_is_not(desk):
    becomes(desk, 1, SENT)

    rows = letters(desk)

    assert 1 not in {row["id"] for row in rows}
    assert [row["id"] for row in letters(desk, "--sent")] == [1]
    assert len(letters(desk, "--all")) == len(rows) + 1
    assert desk.type("outbox").out == desk.type("outbox", "list").out
    assert {row["what"] for row in rows} >= {"acknowledgement", "the code"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (LATE, "waiting after 2 tries, next try Mon 2 Mar 10:00: 450 later"),
        (FAILED, "NOT DELIVERED: given up Mon 2 Mar 09:00: 550 no"),
        (BOUNCED, "NOT DELIVERED: it came back Mon 2 Mar 09:00: 5.1.1 no such user"),
        (f"send_at = '{LATER}', claimed_by = 'host:1:1'", "being sent now"),
    ],
)
def test_the_state_says_when_it_is_tried_next_or_why_not(desk, acknowledged, change, words):
    becomes(
        desk,
        acknowledged,
        f"state = 'waiting', sent_at = NULL, {change}".replace(
            "state = 'waiting', sent_at = NULL, state", "state"
        ),
    )

    (row,) = letters(desk)

    assert row["where"] == words


@pytest.mark.parametrize("change", [FAILED, BOUNCED])
def test_an_acknowledgement_that_did_not_arrive_shows_wherever_its_call_does(
    desk, acknowledged, change
):
    becomes(desk, acknowledged, change)

    worklist = {row["reference"]: row for row in json.loads(desk.type("list", "--json").out)}
    assert "NOT DELIVERED" in worklist["ODS-000002"]["marks"]
    assert "NOT DELIVERED: " in desk.type("show", BARTS).out
    assert "1 could not be delivered (ODS-000002)" in desk.type("doctor").out


def test_a_letter_shows_its_head_and_its_words(desk, acknowledged):
    said = desk.type("outbox", "show", str(acknowledged)).out

    assert f"Letter {acknowledged}  acknowledgement of ODS-000002: sent" in said
    assert "  to        anne@r.example" in said
    assert "is now looking after your request" in said
    assert "<html" not in said


def test_its_raw_bytes_are_those_that_are_sent(desk, acknowledged):
    said = desk.program("outbox", "show", str(acknowledged), "--raw", text=False)

    assert said.out.encode() == bytes(letter(desk, acknowledged)["raw"])


@pytest.mark.parametrize("change", [FAILED, BOUNCED])
def test_a_letter_that_did_not_arrive_is_sent_again_with_the_same_bytes(desk, acknowledged, change):
    becomes(desk, acknowledged, change)
    before = letter(desk, acknowledged)

    said = desk.type("outbox", "retry", str(acknowledged))

    assert (said.code, said.err) == (0, "")
    assert said.out == f"letter {acknowledged} is due again, to anne@r.example\n"
    after = letter(desk, acknowledged)
    assert (after["state"], after["tries"], after["undelivered_at"]) == ("waiting", 0, None)
    assert (after["raw"], after["message_id"]) == (before["raw"], before["message_id"])
    assert desk.type("deliver").code == 0
    assert letter(desk, acknowledged)["state"] == "sent"
    assert "letter retried" in desk.type("show", BARTS).out


def test_to_retry_it_twice_is_said(desk, acknowledged):
    becomes(desk, acknowledged, FAILED)
    desk.type("outbox", "retry", str(acknowledged))
    before = desk.events()

    due = desk.type("outbox", "retry", str(acknowledged))
    desk.type("deliver")
    sent = desk.type("outbox", "retry", str(acknowledged))

    assert due.out == f"letter {acknowledged} is due already: helpdesk deliver sends it\n"
    assert sent.out.startswith(f"letter {acknowledged} was sent already")
    assert desk.events() == before


def test_all_that_are_late_or_lost_are_sent_again(desk, acknowledged):
    becomes(desk, 1, f"state = 'waiting', sent_at = NULL, {LATE}")
    becomes(desk, acknowledged, BOUNCED)

    said = desk.type("outbox", "retry", "--all")

    assert said.code == 0
    assert said.out.count("is due again") == len({1, acknowledged})
    assert desk.type("outbox", "retry", "--all").err == (
        "no letter is late, given up or came back\n"
    )


def test_an_address_that_does_not_exist_or_is_not_theirs_any_more_is_told(desk, acknowledged):
    becomes(desk, acknowledged, BOUNCED)
    desk.type("correct", BARTS, "--email", "anne@rosecottage.example")
    desk.app().store.run(lambda tx: tx.flag_address("anne@r.example", "5.1.1 no such user"))

    said = desk.type("outbox", "retry", str(acknowledged), "--to", "anne@r.example")

    assert f"letter {acknowledged} is due again, to anne@r.example" in said.out
    assert "by its own server's word nobody has anne@r.example: 5.1.1 no such user" in said.err
    assert "ODS-000002 has the address anne@rosecottage.example now" in said.err
    assert "1 addresses that we wrote to do not exist" in desk.type("doctor").out


def test_a_letter_that_waits_is_called_off(desk, acknowledged):
    becomes(desk, acknowledged, f"state = 'waiting', sent_at = NULL, {LATE}")

    said = desk.type("outbox", "cancel", str(acknowledged), "--reason", "told by telephone")
    again = desk.type("outbox", "cancel", str(acknowledged), "--reason", "x")

    assert (said.code, said.out) == (0, f"letter {acknowledged} is cancelled\n")
    assert again.out == f"letter {acknowledged} is cancelled already: by me: told by telephone\n"
    assert desk.type("deliver").out == "nothing to send\n"
    assert letters(desk) == []
    assert "reason: told by telephone" in desk.type("show", BARTS).out


@pytest.mark.parametrize("change", [FAILED, BOUNCED])
def test_who_was_told_another_way_shows_as_not_delivered_no_longer(desk, acknowledged, change):
    becomes(desk, acknowledged, change)

    said = desk.type("outbox", "cancel", str(acknowledged), "--reason", "told by telephone")

    assert said.out == f"letter {acknowledged} no longer counts as not delivered\n"
    assert "NOT DELIVERED" not in desk.type("list").out + desk.type("show", BARTS).out
    assert "could not be delivered" not in desk.type("doctor").out


@pytest.mark.parametrize("verb", ["retry {}", "cancel {} --reason why"])
def test_a_letter_that_a_living_process_is_sending_is_left_alone(desk, acknowledged, verb):
    becomes(desk, acknowledged, f"state = 'waiting', sent_at = NULL, claimed_by = '{mine()}',"
            " send_at = '2999-01-01 00:00:00.000000'")  # fmt: skip
    before = letter(desk, acknowledged)

    said = desk.type("outbox", *verb.format(acknowledged).split())

    assert said.code == 5
    assert "is being sent at this moment" in said.err
    assert letter(desk, acknowledged) == before


@pytest.mark.parametrize(
    ("words", "code", "fragment"),
    [
        ("show 99", 3, "there is no letter 99; helpdesk outbox list --all shows them"),
        ("retry 99", 3, "there is no letter 99"),
        ("cancel 99 --reason why", 3, "there is no letter 99"),
        ("cancel 1 --reason why", 5, "letter 1 was sent, "),
        ("retry", 2, "give the ID of each letter, or --all"),
        ("retry 1 2 --to anne@r.example", 2, "--to is for one letter: give its ID"),
        ("retry --all --to anne@r.example", 2, "--to is for one letter: give its ID"),
        ("retry 1 --to nonsense", 2, "--to: not an address"),
        ("retry 1 --all", 2, "give the ID of each letter, or --all"),
        ("list --sent --all", 2, "give one of --sent and --all, not both"),
    ],
)
def test_what_will_not_do_is_refused_in_a_sentence(desk, acknowledged, words, code, fragment):
    before = desk.events()

    said = desk.type("outbox", *words.split())

    assert (said.code, said.out) == (code, "")
    assert fragment in said.err
    assert desk.events() == before


def test_a_reason_is_asked_for(desk):
    said = desk.type("outbox", "cancel", "1")

    assert said.code == 2
    assert "--reason 'told by telephone'" in said.err


def test_of_several_those_that_can_be_retried_are(desk, acknowledged):
    becomes(desk, acknowledged, FAILED)

    said = desk.type("outbox", "retry", "99", str(acknowledged), "98")

    assert said.code == 3
    assert f"letter {acknowledged} is due again" in said.out
    assert "no letter 99" in said.err
    assert "no letter 98" in said.err


def test_whoever_is_no_agent_may_look_and_no_more(desk_as):
    desk = desk_as(None)

    assert desk.type("outbox").code == 0
    for words in ("show 1 --raw", "retry 1", "cancel 1 --reason x"):
        assert desk.type("outbox", *words.split()).code == 6


def test_a_closed_call_whose_letter_came_back_is_listed_once(desk, acknowledged):
    desk.type("close", BARTS, "--outcome", "withdrawn")
    becomes(desk, acknowledged, BOUNCED)

    said = desk.type("list", "--all").out

    assert said.count("ODS-000002") == 1
    assert RECEIVED  # the others are there as ever
