"""HTML to the text that a person would read: linear in time, whatever it is fed."""

import html
import re

LONGEST = 2 * 1024 * 1024

SILENT = frozenset({"head", "noframes", "script", "style", "svg", "template", "title"})
# fmt: off
APART = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div", "dl",
    "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "html", "legend", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "tfoot",
    "thead", "tr", "ul",
})
# fmt: on
SPACED = frozenset({"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "table", "ul"})
CELLS = frozenset({"td", "th"})

# A tag never runs over a "<", so no input makes one character be looked at more than a few times.
_TAG = re.compile(
    r"<(/?)([a-zA-Z][\w:-]*+)(?:(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+>|[^<>]*+>)"
    r"|<!--|<[!?][^<>]*+>"
)
_ENDLESS_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{12,}+;?")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def text(source: str) -> str:
    """The text of a page: lines apart as they are seen, the cells of a table row apart by tabs."""
    source = source[:LONGEST]
    page, ends, at = _Page(), _Ends(source), 0
    while tag := _TAG.search(source, at):
        page.say(source[at : tag.start()])
        at = tag.end()
        name = (tag[2] or "").lower()
        if tag[0] == "<!--":
            at = ends.after("-->", at)
        elif name in SILENT and not tag[1]:
            begun, at = at, ends.after(f"</{name}", at)
            at = ends.after(">", at) if at > begun else at
        elif name:
            page.mark(name, closing=bool(tag[1]))
    page.say(source[at:])
    return page.text()


class _Ends:
    """Finds what closes a passage; what is never closed is looked for only once."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._missing: set[str] = set()

    def after(self, mark: str, at: int) -> int:
        """The place behind the next `mark`, or `at` itself if there is none."""
        if mark in self._missing:
            return at
        found = re.compile(re.escape(mark), re.IGNORECASE).search(self._source, at)
        if not found:
            self._missing.add(mark)
            return at
        return found.end()


class _Page:
    """Text as it is laid out, piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._cells: list[int] = []  # for each row that is open, how many cells it has so far
        self._gap = ""  # what will stand between the last piece and the next
        self._new_row = False  # nothing was said in this row yet

    def say(self, source: str) -> None:
        words = _SPACE.sub(" ", html.unescape(_ENDLESS_NUMBER.sub("", source)))
        if not words.strip(" "):
            self._gap = self._gap or words
            return
        gap = self._gap or (" " if words[0] == " " else "")
        self._pieces += [gap, words.strip(" ")]
        self._gap = " " if words[-1] == " " else ""
        self._new_row = False

    def mark(self, name: str, *, closing: bool) -> None:
        if name == "br":
            self._gap = self._gap.strip(" ")[:100] + "\n"
        elif name in CELLS and not closing:
            self._cell()
        elif name == "tr":
            self._row(closing=closing)
        elif name in SPACED:
            self._apart("\n\n")
        elif name in APART or name == "li":
            self._apart("\n")
            if name == "li" and not closing:
                self.say("- ")

    def text(self) -> str:
        return _BLANK_LINES.sub("\n\n", "".join(self._pieces)).strip("\n ")

    def _apart(self, gap: str) -> None:
        if "\t" not in self._gap and self._gap.count("\n") < len(gap):
            self._gap = gap

    def _cell(self) -> None:
        if not self._cells:
            return
        if self._cells[-1]:
            # What a paragraph at the end of the cell before left open is forgotten.
            tabs = "\t" * min(self._gap.count("\t") + 1, 100)
            self._gap = "\n" + tabs if self._new_row else tabs
        self._cells[-1] += 1

    def _row(self, *, closing: bool) -> None:
        if closing and self._cells:
            self._cells.pop()
        elif not closing:
            self._cells.append(0)
        self._gap, self._new_row = "\n", True
