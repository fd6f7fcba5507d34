"""How the tour has commands run: somebody above it does that, and says what was printed."""

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Answer(NamedTuple):
    """What a command printed, on stdout and stderr as it came, and the code that it ended with."""

    printed: str
    code: int


Command = Callable[[Sequence[str]], Answer]
"""Runs a command line of the tour's desk, given as the words behind `helpdesk`."""
