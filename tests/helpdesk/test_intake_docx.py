"""How forms made with Word are read, whoever drew them up; and the form of the desk's own."""

import io
import zipfile

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.intake import Kind, Request, docx, request_form

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
PROMPT = "<w:sdtPr><w:showingPlcHdr/></w:sdtPr>"


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


@pytest.mark.parametrize(
    "rows",
    [
        [("Your name", "Anne Smith"), ("Telephone", "0161 496 0000")],
        [("Your name", "Anne Smith", "Telephone", "0161 496 0000")],
        [("Your name", "Telephone"), ("Anne Smith", "0161 496 0000")],
        [("Your name",), ("Anne Smith",), ("Telephone",), ("0161 496 0000",)],
        [("Your name: Anne Smith",), ("Telephone: 0161 496 0000",)],
        [("Your name\nAnne Smith", "Telephone\n0161 496 0000")],
        [("Your name: Anne Smith\nTelephone: 0161 496 0000",)],
        [("About you", ""), ("Your name *", "Anne Smith"), ("2. Telephone:", "0161 496 0000")],
    ],
)
def test_labels_may_stand_beside_above_or_several_a_row(rows: list[tuple[str, ...]]):
    found = facts(table(*rows))

    assert found == {"requester_name": "Anne Smith", "requester_phone": "0161 496 0000"}


@pytest.mark.parametrize(
    "rows",
    [
        [("Type of service", "\u2612 Care home  \u2610 Domiciliary"), ("Urgent?", "\u2612 No")],
        [("Type of service", "\u2610 Domiciliary\n\u2611 Care home")],
        [("Type of service", "Care home \u2612 Domiciliary \u2610")],
        [("Type of service: [x] Care home [ ] Domiciliary",)],
    ],
)
def test_of_a_choice_the_ticked_box_is_the_answer(rows: list[tuple[str, ...]]):
    assert facts(table(*rows))["kind"] == "Care home"


@pytest.mark.parametrize(
    "rows",
    [
        [("Care home", "\u2610", "Domiciliary", "\u2612")],
        [("Care home", "\u2610"), ("Domiciliary", "\u2612")],
        [("\u2610", "Care home"), ("\u2612", "Domiciliary")],
        [("Type of service", "\u2610", "Care home", "\u2612", "Domiciliary")],
        [("\u2610 Care home", "\u2612 Domiciliary")],
        [("Care home: \u2610   Domiciliary: \u2612",)],
        [("Care home", "no"), ("Domiciliary", "yes")],
    ],
)
def test_a_box_may_stand_before_or_behind_its_label(rows: list[tuple[str, ...]]):
    found = facts(table(*rows))

    assert found.pop("domiciliary") == "yes"
    assert found.get("care_home", "no") == "no"
    assert found.keys() <= {"care_home"}


def test_an_empty_answer_is_not_taken_from_the_next_question():
    assert facts(table(("Your name", ""), ("Colour of your door", "blue"))) == {}


def test_content_controls_are_read_wherever_word_puts_them():
    name = paragraph(words("Name: "), control(words("Anne Smith")))
    block = control(paragraph(words("Postcode: OL4 2QU")))
    number = control(cell(paragraph(words("0161"))))
    row = f"<w:tr>{cell(paragraph(words('Telephone')))}{number}</w:tr>"
    inner = cell(paragraph(words("Email"))) + cell(control(paragraph(words("anne@x.example"))))
    rows = control(f"<w:tr>{inner}</w:tr>")

    found = facts(word_file(f"{name}{block}<w:tbl>{row}{rows}</w:tbl>"))

    assert found == {
        "requester_name": "Anne Smith",
        "postcode": "OL4 2QU",
        "requester_phone": "0161",
        "requester_email": "anne@x.example",
    }


def test_a_prompt_is_no_answer():
    prompt = words("Click here")
    name = paragraph(words("Name: "), control(prompt, PROMPT))
    block = paragraph(words("Postcode:")) + control(paragraph(prompt), PROMPT)
    row = (
        f"<w:tr>{cell(paragraph(words('Telephone')))}{control(cell(paragraph(prompt)), PROMPT)}"
        f"{cell(paragraph(words('Email')))}{cell(control(paragraph(prompt), PROMPT))}</w:tr>"
    )

    assert facts(word_file(f"{name}{block}<w:tbl>{row}</w:tbl>")) == {}


