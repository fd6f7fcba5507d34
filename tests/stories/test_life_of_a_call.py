"""A call is received, acknowledged, traced, allocated and closed: in this order, and no other."""

import pytest

from helpdesk.desk.providing import Wish
from helpdesk.desk.steps import Choice, Ending
from helpdesk.errors import BadValue
from helpdesk.intake import Request
from workflows.lifecycle import Outcome
from workflows.refused import StepNotAllowed

ROSE = Choice(location="1-100000001")
STEPS = {
    "acknowledge": lambda agent, call: agent.acknowledge(call),
    "trace": lambda agent, call: agent.trace(call, ROSE),
    "allocate": lambda agent, call: agent.allocate(call),
    "close": lambda agent, call: agent.close(call, Ending()),
}

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)


@on_both
def test_a_call_goes_from_annes_mail_to_its_code(story, register):
    call = story.anne_writes()
    states = [story.call(call)["state"]]

    for step in STEPS.values():
        step(story.bart, call)
        states.append(story.call(call)["state"])

    assert states == ["received", "acknowledged", "traced", "allocated", "closed"]
    assert story.call(call)["outcome"] == "provided"
    assert [
        event["state"] for event in story.rows("SELECT * FROM event WHERE state <> ''")
    ] == states
    assert [letter.subject for letter in sorted(story.post(), key=lambda each: each.subject)] == [
        "[ODS-000001] We have your request for an ODS code",
        "[ODS-000001] Your ODS codes",
        "[ODS-000001] Your request for an ODS code is in hand",
    ]


@pytest.mark.parametrize(
    ("done", "refused"),
    [
        ((), ("trace", "allocate", "close")),
        (("acknowledge",), ("allocate", "close")),
        (("acknowledge", "trace"), ("close",)),
        (("acknowledge", "trace", "allocate"), ("trace",)),
        (("acknowledge", "trace", "allocate", "close"), ("trace",)),
    ],
)
def test_no_step_is_taken_out_of_turn(story, register, done, refused):
    call = story.anne_writes()
    for step in done:
        STEPS[step](story.bart, call)
    before = story.sheet(call)

    for step in refused:
        with pytest.raises(StepNotAllowed, match=f"{before.call['state']}|code"):
            STEPS[step](story.bart, call)

    after = story.sheet(call)
    assert dict(after.call) == dict(before.call)
    assert len(after.events) == len(before.events)
    assert len(after.letters) == len(before.letters)


def test_the_acknowledgement_says_who_has_it_by_when_and_what_is_missing(story):
    call = story.anne_writes("Organisation: Rose Cottage\nPostcode: ZZ1 1AA\n")

    story.bart.acknowledge(call)

    _receipt, letter = sorted(story.post(), key=lambda each: "in hand" in each.subject)
    assert letter.to == "anne@rosecottage.example"
    assert "Bart Brown is now looking after your request for Rose Cottage" in letter.text
    assert "by Monday 9 March 2026 at 09:00" in letter.text
    assert "- your telephone number" in letter.text
    assert "- your name" not in letter.text
    assert story.call(call)["owner"] == "bart"


def test_the_letter_gives_both_codes_and_says_which_is_which(story, register):
    call = story.traced()
    story.post()

    story.bart.allocate(call)

    (letter,) = story.post()
    words = " ".join(letter.text.split())
    assert "Site code: VN1A2 for the home itself: Rose Cottage" in words
    assert "Parent code: A1C2 for the organisation that runs it: Rose Care Ltd" in words
    assert "either code" in words
    assert "Data Security and Protection Toolkit (DSPT)" in words
    assert "NHSmail" in words


def test_home_care_has_the_same_two_levels(story, register):
    call = story.traced("1-100000002")
    story.post()

    story.bart.allocate(call, Wish("VN2C3", "A2D4"))

    (letter,) = story.post()
    assert "VN2C3" in letter.text
    assert "A2D4" in letter.text
    assert "newly given" in letter.text


