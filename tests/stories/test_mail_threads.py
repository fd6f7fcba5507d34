"""An answer finds its call: by what nobody can forge first, and by what anybody can write last."""

import pytest

from helpdesk.desk.steps import Ending
from tests.stories.clients import ANNE, BART, DORA, EVE, PROGRAMS
from tests.stories.story import REQUEST, request_for
from workflows.lifecycle import Outcome

BY_PROGRAM = pytest.mark.parametrize("program", PROGRAMS, ids=lambda each: each.name)


@pytest.fixture
def first():
    """What Anne wrote first, with a copy to Dora."""
    return ANNE.writes(REQUEST, cc="Dora Dean <dora@rosecottage.example>")


@pytest.fixture
def receipt(story, first):
    """The receipt of the call that Anne raised: what came of it so far."""
    assert story.arrives(first).raised == 1
    (letter,) = story.post()
    return letter


@pytest.fixture
def plus(story):
    """The mail server delivers what is addressed to desk+anything."""
    smtp = story.app.config.smtp
    story.reconfigure(smtp=smtp.model_copy(update={"plus_addresses": True}))


def forged(letter):
    """The letter's id, with one character of its seal changed."""
    message_id = letter.mail["Message-ID"]
    at = message_id.index("@") - 1
    return message_id[:at] + ("a" if message_id[at] != "a" else "b") + message_id[at + 1 :]


@BY_PROGRAM
def test_an_answer_of_any_program_finds_its_call(story, receipt, program):
    taken = story.arrives(ANNE._replace(program=program).answers(receipt.raw, "Thank you."))

    assert taken.threaded == 1
    assert story.references() == ["ODS-000001"]
    assert story.call("1")["reply_waiting"]


@BY_PROGRAM
def test_it_finds_it_by_the_seal_in_in_reply_to_alone(story, receipt, program):
    anne = ANNE._replace(program=program)

    taken = story.arrives(anne.answers(receipt.raw, "Yes.", references="", subject="Lunch"))

    assert taken.threaded == 1


def test_it_finds_it_by_the_last_seal_among_the_references(story, receipt):
    story.arrives(EVE.writes(REQUEST))
    (other,) = story.post()
    ids = [other.mail["Message-ID"], receipt.mail["Message-ID"], "<between@elsewhere.example>"]

    story.arrives(ANNE.writes("Yes.", in_reply_to="<gone@lost.example>", references=" ".join(ids)))

    assert story.call("1")["reply_waiting"]
    assert not story.call("2")["reply_waiting"]


def test_what_it_answers_counts_before_what_it_refers_to(story, receipt):
    story.arrives(EVE.writes(REQUEST))
    (other,) = story.post()

    story.arrives(ANNE.answers(receipt.raw, "Yes.", references=other.mail["Message-ID"]))

    assert [story.call(number)["reply_waiting"] for number in "12"] == [True, False]


def test_a_server_that_changes_the_case_of_an_id_breaks_no_thread(story, receipt):
    changed = receipt.mail["Message-ID"].upper()

    taken = story.arrives(ANNE.writes("Yes.", in_reply_to=changed))

    assert taken.threaded == 1


def test_a_seal_with_one_character_changed_opens_nothing(story, receipt):
    taken = story.arrives(EVE.writes("Yes.", in_reply_to=forged(receipt)))

    assert taken.raised == 1
    assert not story.call("1")["reply_waiting"]


def test_a_seal_stands_for_its_own_call_and_no_other(story, receipt):
    story.arrives(EVE.writes(REQUEST))
    other = receipt.mail["Message-ID"].replace("ods-000001", "ods-000002")

    taken = story.arrives(EVE.writes("Yes.", in_reply_to=other, subject="Re: [ODS-000001]"))

    assert taken.raised == 1
    assert not any(story.call(number)["reply_waiting"] for number in "12")


@pytest.mark.parametrize("field", ["to", "delivered_to", "x_original_to", "cc"])
def test_it_finds_it_by_the_address_that_it_was_sent_to(story, plus, receipt, field):
    sent_to = receipt.mail["Reply-To"] if field in ("to", "cc") else receipt.sender

    taken = story.arrives(ANNE.writes("Yes.", subject="(none)", **{field: sent_to}))

    assert receipt.sender.startswith("desk+ods-000001.")
    assert taken.threaded == 1


def test_a_made_up_plus_address_is_a_new_request(story, plus, receipt):
    made_up = f"desk+{forged(receipt).strip('<>')}"

    taken = story.arrives(EVE.writes("Yes.", to=made_up))

    assert taken.raised == 1
    assert not story.call("1")["reply_waiting"]


def test_a_colleague_who_answers_the_requesters_own_mail_finds_it(story, first, receipt):
    taken = story.arrives(DORA.answers(first, "Anne means the one in the High Street.", to=ANNE[1]))

    assert taken.threaded == 1
    assert story.call("1")["reply_waiting"]


