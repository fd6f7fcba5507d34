"""A hold ends at its date, with the call, or when CQC has had its time: at its true moment."""

from datetime import timedelta

import pytest

from helpdesk.database import moment
from helpdesk.desk.holds import Holding
from helpdesk.desk.steps import Ending
from helpdesk.errors import BadValue
from tests.stories.story import london
from workflows.lifecycle import Hold, Outcome

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)

DUE = london("2026-03-09 09:00")
CQC, REQUESTER = Hold.AWAITING_CQC, Hold.AWAITING_REQUESTER
INTERNAL = Hold.INTERNAL


@pytest.fixture
def call(story, register):
    """Acknowledged and traced on Monday at nine: the code is due a week later."""
    reference = story.traced()
    story.post()
    assert story.clock_of(reference, "provide")["due_at"] == DUE
    return reference


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
