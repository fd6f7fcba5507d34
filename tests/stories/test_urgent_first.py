"""What is urgent comes first and warns earlier, for a reason that is kept; its targets stay."""

from datetime import date, timedelta

import pytest

from helpdesk.desk.steps import Ending
from helpdesk.errors import BadValue
from workflows.lifecycle import Outcome
from workflows.refused import StepNotAllowed

REASON = "the system goes live on Thursday"


def test_urgent_comes_before_what_has_less_time_left(story, clock):
    first = story.anne_writes()
    clock.passes(hours=40)
    second = story.anne_writes()
    assert story.order() == [first, second]

    story.bart.set_urgent(second, REASON)

    assert story.order() == [second, first]


def test_its_targets_stay_as_they_are(story):
    call = story.anne_writes()
    story.bart.acknowledge(call)
    before = [(row["target"], row["due_at"]) for row in story.sheet(call).clocks]

    story.bart.set_urgent(call, REASON)

    assert [(row["target"], row["due_at"]) for row in story.sheet(call).clocks] == before


def test_the_reason_and_the_day_are_kept(story):
    call = story.anne_writes()

    story.bart.set_urgent(call, REASON, date(2026, 3, 5))

    (event,) = story.events(call, "urgent")
    assert event["facts"] == {"reason": REASON, "needed_by": "2026-03-05"}
    assert event["by"] == "bart"
    assert story.call(call)["urgent_reason"] == REASON


def test_nothing_is_urgent_without_a_reason(story):
    call = story.anne_writes()

    with pytest.raises(BadValue, match="say why"):
        story.bart.set_urgent(call, "  ")

    assert not story.call(call)["urgent"]


def test_a_mail_that_says_urgent_only_suggests_it(story):
    call = story.anne_writes(subject="URGENT: ODS code")

    (line,) = story.worklist()

    assert not line.urgent
    assert "says urgent" in line.marks
    assert not story.call(call)["urgent"]


def test_a_call_that_grows_urgent_late_is_at_risk_at_the_next_sweep(story, clock):
    call = story.anne_writes()
    clock.passes(hours=26)
    assert story.sweeps().at_risk == 0

    story.bart.set_urgent(call, REASON)

    assert story.sweeps().at_risk == 1
    (letter,) = story.letters_to("desk-room@ods.example")
    assert letter.subject.endswith("(urgent)")


def test_what_is_at_risk_a_second_time_is_told_once(story, clock):
    call = story.anne_writes()
    story.bart.set_urgent(call, REASON)
    clock.passes(hours=24)
    assert story.sweeps().at_risk == 1
    story.bart.set_not_urgent(call, "they moved the date")
    assert story.standing(call, "acknowledge") == "on_track"

    clock.passes(hours=12)
    story.sweeps()

    assert story.standing(call, "acknowledge") == "at_risk"
    assert len(story.letters_to("desk-room@ods.example")) == 1
    assert len(story.events(call, "at_risk")) == 1


def test_what_is_not_urgent_after_all_goes_back_among_the_others(story, clock):
    first = story.anne_writes()
    clock.passes(hours=1)
    second = story.anne_writes()
    story.bart.set_urgent(second, REASON)

    story.bart.set_not_urgent(second, "they moved the date")

    assert story.order() == [first, second]
    assert len(story.events(second, "not_urgent")) == 1
    clock.now += timedelta(hours=24)
    assert story.standing(second, "acknowledge") == "on_track"


def test_a_closed_call_cannot_be_urgent(story):
    call = story.anne_writes()
    story.bart.close(call, Ending(Outcome.SPAM))

    with pytest.raises(StepNotAllowed, match="is closed"):
        story.bart.set_urgent(call, REASON)


def test_the_acknowledgement_says_that_it_is_known_to_be_urgent(story):
    call = story.anne_writes()
    story.bart.set_urgent(call, REASON)
    story.post()

    story.bart.acknowledge(call)

    (letter,) = story.post()
    assert REASON in " ".join(letter.text.split())


def test_the_letter_of_breach_puts_the_urgent_first(story, clock):
    first = story.anne_writes()
    clock.passes(hours=1)
    urgent = story.anne_writes()
    story.bart.set_urgent(urgent, REASON)
    clock.passes(hours=48)
    story.sweeps()

    (letter,) = story.letters_to("sue@ods.example")

    assert letter.text.index(f"{urgent} (URGENT)") < letter.text.index(first)
