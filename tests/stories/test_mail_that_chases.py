"""Who asks again while a call is open is laid to it; who asks for another home has a call of it."""

import pytest

from helpdesk.desk.steps import Ending
from tests.stories.clients import ANNE, DORA, EVE
from tests.stories.story import REQUEST, request_for

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)


@on_both
def test_the_same_request_again_goes_to_the_call_that_is_open(story):
    story.arrives(ANNE.writes(REQUEST))

    assert story.arrives(ANNE.writes(f"{REQUEST}\nWe have heard nothing.")).threaded == 1

    assert story.references() == ["ODS-000001"]
    assert story.call("1")["reply_waiting"]
    (event,) = story.events("1", "reply")
    assert event["facts"]["found_by"] == ("same CQC id and same postcode and name and same sender")


def test_a_colleague_who_asks_for_the_same_home_goes_to_its_call_too(story):
    story.arrives(ANNE.writes(REQUEST))

    assert story.arrives(DORA.writes(REQUEST)).threaded == 1


def test_a_stranger_who_asks_for_the_same_home_has_a_call_that_names_the_other(story):
    story.arrives(ANNE.writes(REQUEST))

    assert story.arrives(EVE.writes(REQUEST)).raised == 1

    assert "already open: ODS-000001" in story.remembers("2")


@pytest.mark.parametrize(
    "words",
    [
        "Any news on our code?",
        "I am chasing our request, please.",
        "We are still waiting.",
        "We haven\u2019t heard from you.",
    ],
)
def test_who_only_asks_how_it_goes_goes_to_their_one_open_call(story, words):
    story.arrives(ANNE.writes(REQUEST))

    assert story.arrives(ANNE.writes(words, subject="Hello")).threaded == 1


def test_another_home_of_the_same_sender_is_another_call(story):
    story.arrives(ANNE.writes(REQUEST))

    assert story.arrives(ANNE.writes(request_for(2))).raised == 1


def test_another_registration_in_the_same_building_is_another_call(story):
    story.arrives(ANNE.writes(REQUEST))

    other = REQUEST.replace("1-100000001", "1-100000007")
    assert story.arrives(ANNE.writes(other)).raised == 1


def test_once_it_is_closed_a_request_is_a_new_call_that_names_the_code_given(story, register):
    call = story.traced("1-100000001")
    story.bart.allocate(call)
    story.bart.close(call, Ending())

    assert story.arrives(EVE.writes(REQUEST)).raised == 1

    assert "code given on 2 March 2026: VN1A2, A1C2 (ODS-000001" in story.remembers("2")


def test_what_is_older_than_90_days_is_not_told(story, clock):
    story.arrives(ANNE.writes(REQUEST))
    clock.passes(days=91)

    story.arrives(EVE.writes(REQUEST))

    assert "already open" not in story.remembers("2")


def test_an_address_that_anybody_can_have_proves_nothing(story):
    story.arrives(EVE.writes(REQUEST, **{"from": "Anne <anne@gmail.com>"}))

    assert story.arrives(EVE.writes(REQUEST, **{"from": "Eve <eve@gmail.com>"})).raised == 1


def test_the_code_in_an_address_leads_to_the_call_with_its_cqc_id(story, register):
    story.arrives(ANNE.writes(REQUEST))

    sender = {"from": "Rose Cottage <care.vn1a2@nhs.net>"}
    asked = EVE.writes("Has our code been sent yet? Any news?", subject="Hello", **sender)
    assert story.arrives(asked).raised == 1

    assert "already open: ODS-000001" in story.remembers("2")


def test_a_colleague_who_only_names_the_home_and_asks_how_it_goes_goes_to_its_call(story):
    story.arrives(ANNE.writes(REQUEST))

    words = "Any news for us?\n\nOrganisation: Rose Cottage\n"
    assert story.arrives(DORA.writes(words, subject="Hello")).threaded == 1
