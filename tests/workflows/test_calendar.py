"""Desk hours: what is staffed, told by examples."""

import subprocess
import sys
from dataclasses import FrozenInstanceError
from datetime import date, datetime, timedelta

import pytest

from workflows.calendar import ALWAYS, OFFICE, Calendar, calendar_from

NINE_TO_FIVE = ((540, 1020),)
CLOSED = ()
WEEK = (NINE_TO_FIVE,) * 5 + (CLOSED, CLOSED)
EASTER = frozenset({date(2026, 4, 3), date(2026, 4, 6)})
EASTER_WEEK = Calendar(WEEK, EASTER)


def at(day: str, clock: str = "00:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}+00:00")


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


@pytest.mark.parametrize(
    ("begin", "end", "staffed"),
    [
        (at("2026-03-02", "09:00"), at("2026-03-02", "17:00"), hours(8)),
        (at("2026-03-02", "16:59"), at("2026-03-03", "09:01"), timedelta(minutes=2)),
        (at("2026-03-06", "18:00"), at("2026-03-08", "18:00"), hours(0)),  # a whole weekend
        (at("2026-03-02"), at("2026-03-09"), hours(40)),
        (at("2026-04-02", "17:00"), at("2026-04-07", "08:00"), hours(8 + 8)),  # Easter, in summer
        (at("2026-03-02", "12:00"), at("2026-03-02", "12:00"), hours(0)),
        (at("2026-03-03", "12:00"), at("2026-03-02", "12:00"), hours(0)),
        (at("2025-12-31", "16:00"), at("2028-01-03", "10:00"), hours(2 + 8 * (261 + 261))),
    ],
)
def test_only_desk_hours_are_staffed(begin, end, staffed):
    assert OFFICE.staffed(begin, end) == staffed


def test_holidays_are_not_staffed():
    assert EASTER_WEEK.staffed(at("2026-04-02", "17:00"), at("2026-04-07", "09:00")) == hours(1)
    assert EASTER_WEEK.opening(at("2026-04-03", "12:00")) == at("2026-04-07", "08:00")
    assert not EASTER_WEEK.is_open(at("2026-04-03", "12:00"))
    assert not EASTER_WEEK.desk_day(date(2026, 4, 3))
    assert EASTER_WEEK.desk_day(date(2026, 4, 7))
    assert not EASTER_WEEK.desk_day(date(2026, 4, 4))  # a Saturday


