"""CQC ids as people write them, in a box of a form or in the middle of a sentence."""

import re
from typing import NamedTuple

DASHES = "\\-\u00ad\u2010-\u2015\u2212"
"""What people type for a dash, as it stands in a class of a pattern."""

# A pattern is compiled when it is first used: most of what imports this only reads.
_DIGIT = "[0-9OIL]"
_ID = (
    rf"(?<![\w-])0?[1IL]\s?[{DASHES}_=]{{1,2}}\s?(?!0)"
    rf"({_DIGIT}{{9,11}}|{_DIGIT}{{2,5}}(?: {_DIGIT}{{2,5}}){{1,4}})(?![^\W_])"
)
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", " ": ""})

LENGTHS = range(9, 12)
FEWEST_DIGITS = 6
"""Of the digits of an id, so many have to be digits: the rest may be letters that look alike."""


class Written(NamedTuple):
    """A CQC id, and where in a text it stands."""

    value: str
    start: int
    end: int


def ids_at(text: str) -> list[Written]:
    """Each CQC id in `text` with its 1 and its dash; digits that were misread are put right."""
    return [
        Written(f"1-{found[1].upper().translate(_LOOK_ALIKES)}", found.start(), found.end())
        for found in re.finditer(_ID, text, re.IGNORECASE)
        if sum(map(str.isdigit, found[1])) >= FEWEST_DIGITS
        and len(found[1].replace(" ", "")) in LENGTHS
    ]
