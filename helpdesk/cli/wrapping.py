"""Lines that are too long for a terminal go on in the next one, between words and indented."""

import shutil
import sys
import textwrap

NO_BREAK = "\u00a0"
LEAST = 20
"""Columns that what goes on has at the least: on a terminal narrower than that nothing helps."""


def wrapped(line: str, indent: int) -> list[str]:
    """The lines that `line` takes on the terminal; the line itself if a program reads it."""
    if not sys.stdout.isatty():
        return [line.replace(NO_BREAK, " ")]
    width = shutil.get_terminal_size().columns
    further = " " * min(indent, max(0, width - LEAST))
    found = textwrap.wrap(line, width, subsequent_indent=further, break_on_hyphens=False)
    return [each.replace(NO_BREAK, " ") for each in found]


def unbroken(text: str) -> str:
    """`text` with its words kept on one line, whatever its width."""
    return text.replace(" ", NO_BREAK)
