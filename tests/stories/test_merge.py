"""Two calls about one thing become one, and Anne has waited since she wrote first."""

from datetime import timedelta

import pytest

from helpdesk.desk.explaining import explain
from helpdesk.desk.holds import Holding
from helpdesk.desk.steps import Ending
from helpdesk.errors import BadValue
from tests.stories.story import words
from workflows.lifecycle import Hold, Outcome
from workflows.refused import StepNotAllowed

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)

HOURS_48, HOURS_3 = timedelta(hours=48), timedelta(hours=3)


@pytest.fixture
def pair(story, clock):
    """Anne wrote at nine, and again at noon."""
    first = story.anne_writes()
    clock.passes(hours=3)
    second = story.anne_writes()
    story.post()
    return first, second


@on_both
def test_who_wrote_twice_has_waited_since_the_first_time(story, clock, pair):
    first, second = pair
    before = story.call(second)["promise_at"]

    story.bart.merge(first, second)

    row, call = story.clock_of(second, "acknowledge"), story.call(second)
    assert row["started_at"] == clock.now - HOURS_3
    assert row["due_at"] == clock.now - HOURS_3 + HOURS_48
    assert call["promise_at"] < before
    assert call["received_at"] == story.call(first)["received_at"]
    assert len(story.events(second, "joined")) == 1


def test_since_when_it_waits_is_explained(story, pair):
    first, second = pair
    story.bart.merge(first, second)

    _, clocks = story.app.store.run(lambda tx: explain(tx, story.app.journal, second))

    assert clocks[0].started_by == "joined, by bart"


def test_a_later_mail_makes_nobody_wait_longer(story, clock, pair):
    first, second = pair
    before = story.clock_of(first, "acknowledge"), story.call(first)["received_at"]

    story.bart.merge(second, first)

    assert (story.clock_of(first, "acknowledge"), story.call(first)["received_at"]) == before


def test_who_was_answered_waits_no_longer(story, clock, pair):
    first, second = pair
    story.bart.acknowledge(second)
    before = [dict(row) for row in story.sheet(second).clocks], story.call(second)["promise_at"]

    story.bart.merge(first, second)

    assert (
        [dict(row) for row in story.sheet(second).clocks],
        story.call(second)["promise_at"],
    ) == (before)


def test_a_breach_of_the_one_that_is_left_stays_where_it_was(story, clock, pair):
    first, second = pair
    clock.passes(hours=48)
    story.sweeps()
    before = story.clock_of(second, "acknowledge")
    assert before["standing"] == "breached"

    story.bart.merge(first, second)
    story.sweeps()

    assert story.clock_of(second, "acknowledge")["due_at"] == before["due_at"]
    assert len(story.events(second, "breached")) == 1


def test_the_call_that_ends_stops_pressing_and_anne_is_told_where_it_goes_on(story, clock, pair):
    first, second = pair

    story.bart.merge(second, first)

    call = story.call(second)
    assert (call["state"], call["outcome"]) == ("closed", "duplicate")
    assert story.standing(second, "acknowledge") == "cancelled"
    assert story.order() == [first]
    (letter,) = story.post()
    assert letter.subject == f"[{second}] We have this request already, as {first}"
    assert f"We go on with that one, {first}" in words(letter)
    clock.passes(days=3)
    story.sweeps()
    assert len(story.events(second, "breached")) == 0


def test_a_breach_of_the_call_that_ends_stays_a_breach(story, clock, pair):
    first, second = pair
    clock.passes(hours=45)
    story.sweeps()

    story.bart.merge(first, second)

    assert story.standing(first, "acknowledge") == "breached"


@on_both
def test_replies_to_the_call_that_ended_land_on_the_one_that_is_left(story, clock, pair):
    first, second = pair
    story.bart.merge(second, first)

    clock.passes(hours=1)
    became = story.anne_replies(second)

    assert became.threaded == 1
    assert story.call(first)["reply_waiting"]
    assert not story.call(second)["reply_waiting"]
    assert len(story.events(first, "reply")) == 1
    assert story.events(second, "reply") == []
    assert story.cycles(second, "acknowledge") == [1]


def test_they_land_there_through_two_merges_too(story, clock, pair):
    first, second = pair
    third = story.anne_writes()
    story.bart.merge(third, second)
    story.bart.merge(second, first)

    story.anne_replies(third)

    assert story.call(first)["reply_waiting"]
    assert [len(story.events(call, "reply")) for call in (first, second, third)] == [1, 0, 0]


def test_a_reply_ends_the_hold_of_the_call_that_is_left(story, clock, pair, register):
    first, second = pair
    story.bart.acknowledge(first)
    story.hold(first, "which home?")
    story.bart.merge(second, first)

    clock.passes(hours=1)
    story.anne_replies(second)

    assert story.call(first)["hold"] is None


def test_a_reply_that_waits_to_be_read_moves_along(story, pair):
    first, second = pair
    story.anne_replies(second)

    story.bart.merge(second, first)

    assert story.call(first)["reply_waiting"]
    assert story.order() == [first]


def test_a_merge_said_twice_is_one(story, pair):
    first, second = pair
    story.bart.merge(second, first)
    events = len(story.events(first)), len(story.events(second))
    story.post()

    done = story.cris.merge(second, first)

    assert "already" in done.answer["said"][0]
    assert (len(story.events(first)), len(story.events(second))) == events
    assert story.post() == []


@on_both
def test_two_agents_who_merge_at_once_merge_once(story, pair):
    first, second = pair

    story.at_once(*[lambda: story.bart.merge(second, first)] * 3)

    assert len(story.events(first, "joined")) == 1
    assert len(story.post()) == 1


@on_both
def test_two_agents_who_merge_two_calls_into_each_other_leave_one_open(story, pair):
    first, second = pair

    story.at_once(lambda: story.bart.merge(first, second), lambda: story.cris.merge(second, first))

    assert len(story.order()) == 1


def test_a_closed_call_cannot_be_merged(story, pair):
    first, second = pair
    story.bart.acknowledge(second)
    story.bart.close(second, Ending(Outcome.WITHDRAWN))

    with pytest.raises(StepNotAllowed, match="closed cannot take the step merge"):
        story.bart.merge(second, first)

    assert story.call(second)["outcome"] == "withdrawn"
    assert story.events(first, "joined") == []


def test_nothing_is_merged_into_a_closed_call(story, pair):
    first, second = pair
    story.bart.close(first, Ending(Outcome.SPAM))

    with pytest.raises(BadValue, match="is closed, so nobody works on it"):
        story.bart.merge(second, first)

    assert story.call(second)["state"] == "received"


def test_no_call_is_merged_into_itself(story, pair):
    first, _ = pair

    with pytest.raises(BadValue, match="into itself"):
        story.bart.merge(first, first)


def test_a_call_on_hold_is_on_hold_no_longer(story, clock, pair):
    first, second = pair
    story.bart.acknowledge(second)
    story.bart.hold(second, Holding(Hold.AWAITING_CQC))
    clock.passes(days=1)

    story.bart.merge(second, first)

    assert story.call(second)["hold"] is None
    assert story.standing(second, "provide") == "cancelled"
    assert [event["kind"] for event in story.events(second)][-2:] == ["resumed", "closed"]


def test_what_is_taken_up_again_is_no_duplicate_any_more(story, pair):
    first, second = pair
    story.bart.merge(first, second)

    story.bart.reopen(first, "it is another home after all")

    assert story.call(first)["original_id"] is None
    story.anne_replies(first)
    assert story.call(first)["reply_waiting"]
