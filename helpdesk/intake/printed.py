"""Rows and cells made of words that stand somewhere on a page."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from helpdesk.intake import labels
from helpdesk.intake.layout import Row

LINE = 1.2  # from one line to the next, in heights of its letters
WIDE = 0.5  # how wide a letter is, more or less
NARROW = 0.35
SPACE = 0.2
WIDEST_IN_BOXES = 4.0  # between a box and its label, or the box before
GAP = 1.3  # so much room between words divides cells
FAR = 4.0
SAME_TEXT = 1.7  # lines further apart than this are not of one paragraph


class Piece(NamedTuple):
    """Some words on a page, at their left end and half their height; y grows upwards."""

    x: float
    y: float
    size: float
    text: str
    width: float = 0.0  #: of a field; words are as wide as their letters
    height: float = 0.0

    @property
    def end(self) -> float:
        return self.x + (self.width or len(self.text) * self.size * WIDE)


class _Line(NamedTuple):
    y: float
    size: float
    cells: tuple[tuple[float, str], ...]
    has_field: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(text for _, text in self.cells)


def rows(pieces: list[Piece]) -> list[Row]:
    """The pieces of one page, from the top down; what wraps within a cell is put together."""
    lines: list[_Line] = []
    placed = _on_lines(pieces)
    columns = _columns(placed)
    for line in (_cut(each, columns) for each in placed):
        joined = _continued(lines[-1], line) if lines else None
        lines[-1:] = [joined] if joined else [*lines[-1:], line]
    return [row for at in range(len(lines)) for row in _rows(lines, at)]


def words_of(name: str) -> str:
    """The name that a program gave a field, as words: "orgName_1" is "org name"."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|[_.\[\]]+|\d+$", " ", name)
    return " ".join(apart.split())


def _rows(lines: list[_Line], at: int) -> Iterator[Row]:
    """A line as a row; after much empty room it has nothing to do with what stands above."""
    line = lines[at]
    if at and _is_far(lines[at - 1], line):
        yield Row(("",))
    below = lines[at + 1] if at + 1 < len(lines) else line
    heads = below.has_field and not _is_far(line, below) and _place(below, line.cells[0][0]) == 0
    yield Row(line.texts, table=len(line.cells) > 1 or line.has_field or heads)


def _is_far(above: _Line, line: _Line) -> bool:
    return above.y - line.y > FAR * max(line.size, above.size)


def _on_lines(pieces: list[Piece]) -> list[list[Piece]]:
    """The pieces that stand beside each other. A tall field stands beside its topmost words."""
    lines: list[list[Piece]] = []
    flat = [piece for piece in pieces if piece.height <= 2 * piece.size]
    for piece in sorted(flat, key=lambda each: -each.y):
        if lines and lines[-1][0].y - piece.y <= max(piece.size, lines[-1][0].size) * 0.45:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    for tall in (piece for piece in pieces if piece.height > 2 * piece.size):
        beside = [
            line
            for line in lines
            if abs(line[0].y - tall.y) <= tall.height / 2 and min(line).x < tall.x
        ]
        if not beside:
            lines.append([])
        (beside or lines[-1:])[0].append(tall)
    return sorted(lines, key=lambda line: -line[0].y)


def _cut(line: list[Piece], columns: set[int]) -> _Line:
    """The cells of a line: what stands apart from what is before it, or where columns begin."""
    cells: list[tuple[float, str]] = []
    before: Piece | None = None
    for piece in sorted(line, key=lambda each: each.x):
        if before and not _is_apart(before, piece, columns):
            x, text = cells[-1]
            cells[-1] = (x, text + _space(before, piece) + piece.text)
        else:
            cells.append((piece.x, piece.text))
        before = piece
    told = [(x, text.strip()) for x, text in cells]
    return _Line(
        line[0].y,
        max(piece.size for piece in line),
        tuple(_closed(told)),
        any(piece.width for piece in line),
    )


def _closed(cells: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """The cells, where a colon that stands apart from its label goes back to it."""
    told = cells[:1]
    for x, text in cells[1:]:
        (begin, label), value = told[-1], text.lstrip(": ")
        if text.startswith(":"):
            told[-1] = (begin, f"{label}:" if label[-1:] != ":" else label)
        if value or not text.startswith(":"):
            told.append((x, value if text.startswith(":") else text))
    return told


def _is_apart(before: Piece, piece: Piece, columns: set[int]) -> bool:
    if _is_box(before.text):
        return piece.x - before.end > WIDEST_IN_BOXES * piece.size
    if piece.width or before.width or piece.x - before.end > piece.size * GAP:
        return True
    least = before.x + len(before.text.strip()) * before.size * NARROW
    return round(piece.x) in columns and piece.x > least


def _space(before: Piece, piece: Piece) -> str:
    """The space between two pieces of one cell: some programs write none, but move on."""
    written = before.text[-1:].isspace() or piece.text[:1].isspace()
    moved = piece.x - before.end > piece.size * SPACE or _is_box(before.text) or _is_box(piece.text)
    return " " if moved and not written else ""


def _columns(lines: list[list[Piece]]) -> set[int]:
    """Where something begins on two lines or more, and not at their left."""
    begins = Counter(round(piece.x) for line in lines for piece in line if piece != min(line))
    return {x for x, times in begins.items() if times > 1}


def _is_box(text: str) -> bool:
    return text.strip() in {"☐", "☒", "☑", "□"}


def _continued(line: _Line, below: _Line) -> _Line | None:
    """The two lines as one, if the lower one only goes on with what the cells above it say."""
    if line.y - below.y > SAME_TEXT * line.size or len(line.cells) < 2:  # noqa: PLR2004
        return None
    places = [_place(line, x) for x, _ in below.cells]
    if None in places:
        return None
    goes_on = 0 not in places
    if not goes_on:
        whole, part = f"{line.texts[0]} {below.texts[0]}", below.texts[0]
        halves = labels.is_exact(line.texts[0]) and labels.is_exact(part)
        goes_on = bool(labels.fact(whole)) and not halves
    return _joined(line, below, places) if goes_on else None


def _place(line: _Line, x: float) -> int | None:
    """Which cell of a line begins right above."""
    near = (at for at, (begin, _) in enumerate(line.cells) if abs(begin - x) <= line.size / 2)
    return next(near, None)


def _joined(line: _Line, below: _Line, places: list[int | None]) -> _Line:
    cells = list(line.cells)
    for place, (_, text) in zip(places, below.cells, strict=True):
        if place is not None:
            x, above = cells[place]
            cells[place] = (x, f"{above}{' ' if place == 0 else chr(10)}{text}")
    return _Line(below.y, line.size, tuple(cells), line.has_field)
