"""A call that ends without a code tells its requester why, and exactly what to do."""

from datetime import timedelta

import pytest

from helpdesk.desk.steps import Choice, Ending
from helpdesk.errors import BadValue, NotFound
from helpdesk.intake import Request
from workflows.lifecycle import Outcome
from workflows.refused import StepNotAllowed

LETTERS = {
    Outcome.NOT_CQC_REGISTERED: "Register with CQC, and wait until CQC confirms it",
    Outcome.CQC_DETAILS_WRONG: "ask CQC to correct it. Only CQC can do that",
    Outcome.DUPLICATE: "Our answer will come under the reference ODS-000001",
    Outcome.WITHDRAWN: "You told us that you no longer need an ODS code",
    Outcome.NO_REPLY: "Reply to this message within 30 days",
    Outcome.OUT_OF_SCOPE: "gives ODS codes to providers of adult social care in England",
}


@pytest.mark.parametrize("outcome", LETTERS)
def test_the_requester_is_told_at_once_why_and_what_to_do(story, outcome):
    original, call = story.anne_writes(), story.anne_writes()
    story.bart.acknowledge(call)
    story.post()

    of = original if outcome is Outcome.DUPLICATE else ""
    story.bart.close(call, Ending(outcome, "We spoke on the telephone.", of))

    (letter,) = story.post()
    words = " ".join(letter.text.split())
    assert letter.to == "anne@rosecottage.example"
    assert letter.subject.startswith(f"[{call}] ")
    assert LETTERS[outcome] in words
    assert "Bart Brown adds: We spoke on the telephone." in words
    assert story.call(call)["outcome"] == outcome.value


@pytest.mark.parametrize("outcome", LETTERS)
def test_nobody_gets_such_a_letter_before_a_person_answered(story, outcome):
    call = story.anne_writes()

    with pytest.raises(StepNotAllowed, match="it can end as: spam"):
        story.bart.close(call, Ending(outcome, original="ODS-000001"))


def test_the_seven_days_are_cancelled_and_the_48_hours_stay_what_they_were(story, clock):
    call = story.anne_writes()
    story.bart.acknowledge(call)

    story.bart.close(call, Ending(Outcome.WITHDRAWN))

    clock.passes(days=30)
    assert not any(story.sweeps())
    assert story.standing(call, "provide") == "cancelled"
    assert story.standing(call, "acknowledge") == "met"


def test_seven_days_that_were_over_already_stay_a_breach(story, clock):
    call = story.anne_writes()
    story.bart.acknowledge(call)
    clock.now += timedelta(days=7)

    story.bart.close(call, Ending(Outcome.WITHDRAWN))

    assert story.standing(call, "provide") == "breached"


def test_a_traced_call_can_end_without_a_code_and_an_allocated_one_cannot(story, register):
    traced, allocated = story.traced(), story.traced()
    story.bart.allocate(allocated)

    story.bart.close(traced, Ending(Outcome.WITHDRAWN))
    with pytest.raises(StepNotAllowed, match="cannot end as withdrawn"):
        story.bart.close(allocated, Ending(Outcome.WITHDRAWN))

    assert story.call(traced)["state"] == "closed"
    assert story.call(allocated)["state"] == "allocated"


def test_a_call_cannot_end_as_provided_before_it_is(story):
    call = story.anne_writes()
    story.bart.acknowledge(call)

    with pytest.raises(StepNotAllowed, match="cannot end as provided"):
        story.bart.close(call, Ending(Outcome.PROVIDED))


def test_wrong_details_are_shown_as_given_beside_as_registered(story, register):
    call = story.anne_writes(
        "Organisation: Rose Cottage\nPostcode: ZZ9 9AA\nCQC location ID: 1-100000001\n"
    )
    story.bart.acknowledge(call)
    story.bart.trace(call, Choice(location="1-100000001"))
    story.post()

    story.bart.close(call, Ending(Outcome.CQC_DETAILS_WRONG))

    (letter,) = story.post()
    words = " ".join(letter.text.split())
    assert "as you gave it: ZZ9 9AA as CQC holds it: ZZ1 1AA" in words


def test_a_duplicate_says_of_which_call(story):
    call = story.anne_writes()
    story.bart.acknowledge(call)

    with pytest.raises(BadValue, match="say of which"):
        story.bart.close(call, Ending(Outcome.DUPLICATE))
    with pytest.raises(BadValue, match="of itself"):
        story.bart.close(call, Ending(Outcome.DUPLICATE, original=call))
    with pytest.raises(NotFound, match="no call ODS-000099"):
        story.bart.close(call, Ending(Outcome.DUPLICATE, original="ODS-000099"))

    assert story.call(call)["state"] == "acknowledged"


def test_who_gave_no_address_is_to_be_told_by_telephone(story):
    story.bart.raise_call(
        Request(organisation="Rose Cottage", requester_phone="01632 960123"), None
    )
    story.bart.acknowledge("1")

    said = story.bart.close("1", Ending(Outcome.WITHDRAWN)).answer["said"]

    assert any("tell them by telephone: 01632 960123" in sentence for sentence in said)


def test_a_closed_call_is_gone_from_the_worklist(story):
    call = story.anne_writes()
    story.bart.acknowledge(call)

    story.bart.close(call, Ending(Outcome.OUT_OF_SCOPE))

    assert story.order() == []


def test_mail_on_a_closed_call_does_not_open_it_again(story):
    call = story.anne_writes(message_id="<first@rosecottage.example>")
    story.bart.acknowledge(call)
    story.bart.close(call, Ending(Outcome.WITHDRAWN))

    story.arrives(story.mail("Thank you!", in_reply_to="<first@rosecottage.example>"))

    assert story.references() == [call]
    assert story.call(call)["state"] == "closed"
    assert story.call(call)["reply_waiting"]
