"""The desk's own request form as a Word document: blank for requesters, or filled in."""

import io
from collections.abc import Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell

from helpdesk.intake import PURPOSES, Kind, Request, characters

TITLE = "Request an ODS code"
LEAD = (
    "For adult social care providers in England. Fill in what you can, save the file, and send it "
    "to {address}. If you do not know something, leave it empty."
)

WIDTHS = (Cm(6), Cm(11))
BLUE = RGBColor(0x00, 0x5E, 0xB8)
PALE = "E8EDEE"
LINE = "AEB7BD"
GREY = "4C6272"

_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)


class Line(NamedTuple):
    """A row of the form: its label, the field of a Request that it asks for, and its prompt."""

    label: str
    field: str
    prompt: str


class Choice(NamedTuple):
    """A row of boxes to tick: each with its label and the answer that it stands for."""

    label: str
    field: str
    options: tuple[tuple[str, str], ...]


SECTIONS: tuple[tuple[str, tuple[Line | Choice, ...]], ...] = (
    (
        "About you",
        (
            Line("Your name", "requester_name", "Type your full name"),
            Line("Email address", "requester_email", "Type your email address"),
            Line("Telephone number", "requester_phone", "Type a number that we can ring"),
        ),
    ),
    (
        "About your organisation",
        (
            Line("Name of organisation", "organisation", "Type the name of the home or agency"),
            Line("Postcode", "postcode", "Type the postcode of the home or office"),
            Choice(
                "Type of service",
                "kind",
                (
                    ("Care home", Kind.CARE_HOME.value),
                    ("Domiciliary care (home care)", Kind.DOMICILIARY.value),
                ),
            ),
            Choice(
                "Are you an adult social care provider?",
                "adult_social_care",
                (("Yes", "yes"), ("No", "no")),
            ),
            Line("CQC location ID", "cqc_location_id", "1- and 9 to 11 digits, if you know it"),
            Line("CQC provider ID", "cqc_provider_id", "1- and 9 to 11 digits, if you know it"),
            Line("ODS code (if you have one)", "given_code", "Type the code"),
        ),
    ),
    (
        "About the code",
        (
            Choice(
                "What do you need the code for?",
                "purposes",
                (
                    ("Data Security and Protection Toolkit (DSPT)", PURPOSES[0]),
                    ("NHSmail", PURPOSES[1]),
                ),
            ),
            Choice("Is this urgent?", "urgent", (("Yes", "yes"), ("No", "no"))),
            Line("If it is urgent, why?", "urgent_reason", "For example: a system is installed"),
            Line("Needed by (date)", "needed_by", "Day, month and year"),
        ),
    ),
)


def blank(address: str) -> bytes:
    """The form with nothing in it, to be sent to this address once it is filled in."""
    return _written({}, address)


def filled(request: Request, address: str) -> bytes:
    """The form as somebody who asks for this would send it."""
    answers = {
        "kind": request.kind.value if request.kind else "",
        "adult_social_care": "yes",
        "purposes": " ".join(request.purposes),
        "urgent": "yes" if request.suggests_urgent else "no",
    }
    lines = (row.field for _, rows in SECTIONS for row in rows if isinstance(row, Line))
    return _written({name: getattr(request, name, "") for name in lines} | answers, address)


def _written(answers: dict[str, str], address: str) -> bytes:
    document = Document()
    _dress(document)
    document.add_heading(TITLE, level=0)
    document.add_paragraph(LEAD.format(address=address))
    for heading, rows in SECTIONS:
        document.add_heading(heading, level=1)
        table = document.add_table(rows=0, cols=2)
        table.alignment = WD_TABLE_ALIGNMENT.LEFT
        table.autofit = False
        for column, width in zip(table.columns, WIDTHS, strict=True):
            column.width = width
        _frame(table._tbl)  # noqa: SLF001 - the library has no other way to draw lines
        for row in rows:
            label, answer = table.add_row().cells
            _label(label, row.label)
            _control(answer, row, answers.get(row.field, ""))
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _dress(document: WordDocument) -> None:
    """Arial, the blue of the NHS, British English, and a title that a screen reader can say."""
    document.core_properties.title = TITLE
    document.core_properties.language = "en-GB"
    document.core_properties.author = ""
    document.core_properties.comments = ""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(1.6)
    for name, size, before, after in (
        ("Normal", 11, 0, 6),
        ("Title", 24, 0, 6),
        ("Heading 1", 14, 12, 4),
    ):
        style = document.styles[name]
        _speak_english(style.element.get_or_add_rPr())
        style.font.name, style.font.size = "Arial", Pt(size)
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
        if name != "Normal":
            style.font.color.rgb, style.font.bold = BLUE, True


