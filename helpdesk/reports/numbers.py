"""Small arithmetic of reports: percentiles, and parts of a whole."""

from collections.abc import Sequence
from datetime import timedelta


def percentile(spans: Sequence[timedelta], percent: int) -> timedelta | None:
    """The least of `spans` that so many per cent of them do not exceed; None if there are none.

    So P50 is a time that did happen, by which half were done, and P90 one for nine in ten.
    """
    if not spans:
        return None
    rank = -(-len(spans) * percent // 100)
    return sorted(spans)[max(rank, 1) - 1]


def percent_words(part: int, whole: int) -> str:
    """`part` of `whole` as people read it: "93.5 %", or "-". Some is never none, nor all."""
    if not whole:
        return "-"
    per_mille = round(1000 * part / whole)
    return f"{_between(per_mille, part, whole, 1000) / 10:.1f} %"


def share(part: float, whole: float) -> int:
    """`part` of `whole` in hundredths, for a bar. Some is never none, nor all."""
    return _between(round(100 * part / whole), part, whole, 100) if whole else 0


def _between(rounded: int, part: float, whole: float, most: int) -> int:
    return min(max(rounded, 1), most - 1) if 0 < part < whole else rounded
