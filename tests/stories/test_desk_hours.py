"""Time goes by while the desk is closed: a call that nobody can win is known at once, and told."""

from datetime import timedelta

import pytest

from helpdesk.config.settings import Count, Promise, Sla
from tests.stories.story import london, posted_at, words

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)

UNWINNABLE = "unwinnable: no desk hours between its start and its due moment"


@on_both
def test_mail_on_friday_evening_is_flagged_at_once_as_a_promise_that_cannot_be_kept(story, clock):
    clock.now = london("2026-03-06 18:00")
    call = story.anne_writes()

    swept = story.sweeps()

    row = story.clock_of(call, "acknowledge")
    assert (swept.at_risk, swept.breached) == (1, 0)
    assert row["due_at"] == london("2026-03-08 18:00")
    assert row["unwinnable"]
    assert "unwinnable" in story.worklist()[0].marks


@on_both
def test_its_breach_is_told_on_monday_at_nine_in_one_letter_that_says_so(story, clock):
    clock.now = london("2026-03-06 18:00")
    call = story.anne_writes()
    story.post()

    story.sweeps_until(london("2026-03-09 12:00"))

    (letter,) = story.post()
    assert (letter.to, letter.subject) == ("sue@ods.example", f"BREACHED: {call} acknowledge")
    assert posted_at(letter) == london("2026-03-09 09:00")
    assert "Due: Sunday 8 March 2026 at 18:00" in words(letter)
    assert "Late by: 15 hours by the clock, no desk hours" in words(letter)
    assert UNWINNABLE in words(letter)


def test_a_call_with_one_minute_at_the_desk_can_be_won(story, clock):
    clock.now = london("2026-03-06 16:59")

    call = story.anne_writes()

    assert not story.clock_of(call, "acknowledge")["unwinnable"]


def test_an_urgent_one_is_told_at_once_and_its_breach_on_sunday(story, clock):
    clock.now = london("2026-03-06 18:00")
    call = story.anne_writes()
    story.bart.set_urgent(call, "the system goes live on Saturday")
    story.post()

    story.sweeps_until(london("2026-03-09 12:00"))

    told = {letter.subject: letter for letter in story.post()}
    warning, breach = f"AT RISK: {call} acknowledge (urgent)", f"BREACHED: {call} acknowledge"
    assert set(told) == {warning, breach}
    assert posted_at(told[warning]) == london("2026-03-06 18:00")
    assert "Time left: 2 days by the clock, no desk hours" in words(told[warning])
    assert "Nobody will be at the desk before it is due" in words(told[warning])
    assert "counts as unwinnable" in words(told[warning])
    assert posted_at(told[breach]) == london("2026-03-08 18:00")
    assert UNWINNABLE in words(told[breach])


@pytest.mark.parametrize(
    ("arrives", "usual", "urgent"),
    [
        ("2026-03-02 23:00", "2026-03-04 11:00", "2026-03-03 23:00"),  # 12, 24 hours of the clock
        ("2026-03-05 10:00", "2026-03-06 13:00", "2026-03-06 09:00"),  # 4, 8 hours at the desk
    ],
)
def test_urgent_doubles_both_leads_and_no_longer_urgent_takes_them_back(
    story, clock, arrives, usual, urgent
):
    clock.now = london(arrives)
    call = story.anne_writes()
    due = story.clock_of(call, "acknowledge")["due_at"]
    assert story.clock_of(call, "acknowledge")["at_risk_at"] == london(usual)

    story.bart.set_urgent(call, "the system goes live")
    assert story.clock_of(call, "acknowledge")["at_risk_at"] == london(urgent)

    story.bart.set_not_urgent(call, "they moved the date")
    assert story.clock_of(call, "acknowledge")["at_risk_at"] == london(usual)
    assert story.clock_of(call, "acknowledge")["due_at"] == due


@pytest.mark.parametrize(
    ("arrives", "at_risk"), [("2026-03-02 23:00", "11:00"), ("2026-03-02 10:00", "14:00")]
)
def test_it_is_at_risk_from_that_moment_on_and_not_a_second_before(story, clock, arrives, at_risk):
    clock.now = london(arrives)
    call = story.anne_writes()
    moment = story.clock_of(call, "acknowledge")["at_risk_at"]
    assert f"{moment:%H:%M}" == at_risk

    clock.now = moment - timedelta(seconds=1)
    assert story.sweeps().at_risk == 0
    clock.now = moment
    assert story.sweeps().at_risk == 1
    assert story.sweeps().at_risk == 0


def test_over_easter_48_hours_go_by_and_the_breach_is_told_on_tuesday(story, clock):
    clock.now = london("2026-04-02 18:00")  # the eve of Good Friday
    call = story.anne_writes()
    story.post()

    story.sweeps_until(london("2026-04-07 10:00"))

    row = story.clock_of(call, "acknowledge")
    assert row["due_at"] == london("2026-04-04 18:00")
    assert row["unwinnable"]
    (letter,) = story.post()
    assert posted_at(letter) == london("2026-04-07 09:00")
    assert "Late by: 2 days 15 hours by the clock, no desk hours" in words(letter)
    assert UNWINNABLE in words(letter)


def test_over_easter_a_promise_in_desk_hours_waits_for_the_desk(story, clock):
    working = Promise(
        count=Count.WORKING, within="16 hours", lead="4 hours", staffed=timedelta(hours=4)
    )
    story.reconfigure(sla=Sla(acknowledge=working))
    clock.now = london("2026-04-02 16:00")
    call = story.anne_writes()
    story.post()

    story.sweeps_until(london("2026-04-08 16:00"))

    row = story.clock_of(call, "acknowledge")
    assert row["due_at"] == london("2026-04-08 16:00")  # one hour, eight, and seven
    assert not row["unwinnable"]
    told = {letter.subject: letter for letter in story.post()}
    warning, breach = f"AT RISK: {call} acknowledge", f"BREACHED: {call} acknowledge"
    assert {each: posted_at(letter) for each, letter in told.items()} == {
        warning: london("2026-04-08 12:00"),
        breach: london("2026-04-08 16:00"),
    }
    assert "Time left: 4 hours by the clock, 4 desk hours" in words(told[warning])


def test_a_pause_over_easter_gives_back_only_the_desk_hours_that_it_took(story, clock, register):
    working = Promise(count=Count.WORKING, within="40 hours", lead="8 hours")
    story.reconfigure(sla=Sla(provide=working))
    clock.now = london("2026-04-02 09:00")
    call = story.traced()
    assert story.clock_of(call, "provide")["due_at"] == london("2026-04-10 17:00")

    clock.now = london("2026-04-02 15:00")
    story.hold(call, "which home?")
    clock.now = london("2026-04-07 10:00")
    story.bart.resume(call)

    assert story.clock_of(call, "provide")["due_at"] == london("2026-04-13 12:00")
