"""Moments as people type them: "2026-03-09", "mon 09:00", "tomorrow 12:00", "5 days"."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from helpdesk.cli.table import local
from helpdesk.errors import BadValue
from workflows import spans
from workflows.calendar import DAYS, Calendar

FARTHEST = timedelta(days=3653)
"""Ten years: what is farther away was mistyped."""

EXAMPLES = "2026-03-09, 'mon 09:00', 'tomorrow 12:00' or '5 days'"

_DAY_AND_TIME = r"(?:(\d{4}-\d{2}-\d{2}|[a-z]{3,}))?(?:(?:^|t|\s+)(\d{1,2}):(\d{2}))?"


def coming(text: str, now: datetime, hours: Calendar) -> datetime:
    """The first moment after `now` that `text` names; of a day without a time, when we open.

    BadValue if it names none, or one that has passed.
    """
    return _after(text, now) or _first(text, now, hours)


def _after(text: str, now: datetime) -> datetime | None:
    """`now` and the length of time that `text` is; None if it is none."""
    try:
        span = spans.read(text)
    except ValueError:
        return None
    except OverflowError:
        span = timedelta.max
    if not span:
        raise BadValue(f"{text!r} is no time at all; write for example {EXAMPLES}")
    _check_near(text, span)
    return now + span


def _first(text: str, now: datetime, hours: Calendar) -> datetime:
    found = re.fullmatch(_DAY_AND_TIME, text.strip().lower(), re.ASCII)
    if not text.strip() or found is None:
        raise BadValue(f"{text!r} is not a moment; write for example {EXAMPLES}")
    day, hour, minute = found.groups()
    here = now.astimezone(ZoneInfo(hours.zone)).date()
    for each in _days(text, day, here):
        _check_near(text, each - here)
        if each >= here:
            moment = _at(each, _time(text, hour, minute), hours.zone)
            moment = moment if hour else hours.opening(moment)
            if moment > now:
                return moment
    raise BadValue(f"{text!r} has passed: it is {local(now, hours.zone)}")


def _days(text: str, day: str | None, here: date) -> Iterator[date]:
    """The days that may be meant, the first one first."""
    week = [here + timedelta(days=number) for number in range(8)]
    if day is None:
        yield from week[:2]
    elif day in ("today", "tomorrow"):
        yield week[day == "tomorrow"]
    elif day[0].isdigit():
        yield _date(text, day)
    else:
        named = [each for each in week if DAYS[each.weekday()].startswith(day)]
        if not named:
            raise BadValue(f"{text!r} names no day; write for example {EXAMPLES}")
        yield from named


def _check_near(text: str, span: timedelta) -> None:
    if span > FARTHEST:
        raise BadValue(f"{text!r} is more than ten years away; write for example {EXAMPLES}")


def _date(text: str, day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise BadValue(f"{text!r}: there is no such day; write for example {EXAMPLES}") from None


def _time(text: str, hour: str | None, minute: str | None) -> time:
    try:
        return time(int(hour or 0), int(minute or 0))
    except ValueError:
        raise BadValue(f"{text!r}: there is no such time; write for example '17:00'") from None


def _at(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)
