"""Desk hours: the laws that hold for every calendar, and a slow walk that says the same."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from workflows import calendar
from workflows.calendar import OFFICE, Calendar

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
SPAN = 4
"""So many days the slow walk walks."""

few = settings(max_examples=40, deadline=None)
patient = settings(deadline=None)  # another process may have the machine

PLACES = [
    ("Europe/London", date(2026, 3, 29)),  # clocks go forward
    ("Europe/London", date(2026, 10, 25)),  # and back
    ("Europe/London", date(2026, 1, 1)),
    ("Europe/London", date(2028, 2, 29)),
    ("Europe/London", date(2026, 7, 6)),
    ("Atlantic/Azores", date(2026, 3, 29)),  # from midnight to one o'clock
    ("Atlantic/Azores", date(2026, 10, 25)),  # and back to midnight
    ("Australia/Lord_Howe", date(2026, 10, 4)),  # by half an hour
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Asia/Beirut", date(2026, 10, 25)),  # from midnight back to eleven
    ("America/Havana", date(2026, 11, 1)),
    ("Pacific/Apia", date(2011, 12, 30)),  # a day that never was
    ("Pacific/Kiritimati", date(2026, 1, 1)),  # fourteen hours ahead
    ("Pacific/Pago_Pago", date(2026, 1, 1)),  # eleven behind
]


@st.composite
def days(draw):
    cuts = draw(st.lists(st.integers(0, 1440), max_size=3, unique=True).map(sorted))
    if cuts and cuts[-1] < 1440 and draw(st.booleans()):
        cuts.append(1440)
    return tuple((begin, end) for begin, end in zip(cuts[::2], cuts[1::2], strict=False))


@st.composite
def places(draw):
    """A calendar, and the first of the days around which something happens to its clocks."""
    zone, day = draw(st.sampled_from(PLACES))
    week = tuple(draw(st.lists(days(), min_size=7, max_size=7)))
    assume(any(week))
    away = draw(st.frozensets(st.integers(-2, 2), max_size=2))
    first = datetime(day.year, day.month, day.day, tzinfo=UTC) - 2 * DAY
    return Calendar(week, frozenset(day + number * DAY for number in away), zone), first


def moments(first):
    seconds = SPAN * 86_400
    return st.integers(0, seconds).map(lambda second: first + timedelta(seconds=second))


def walk(made, first):
    """Each minute around `first` that is staffed.

    On its day, the wall has shown the begin of some hours by then, and is yet to show a minute
    before their end, or does.
    """
    shown = {}
    for number in range(-1440 * 2, 1440 * (SPAN + 2)):
        moment = first + number * MINUTE
        wall = moment.astimezone(ZoneInfo(made.zone))
        shown.setdefault(wall.date(), []).append((moment, wall.hour * 60 + wall.minute))
    staffed = set()
    for day, minutes in shown.items():
        if day in made.holidays:
            continue
        for begin, end in made.hours[day.weekday()]:
            opened = [moment for moment, minute in minutes if minute >= begin]
            closing = [moment for moment, minute in minutes if minute < end]
            if opened and closing:
                staffed |= {each for each, _ in minutes if opened[0] <= each <= closing[-1]}
    return sorted(staffed)


def walked(minutes, begin, end):
    parts = (min(each + MINUTE, end) - max(each, begin) for each in minutes)
    return sum((part for part in parts if part > timedelta()), timedelta())


@few
@given(st.data())
def test_what_is_staffed_is_what_a_walk_by_the_minute_finds(data):
    made, first = data.draw(places())
    minutes = walk(made, first)

    for _ in range(4):
        begin, end = data.draw(moments(first)), data.draw(moments(first))
        assert made.staffed(begin, end) == walked(minutes, begin, end)

        assert made.is_open(begin) == any(each <= begin < each + MINUTE for each in minutes)
        after = [max(each, begin) for each in minutes if each + MINUTE > begin]
        if after:
            assert made.opening(begin) == after[0]
        else:
            assert made.opening(begin) > first + SPAN * DAY


@few
@given(st.data())
def test_a_span_ends_and_begins_where_a_walk_by_the_minute_finds(data):
    made, first = data.draw(places())
    minutes = walk(made, first)
    begin = first + data.draw(st.integers(0, SPAN * 1440)) * MINUTE
    count = data.draw(st.integers(1, 2000))
    after = [each for each in minutes if each >= begin][:count]
    before = [each for each in minutes if each < begin][-count:]

    if len(after) == count:
        assert made.plus(begin, count * MINUTE) == after[-1] + MINUTE
    if len(before) == count:
        assert made.minus(begin, count * MINUTE) == before[0]


@patient
@given(st.data())
def test_the_parts_of_a_time_are_staffed_as_long_as_the_whole(data):
    made, first = data.draw(places())
    begin, middle, end = sorted(data.draw(st.tuples(*[moments(first)] * 3)))

    parts = made.staffed(begin, middle) + made.staffed(middle, end)

    assert parts == made.staffed(begin, end)
    assert timedelta() <= parts <= end - begin


SPANS = st.timedeltas(timedelta(microseconds=1), timedelta(hours=60))


@patient
@given(st.data(), SPANS)
def test_as_much_is_staffed_until_the_moment_of_a_span_and_less_before(data, span):
    made, first = data.draw(places())
    begin = data.draw(moments(first))

    end = made.plus(begin, span)

    assert made.staffed(begin, end) == span
    assert made.staffed(begin, end - timedelta(microseconds=1)) < span


@patient
@given(st.data(), SPANS)
def test_as_much_is_staffed_from_the_moment_before_a_span_and_less_later(data, span):
    made, first = data.draw(places())
    end = data.draw(moments(first))

    begin = made.minus(end, span)

    assert made.staffed(begin, end) == span
    assert made.staffed(begin + timedelta(microseconds=1), end) < span


@patient
@given(st.data())
def test_the_next_opening_is_open_and_nothing_before_it_is_staffed(data):
    made, first = data.draw(places())
    moment = data.draw(moments(first))

    opened = made.opening(moment)

    assert opened >= moment
    assert made.is_open(opened)
    assert made.staffed(moment, opened) == timedelta()


@patient
@given(st.data(), st.integers(0, 1439), st.none() | st.integers(0, 6))
def test_what_comes_at_a_time_of_day_comes_on_desk_days_and_no_earlier(data, minute, weekday):
    made, first = data.draw(places())
    moment = data.draw(moments(first))

    found = made.next_at(moment, minute, weekday)

    wall = found.astimezone(ZoneInfo(made.zone))
    assert found >= moment
    assert made.next_at(found, minute, weekday) == found
    assert made.next_at(moment + (found - moment) / 2, minute, weekday) == found
    if made.zone == "Europe/London" and wall.date() != date(2026, 3, 29):
        assert made.desk_day(wall.date())
        assert wall.hour * 60 + wall.minute == minute
        last_week = [wall.date() - number * DAY for number in range(7)]
        closed_since = [day for day in last_week if made.desk_day(day)][:1] == [wall.date()]
        assert weekday is None or wall.weekday() == weekday or closed_since


def test_a_hundred_thousand_questions_make_the_table_of_each_year_once():
    made = Calendar(OFFICE.hours, frozenset({date(2026, 12, 25)}))
    calendar.year_of.cache_clear()
    before = calendar.year_of.cache_info().misses
    begin = datetime(2024, 6, 1, tzinfo=UTC)

    for number in range(25_000):
        moment = begin + number * timedelta(minutes=97)
        made.staffed(moment, moment + 9 * DAY)
        made.plus(moment, timedelta(hours=16))
        made.minus(moment, timedelta(hours=8))
        made.opening(moment)

    assert calendar.year_of.cache_info().misses - before == len(range(2024, 2030))


def test_equal_calendars_share_their_tables():
    one = Calendar(OFFICE.hours, frozenset({date(2027, 12, 27)}))
    other = Calendar(OFFICE.hours, frozenset({date(2027, 12, 27)}))
    one.is_open(datetime(2027, 1, 4, 12, tzinfo=UTC))
    before = calendar.year_of.cache_info().misses

    other.is_open(datetime(2027, 1, 4, 12, tzinfo=UTC))

    assert calendar.year_of.cache_info().misses == before
