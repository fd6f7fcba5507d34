"""Lengths of time as people write and read them: "48 hours", "7 days", "11 hours 20 minutes"."""

import re
from datetime import timedelta

UNITS = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
"""Seconds in each unit."""

_PART = r"(?i)(\d+)\s*(week|day|hour|minute|min|second|sec|w|d|h|m|s)s?"
_LETTERS = {name[0]: name for name in UNITS}


def read(text: str) -> timedelta:
    """The span that `text` writes ("48 hours", "7d", "1 day 12 h"). ValueError if it is none."""
    parts = re.findall(_PART, text)
    if not parts or re.sub(_PART, "", text).strip(" ,"):
        raise ValueError(
            f"{text!r} is not a length of time; write for example '48 hours' or '7 days'"
        )
    return timedelta(seconds=sum(int(n) * UNITS[_LETTERS[unit[0].lower()]] for n, unit in parts))


def words(span: timedelta) -> str:
    """`span` in its two largest units: "2 days 4 hours"; its sign is left out."""
    units = [(n, name) for n, name in _split(span) if n][:2]
    return " ".join(f"{n} {name}{'s' * (n != 1)}" for n, name in units) or "less than a minute"


def short(span: timedelta) -> str:
    """`span` for a narrow column: "2d 4h", "35m", with a minus if it is negative."""
    units = [f"{n}{name[0]}" for n, name in _split(span) if n][:2]
    sign = "-" if span < timedelta() else ""
    return sign + (" ".join(units) or f"{int(abs(span).total_seconds())}s")


def desk_words(span: timedelta) -> str:
    """Staffed time, which has no days: "26 desk hours 20 minutes", "no desk hours"."""
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    if not hours:
        return f"{minutes} desk minute{'s' * (minutes != 1)}" if minutes else "no desk hours"
    rest = f" {minutes} minute{'s' * (minutes != 1)}" if minutes else ""
    return f"{hours} desk hour{'s' * (hours != 1)}{rest}"


def promised(seconds: float, *, working: bool = False) -> str:
    """A promise in the words in which it is given: "48 hours", "7 days", "16 desk hours"."""
    if working:
        return desk_words(timedelta(seconds=seconds))
    days, rest = divmod(seconds, UNITS["day"])
    if days >= 3 and not rest:  # noqa: PLR2004  # people say 48 hours, but not 168
        return f"{days:g} days"
    hours = seconds / UNITS["hour"]
    return f"{hours:g} hour{'s' * (hours != 1)}"


def _split(span: timedelta) -> list[tuple[int, str]]:
    days, seconds = divmod(int(abs(span).total_seconds()), UNITS["day"])
    hours, seconds = divmod(seconds, UNITS["hour"])
    return [(days, "day"), (hours, "hour"), (seconds // UNITS["minute"], "minute")]
