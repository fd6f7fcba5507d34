"""Supervisors hear of each breach once: all of one sweep in one letter, the worst first."""

import pytest

from helpdesk import sweep
from helpdesk.config.settings import Ladder

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)


@on_both
def test_supervisors_hear_of_a_breach_once(story, clock):
    call = story.anne_writes()
    clock.passes(hours=51, minutes=20)

    for _ in range(3):
        story.sweeps()
        clock.passes(minutes=1)

    (letter,) = story.letters_to("sue@ods.example")
    words = " ".join(letter.text.split())
    assert letter.subject == f"BREACHED: {call} acknowledge"
    assert "Promise: acknowledge within 48 hours" in words
    assert "Due: Wednesday 4 March 2026 at 09:00" in words
    assert "Late by: 3 hours 20 minutes" in words
    assert "Owner: nobody" in words
    assert "Why: no person has answered the requester" in words
    assert f"Type: helpdesk acknowledge {call}" in words


def test_all_breaches_of_one_sweep_are_one_letter_with_the_worst_first(story, clock):
    calls = []
    for _ in range(3):
        calls.append(story.anne_writes())
        clock.passes(hours=1)
    clock.passes(hours=48)

    assert story.sweeps().breached == 3

    (letter,) = story.letters_to("sue@ods.example")
    assert letter.subject == "BREACHED: 3 calls"
    places = [letter.text.index(f"{call}, Rose Cottage") for call in calls]
    assert places == sorted(places)


def test_what_is_breached_later_is_a_letter_of_its_own(story, clock):
    story.anne_writes()
    clock.passes(hours=1)
    second = story.anne_writes()
    clock.passes(hours=47)
    story.sweeps()

    clock.passes(hours=1)
    story.sweeps()

    letters = story.letters_to("sue@ods.example")
    assert [letter.subject for letter in letters][-1] == f"BREACHED: {second} acknowledge"
    assert len(letters) == 2


def test_its_owner_hears_of_their_own_breaches_only(story, clock):
    barts, criss, nobodys = (story.anne_writes() for _ in range(3))
    story.bart.give(barts, "bart")
    story.bart.give(criss, "cris")
    clock.passes(hours=48)

    story.sweeps()

    told = {letter.to: letter for letter in story.post() if "BREACHED" in letter.subject}
    assert set(told) == {"sue@ods.example", "bart@ods.example", "cris@ods.example"}
    assert barts in told["bart@ods.example"].text
    assert criss not in told["bart@ods.example"].text
    assert nobodys in told["sue@ods.example"].text
    assert "Owner:    Bart Brown" in told["sue@ods.example"].text


@on_both
def test_a_sweep_that_dies_half_way_is_made_up_for_by_the_next(story, clock):
    story.reconfigure(ladder=Ladder(quiet=False))
    for lives in range(9):
        call = story.anne_writes()
        story.bart.give(call, "bart")
        story.post()
        clock.passes(hours=48)

        story.though_it_may_die(lambda: sweep.sweep(story.mortal(lives), story.app.journal))  # noqa: B023  # called at once
        clock.passes(minutes=1)
        story.sweeps()
        story.sweeps()

        told = [letter.to for letter in story.post() if f"BREACHED: {call}" in letter.subject]
        assert sorted(told) == ["bart@ods.example", "sue@ods.example"]
        assert len(story.events(call, "breached")) == 1


@on_both
def test_two_sweeps_at_once_tell_of_it_once(story, clock):
    calls = [story.anne_writes() for _ in range(5)]
    clock.passes(hours=48)

    results = story.at_once(story.sweeps, story.sweeps, story.sweeps)

    assert sum(swept.breached for swept in results) == 5
    told = [
        line for letter in story.letters_to("sue@ods.example") for line in letter.text.split("\n")
    ]
    for call in calls:
        assert len([line for line in told if f". {call}, " in line]) == 1
        assert len(story.events(call, "breached")) == 1


def test_a_breach_that_an_agent_answered_before_any_sweep_saw_it_is_told_all_the_same(story, clock):
    call = story.anne_writes()
    clock.passes(hours=50)

    story.bart.acknowledge(call)
    story.sweeps()

    (letter,) = story.letters_to("sue@ods.example")
    assert letter.subject == f"BREACHED: {call} acknowledge"
    assert "2 hours" in letter.text
    assert len(story.events(call, "breached")) == 1


def test_after_an_outage_it_is_one_letter_with_the_worst_fifty_and_how_many_there_are(story, clock):
    for _ in range(52):
        story.anne_writes()
    clock.passes(days=3)

    swept = story.sweeps()

    assert swept.breached == 52
    (letter,) = story.letters_to("sue@ods.example")
    assert letter.subject == "BREACHED: 52 calls"
    assert "The worst comes first" in letter.text
    assert "and 2 more: helpdesk list shows them all" in " ".join(letter.text.split())
    assert letter.text.count("Late by:") == 50
    assert story.rows("SELECT id FROM alert WHERE letter_id IS NULL AND stage = 'breached'") == []


def test_a_desk_that_names_no_supervisor_tells_them_when_it_does(story, clock):
    people = story.app.config.people
    story.reconfigure(people=people.model_copy(update={"supervisors": ()}))
    call = story.anne_writes()
    clock.passes(hours=48)
    story.sweeps()
    story.post()

    story.reconfigure(people=people)
    clock.passes(hours=1)
    story.sweeps()

    (letter,) = story.letters_to("sue@ods.example")
    assert call in letter.subject


def test_both_promises_of_one_call_are_told_each_in_its_turn(story, clock):
    call = story.anne_writes()
    clock.passes(hours=48)
    story.sweeps()
    story.bart.acknowledge(call)
    clock.passes(days=7)
    story.sweeps()

    subjects = [letter.subject for letter in story.letters_to("sue@ods.example")]

    assert subjects == [f"BREACHED: {call} acknowledge", f"BREACHED: {call} provide"]
