"""Runs a command as if it were typed at a terminal, and gives what it printed."""

import io
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout

from helpdesk.cli import run
from helpdesk.tour import Answer


def typed(words: Sequence[str]) -> Answer:
    """Run the command line `words`; its tables are drawn, wherever the answer goes in the end."""
    page = _Page()
    with redirect_stdout(page), redirect_stderr(page):
        code = run(words)
    return Answer(page.getvalue(), code)


class _Page(io.StringIO):
    """What a command takes for a terminal."""

    def isatty(self) -> bool:
        return True
