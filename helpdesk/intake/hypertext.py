"""HTML to the text that a person would read."""

import html
import re
from collections import Counter
from functools import cache
from typing import Any

LONGEST = 2 * 1024 * 1024
LONGEST_CLEAN = 512 * 1024  # what is left once scripts, styles, pictures and links are gone
MOST_OPEN = 2000  # elements that are open at once: each tag is compared with all of them
DEEPEST = 240  # elements in each other; the parser behind the layout loses what is deeper
MOST_ESCAPES = 100_000

SILENT = {"noframes", "noscript", "script", "style", "svg", "template", "title", "xmp"}
"""What is not shown, whatever it holds."""

# fmt: off
SHOWN = {
    "address", "article", "aside", "blockquote", "br", "center", "dd", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "li", "main", "nav", "ol", "p", "pre", "q", "section", "span", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}
# fmt: on
"""What makes a difference to where a word stands; of all other tags the words alone are kept."""

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}
"""What holds nothing, and so is never open."""

_TAG = re.compile(r"<[!?/a-zA-Z][^<>]*+>")
_NAME = re.compile(r"<(/?)([a-zA-Z][^\s/<>]{0,30}+)")
_LINE_TAG = re.compile(
    r"<(?:br|hr|/?(?:blockquote|div|dd|dl|dt|h[1-6]|li|ol|p|pre|table|tr|ul))(?![\w:-])[^<>]*+>",
    re.IGNORECASE,
)
_ENDLESS_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{9,}+;?")
_BLANK_LINES = re.compile(r"\n{3,}")


def text(source: str) -> str:
    """The text of a page: lines apart as they are seen, the cells of a table row apart by tabs.

    Nothing of the page is fetched or run. A page that is too deep, or made to be hard to lay out,
    is stripped of its tags instead.
    """
    source = source[:LONGEST]
    try:
        found = _laid_out(source)
    except (ValueError, RecursionError):
        found = _stripped(source)
    lines = (map(str.strip, line.split("\t")) for line in found.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(map("\t".join, lines))).strip("\n ")


def _laid_out(source: str) -> str:
    if source.count("&") > MOST_ESCAPES or _deepest(source) > MOST_OPEN:
        raise ValueError("a page that takes long to take apart")
    clean = str(_cleaner().clean(source))[:LONGEST_CLEAN]
    if _deepest(clean) > DEEPEST:
        raise ValueError("a page that is too deep")
    import inscriptis  # noqa: PLC0415 - only who is sent a page pays for its reader

    # inscriptis resolves what stands for a character once more than a browser does.
    page = clean.replace("&amp;", "&amp;amp;")
    return str(inscriptis.get_text(f"<div>{page}</div>", _config()))


def _deepest(source: str) -> int:
    """How many elements are open at once, at most, if each end closes one of its name."""
    opened, deep, deepest = Counter[str](), 0, 0
    for piece in source.split("<!--"):
        for slash, name in _NAME.findall(piece.partition("-->")[2] or piece):
            key = name.lower()
            if slash and opened[key]:
                opened[key] -= 1
                deep -= 1
            elif not slash and key not in VOID:
                opened[key] += 1
                deep += 1
                deepest = max(deep, deepest)
    return deepest


def _stripped(source: str) -> str:
    bare = _TAG.sub(" ", _LINE_TAG.sub("\n", source[:LONGEST_CLEAN]))
    bare = _ENDLESS_NUMBER.sub("", bare)
    return bare if bare.count("&") > MOST_ESCAPES else html.unescape(bare)


@cache
def _cleaner() -> Any:
    import nh3  # noqa: PLC0415 - only who is sent a page pays for its reader

    return nh3.Cleaner(
        tags=SHOWN,
        clean_content_tags=SILENT,
        attributes={"*": {"style"}},
        filter_style_properties={"display"},
        link_rel=None,
    )


@cache
def _config() -> Any:
    from inscriptis.css_profiles import STRICT_CSS_PROFILE  # noqa: PLC0415
    from inscriptis.model.config import ParserConfig  # noqa: PLC0415
    from inscriptis.model.tag import CustomHtmlTagHandlerMapping  # noqa: PLC0415

    tables = CustomHtmlTagHandlerMapping(
        start_tag_mapping={"table": _table, "tr": _row, "td": _cell, "th": _cell},
        end_tag_mapping={"table": _table_ends, "td": _cell_ends, "th": _cell_ends},
    )
    return ParserConfig(css=STRICT_CSS_PROFILE, custom_html_tag_handler_mapping=tables)


# inscriptis draws tables: it pads every cell to the width of the widest, which a page can make
# as much room as it likes. These keep the cells of a row apart by one tab.


def _table(state: Any, _attributes: Any) -> None:
    state.tags[-1].set_canvas(type(state.canvas)())
    state.current_table.append([])


def _row(state: Any, _attributes: Any) -> None:
    if state.current_table:
        state.current_table[-1].append([])


def _cell(state: Any, _attributes: Any) -> None:
    if state.current_table and state.current_table[-1]:
        state.tags[-1].canvas = type(state.canvas)()
        state.current_table[-1][-1].append(state.tags[-1].canvas)


def _cell_ends(state: Any) -> None:
    state.tags[-1].canvas.close_tag(state.tags[-1])


def _table_ends(state: Any) -> None:
    rows = state.current_table.pop()
    outer = state.tags[-2]
    outside = state.tags[-1].canvas.get_text().strip()
    lines = ["\t".join(cell.get_text().strip() for cell in row) for row in rows]
    drawn = "\n".join([outside, *lines] if outside else lines)
    outer.canvas.write_newline()
    outer.canvas.current_block.merge_pre_text(html.escape(drawn, quote=False))
    outer.canvas.write_newline()
