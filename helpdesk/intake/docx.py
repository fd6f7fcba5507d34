"""Reads a request form made with Word: the file may be anything, and costs little whatever it is.

It walks the XML itself: the libraries for this format do not see content controls.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from helpdesk.intake import characters, layout, lines
from helpdesk.intake.layout import OPEN, TICKED, Pair, Row
from helpdesk.intake.unopened import FormUnreadable
from helpdesk.intake.zipped import Package

KIND = "a Word document"
MOST_ROWS = 5000
MOST_ELEMENTS = 200_000
DEEPEST = 200

_BODY = "word/document.xml"
_ON = frozenset({"1", "true", "on"})
_TICKS = frozenset({"x", "v", "y", "yes", "true"})
_NO_TICKS = frozenset({"", "-", "n", "no", "false"})

#: Boxes in Wingdings, which is how old forms draw them.
_SYMBOLS = {"F0FE": TICKED, "F0FD": TICKED, "F0FC": TICKED, "F078": TICKED, "F052": TICKED} | {
    "F0A8": OPEN,
    "F06F": OPEN,
    "F0A3": OPEN,
    "F071": OPEN,
}
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_LEFT_OUT = frozenset({"Fallback", "del", "moveFrom", "pPr", "rPr", "instrText"})
_PASSED_OVER = _LEFT_OUT | {"sdtPr"}  #: a control's properties hold no words, but tell what it is


def fields(content: bytes) -> list[Pair]:
    """The questions of a form that are answered, in their order; a ticked box answers "yes".

    Raises FormUnreadable, with the reason, for what is not a Word document or not a safe one.
    """
    return layout.pairs(lines.split(rows(content)))


def rows(content: bytes) -> list[Row]:
    """The paragraphs and table rows of a document; empty content controls are empty."""
    document = _parsed(Package(content, KIND).part(_BODY))
    body = next((each for each in document if each.tag == "body"), None)
    if body is None:
        raise FormUnreadable("it has no text")
    return list(islice(_rows(body), MOST_ROWS))


class _Names(dict[str, str]):
    """Names without their prefix, each taken apart once."""

    def __missing__(self, name: str) -> str:
        self[name] = name.rpartition(":")[2]
        return self[name]


def _parsed(source: bytes) -> Element:
    """The tree without namespaces. A document type is refused, and with it every entity."""
    builder, names = TreeBuilder(), _Names()
    depth = elements = passed_over = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements, passed_over
        depth += 1
        elements += 1
        if depth > DEEPEST or elements > MOST_ELEMENTS:
            raise FormUnreadable("it is too big when unpacked")
        tag = names[name]
        if passed_over or tag in _LEFT_OUT:
            passed_over += 1
        else:
            builder.start(tag, {names[key]: each for key, each in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth, passed_over
        depth -= 1
        if passed_over:
            passed_over -= 1
        else:
            builder.end(names[name])

    def refuse(*_: object) -> NoReturn:
        raise FormUnreadable("it holds a document type, which no Word document has")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(source, True)  # noqa: FBT003 - it takes no keywords
        return builder.close()
    except (expat.ExpatError, ValueError, AssertionError):
        raise FormUnreadable(f"it is damaged, or not {KIND}") from None


def _rows(block: Element) -> Iterator[Row]:
    for each in block:
        if each.tag == "p":
            yield Row((_text(each),))
            yield from _boxed(each)
        elif each.tag == "tr":
            yield Row(tuple(_cells(each)), table=True)
            yield from (row for table in _below(each, "tbl") for row in _rows(table))
        elif _is_prompt(each):
            yield Row(("",))
        elif _is_checkbox(each):
            yield Row((_text(each),))
        elif each.tag not in _PASSED_OVER:
            yield from _rows(each)


def _boxed(paragraph: Element) -> Iterator[Row]:
    """What stands in text boxes that hang on a paragraph."""
    for box in _below(paragraph, "txbxContent"):
        yield from _rows(box)


def _cells(row: Element) -> Iterator[str]:
    """The texts of a row's cells; one that shows a prompt keeps its place, and is empty."""
    for each in row:
        if each.tag == "tc":
            yield "\n".join(text for text in _paragraphs(each) if text)
        elif _is_prompt(each):
            yield from ("" for _ in _below(each, "tc"))
        elif _is_checkbox(each):
            yield _text(each)
        elif each.tag not in _PASSED_OVER:
            yield from _cells(each)


def _paragraphs(block: Element) -> Iterator[str]:
    for each in block:
        if each.tag == "p" or _is_checkbox(each):
            yield _text(each)
        elif each.tag != "tbl" and each.tag not in _PASSED_OVER and not _is_prompt(each):
            yield from _paragraphs(each)


def _below(block: Element, tag: str) -> Iterator[Element]:
    """The nearest elements of this name, not those within them."""
    for each in block:
        if each.tag == tag:
            yield each
        elif each.tag not in _PASSED_OVER:
            yield from _below(each, tag)


def _text(block: Element) -> str:
    runs = _runs([block] if _is_checkbox(block) else block)
    return characters.text("".join(runs)).strip()


def _runs(block: Iterable[Element]) -> Iterator[str]:
    """The words and boxes below an element, in their order."""
    for each in block:
        if each.tag == "t":
            yield each.text or ""
        elif each.tag == "sym":
            yield _SYMBOLS.get(each.get("char", "").upper(), "")
        elif _is_checkbox(each):
            yield f" {_checkbox(each)} "
        elif each.tag == "checkBox":
            yield f" {_box(each, 'checked', 'default')} "
        elif each.tag in _SIGNS:
            yield _SIGNS[each.tag]
        elif each.tag not in _PASSED_OVER and each.tag != "txbxContent" and not _is_prompt(each):
            yield from _runs(each)


def _checkbox(control: Element) -> str:
    """A box to click, ticked if its setting or its sign says so, and the words typed over it.

    Programs that fill in forms change one of the two, and people type a cross over the box.
    """
    shown = layout.boxes("".join(_runs(control.findall("sdtContent"))))
    words = shown.replace(TICKED, " ").replace(OPEN, " ").strip()
    setting = (_box(each, "checked") for each in control.findall("sdtPr/checkbox"))
    typed = words.lower() in _TICKS or (OPEN not in shown and words.lower() not in _NO_TICKS)
    ticked = typed or TICKED in shown or TICKED in setting
    kept = "" if words.lower() in _TICKS | _NO_TICKS else words
    return f"{TICKED if ticked else OPEN} {kept}"


def _box(box: Element, *names: str) -> str:
    """The first of these settings that is there decides; one without a value means yes."""
    found = (each for name in names if (each := box.find(name)) is not None)
    state = next(found, None)
    return OPEN if state is None or state.get("val", "1").lower() not in _ON else TICKED


def _property(control: Element, name: str) -> Element | None:
    return control.find(f"sdtPr/{name}")


def _is_checkbox(block: Element) -> bool:
    return block.tag == "sdt" and _property(block, "checkbox") is not None


def _is_prompt(control: Element) -> bool:
    """Whether a content control shows no answer, only its prompt."""
    if control.tag != "sdt":
        return False
    shown = _property(control, "showingPlcHdr")
    return shown is not None and shown.get("val", "1").lower() in _ON