def _speak_english(properties: BaseOxmlElement) -> None:
    """Also undoes the fonts and lines that the library's own styles bring along."""
    for tag in ("w:rFonts", "w:lang"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    properties.append(language)


def _frame(table: BaseOxmlElement) -> None:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="6" w:space="0" w:color="{LINE}"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 60), ("left", 115), ("bottom", 60), ("right", 115))
    )
    # The order matters to Word: these two before the layout, the margins behind it.
    layout = table.tblPr.find(qn("w:tblLayout"))
    layout.addprevious(parse_xml(f'<w:tblInd {_NAMES} w:w="115" w:type="dxa"/>'))
    layout.addprevious(parse_xml(f"<w:tblBorders {_NAMES}>{sides}</w:tblBorders>"))
    layout.addnext(parse_xml(f"<w:tblCellMar {_NAMES}>{margins}</w:tblCellMar>"))


def _label(cell: _Cell, label: str) -> None:
    cell.width = WIDTHS[0]
    shade = f'<w:shd {_NAMES} w:val="clear" w:color="auto" w:fill="{PALE}"/>'
    cell._tc.get_or_add_tcPr().append(parse_xml(shade))  # noqa: SLF001 - see _frame
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.add_run(label).bold = True


def _control(cell: _Cell, row: Line | Choice, answer: str) -> None:
    cell.width = WIDTHS[1]
    paragraph = cell.paragraphs[0]
    for number, content in enumerate(_contents(row, answer)):
        paragraph = cell.add_paragraph() if number else paragraph
        paragraph.paragraph_format.space_after = Pt(0)
        for element in content:
            paragraph._p.append(parse_xml(element))  # noqa: SLF001 - see _frame


def _contents(row: Line | Choice, answer: str) -> Iterator[tuple[str, ...]]:
    """The paragraphs of an answer's cell, each as the elements that it consists of."""
    if isinstance(row, Line):
        yield (_line(row, answer),)
        return
    for label, meaning in row.options:
        box = _box(f"{row.label} {label}", row.field, ticked=meaning in answer.split())
        yield box, _run(f" {label}")


def _line(row: Line, answer: str) -> str:
    prompt = "" if answer else "<w:showingPlcHdr/>"
    colour = "" if answer else f'<w:rPr><w:color w:val="{GREY}"/></w:rPr>'
    return (
        f'<w:sdt {_NAMES}><w:sdtPr><w:alias w:val="{escape(row.label)}"/>'
        f'<w:tag w:val="{row.field}"/>{prompt}<w:text/></w:sdtPr>'
        f"<w:sdtContent>{_run(answer or row.prompt, colour)}</w:sdtContent></w:sdt>"
    )


def _box(label: str, field: str, *, ticked: bool) -> str:
    font = (
        '<w:rPr><w:rFonts w:ascii="MS Gothic" w:eastAsia="MS Gothic" w:hAnsi="MS Gothic"/></w:rPr>'
    )
    return (
        f'<w:sdt {_NAMES}><w:sdtPr><w:alias w:val="{escape(label)}"/><w:tag w:val="{field}"/>'
        f'<w14:checkbox><w14:checked w14:val="{int(ticked)}"/>'
        '<w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
        '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr>'
        f"<w:sdtContent>{_run('☒' if ticked else '☐', font)}</w:sdtContent></w:sdt>"
    )


def _run(text: str, properties: str = "") -> str:
    words = escape(characters.text(text))
    return f'<w:r {_NAMES}>{properties}<w:t xml:space="preserve">{words}</w:t></w:r>'
