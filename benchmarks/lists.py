"""Writes a made-up list of active locations of any size, as .csv, .xlsx or .ods."""

import csv
import random
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

ROWS = 56_000
SEED = 17

HEADINGS = [
    *("Location ID", "Location HSCA start date", "Dormant (Y/N)", "Care home?", "Location Name"),
    *("Location ODS Code", "Location Telephone Number", "Registered manager"),
    *("Location Web Address", "Care homes beds", "Location Type/Sector"),
    *("Location Inspection Directorate", "Location Primary Inspection Category"),
    *("Location Latest Overall Rating", "Publication Date", "Location Region"),
    *("Location Local Authority", "Location Latitude", "Location Longitude"),
    *("Location Street Address", "Location Address Line 2", "Location City", "Location County"),
    *("Location Postal Code", "Brand ID", "Brand Name", "Provider ID", "Provider Name"),
    *("Provider Telephone Number", "Provider Street Address", "Provider City"),
    *("Provider Postal Code", "Provider Nominated Individual Name"),
    *(f"Regulated activity - number {number}" for number in range(1, 15)),
    "Service type - Care home service without nursing",
    "Service type - Domiciliary care service",
    *(f"Service type - number {number}" for number in range(3, 34)),
    *(f"Service user band - number {number}" for number in range(1, 43)),
]
"""The 122 headings: those that count, and about as many that do not as a published list has."""

PHONE = HEADINGS.index("Location Telephone Number")

FIRST = ("Rose", "Ash", "Willow", "Ivy", "Holly", "Oak", "Elm", "Fern", "Hazel", "Heather")
SECOND = ("Cottage", "Court", "Grange", "House", "Lodge", "Manor", "View", "Lea", "Bank", "Hall")
TOWNS = ("Oldtown", "Newtown", "Midtown", "Northwick", "Southwick", "Eastham", "Westham")
LETTERS = "ACDEFGHJKLMNPQRTVWXY0123456789"


def rows(count: int = ROWS, *, is_next: bool = False) -> Iterator[list[str]]:
    """The headings, and then `count` rows: the same ones each time.

    The list that comes next has another telephone number in each tenth row.
    """
    yield HEADINGS
    choice = random.Random(SEED)  # noqa: S311  # made-up rows are no secret
    for number in range(count):
        row = _row(number, choice)
        if is_next and number % 10 == 0:
            row[PHONE] = f"01633{number:06}"
        yield row


def write(path: Path, count: int = ROWS, *, is_next: bool = False) -> None:
    """Write such a list to `path`, as its ending says."""
    table = rows(count, is_next=is_next)
    {".csv": _csv, ".xlsx": _xlsx, ".ods": _ods}[path.suffix](path, table)


def _row(number: int, choice: random.Random) -> list[str]:
    name = f"{choice.choice(FIRST)} {choice.choice(SECOND)} {number}"
    provider = number // 2
    town = choice.choice(TOWNS)
    is_home = choice.random() < 0.5
    code = "V" + "".join(
        LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(4)
    )
    start = [
        *(f"1-{1_000_000_000 + number}", "20/01/2011", "N", "Y" if is_home else "N", name, code),
        *(f"01632{number:06}", f"Person {number}", f"www.place{number}.example", str(number % 90)),
        *("Social Care Org", "Adult social care", "Residential social care", "Good", "01/02/2025"),
        *("North", town, f"{50 + number / ROWS:.6f}", f"-{number / ROWS:.6f}"),
        *(f"{number % 200 + 1} {choice.choice(FIRST)} Street", "", town, "Oldshire"),
        *(f"ZZ{number % 90 + 1} {number % 9 + 1}AA", "-", "-", f"1-{2_000_000_000 + provider}"),
        *(f"{choice.choice(FIRST)} Care {provider} Ltd", f"01632{provider:06}"),
        *(f"{provider % 200 + 1} High Street", town, f"ZZ{provider % 90 + 1} 1AA"),
        f"Person {provider}",
    ]
    flags = ["Y" if choice.random() < 0.1 else "" for _ in HEADINGS[len(start) :]]
    flags[14:16] = ["Y", ""] if is_home else ["", "Y"]
    return start + flags


def _csv(path: Path, table: Iterable[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows(table)


def _xlsx(path: Path, table: Iterable[list[str]]) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    shared: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{links}"><Relationship Id="r1" Type="{office}/officeDocument"'
            ' Target="xl/workbook.xml"/></Relationships>',
        )
        package.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            '<sheet name="HSCA_Active_Locations" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        package.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{links}"><Relationship Id="r1" Type="{office}/worksheet"'
            f' Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{office}/sharedStrings"'
            ' Target="sharedStrings.xml"/></Relationships>',
        )
        with package.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{main}"><sheetData>'.encode())
            for number, row in enumerate(table, start=1):
                cells = "".join(
                    f'<c r="{_letters(at)}{number}" t="s"><v>{shared.setdefault(cell, len(shared))}'
                    "</v></c>"
                    for at, cell in enumerate(row)
                    if cell
                )
                sheet.write(f'<row r="{number}">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")
        with package.open("xl/sharedStrings.xml", "w") as strings:
            strings.write(f'<sst xmlns="{main}">'.encode())
            for text in shared:
                strings.write(f"<si><t>{escape(text)}</t></si>".encode())
            strings.write(b"</sst>")


def _letters(at: int) -> str:
    return (chr(64 + at // 26) if at >= 26 else "") + chr(65 + at % 26)


def _ods(path: Path, table: Iterable[list[str]]) -> None:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        with package.open("content.xml", "w") as content:
            content.write(
                f"<office:document-content {spaces}><office:body><office:spreadsheet>"
                '<table:table table:name="HSCA_Active_Locations">'.encode()
            )
            for row in table:
                cells = "".join(
                    '<table:table-cell office:value-type="string" table:style-name="ce1">'
                    f"<text:p>{escape(cell)}</text:p></table:table-cell>"
                    if cell
                    else '<table:table-cell table:style-name="ce1"/>'
                    for cell in row
                )
                content.write(
                    f'<table:table-row table:style-name="ro1">{cells}</table:table-row>'.encode()
                )
            content.write(
                b'<table:table-row table:number-rows-repeated="992575"><table:table-cell'
                b' table:number-columns-repeated="16384"/></table:table-row></table:table>'
                b"</office:spreadsheet></office:body></office:document-content>"
            )
