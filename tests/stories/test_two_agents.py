"""Two agents never overwrite each other unseen: the second hears who did what, and when."""

import pytest

from helpdesk.desk.steps import Choice, Ending
from helpdesk.errors import CallChanged
from workflows.lifecycle import Outcome

ROSE, LILAC = Choice(location="1-100000001"), Choice(location="1-100000002")

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)


def test_the_second_to_acknowledge_hears_who_was_first(story):
    call = story.anne_writes()
    story.post()
    story.bart.acknowledge(call)

    with pytest.raises(CallChanged, match="was acknowledged by bart already, Mon 2 Mar 2026 09:00"):
        story.cris.acknowledge(call)

    assert story.call(call)["owner"] == "bart"
    assert len(story.post()) == 1


@on_both
def test_of_two_who_acknowledge_at_once_one_does_and_one_hears_of_it(story):
    call = story.anne_writes()
    story.post()

    results = story.at_once(
        lambda: story.bart.acknowledge(call), lambda: story.cris.acknowledge(call)
    )

    refused = [each for each in results if isinstance(each, CallChanged)]
    (done,) = [each for each in results if not isinstance(each, Exception)]
    assert len(refused) == 1
    assert story.call(call)["owner"] == done.by
    assert f"by {done.by} already" in str(refused[0])
    assert len(story.post()) == 1
    assert len(story.events(call, "acknowledged")) == 1


def test_a_trace_by_another_is_not_undone_unawares(story, register):
    call = story.traced()

    with pytest.raises(CallChanged, match=r"traced by bart.*Rose Cottage.*--instead"):
        story.cris.trace(call, LILAC)
    assert story.call(call)["location_name"] == "Rose Cottage"

    story.cris.trace(call, LILAC._replace(instead=True))
    assert story.call(call)["location_name"] == "Lilac Home Care"


def test_an_agent_corrects_their_own_trace(story, register):
    call = story.traced()

    story.bart.trace(call, LILAC)

    assert story.call(call)["location_name"] == "Lilac Home Care"


def test_the_second_to_allocate_hears_who_was_first(story, register):
    call = story.traced()
    story.bart.allocate(call)
    story.post()

    with pytest.raises(CallChanged, match="was allocated by bart already"):
        story.cris.allocate(call)

    assert story.post() == []


def test_the_second_to_close_hears_who_was_first(story):
    call = story.anne_writes()
    story.bart.close(call, Ending(Outcome.SPAM))

    with pytest.raises(CallChanged, match="was closed by bart already"):
        story.cris.close(call, Ending(Outcome.SPAM))


def test_who_works_on_anothers_call_is_told_whose_it_is(story, register):
    call = story.anne_writes()
    story.bart.acknowledge(call)

    said = story.cris.trace(call, ROSE).answer["said"]

    assert any("note: bart has this call" in sentence for sentence in said)
    assert story.call(call)["owner"] == "bart"


def test_a_call_is_taken_and_given_and_everybody_is_told_instead_of_whom(story):
    call = story.anne_writes()

    story.bart.give(call, "bart")
    said = story.cris.give(call, "cris").answer["said"]

    assert story.call(call)["owner"] == "cris"
    assert any("instead of bart" in sentence for sentence in said)
    assert [event["facts"]["to"] for event in story.events(call, "given")] == ["bart", "cris"]


def test_whose_call_it_is_stays_so_when_another_acknowledges_it(story):
    call = story.anne_writes()
    story.bart.give(call, "cris")
    story.post()

    story.bart.acknowledge(call)

    assert story.call(call)["owner"] == "cris"
    assert "Cris Cole is now looking after" in story.post()[0].text


@on_both
def test_of_many_notes_at_once_none_is_lost(story):
    call = story.anne_writes()

    results = story.at_once(
        *(lambda number=number: story.bart.note(call, f"note {number}") for number in range(8))
    )

    assert not [each for each in results if isinstance(each, Exception)]
    assert {event["facts"]["text"] for event in story.events(call, "note")} == {
        f"note {number}" for number in range(8)
    }


def test_the_same_words_are_a_note_again_when_another_reply_waits(story):
    call = story.anne_writes(message_id="<first@rosecottage.example>")
    for _ in range(2):
        story.arrives(story.mail("More.", in_reply_to="<first@rosecottage.example>"))
        story.bart.note(call, "read")
        story.bart.note(call, "read")

    assert len(story.events(call, "note")) == 2
    assert not story.call(call)["reply_waiting"]


def test_both_names_are_kept_when_a_supervisor_speaks_for_an_agent(story):
    call = story.anne_writes()
    desk = story.app.desk

    desk.acknowledge(call, desk.who("sue", "bart"))

    (event,) = story.events(call, "acknowledged")
    assert (event["by"], event["actor"]) == ("bart", "sue")
