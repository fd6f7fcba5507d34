"""Where labels and values stand: beside, below, several a row, or as boxes to tick."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from helpdesk.intake import labels

MOST_HEADS = 20  # of a row, however long, no more is looked at to see if it heads a table
TICKED, OPEN = "☒", "☐"  # a box, as all other signs for one are read


YES_OR_NO = frozenset({"yes", "y", "no", "n", "true", "false"})


class Row(NamedTuple):
    """A row of a table, or a line of text as a row of one cell."""

    cells: tuple[str, ...]
    table: bool = False


class Pair(NamedTuple):
    """A fact, the label that asked for it, and the answer."""

    fact: str
    label: str
    value: str
    near: bool = False  #: the label is only nearly one that we know


_TICKED_SIGNS = re.compile(
    r"[☑☒✓✔✗✘🗹🗷🗵🅇\uf0fe\uf0fd\uf0fc\uf078\uf052]\ufe0f?|(?<!\w)[\[(]\s?[xX✓✔]\s?[\])]"
)
_OPEN_SIGNS = re.compile(
    r"[☐□▢❏❐❑❒◻◽⬜🞎\uf0a8\uf06f\uf0a3\uf071]\ufe0f?|(?<!\w)\[\s?_?\s?\]|(?<!\w)\(\s\)"
)
_OPTION = re.compile(f"([{TICKED}{OPEN}])([^{TICKED}{OPEN}]*)")
_OPTION_BEFORE = re.compile(f"([^{TICKED}{OPEN}]*)([{TICKED}{OPEN}])")
_LABELLED = re.compile(r"([^:=?\t]{1,100}(?:[?]\s?:|[:=?]))(.*)", re.DOTALL)
_DASHED = re.compile(r"([^\t]{1,60}?)\s[-\u2013\u2014]\s(.*)", re.DOTALL)


def boxes(text: str) -> str:
    """The text with every sign for a box, ticked or not, made one of two."""
    return _OPEN_SIGNS.sub(OPEN, _TICKED_SIGNS.sub(TICKED, text))


def has_box(text: str) -> bool:
    """Whether there is a box in the text, ticked or not."""
    return bool(_TICKED_SIGNS.search(text) or _OPEN_SIGNS.search(text))


def ticked(text: str) -> list[str]:
    """What the ticked boxes of a text stand beside.

    In text that ends with a box the labels stand before their boxes, in all other text behind.
    """
    if text.rstrip()[-1:] in (TICKED, OPEN):
        found = [(label, box) for label, box in _OPTION_BEFORE.findall(text)]
    else:
        found = [(label, box) for box, label in _OPTION.findall(text)]
    return [label.strip(" \t\n:;,./|-") for label, box in found if box == TICKED]


def pairs(rows: Iterable[Row]) -> list[Pair]:
    """The facts in these rows that are both asked for and answered, in their order."""
    clean = [Row(tuple(boxes(cell).strip() for cell in row.cells), row.table) for row in rows]
    return [pair for pair in _Reader(clean).pairs() if pair.fact and pair.value]


class _Reader:
    """Goes through the rows once; an answer that was given to a label is not read as a label."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows
        self._taken: set[tuple[int, int]] = set()
        self._about = ""  # whose name and numbers the present section asks for

    def pairs(self) -> Iterator[Pair]:
        for at, row in enumerate(self._rows):
            self._about = _heading(row) or self._about
            for place, cell in enumerate(row.cells):
                if cell and (at, place) not in self._taken:
                    yield from map(self._placed, self._cell(at, place, cell))

    def _placed(self, pair: Pair) -> Pair:
        """The pair as its section means it: under "Care home details" a name is the home's."""
        of_place = self._about == "organisation" and labels.simple(pair.label) == "name"
        return pair._replace(fact="organisation") if of_place else pair

    def _cell(self, at: int, place: int, cell: str) -> Iterator[Pair]:
        first, *more = cell.split("\n")
        if more and self._is_label(at, first) and not _asks_in_turn(first, more[0]):
            yield _pair(first, "\n".join(more))
        elif more:
            yield from _Reader([Row((line.strip(),)) for line in (first, *more)]).pairs()
        elif cell in (TICKED, OPEN):
            yield self._box(at, place, cell)
        elif found := _labelled(cell):
            yield found
        elif self._is_label(at, cell):
            yield _pair(cell, self._answer(at, place, cell))
        elif TICKED in cell:
            yield from (Pair(labels.option(each), each, "yes") for each in ticked(cell))

    def _is_label(self, at: int, line: str) -> bool:
        """Whether a line is nothing but a label; outside tables it must end like one."""
        ends = self._rows[at].table or line.endswith((":", "?"))
        return ends and OPEN not in line and TICKED not in line and bool(labels.fact(line))

    def _answer(self, at: int, place: int, label: str) -> str:
        """What stands beside a label; below it, if it has only labels beside it."""
        where = (at, place + 1)
        beside = self._at(*where)
        if beside is None or (
            _asks(beside) and not self._is_words(label, where, beside, beside_it=True)
        ):
            where = (at + 1, place)
            beside = self._near(at, 1, place)
        if not beside or not self._answers(label, where, beside, beside_it=where[0] == at):
            return ""
        self._taken.add(where)
        return beside

    def _at(self, at: int, place: int) -> str | None:
        cells = self._rows[at].cells
        return cells[place] if place < len(cells) else None

    def _near(self, at: int, step: int, place: int) -> str | None:
        """The cell above or below, if that is a row of the same kind."""
        alike = 0 <= at + step < len(self._rows)
        alike = alike and self._rows[at + step].table == self._rows[at].table
        return self._at(at + step, place) if alike else None

    def _is_words(self, label: str, where: tuple[int, int], cell: str, *, beside_it: bool) -> bool:
        """Whether a cell that looks like a label is an answer to this one all the same.

        "DSPT deadline is next Friday" begins like the label of a box, but has no box.
        """
        at, place = where
        asked = labels.fact(label)
        if cell.endswith((":", "?")) or asked in labels.OPTIONS or _ticks(self._at(at, place + 1)):
            return False
        across = beside_it and not self._heads(at) and self._has_label_near(at, place - 1)
        if _begins_like_an_option(cell.split("\n", 1)[0]):
            return across or not (
                _ticks(self._near(at, 1, place)) or (beside_it and self._heads(at))
            )
        return across and asked in labels.FREE

    def _heads(self, at: int) -> bool:
        """Whether a row is the head of a table: three labels or more, and nothing else."""
        cells = self._rows[at].cells[:MOST_HEADS]
        return len(cells) > 2 and all(map(_asks, cells))  # noqa: PLR2004 - two may be a pair

    def _has_label_near(self, at: int, place: int) -> bool:
        """Whether labels stand one above the other here, and so their answers beside them."""
        near = [cell for step in (-1, 1) if (cell := self._near(at, step, place)) is not None]
        return not near or any(
            _asks(cell) and labels.fact(cell) not in labels.OPTIONS for cell in near
        )

    def _answers(self, label: str, where: tuple[int, int], cell: str, *, beside_it: bool) -> bool:
        """Whether a cell is an answer to this label, not a label or a box of its own."""
        asked = labels.fact(label)
        if cell in (TICKED, OPEN) and labels.option(label):
            return True
        if cell in (TICKED, OPEN):
            # A box with more behind it is an option of its own: it is read with its own label.
            return asked in labels.CHOICES and not self._at(where[0], where[1] + 1)
        if TICKED in cell and asked in labels.FREE:
            return beside_it and not any(map(labels.option, ticked(cell)))
        if TICKED in cell or OPEN in cell:
            return asked in labels.CHOICES and (beside_it or asked not in {"kind", "purpose"})
        if not beside_it and cell.endswith((":", "?")):
            return False  # It is the next question, whatever it asks.
        return not _asks(cell) or self._is_words(label, where, cell, beside_it=beside_it)

    def _box(self, at: int, place: int, box: str) -> Pair:
        label = self._at(at, place + 1) or ""
        self._taken.add((at, place + 1))
        return Pair(labels.option(label), label, "yes" if box == TICKED else "")


