"""At night the desk is left alone, but for what is urgent; by day it hears how things stand."""

from datetime import timedelta

import pytest

from helpdesk.config.settings import Ladder
from helpdesk.desk.steps import Ending
from tests.stories.story import london, posted_at, words
from workflows.lifecycle import Outcome

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)

MINUTE = timedelta(minutes=1)


@on_both
def test_a_breach_at_three_in_the_night_is_told_at_nine_as_late_as_it_is_then(story, clock):
    clock.now = london("2026-03-03 03:00")
    call = story.anne_writes()
    clock.now = london("2026-03-05 03:00")
    story.post()

    assert story.sweeps().breached == 1
    story.sweeps_until(london("2026-03-05 08:59"))
    assert story.post() == []
    clock.passes(minutes=1)
    story.sweeps()

    (letter,) = story.post()
    assert posted_at(letter) == london("2026-03-05 09:00")
    assert letter.subject == f"BREACHED: {call} acknowledge"
    assert "Late by: 6 hours by the clock, no desk hours" in words(letter)
    assert story.clock_of(call, "acknowledge")["detected_at"] == london("2026-03-05 03:00")


def test_all_breaches_of_one_night_are_one_letter(story, clock):
    for hour in (1, 3, 5):
        clock.now = london(f"2026-03-03 0{hour}:00")
        story.anne_writes()
    story.post()
    clock.now = london("2026-03-04 17:00")

    story.sweeps_until(london("2026-03-05 10:00"))

    (letter,) = story.letters_to("sue@ods.example")
    assert letter.subject == "BREACHED: 3 calls"


def test_at_night_nothing_is_told_but_what_is_urgent(story, clock):
    clock.now = london("2026-03-03 03:00")
    usual, urgent = story.anne_writes(), story.anne_writes()
    story.bart.set_urgent(urgent, "the system goes live on Thursday")
    clock.now = london("2026-03-05 03:00")
    story.post()

    assert story.sweeps().breached == 2

    (letter,) = story.post()
    assert letter.subject == f"BREACHED: {urgent} acknowledge"
    assert usual not in letter.text


@on_both
@pytest.mark.parametrize(("passed", "told"), [(0, "AT RISK"), (12, "BREACHED")])
def test_what_waits_for_the_morning_is_told_at_once_when_the_call_grows_urgent(
    story, clock, passed, told
):
    clock.now = london("2026-03-06 18:00")
    call = story.anne_writes()
    story.post()
    clock.now = london("2026-03-08 06:00") + timedelta(hours=passed)
    story.sweeps()
    assert story.post() == []

    story.bart.set_urgent(call, "the system goes live on Monday")
    story.sweeps()

    (letter,) = story.post()
    assert letter.subject.startswith(f"{told}: {call} acknowledge")
    assert posted_at(letter) == clock.now
    story.sweeps_until(london("2026-03-08 17:00"))
    story.sweeps()
    assert story.post() == []


def test_a_warning_that_waited_says_how_much_time_is_left_by_then(story, clock):
    clock.now = london("2026-03-03 18:00")
    call = story.anne_writes()
    story.post()
    clock.now = london("2026-03-05 06:00")
    story.bart.give(call, "bart")  # at risk since the afternoon, and no sweep saw it

    story.sweeps_until(london("2026-03-05 09:30"), every=timedelta(minutes=30))

    (letter,) = story.letters_to("bart@ods.example")
    assert posted_at(letter) == london("2026-03-05 09:00")
    assert "Time left: 9 hours by the clock, 8 desk hours" in words(letter)


@on_both
def test_a_warning_is_dropped_when_the_promise_was_kept_before_anybody_read_it(story, clock):
    call = _at_risk_in_the_night(story, clock)

    clock.now = london("2026-03-05 08:30")
    story.bart.acknowledge(call)
    story.post()
    story.sweeps_until(london("2026-03-05 17:00"))

    assert story.post() == []
    assert len(story.events(call, "at_risk")) == 1


def test_a_warning_is_dropped_when_the_breach_overtook_it(story, clock):
    clock.now = london("2026-03-06 18:00")
    call = story.anne_writes()
    story.post()

    story.sweeps_until(london("2026-03-10 17:00"))

    assert [letter.subject for letter in story.post()] == [f"BREACHED: {call} acknowledge"]
    assert len(story.events(call, "at_risk")) == 1


