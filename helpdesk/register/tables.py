"""Reads the register files that are tables (CSV): which of them one is, and then row by row."""

import csv
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from helpdesk.errors import BadValue, FileUnreadable
from helpdesk.register.cqc_tables import columns_of
from helpdesk.register.entries import Entry, Reject, Skip
from helpdesk.register.ods_tables import level_of

PREAMBLE = 25
"""How many lines may stand above the headings."""


class _Line(NamedTuple):
    number: int  #: the line of the file that the row ends on
    row: list[str]
    why: str = ""  #: why it cannot be read; "" if it can


def read_table(path: Path, encoding: str) -> Iterator[Entry | Reject | Skip]:
    """The rows of one table; FileUnreadable, before the first, if its shape is none we know."""
    top = list(islice(_lines(path, encoding), PREAMBLE))
    for above, line in enumerate(top):
        if columns := columns_of(path.name, line.row):
            return _entries(path, islice(_lines(path, encoding), above + 1, None), columns.entry)
    if entry := level_of(path.name, [line.row for line in top]):
        return _entries(path, _lines(path, encoding), entry)
    raise FileUnreadable(
        f"{path.name} is none of the register files that are known; load CQC's directory or list"
        " of locations (as CSV), CQC's API documents (JSON), or ODS's ecarehomesite or ecarehomehq"
    )


def _lines(path: Path, encoding: str) -> Iterator[_Line]:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        reader = csv.reader(file)
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield _Line(reader.line_num, [], str(error))
            else:
                yield _Line(reader.line_num, row)


def _entries(
    path: Path, lines: Iterator[_Line], entry: Callable[[list[str]], Entry | Skip]
) -> Iterator[Entry | Reject | Skip]:
    for line in lines:
        if line.why:
            yield Reject(path.name, line.number, line.why)
        elif any(line.row):
            try:
                yield entry(line.row)
            except BadValue as error:
                yield Reject(path.name, line.number, str(error))
