"""Who does not answer is asked again, in desk hours, and told when the request is closed."""

from datetime import timedelta

import pytest

from helpdesk.desk.holds import Holding
from helpdesk.sweep import sweep
from tests.stories.story import london, posted_at, words
from workflows.lifecycle import Hold

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)

ANNE = "anne@rosecottage.example"
DUE = london("2026-03-09 09:00")
CQC, REQUESTER = Hold.AWAITING_CQC, Hold.AWAITING_REQUESTER
AUTOMATIC = {"auto_submitted": "auto-replied"}


@pytest.fixture
def call(story, register):
    """Acknowledged and traced on Monday at nine: the code is due a week later."""
    reference = story.traced()
    story.post()
    assert story.clock_of(reference, "provide")["due_at"] == DUE
    return reference


def test_an_automatic_reply_ends_no_hold(story, clock, call):
    clock.now = london("2026-03-03 10:00")
    story.hold(call)
    clock.passes(hours=1)

    became = story.anne_replies(call, "I am away until Monday.", **AUTOMATIC)

    assert became.filed == 1
    assert story.call(call)["hold"] == "awaiting_requester"
    assert story.clock_of(call, "provide")["paused_at"] == london("2026-03-03 10:00")


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


def test_nobody_is_asked_while_it_waits_for_cqc(story, clock, call):
    story.bart.hold(call, Holding(CQC))

    story.sweeps_until(london("2026-03-20 17:00"), every=timedelta(hours=4))

    assert story.letters_to(ANNE) == []
    assert story.call(call)["state"] == "traced"


def test_a_desk_that_was_moved_here_gives_nobody_up_who_was_not_warned(story, clock, call):
    story.hold(call, "which home?")
    clock.now = london("2026-03-05 10:00")
    story.sweeps()
    assert len(story.post()) == 1
    clock.now = london("2026-03-10 10:00")

    sweep(story.app.store, story.app.journal, baseline=True)
    assert story.post() == []
    story.sweeps_until(london("2026-03-25 10:00"))

    assert [letter.subject.partition("] ")[2] for letter in story.post()] == [
        "Last reminder: we still need something from you",
        "We have closed your request: we have not heard from you",
    ]
