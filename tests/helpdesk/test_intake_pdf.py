"""How forms in PDF are read: with fields to fill in, printed, scanned, locked."""

import io
import logging

import pytest
from pypdf import PdfReader, PdfWriter

from helpdesk.intake import pdf
from helpdesk.intake.unopened import FormUnreadable
from tests.helpdesk.made_pdf import Field, pdf_file


def facts(content: bytes) -> dict[str, str]:
    return {pair.fact: pair.value for pair in pdf.fields(content)}


def test_a_field_answers_the_words_to_its_left():
    form = pdf_file(
        [(60, 700, "Your name"), (60, 670, "Name of care home"), (60, 640, "Telephone")],
        (
            Field("Tx", "Anne Archer", (200, 695, 400, 712)),
            Field("Tx", "Rose Cottage", (200, 665, 400, 682)),
            Field("Tx", "", (200, 635, 400, 652)),
        ),
    )

    assert facts(form) == {"requester_name": "Anne Archer", "organisation": "Rose Cottage"}


@pytest.mark.parametrize("label", ["Postcode", "Postcode \\(of the home\\)", "Your postcode?"])
@pytest.mark.parametrize("answer", [[(230, ": ZZ1 1AA")], [(230, ":"), (240, "ZZ1 1AA")]])
@pytest.mark.parametrize("far", [0, 60])
def test_a_colon_that_stands_apart_from_its_label_is_no_part_of_the_answer(
    label: str, answer: list[tuple[int, str]], far: int
):
    beside = [(x + far * at, 700, text) for at, (x, text) in enumerate(answer)]

    assert facts(pdf_file([(60, 700, label), *beside])) == {"postcode": "ZZ1 1AA"}


def test_a_field_answers_the_words_above_it():
    form = pdf_file(
        [(60, 700, "Your name"), (60, 650, "Postcode")],
        (
            Field("Tx", "Anne Archer", (60, 678, 400, 695)),
            Field("Tx", "ZZ1 1AA", (60, 628, 400, 645)),
        ),
    )

    assert facts(form) == {"requester_name": "Anne Archer", "postcode": "ZZ1 1AA"}


def test_of_boxes_only_what_is_ticked_is_read():
    form = pdf_file(
        [(60, 700, "Type of service"), (230, 700, "Care home"), (330, 700, "Domiciliary")],
        (
            Field("Btn", "Off", (210, 696, 224, 710)),
            Field("Btn", "Yes", (310, 696, 324, 710)),
        ),
    )

    assert facts(form) == {"domiciliary": "yes"} or facts(form) == {"kind": "Domiciliary"}


def test_a_field_with_nothing_beside_it_answers_its_own_name():
    form = pdf_file(
        [(60, 700, "Please fill in")],
        (
            Field("Tx", "1-123456789", (60, 500, 400, 520), "cqc_location_id"),
            Field("Tx", "VM1AB", (60, 400, 400, 420), "Text9", "ODS code"),
            Field("Btn", "Yes", (60, 300, 72, 312), "Check1", "NHSmail"),
            Field("Tx", "whatever", (60, 200, 400, 220), "Text10"),
        ),
    )

    assert facts(form) == {
        "cqc_location_id": "1-123456789",
        "given_code": "VM1AB",
        "nhsmail": "yes",
    }


def test_a_printed_form_is_read_by_where_its_words_stand():
    form = pdf_file(
        [
            (60, 700, "Your"),
            (86, 700, "name"),
            (230, 700, "Anne"),
            (260, 700, "Archer"),
            (60, 670, "Name of"),
            (60, 655, "organisation"),
            (230, 670, "Rose"),
            (60, 620, "Postcode: ZZ1 1AA   Tel: 01632 960123"),
            (60, 590, "CQC location ID"),
            (230, 590, "CQC provider ID"),
            (60, 570, "1-123456789"),
            (230, 570, "1-987654321"),
        ]
    )

    assert facts(form) == {
        "requester_name": "Anne Archer",
        "organisation": "Rose",
        "postcode": "ZZ1 1AA",
        "requester_phone": "01632 960123",
        "cqc_location_id": "1-123456789",
        "cqc_provider_id": "1-987654321",
    }


def locked(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_file([(60, 700, "Name: Anne Archer")]))))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def test_a_pdf_that_anybody_may_open_is_read_though_it_is_encrypted():
    assert facts(locked("")) == {"requester_name": "Anne Archer"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is damaged, or not a PDF"),
        (b"%PDF-1.7\n" + b"garbage " * 1000, "it is damaged, or not a PDF"),
        (pdf_file([]), "it holds no text, only pictures"),
        (locked("secret"), "it has a password"),
    ],
    ids=["empty", "garbage", "scan", "password"],
)
def test_what_cannot_be_read_says_why(content: bytes, reason: str):
    with pytest.raises(FormUnreadable, match=reason):
        pdf.fields(content)


def test_a_damaged_pdf_never_raises_anything_else_and_fills_no_log(caplog):
    good = pdf_file([(60, 700, "Name: Anne")], (Field("Tx", "x", (200, 695, 400, 712)),))

    for at in range(0, len(good), 11):
        for bad in (good[:at], good[:at] + b"\xff" + good[at + 1 :]):
            try:
                pdf.fields(bad)
            except FormUnreadable:
                continue

    assert not caplog.records
    assert logging.getLogger("pypdf").level == logging.NOTSET
