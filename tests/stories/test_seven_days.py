"""The code comes within seven days of the acknowledgement, and nine of the mail, in any case."""

from datetime import timedelta

import pytest

from helpdesk.config.settings import Promise

SECOND = timedelta(seconds=1)

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)


def test_the_seven_days_start_with_the_acknowledgement(story, clock):
    call = story.anne_writes()
    clock.passes(hours=10)

    story.bart.acknowledge(call)

    row = story.clock_of(call, "provide")
    assert row["started_at"] == clock.now
    assert row["due_at"] == clock.now + timedelta(days=7)


@pytest.mark.parametrize(
    ("passed", "standing"),
    [
        (timedelta(days=4) - SECOND, "on_track"),
        (timedelta(days=4), "at_risk"),
        (timedelta(days=7) - SECOND, "at_risk"),
        (timedelta(days=7), "breached"),
    ],
)
def test_at_due_it_is_breached_and_one_second_before_it_is_not(story, clock, passed, standing):
    call = story.anne_writes()
    story.bart.acknowledge(call)

    clock.now += passed
    swept = story.sweeps()

    assert story.standing(call, "provide") == standing
    assert swept[:2] == (standing == "at_risk", standing == "breached")


@pytest.mark.parametrize(
    ("passed", "standing"), [(timedelta(days=7) - SECOND, "met"), (timedelta(days=7), "breached")]
)
def test_allocation_stops_it_and_a_trace_does_not(story, register, clock, passed, standing):
    call = story.traced()
    assert story.clock_of(call, "provide")["stopped_at"] is None

    clock.now += passed
    story.bart.allocate(call)

    assert story.standing(call, "provide") == standing
    assert story.clock_of(call, "provide")["stopped_at"] == clock.now


@pytest.mark.parametrize(
    ("acknowledged", "usual", "urgent"),
    [
        # Due on Thursday the 12th: two whole days of the desk lie in the 48 hours before that.
        (timedelta(days=3), timedelta(days=5), timedelta(days=3)),
        # Due on Monday the 9th at 09:00: Friday is the last day on which the desk can do it.
        (timedelta(), timedelta(days=4), timedelta(days=3)),
        # Due on Monday the 9th at 12:00: of the last 8 desk hours, 5 lie on the Friday before.
        (timedelta(hours=3), timedelta(days=4), timedelta(days=3)),
    ],
)
def test_at_risk_is_48_hours_or_8_desk_hours_before_and_twice_that_if_urgent(
    story, clock, acknowledged, usual, urgent
):
    clock.now += acknowledged
    calls = story.anne_writes(), story.anne_writes()
    for call in calls:
        story.bart.acknowledge(call)
    story.bart.set_urgent(calls[1], "the system goes live on Thursday")

    moments = [story.clock_of(call, "provide")["at_risk_at"] for call in calls]

    assert moments == [clock.now + usual, clock.now + urgent]


def test_its_owner_hears_once_that_it_is_at_risk(story, clock):
    call = story.anne_writes()
    story.bart.acknowledge(call)
    story.post()
    clock.passes(days=4)

    story.sweeps()
    story.sweeps()

    (letter,) = story.post()
    assert letter.to == "bart@ods.example"
    assert letter.subject == f"AT RISK: {call} provide"
    assert "provide within 7 days" in letter.text
    assert "8 desk hours" in letter.text


def test_a_late_acknowledgement_is_marked_as_a_late_start(story, clock):
    punctual, late = story.anne_writes(), story.anne_writes()
    clock.passes(hours=47)
    story.bart.acknowledge(punctual)

    clock.passes(hours=2)
    story.bart.acknowledge(late)

    assert not story.clock_of(punctual, "provide")["late_start"]
    assert story.clock_of(late, "provide")["late_start"]


@on_both
def test_after_a_late_acknowledgement_the_promise_presses(story, clock):
    late = story.anne_writes()
    clock.passes(days=3)
    punctual = story.anne_writes()
    story.cris.acknowledge(punctual)
    clock.passes(days=1)
    story.bart.acknowledge(late)

    dues = [story.clock_of(call, "provide")["due_at"] for call in (late, punctual)]
    assert dues[0] > dues[1]

    assert story.order() == [late, punctual]


def test_a_late_start_is_told_in_the_letter_of_breach(story, clock):
    call = story.anne_writes()
    clock.passes(days=4)
    story.sweeps()
    story.bart.acknowledge(call)
    clock.passes(days=7)
    story.sweeps()

    letters = story.letters_to("sue@ods.example")

    assert "late start" in letters[-1].text
    assert "late start" not in letters[0].text


def test_a_clock_keeps_the_policy_that_it_started_under(story, clock):
    before = story.anne_writes()
    story.bart.acknowledge(before)
    sla = story.app.config.sla
    shorter = Promise(within=timedelta(days=5), lead=timedelta(hours=24))
    story.reconfigure(sla=sla.model_copy(update={"provide": shorter}))

    after = story.anne_writes()
    story.bart.acknowledge(after)
    story.sweeps()

    assert story.clock_of(before, "provide")["due_at"] == clock.now + timedelta(days=7)
    assert story.clock_of(after, "provide")["due_at"] == clock.now + timedelta(days=5)