def test_a_question_about_the_parent_only_is_traced_to_the_provider(story, register):
    call = story.anne_writes()
    story.bart.acknowledge(call)
    story.bart.trace(call, Choice(provider="1-200000001"))
    story.post()

    story.bart.allocate(call)

    (letter,) = story.post()
    assert "A1C2" in letter.text
    assert "VN1A2" not in letter.text


def test_a_place_in_the_register_without_a_code_is_given_one_that_stays(story, register):
    first, second = story.traced("1-100000002"), story.traced("1-100000002")
    with pytest.raises(StepNotAllowed, match="give its site code or its parent code"):
        story.bart.allocate(first)

    story.bart.allocate(first, Wish("VN2C3", "A2D4"))
    answer = story.cris.allocate(second).answer

    assert "VN2C3" in answer["said"][0]
    assert "A2D4" in answer["said"][0]


def test_a_code_is_never_given_to_two_organisations(story, register):
    call = story.traced("1-100000002")

    with pytest.raises(BadValue, match="VN1A2 is the code of Rose Cottage"):
        story.bart.allocate(call, Wish("VN1A2"))
    with pytest.raises(BadValue, match="A1C2 is the code of Rose Care Ltd"):
        story.bart.allocate(call, Wish(parent="A1C2"))


def test_look_alikes_in_a_code_are_put_right_and_said(story, register):
    call = story.traced("1-100000002")

    said = story.bart.allocate(call, Wish("UNZC3")).answer["said"]

    assert story.call(call)["site_code"] == "VN2C3"
    assert any("read VN2C3 for UNZC3" in sentence for sentence in said)


def test_a_trace_says_how_it_matched(story, register):
    call = story.anne_writes()
    story.bart.acknowledge(call)

    story.bart.trace(call, Choice(best=True))

    (event,) = story.events(call, "traced")
    assert event["facts"]["matched_by"] == "CQC location id"
    assert event["facts"]["agrees"] == ["name", "postcode", "phone"]


def test_a_call_that_came_by_telephone_is_raised_by_an_agent(story, clock):
    story.bart.raise_call(Request(organisation="Rose Cottage", requester_name="Anne"), None)

    (call,) = story.references()
    (event,) = story.events(call)
    assert (event["by"], event["facts"]["source"]) == ("bart", "agent")
    assert story.clock_of(call, "acknowledge")["started_at"] == clock.now
    assert story.post() == []


def test_a_call_without_an_address_says_that_somebody_has_to_telephone(story):
    story.bart.raise_call(
        Request(organisation="Rose Cottage", requester_phone="01632 960123"), None
    )

    said = story.bart.acknowledge("1").answer["said"]

    assert any("tell them by telephone: 01632 960123" in sentence for sentence in said)
    assert story.post() == []


@pytest.mark.parametrize("done", [(), ("acknowledge",), ("acknowledge", "trace")])
def test_spam_is_closed_from_any_open_state_and_hears_nothing(story, register, done):
    call = story.anne_writes()
    for step in done:
        STEPS[step](story.bart, call)
    story.post()

    story.bart.close(call, Ending(Outcome.SPAM))

    assert story.call(call)["state"] == "closed"
    assert story.post() == []


def test_a_mail_that_cannot_be_read_is_still_a_call_for_a_person(story):
    call = story.anne_writes("Can you help?")

    assert story.call(call)["unreadable"]
    assert "read it" in story.worklist()[0].marks


def test_what_was_learnt_later_is_corrected_and_the_history_keeps_what_it_was(story):
    call = story.anne_writes("Organisation: Rose Cotage\n")

    story.bart.correct(call, {"organisation": "Rose Cottage", "requester_phone": "01632 960123"})

    assert story.call(call)["organisation"] == "Rose Cottage"
    (event,) = story.events(call, "corrected")
    assert event["facts"]["before"]["organisation"] == "Rose Cotage"
    assert event["by"] == "bart"
