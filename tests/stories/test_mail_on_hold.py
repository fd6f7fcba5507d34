"""A call on hold goes on when one of its own people answers: no stranger, agent or program."""

import pytest

from tests.stories.clients import ANNE, BART, DORA, EVE

AWAY = {"auto_submitted": "auto-replied", "x_auto_response_suppress": "All"}


@pytest.fixture
def asked(story, register):
    """The letter in which Bart asked Anne, who had copied Dora and Bart; her call waits."""
    copied = "Dora Dean <dora@rosecottage.example>, Bart <bart@ods.example>"
    call = story.traced(cc=copied)
    story.hold(call, note="which home?")
    *_, letter = story.post()
    return letter


@pytest.mark.parametrize("writer", [ANNE, DORA], ids=lambda each: each.name)
def test_the_requester_or_a_copied_colleague_ends_it(story, asked, writer):
    assert story.arrives(writer.answers(asked.raw, "The one in the High Street.")).threaded == 1

    call = story.call("1")
    assert (call["hold"], call["reply_waiting"]) == (None, True)
    (event,) = story.events("1", "resumed")
    assert event["facts"]["why"] == "a reply came"


def test_it_ends_when_the_answer_arrived_whenever_it_is_taken_in(story, asked, clock):
    arrived = clock.now
    clock.passes(hours=5)

    story.arrives(ANNE.answers(asked.raw, "The one in the High Street."), arrived)

    assert story.clock_of("1", "provide")["held_seconds"] == 0


def test_a_stranger_on_the_thread_is_read_and_ends_nothing(story, asked):
    assert story.arrives(EVE.answers(asked.raw, "I am the landlord.")).threaded == 1

    call = story.call("1")
    assert (call["hold"], call["reply_waiting"]) == ("awaiting_requester", True)


def test_an_agent_who_writes_on_the_thread_ends_nothing(story, asked):
    assert story.arrives(BART.answers(asked.raw, "Do you have news?")).threaded == 1

    call = story.call("1")
    assert (call["hold"], call["reply_waiting"]) == ("awaiting_requester", False)


def test_an_automatic_answer_is_filed_and_ends_nothing(story, asked):
    taken = story.arrives(ANNE.answers(asked.raw, "I am away until Monday.", **AWAY))

    call = story.call("1")
    assert taken.filed == 1
    assert (call["hold"], call["reply_waiting"]) == ("awaiting_requester", False)
    assert story.events("1", "automatic_mail")
    assert story.standing("1", "provide") == "on_track"


def test_who_belongs_to_a_merged_call_ends_the_hold_of_the_one_that_is_left(story, asked):
    fay = EVE._replace(address="fay@rosecottage.example")
    story.arrives(fay.writes("We need our code, I am at Rose Cottage."))
    (receipt,) = story.post()
    story.bart.merge("2", into="1")
    assert story.call("1")["hold"]

    assert story.arrives(fay.answers(receipt.raw, "The one in the High Street.")).threaded == 1

    assert story.call("1")["hold"] is None
