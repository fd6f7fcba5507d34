"""Who asks how it goes while two calls are open is laid to one: to that which they name, if any."""

import pytest

from helpdesk.config import settings
from helpdesk.intake import Request
from tests.stories.clients import ANNE, DORA, EVE
from tests.stories.story import REQUEST

LILAC = """Hello, we need another ODS code.

Name: Anne Archer
Organisation: Lilac House
Postcode: ZZ2 2AA
CQC location ID: 1-100000002
"""
SIGNED = "\n\nKind regards\n\nAnne Archer\nManager\n{}\n"


@pytest.fixture
def two(story):
    """Anne has asked for Rose Cottage, and two hours later for Lilac House."""
    story.arrives(ANNE.writes(REQUEST))
    story.clock.passes(hours=2)
    assert story.arrives(ANNE.writes(LILAC)).raised == 1
    story.clock.passes(days=1)
    return story


def chased(story, text, subject="Hello", writer=ANNE):
    """The call that the mail was laid to, and those that it may be about instead."""
    assert story.arrives(writer.writes(text, subject=subject)).threaded == 1, text
    assert story.references() == ["ODS-000001", "ODS-000002"]
    ((number, event),) = (
        (number, event) for number in ("1", "2") for event in story.events(number, "reply")
    )
    return f"ODS-00000{number}", event["facts"]["or_about"]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Any news on Lilac House?", "Hello"),
        ("any news about lilac house please", "Hello"),
        ("We are still waiting for Lilac House\u2019s code", "Hello"),
        ("Any news on our code?", "Lilac House - ODS code"),
        ("Any news on 1-100000002?", "Hello"),
        ("Is there any update on our home in ZZ2 2AA?", "Hello"),
        ("Any news?\n\nOrganisation: Lilac House\n", "Hello"),
        ("Any news on Lilac House?" + SIGNED.format("Rose Cottage, ZZ1 1AA"), "Hello"),
        ("Any news?" + SIGNED.format("Lilac House"), "Hello"),
    ],
)
def test_who_names_one_of_the_two_is_laid_to_that(two, text, subject):
    assert chased(two, text, subject) == ("ODS-000002", [])


@pytest.mark.parametrize(
    "text",
    [
        "Any news on our code?",
        "Hello team,\n\nwe have not heard anything since Monday. Could you let us know, please?"
        "\n\nThanks\nAnne",
        "Any news on Rose Cottage and Lilac House?",
        "Any news?" + SIGNED.format("Archer Care Group, ZZ9 9ZZ"),
    ],
)
def test_who_names_neither_is_laid_to_the_one_that_has_waited_longest_which_says_so(two, text):
    assert chased(two, text) == ("ODS-000001", ["ODS-000002"])

    assert two.call("1")["reply_waiting"]
    assert not two.call("2")["reply_waiting"]


def test_what_waits_for_the_requester_is_not_what_they_chase(two):
    two.bart.acknowledge("ODS-000001")
    two.hold("ODS-000001")

    assert chased(two, "Any news?") == ("ODS-000002", ["ODS-000001"])


def test_a_guess_ends_no_hold(two):
    for reference in ("ODS-000001", "ODS-000002"):
        two.bart.acknowledge(reference)
        two.hold(reference)

    assert chased(two, "Any news?") == ("ODS-000001", ["ODS-000002"])

    assert two.call("1")["hold"] == two.call("2")["hold"] == "awaiting_requester"
    assert two.events("1", "resumed") == []


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Any news on Elm Court?", "Hello"),
        ("any news on elm court?", "Hello"),
        ("any news on sunrise?", "Hello"),
        ("Any news on Rose Lodge?", "Hello"),
        ("Any news?", "Elmwood"),
        ("Any news on 1-100000009?", "Hello"),
        ("Any news on our home in ZZ7 7AA?", "Hello"),
        ("Any news?\n\nOrganisation: Elm Court\n", "Hello"),
        ("Further to my request for Lilac House, we need a code for Elm Court.", "Hello"),
        ("Any news on Elm Court?" + SIGNED.format("Lilac House, ZZ2 2AA"), "Hello"),
    ],
)
def test_who_names_a_third_has_a_call_of_it(two, text, subject):
    assert two.arrives(ANNE.writes(text, subject=subject)).raised == 1

    assert "already open: ODS-000001" in two.remembers("3")


def test_who_does_not_ask_how_it_goes_has_a_call_of_their_own(two):
    assert two.arrives(ANNE.writes("Please call me.", subject="Hello")).raised == 1


def test_a_colleague_has_to_name_the_home(two):
    assert chased(two, "Any news on Lilac House?", writer=DORA) == ("ODS-000002", [])

    assert two.arrives(DORA.writes("Any news for us?", subject="Hello")).raised == 1


def test_a_stranger_who_names_one_has_a_call_of_their_own(two):
    assert two.arrives(EVE.writes("Any news on Lilac House?", subject="Hello")).raised == 1


def test_who_is_not_vouched_for_where_senders_are_has_a_call_of_their_own(two):
    two.reconfigure(intake=settings.Intake(trusts="mx.ods.example"))

    assert two.arrives(ANNE.writes("Any news on Lilac House?", subject="Hello")).raised == 1


def test_the_longer_of_two_names_is_meant_where_one_stands_in_the_other(two):
    two.arrives(ANNE.writes(LILAC.replace("Lilac House", "Lilac House East").replace("02", "05")))

    east = two.arrives(ANNE.writes("Any news on Lilac House East?", subject="Hello"))
    house = two.arrives(ANNE.writes("Any news on Lilac House?", subject="Hello"))

    assert (east.threaded, house.threaded) == (1, 1)
    assert [len(two.events(number, "reply")) for number in "123"] == [0, 1, 1]


def test_the_same_request_again_where_two_calls_ask_for_it_goes_to_one_of_these(two):
    by_telephone = Request(
        organisation="Rose Cottage",
        requester_email=ANNE.address,
        cqc_location_id="1-100000001",
    )
    second = two.bart.raise_call(by_telephone, None).answer["reference"]

    assert two.arrives(ANNE.writes(REQUEST, subject="Once more")).threaded == 1

    (event,) = two.events("1", "reply")
    assert event["facts"]["or_about"] == [second]
