"""When the desk is staffed: its hours and holidays, and the staffed time between two moments."""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from hashlib import sha256
from itertools import accumulate, pairwise
from operator import sub
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

MIDNIGHT = 24 * 60
"""The minute of the day at which it is over."""

PATIENCE = 3
"""So many years without a staffed moment, and we stop looking for one."""

NOTHING = timedelta()
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)

Minutes = tuple[int, int]
"""From one minute of the local day to before another: (540, 1020) is 09:00 to 17:00."""
Week = tuple[tuple[Minutes, ...], ...]


@dataclass(frozen=True)
class Calendar:
    """When the desk is staffed: hours of each weekday in a time zone, without its holidays.

    Hours are what the clock on the wall shows, staffed time is what really passes. What falls
    into the gap when clocks go forward is moved to its end; in the hour that comes twice when they
    go back, hours begin the first time and end the second. A day is over at its first midnight.
    Moments are aware, in any zone; those that it gives are in UTC. ValueError if it is no
    calendar, and for a question about a staffed moment where none comes for three years.
    """

    hours: Week  #: seven, Monday first
    holidays: frozenset[date] = frozenset()
    zone: str = "Europe/London"

    def __post_init__(self) -> None:
        if len(self.hours) != len(DAYS):
            raise ValueError(f"a week has seven days, not {len(self.hours)}")
        for name, spells in zip(DAYS, self.hours, strict=True):
            if any(not 0 <= begin < end <= MIDNIGHT for begin, end in spells):
                raise ValueError(f"{name}: hours begin before they end, within the day")
            if any(later[0] < former[1] for former, later in pairwise(spells)):
                raise ValueError(f"{name}: hours stand in their order and do not overlap")
        if not any(self.hours):
            raise ValueError("the desk is never staffed: write hours for one day at least")
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"there is no time zone {self.zone!r}") from None

    def __hash__(self) -> int:
        return hash(self.key)  # made once; that of all holidays is slow

    @cached_property
    def key(self) -> str:
        """Names this very calendar: equal ones have the same, in every process."""
        text = json.dumps(self.values(), sort_keys=True, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()[:16]

    def values(self) -> dict[str, Any]:
        """As plain values, for keeping."""
        return {
            "hours": [[list(spell) for spell in spells] for spells in self.hours],
            "holidays": sorted(day.isoformat() for day in self.holidays),
            "zone": self.zone,
        }

    def desk_day(self, day: date) -> bool:
        """Whether the desk is staffed at all on this local day."""
        return bool(self.hours[day.weekday()]) and day not in self.holidays

    def is_open(self, moment: datetime) -> bool:
        moment = moment.astimezone(UTC)
        return year_of(self, moment.year).opening(moment) == moment

    def opening(self, moment: datetime) -> datetime:
        """`moment` if the desk is staffed then, else the next moment from which it is."""
        moment = moment.astimezone(UTC)
        years = self._years(moment.year, step=1)
        return next(found for year in years if (found := year.opening(moment)))

    def staffed(self, begin: datetime, end: datetime) -> timedelta:
        """The staffed time from `begin` to before `end`; none if that is no later."""
        begin, end = begin.astimezone(UTC), end.astimezone(UTC)
        if end <= begin:
            return NOTHING
        whole = sum((year_of(self, each).total for each in range(begin.year, end.year)), NOTHING)
        return whole + year_of(self, end.year).passed(end) - year_of(self, begin.year).passed(begin)

    def plus(self, begin: datetime, span: timedelta) -> datetime:
        """The first moment at which `span` of staffed time has passed since `begin`."""
        begin = begin.astimezone(UTC)
        if span <= NOTHING:
            return begin
        years = self._years(begin.year, step=1)
        year = next(years)
        left = span + year.passed(begin)
        while left > year.total:
            left -= year.total
            year = next(years)
        return year.first(left)

    def minus(self, end: datetime, span: timedelta) -> datetime:
        """The last moment from which `span` of staffed time is left before `end`."""
        end = end.astimezone(UTC)
        if span <= NOTHING:
            return end
        years = self._years(end.year, step=-1)
        year = next(years)
        left = year.passed(end) - span
        while left < NOTHING:
            year = next(years)
            left += year.total
        return year.last(left)

    def next_at(self, moment: datetime, minute_of_day: int, weekday: int | None = None) -> datetime:
        """The first moment, not before `moment`, that is `minute_of_day` on a desk day.

        With a `weekday` (Monday is 0) once a week: on that day, or on the next desk day if that
        is none.
        """
        zone = ZoneInfo(self.zone)
        # A moment that a gap puts off can fall into the next day: so it begins with yesterday.
        day = moment.astimezone(zone).date() - DAY
        for number in range(PATIENCE * 366):
            each = day + number * DAY
            if self.desk_day(each) and (weekday is None or self._stands_for(each, weekday)):
                found, _ = _wall(zone, each, minute_of_day)
                if found >= moment:
                    return found
        raise ValueError(f"no desk day within {PATIENCE} years of {moment:%Y}")

    def _stands_for(self, day: date, weekday: int) -> bool:
        """Whether this desk day is `weekday`, or the first desk day after one that is none."""
        while day.weekday() != weekday:
            day -= DAY
            if self.desk_day(day):
                return False
        return True

    def _years(self, first: int, *, step: int) -> "Iterator[_Year]":
        """The years from `first` on, or back; ValueError once too many have no staffed moment."""
        yield year_of(self, first)
        empty, number = 0, first
        while empty < PATIENCE:
            number += step
            year = year_of(self, number)
            empty = 0 if year.total else empty + 1
            yield year
        raise ValueError(f"no desk hours within {PATIENCE} years of {first}")


def calendar_from(values: Mapping[str, Any]) -> Calendar:
    """The calendar that `Calendar.values` gave: one object for all that are equal."""
    hours = tuple(tuple((begin, end) for begin, end in spells) for spells in values["hours"])
    return _calendar(hours, frozenset(values["holidays"]), values["zone"])


ALWAYS = Calendar((((0, MIDNIGHT),),) * 7)
"""Staffed day and night."""

OFFICE = Calendar((((9 * 60, 17 * 60),),) * 5 + ((), ()))
"""The default hours, before any holidays: Monday to Friday, nine to five."""


@lru_cache
def _calendar(hours: Week, holidays: frozenset[str], zone: str) -> Calendar:
    return Calendar(hours, frozenset(map(date.fromisoformat, holidays)), zone)


class _Year(NamedTuple):
    """The staffed spells of one year, in UTC: what every question is looked up in."""

    opens: tuple[datetime, ...]
    closes: tuple[datetime, ...]
    before: tuple[timedelta, ...]  #: the staffed time of the year before each spell
    total: timedelta

    def opening(self, moment: datetime) -> datetime | None:
        place = bisect_right(self.closes, moment)
        return max(moment, self.opens[place]) if place < len(self.opens) else None

    def passed(self, moment: datetime) -> timedelta:
        place = bisect_right(self.opens, moment) - 1
        if place < 0:
            return NOTHING
        return self.before[place] + (min(moment, self.closes[place]) - self.opens[place])

    def first(self, passed: timedelta) -> datetime:
        """The first moment before which so much has passed: more than nothing, at most all."""
        place = bisect_left(self.before, passed) - 1
        return self.opens[place] + (passed - self.before[place])

    def last(self, passed: timedelta) -> datetime:
        """The last moment before which no more than this has passed: less than all."""
        place = bisect_right(self.before, passed) - 1
        return self.opens[place] + (passed - self.before[place])


@lru_cache(maxsize=1024)
def year_of(calendar: Calendar, number: int) -> _Year:
    """The year's table: made once, for all calendars that are equal."""
    begin, end = datetime(number, 1, 1, tzinfo=UTC), datetime(number + 1, 1, 1, tzinfo=UTC)
    opens: list[datetime] = []
    closes: list[datetime] = []
    for spell_begin, spell_end in _spells(calendar, begin.date() - DAY, end.date()):
        opened, closed = max(spell_begin, begin), min(spell_end, end)
        if closes and opened <= closes[-1]:  # the night that clocks go back can make them overlap
            closes[-1] = max(closed, closes[-1])
        elif opened < closed:
            opens.append(opened)
            closes.append(closed)
    *before, total = accumulate(map(sub, closes, opens), initial=NOTHING)
    return _Year(tuple(opens), tuple(closes), tuple(before), total)


def _spells(calendar: Calendar, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
    """The staffed spells of the local days from `first` to `last`, in order."""
    zone = ZoneInfo(calendar.zone)
    for number in range((last - first).days + 1):
        day = first + number * DAY
        if not calendar.desk_day(day):
            continue
        midnight = datetime.combine(day, time(tzinfo=zone))
        calm = midnight.utcoffset() == (midnight + DAY).utcoffset()
        start = midnight.astimezone(UTC)
        for opened, closed in calendar.hours[day.weekday()]:
            if calm:  # nearly every day, and quick
                yield start + opened * MINUTE, start + closed * MINUTE
            else:
                yield _wall(zone, day, opened)[0], _wall(zone, day, closed)[1]


def _wall(zone: ZoneInfo, day: date, minute: int) -> tuple[datetime, datetime]:
    """The first and the last moment at which the wall shows `minute` of `day`.

    They differ in the hour that comes twice. If it never shows it, both are the end of the gap.
    """
    shown = datetime.combine(day, time(tzinfo=zone)) + minute * MINUTE
    first = shown.astimezone(UTC)
    last = shown.replace(fold=1).astimezone(UTC)
    if first <= last:
        return first, last
    new = first.astimezone(zone).utcoffset()
    moments = [last + second * SECOND for second in range((first - last) // SECOND)]
    gone = bisect_left(moments, 1, key=lambda each: each.astimezone(zone).utcoffset() == new)
    return last + gone * SECOND, last + gone * SECOND
