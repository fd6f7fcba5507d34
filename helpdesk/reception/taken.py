"""What is said of mails that are taken in: how many became what, and whether to go on."""

from collections.abc import Callable
from typing import NamedTuple

Still = Callable[[], bool]
"""Whether to go on: who is told to stop finishes what it has in hand, and no more."""


class TakenIn(NamedTuple):
    """What became of the mails that were waiting."""

    raised: int = 0
    threaded: int = 0  #: laid to a call that was there
    filed: int = 0  #: automatic mail
    duplicates: int = 0
    quarantined: int = 0
    failed: int = 0  #: to be tried again

    def __add__(self, other: tuple[int, ...]) -> "TakenIn":  # type: ignore[override]  # adds, not joins
        return TakenIn(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))
