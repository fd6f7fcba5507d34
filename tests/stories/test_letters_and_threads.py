"""Letters find the requester's thread, are never lost, and nobody else writes into them."""

import re

import pytest

from helpdesk.database import moment
from helpdesk.intake import Request

HOSTILE = (
    "=?utf-8?q?a=0D=0ABcc:_spy=40evil.example?=",
    "Anne\r\nBcc: spy@evil.example",
    "Anne\u2028Bcc: spy@evil.example",
    '"spy@evil.example" <',
    "Anne\x1b[31m",
    "{{ 7*7 }}{% for x in y %}",
)


def test_letters_thread_to_the_requesters_mail(story, register):
    call = story.traced(message_id="<first@rosecottage.example>")
    story.bart.allocate(call)

    letters = sorted(story.post(), key=lambda letter: len(letter.mail["References"]))

    ids = [letter.mail["Message-ID"] for letter in letters]
    assert len(set(ids)) == 3
    thread = ["<first@rosecottage.example>"]
    for letter, message_id in zip(letters, ids, strict=True):
        assert letter.mail["In-Reply-To"] == thread[-1]
        assert letter.mail["References"].split() == thread
        thread.append(message_id)


def test_a_letters_id_is_sealed_and_begins_with_its_call(story):
    call = story.anne_writes()
    story.bart.acknowledge(call)

    ids = [letter.mail["Message-ID"] for letter in story.post()]

    seal = story.app.store.run(lambda tx: tx.seal())
    assert len(set(ids)) == 2
    for each in ids:
        assert re.fullmatch(r"<ods-000001\.[0-9a-f]{16}\.[a-z2-7]{16}@ods\.example>", each)
        assert seal.opened(each) == "ods-000001"


def test_answers_and_bounces_are_asked_for_at_an_address_that_names_the_letter(story):
    smtp = story.app.config.smtp
    story.reconfigure(smtp=smtp.model_copy(update={"plus_addresses": True}))
    call = story.anne_writes()
    story.bart.acknowledge(call)

    for letter in story.post():
        sealed = letter.mail["Message-ID"].strip("<>").partition("@")[0]
        assert letter.sender == f"desk+{sealed}@ods.example"
        assert letter.mail["Reply-To"] == f"The ODS desk <desk+{sealed}@ods.example>"
        assert letter.mail["From"] == "The ODS desk <desk@ods.example>"


def test_letters_to_the_desk_itself_ask_for_no_answer_there(story, clock):
    smtp = story.app.config.smtp
    story.reconfigure(smtp=smtp.model_copy(update={"plus_addresses": True}))
    story.anne_writes()
    clock.passes(hours=48)
    story.sweeps()

    (letter,) = story.letters_to("sue@ods.example")

    assert letter.sender == "desk@ods.example"
    assert letter.mail["Reply-To"] is None


def test_only_what_no_person_wrote_says_that_it_is_automatic(story, register, clock):
    call = story.traced()
    story.bart.allocate(call)
    story.anne_writes()
    clock.passes(hours=49)
    story.sweeps()

    kinds = {
        letter.subject.partition("] ")[2][:20] or letter.subject: letter for letter in story.post()
    }

    automatic = {name: letter.mail["Auto-Submitted"] for name, letter in kinds.items()}
    assert automatic == {
        "We have your request": "auto-replied",
        "Your request for an ": None,
        "Your ODS codes": None,
        "BREACHED: ODS-000002 acknowledge": "auto-generated",
    }
    assert all(
        (letter.mail["X-Auto-Response-Suppress"] == "All")
        == (letter.mail["Auto-Submitted"] is not None)
        for letter in kinds.values()
    )


def test_automatic_letters_leave_with_a_null_sender_where_that_is_wanted(story):
    smtp = story.app.config.smtp
    story.reconfigure(smtp=smtp.model_copy(update={"null_sender": True}))
    call = story.anne_writes()
    story.bart.acknowledge(call)

    senders = {"in hand" in letter.subject: letter.sender for letter in story.post()}

    assert senders == {False: "<>", True: "desk@ods.example"}


def test_a_letter_that_was_refused_for_now_goes_again_byte_for_byte(story, office, clock):
    story.anne_writes()
    office.answers = ["451 not now"]
    assert story.post() == []
    assert story.post() == []

    clock.passes(minutes=2)
    (letter,) = story.post()

    assert [each.raw for each in office.offered] == [letter.raw, letter.raw]


def test_a_letter_that_went_is_known_to_be_sent(story, clock):
    call = story.anne_writes()
    clock.passes(minutes=3)
    story.post()

    (row,) = story.sheet(call).letters

    assert (row["state"], row["tries"]) == ("sent", 1)
    assert moment(row["sent_at"]) == clock.now


def test_a_letter_that_can_never_arrive_is_marked_on_the_worklist(story, office):
    call = story.anne_writes()
    office.refusals = {"anne@rosecottage.example": "550 no such user"}

    story.post()

    assert "NOT DELIVERED" in story.worklist()[0].marks
    assert [row["state"] for row in story.sheet(call).letters] == ["failed"]


def test_one_address_that_refuses_never_silences_the_others(story, office, clock):
    people = story.app.config.people
    both = ("boss@ods.example", "sue@ods.example")
    story.reconfigure(people=people.model_copy(update={"supervisors": both}))
    story.anne_writes()
    clock.passes(hours=48)
    story.sweeps()
    office.refusals = {"boss@ods.example": "550 no such user"}

    letters = story.letters_to("sue@ods.example")

    assert [letter.subject for letter in letters] == ["BREACHED: ODS-000001 acknowledge"]


def test_alerts_leave_before_receipts(story, clock):
    story.anne_writes()
    clock.passes(hours=48)
    story.anne_writes()
    story.sweeps()

    subjects = [letter.subject for letter in story.post()]

    assert subjects[0] == "BREACHED: ODS-000001 acknowledge"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_cannot_write_into_a_header(story, register, name):
    story.bart.raise_call(
        Request(requester_name=name, organisation=name, requester_email="anne@rosecottage.example"),
        None,
    )

    story.bart.acknowledge("1")

    (letter,) = story.post()
    assert letter.to == "anne@rosecottage.example"
    assert letter.mail["Bcc"] is None
    assert letter.mail["To"] == "anne@rosecottage.example"
    assert b"\nbcc:" not in letter.raw.lower()
    assert not letter.mail.defects
    assert "49" not in letter.text


@pytest.mark.parametrize("name", [name for name in HOSTILE if name.isprintable()])
def test_a_hostile_sender_cannot_write_into_a_header(story, name):
    raw = story.mail().replace(b"From: Anne Archer", b"From: " + name.encode(), 1)
    story.arrives(raw)
    call = story.references()[0]

    story.bart.acknowledge(call)

    for letter in story.post():
        assert letter.mail["Bcc"] is None
        assert b"\nbcc:" not in letter.raw.lower()


def test_a_hostile_message_id_costs_the_thread_and_not_the_letter(story):
    raw = story.mail(message_id="<x@y>").replace(b"<x@y>", b"<=?utf-8?q?a=0D=0ABcc:_x@y?=>")
    story.arrives(raw)

    (letter,) = story.post()

    assert letter.mail["In-Reply-To"] is None
    assert letter.mail["Bcc"] is None
