"""Mail on a closed call: it stays closed; a person answers in 48 hours, or takes it up again."""

from datetime import timedelta

import pytest

from helpdesk.desk.steps import Ending
from helpdesk.errors import BadValue
from tests.stories.story import words
from workflows.lifecycle import Outcome
from workflows.refused import StepNotAllowed

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)

HOURS_48 = timedelta(hours=48)


@pytest.fixture
def closed(story, clock, register):
    """Provided and closed on Tuesday at nine."""
    call = story.traced()
    story.bart.allocate(call)
    clock.passes(days=1)
    story.bart.close(call, Ending())
    story.post()
    return call


@on_both
def test_thank_you_starts_a_second_cycle_and_the_call_stays_closed(story, clock, closed):
    before = story.clock_of(closed, "acknowledge")
    clock.passes(hours=2)

    became = story.anne_replies(closed, "Thank you very much!")

    assert became.threaded == 1
    call, row = story.call(closed), story.clock_of(closed, "acknowledge", 2)
    assert (call["state"], call["outcome"], call["reply_waiting"]) == ("closed", "provided", True)
    assert (row["started_at"], row["due_at"]) == (clock.now, clock.now + HOURS_48)
    assert story.clock_of(closed, "acknowledge") == before
    assert story.cycles(closed, "provide") == [1]
    (line,) = story.worklist()
    assert (line.reference, line.due) == (closed, clock.now + HOURS_48)
    assert "reply waiting" in line.marks


@on_both
def test_that_it_needs_nothing_meets_it(story, clock, closed):
    story.anne_replies(closed, "Thank you very much!")
    clock.passes(hours=47)

    story.bart.no_action(closed)
    clock.passes(days=30)
    story.sweeps()

    assert story.standing(closed, "acknowledge", 2) == "met"
    assert story.call(closed)["state"] == "closed"
    assert story.order() == []
    assert story.letters_to("sue@ods.example") == []


def test_to_say_so_twice_is_said(story, closed):
    story.anne_replies(closed, "Thank you very much!")
    story.bart.no_action(closed)

    done = story.cris.no_action(closed)

    assert done.answer["said"] == [f"no reply waits on {closed}"]
    assert len(story.events(closed, "no_action")) == 1


@on_both
def test_unanswered_for_48_hours_is_a_breach_that_is_told_and_stays(story, clock, closed):
    story.anne_replies(closed, "Thank you very much!")
    due = clock.now + HOURS_48

    clock.now = due
    assert story.sweeps().breached == 1
    story.bart.no_action(closed)
    clock.passes(days=1)
    story.sweeps()

    assert story.standing(closed, "acknowledge", 2) == "breached"
    assert story.standing(closed, "acknowledge") == "met"
    (letter,) = story.letters_to("sue@ods.example")
    assert letter.subject == f"BREACHED: {closed} acknowledge"
    (alert,) = story.rows(
        "SELECT * FROM alert WHERE stage = 'breached' AND audience = 'supervisor'"
    )
    assert (alert["target"], alert["cycle"]) == ("acknowledge", 2)


def test_a_second_mail_while_one_waits_starts_no_third_cycle(story, clock, closed):
    story.anne_replies(closed, "Thank you very much!")
    clock.passes(hours=3)
    story.anne_replies(closed, "And a nice day.")
    assert story.cycles(closed, "acknowledge") == [1, 2]

    story.bart.no_action(closed)
    story.anne_replies(closed, "One more thing.")

    assert story.cycles(closed, "acknowledge") == [1, 2, 3]


def test_an_automatic_reply_starts_nothing(story, closed):
    became = story.anne_replies(closed, "I am away.", auto_submitted="auto-replied")

    assert became.filed == 1
    assert story.cycles(closed, "acknowledge") == [1]
    assert not story.call(closed)["reply_waiting"]


def test_a_note_is_no_answer_to_it(story, closed):
    story.anne_replies(closed, "Is it the right home?")

    done = story.bart.note(closed, "I think so")

    assert "its reply still waits" in done.answer["said"][1]
    assert story.call(closed)["reply_waiting"]
    assert story.standing(closed, "acknowledge", 2) == "on_track"


@on_both
def test_a_call_taken_up_again_is_acknowledged_and_its_code_promised_anew(story, clock, closed):
    before = [dict(row) for row in story.sheet(closed).clocks]
    story.anne_replies(closed, "It is the code of our other home.")
    clock.passes(hours=5)

    story.cris.reopen(closed, "the code is for another home")

    call = story.call(closed)
    assert (call["state"], call["outcome"], call["closed_at"]) == ("acknowledged", None, None)
    assert (call["owner"], call["reply_waiting"]) == ("cris", False)
    assert story.standing(closed, "acknowledge", 2) == "met"
    row = story.clock_of(closed, "provide", 2)
    assert (row["started_at"], row["due_at"]) == (clock.now, clock.now + timedelta(days=7))
    assert [dict(row) for row in story.sheet(closed).clocks][:2] == before
    (event,) = story.events(closed, "reopened")
    assert event["facts"]["reason"] == "the code is for another home"
    (letter,) = story.post()
    assert letter.subject == f"[{closed}] We have taken your request up again"
    assert "Cris Cole is looking after it" in words(letter)
    assert "You will have your ODS code by Tuesday 10 March 2026 at 14:00" in words(letter)