def test_a_breach_is_told_although_it_was_answered_before_anybody_read_of_it(story, clock):
    clock.now = london("2026-03-03 03:00")
    call = story.anne_writes()
    clock.now = london("2026-03-05 03:00")
    story.sweeps()

    clock.now = london("2026-03-05 08:30")
    story.bart.acknowledge(call)
    story.post()
    story.sweeps_until(london("2026-03-05 12:00"))

    (letter,) = story.letters_to("sue@ods.example")
    assert "Late by: 5 hours 30 minutes by the clock, no desk hours" in words(letter)


def test_a_desk_that_wants_it_so_hears_of_all_at_once(story, clock):
    story.reconfigure(ladder=Ladder(quiet=False))
    clock.now = london("2026-03-03 03:00")
    call = story.anne_writes()
    story.post()
    clock.now = london("2026-03-05 03:00")

    story.sweeps()

    assert [each.subject for each in story.post()] == [f"BREACHED: {call} acknowledge"]


def test_requesters_hear_at_once_at_any_hour(story, clock):
    clock.now = london("2026-03-08 03:00")

    call = story.anne_writes()
    story.bart.acknowledge(call)

    assert [letter.to for letter in story.post()] == ["anne@rosecottage.example"] * 2


def test_a_call_that_changed_hands_in_the_night_is_told_to_who_has_it_in_the_morning(story, clock):
    call = _at_risk_in_the_night(story, clock, owner="bart")

    story.sue.give(call, "cris")
    story.sweeps_until(london("2026-03-05 10:00"))

    assert [letter.to for letter in story.post()] == ["cris@ods.example"]


def test_the_desk_is_warned_where_the_agent_can_no_longer_be_reached(story, clock):
    call = _at_risk_in_the_night(story, clock, owner="bart")

    story.agent_has("bart", email="")
    story.sweeps_until(london("2026-03-05 10:00"))

    (letter,) = story.post()
    assert (letter.to, letter.subject) == ("desk-room@ods.example", f"AT RISK: {call} acknowledge")


@on_both
def test_a_breach_waits_for_an_agent_without_an_address_and_keeps_it_from_no_other(story, clock):
    clock.now = london("2026-03-03 03:00")
    barts, criss = story.anne_writes(), story.anne_writes()
    story.bart.give(barts, "bart")
    story.cris.give(criss, "cris")
    story.post()
    clock.now = london("2026-03-05 03:00")
    assert story.sweeps().breached == 2

    story.agent_has("bart", email="")
    story.sweeps_until(london("2026-03-05 11:00"))
    assert sorted(letter.to for letter in story.post()) == ["cris@ods.example", "sue@ods.example"]
    story.agent_has("bart", email="bart@elsewhere.example")
    story.sweeps_until(london("2026-03-05 13:00"))

    (letter,) = story.post()
    assert (letter.to, letter.subject) == (
        "bart@elsewhere.example",
        f"BREACHED: {barts} acknowledge",
    )


def _at_risk_in_the_night(story, clock, owner=None):
    """Flagged at 03:00, due at noon; the letter about it waits for nine."""
    clock.now = london("2026-03-03 15:00")
    call = story.anne_writes()
    if owner:
        story.bart.give(call, owner)
    clock.now = london("2026-03-05 03:00")
    assert story.sweeps().at_risk == 1
    story.post()
    return call


def test_what_was_done_while_its_agent_was_away_is_told_them_no_more(story, clock):
    call = story.anne_writes()
    story.bart.acknowledge(call)
    clock.now = london("2026-03-10 02:00")
    story.sweeps()  # tells of the breach at nine
    bart = story.app.desk.who("bart", None)
    story.app.desk.away("bart", None, bart)
    clock.now = london("2026-03-10 10:00")
    story.sweeps()
    story.cris.close(call, Ending(Outcome.WITHDRAWN))
    clock.now = london("2026-03-11 10:00")
    story.sweeps()

    story.app.desk.back("bart", bart)
    story.sweeps()

    assert story.letters_to("bart@ods.example") == []
    assert story.rows("SELECT id FROM alert WHERE tell_at IS NOT NULL") == []
