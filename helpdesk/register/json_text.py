"""Reads JSON files document by document, in pieces: a file may be larger than memory."""

import json
import re
from typing import Any, NamedTuple, TextIO

CHUNK = 1 << 18
LONGEST_DOCUMENT = 4 << 20
LONGEST_OPENING = 200

Document = dict[str, Any]

_DECODER = json.JSONDecoder()
_BETWEEN = re.compile(r"[\s,\[\]]*")


class Piece(NamedTuple):
    """A document with the line that it begins on, or why it cannot be read."""

    line: int
    document: Document | None
    why: str = ""


class JsonText:
    """The text of a file from the next document on; what was read is let go."""

    def __init__(self, file: TextIO) -> None:
        self._line = 1
        self._file = file
        self._text = ""
        self._at = 0
        self._margin = ""

    def head(self) -> str:
        """The beginning of the file, before anything else is read."""
        self._more()
        return self._text

    def at_a_document(self) -> bool:
        """Move on to where the next document begins; False at the end of the file."""
        while True:
            found = _BETWEEN.match(self._text, self._at)
            self._go(found.end() if found else self._at)
            if self._at < len(self._text):
                start = self._text.rfind("\n", 0, self._at) + 1
                self._margin = self._text[start : self._at].partition("{")[0]
                return True
            if not self._more():
                return False

    def at_an_object(self) -> bool:
        """Like at_a_document, and False as well if anything else than an object follows."""
        return self.at_a_document() and self._text.startswith("{", self._at)

    def within(self, opening: re.Pattern[str]) -> bool:
        """Move on to where the next `opening` ends; False if there is none any more."""
        while not (found := opening.search(self._text, self._at)):
            self._go(max(self._at, len(self._text) - LONGEST_OPENING))
            if not self._more():
                return False
        self._go(found.end())
        return True

    def piece(self) -> Piece:
        """The document that begins here. After a broken one, the next at its margin is found."""
        line = self._line
        try:
            document = self._document()
        except (ValueError, RecursionError) as error:
            self._skip()
            return Piece(line, None, f"broken JSON ({_what(error)})")
        return Piece(line, document) if isinstance(document, dict) else _no_object(line)

    def _document(self) -> object:
        while True:
            try:
                document, end = _DECODER.raw_decode(self._text, self._at)
            except ValueError:
                if len(self._text) - self._at > LONGEST_DOCUMENT or not self._more():
                    raise
            else:
                self._go(end)
                return document

    def _skip(self) -> None:
        found = self._text.find(f"\n{self._margin}{{", self._at)
        self._go(found if found >= 0 else len(self._text))

    def _go(self, to: int) -> None:
        self._line += self._text.count("\n", self._at, to)
        self._at = to

    def _more(self) -> bool:
        more = self._file.read(CHUNK)
        keep = self._text.rfind("\n", 0, self._at) + 1
        if self._at - keep > CHUNK:  # of a line without an end
            keep = self._at
        self._text = self._text[keep:] + more
        self._at -= keep
        return bool(more)


def _no_object(line: int) -> Piece:
    return Piece(line, None, "not a JSON object")


def _what(error: Exception) -> str:
    return error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
