"""A call that waits: its seven days stand still for the requester and CQC, and are given back."""

from datetime import timedelta

import pytest

from helpdesk.database import moment
from helpdesk.desk.holds import Holding
from helpdesk.desk.steps import Ending
from helpdesk.errors import BadValue
from tests.stories.story import london, posted_at, words
from workflows.lifecycle import Hold, Outcome
from workflows.refused import StepNotAllowed

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)

ANNE = "anne@rosecottage.example"
DUE = london("2026-03-09 09:00")
CQC, REQUESTER = Hold.AWAITING_CQC, Hold.AWAITING_REQUESTER
INTERNAL = Hold.INTERNAL
AUTOMATIC = {"auto_submitted": "auto-replied"}


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


def test_an_automatic_reply_ends_no_hold(story, clock, call):
    clock.now = london("2026-03-03 10:00")
    story.hold(call)
    clock.passes(hours=1)

    became = story.anne_replies(call, "I am away until Monday.", **AUTOMATIC)

    assert became.filed == 1
    assert story.call(call)["hold"] == "awaiting_requester"
    assert story.clock_of(call, "provide")["paused_at"] == london("2026-03-03 10:00")


def test_a_reply_that_was_taken_in_late_ended_the_hold_when_it_arrived(story, clock, call):
    clock.now = london("2026-03-03 10:00")
    story.hold(call)
    clock.now = london("2026-03-05 10:00")
    arrived = clock.now - timedelta(hours=20)

    story.anne_replies(call, arrived=arrived)

    paused = arrived - london("2026-03-03 10:00")
    assert story.clock_of(call, "provide")["due_at"] == DUE + paused


@on_both
@pytest.mark.parametrize(
    ("held", "first", "second", "closed"),
    [
        (  # asked on a Monday morning: every day is a desk day
            "2026-03-02 10:00",
            "2026-03-05 10:00",
            "2026-03-09 10:00",
            "2026-03-16 10:00",
        ),
        (  # the third day is a Saturday: each letter keeps its distance from the one before
            "2026-03-04 16:00",
            "2026-03-09 09:00",
            "2026-03-13 09:00",
            "2026-03-20 09:00",
        ),
        (  # Easter
            "2026-03-31 16:00",
            "2026-04-07 09:00",
            "2026-04-13 09:00",
            "2026-04-20 09:00",
        ),
    ],
)
def test_who_does_not_answer_is_asked_twice_and_then_the_call_is_closed(
    story, clock, register, held, first, second, closed
):
    clock.now = london(held)
    call = story.traced()
    story.post()
    asked = Holding(REQUESTER, note="Which of the two homes is it?", ask=True)
    story.bart.hold(call, asked)
    (letter,) = story.post()
    assert "Which of the two homes is it?" in words(letter)

    story.sweeps_until(london(closed) - timedelta(minutes=1))
    assert story.call(call)["hold"] == "awaiting_requester"  # no letter of ours ends it
    story.sweeps_until(london(closed))
    story.sweeps_until(london(closed) + timedelta(days=3))

    letters = story.post()
    assert {letter.to for letter in letters} == {ANNE}
    assert [posted_at(letter) for letter in letters] == [
        london(each) for each in (first, second, closed)
    ]
    assert [letter.subject.partition("] ")[2] for letter in letters] == [
        "We still need something from you",
        "Last reminder: we still need something from you",
        "We have closed your request: we have not heard from you",
    ]
    announced = f"{london(closed):%A} {london(closed).day}"
    assert "Which of the two homes is it?" in words(letters[0])
    assert "Which of the two homes is it?" in words(letters[1])
    assert announced not in letters[0].text
    assert f"have not heard from you by {announced}" in words(letters[1])
    assert "within 30 days" in words(letters[2])
    row = story.call(call)
    assert (row["state"], row["outcome"], row["hold"]) == ("closed", "no_reply", None)
    assert story.standing(call, "provide") == "cancelled"


def test_chasers_count_from_the_last_message_and_not_from_the_hold(story, clock, call):
    clock.now = london("2026-03-03 10:00")
    story.anne_replies(call, "I shall look for it.")
    clock.now = london("2026-03-04 10:00")
    story.hold(call, "which home?")

    story.sweeps_until(london("2026-03-06 12:00"))

    (letter,) = story.post()
    assert posted_at(letter) == london("2026-03-06 10:00")


def test_who_answers_is_asked_no_more(story, clock, call):
    clock.now = london("2026-03-03 10:00")
    story.hold(call, "which home?")
    clock.now = london("2026-03-05 09:00")
    story.sweeps()
    assert len(story.post()) == 1

    story.anne_replies(call)
    story.sweeps_until(london("2026-03-06 08:00"))
    clock.now = london("2026-04-01 09:00")
    story.sweeps()

    assert story.call(call)["hold"] is None
    assert [letter for letter in story.post() if letter.to == ANNE] == []


def test_a_daemon_that_slept_for_weeks_asks_before_it_closes(story, clock, call):
    clock.now = london("2026-03-03 10:00")
    story.hold(call, "which home?")

    clock.now = london("2026-04-01 10:00")
    story.sweeps()
    story.sweeps()

    (letter,) = story.post()
    assert letter.subject.endswith("] We still need something from you")
    assert story.call(call)["state"] == "traced"


