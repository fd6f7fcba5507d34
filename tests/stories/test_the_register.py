"""The register: a call that waits for it is woken, and what is looked up is one command."""

import json

import pytest
import sqlalchemy as sa

from helpdesk.desk.holds import Holding
from helpdesk.desk.providing import Wish
from helpdesk.desk.recoding import Recoding
from helpdesk.desk.steps import Choice, Ending
from helpdesk.duties import load_register
from helpdesk.register.asking import Loading
from tests.stories.story import REQUEST
from workflows.lifecycle import Hold
from workflows.refused import StepNotAllowed

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)

BEST = Choice(best=True)
LILAC = Choice(location="1-100000002")

ROSE = {
    "locationId": "1-100000001",
    "providerId": "1-200000001",
    "name": "Rose Cottage",
    "odsCode": "VN1A2",
    "registrationStatus": "Registered",
    "postalCode": "ZZ1 1AB",
    "mainPhoneNumber": "01632960123",
}


@pytest.fixture
def holds_register(story, tmp_path):
    """Load these documents of CQC's, in a file of their own."""

    def load(*documents):
        path = tmp_path / f"cqc-{len(list(tmp_path.iterdir()))}.json"
        path.write_text(json.dumps(documents), encoding="utf-8")
        sue = story.app.desk.who("sue", None)
        return load_register(story.app, [path], sue, Loading("sue", sure=True))

    return load


@on_both
def test_a_call_that_waits_for_cqc_goes_on_when_the_register_is_right(story, holds_register):
    holds_register(ROSE)
    call = story.traced("1-100000001")
    said = story.bart.hold(call, Holding(Hold.AWAITING_CQC, note="the postcode")).answer["said"]
    story.post()

    unchanged = holds_register(ROSE | {"website": "www.rosecottage.example"})
    other = holds_register(ROSE | {"mainPhoneNumber": "01632960999"})
    woken = holds_register(ROSE | {"postalCode": "ZZ1 1AA", "mainPhoneNumber": "01632960999"})

    assert said[1] == (
        "it goes on when a register load changes the postcode (now ZZ1 1AB; ZZ1 1AA was given)"
    )
    assert (unchanged.woken, other.woken, woken.woken) == ((), (), (call,))
    assert story.call(call)["hold"] is None
    (event,) = story.events(call, "register_changed")
    assert event["facts"]["differences"] == [
        {"what": "postcode", "was": "ZZ1 1AB", "is_now": "ZZ1 1AA", "given": "ZZ1 1AA"}
    ]
    (letter,) = story.post()
    assert (letter.to, letter.subject) == (
        "bart@ods.example",
        f"[{call}] goes on: the register changed",
    )
    assert "ZZ1 1AA" in letter.text


def test_a_call_about_a_home_that_is_not_there_yet_goes_on_when_it_comes(story, holds_register):
    holds_register(ROSE | {"locationId": "1-100000009", "name": "Elm House", "odsCode": "VN9A9"})
    call = story.anne_writes()
    story.bart.acknowledge(call)
    story.bart.hold(call, Holding(Hold.AWAITING_CQC))

    woken = holds_register(ROSE | {"postalCode": "ZZ1 1AA"})

    assert woken.woken == (call,)
    assert story.bart.trace(call, BEST).answer["said"][0].startswith(f"{call} is traced to Rose")


def test_a_call_that_waits_for_a_code_goes_on_when_ods_gave_it(story, holds_register):
    holds_register(ROSE | {"odsCode": "", "postalCode": "ZZ1 1AA"})
    call = story.traced("1-100000001")
    story.bart.hold(call, Holding(Hold.AWAITING_CQC))

    assert holds_register(ROSE | {"postalCode": "ZZ1 1AA"}).woken == (call,)


@on_both
def test_a_code_that_is_just_looked_up_is_provided_in_one_go(story, register):
    call = story.anne_writes()
    story.post()

    said = story.bart.resolve_now(call, BEST).answer["said"]

    assert f"{call} is closed: provided" in said
    assert story.call(call)["state"] == "closed"
    states = [event["kind"] for event in story.events(call)]
    assert states == ["received", "acknowledged", "traced", "allocated", "closed"]
    assert story.standing(call, "acknowledge") == story.standing(call, "provide") == "met"
    kinds = [letter.subject for letter in story.post()]
    assert kinds[-1] == f"[{call}] Your ODS codes"


@pytest.mark.parametrize("words", ["", "Lilac Home Care"])
def test_where_there_is_nothing_to_look_up_nothing_is_done(story, register, words):
    call = story.anne_writes(REQUEST.replace("Rose Cottage", words or "Rose Cottage"))
    story.post()

    why = "no code" if words else "nothing that was given agrees"
    with pytest.raises(StepNotAllowed, match=f"{why}.*: helpdesk acknowledge {call}|{why}"):
        story.bart.resolve_now(call, LILAC)

    assert story.call(call)["state"] == "received"
    assert [event["kind"] for event in story.events(call)] == ["received"]
    assert story.post() == []


def test_what_is_not_in_the_register_is_noted_with_what_was_looked_for(story, register):
    call = story.anne_writes(REQUEST.replace("Rose Cottage", "Elm House").replace("1-1", "1-7"))
    story.bart.acknowledge(call)

    said = story.bart.trace(call, Choice(none=True)).answer["said"]
    story.bart.close(call, Ending())

    assert said[-1] == f"to tell the requester: helpdesk close {call}"
    (event,) = story.events(call, "not_in_register")
    assert event["facts"]["looked_for"]["organisation"] == "Elm House"
    assert event["facts"]["register"].startswith("load 1: ")
    assert story.call(call)["outcome"] == "not_cqc_registered"


