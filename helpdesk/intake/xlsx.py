"""Reads a request form made with a spreadsheet program."""

import io
import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time

from helpdesk.intake import characters, labels, layout
from helpdesk.intake.layout import Pair, Row
from helpdesk.intake.unopened import FormUnreadable
from helpdesk.intake.zipped import Package

KIND = "a spreadsheet"
MOST_SHEETS = 3
MOST_ROWS = 500
MOST_COLUMNS = 30
LONGEST = 1000

#: The parts that hold words; nothing else of the file is unpacked, no picture and no macro.
_WORDS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/_rels/workbook\.xml\.rels|xl/workbook\.xml"
    r"|xl/(?:sharedStrings|styles)\.xml|xl/worksheets/[^/]{1,60}\.xml",
    re.IGNORECASE,
)


def fields(content: bytes) -> list[Pair]:
    """The questions that are answered in the first three sheets that are shown.

    Raises FormUnreadable, with the reason, for what is not a spreadsheet or not a safe one.
    """
    plain = Package(content, KIND).plain(lambda name: bool(_WORDS.fullmatch(name)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It warns of all that it does not keep.
        try:
            rows = list(_rows(plain))
        except Exception:  # noqa: BLE001 - the library raises anything for what is not well made
            raise FormUnreadable(f"it is damaged, or not {KIND}") from None
    return layout.pairs(rows)


def _rows(plain: bytes) -> Iterator[Row]:
    from openpyxl import load_workbook  # noqa: PLC0415 - it is slow to load, and seldom needed

    book = load_workbook(io.BytesIO(plain), read_only=True, data_only=True, keep_links=False)
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    for sheet in shown[:MOST_SHEETS]:
        sheet.reset_dimensions()  # What a file says of its own size may be wrong.
        for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True):
            yield Row(_drawn_together(tuple(map(_words, row))), table=True)


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime | date) and not isinstance(value, time):
        return f"{value.day} {value:%B %Y}"
    return characters.text("" if value is None else str(value))[:LONGEST].strip()


def _drawn_together(cells: tuple[str, ...]) -> tuple[str, ...]:
    """A row with one label and one answer, however many empty cells lie between and behind them."""
    filled = [at for at, cell in enumerate(cells) if cell]
    told = tuple(cells[at] for at in filled)
    if len(told) == 2 and labels.fact(told[0]) and not labels.fact(told[1]):  # noqa: PLR2004
        return told
    return cells[: filled[-1] + 1] if filled else ()
