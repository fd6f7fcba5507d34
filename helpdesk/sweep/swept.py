"""What a sweep did, as the log tells it."""

from typing import NamedTuple


class Swept(NamedTuple):
    """What one sweep did."""

    at_risk: int = 0
    breached: int = 0
    letters: int = 0
    holds: int = 0  #: to which something came: a chaser, or their end
    checked: int = 0  #: rows looked at

    def __add__(self, other: tuple[int, ...]) -> "Swept":  # type: ignore[override]  # adds, not joins
        return Swept(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))