def test_a_trace_keeps_what_was_compared_and_against_which_load(story, register):
    call = story.traced("1-100000001")

    (event,) = story.events(call, "traced")
    assert event["facts"]["register"].startswith("load 1: ")
    assert event["facts"]["matched_by"]
    assert event["by"] == "bart"


def test_no_code_is_provided_for_what_is_registered_no_more(story, holds_register):
    heir = ROSE | {"locationId": "1-100000003", "odsCode": "VN3A3"}
    holds_register(ROSE, heir)
    call = story.traced("1-100000001")
    follows = {"relatedLocationId": "1-100000003", "type": "HSCA Successor"}
    gone = {"registrationStatus": "Deregistered", "deregistrationDate": "2026-02-01"}
    holds_register(ROSE | gone | {"relationships": [follows]})

    with pytest.raises(StepNotAllowed, match=r"--location 1-100000003 --instead"):
        story.bart.allocate(call)


@on_both
def test_who_provided_a_code_hears_that_the_register_has_another_now(story, holds_register, clock):
    rose = ROSE | {"postalCode": "ZZ1 1AA"}
    holds_register(rose)
    call = story.anne_writes()
    story.bart.resolve_now(call, BEST)
    story.post()

    summary = holds_register(rose | {"odsCode": "VN7C7"})

    assert summary.displaced == (call,)
    (letter,) = story.post()
    assert (letter.to, letter.subject) == (
        "bart@ods.example",
        f"[{call}] the register says otherwise of its codes",
    )
    assert f"helpdesk recode {call}" in letter.text
    clock.passes(minutes=1)
    assert holds_register(rose | {"odsCode": "VN7C7", "website": "x"}).displaced == ()
    said = story.bart.recode(call, Recoding("ODS gave another")).answer["said"]
    assert "VN7C7" in said[0]


def test_what_cqc_has_to_change_can_be_said(story, holds_register):
    holds_register(ROSE)
    call = story.traced("1-100000001")
    story.bart.hold(call, Holding(Hold.AWAITING_CQC, change=("name",)))

    assert holds_register(ROSE | {"postalCode": "ZZ1 1AA"}).woken == ()
    assert holds_register(ROSE | {"name": "Rose Lodge", "postalCode": "ZZ1 1AA"}).woken == (call,)


def test_a_home_that_was_there_already_wakes_no_call_that_waits_for_another(story, holds_register):
    other = ROSE | {"locationId": "1-100000009", "name": "Rose Lodge", "odsCode": "VN9A9"}
    holds_register(other)
    call = story.anne_writes()
    story.bart.acknowledge(call)
    story.bart.hold(call, Holding(Hold.AWAITING_CQC))

    elm = {"locationId": "1-100000010", "name": "Elm House", "odsCode": "VN8A8"}
    assert holds_register(other, ROSE | elm).woken == ()


HERE = ROSE | {"postalCode": "ZZ1 1AA"}
ROSE_CARE = {
    "providerId": "1-200000001",
    "name": "Rose Care Ltd",
    "odsCode": "A1C2",
    "registrationStatus": "Registered",
}


def test_a_home_without_a_code_is_not_sent_its_providers_alone(story, holds_register):
    holds_register(HERE | {"odsCode": ""}, ROSE_CARE)
    call = story.anne_writes()

    with pytest.raises(StepNotAllowed, match="no site code is known"):
        story.bart.resolve_now(call, BEST)
    story.bart.acknowledge(call)
    story.bart.trace(call, BEST)
    with pytest.raises(StepNotAllowed, match="--parent A1C2"):
        story.bart.allocate(call)

    assert "parent code A1C2" in story.bart.allocate(call, Wish(parent="A1C2")).answer["said"][0]


def test_the_code_of_a_provider_that_is_gone_is_left_out_and_that_is_said(story, holds_register):
    holds_register(HERE, ROSE_CARE | {"registrationStatus": "Deregistered"})
    call = story.anne_writes()

    said = story.bart.resolve_now(call, BEST).answer["said"]

    assert any("A1C2 is that of Rose Care Ltd, which is not registered" in each for each in said)
    assert story.call(call)["parent_code"] == ""


def test_a_home_of_another_provider_is_not_sent_the_code_of_the_one_before(story, holds_register):
    holds_register(HERE, ROSE_CARE)
    story.app.store.run(lambda tx: tx.session.execute(sa.text(ROSE_IS_OF_ODS)))
    newco = {"providerId": "1-200000005", "name": "Newco Ltd", "registrationStatus": "Registered"}
    holds_register(HERE | {"providerId": "1-200000005"}, newco)
    assert story.app.store.run(lambda tx: tx.rows(PARENTS)) == [{"parent_code": ""}]
    story.app.store.run(lambda tx: tx.session.execute(sa.text(ROSE_IS_OF_ODS)))
    call = story.anne_writes()

    said = story.bart.resolve_now(call, BEST).answer["said"]

    assert any("A1C2 is that of Rose Care Ltd (1-200000001)" in each for each in said)
    assert story.call(call)["parent_code"] == ""


PARENTS = "SELECT parent_code FROM location"
ROSE_IS_OF_ODS = "UPDATE location SET parent_code = 'A1C2'"
"""What ODS's file of sites says of the parent, and went on saying after the home was sold."""
