"""Where a fact was read and how sure that is; and what to do when two places do not agree."""

import base64
import io

import pytest
from openpyxl import Workbook

from helpdesk.intake import (
    Address,
    Attachment,
    Forwarded,
    Found,
    Message,
    Request,
    Surety,
    form,
    request_form,
)
from tests.helpdesk.made_pdf import pdf_file

ANNE = Address("Anne Archer", "anne@rosecottage.example")
BART = Address("Bart", "bart@ods.example")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORM = Request(organisation="Rose Cottage", postcode="ZZ1 1AA", cqc_location_id="1-123456789")


def a_message(text: str = "", sender: Address = ANNE, **more) -> Message:
    return Message(
        message_id=None,
        in_reply_to=(),
        references=(),
        sender=sender,
        reply_to=None,
        recipients=(),
        subject="Code",
        sent_at=None,
        text=text,
        **({"own": text} | more),
    )


def word(request: Request = FORM, name: str = "request.docx") -> Attachment:
    return Attachment(name, WORD, request_form.filled(request, "desk@ods.example"))


def spreadsheet(*rows: tuple[str, ...], name: str = "book.xlsx") -> Attachment:
    book, written = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(written)
    return Attachment(name, "application/octet-stream", written.getvalue())


def read(text: str = "", *files: Attachment, **more) -> Request:
    return form.read(a_message(text, attachments=files, **more))


@pytest.mark.parametrize(
    ("text", "field", "place", "surety"),
    [
        ("Postcode: ZZ1 1AA", "postcode", "text of the mail", Surety.SURE),
        ("Postcdoe: ZZ1 1AA", "postcode", "text of the mail", Surety.LIKELY),
        ("Our postcode is ZZ1 1AA", "postcode", "text of the mail", Surety.LIKELY),
        ("We are in ZZ1 1AA", "postcode", "text of the mail", Surety.GUESSED),
        ("CQC number: 1-123456789", "cqc_location_id", "text of the mail", Surety.LIKELY),
        ("Hello\n\nRegards\nAnne\n01632 960123", "requester_phone", "signature", Surety.LIKELY),
        ("Hello", "requester_email", "sender", Surety.LIKELY),
    ],
)
def test_a_fact_says_where_it_was_read_and_how_sure_that_is(
    text: str, field: str, place: str, surety: Surety
):
    assert read(text).found_in[field] == Found(place, surety)


def test_a_form_and_a_text_that_do_not_agree_are_told_of():
    request = read("We moved: the postcode is ZZ2 2BB now, CQC ID 1-123456789.", word())

    assert request.postcode == "ZZ1 1AA"
    assert request.doubts == ("the form says ZZ1 1AA, the text ZZ2 2BB",)


def test_another_code_in_the_address_of_the_sender_is_told_of():
    asked = word(Request(organisation="Rose Cottage", given_code="VM1AB"))

    request = read("Hello", asked, sender=Address("", "care.vm2cd@nhs.net"))

    assert request.given_code == "VM1AB"
    assert request.doubts == ("the form says VM1AB, the sender's address VM2CD",)


def test_the_postcode_of_a_head_office_below_a_name_is_no_doubt():
    assert read("Please see the form.\n\nRegards\nAnne\nHead Office, ZZ9 9ZZ", word()).doubts == ()


def test_a_location_and_a_provider_in_any_order_are_no_doubt():
    both = Request(cqc_location_id="1-123456789", cqc_provider_id="1-987654321")

    assert read("Our CQC number is 1-987654321.", word(both)).doubts == ()


def test_what_an_agent_forwards_is_read_and_the_agent_signs_for_nobody_else():
    letter = "Hello\nPostcode: ZZ1 1AA\n\nRegards\nAnne Archer\nRose Cottage Care Home"
    forwarded = Forwarded(ANNE, "Our code", letter)
    own = "Please raise this.\n\nRegards\nBart Baker\n01632 960999"

    request = form.read(a_message(f"{own}\n{letter}", BART, own=own, forwarded=forwarded))

    assert request.postcode == "ZZ1 1AA"
    assert request.organisation == "Rose Cottage Care Home"
    assert request.requester_phone == ""
    assert request.requester_email == "bart@ods.example"
    assert request.found_in["requester_name"].place == "sender"
    assert request.found_in["postcode"] == Found("forwarded mail", Surety.SURE)


def test_a_form_in_an_attached_mail_is_read():
    inner = (
        b"From: Anne <anne@rosecottage.example>\nContent-Type: multipart/mixed; boundary=x\n\n"
        b"--x\n\nTel: 01632 960123\n--x\nContent-Transfer-Encoding: base64\n"
        b"Content-Disposition: attachment; filename=request.docx\n\n"
    )
    whole = inner + base64.encodebytes(word().content) + b"\n--x--\n"

    request = read("See the mail.", Attachment("code.eml", "message/rfc822", whole))

    assert request.organisation == "Rose Cottage"
    assert request.found_in["organisation"].place == "form request.docx in the attached mail"
    assert request.found_in["requester_phone"].place == "attached mail"


def test_forms_of_every_kind_are_read():
    rows = ("Organisation", "Rose Cottage"), ("ODS code", "VM1AB")
    page = [(60, 700, "Organisation"), (230, 700, "Rose Cottage"), (60, 670, "ODS code: VM1AB")]
    files = (
        spreadsheet(*rows),
        spreadsheet(*rows, name="book.xlsm"),
        Attachment("page.pdf", "application/pdf", pdf_file(page)),
        word(Request(organisation="Rose Cottage", given_code="VM1AB"), name="page.docm"),
    )

    for file in files:
        request = read("", file)
        assert (request.organisation, request.given_code) == ("Rose Cottage", "VM1AB")
        assert request.found_in["organisation"] == Found(f"form {file.name}", Surety.SURE)


def test_a_file_that_may_be_something_else_counts_after_the_text():
    invoice = spreadsheet(("Organisation", "Paper and Pens"), ("Telephone", "01632 960999"))

    request = read("Organisation: Rose Cottage", invoice)

    assert request.organisation == "Rose Cottage"
    assert request.found_in["requester_phone"] == Found("form book.xlsx", Surety.LIKELY)


def test_two_copies_of_one_form_are_no_trouble():
    page = [(60, 700, "Organisation: Rose Cottage"), (60, 670, "Postcode: ZZ1 1AA")]
    copy = Attachment("ODS form.pdf", "application/pdf", pdf_file(page))

    assert read("", copy, word()).unreadable == ""


def test_a_picture_that_may_be_the_form_is_for_a_person():
    photo = Attachment("IMG_0001.jpg", "image/jpeg", bytes(50_000))
    logo = Attachment("image001.png", "image/png", bytes(5_000))

    assert read("Hello", photo, logo).unreadable == "a person has to open IMG_0001.jpg"
    assert read("Postcode: ZZ1 1AA", photo).unreadable == ""