def test_so_does_who_answers_a_colleagues_answer(story, first, receipt):
    answer = DORA.answers(first, "I mean the one in the High Street.")
    story.arrives(answer)

    taken = story.arrives(EVE.answers(answer, "No, the other one.", references=""))

    assert taken.threaded == 1


@pytest.mark.parametrize("writer", [ANNE, DORA, BART], ids=["requester", "copied", "agent"])
@pytest.mark.parametrize("tag", ["[ODS-000001] My form", "RE: ods-000001", "ODS-1: the form"])
def test_the_reference_in_a_subject_counts_for_who_has_a_part_in_the_call(
    story, receipt, writer, tag
):
    taken = story.arrives(writer.writes("Here is more.", subject=tag))

    assert taken.threaded == 1
    assert story.references() == ["ODS-000001"]


@pytest.mark.parametrize("writer", [EVE, EVE._replace(name="Anne Archer")], ids=["her", "posing"])
def test_by_a_stranger_it_raises_a_call_of_its_own_that_says_what_it_claims(story, receipt, writer):
    taken = story.arrives(writer.writes(REQUEST, subject="Re: [ODS-000001] Your codes, please"))

    assert taken.raised == 1
    assert not story.call("1")["reply_waiting"]
    (claim,) = story.events("2", "claims")
    assert claim["facts"]["other"] == "ODS-000001"
    (message,) = story.sheet("2").messages
    assert message["claims_id"] == story.call("1")["id"]
    assert story.call("2")["follows_id"] is None


def test_an_address_named_in_the_name_of_a_stranger_makes_nobody_of_them(story, receipt):
    posing = EVE._replace(name='"anne@rosecottage.example"')

    assert story.arrives(posing.writes("More.", subject="[ODS-000001]")).raised == 1


def test_who_wrote_the_first_mail_has_a_part_whoever_its_form_names(story):
    story.arrives(ANNE.writes(f"{REQUEST}E-mail: manager@rosecottage.example\n"))
    assert story.call("1")["requester_email"] == "manager@rosecottage.example"

    assert story.arrives(ANNE.writes("More.", subject="[ODS-000001]")).threaded == 1


def test_whom_a_stranger_copies_has_no_part(story, receipt):
    story.arrives(EVE.answers(receipt.raw, "Hello all.", cc="fay@elsewhere.example"))
    fay = EVE._replace(address="fay@elsewhere.example")

    assert story.arrives(fay.writes("More.", subject="[ODS-000001]")).raised == 1


def test_whose_mail_an_agent_laid_to_the_call_has_a_part(story, receipt):
    story.arrives(EVE.writes("I am the new owner of Rose Cottage."))
    story.app.desk.attach_mail(2, "1", story.app.desk.who("bart", None))

    assert story.arrives(EVE.writes("More.", subject="[ODS-000001]")).threaded == 1


def test_a_reference_that_nobody_gave_out_claims_nothing(story):
    story.arrives(EVE.writes(REQUEST, subject="[ODS-000099] Hello"))

    assert story.references() == ["ODS-000001"]
    assert story.events("1", "claims") == []


def test_a_seal_counts_before_the_reference_in_the_subject(story, receipt):
    story.arrives(EVE.writes(REQUEST))
    story.post()

    story.arrives(ANNE.answers(receipt.raw, "Yes.", subject="Re: [ODS-000002] Your request"))

    assert [story.call(number)["reply_waiting"] for number in "12"] == [True, False]
    assert story.events("1", "claims") == []


def test_an_answer_to_a_merged_call_goes_to_the_one_that_is_left(story, receipt):
    story.arrives(DORA.writes(request_for(2)))
    story.bart.merge("1", into="2")

    assert story.arrives(ANNE.answers(receipt.raw, "Any news?")).threaded == 1
    tagged = story.arrives(ANNE.writes("Any news now?", subject="[ODS-000002]"))

    assert tagged.threaded == 1
    assert story.call("2")["reply_waiting"]
    assert not story.call("1")["reply_waiting"]


def test_an_answer_to_a_call_closed_long_ago_is_a_new_one_that_follows_it(story, receipt, clock):
    story.bart.close("1", Ending(Outcome.SPAM))
    clock.passes(days=31)

    assert story.arrives(ANNE.answers(receipt.raw, "Any news?")).raised == 1

    assert story.call("2")["follows_id"] == story.call("1")["id"]


@pytest.mark.parametrize("text", ["Yes.", REQUEST], ids=["answer", "request"])
def test_an_agents_mail_on_the_thread_is_no_reply_that_waits(story, receipt, text):
    taken = story.arrives(BART.answers(receipt.raw, text))

    assert taken.threaded == 1
    assert not story.call("1")["reply_waiting"]
    assert story.events("1", "mail_of_agent")
    assert story.post() == []
