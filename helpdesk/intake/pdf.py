"""Reads a request form in PDF: its fields and boxes where they stand, among the printed words."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from helpdesk.intake import characters, labels, layout, lines, printed
from helpdesk.intake.layout import OPEN, TICKED, Pair
from helpdesk.intake.printed import Piece
from helpdesk.intake.unopened import FormUnreadable

MOST_PAGES = 20
MOST_PIECES = 5000
MOST_FIELDS = 1000
DEEPEST = 8
LONGEST = 1000

_PUSH_BUTTON = 1 << 16
_OFF = frozenset({"", "/Off"})
_TEXT_SIZE = 10.0


class _Field(NamedTuple):
    """A field of a form on a page: what it is called, what was filled in, and where it stands."""

    names: tuple[str, ...]
    value: str
    piece: Piece


def fields(content: bytes) -> list[Pair]:
    """The questions that are answered, in their order; a ticked box answers "yes".

    Raises FormUnreadable, with the reason, for what cannot be read: a scan, too.
    """
    with _quiet():
        try:
            pages = list(_pages(content))
        except FormUnreadable:
            raise
        except Exception:  # noqa: BLE001 - the library raises anything for what is not well made
            raise FormUnreadable("it is damaged, or not a PDF") from None
    if not any(pieces for pieces, _ in pages):
        raise FormUnreadable("it holds no text, only pictures")
    rows = [row for pieces, _ in pages for row in printed.rows(pieces)]
    found = layout.pairs(lines.split(rows))
    seen = {pair.value for pair in found}
    by_name = [pair for _, filled in pages for pair in _by_name(filled) if pair.value not in seen]
    return found + by_name


@contextmanager
def _quiet() -> Iterator[None]:
    """The library tells its log of each thing that is not well made; here that is no news."""
    log = logging.getLogger("pypdf")
    before = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        log.setLevel(before)


def _pages(content: bytes) -> Iterator[tuple[list[Piece], list[_Field]]]:
    """Of each page all that stands on it, and the fields among it."""
    from pypdf import PdfReader  # noqa: PLC0415 - it is slow to load, and seldom needed

    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise FormUnreadable("it has a password")
    room = MOST_PIECES
    for number in range(min(len(reader.pages), MOST_PAGES)):
        page = reader.pages[number]
        filled = list(_fields(page))
        pieces = [*_words(page, room), *(each.piece for each in filled)]
        room -= len(pieces)
        yield pieces, filled
        if room <= 0:
            return


def _words(page: Any, most: int) -> list[Piece]:
    """The printed words, each row of them where it begins."""
    found: list[Piece] = []

    def note(text: str, outer: list[float], inner: list[float], _font: Any, size: float) -> None:
        if not text.strip() or len(found) >= most:
            return
        x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
        y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
        high = abs(size * (inner[3] or 1) * (outer[3] or 1)) or _TEXT_SIZE
        for at, line in enumerate(text.strip("\n").split("\n")):
            lower = y - at * high * printed.LINE
            found.append(Piece(x, lower + high / 3, high, characters.text(line)[:LONGEST]))

    page.extract_text(visitor_text=note)
    return found


def _fields(page: Any) -> Iterator[_Field]:
    for reference in list(page.get("/Annots") or ())[:MOST_FIELDS]:
        annotation = reference.get_object()
        rectangle = [float(each) for each in annotation.get("/Rect") or ()]
        if annotation.get("/Subtype") != "/Widget" or len(rectangle) != 4:  # noqa: PLR2004
            continue
        value = _value(annotation)
        if value is not None:
            left, right = sorted(rectangle[0::2])
            low, high = sorted(rectangle[1::2])
            size = min(high - low, _TEXT_SIZE)
            piece = Piece(left, (low + high) / 2, size, value, right - left, high - low)
            yield _Field(tuple(_names(annotation)), value, piece)


def _value(annotation: Any) -> str | None:
    """What was filled in, or a box; None for what is no question."""
    match _own(annotation, "/FT"):
        case "/Btn" if int(_own(annotation, "/Ff") or 0) & _PUSH_BUTTON:
            return None
        case "/Btn":
            return OPEN if str(annotation.get("/AS") or "") in _OFF else TICKED
        case "/Tx" | "/Ch":
            value = _own(annotation, "/V")
            chosen = value if isinstance(value, list) else [value]
            text = ", ".join(str(each) for each in chosen if each is not None)
            return characters.text(text)[:LONGEST].strip()
    return None


def _own(annotation: Any, key: str) -> Any:
    """A setting of a field, which it may have from those above it."""
    above = annotation
    for _ in range(DEEPEST):
        if key in above:
            return above[key]
        if "/Parent" not in above:
            break
        above = above["/Parent"]
    return None


def _names(annotation: Any) -> Iterator[str]:
    """What the field is called: to those who hear it, and by the program that made it."""
    for key in ("/TU", "/T"):
        name = characters.line(str(_own(annotation, key) or ""), labels.LONGEST)
        if name:
            yield printed.words_of(name)


def _by_name(filled: list[_Field]) -> Iterator[Pair]:
    """The answers in fields with a name that is a label, whatever stands beside them."""
    for field in filled:
        if field.value == OPEN or not field.value:
            continue
        box = field.value == TICKED
        asks = labels.option if box else labels.fact
        name = next((each for each in field.names if asks(each)), "")
        if name:
            value = "yes" if box else field.value
            yield Pair(asks(name), name, value, near=not labels.is_exact(name))