def test_it_goes_on_from_there_like_any_other_and_can_be_late_like_any_other(story, clock, closed):
    story.anne_replies(closed, "It is the code of our other home.")
    story.bart.reopen(closed, "another home")
    clock.passes(days=7)
    story.sweeps()

    subjects = [each.subject for each in story.letters_to("sue@ods.example")]

    assert subjects == [f"BREACHED: {closed} provide"]
    assert story.standing(closed, "provide") == "met"
    assert story.standing(closed, "provide", 2) == "breached"


def test_what_was_cancelled_stays_cancelled_when_it_is_taken_up_again(story, clock, register):
    call = story.traced()
    story.bart.close(call, Ending(Outcome.WITHDRAWN))
    clock.passes(days=3)

    story.bart.reopen(call, "they want it after all")

    assert story.standing(call, "provide") == "cancelled"
    assert story.standing(call, "provide", 2) == "on_track"
    assert story.cycles(call, "acknowledge") == [1]


def test_it_is_taken_up_again_for_a_reason_or_not_at_all(story, closed):
    with pytest.raises(BadValue, match="say why"):
        story.bart.reopen(closed, "  ")

    assert story.call(closed)["state"] == "closed"


def test_a_call_that_is_open_is_not_taken_up_again(story, closed):
    story.bart.reopen(closed, "another home")

    story.cris.reopen(closed, "another home")

    assert len(story.events(closed, "reopened")) == 1
    assert story.cycles(closed, "provide") == [1, 2]


@on_both
def test_mail_that_comes_later_than_30_days_is_a_new_call_that_follows_the_old(
    story, clock, closed
):
    clock.passes(days=30, seconds=1)

    became = story.anne_replies(closed, "We have lost the code.")

    assert became.raised == 1
    old, new = story.references()
    assert old == closed
    assert story.call(new)["follows_id"] == story.call(old)["id"]
    assert story.events(new, "follows")[0]["facts"]["other"] == old
    assert story.standing(new, "acknowledge") == "on_track"
    assert not story.call(old)["reply_waiting"]
    assert story.cycles(old, "acknowledge") == [1]
    with pytest.raises(StepNotAllowed, match="more than 30 days"):
        story.bart.reopen(old, "they lost it")


def test_mail_on_the_thirtieth_day_still_belongs_to_it(story, clock, closed):
    clock.passes(days=30)

    assert story.anne_replies(closed, "We have lost the code.").threaded == 1
    story.bart.reopen(closed, "they lost it")

    assert story.references() == [closed]
    assert story.call(closed)["state"] == "acknowledged"


def test_mail_that_arrived_in_time_belongs_to_it_however_late_it_is_taken_in(story, clock, closed):
    arrived = clock.now + timedelta(days=29)
    clock.passes(days=32)

    became = story.anne_replies(closed, "We have lost the code.", arrived=arrived)

    assert became.threaded == 1
    assert story.clock_of(closed, "acknowledge", 2)["started_at"] == arrived


def test_a_reply_that_came_in_time_can_be_taken_up_later_than_30_days(story, clock, closed):
    clock.passes(days=29)
    story.anne_replies(closed, "We have lost the code.")
    clock.passes(days=2)

    story.bart.reopen(closed, "they lost it")

    assert story.call(closed)["state"] == "acknowledged"


def test_a_reply_on_a_call_that_nobody_closed_starts_no_cycle(story, clock, register):
    call = story.traced()
    story.bart.allocate(call)

    story.anne_replies(call, "Thank you very much!")

    assert story.call(call)["reply_waiting"]
    assert story.cycles(call, "acknowledge") == [1]


def test_who_never_answered_and_then_does_is_heard(story, clock, register):
    call = story.traced()
    story.hold(call, "which home?")
    for _ in range(3):
        clock.passes(days=7)
        story.sweeps()
    assert story.call(call)["outcome"] == "no_reply"

    clock.passes(days=1)
    story.anne_replies(call, "It is the one in the High Street.")
    story.bart.reopen(call, "she answered")

    assert story.call(call)["state"] == "acknowledged"
    assert story.clock_of(call, "provide", 2)["due_at"] == clock.now + timedelta(days=7)
