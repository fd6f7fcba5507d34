"""Reads the rows of a table: which of the register's tables it is, and then piece by piece."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple, TextIO

from helpdesk.errors import BadValue, FileUnreadable
from helpdesk.register.counted import Meter, text_of
from helpdesk.register.cqc_tables import columns_of
from helpdesk.register.entries import Entry, Piece, Reject, Skip, Succession
from helpdesk.register.ods_tables import level_of
from helpdesk.register.shapes import Shape, said_to_be_of

PREAMBLE = 25
"""How many lines may stand above the headings; and how many below tell of what the table is."""

LONGEST_LINE = 1 << 18
MOST_COLUMNS = 2_000

NO_SUCH_TABLE = (
    "is none of the register files that are known; load CQC's directory or its list of active or"
    " deactivated locations (.csv, .xlsx or .ods), CQC's API documents (.json), or ODS's"
    " ecarehomesite, ecarehomehq or ecarehomesucc"
)


class Line(NamedTuple):
    """A row of a table."""

    number: int  #: the line of the file that the row ends on
    row: Sequence[str]
    why: str = ""  #: why it cannot be read; "" if it can


class Table(NamedTuple):
    """A table whose shape is known."""

    shape: Shape
    said_on: date | None  #: the day that the lines above its headings name
    lines: Iterator[Line]
    entry: Callable[[Sequence[str]], Entry | Succession | Skip]

    def pieces(self, file: str) -> Iterator[Piece]:
        """What its rows say; rejects name the `file`."""
        for line in self.lines:
            if line.why:
                yield Reject(file, line.number, line.why)
            elif any(line.row):
                try:
                    yield self.entry(line.row)
                except BadValue as error:
                    yield Reject(file, line.number, str(error))


def table_of(path: Path, encoding: str, meter: Meter) -> Table:
    """The table in a file of comma-separated values; FileUnreadable if its shape is unknown."""
    table = headed(path.name, _lines(path, encoding, meter)) or _headless(path, encoding, meter)
    if table is None:
        raise FileUnreadable(f"{path.name} {NO_SUCH_TABLE}")
    return table


def headed(file: str, lines: Iterator[Line], *, is_padded: bool = False) -> Table | None:
    """The table whose headings stand near the top of `lines`; None if there are none.

    Rows of a sheet are padded: it drops the empty cells at their ends.
    """
    top = list(islice(lines, PREAMBLE))
    for above, line in enumerate(top):
        if not (columns := columns_of(file, line.row)):
            continue
        rest = chain(top[above + 1 :], lines)
        first = list(islice(rest, PREAMBLE))
        columns = columns.beside(each.row for each in first)
        width = len(line.row)
        rows = chain(first, rest)
        return Table(
            columns.shape,
            said_on(top[:above]),
            (_padded(each, width) for each in rows) if is_padded else rows,
            columns.entry,
        )
    return None


def said_on(lines: Iterable[Line]) -> date | None:
    """The day on which a file was made, as the lines of a preamble tell it."""
    days = (said_to_be_of(" ".join(map(str, line.row))) for line in lines)
    return next(filter(None, days), None)


def _headless(path: Path, encoding: str, meter: Meter) -> Table | None:
    meter.read = 0  # it is read from its beginning again
    lines = _lines(path, encoding, meter)
    top = list(islice(lines, PREAMBLE))
    level = level_of(path.name, [line.row for line in top])
    return Table(level.shape, None, chain(top, lines), level.entry) if level else None


def _padded(line: Line, width: int) -> Line:
    lacking = width - len(line.row)
    return line._replace(row=[*line.row, *[""] * lacking]) if lacking > 0 else line


def _lines(path: Path, encoding: str, meter: Meter) -> Iterator[Line]:
    with text_of(path, encoding, meter) as file:
        reader = csv.reader(_bounded(file))
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Line(reader.line_num, [], str(error))
                continue
            why = f"it has more than {MOST_COLUMNS:,} columns" if len(row) > MOST_COLUMNS else ""
            yield Line(reader.line_num, [] if why else row, why)


def _bounded(file: TextIO) -> Iterator[str]:
    """The lines of the file; one without an end comes in parts, and is rejected as such."""
    return iter(partial(file.readline, LONGEST_LINE), "")
