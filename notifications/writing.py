"""How a letter is written: its template and the facts, once, with nothing of the facts run."""

import re
import textwrap
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context

from notifications.headers import printable

SUBJECT = "Subject: "
"""How the first line of a text begins; a blank line follows it."""

WIDTH = 72
"""How wide a person's own words are set in a text."""

HANGING_WIDTH = 78
"""How wide a text is set that hangs in the column of a table."""

BAR = 20
"""How many characters long a full bar is."""

ABOVE = "_separator.txt"
"""The line over letters to requesters; an answer is what was written above it."""

TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)
GAP = re.compile(r"\n{3,}")


def written(folder: Path, name: str, facts: Mapping[str, object]) -> tuple[str, str, str | None]:
    """Subject, text and HTML (None if there is no such template) of the letter `name`."""
    templates = environment(folder)
    first_line, _, text = templates.get_template(f"{name}.txt").render(facts).partition("\n")
    page = f"{name}.html"
    html = templates.get_template(page).render(facts) if (folder / page).exists() else None
    if name.endswith(".requester"):  # what stands below is quoted when they answer
        text = f"{templates.get_template(ABOVE).render()}\n\n{text}"
    return first_line.removeprefix(SUBJECT), _tidy(text), html


@cache
def environment(folder: Path) -> Environment:
    """The templates of `folder`, with what all of them may use."""
    templates = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"], default_for_string=False),
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.filters["local"] = _local
    templates.filters["lines"] = str.splitlines
    templates.filters["wrapped"] = _wrapped
    templates.filters["paragraph"] = _paragraph
    templates.filters["hung"] = _hung
    templates.filters["counted"] = _counted
    templates.filters["bar"] = _bar
    return templates


def _tidy(text: str) -> str:
    """What a template leaves, without the gaps where it had nothing to say."""
    return GAP.sub("\n\n", TRAILING.sub("", text)).strip() + "\n"


def _shown(value: object) -> object:
    if type(value) is int:
        return f"{value:,}"
    # A name with a line break in it could pass for a line of ours. Markup is ours already.
    return printable(value) if type(value) is str else value


@pass_context
def _local(context: Context, moment: datetime) -> str:
    """A moment as people say it: Monday 9 March 2026 at 09:00."""
    if moment.tzinfo is None:
        raise ValueError("a moment in a letter needs its zone")
    local = moment.astimezone(ZoneInfo(context["zone"]))
    return f"{local:%A} {local.day} {local:%B %Y} at {local:%H:%M}"


def _wrapped(words: str) -> list[str]:
    """The lines of a person's words, none wider than need be; a link is never broken."""
    return [
        line
        for row in words.splitlines()
        for line in textwrap.wrap(row, WIDTH, break_long_words=False, break_on_hyphens=False)
        or [""]
    ]


def _paragraph(words: str) -> str:
    return textwrap.fill(
        " ".join(words.split()), WIDTH, break_long_words=False, break_on_hyphens=False
    )


def _hung(words: str, column: int) -> str:
    """Words that begin at `column`, and go on below where they began."""
    return textwrap.fill(
        " ".join(words.split()),
        HANGING_WIDTH,
        initial_indent=" " * column,
        subsequent_indent=" " * column,
        break_long_words=False,
        break_on_hyphens=False,
    ).lstrip()


def _counted(number: int, what: str) -> str:
    """So many of them: 1 call, 2 calls, 9,950 calls."""
    return f"{number:,} {what}{'s' * (number != 1)}"


def _bar(share: int) -> str:
    """`share` of a hundred, drawn so that it survives everywhere; some is never none, nor all."""
    cells = round(share * BAR / 100)
    if 0 < share < 100:  # noqa: PLR2004  # a share is of a hundred
        cells = min(max(cells, 1), BAR - 1)
    return f"[{'#' * cells}{'.' * (BAR - cells)}]"