def _heading(row: Row) -> str:
    """What a row that is nothing but a heading says that the next ones are about."""
    cells = [cell for cell in row.cells if cell]
    return labels.about(cells[0]) if len(cells) == 1 else ""


def _ticks(cell: str | None) -> bool:
    """Whether a cell holds nothing but a box, or the word that does for one."""
    return cell is not None and (cell in (TICKED, OPEN) or cell.lower() in YES_OR_NO)


def _asks(cell: str) -> bool:
    """Whether a cell is a label, or begins with one."""
    first = cell.split("\n", 1)[0]
    if TICKED in first or OPEN in first:
        return False
    return bool(labels.fact(first) or _labelled(first))


def _asks_in_turn(label: str, line: str) -> bool:
    """Whether the line below a label, in its cell, is a label too."""
    words = labels.fact(label) not in labels.OPTIONS and _begins_like_an_option(line)
    return _asks(line) and (not words or line.endswith((":", "?")))


def _begins_like_an_option(line: str) -> bool:
    return labels.fact(line) in labels.OPTIONS and not _labelled(line)


def _labelled(line: str) -> Pair | None:
    """Label and answer on one line: "Label: value", "Label? value" or "Label - value"."""
    for pattern in (_LABELLED, _DASHED):
        match = pattern.match(line)
        if match and match[2].strip() and (asked := labels.fact(match[1])):
            if (TICKED in line or OPEN in line) and asked not in labels.CHOICES:
                return None  # It is a row of boxes, each with its own label.
            return _pair(match[1], match[2])
    return None


def _pair(label: str, answer: str) -> Pair:
    value = _value(answer.strip(" \t\n*_"))
    option = labels.option(label) if value.lower() in YES_OR_NO else ""
    near = not option and not labels.is_exact(label)
    return Pair(option or labels.fact(label), label.strip(" :=?*"), value, near)


def _value(answer: str) -> str:
    """An answer as words: of boxes, what is ticked."""
    if answer in (TICKED, OPEN):
        return "yes" if answer == TICKED else ""
    return ", ".join(ticked(answer)) if TICKED in answer or OPEN in answer else answer
