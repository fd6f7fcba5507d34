"""Boxes to tick: how they are drawn and filled in, and what only looks like the label of one."""

import io
import time
import zipfile

import pytest
from docx import Document

from helpdesk.intake import docx

SECONDS = 10
NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def word_file(body: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        document = f"<w:document {NAMES}><w:body>{body}</w:body></w:document>"
        package.writestr("word/document.xml", document)
    return packed.getvalue()


def words(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def cell(*contents: str) -> str:
    return f"<w:tc>{''.join(contents)}</w:tc>"


def control(content: str, settings: str = "<w:sdtPr/>") -> str:
    return f"<w:sdt>{settings}<w:sdtContent>{content}</w:sdtContent></w:sdt>"


def table(*rows: tuple[str, ...]) -> bytes:
    """A table as people draw it."""
    document = Document()
    drawn = document.add_table(rows=len(rows), cols=max(map(len, rows)))
    for row, texts in zip(drawn.rows, rows, strict=True):
        for place, text in zip(row.cells, texts, strict=False):
            place.text = text
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def facts(content: bytes) -> dict[str, str]:
    return {pair.fact: pair.value for pair in docx.fields(content)}


def checkbox(content: str, checked: str = "0") -> str:
    setting = f'<w14:checkbox><w14:checked w14:val="{checked}"/></w14:checkbox>'
    return control(content, f"<w:sdtPr>{setting}</w:sdtPr>")


@pytest.mark.parametrize("typed", ["\u2612", "\u2611", "\u2714", "x", "X", "\u2610x", "Yes", "[x]"])
def test_a_box_is_ticked_by_its_sign_or_by_what_is_typed_over_it(typed: str):
    box = checkbox(words(typed))

    assert facts(word_file(paragraph(box, words("Care home")))) == {"care_home": "yes"}


def test_a_box_is_ticked_by_its_setting_whatever_its_sign():
    box = checkbox(words("\u2610"), "1")

    assert facts(word_file(paragraph(box, words("Care home")))) == {"care_home": "yes"}


def test_a_box_may_have_a_paragraph_or_a_cell_of_its_own():
    sign, label = paragraph(words("\u2610")), cell(paragraph(words("NHSmail")))
    inner = f"<w:tr>{cell(checkbox(sign, '1'))}{label}</w:tr>"
    outer = f"<w:tr>{checkbox(cell(sign), '1')}{label}</w:tr>"

    for row in (inner, outer):
        assert facts(word_file(f"<w:tbl>{row}</w:tbl>")) == {"nhsmail": "yes"}
    block = checkbox(paragraph(words("\u2610 NHSmail")), "1")
    assert facts(word_file(block)) == {"nhsmail": "yes"}


@pytest.mark.parametrize("typed", ["\u2610", "", "no", "-"])
def test_a_box_that_nothing_says_is_ticked_is_open(typed: str):
    assert facts(word_file(paragraph(checkbox(words(typed)), words("Care home")))) == {}


@pytest.mark.parametrize(
    "rows",
    [
        [("Organisation", "Home Care Oldham"), ("Type of service", "Domiciliary care")],
        [("Organisation", "Type of service"), ("Home Care Oldham", "Domiciliary care")],
        [("Organisation",), ("Home Care Oldham",), ("Type of service",), ("Domiciliary care",)],
        [("Organisation\nHome Care Oldham",), ("Type of service\nDomiciliary care",)],
    ],
)
def test_an_answer_may_begin_like_the_label_of_a_box(rows: list[tuple[str, ...]]):
    assert facts(table(*rows)) == {"organisation": "Home Care Oldham", "kind": "Domiciliary care"}


@pytest.mark.parametrize(
    "rows",
    [
        [("Your name", "DSPT", "NHSmail"), ("Anne", "yes", "no")],
        [("Your name", "DSPT"), ("Anne", "\u2612")],
        [("Your name",), ("Anne",), ("DSPT",), ("\u2612",)],
    ],
)
def test_the_label_of_a_box_is_no_answer_to_the_question_before(rows: list[tuple[str, ...]]):
    assert facts(table(*rows)) == {"requester_name": "Anne", "dspt": "yes"} | (
        {"nhsmail": "no"} if len(rows[0]) > 2 else {}
    )


@pytest.mark.parametrize(
    "rows",
    [
        [("What do you need the code for?\nDSPT: no\nNHSmail: yes",)],
        [("What do you need the code for?", "DSPT: no"), ("NHSmail: yes", "")],
        [("What do you need the code for?", "DSPT", "no"), ("", "NHSmail", "yes")],
    ],
)
def test_a_label_with_its_own_answer_is_no_answer(rows: list[tuple[str, ...]]):
    assert facts(table(*rows)) == {"dspt": "no", "nhsmail": "yes"}


def test_a_reason_may_be_ticked_but_a_box_of_its_own_is_none():
    reason = ("If it is urgent, why?", "\u2612 inspection on Friday \u2610 other")
    option = ("If it is urgent, why?", "\u2612 NHSmail")

    assert facts(table(reason)) == {"urgent_reason": "inspection on Friday"}
    assert facts(table(option)) == {"nhsmail": "yes"}


def test_a_row_without_end_costs_little():
    begun = time.process_time()

    docx.fields(word_file(f"<w:tbl><w:tr>{cell(paragraph(words('DSPT'))) * 30_000}</w:tr></w:tbl>"))

    assert time.process_time() - begun < SECONDS


def test_a_reason_below_its_question_is_not_the_question_beside_it():
    rows = ("If it is urgent, why?", "Needed by"), ("DSPT deadline is Friday", "3 December 2026")

    found = facts(table(*rows))

    assert found == {"urgent_reason": "DSPT deadline is Friday", "needed_by": "3 December 2026"}
