"""The cells of a sheet, and how much of them is read."""

from typing import NamedTuple

MOST_COLUMNS = 2_000
LONGEST_CELL = 4_000
DEEPEST = 200
"""How deep one part of a sheet may lie in others. The parts of a real one lie 10 deep."""

MOST_EXACT = 10**15
"""From where on a number in a sheet is no longer exact."""


class SheetRow(NamedTuple):
    """One row of a workbook that is not empty; the empty cells at its end are left out."""

    sheet: int
    number: int  #: of the row in its sheet, from 1
    row: list[str]


def written_out(text: str) -> str:
    """A number without the sign of its power: 1.63296E9 is a telephone number."""
    try:
        value = float(text)
    except ValueError:
        return text
    return str(int(value)) if value.is_integer() and abs(value) < MOST_EXACT else text
