"""What an agent passes on to the desk is the request of who wrote it first."""

import pytest

from tests.stories.clients import ANNE, BART, DORA, EVE, PROGRAMS
from tests.stories.story import REQUEST, words

BY_PROGRAM = pytest.mark.parametrize("program", PROGRAMS, ids=lambda each: each.name)
IN_FULL = pytest.mark.parametrize("whole", [False, True], ids=["in_the_text", "attached"])

ASKED = ANNE.writes(
    "Hello, we need the ODS code of our care home Rose Cottage, ZZ1 1AA, for the DSPT.\n\nAnne",
    to="Bart Brown <bart@ods.example>",
)


@BY_PROGRAM
@IN_FULL
def test_who_wrote_it_first_is_the_requester(story, program, whole):
    taken = story.arrives(
        BART._replace(program=program).forwards(ASKED, "One for us.", whole=whole)
    )

    assert taken.raised == 1
    call = story.call("1")
    assert call["requester_email"] == "anne@rosecottage.example"
    assert call["requester_name"] == "Anne Archer"
    places = story.events("1", "received")[0]["facts"]["found_in"]
    assert places["requester_email"] == ["forwarded mail", "likely"]
    assert places["requester_name"] == ["forwarded mail", "likely"]


@BY_PROGRAM
@IN_FULL
def test_nobody_gets_a_receipt_for_it_for_a_person_has_it_in_hand(story, program, whole):
    story.arrives(BART._replace(program=program).forwards(ASKED, whole=whole))

    assert story.post() == []


def test_the_agents_letter_goes_to_who_wrote_it_first(story):
    story.arrives(BART.forwards(ASKED))

    story.bart.acknowledge("1")

    (letter,) = story.post()
    assert letter.to == "anne@rosecottage.example"
    assert "Bart Brown is now looking after" in words(letter)


def test_an_answer_of_who_wrote_it_first_belongs_to_it(story):
    story.arrives(BART.forwards(ASKED))
    story.bart.acknowledge("1")
    (letter,) = story.post()

    assert story.arrives(ANNE.answers(letter.raw, "Thank you!")).threaded == 1
    assert story.arrives(ANNE.writes("And one thing.", subject="[ODS-000001]")).threaded == 1
    assert story.call("1")["reply_waiting"]


def test_what_a_form_in_it_says_counts_more_than_who_sent_it(story):
    asked = ANNE.writes(f"{REQUEST}E-mail: manager@rosecottage.example\n")

    story.arrives(BART.forwards(asked))

    call = story.call("1")
    assert call["requester_email"] == "manager@rosecottage.example"
    assert call["organisation"] == "Rose Cottage"


@BY_PROGRAM
@IN_FULL
def test_a_requester_who_passes_something_on_stays_the_requester(story, program, whole):
    raw = DORA.writes("Please ask the desk for our code. Dora", to="anne@rosecottage.example")

    story.arrives(ANNE._replace(program=program).forwards(raw, REQUEST, whole=whole))

    assert story.call("1")["requester_email"] == "anne@rosecottage.example"
    assert [letter.to for letter in story.post()] == ["anne@rosecottage.example"]


def test_who_pretends_to_be_passed_on_by_nobody_is_asked_as_themselves(story):
    story.arrives(EVE.forwards(ASKED, "See below."))

    assert story.call("1")["requester_email"] == "eve@elsewhere.example"


def test_an_agent_who_asks_for_themselves_gets_no_receipt_and_is_the_requester(story):
    story.arrives(BART.writes(REQUEST))

    assert story.call("1")["requester_email"] == "bart@ods.example"
    assert story.post() == []


def test_a_mail_passed_on_with_a_reference_goes_to_that_call(story):
    story.arrives(ANNE.writes(REQUEST))

    taken = story.arrives(BART.forwards(ASKED, subject="FW: [ODS-000001] the same again"))

    assert taken.threaded == 1
    assert story.references() == ["ODS-000001"]
