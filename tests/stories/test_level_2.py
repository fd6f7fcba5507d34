"""Level 2: the lead supervisor hears, once, of a breach to whose call nothing happens for long."""

from datetime import timedelta

import pytest

from helpdesk.config.settings import Ladder
from helpdesk.desk.steps import Ending
from tests.stories.story import london, posted_at, words
from workflows.lifecycle import Outcome

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)

LENA = "lena@ods.example"
LEVEL_2 = "LEVEL 2"


@pytest.fixture
def call(story, clock):
    """Breached on Wednesday at noon, and told to Sue."""
    people = story.app.config.people
    story.reconfigure(people=people.model_copy(update={"lead": (LENA,)}))
    clock.now = london("2026-03-02 12:00")
    reference = story.anne_writes()
    clock.now = london("2026-03-04 12:00")
    story.sweeps()
    (letter,) = story.letters_to("sue@ods.example")
    assert letter.subject == f"BREACHED: {reference} acknowledge"
    return reference


@on_both
def test_the_lead_hears_once_when_nothing_happened_for_three_days_of_the_desk(story, clock, call):
    story.sweeps_until(london("2026-03-09 11:59"))
    assert story.post() == []
    story.sweeps_until(london("2026-03-09 12:00"))
    story.sweeps_until(london("2026-03-20 17:00"))

    (letter,) = story.post()
    assert (letter.to, letter.subject) == (LENA, f"LEVEL 2: {call} acknowledge")
    assert posted_at(letter) == london("2026-03-09 12:00")
    assert "nothing has been done about it since" in words(letter)
    assert "Late by: 5 days by the clock, 24 desk hours" in words(letter)
    assert f"Type: helpdesk acknowledge {call}" in words(letter)


@pytest.mark.parametrize(
    ("urgent", "told"), [(False, "2026-03-10 09:00"), (True, "2026-03-09 17:00")]
)
def test_three_days_that_end_as_the_desk_closes_are_told_in_the_morning_unless_urgent(
    story, clock, urgent, told
):
    clock.now = london("2026-03-03 03:00")
    call = story.anne_writes()
    if urgent:
        story.bart.set_urgent(call, "the system goes live on Thursday")
    clock.now = london("2026-03-05 03:00")

    story.sweeps_until(london("2026-03-10 12:00"))

    letters = [each for each in story.post() if each.subject.startswith("LEVEL 2")]
    assert [posted_at(letter) for letter in letters] == [london(told)]


@on_both
def test_a_note_in_between_starts_the_wait_anew(story, clock, call):
    clock.now = london("2026-03-06 10:00")
    story.bart.note(call, "rang her, nobody there")

    story.sweeps_until(london("2026-03-11 09:59"))
    assert story.post() == []
    story.sweeps_until(london("2026-03-11 10:00"))

    (letter,) = story.letters_to(LENA)
    assert "Quiet: for 24 desk hours, since Friday 6 March 2026 at 10:00" in words(letter)


def test_each_new_deed_puts_it_off_again(story, clock, call):
    for day in (6, 10, 12, 16):
        story.sweeps_until(london(f"2026-03-{day:02} 10:00"))
        story.bart.note(call, f"rang her on the {day}th")

    story.sweeps_until(london("2026-03-18 10:00"))
    assert story.post() == []
    story.sweeps_until(london("2026-03-19 10:00"))

    assert len(story.letters_to(LENA)) == 1


@pytest.mark.parametrize(
    "end",
    [
        lambda story, call: story.bart.acknowledge(call),
        lambda story, call: story.bart.close(call, Ending(Outcome.SPAM)),
    ],
)
def test_what_is_done_is_never_told_to_the_lead(story, clock, call, end):
    clock.now = london("2026-03-09 11:59")
    end(story, call)
    story.post()

    story.sweeps_until(london("2026-03-13 17:00"))

    assert story.letters_to(LENA) == []


def test_what_was_done_before_anybody_saw_the_breach_is_never_told_to_the_lead(story, clock, call):
    story.bart.acknowledge(call)
    second = story.anne_writes()
    clock.now = london("2026-03-06 13:00")
    story.bart.acknowledge(second)
    story.sweeps()

    story.sweeps_until(london("2026-03-12 17:00"))

    assert len(story.events(second, "breached")) == 1
    assert story.letters_to(LENA) == []


def test_what_the_sweep_itself_notes_is_no_deed(story, clock, call):
    story.bart.acknowledge(call)
    clock.now = london("2026-03-11 12:00")
    story.sweeps()  # notes that seven days are over, and before that, that they nearly were
    story.post()

    story.sweeps_until(london("2026-03-16 12:00"))

    (letter,) = story.letters_to(LENA)
    assert letter.subject == f"LEVEL 2: {call} provide"
    assert "since Wednesday 4 March 2026 at 12:00" in words(letter)


def test_all_that_is_quiet_is_one_letter_with_the_worst_first(story, clock, call):
    people = story.app.config.people
    second = story.anne_writes()
    story.post()
    clock.now = london("2026-03-06 12:00")
    story.sweeps()
    story.post()
    assert people.lead == (LENA,)

    clock.now = london("2026-03-13 12:00")
    story.sweeps()

    (letter,) = story.post()
    assert letter.subject == "LEVEL 2: 2 calls"
    assert letter.text.index(call) < letter.text.index(second)


def test_the_worst_stands_first_whenever_somebody_looked_at_it(story, clock, call):
    clock.passes(minutes=10)
    calls = [call, *(story.anne_writes() for _ in range(2))]
    clock.now = london("2026-03-06 13:00")
    story.sweeps()
    story.bart.note(calls[1], "rang them")
    story.post()

    clock.now = london("2026-03-16 12:00")
    story.sweeps()

    (letter,) = story.letters_to(LENA)
    places = [letter.text.index(each) for each in calls]
    assert places == sorted(places)


def test_supervisors_hear_it_where_nobody_leads(story, clock, call):
    people = story.app.config.people
    story.reconfigure(people=people.model_copy(update={"lead": ()}))

    story.sweeps_until(london("2026-03-10 12:00"))

    (letter,) = story.post()
    assert (letter.to, letter.subject) == ("sue@ods.example", f"LEVEL 2: {call} acknowledge")


def test_the_desk_says_how_long_it_waits(story, clock):
    story.reconfigure(ladder=Ladder(level_2=timedelta(hours=2)))
    clock.now = london("2026-03-02 12:00")
    call = story.anne_writes()
    clock.now = london("2026-03-04 12:00")
    story.sweeps()
    story.post()

    story.sweeps_until(london("2026-03-04 15:00"))

    (letter,) = story.post()
    assert letter.subject == f"LEVEL 2: {call} acknowledge"
    assert posted_at(letter) == london("2026-03-04 14:00")


@on_both
def test_two_sweeps_at_once_tell_the_lead_once(story, clock, call):
    clock.now = london("2026-03-09 12:00")

    story.at_once(story.sweeps, story.sweeps, story.sweeps)

    assert len(story.letters_to(LENA)) == 1
