"""Register files made for the tests: of text, and workbooks, OpenDocument's by hand or Excel's."""

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from helpdesk.register.files import Piece, opened

HEADINGS = [
    *("Location ID", "Location HSCA start date", "Care home?", "Location Name"),
    *("Location ODS Code", "Location Telephone Number", "Registered manager"),
    *("Location Inspection Directorate", "Location Postal Code", "Provider ID", "Provider Name"),
]
ROSE = [
    *("1-100000001", "20/01/2011", "Y", "Rose Cottage", "VQ00A", "01632960123", "Secretperson"),
    *("Adult social care", "ZZ1 1AA", "1-200000001", "Rose Care Ltd"),
]
DUAL = ["Location ID", "Location Name", "Provider ID", "Provider Name", "Linked Organisation ID"]

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file with this name and content, and gives its path."""

    def write(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def read(path: Path) -> Iterator[Piece]:
    """What the file at `path` says, piece by piece."""
    return opened(path).pieces


def cell(text: str, attributes: str = 'office:value-type="string"') -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


def row(*cells: str, attributes: str = "") -> str:
    """A row of cells: those that are no XML yet are made so."""
    made = "".join(each if each.startswith("<") else cell(each) for each in cells)
    return f"<table:table-row {attributes}>{made}</table:table-row>"


def sheet(*rows: str) -> str:
    return f"<table:table>{''.join(rows)}</table:table>"


def ods(path: Path, *sheets: str, **parts: str) -> Path:
    """An .ods file with these sheets; `parts` may replace its content, or add to it."""
    content = (
        f"<office:document-content {SPACES}><office:body><office:spreadsheet>{''.join(sheets)}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return packed(path, {"content.xml": parts.get("content", content)} | parts)


def xlsx(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        made = book.create_sheet(name)
        for each in rows:
            made.append(each)
    book.save(path)
    return path


def bare_xlsx(path: Path, rows: str, strings: str = "", book: str = "") -> Path:
    """An .xlsx file whose sheet and shared texts are written out by hand."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    link = '<Relationship Id="{}" Type="' + office + '/{}" Target="{}"/>'
    return packed(
        path,
        {
            "_rels/.rels": f"<Relationships {links}>"
            f"{link.format('r1', 'officeDocument', 'xl/workbook.xml')}</Relationships>",
            "xl/workbook.xml": f'<workbook {main} xmlns:r="{office}">{book}<sheets>'
            '<sheet name="one" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f"<Relationships {links}>"
            f"{link.format('r1', 'worksheet', '/xl/sheet.xml')}"
            f"{link.format('r2', 'sharedStrings', 'strings.xml')}</Relationships>",
            "xl/sheet.xml": f"<worksheet {main}><sheetData>{rows}</sheetData></worksheet>",
            "xl/strings.xml": f"<sst {main}>{strings}</sst>",
        },
    )


def packed(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path
