"""How old a CQC id is, as far as the register tells: CQC counts its ids up as time goes by."""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, timedelta

NEIGHBOURS = 25
ENOUGH = 9
"""The ids right below one tell its age: so many of them, and never fewer than these."""

LATE = timedelta(days=730)
"""How long after an id was given its place may be registered: on real rows up to 500 days."""


class Ages:
    """The days on which places were registered, by their ids."""

    def __init__(self, registered: Iterable[tuple[str, date]]) -> None:
        """`registered`: CQC ids, and when their places were registered, in any order."""
        known = sorted((_number(cqc_id), day) for cqc_id, day in registered)
        self._numbers = [number for number, _ in known]
        self._days = [day for _, day in known]

    def is_younger(self, cqc_id: str, day: date) -> bool:
        """Whether an id was given long after `day`, so that what began then was another's.

        It was given after the ids below it; a quarter of these may be told wrongly, or late.
        """
        place = bisect_left(self._numbers, _number(cqc_id))
        below = sorted(self._days[max(0, place - NEIGHBOURS) : place])
        return len(below) >= ENOUGH and day < below[len(below) // 4] - LATE


def _number(cqc_id: str) -> int:
    digits = cqc_id.partition("-")[2]
    return int(digits) if digits.isdecimal() else 0