@pytest.mark.parametrize(
    ("day", "staffed"), [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-25", 25)]
)
def test_a_desk_that_never_closes_has_as_many_hours_as_the_day(day, staffed):
    begin = ALWAYS.next_at(at(day) - hours(1), 0)

    assert ALWAYS.staffed(begin, ALWAYS.next_at(begin + hours(2), 0)) == hours(staffed)


def test_the_same_wall_time_is_an_hour_earlier_in_summer():
    assert OFFICE.opening(at("2026-03-27", "20:00")) == at("2026-03-30", "08:00")
    assert OFFICE.opening(at("2026-10-23", "20:00")) == at("2026-10-26", "09:00")


@pytest.mark.parametrize(
    ("begin", "end", "opens", "closes"),
    [
        (60, 180, "01:00", "02:00"),  # 01:00 to 03:00: from the end of the gap
        (90, 180, "01:00", "02:00"),
        (0, 90, "00:00", "01:00"),  # it ends in the gap
        (180, 240, "02:00", "03:00"),
    ],
)
def test_in_spring_the_gap_counts_as_its_end(begin, end, opens, closes):
    sundays = Calendar((CLOSED,) * 6 + (((begin, end),),))

    opened = sundays.opening(at("2026-03-28", "12:00"))

    assert opened == at("2026-03-29", opens)
    assert sundays.plus(opened, hours(1)) == at("2026-03-29", closes)


def test_hours_that_fall_into_the_gap_are_no_hours():
    sundays = Calendar((CLOSED,) * 6 + (((70, 110),),))

    assert sundays.staffed(at("2026-03-29"), at("2026-03-30")) == hours(0)
    assert sundays.opening(at("2026-03-29")) == at("2026-04-05", "00:10")


def test_in_autumn_hours_begin_the_first_time_and_end_the_second():
    sundays = Calendar((CLOSED,) * 6 + (((75, 105),),))

    assert sundays.opening(at("2026-10-25")) == at("2026-10-25", "00:15")
    assert sundays.staffed(at("2026-10-25"), at("2026-10-26")) == hours(1.5)
    assert sundays.is_open(at("2026-10-25", "01:44"))
    assert not sundays.is_open(at("2026-10-25", "01:45"))


def test_a_break_in_the_hour_that_comes_twice_is_worked_through():
    sundays = Calendar((CLOSED,) * 6 + (((0, 75), (90, 180)),))

    assert sundays.staffed(at("2026-10-24", "23:00"), at("2026-10-25", "03:00")) == hours(4)


def test_a_day_is_over_at_its_first_midnight():
    late = Calendar((CLOSED,) * 5 + (((1200, 1440),), CLOSED), zone="Atlantic/Azores")

    # On Sunday 25 October 2026 the clocks of the Azores go back from one o'clock to midnight.
    assert late.staffed(at("2026-10-24"), at("2026-10-26")) == hours(4)


def test_hours_may_follow_each_other_without_a_break():
    whole = Calendar((((540, 720), (720, 1020)),) * 7)

    assert whole.plus(at("2026-03-02", "09:00"), hours(8)) == at("2026-03-02", "17:00")
    assert whole.minus(at("2026-03-02", "17:00"), hours(5)) == at("2026-03-02", "12:00")


def test_a_span_of_staffed_time_ends_as_the_desk_closes_and_begins_as_it_opens():
    assert OFFICE.plus(at("2026-03-06", "09:00"), hours(8)) == at("2026-03-06", "17:00")
    assert OFFICE.plus(at("2026-03-06", "17:00"), hours(1)) == at("2026-03-09", "10:00")
    assert OFFICE.minus(at("2026-03-09", "09:00"), hours(8)) == at("2026-03-06", "09:00")
    assert OFFICE.minus(at("2026-03-09", "10:00"), hours(1)) == at("2026-03-09", "09:00")


def test_no_span_ends_where_it_begins():
    saturday = at("2026-03-07", "12:00")

    assert OFFICE.plus(saturday, hours(0)) == OFFICE.minus(saturday, hours(0)) == saturday


def test_spans_run_over_years():
    begin = at("2025-12-31", "09:00")

    assert OFFICE.plus(begin, hours(8 * (1 + 261 + 261))) == at("2027-12-31", "17:00")
    assert OFFICE.minus(at("2027-12-31", "17:00"), hours(8 * (1 + 261 + 261))) == begin


def test_a_span_may_be_of_many_years():
    begin, end = at("2020-01-01", "09:00"), at("2026-01-01", "17:00")
    span = OFFICE.staffed(begin, end)

    assert OFFICE.plus(begin, span) == end
    assert OFFICE.minus(end, span) == begin


def test_a_span_may_begin_as_the_year_does():
    assert OFFICE.minus(at("2026-01-01", "17:00"), hours(8)) == at("2026-01-01", "09:00")


@pytest.mark.parametrize(
    ("week", "words"),
    [
        (WEEK[:6], "seven days, not 6"),
        ((CLOSED,) * 7, "^the desk is never staffed: write hours for one day at least$"),
        ((((1020, 540),), *WEEK[1:]), "monday: hours begin before they end"),
        ((((540, 540),), *WEEK[1:]), "monday: hours begin before they end"),
        ((WEEK[0], ((-1, 540),), *WEEK[2:]), "tuesday: .* within the day"),
        ((*WEEK[:6], ((540, 1441),)), "sunday: .* within the day"),
        ((((540, 720), (700, 1020)), *WEEK[1:]), "monday: .* do not overlap"),
        ((((780, 1020), (540, 720)), *WEEK[1:]), "monday: .* in their order"),
    ],
)
def test_what_is_no_week_is_refused(week, words):
    with pytest.raises(ValueError, match=words):
        Calendar(week)


@pytest.mark.parametrize("zone", ["Europe/Londn", "", "../etc/passwd"])
def test_an_unknown_zone_is_refused(zone):
    with pytest.raises(ValueError, match=r"^there is no time zone"):
        Calendar(WEEK, zone=zone)


def test_a_desk_that_stays_closed_for_years_has_no_next_hours():
    away = frozenset(date(2026, 1, 1) + timedelta(days=number) for number in range(4 * 366))
    gone = Calendar(WEEK, away)
    noon, later = at("2026-03-02", "12:00"), at("2029-11-05", "12:00")

    for asked in (
        lambda: gone.opening(noon),
        lambda: gone.plus(noon, hours(1)),
        lambda: gone.minus(later, hours(1)),
        lambda: gone.next_at(noon, 540),
    ):
        with pytest.raises(ValueError, match="within 3 years"):
            asked()
    assert not gone.is_open(noon)
    assert gone.staffed(noon, later) == hours(0)
    assert gone.opening(at("2029-06-01")) == at("2030-01-04", "09:00")


def test_a_desk_that_was_closed_for_two_years_is_waited_for():
    days = [date(2026, 3, 1) + timedelta(days=number) for number in range(5 * 366)]
    late = Calendar(WEEK, frozenset(day for day in days if day.year < 2029))
    gap = Calendar(WEEK, frozenset(day for day in days if 2028 <= day.year < 2030))

    assert late.opening(at("2026-03-02", "12:00")) == at("2029-01-01", "09:00")
    assert gap.plus(at("2026-01-01"), hours(8 * (261 + 261) + 1)) == at("2030-01-01", "10:00")


def test_what_is_kept_of_a_calendar_makes_the_same_again():
    lunch = Calendar((((540, 750), (810, 1020)),) * 7, EASTER, "Europe/Dublin")

    again = calendar_from(lunch.values())

    assert again == lunch
    assert hash(again) == hash(lunch)
    assert calendar_from(again.values()) is again
    assert again.values() == {
        "hours": [[[540, 750], [810, 1020]]] * 7,
        "holidays": ["2026-04-03", "2026-04-06"],
        "zone": "Europe/Dublin",
    }


def test_a_calendar_is_named_by_what_it_holds():
    others = [ALWAYS, OFFICE, EASTER_WEEK, Calendar(WEEK, zone="UTC"), Calendar(WEEK[::-1])]

    assert len({each.key for each in others}) == len(others)
    assert len({hash(each) for each in others}) == len(others)
    assert Calendar(WEEK).key == OFFICE.key
    assert OFFICE.key.isalnum()


def test_the_name_of_a_calendar_is_the_same_in_every_version():
    # Clocks name the calendar that they go by: by another name they would not find it.
    assert OFFICE.key == "b3004f8ca408d1a5"


def test_a_calendar_never_changes():
    with pytest.raises(FrozenInstanceError):
        OFFICE.zone = "UTC"


def test_the_name_of_a_calendar_is_the_same_in_every_process():
    ask = "from datetime import date; from workflows.calendar import *; print(Calendar(OFFICE.hours"
    ask += ", frozenset({date(2026, 4, 3), date(2026, 4, 6)})).key)"

    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == EASTER_WEEK.key
