"""Rows and cells made of words that stand somewhere on a page."""

import re
from typing import NamedTuple

from helpdesk.intake import labels
from helpdesk.intake.layout import Row

LINE = 1.2  # from one line to the next, in heights of its letters
WIDE = 0.5  # how wide a letter is, more or less
GAP = 1.3  # so much room between words divides cells
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

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(text for _, text in self.cells)


def rows(pieces: list[Piece]) -> list[Row]:
    """The pieces of one page, from the top down; what wraps within a cell is put together."""
    lines: list[_Line] = []
    for line in map(_cut, _on_lines(pieces)):
        joined = _continued(lines[-1], line) if lines else None
        if joined:
            lines[-1] = joined
        else:
            lines.append(line)
    return [Row(line.texts, table=len(line.cells) > 1) for line in lines]


def words_of(name: str) -> str:
    """The name that a program gave a field, as words: "orgName_1" is "org name"."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|[_.\[\]]+|\d+$", " ", name)
    return " ".join(apart.split())


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
        (beside[0] if beside else lines.append([]) or lines[-1]).append(tall)
    return sorted(lines, key=lambda line: -line[0].y)


def _cut(line: list[Piece]) -> _Line:
    """The cells of a line: what stands apart from what is before it."""
    cells: list[tuple[float, str]] = []
    end = float("-inf")
    for piece in sorted(line, key=lambda each: each.x):
        apart = piece.width or piece.x - end > piece.size * GAP
        if not cells or apart and not _is_box(cells[-1][1]) and not _is_box(piece.text):
            cells.append((piece.x, piece.text))
        else:
            x, text = cells[-1]
            cells[-1] = (x, f"{text} {piece.text}".strip())
        end = max(end, piece.end)
    return _Line(line[0].y, max(piece.size for piece in line), tuple(cells))


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
        halves = bool(labels.fact(line.texts[0])) and bool(labels.fact(part))
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
    return _Line(below.y, line.size, tuple(cells))
