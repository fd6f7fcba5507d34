"""What is left to a person: urgent or not, whose code, and forms that cannot be opened."""

import pytest

from helpdesk.intake import Address, Attachment, Kind, Message, Request, form, request_form

ANNE = Address("Anne Smith", "anne@rosecottage.example")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DESK = "desk@ods.example"
ROSE_COTTAGE = Request(
    requester_name="Anne Smith",
    requester_email="anne@rosecottage.example",
    requester_phone="0161 496 0000",
    organisation="Rose Cottage",
    postcode="OL4 2QU",
    kind=Kind.DOMICILIARY,
    cqc_location_id="1-123456789",
    cqc_provider_id="1-10987654321",
    given_code="VM1AB",
    purposes=("DSPT", "NHSmail"),
    urgent_reason="a system goes in on Friday",
    suggests_urgent=True,
)


def a_message(text: str = "", subject: str = "Code", sender: Address = ANNE, **more) -> Message:
    return Message(
        message_id=None,
        in_reply_to=(),
        references=(),
        sender=sender,
        reply_to=None,
        recipients=(),
        subject=subject,
        sent_at=None,
        text=text,
        **more,
    )


def read(text: str, **more) -> Request:
    return form.read(a_message(text, **more))


def attached(content: bytes, name: str = "request.docx") -> tuple[Attachment, ...]:
    return (Attachment(name, WORD, content),)


@pytest.mark.parametrize(
    "quote",
    [
        "On Mon, 2 Mar 2026 at 09:00, Desk <desk@ods.example> wrote:\nPostcode: M1 1AA",
        "On Mon, 2 Mar 2026 at 09:00, Desk\n<desk@ods.example>\nwrote:\nPostcode: M1 1AA",
        "> Postcode: M1 1AA",
        "-----Original Message-----\nPostcode: M1 1AA",
        "From: Desk\nSent: Monday\nTo: Anne\nSubject: Code\n\nPostcode: M1 1AA",
    ],
)
def test_a_quoted_mail_is_read_only_if_nothing_stands_above_it(quote: str):
    assert read(f"Thank you, on Monday it is.\n\n{quote}").postcode == ""
    assert read(f"\n\n{quote}").postcode == "M1 1AA"
    assert read(f"Please see below.\n{quote}", subject="FW: Code").postcode == "M1 1AA"


@pytest.mark.parametrize(
    ("subject", "text", "urgent"),
    [
        ("URGENT: code", "", True),
        ("Code", "this is urgent please", True),
        ("Code", "we need it urgently", True),
        ("Code", "Urgent? [x] yes [ ] no", True),
        ("Code", "[x] Urgent", True),
        ("Code", "Urgent: we open on Monday", True),
        ("Code", "it is not urgent", False),
        ("Code", "a non-urgent request", False),
        ("Code", "Is this urgent? No", False),
        ("Code", "Urgent: [ ] yes [x] no", False),
        ("Code", "[ ] Urgent", False),
        ("Code", "Reason for urgency: none", False),
        ("insurgents", "", False),
    ],
)
def test_urgent_is_suggested_by_word_or_box(subject: str, text: str, *, urgent: bool):
    assert read(text, subject=subject).suggests_urgent is urgent


@pytest.mark.parametrize(
    "words",
    [
        "DSPT deadline is next Friday",
        "NHSmail closes on Friday",
        "no access to NHSmail",
        "Care home opens on Monday",
        "Deadline: Friday",
        "Needed by the inspectors",
        "urgent",
        "inspection on Friday",
    ],
)
def test_any_words_for_why_it_is_urgent_are_kept_and_suggest_it(words: str):
    asked = Request(organisation="Rose Cottage", postcode="OL4 2QU", urgent_reason=words)
    files = attached(request_form.filled(asked, DESK))

    request = form.read(a_message(attachments=files))

    assert request.urgent_reason == words
    assert request.suggests_urgent


def test_a_reason_that_begins_like_a_box_leaves_the_date_where_it_is():
    head = "Organisation\tRose Cottage\nIf it is urgent, why?\tDSPT deadline is next Friday\n"

    request = read(f"{head}Needed by (date)\t3 December 2026")

    assert request.urgent_reason == "DSPT deadline is next Friday; needed by 3 December 2026"
    assert request.suggests_urgent


@pytest.mark.parametrize(
    "text",
    [
        "If it is urgent, why?\nDSPT deadline is next Friday",
        "If it is urgent, why? DSPT deadline is next Friday",
        "Is this urgent? DSPT deadline is next Friday",
    ],
)
def test_a_reason_may_stand_below_or_behind_its_question(text: str):
    request = read(text)

    assert request.urgent_reason == "DSPT deadline is next Friday"
    assert request.suggests_urgent


@pytest.mark.parametrize("words", ["n/a", "no", "It is not urgent.", "not urgent", "non-urgent"])
def test_words_that_say_that_there_is_no_hurry_are_no_reason(words: str):
    request = read(f"If it is urgent, why?\t{words}\nPostcode\tOL4 2QU")

    assert request.urgent_reason == ""
    assert not request.suggests_urgent


def test_a_word_that_begins_like_no_is_not_no():
    request = read("Urgent: NHSmail closes on Friday")

    assert request.urgent_reason == "NHSmail closes on Friday"
    assert request.suggests_urgent


def test_a_care_mailbox_gives_its_code():
    request = read("Hello", sender=Address("Rose Cottage", "care.vm1ab@nhs.net"))

    assert request.given_code == "VM1AB"
    assert request.found_in["given_code"].place == "sender"
    assert not request.unreadable
    assert not read("", sender=Address("", "care.vm1ab@nhs.net.example")).given_code


def test_a_sender_whose_name_is_an_address_has_no_name():
    request = read("Hello", sender=Address("anne@x.example", "anne@x.example"))

    assert request.requester_name == ""
    assert "requester_name" in request.missing


@pytest.mark.parametrize("name", ["ods form.doc", "Request.PDF", "application.rtf", "form.xlsx"])
def test_a_form_that_only_a_person_can_open_is_named(name: str):
    file = Attachment(name, "application/octet-stream", b"x")

    request = read("Organisation: Rose Cottage", attachments=(file,))

    assert request.unreadable.startswith(f"a person has to open {name}")
    assert request.organisation == "Rose Cottage"


def test_another_file_beside_a_readable_request_is_no_trouble():
    file = Attachment("logo.pdf", "application/pdf", b"x")

    assert read("Organisation: Rose Cottage", attachments=(file,)).unreadable == ""
    assert read("Hello", attachments=(file,)).unreadable == (
        "a person has to open logo.pdf (it is damaged, or not a PDF)"
    )


def test_a_broken_form_is_named_and_the_text_is_read_all_the_same():
    request = read("Organisation: Rose Cottage", attachments=attached(b"PK\x03\x04broken"))

    assert request.unreadable.startswith("request.docx could not be opened: it is damaged")
    assert request.organisation == "Rose Cottage"


def test_of_two_forms_a_person_hears():
    first = request_form.filled(ROSE_COTTAGE, DESK)
    second = request_form.filled(Request(organisation="Holly House"), DESK)

    request = form.read(
        a_message(attachments=(*attached(first, "a.docx"), *attached(second, "b.docx")))
    )

    assert request.organisation == "Rose Cottage"
    assert "more than one form" in request.unreadable