@on_both
@pytest.mark.parametrize("woken", ["2026-03-05 12:00", "2026-03-06 09:00"])
def test_a_hold_ends_at_its_date_even_if_the_daemon_slept(story, clock, call, woken):
    clock.now = london("2026-03-03 10:00")
    until = london("2026-03-05 12:00")
    story.bart.hold(call, Holding(REQUESTER, until=until, note="she is away"))

    clock.now = london(woken)
    story.sweeps()

    (event,) = story.events(call, "resumed")
    assert moment(event["at"]) == until
    assert story.clock_of(call, "provide")["due_at"] == DUE + timedelta(days=2, hours=2)
    assert story.call(call)["hold"] is None
    assert story.post() == []


def test_an_agent_who_comes_after_its_date_finds_it_ended_at_its_date(story, clock, call):
    clock.now = london("2026-03-03 10:00")
    story.bart.hold(call, Holding(REQUESTER, until=london("2026-03-05 12:00")))
    clock.now = london("2026-03-06 09:00")

    story.bart.resume(call)

    assert story.clock_of(call, "provide")["due_at"] == DUE + timedelta(days=2, hours=2)


@on_both
@pytest.mark.parametrize("asleep", [False, True])
def test_for_cqc_it_stands_still_28_days_in_all_however_often_it_is_held(
    story, clock, call, asleep
):
    clock.now = london("2026-03-03 09:00")
    story.bart.hold(call, Holding(CQC, note="the postcode is wrong"))
    clock.passes(days=20)
    story.bart.resume(call)
    clock.passes(days=1)
    story.bart.hold(call, Holding(CQC))
    ends = clock.now + timedelta(days=8)

    clock.now = ends + timedelta(days=1) if asleep else ends
    story.sweeps()

    (event,) = story.events(call, "pause_ended")
    assert moment(event["at"]) == ends
    assert story.call(call)["hold"] == "awaiting_cqc"
    row = story.clock_of(call, "provide")
    assert row["due_at"] == DUE + timedelta(days=28)
    assert row["paused_at"] is None

    clock.now = ends + timedelta(days=2)
    story.bart.resume(call)
    third = story.bart.hold(call, Holding(CQC))
    clock.passes(days=1)
    story.bart.resume(call)

    assert "note: its clock goes on" in third.answer["said"]
    assert story.clock_of(call, "provide")["due_at"] == DUE + timedelta(days=28)


def test_what_waited_for_the_requester_takes_nothing_from_what_it_may_wait_for_cqc(
    story, clock, call
):
    clock.now = london("2026-03-03 09:00")
    story.hold(call)
    clock.passes(days=10)
    story.bart.hold(call, Holding(CQC))
    clock.passes(days=30)

    story.bart.resume(call)

    assert story.clock_of(call, "provide")["due_at"] == DUE + timedelta(days=38)


def test_nobody_is_asked_while_it_waits_for_cqc(story, clock, call):
    story.bart.hold(call, Holding(CQC))

    story.sweeps_until(london("2026-03-20 17:00"), every=timedelta(hours=4))

    assert story.letters_to(ANNE) == []
    assert story.call(call)["state"] == "traced"


def test_when_the_desk_itself_makes_it_wait_the_clock_goes_on(story, clock, call):
    clock.now = london("2026-03-03 10:00")
    until = london("2026-03-12 09:00")

    done = story.bart.hold(call, Holding(INTERNAL, until=until, note="Cris knows the home"))
    story.sweeps_until(DUE)

    assert "note: its clock goes on" in done.answer["said"]
    assert story.standing(call, "provide") == "breached"
    assert story.clock_of(call, "provide")["due_at"] == DUE
    assert story.call(call)["hold"] == "internal"


def test_the_desk_itself_says_until_when_it_makes_a_call_wait(story, call):
    with pytest.raises(BadValue, match="until when"):
        story.bart.hold(call, Holding(INTERNAL))

    assert story.call(call)["hold"] is None


@pytest.mark.parametrize(
    ("end", "standing"),
    [
        (lambda story, call: story.bart.allocate(call), "met"),
        (lambda story, call: story.bart.close(call, Ending(Outcome.WITHDRAWN)), "cancelled"),
    ],
)
def test_a_call_that_is_done_waits_no_longer(story, clock, call, end, standing):
    clock.now = london("2026-03-03 10:00")
    story.hold(call, "which home?")
    clock.passes(days=1)

    end(story, call)
    story.post()
    clock.now = london("2026-03-20 10:00")
    story.sweeps()

    assert story.call(call)["hold"] is None
    assert story.standing(call, "provide") == standing
    kinds = [event["kind"] for event in story.events(call)]
    assert kinds[-3:-1] == ["held", "resumed"]
    assert story.post() == []


@on_both
@pytest.mark.parametrize("seen", [False, True])
def test_a_hold_after_the_breach_changes_nothing(story, clock, call, seen):
    clock.now = DUE + timedelta(hours=1)
    if seen:
        story.sweeps()

    story.hold(call, "which home?")
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


def test_a_call_that_waits_does_not_press(story, clock, call):
    clock.passes(hours=1)
    second = story.traced()
    assert story.order() == [call, second]

    story.bart.hold(call, Holding(REQUESTER, until=london("2026-03-20 09:00")))

    assert story.order() == [second, call]
    assert "on hold" in story.worklist()[1].marks
