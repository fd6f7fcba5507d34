"""What is read of a request: from a form, from the text of a mail, and from its sender."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.intake import (
    Address,
    Attachment,
    Found,
    Kind,
    Message,
    Request,
    Surety,
    form,
    mail,
    request_form,
)

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


def test_a_filled_in_form_is_read_whole():
    files = attached(request_form.filled(ROSE_COTTAGE, DESK))

    request = form.read(a_message(attachments=files, sender=Address("Bart", "bart@ods.example")))

    assert replace(request, found_in={}) == ROSE_COTTAGE
    assert set(request.found_in.values()) == {Found("form request.docx", Surety.SURE)}
    assert request.missing == ()


def test_the_blank_form_reads_as_nothing():
    request = form.read(a_message(attachments=attached(request_form.blank(DESK))))

    assert request.unreadable == form.NOTHING
    assert set(request.found_in) == {"requester_name", "requester_email"}
    assert request.missing == ("organisation", "requester_phone")


def test_a_form_counts_before_the_text_and_the_text_before_the_sender():
    given_in_form = Request(requester_name="Anne Smith", organisation="Rose Cottage")
    files = attached(request_form.filled(given_in_form, DESK))

    request = read("Organisation: Other\nPostcode: OL4 2QU", attachments=files)

    assert request.organisation == "Rose Cottage"
    assert request.postcode == "OL4 2QU"
    assert request.found_in["organisation"] == Found("form request.docx", Surety.SURE)
    assert request.found_in["postcode"] == Found("text of the mail", Surety.SURE)
    assert request.found_in["requester_email"] == Found("sender", Surety.LIKELY)


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("Name: Cris Jones", "requester_name", "Cris Jones"),
        ("Your name - Cris Jones", "requester_name", "Cris Jones"),
        ("*Contact name:* Cris Jones", "requester_name", "Cris Jones"),
        ("1. Full name: Cris Jones", "requester_name", "Cris Jones"),
        ("Organisation: Rose Cottage", "organisation", "Rose Cottage"),
        ("Care home name = Rose Cottage", "organisation", "Rose Cottage"),
        ("Name of home: Rose Cottage", "organisation", "Rose Cottage"),
        ("What is the name of your care home? Rose Cottage", "organisation", "Rose Cottage"),
        ("Company:\nRose Cottage Ltd", "organisation", "Rose Cottage Ltd"),
        ("Care home: Rose Cottage", "organisation", "Rose Cottage"),
        ("Tel: 0161 496 0000", "requester_phone", "0161 496 0000"),
        ("Telephone number - (0161) 496-0000 ext 2", "requester_phone", "0161 496 0000"),
        ("Mobile: +44 (0)7700 900123", "requester_phone", "+44 7700 900123"),
        ("Contact number: 07700900123", "requester_phone", "07700900123"),
        ("You can ring me on 07700 900123.", "requester_phone", "07700 900123"),
        ("E-mail address: Cris@X.example", "requester_email", "cris@x.example"),
        ("Email:\nCris <cris@x.example>", "requester_email", "cris@x.example"),
        ("Postcode: ol42qu", "postcode", "OL4 2QU"),
        ("Address: 1 High Street, Oldham OL4 2QU", "postcode", "OL4 2QU"),
        ("Postcode: OL4-2QU", "postcode", "OL4-2QU"),
        ("Postcode: 0L4 2QU", "postcode", "0L4 2QU"),
        ("ODS code: VNHWE", "given_code", "VNHWE"),
        ("CQC location ID: 1-312 717 396", "cqc_location_id", "1-312717396"),
        ("CQC location ID: l-3127I7396", "cqc_location_id", "1-312717396"),
        ("We are at 1 High Street, Oldham, ol4 2qu", "postcode", "OL4 2QU"),
        ("CQC location ID: 1-123456789", "cqc_location_id", "1-123456789"),
        ("CQC Provider ID (10 digits): 1 \u2013 1234567890", "cqc_provider_id", "1-1234567890"),
        ("CQC number: 1-123456789", "cqc_location_id", "1-123456789"),
        ("Our CQC number is 1-123456789 as of May", "cqc_location_id", "1-123456789"),
        ("Our provider id is 1-123456789", "cqc_provider_id", "1-123456789"),
        ("ODS code: vm1ab", "given_code", "VM1AB"),
        ("Is our ODS code VM1AB still right", "given_code", "VM1AB"),
        ("Type of service: residential", "kind", Kind.CARE_HOME),
        ("Type of service: Domiciliary care agency", "kind", Kind.DOMICILIARY),
        ("We are a nursing home", "kind", Kind.CARE_HOME),
        ("We are a homecare provider", "kind", Kind.DOMICILIARY),
        ("[x] Care home [ ] Domiciliary", "kind", Kind.CARE_HOME),
        ("Care home \u2610 Domiciliary \u2611", "kind", Kind.DOMICILIARY),
        ("Type of service:\n\u2610 Care home\n\u2612 Home care", "kind", Kind.DOMICILIARY),
        ("Care home: no\nDomiciliary: yes", "kind", Kind.DOMICILIARY),
        ("Company: Rose Cottage Care Home", "kind", Kind.CARE_HOME),
        ("Purpose: DSPT", "purposes", ("DSPT",)),
        ("What do you need the code for? NHS mail", "purposes", ("NHSmail",)),
        ("[ ] DSPT [x] NHSmail", "purposes", ("NHSmail",)),
        ("for the Data Security toolkit and nhs.net", "purposes", ("DSPT", "NHSmail")),
        ("Reason for urgency: we open on Monday", "urgent_reason", "we open on Monday"),
        ("Urgent? Yes, we open on Monday", "urgent_reason", "we open on Monday"),
        ("Urgent: yes\nNeeded by: 9 March", "urgent_reason", "needed by 9 March"),
    ],
)
def test_the_text_of_a_mail_is_read_in_many_layouts(line: str, field: str, value: object):
    request = read(f"Dear desk,\n\n{line}\n\nKind regards\nAnne")

    assert getattr(request, field) == value
    assert request.found_in[field].place == "text of the mail"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("Name:\n\nKind regards", "organisation"),
        ("Organisation:\nTel: 0161 496 0000", "organisation"),
        ("Organisation: n/a", "organisation"),
        ("ODS code: we do not have one", "given_code"),
        ("Please give us an ODS code for our home", "given_code"),
        ("Telephone: see below", "requester_phone"),
        ("Our number is 1-123456789012", "cqc_location_id"),
        ("Call 1-123456789", "requester_phone"),
        ("[x] Care home [x] Domiciliary", "kind"),
        ("[ ] Care home [ ] Domiciliary", "kind"),
        ("Are you a care home or domiciliary?", "kind"),
        ("Version A1 2BC3 of the form", "postcode"),
        ("ODS code: our VALUE", "given_code"),
        ("Urgent? no", "urgent_reason"),
    ],
)
def test_what_is_no_answer_is_not_read_as_one(line: str, field: str):
    request = read(line)

    assert not getattr(request, field)
    assert field not in request.found_in


def test_a_form_in_the_tables_of_a_page_is_read():
    page = (
        "<table><tr><td><p>Your name</p></td><td><p>Cris Jones</p></td></tr>"
        "<tr><td>Name of care home</td><td>Rose Cottage</td><td>Postcode</td><td>OL4 2QU</td></tr>"
        "<tr><td>Telephone</td><td></td></tr><tr><td>Needed</td><td>soon</td></tr></table>"
    )
    raw = f"From: a@x.example\nContent-Type: text/html\n\n{page}".encode()

    request = form.read(mail.read(raw))

    assert request.requester_name == "Cris Jones"
    assert request.organisation == "Rose Cottage"
    assert request.postcode == "OL4 2QU"
    assert request.requester_phone == ""


def test_fields_are_cut_to_length():
    request = read("Organisation: " + "x" * 500 + "\nReason for urgency: " + "y" * 5000)

    assert len(request.organisation) == 200
    assert len(request.urgent_reason) == 1000


words = st.sampled_from(
    [
        "Name",
        ":",
        "?",
        "\n",
        "\t",
        " ",
        "\u2612",
        "\u2610",
        "[x]",
        "Postcode",
        "OL4 2QU",
        "Urgent",
        "yes",
        "no",
        "Care home",
        "CQC number",
        "1-123456789",
        "On x wrote:",
        "> ",
        "- ",
        "DSPT",
        "0",
    ]
)


@given(st.lists(st.one_of(words, st.text(max_size=8)), max_size=60).map("".join))
@settings(deadline=None, max_examples=150)
def test_any_text_gives_a_request(text: str):
    request = read(text)

    assert not request.postcode or re.fullmatch(r"[A-Z0-9]{2,4} [A-Z0-9]{3}", request.postcode)
    assert all(getattr(request, field) for field in request.found_in)
