"""Ranges of codes that the desk may allocate by itself, counted in the letters that codes have."""

from collections.abc import Sequence
from typing import NamedTuple

ALPHABET = "0123456789ACDEFGHJKLMNPQRTVWXY"
"""What codes are written with, in the order in which they are counted: no B, I, O, S, U or Z."""


class Span(NamedTuple):
    """The codes from `first` to `last`, both of them included."""

    first: str
    last: str

    @property
    def words(self) -> str:
        return f"{self.first}-{self.last}"

    @property
    def size(self) -> int:
        return _number(self.last) - _number(self.first) + 1

    def at(self, place: int) -> str:
        """The code at `place`, of which the first is 0."""
        number, letters = _number(self.first) + place, ""
        for _ in self.first[1:]:
            number, digit = divmod(number, len(ALPHABET))
            letters = ALPHABET[digit] + letters
        return self.first[0] + letters


def spans_of(ranges: Sequence[str]) -> list[Span]:
    """The ranges that the settings write as VX000-VX9YY."""
    return [Span(*text.split("-")) for text in ranges]


def _number(code: str) -> int:
    number = 0
    for letter in code[1:]:
        number = number * len(ALPHABET) + ALPHABET.index(letter)
    return number
