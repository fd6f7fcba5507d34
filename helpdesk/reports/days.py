"""Days and weeks as they are where the desk is: from midnight to midnight by its own clocks."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from helpdesk.config.settings import Config
from helpdesk.database import moment as moment_or_none

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


class Span(NamedTuple):
    """From one moment to before another, in UTC."""

    begin: datetime
    end: datetime


def week_with(config: Config, day: date) -> Span:
    """The seven local days with `day` among them; they begin on the day of the weekly report."""
    first = day - DAY * ((day.weekday() - config.ladder.weekday) % 7)
    return Span(midnight(config, first), midnight(config, first + WEEK))


def last_week(config: Config, now: datetime) -> Span:
    """The last such week that is over."""
    return week_with(config, local_day(config, now) - WEEK)


def local_day(config: Config, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(config.desk.zone)).date()


def midnight(config: Config, day: date) -> datetime:
    """The moment at which the local `day` begins."""
    return datetime.combine(day, time(), ZoneInfo(config.desk.zone)).astimezone(UTC)


def day_words(day: date) -> str:
    """A day as people say it: "Monday 2 March 2026"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def at(value: object) -> datetime:
    """A moment as a driver gives it, of a column that always has one."""
    found = moment_or_none(value)
    if found is None:
        raise ValueError("a moment is missing")
    return found
