"""A call that waits: its seven days stand still for the requester and CQC, and are given back."""

from datetime import timedelta

import pytest

from helpdesk.database import moment
from helpdesk.desk.explaining import explain
from helpdesk.desk.holds import Holding
from helpdesk.intake import Request
from helpdesk.sweep import sweep
from tests.stories.story import london, words
from workflows.lifecycle import Hold
from workflows.refused import StepNotAllowed

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)

ANNE = "anne@rosecottage.example"
DUE = london("2026-03-09 09:00")
REQUESTER = Hold.AWAITING_REQUESTER


@pytest.fixture
def call(story, register):
    """Acknowledged and traced on Monday at nine: the code is due a week later."""
    reference = story.traced()
    story.post()
    assert story.clock_of(reference, "provide")["due_at"] == DUE
    return reference


@on_both
def test_each_pause_is_given_back_to_the_second_and_the_gross_due_stays(story, clock, call):
    clock.now = london("2026-03-03 10:00")
    story.hold(call, "which home?")
    clock.passes(days=2, hours=5, minutes=7, seconds=3)
    story.anne_replies(call)
    first = timedelta(days=2, hours=5, minutes=7, seconds=3)
    assert story.clock_of(call, "provide")["due_at"] == DUE + first

    clock.now = london("2026-03-06 09:00")
    story.hold(call, "and the postcode?")
    clock.now = london("2026-03-09 09:30")
    story.bart.resume(call)

    row = story.clock_of(call, "provide")
    assert row["due_at"] == DUE + first + timedelta(days=3, minutes=30)
    assert row["gross_due_at"] == DUE
    assert row["paused_at"] is None
    assert [event["facts"]["why"] for event in story.events(call, "resumed")] == [
        "a reply came",
        "by an agent",
    ]


def test_while_it_waits_nothing_is_flagged(story, clock, call):
    clock.now = london("2026-03-04 09:00")
    story.hold(call)

    story.sweeps_until(london("2026-03-10 09:00"))

    assert story.standing(call, "provide") == "on_track"
    assert story.events(call, "at_risk") == story.events(call, "breached") == []
    assert {letter.to for letter in story.post()} == {ANNE}


@on_both
def test_what_was_provided_after_a_pause_is_in_time_by_the_net_due(story, clock, call):
    clock.now = london("2026-03-03 09:00")
    story.hold(call)
    clock.now = london("2026-03-13 09:00")
    story.anne_replies(call)
    clock.now = london("2026-03-19 08:59")

    story.bart.allocate(call)

    row = story.clock_of(call, "provide")
    assert (row["standing"], row["due_at"]) == ("met", london("2026-03-19 09:00"))
    assert row["gross_due_at"] == DUE


def test_a_reply_that_was_taken_in_late_ended_the_hold_when_it_arrived(story, clock, call):
    clock.now = london("2026-03-03 10:00")
    story.hold(call)
    clock.now = london("2026-03-05 10:00")
    arrived = clock.now - timedelta(hours=20)

    story.anne_replies(call, arrived=arrived)

    paused = arrived - london("2026-03-03 10:00")
    assert story.clock_of(call, "provide")["due_at"] == DUE + paused


@on_both
@pytest.mark.parametrize("seen", [False, True])
def test_a_hold_after_the_breach_changes_nothing(story, clock, call, seen):
    clock.now = DUE + timedelta(hours=1)
    if seen:
        story.sweeps()

    done = story.hold(call, "which home?")
    assert "note: its clock goes on" in done.answer["said"]
    clock.passes(days=2)
    story.sweeps()
    story.bart.resume(call)

    row = story.clock_of(call, "provide")
    assert (row["due_at"], row["standing"]) == (DUE, "breached")
    (event,) = story.events(call, "breached")
    assert moment(event["at"]) == DUE
    assert len(story.letters_to("sue@ods.example")) == 1


def test_what_is_at_risk_again_after_a_pause_is_told_once(story, clock, call):
    clock.now = london("2026-03-06 09:00")
    assert story.sweeps().at_risk == 1
    clock.passes(hours=3)
    story.hold(call)
    clock.now = london("2026-03-12 12:00")
    story.bart.resume(call)
    assert story.standing(call, "provide") == "on_track"

    story.sweeps_until(london("2026-03-16 10:00"))

    subjects = [each.subject for each in story.letters_to("bart@ods.example")]
    assert sorted(subjects) == [f"AT RISK: {call} provide", f"BREACHED: {call} provide"]
    assert len(story.events(call, "at_risk")) == 1


