"""Runs a command as if it were typed at a terminal, and gives what it printed."""

import io
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout

from helpdesk.cli import run
from helpdesk.tour import Answer


def typed(words: Sequence[str]) -> Answer:
    """Run the command line `words`; its tables are drawn, wherever the answer goes in the end."""
    bare = io.BytesIO()
    # With the encoding of our own stdout, so that nothing is drawn that it cannot show.
    encoding = sys.stdout.encoding or "utf-8"
    page = _Page(bare, encoding=encoding, errors="replace", newline="\n")
    with redirect_stdout(page), redirect_stderr(page):
        code = run(words)
    page.flush()
    return Answer(bare.getvalue().decode(encoding), code)


class _Page(io.TextIOWrapper):
    """What a command takes for a terminal."""

    def isatty(self) -> bool:
        return True
