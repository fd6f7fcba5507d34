"""Clocks that change, a day that comes every four years, a daemon that slept, a clock set back."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.config.settings import Count, Promise, Sla
from helpdesk.database import moment
from tests.stories.story import london, posted_at, words

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)

HOURS_48 = timedelta(hours=48)


@on_both
@pytest.mark.parametrize(
    ("arrives", "due", "shown"),
    [
        (
            "2026-03-28 12:00",
            datetime(2026, 3, 30, 12, tzinfo=UTC),
            "Monday 30 March 2026 at 13:00",
        ),
        (
            "2026-10-24 12:00",
            datetime(2026, 10, 26, 11, tzinfo=UTC),
            "Monday 26 October 2026 at 11:00",
        ),
    ],
)
def test_48_hours_are_48_true_hours_when_clocks_change_and_are_shown_as_clocks_show_them(
    story, clock, arrives, due, shown
):
    clock.now = london(arrives)
    call = story.anne_writes()
    assert due - clock.now == HOURS_48
    assert story.clock_of(call, "acknowledge")["due_at"] == due
    (receipt,) = story.post()
    assert shown in words(receipt)

    clock.now = due - timedelta(seconds=1)
    assert story.sweeps().breached == 0
    clock.now = due
    assert story.sweeps().breached == 1

    (letter,) = story.letters_to("sue@ods.example")
    assert f"Due: {shown}" in words(letter)


@pytest.mark.parametrize(
    ("arrives", "due"),
    [
        ("2026-03-27 12:00", "Friday 3 April 2026 at 13:00"),
        ("2026-10-23 12:00", "Friday 30 October 2026 at 11:00"),
    ],
)
def test_seven_days_are_seven_times_24_hours_when_clocks_change(
    story, clock, register, arrives, due
):
    clock.now = london(arrives)

    call = story.traced()

    assert story.clock_of(call, "provide")["due_at"] == clock.now + timedelta(days=7)
    assert any(f"by {due}" in words(letter) for letter in story.post())


def test_two_mails_of_the_hour_that_comes_twice_are_due_an_hour_apart(story, clock):
    clock.now = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    first = story.anne_writes()
    clock.passes(hours=1)
    second = story.anne_writes()

    dues = [story.clock_of(call, "acknowledge")["due_at"] for call in (first, second)]

    assert dues[1] - dues[0] == timedelta(hours=1)
    clock.now = dues[0]
    assert story.sweeps().breached == 1
    clock.now = dues[1]
    assert story.sweeps().breached == 1
    assert story.order() == [first, second]


def test_desk_hours_open_by_the_clock_on_the_wall_when_it_has_changed(story, clock):
    clock.now = london("2026-03-27 03:00")
    call = story.anne_writes()
    story.post()

    story.sweeps_until(london("2026-03-30 12:00"), every=timedelta(minutes=30))

    (letter,) = story.letters_to("sue@ods.example")
    assert posted_at(letter) == datetime(2026, 3, 30, 8, tzinfo=UTC)
    assert f"BREACHED: {call}" in letter.subject


@pytest.mark.parametrize(
    ("arrives", "due"),
    [
        ("2028-02-27 10:00", "2028-02-29 10:00"),
        ("2028-02-28 10:00", "2028-03-01 10:00"),
        ("2028-02-29 10:00", "2028-03-02 10:00"),
    ],
)
def test_the_leap_day_counts_like_any_other(story, clock, arrives, due):
    clock.now = london(arrives)

    call = story.anne_writes()

    assert story.clock_of(call, "acknowledge")["due_at"] == london(due)
    (receipt,) = story.post()
    assert f"{london(due).day} {london(due):%B %Y} at 10:00" in words(receipt)


def test_the_leap_day_is_a_desk_day(story, clock):
    working = Promise(count=Count.WORKING, within="16 hours", lead="4 hours")
    story.reconfigure(sla=Sla(acknowledge=working))
    clock.now = london("2028-02-28 12:00")

    call = story.anne_writes()

    assert story.clock_of(call, "acknowledge")["due_at"] == london("2028-03-01 12:00")


@on_both
def test_a_sweep_that_slept_for_three_days_tells_all_in_one_letter_and_how_late_it_truly_is(
    story, clock
):
    first = story.anne_writes()
    clock.passes(hours=3)
    second = story.anne_writes()
    clock.now = london("2026-03-03 10:00")
    assert story.sweeps().checked == 0
    story.post()

    clock.now = london("2026-03-06 10:00")
    swept = story.sweeps()

    assert (swept.at_risk, swept.breached) == (0, 2)
    (letter,) = story.post()
    assert letter.subject == "BREACHED: 2 calls"
    assert "Late by: 2 days 1 hour by the clock, 17 desk hours" in words(letter)
    assert "Late by: 1 day 22 hours by the clock, 14 desk hours" in words(letter)
    for call, due in ((first, "2026-03-04 09:00"), (second, "2026-03-04 12:00")):
        (event,) = story.events(call, "breached")
        assert moment(event["at"]) == london(due)
        assert moment(event["recorded_at"]) == clock.now
        assert story.clock_of(call, "acknowledge")["due_at"] == london(due)
        assert story.clock_of(call, "acknowledge")["detected_at"] == clock.now


def test_a_chaser_that_was_due_while_it_slept_goes_out_once_it_wakes(story, clock, register):
    call = story.traced()
    story.hold(call, "which home?")
    story.post()

    clock.now = london("2026-03-07 10:00")  # a Saturday
    story.sweeps()
    assert story.post() == []
    clock.now = london("2026-03-09 09:00")
    story.sweeps()

    assert [letter.to for letter in story.post()] == ["anne@rosecottage.example"]


@on_both
def test_a_clock_set_back_an_hour_tells_nothing_twice_and_loses_nothing(story, clock, register):
    late = story.anne_writes()
    clock.passes(minutes=30)
    soon = story.anne_writes()
    waits = story.traced()
    story.hold(waits, "which home?")
    story.post()
    clock.now = london("2026-03-04 09:05")
    assert story.sweeps().breached == 1

    clock.passes(hours=-1)
    assert story.sweeps() == story.sweeps() == (0, 0, 0, 0, 0)
    after = story.anne_writes()
    story.sweeps_until(london("2026-03-06 12:00"), every=timedelta(minutes=5))

    posted = story.post()
    for call in (late, soon, after):
        assert len(story.events(call, "breached")) == 1
        told = [each for each in posted if f"{call}, Rose Cottage" in each.text]
        assert [each.to for each in told if each.subject.startswith("BREACHED")] == [
            "sue@ods.example"
        ]
    assert len([each for each in posted if "still need something" in each.subject]) == 1


def test_a_letter_posted_before_the_clock_was_set_back_goes_when_its_moment_comes_again(
    story, clock
):
    story.anne_writes()
    clock.passes(hours=-1)
    assert story.post() == []

    clock.passes(hours=1)

    assert len(story.post()) == 1
    assert story.post() == []


def test_a_call_acknowledged_on_a_clock_that_was_set_back_is_no_worse_for_it(story, clock):
    call = story.anne_writes()
    clock.passes(hours=-1)

    story.bart.acknowledge(call)
    clock.passes(days=5)
    story.sweeps()

    assert story.standing(call, "acknowledge") == "met"
