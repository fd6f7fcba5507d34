"""A new policy is for new calls: those in flight keep theirs, until somebody says otherwise."""

from datetime import timedelta

import pytest

from helpdesk.config.settings import Count, DeskHours, Promise, Sla
from helpdesk.database import moment
from helpdesk.desk.steps import Ending
from tests.stories.story import london
from workflows.lifecycle import Outcome

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)

H48, H72, DAYS_7, DAYS_14 = (timedelta(hours=each) for each in (48, 72, 168, 336))

LONGER = Sla(
    acknowledge=Promise(within="72 hours", lead="12 hours"),
    provide=Promise(within="14 days", lead="48 hours"),
)
SHORTER = Sla(acknowledge=Promise(within="24 hours", lead="6 hours"))


@on_both
def test_calls_in_flight_keep_their_policy_and_new_ones_have_the_new(story, clock):
    old = story.anne_writes()

    story.reconfigure(sla=LONGER)
    new = story.anne_writes()

    assert story.clock_of(old, "acknowledge")["due_at"] == clock.now + H48
    assert story.clock_of(new, "acknowledge")["due_at"] == clock.now + H72
    assert moment(story.call(new)["promise_at"]) == clock.now + H72 + DAYS_14
    clock.passes(hours=48)
    assert story.sweeps().breached == 1
    clock.passes(hours=24)
    assert story.sweeps().breached == 1


def test_a_clock_that_starts_later_starts_under_the_policy_of_that_day(story, clock):
    call = story.anne_writes()
    story.reconfigure(sla=LONGER)

    story.bart.acknowledge(call)

    assert story.clock_of(call, "provide")["due_at"] == clock.now + DAYS_14


@on_both
@pytest.mark.parametrize("seen", [False, True])
def test_a_recalculation_moves_what_runs_and_never_what_is_over_or_late(story, clock, seen):
    late = story.anne_writes()
    clock.passes(hours=47)
    started = clock.now
    met = story.anne_writes()
    story.bart.acknowledge(met)
    cancelled = story.anne_writes()
    story.bart.acknowledge(cancelled)
    story.bart.close(cancelled, Ending(Outcome.WITHDRAWN))
    running = story.anne_writes()
    clock.passes(hours=1)
    if seen:
        story.sweeps()
    before = {
        call: [dict(row) for row in story.sheet(call).clocks] for call in (late, met, cancelled)
    }

    story.reconfigure(sla=LONGER)
    moved = story.recalculates()

    assert [each[:5] for each in moved] == [
        (met, "provide", 1, started + DAYS_7, started + DAYS_14),
        (running, "acknowledge", 1, started + H48, started + H72),
    ]
    assert story.clock_of(running, "acknowledge")["due_at"] == started + H72
    assert story.clock_of(met, "provide")["due_at"] == started + DAYS_14
    for call in (late, cancelled):
        assert [dict(row) for row in story.sheet(call).clocks] == before[call]
        assert story.events(call, "recalculated") == []
    assert dict(story.sheet(met).clocks[0]) == before[met][0]
    for call in (met, running):
        (event,) = story.events(call, "recalculated")
        assert (event["by"], moment(event["at"])) == ("sue", clock.now)
    assert story.standing(late, "acknowledge") == "breached"


@on_both
def test_one_that_is_tried_first_says_the_same_and_changes_nothing(story, clock):
    call = story.anne_writes()
    clock.passes(hours=1)
    story.reconfigure(sla=LONGER)
    before = [dict(row) for row in story.sheet(call).clocks]

    tried = story.recalculates(dry_run=True)

    assert [dict(row) for row in story.sheet(call).clocks] == before
    assert story.events(call, "recalculated") == []
    assert tried == story.recalculates()
    assert len(tried) == 1


def test_a_second_one_finds_nothing_to_do(story, clock):
    call = story.anne_writes()
    story.reconfigure(sla=LONGER)
    story.recalculates()

    assert story.recalculates() == []

    assert len(story.events(call, "recalculated")) == 1


def test_what_an_earlier_due_makes_late_is_late_since_then_and_is_told_once(story, clock):
    call = story.anne_writes()
    due = clock.now + timedelta(hours=24)
    clock.passes(hours=30)
    story.reconfigure(sla=SHORTER)
    story.recalculates()

    story.sweeps_until(clock.now + timedelta(days=2))

    (event,) = story.events(call, "breached")
    assert moment(event["at"]) == due
    assert len(story.letters_to("sue@ods.example", about="BREACHED")) == 1


def test_what_a_later_due_puts_back_on_track_is_warned_of_once_in_all(story, clock):
    call = story.anne_writes()
    clock.passes(hours=37)
    assert story.sweeps().at_risk == 1

    story.reconfigure(sla=LONGER)
    story.recalculates()
    assert story.standing(call, "acknowledge") == "on_track"
    story.sweeps_until(clock.now + timedelta(days=3))

    assert len(story.events(call, "at_risk")) == 1
    assert len(story.events(call, "breached")) == 1


@on_both
def test_what_a_pause_gave_is_kept(story, clock, register):
    call = story.traced()
    started = clock.now
    story.hold(call, "which home?")
    clock.passes(days=3)
    story.bart.resume(call)
    story.reconfigure(sla=LONGER)

    story.recalculates()

    row = story.clock_of(call, "provide")
    assert row["due_at"] == started + DAYS_14 + timedelta(days=3)
    assert row["gross_due_at"] == started + DAYS_14


def test_a_clock_that_stands_still_goes_on_under_the_new_policy(story, clock, register):
    call = story.traced()
    started = clock.now
    clock.passes(days=1)
    story.hold(call, "which home?")
    clock.passes(days=9)
    story.reconfigure(sla=LONGER)

    story.recalculates()
    clock.passes(days=1)
    story.bart.resume(call)

    assert story.clock_of(call, "provide")["due_at"] == started + DAYS_14 + timedelta(days=10)


@on_both
def test_new_desk_hours_are_a_new_policy_too(story, clock):
    clock.now = london("2026-03-06 18:00")
    call = story.anne_writes()
    assert story.clock_of(call, "acknowledge")["unwinnable"]
    saturday = DeskHours(saturday="09:00-17:00")

    story.reconfigure(calendar=saturday)
    assert story.clock_of(call, "acknowledge")["unwinnable"]
    story.recalculates()

    row = story.clock_of(call, "acknowledge")
    assert not row["unwinnable"]
    assert row["at_risk_at"] == london("2026-03-07 13:00")
    assert row["due_at"] == london("2026-03-08 18:00")


def test_days_and_nights_become_desk_hours(story, clock):
    clock.now = london("2026-03-06 12:00")
    call = story.anne_writes()
    working = Promise(count=Count.WORKING, within="16 hours", lead="4 hours")
    story.reconfigure(sla=Sla(acknowledge=working))

    story.recalculates()

    assert story.clock_of(call, "acknowledge")["due_at"] == london("2026-03-10 12:00")
