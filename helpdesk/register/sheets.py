"""Finds the register's table among the sheets of a workbook, whichever program wrote it."""

from collections.abc import Iterator
from itertools import chain, groupby, islice
from pathlib import Path

from helpdesk.errors import FileUnreadable
from helpdesk.register import ods_sheets, xlsx_parts, xlsx_sheets
from helpdesk.register.cells import SheetRow
from helpdesk.register.counted import Meter
from helpdesk.register.packed import Package
from helpdesk.register.tables import NO_SUCH_TABLE, PREAMBLE, Line, Table, headed, said_on


def sheet_of(path: Path, entries: int, meter: Meter) -> Table:
    """The table in one of the sheets; FileUnreadable if there is none.

    `entries` is how many files the bytes of the workbook speak of.
    """
    on = None  # a sheet of explanations may come first, and name the day
    for _, rows in groupby(_rows(path, entries, meter), key=lambda row: row.sheet):
        lines = (Line(row.number, row.row) for row in rows)
        top = list(islice(lines, PREAMBLE))
        on = on or said_on(top)
        if found := headed(path.name, chain(top, lines), is_padded=True):
            return found._replace(said_on=found.said_on or on)
    raise FileUnreadable(f"{path.name} {NO_SUCH_TABLE}")


def _rows(path: Path, entries: int, meter: Meter) -> Iterator[SheetRow]:
    package = Package(path, entries, meter)
    if workbook := xlsx_parts.workbook_of(package):
        return xlsx_sheets.rows_of(package, path.name, workbook)
    if ods_sheets.CONTENT in package.names:
        return ods_sheets.rows_of(package, path.name)
    raise FileUnreadable(
        f"{path.name} is a zip file, but no spreadsheet: unpack it, and load what is in it"
    )
