"""What programs write is filed, is never answered, ends nothing, opens nothing, moves no clock."""

import pytest

from helpdesk.desk.steps import Ending
from tests.stories.clients import ANNE, EVE
from tests.stories.postmasters import postfix
from tests.stories.story import REQUEST, words

TICKET = {
    "subject": "INC0012345 - New request: ODS code for Rose Cottage",
    "auto_submitted": "auto-generated",
    "precedence": "bulk",
    "x_servicenow_generated": "true",
    "x_auto_response_suppress": "OOF, AutoReply",
}
"""What a ticket system writes above a request that a person typed into it."""

AWAY = {
    "Exchange": {
        "subject": "Automatic reply: [ODS-000001] We have your request",
        "auto_submitted": "auto-generated",
        "x_auto_response_suppress": "All",
        "return_path": "<>",
    },
    "Gmail": {"subject": "Out of Office Re: your letter", "x_autoreply": "yes"},
    "vacation": {"auto_submitted": "auto-replied (vacation)", "precedence": "junk"},
    "shouting": {"auto_submitted": "AUTO-REPLIED"},
    "Notes": {"subject": "AUTO: Anne Archer is out of the office (returning 09/03/2026)"},
    "read receipt": {"subject": "Read: [ODS-000001] We have your request"},
}


@pytest.mark.parametrize("heads", AWAY.values(), ids=AWAY)
def test_an_answer_of_a_program_is_filed_with_its_call(story, heads):
    story.arrives(ANNE.writes(REQUEST))
    (receipt,) = story.post()
    before = story.sheet("1").clocks

    taken = story.arrives(ANNE.answers(receipt.raw, "I am back on Monday.", **heads))

    assert taken.filed == 1
    assert (story.references(), story.post()) == (["ODS-000001"], [])
    assert not story.call("1")["reply_waiting"]
    assert story.sheet("1").clocks == before
    message = story.sheet("1").messages[-1]
    assert (message["trust"], bool(message["automatic"])) == ("automatic", True)


def test_it_opens_no_closed_call_and_starts_no_clock(story, clock, register):
    call = story.traced()
    story.bart.allocate(call)
    story.bart.close(call, Ending())
    *_, letter = story.post()
    before = story.sheet(call).clocks

    for heads in AWAY.values():
        clock.passes(hours=1)
        assert story.arrives(ANNE.answers(letter.raw, "I am away.", **heads)).filed == 1

    assert story.call(call)["state"] == "closed"
    assert story.sheet(call).clocks == before
    assert story.order() == []


def test_long_after_a_call_was_closed_it_is_filed_all_the_same(story, clock, register):
    call = story.traced()
    story.bart.allocate(call)
    story.bart.close(call, Ending())
    *_, letter = story.post()
    clock.passes(days=40)

    assert story.arrives(ANNE.answers(letter.raw, "I am away.", **AWAY["Exchange"])).filed == 1

    assert story.references() == [call]


def test_a_report_on_nothing_of_ours_is_filed_without_a_call(story):
    letter = first_letter(story)
    other = letter._replace(to="eve@elsewhere.example")

    taken = story.arrives(postfix(other, copy=False))

    assert taken.filed == 1
    (row,) = story.rows("SELECT call_id, state FROM received_mail ORDER BY id DESC LIMIT 1")
    assert (row["call_id"], row["state"]) == (None, "filed")


def test_a_request_out_of_a_ticket_system_is_a_call_without_a_receipt(story):
    taken = story.arrives(EVE.writes(REQUEST, **TICKET))

    assert taken.raised == 1
    assert story.call("1")["organisation"] == "Rose Cottage"
    assert story.sheet("1").messages[0]["trust"] == "automatic"
    assert story.post() == []


def test_a_ticket_system_that_asks_for_nothing_is_filed(story):
    taken = story.arrives(EVE.writes("Your ticket was updated. Log in to see it.", **TICKET))

    assert taken.filed == 1
    assert story.references() == []


def test_whoever_sent_the_ticket_is_answered_by_a_person_as_anybody_else(story):
    story.arrives(EVE.writes(f"{REQUEST}E-mail: anne@rosecottage.example\n", **TICKET))

    story.bart.acknowledge("1")

    (letter,) = story.post()
    assert letter.to == "anne@rosecottage.example"
    assert "Bart Brown" in words(letter)


@pytest.mark.parametrize(
    "sender", ["desk@ods.example", "DESK@ODS.example", "old-desk@ods.example"], ids=str
)
def test_mail_from_the_desk_itself_is_filed(story, sender):
    intake = story.app.config.intake
    story.reconfigure(intake=intake.model_copy(update={"also": ("old-desk@ods.example",)}))

    taken = story.arrives(EVE._replace(address=sender).writes(REQUEST))

    assert taken.filed == 1
    assert story.references() == []
    assert story.post() == []


def test_a_letter_of_ours_that_comes_back_as_it_went_is_a_loop(story):
    letter = first_letter(story)
    loop = letter.raw.replace(b"desk@ods.example", b"list@elsewhere.example")
    for automatic in (b"Auto-Submitted:", b"X-Auto-Response-Suppress:"):
        loop = loop.replace(automatic, b"X-Was-There:")

    taken = story.arrives(loop)

    assert taken.filed == 1
    assert story.references() == ["ODS-000001"]
    (row,) = story.rows("SELECT reason FROM received_mail ORDER BY id DESC LIMIT 1")
    assert row["reason"] == "it is a letter of the desk that came back to it"
    assert story.post() == []


def test_no_automatic_mail_is_ever_thrown_away(story):
    letter = first_letter(story)
    raws = [ANNE.answers(letter.raw, "I am away.", **heads) for heads in AWAY.values()]

    for raw in raws:
        story.arrives(raw)

    kept = story.rows("SELECT raw FROM received_mail ORDER BY id")
    assert [bytes(row["raw"]) for row in kept[1:]] == raws


def first_letter(story):
    """The receipt of the call that Anne raises."""
    story.arrives(ANNE.writes(REQUEST))
    (letter,) = story.post()
    return letter


def test_a_requesters_answer_that_a_server_marked_as_bulk_is_filed_and_waits_to_be_read(story):
    call = story.anne_writes()
    story.bart.acknowledge(call)
    before = story.sheet(call).clocks

    taken = story.anne_replies(call, "The second one.", precedence="bulk")

    assert taken.filed == 1
    assert story.call(call)["reply_waiting"]
    assert story.sheet(call).clocks == before
