"""What comes after the end of a call: `no-action`, `reopen`, `merge`; steps of other workflows."""

import json

import pytest

from helpdesk.clock import utc_now
from helpdesk.intake.sources import one
from helpdesk.reception import take_in_one
from tests.helpdesk.cli.typed_at import BARTS, CLOSED, RECEIVED, TRACED
from workflows.definition import Move, Workflow

NEW_NAME = Workflow(
    "new_name",
    states=("received", "checked", "closed"),
    moves=(
        Move("check", "received", "checked", needs=("proof",)),
        Move("close", "checked", "closed", outcomes=("done", "refused")),
    ),
    targets=(),
    needs={"proof": "the paper that proves it"},
)
REPLY = """From: Anne <anne@rosecottage.example>
Subject: Re: the code
Message-ID: <reply@rosecottage.example>
In-Reply-To: <first@rosecottage.example>

Thank you!
"""


@pytest.fixture
def closed(desk):
    """A call that was closed, to which a reply came then."""
    first = "From: Anne <anne@rosecottage.example>\nSubject: A code\n"
    first += "Message-ID: <first@rosecottage.example>\n\nOrganisation: Rose Cottage\n"
    _arrives(desk, first)
    desk.type("acknowledge", "7")
    desk.type("close", "7", "--outcome", "withdrawn")
    _arrives(desk, REPLY)
    return "7"


def _arrives(desk, mail):
    app = desk.app(utc_now)
    take_in_one(app.store, app.journal, one(mail.encode(), utc_now()))
    app.store.close()


def test_a_reply_on_a_closed_call_waits_on_the_list_with_its_own_48_hours(desk, closed):
    (line,) = (row for row in json.loads(desk.type("list", "--json").out) if row["closed"])

    assert (line["reference"], line["state"], line["outcome"]) == (
        "ODS-000007",
        "closed",
        "withdrawn",
    )
    assert (line["target"], line["standing"]) == ("acknowledge", "on track")
    assert line["marks"] == ["reply waiting"]
    assert line["step"] == "show"
    assert "helpdesk no-action ODS-000007, or helpdesk reopen" in desk.type("show", closed).out


def test_a_reply_that_needs_nothing_is_answered_for(desk, closed):
    said = desk.type("no-action", closed, "--note", "they say thank you")

    assert (said.code, said.err) == (0, "")
    assert said.out == "ODS-000007 stays closed; its reply is answered for\n"
    assert desk.type("list", "--mine", "7").out.count("closed\tmet") == 1
    assert "reply waiting" not in desk.type("list").out
    assert desk.type("no-action", closed).out == "no reply waits on ODS-000007\n"


def test_a_closed_call_is_taken_up_again_for_a_reason(desk, closed):
    said = desk.type("reopen", closed, "--reason", "the code is for another home")

    assert said.code == 0
    assert said.out.startswith("ODS-000007 is acknowledged again; its code is due by ")
    assert "a letter to anne@rosecottage.example is posted" in said.err
    assert desk.type("reopen", closed, "--reason", "x").out == "ODS-000007 is open: acknowledged\n"


def test_one_of_two_calls_about_the_same_thing_is_ended(desk):
    said = desk.type("merge", TRACED, "--into", BARTS)

    assert said.code == 0
    assert said.out == "ODS-000003 is merged into ODS-000002\n"
    assert desk.type("list", "3").out.startswith("ODS-000003\t\tclosed\t")
    assert desk.type("merge", TRACED, "--into", BARTS).out.startswith(
        "ODS-000003 is merged into ODS-000002 already"
    )


@pytest.mark.parametrize(
    ("words", "code", "fragment"),
    [
        ("reopen 7", 2, "say why it is taken up again: --reason"),
        (f"reopen {CLOSED} --reason why", 5, "more than 30 days ago; what comes now is a new call"),
        ("reopen 99 --reason why", 3, "there is no call ODS-000099"),
        (f"no-action {RECEIVED}", 5, "ODS-000001 is open"),
        (f"merge {RECEIVED}", 2, "Missing option '--into'"),
        (f"merge {RECEIVED} --into {RECEIVED}", 2, "cannot be merged into itself"),
        (f"merge {RECEIVED} --into {CLOSED}", 2, "ODS-000004 is closed, so nobody works on it"),
        (f"merge {RECEIVED} --into 99", 3, "there is no call ODS-000099"),
        (f"merge {CLOSED} --into {RECEIVED}", 5, "a call that is closed cannot take the step"),
        (f"step acknowledge {RECEIVED}", 2, "is a call for an ODS code: helpdesk acknowledge"),
        (f"step acknowledge {RECEIVED} --fact proof", 2, "'proof' is no fact; write --fact NAME="),
        ("raise --name Anne --workflow nonsense", 2, "there is no workflow 'nonsense'"),
        ("noaction 7", 2, "did you mean 'no-action'?"),
    ],
)
def test_what_will_not_do_is_refused_in_a_sentence(desk, closed, words, code, fragment):
    before = desk.events()

    said = desk.type(*words.split())

    assert (said.code, said.out) == (code, "")
    assert fragment in said.err
    assert desk.events() == before


@pytest.mark.parametrize("words", ["no-action 7", "reopen 7 --reason why", "merge 2 --into 3"])
def test_json_says_what_was_done(desk, closed, words):
    said = desk.type(*words.split(), "--json")

    assert said.code == 0
    assert json.loads(said.out)["reference"].startswith("ODS-")


def test_a_call_of_another_workflow_goes_its_own_way(desk):
    with desk.config.open("a") as config:
        config.write(f'[workflows]\ndefinitions = ["{__name__}:NEW_NAME"]\n')

    raised = desk.type("raise", "--organisation", "Rose Cottage", "--workflow", "new_name")
    early = desk.type("step", "check", "7")
    checked = desk.type("step", "check", "7", "--fact", "proof=a letter from CQC")
    unknown = desk.type("step", "close", "7", "--outcome", "banana")
    closed = desk.type("step", "close", "7", "--outcome", "done")

    assert raised.out == "ODS-000007 is raised\n"
    assert early.code == 5
    assert "to check a call, give the paper that proves it" in early.err
    assert checked.out == "ODS-000007 is checked\n"
    assert unknown.code == 5
    assert "it can end as: done, refused" in unknown.err
    assert closed.out == "ODS-000007 is closed\n"
    assert "known: proof a letter from CQC" in desk.type("show", "7").out
