"""Desk hours: at which moment a digest goes out, told by examples."""

from datetime import date, datetime, timedelta

import pytest

from workflows.calendar import ALWAYS, OFFICE, Calendar

EASTER_WEEK = Calendar(OFFICE.hours, frozenset({date(2026, 4, 3), date(2026, 4, 6)}))
SATURDAY, SUNDAY = 5, 6


def at(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}+00:00")


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


@pytest.mark.parametrize(
    ("moment", "weekday", "found"),
    [
        (at("2026-03-02", "09:00"), None, at("2026-03-02", "09:00")),
        (at("2026-03-02", "09:01"), None, at("2026-03-03", "09:00")),
        (at("2026-03-06", "12:00"), None, at("2026-03-09", "09:00")),
        (at("2026-04-02", "12:00"), None, at("2026-04-07", "08:00")),
        (at("2026-03-02", "09:01"), 0, at("2026-03-09", "09:00")),
        (at("2026-04-02", "12:00"), 0, at("2026-04-07", "08:00")),  # Easter Monday: Tuesday
        (at("2026-04-07", "08:01"), 0, at("2026-04-13", "08:00")),
        (at("2026-04-01", "12:00"), 4, at("2026-04-07", "08:00")),  # Good Friday
        (at("2026-04-07", "12:00"), 4, at("2026-04-10", "08:00")),
        (at("2026-03-03", "12:00"), SUNDAY, at("2026-03-09", "09:00")),
        (at("2026-03-09", "12:00"), SATURDAY, at("2026-03-16", "09:00")),
    ],
)
def test_a_digest_comes_at_nine_on_desk_days(moment, weekday, found):
    assert EASTER_WEEK.next_at(moment, 540, weekday) == found


def test_a_digest_whose_moment_falls_into_the_gap_comes_once_when_it_ends():
    end_of_gap = at("2026-03-29", "01:00")

    assert ALWAYS.next_at(at("2026-03-28", "12:00"), 90) == end_of_gap
    assert ALWAYS.next_at(end_of_gap, 90) == end_of_gap
    assert ALWAYS.next_at(end_of_gap + hours(0.1), 90) == at("2026-03-30", "00:30")


def test_a_digest_of_a_day_that_never_was_comes_as_the_next_begins():
    samoa = Calendar(ALWAYS.hours, zone="Pacific/Apia")  # there was no 30 December 2011
    begin = at("2011-12-30", "10:00")

    assert samoa.next_at(begin, 540) == samoa.next_at(begin - hours(1), 540) == begin


def test_a_digest_in_the_hour_that_comes_twice_comes_the_first_time():
    first = ALWAYS.next_at(at("2026-10-24", "12:00"), 90)

    assert first == at("2026-10-25", "00:30")
    assert ALWAYS.next_at(first + hours(0.1), 90) == at("2026-10-26", "01:30")
