"""Reads the sheets of an OpenDocument spreadsheet (.ods), row by row, as its XML streams by."""

from collections.abc import Iterator, Mapping
from pyexpat import ParserCreate

from helpdesk.errors import FileUnreadable
from helpdesk.register.cells import DEEPEST, LONGEST_CELL, MOST_COLUMNS, SheetRow, written_out
from helpdesk.register.packed import Package

CONTENT = "content.xml"
MANIFEST = "META-INF/manifest.xml"

NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
PREFIXES = {"table": "table", "text": "text", "office": "office", "draw": "drawing"}
"""The namespaces that matter, and what stands before their names in nearly every file."""

ASIDE = ("office:annotation", "table:shapes", "draw:frame", "draw:custom-shape")
"""What holds text that is none of the cell's."""

EXACT = {"date": "office:date-value", "float": "office:value", "string": "office:string-value"}
"""Which attribute says more exactly than its text what a cell of one type holds."""

VALUE_TYPE = "office:value-type"
COLUMNS_REPEATED, ROWS_REPEATED = "table:number-columns-repeated", "table:number-rows-repeated"


def rows_of(package: Package, file: str) -> Iterator[SheetRow]:
    """The rows of all sheets, one sheet after the other."""
    if b"encryption-data" in package.small(MANIFEST):
        raise FileUnreadable(f"{file} has a password; save it without one")
    package.expect(CONTENT)
    reader = _Reader(file)
    # Expat takes twice as long where it looks after the namespaces itself.
    parser = ParserCreate()
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    for _ in package.walk(CONTENT, parser):
        yield from reader.rows
        reader.rows.clear()


class _Reader:
    """Hears what the parser finds, and keeps the rows until they are taken.

    Of a list of all locations it hears 30,000,000 things: cells come first, and cost the least.
    """

    def __init__(self, file: str) -> None:
        self.rows: list[SheetRow] = []
        self._file = file
        self._depth = 0
        self._aside = 0  # how deep the element lies that is passed over; 0 if none is
        self._sheet = self._number = 0
        self._row: list[str] = []
        self._row_repeated = 1
        self._column = 0
        self._cell: Mapping[str, str] = {}
        self._parts: list[str] = []
        self._room = LONGEST_CELL
        self._is_in_text = False

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FileUnreadable(f"{self._file} is not as any program writes such a file")
        if self._aside:
            return
        if tag == "table:table-cell":
            self._cell = attributes
        elif tag == "text:p":
            if self._parts:
                self._space()
            self._is_in_text = True
        else:
            self._begin_other(tag, attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        if self._aside:
            if self._depth < self._aside:
                self._aside = 0
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            cell = self._cell
            times = _count(cell, COLUMNS_REPEATED) if COLUMNS_REPEATED in cell else 1
            if self._parts or VALUE_TYPE in cell:
                self._take(self._said(), times)
            self._column += times
        elif tag == "text:p":
            self._is_in_text = False
        elif tag == "table:table-row" and self._row:
            # A row that is repeated says the same again: once is enough.
            first = self._number - self._row_repeated + 1
            self.rows.append(SheetRow(self._sheet, first, self._row))
            self._row = []

    def text(self, text: str) -> None:
        if self._is_in_text and not self._aside and self._room > 0:
            self._parts.append(text[: self._room])
            self._room -= len(text)

    def _begin_other(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "table:covered-table-cell":
            self._cell = attributes
        elif tag == "table:table-row":
            self._row, self._column = [], 0
            self._row_repeated = _count(attributes, ROWS_REPEATED)
            self._number += self._row_repeated
        elif tag == "table:table":
            self._sheet, self._number = self._sheet + 1, 0
        elif tag in ("text:s", "text:tab", "text:line-break"):
            self._space()
        elif tag in ASIDE:
            self._aside = self._depth
        elif self._depth == 1:
            self._check(attributes)

    def _space(self) -> None:
        if self._room > 0:
            self._parts.append(" ")
            self._room -= 1

    def _check(self, attributes: Mapping[str, str]) -> None:
        """All that writes .ods gives the namespaces the same names; what does not is refused."""
        for prefix, space in PREFIXES.items():
            if attributes.get(f"xmlns:{prefix}", NAMESPACE.format(space)) != NAMESPACE.format(
                space
            ):
                raise FileUnreadable(
                    f"{self._file} names its parts in an unusual way; save it anew"
                )

    def _said(self) -> str:
        parts, self._parts, self._room = self._parts, [], LONGEST_CELL
        kind = self._cell.get(VALUE_TYPE, "")
        exact = self._cell.get(EXACT.get(kind, ""), "")
        return (written_out(exact) if kind == "float" else exact) or "".join(parts)

    def _take(self, said: str, times: int) -> None:
        times = min(times, MOST_COLUMNS - self._column)
        if said and times > 0:
            self._row += [""] * (self._column - len(self._row)) + [said] * times


def _count(attributes: Mapping[str, str], name: str) -> int:
    said = attributes.get(name, "1")
    return max(1, int(said)) if said.isdecimal() and len(said) < len(str(1 << 62)) else 1
