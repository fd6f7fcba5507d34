"""The lines of a mail as rows of cells: tables of every kind, and several answers on one line."""

import re
from collections.abc import Iterator

from helpdesk.intake import labels
from helpdesk.intake.layout import Row

MOST_LINES = 2000
LONGEST_LINE = 2000
MOST_CELLS = 20
MOST_COLONS = 20
LONGEST_UNMARKED = 80
MOST_LABEL_WORDS = 4
ENOUGH_LABELS = 3  # so many lines that are nothing but labels make a form without colons

_LEADERS = re.compile(r"\s*(?:[.\u2026]{3,}|_{3,}|[-=]+>|\u2192)\s*:?\s*")
_MARKED = re.compile(r"[:=?]|\s[-\u2013\u2014]\s")
_RULE = re.compile(r"[\s|:+=_-]*")
_COLUMNS = re.compile(r" {2,}")
_WORD = re.compile(r"[A-Za-z][\w'/&-]*\*?")
_APART = re.compile(r"[,;|.]\s|\s{2,}|\s[-\u2013]\s")
#: Words that begin a label on the same line as the answer before it, and end no answer.
_BEGINNERS = frozenset(
    {"contact", "cqc", "daytime", "direct", "e", "full", "main", "mobile", "my", "ods"}
    | {"office", "our", "tel", "the", "work", "your"}
)


def rows(text: str) -> list[Row]:
    """The first 2,000 lines of a text; cells are apart by tabs, bars or wide gaps."""
    found = [row for line in text.split("\n")[:MOST_LINES] for row in _rows(line)]
    return _closed_up(_marked(found))


def split(found: list[Row]) -> list[Row]:
    """The rows of a document, with each answer on a line of its own."""
    return _marked([piece for row in found for piece in _split(row)])


def _split(row: Row) -> Iterator[Row]:
    if row.table or len(row.cells) != 1 or "\n" in row.cells[0] or not row.cells[0].strip():
        yield row
    else:
        yield from _rows(row.cells[0])


def _rows(line: str) -> Iterator[Row]:
    line = line[:LONGEST_LINE]
    if "|" in line and _RULE.fullmatch(line):
        return
    cells = _cells(line)
    if len(cells) > 1:
        yield Row(cells[:MOST_CELLS], table=True)
    else:
        yield from (Row((piece,)) for piece in _pieces(cells[0] if cells else ""))


def _cells(line: str) -> tuple[str, ...]:
    for apart in ("\t", "|"):
        cells = tuple(cell.strip() for cell in line.split(apart) if cell.strip())
        if len(cells) > 1:
            return cells
    columns = tuple(cell.strip() for cell in _COLUMNS.split(line.strip()) if cell.strip())
    if len(columns) > 1 and (labels.is_exact(columns[0]) and columns[0][-1] != ":"):
        return columns
    return (line.strip(" |\t"),)


def _pieces(line: str) -> list[str]:
    """A line cut before each label in it: "Tel: 01632 960123 Email: anne@..." is two."""
    line = _LEADERS.sub(": ", line) if _LEADERS.search(line) else line
    cuts = [0]
    colons = [at for at, letter in enumerate(line) if letter in ":="][:MOST_COLONS]
    for end in colons:
        if labels.fact(line[cuts[-1] : end]) in labels.FREE:
            break  # What follows are words of any kind.
        begin = _label_begins(line, cuts[-1], end)
        if begin > cuts[-1]:
            cuts.append(begin)
    pieces = (line[a:b] for a, b in zip(cuts, [*cuts[1:], len(line)], strict=True))
    return [piece.strip(" ,;|/\t\u2022-") if len(cuts) > 1 else piece for piece in pieces]


def _label_begins(line: str, begin: int, end: int) -> int:
    """Where the label before a colon begins; `begin` if there is none within the line."""
    head = line[max(begin, end - 80) : end]
    apart = [match.end() for match in _APART.finditer(head)]
    offset = end - len(head) + (apart[-1] if apart else 0)
    if apart and labels.is_exact(line[offset:end]):
        return offset
    words = [word.start() + offset for word in _WORD.finditer(line[offset:end])][-6:]
    asks = [at for at in words if _asks(line[at:end])]
    if not asks or asks[0] <= begin:
        return begin
    longest, shortest = asks[0], asks[-1]
    fact = labels.fact(line[longest:end])
    if fact == "organisation":
        return longest
    # The words of the answer before may be read as part of a label: "Rose Care Home Tel:".
    shortest = max(at for at in asks if labels.fact(line[at:end]) == fact)
    while (before := [at for at in words if at < shortest]) and _may_begin(line, before[-1]):
        if labels.fact(line[before[-1] : end]) != fact:
            break
        shortest = before[-1]
    return max(shortest, begin)


def _asks(label: str) -> bool:
    return labels.is_exact(label) and labels.fact(label) not in labels.OPTIONS


def _may_begin(line: str, at: int) -> bool:
    match = _WORD.match(line, at)
    return match is not None and match[0].lower() in _BEGINNERS


def _marked(found: list[Row]) -> list[Row]:
    """Lines that are or begin with a label get a colon, if there are enough to make a form."""
    for label_of in (_bare_label, _first_label):
        labelled = [label_of(row) for row in found]
        if len({labels.fact(each) for each in labelled if each}) >= ENOUGH_LABELS:
            return [_colon(row, each) for row, each in zip(found, labelled, strict=True)]
    return found


def _colon(row: Row, label: str) -> Row:
    return Row((f"{label}: {row.cells[0][len(label) :].strip()}".strip(),)) if label else row


def _bare_label(row: Row) -> str:
    """The line, if it is nothing but a label."""
    cell = row.cells[0]
    return cell if not row.table and cell[-1:] not in {":", "?", ""} and _asks(cell) else ""


def _first_label(row: Row) -> str:
    """The label that a line begins with, for want of anything between it and the answer."""
    cell = row.cells[0]
    if row.table or len(cell) > LONGEST_UNMARKED or _MARKED.search(cell):
        return ""
    ends = [word.end() for word in _WORD.finditer(cell)][:MOST_LABEL_WORDS]
    heads = (cell[:end] for end in reversed(ends) if end < len(cell))
    return next((head for head in heads if _asks(head)), "")


def _closed_up(found: list[Row]) -> list[Row]:
    """Without the empty lines between a question and what stands below it."""
    kept: list[Row] = []
    for row in found:
        empty = not any(row.cells)
        if empty and kept and _is_question(kept[-1]):
            continue
        kept.append(row)
    return kept


def _is_question(row: Row) -> bool:
    cell = row.cells[0]
    return not row.table and cell.endswith((":", "?")) and bool(labels.fact(cell))
