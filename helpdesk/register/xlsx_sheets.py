"""Reads the sheets of an Excel workbook (.xlsx), row by row, as its XML streams by."""

from abc import ABC, abstractmethod
from array import array
from collections.abc import Iterator, Mapping
from pyexpat import ParserCreate

from helpdesk.errors import FileUnreadable
from helpdesk.register.cells import DEEPEST, LONGEST_CELL, MOST_COLUMNS, SheetRow, written_out
from helpdesk.register.packed import Package
from helpdesk.register.xlsx_parts import parts_of

MOST_TEXT, MOST_TEXTS = 1 << 27, 5_000_000
"""How many bytes of text a workbook may share, and how many texts. A list has 15 MB."""

MOST_DIGITS = 9
"""How long the number of a row or text may be."""

MOST_LETTERS = 3
"""How long the name of a column is at the most."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Strings:
    """Texts by their numbers, in a few bytes each: a list of all locations has 500,000."""

    def __init__(self) -> None:
        self._texts = bytearray()
        self._ends = array("Q", [0])

    def add(self, text: str) -> None:
        self._texts += text.encode("utf-8", "replace")
        self._ends.append(len(self._texts))

    @property
    def is_too_big(self) -> bool:
        return len(self._texts) > MOST_TEXT or len(self._ends) > MOST_TEXTS

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self._ends) - 1:
            return ""
        return self._texts[self._ends[number] : self._ends[number + 1]].decode()


def rows_of(package: Package, file: str, workbook: str) -> Iterator[SheetRow]:
    """The rows of all sheets, one sheet after the other; `workbook` is the part that lists them."""
    sheets, shared = parts_of(package, file, workbook)
    package.expect(shared, *sheets)
    strings = _strings(package, file, shared) if shared else Strings()
    for place, name in enumerate(sheets, start=1):
        reader = _Rows(file, place, strings)
        for _ in reader.walk(package, name):
            yield from reader.rows
            reader.rows.clear()


def _strings(package: Package, file: str, name: str) -> Strings:
    reader = _Shared(file)
    for _ in reader.walk(package, name):
        if reader.strings.is_too_big:
            raise FileUnreadable(f"{file} holds too much text; save it as .csv")
    return reader.strings


class _Names(dict[str, str]):
    """Names without what stands before them, which a program may choose."""

    def __missing__(self, name: str) -> str:
        self[name] = local = name.rpartition(":")[2]
        return local


class _Reader(ABC):
    """Hears what the parser finds."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._names = _Names()
        self._depth = 0
        self._parts: list[str] = []
        self._room = LONGEST_CELL
        self._is_in_text = False

    def walk(self, package: Package, name: str) -> Iterator[None]:
        parser = ParserCreate()
        parser.StartElementHandler = self.begin
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        return package.walk(name, parser)

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FileUnreadable(f"{self._file} is not as any program writes such a file")
        self.begun(self._names[tag], attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self.ended(self._names[tag])

    def text(self, text: str) -> None:
        if self._is_in_text and self._room > 0:
            self._parts.append(text[: self._room])
            self._room -= len(text)

    @abstractmethod
    def begun(self, name: str, attributes: Mapping[str, str]) -> None: ...

    @abstractmethod
    def ended(self, name: str) -> None: ...

    def taken(self) -> str:
        text = "".join(self._parts)
        self._parts, self._room = [], LONGEST_CELL
        return text


class _Shared(_Reader):
    """Hears the texts that cells point to."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.strings = Strings()
        self._is_spoken = False

    def begun(self, name: str, _attributes: Mapping[str, str]) -> None:
        if name == "rPh":  # how Japanese text is spoken
            self._is_spoken = True
        self._is_in_text = name == "t" and not self._is_spoken

    def ended(self, name: str) -> None:
        self._is_in_text = False
        if name == "rPh":
            self._is_spoken = False
        elif name == "si":
            self.strings.add(self.taken())


class _Rows(_Reader):
    """Hears the rows of one sheet, and keeps them until they are taken."""

    def __init__(self, file: str, sheet: int, strings: Strings) -> None:
        super().__init__(file)
        self.rows: list[SheetRow] = []
        self._sheet = sheet
        self._strings = strings
        self._columns: dict[str, int] = {}
        self._number = 0
        self._row: list[str] = []
        self._column = -1
        self._type = ""

    def begun(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            self._type = attributes.get("t", "")
            letters = attributes.get("r", "").rstrip("0123456789")
            self._column = self._column_of(letters) if letters else self._column + 1
        elif name in ("v", "t"):
            self._is_in_text = True
        elif name == "row":
            self._number = _counted(attributes.get("r", "")) or self._number + 1
            self._row, self._column = [], -1

    def ended(self, name: str) -> None:
        if name in ("v", "t"):
            self._is_in_text = False
        elif name == "c":
            said = self._said(self.taken()) if self._parts else ""
            if said and len(self._row) <= self._column < MOST_COLUMNS:
                self._row += [""] * (self._column - len(self._row))
                self._row.append(said)
        elif name == "row" and self._row:
            self.rows.append(SheetRow(self._sheet, self._number, self._row))
            self._row = []

    def _said(self, text: str) -> str:
        if self._type == "s":
            number = _counted(text)
            return "" if number is None else self._strings[number]
        if self._type == "e":
            return ""
        is_number = self._type in ("", "n") and not text.isdecimal()
        return written_out(text) if is_number else text

    def _column_of(self, letters: str) -> int:
        if len(letters) > MOST_LETTERS:
            return MOST_COLUMNS
        if letters not in self._columns:
            number = 0
            for letter in letters:
                number = number * len(_LETTERS) + _LETTERS.find(letter.upper()) + 1
            self._columns[letters] = number - 1
        return self._columns[letters]


def _counted(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None