def test_boxes_of_every_age_are_read():
    new = '<w:sdtPr><w14:checkbox><w14:checked w14:val="{}"/></w14:checkbox></w:sdtPr>'
    field = "<w:ffData><w:checkBox>{}</w:checkBox></w:ffData>"
    old = f'<w:r><w:fldChar w:fldCharType="begin">{field}</w:fldChar></w:r>'
    symbol = '<w:r><w:sym w:font="Wingdings" w:char="{}"/></w:r>'

    found = facts(
        word_file(
            paragraph(control(words("\u2610"), new.format("true")), words("DSPT"))
            + paragraph(control(words("\u2610"), new.format("0")), words("Care home"))
            + paragraph(old.format('<w:default w:val="0"/><w:checked/>'), words("NHSmail"))
            + paragraph(old.format('<w:default w:val="0"/>'), words("Urgent"))
            + paragraph(symbol.format("F0FE"), words("Domiciliary care"))
            + paragraph(symbol.format("F0A8"), words("Care home"))
        )
    )

    assert found == {"dspt": "yes", "nhsmail": "yes", "domiciliary": "yes"}


def test_what_was_deleted_or_is_there_twice_is_read_once():
    deleted = f"<w:del>{words('Bart')}</w:del><w:ins>{words('Anne')}</w:ins>"
    box = f"<w:txbxContent>{paragraph(words('Postcode: OL4 2QU'))}</w:txbxContent>"
    twice = (
        f"<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    )

    found = docx.fields(
        word_file(
            paragraph(words("Name: "), deleted) + paragraph(f"{twice}</mc:AlternateContent></w:r>")
        )
    )

    assert [(pair.fact, pair.value) for pair in found] == [
        ("requester_name", "Anne"),
        ("postcode", "OL4 2QU"),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "damaged, or not a Word document"),
        (b"hello", "damaged, or not a Word document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "it has a password",
        ),
        (word_file("<w:p>"), "damaged, or not a Word document"),
    ],
)
def test_what_cannot_be_opened_says_why(content: bytes, reason: str):
    with pytest.raises(docx.FormUnreadable, match=reason):
        docx.fields(content)


def test_another_kind_of_package_is_no_form():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("xl/workbook.xml", "<workbook/>")

    with pytest.raises(docx.FormUnreadable, match="not a Word document"):
        docx.fields(packed.getvalue())


def test_the_blank_form_says_where_to_send_it_and_speaks_english():
    blank = request_form.blank("desk@ods.example")

    document = Document(io.BytesIO(blank))
    assert "desk@ods.example" in document.paragraphs[1].text
    assert document.core_properties.title == "Request an ODS code"
    assert document.core_properties.language == "en-GB"
    assert docx.fields(blank) == []


def test_every_question_of_the_form_is_understood():
    full = Request(
        requester_name="Anne & <Cris>",
        requester_email="anne@rosecottage.example",
        requester_phone="0161 496 0000",
        organisation="Rose Cottage",
        postcode="OL4 2QU",
        kind=Kind.CARE_HOME,
        cqc_location_id="1-123456789",
        cqc_provider_id="1-987654321",
        given_code="VM1AB",
        purposes=("DSPT",),
        urgent_reason="a system goes in",
        suggests_urgent=True,
    )

    found = docx.fields(request_form.filled(full, "desk@ods.example"))

    questions = {row.label for _, rows in request_form.SECTIONS for row in rows}
    answered = {f"{pair.label}" for pair in found}
    assert {question.rstrip("?") for question in questions} - answered == {"Needed by (date)"}
    assert found[0].value == "Anne & <Cris>"


@given(st.text(max_size=60), st.text(max_size=60))
@settings(deadline=None, max_examples=50)
def test_any_words_can_be_written_into_the_form(name: str, reason: str):
    request = Request(requester_name=name, urgent_reason=reason)

    written = request_form.filled(request, "desk@ods.example")

    assert isinstance(docx.fields(written), list)