def test_the_letter_of_breach_tells_of_each_hold(story, clock, call):
    clock.now = london("2026-03-03 10:00")
    story.hold(call, "which home?")
    clock.passes(days=2, hours=5)
    story.anne_replies(call)

    story.sweeps_until(london("2026-03-11 14:00"))

    (letter,) = story.letters_to("sue@ods.example")
    assert "Hold: 2 days 5 hours for the requester (bart): which home?" in words(letter)


def test_a_call_that_nobody_answered_cannot_be_made_to_wait(story):
    call = story.anne_writes()

    with pytest.raises(StepNotAllowed, match=f"helpdesk acknowledge {call} comes first"):
        story.hold(call, "which home?")

    assert story.clock_of(call, "acknowledge")["paused_at"] is None


def test_the_same_hold_said_twice_is_one(story, clock, call):
    story.hold(call, "which home?")
    clock.passes(hours=1)

    done = story.hold(call, "which home?")

    assert "already" in done.answer["said"][0]
    assert len(story.events(call, "held")) == 1


def test_a_reply_older_than_the_call_in_hand_ends_the_pause_that_is_explained(story, clock, call):
    arrived = clock.now - timedelta(minutes=5)
    story.hold(call, "which home?")
    story.anne_replies(call, arrived=arrived)
    clock.passes(days=1)

    _, clocks = story.app.store.run(lambda tx: explain(tx, story.app.journal, call))

    assert [pause.end - pause.begin for pause in clocks[1].pauses] == [timedelta()]


def test_who_is_to_be_asked_after_all_is_asked_once(story, clock, call):
    story.hold(call, "which home?")

    for _ in range(2):
        done = story.bart.hold(call, Holding(REQUESTER, note="which home?", ask=True))

    assert "already" in done.answer["said"][0]
    (letter,) = story.letters_to(ANNE)
    assert "which home?" in letter.text


def test_who_has_no_address_is_asked_once_they_have_one(story, clock):
    request = Request(organisation="Rose Cottage")
    desk = story.app.desk
    call = desk.raise_call(request, desk.who("bart", None), None).answer["reference"]
    story.bart.acknowledge(call)

    said = story.hold(call, "which home?").answer["said"]
    assert "note: no letter can chase them" in said[-1]
    assert story.call(call)["hold_check"] is None

    story.bart.correct(call, {"requester_email": ANNE})
    story.sweeps_until(london("2026-03-05 09:00"))
    (letter,) = story.letters_to(ANNE)
    assert "which home?" in letter.text


def test_nobody_is_warned_of_a_clock_that_stands_still(story, clock, call):
    clock.now = london("2026-03-07 10:00")  # a Saturday: the warning waits for Monday
    assert story.sweeps().at_risk == 1
    story.bart.hold(call, Holding(REQUESTER, until=london("2026-03-10 10:00")))
    clock.now = london("2026-03-09 09:30")
    story.sweeps()
    assert story.letters_to("bart@ods.example") == []

    story.sweeps_until(london("2026-03-10 12:00"))

    (letter,) = story.letters_to("bart@ods.example")
    assert letter.subject == f"AT RISK: {call} provide"


def test_a_call_that_waits_does_not_press(story, clock, call):
    clock.passes(hours=1)
    second = story.traced()
    assert story.order() == [call, second]

    story.bart.hold(call, Holding(REQUESTER, until=london("2026-03-20 09:00")))

    assert story.order() == [second, call]
    assert "on hold" in story.worklist()[1].marks


def test_a_baseline_writes_to_no_requester_and_goes_on_from_there(story, clock, call):
    story.hold(call, "which home?")
    clock.now = london("2026-03-31 10:00")

    sweep(story.app.store, story.app.journal, baseline=True)
    assert story.letters_to(ANNE) == []
    story.sweeps_until(london("2026-04-07 12:00"))  # four days after what counts as the first

    assert len(story.letters_to(ANNE)) == 1
    assert story.call(call)["state"] == "traced"


def test_a_hold_that_is_said_again_without_a_note_keeps_what_was_noted(story, register):
    call = story.traced()
    story.bart.hold(call, Holding(Hold.AWAITING_REQUESTER, note="Which of the two homes?"))

    story.bart.hold(call, Holding(Hold.AWAITING_REQUESTER, until=story.clock() + timedelta(days=9)))

    assert story.call(call)["hold_note"] == "Which of the two homes?"
