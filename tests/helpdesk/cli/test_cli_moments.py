"""How moments are typed: a day, a day and a time, a weekday, a length of time from now."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from helpdesk.cli.days import today, tomorrow
from helpdesk.cli.moments import coming
from helpdesk.config.settings import Config
from helpdesk.errors import BadValue

HOURS = Config().hours
LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def in_london(moment):
    return f"{moment.astimezone(LONDON):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-03-09", "2026-03-09 09:00"),  # when the desk opens
        ("2026-03-07", "2026-03-09 09:00"),  # on a Saturday it does not
        ("2026-04-03", "2026-04-07 09:00"),  # nor from Good Friday to Easter Monday
        ("2026-03-09 17:30", "2026-03-09 17:30"),
        ("2026-03-09T17:30", "2026-03-09 17:30"),
        ("2026-03-02 12:01", "2026-03-02 12:01"),
        ("2026-07-01 09:00", "2026-07-01 09:00"),  # in summer time
        ("fri", "2026-03-06 09:00"),
        ("Friday", "2026-03-06 09:00"),
        ("thurs 12:00", "2026-03-05 12:00"),
        ("mon", "2026-03-09 09:00"),  # today it has opened already
        ("mon 09:00", "2026-03-09 09:00"),
        ("mon 13:00", "2026-03-02 13:00"),
        ("MONDAY  9:05", "2026-03-09 09:05"),
        ("today 23:59", "2026-03-02 23:59"),
        ("tomorrow", "2026-03-03 09:00"),
        ("tomorrow 12:00", "2026-03-03 12:00"),
        ("12:30", "2026-03-02 12:30"),
        ("11:30", "2026-03-03 11:30"),
        ("5 days", "2026-03-07 12:00"),
        ("3d", "2026-03-05 12:00"),
        ("1 week 2 hours", "2026-03-09 14:00"),
        (" 2026-03-09 ", "2026-03-09 09:00"),
        ("2026-03-29 01:30", "2026-03-29 02:30"),  # the clocks go forward over it
        ("2026-10-25 01:30", "2026-10-25 01:30"),
    ],
)
def test_a_moment_is_what_people_mean(typed, meant):
    found = coming(typed, MONDAY, HOURS)

    assert in_london(found) == meant
    assert found.utcoffset().total_seconds() == 0


@pytest.mark.parametrize(
    ("typed", "fragment"),
    [
        ("2026-03-01", "'2026-03-01' has passed: it is Mon 2 Mar 12:00"),
        ("2026-02-28", "has passed"),  # a Saturday, and the opening after it has passed too
        ("2026-03-02", "has passed"),
        ("2026-03-02 12:00", "has passed"),
        ("today", "has passed"),
        ("today 11:59", "has passed"),
        ("0001-01-01", "has passed"),
        ("-5 days", "is not a moment"),
        ("banana", "names no day"),
        ("mo", "is not a moment"),
        ("2026-3-9", "is not a moment"),
        ("2026-02-29", "there is no such day"),
        ("24:00", "there is no such time"),
        ("12:60", "there is no such time"),
        ("\u0662\u0660\u0662\u0666-03-09", "is not a moment"),
        ("monday tuesday", "is not a moment"),
        ("2037-01-01", "is more than ten years away"),
    ],
)
def test_what_is_no_moment_to_come_is_refused(typed, fragment):
    with pytest.raises(BadValue, match=fragment):
        coming(typed, MONDAY, HOURS)


def test_a_saturday_gone_by_is_refused_although_we_open_only_later():
    sunday = datetime(2026, 3, 1, 12, tzinfo=UTC)

    with pytest.raises(BadValue, match="has passed"):
        coming("2026-02-28", sunday, HOURS)


@pytest.mark.parametrize(
    ("now", "begins", "ends"),
    [
        ("2026-03-02 00:00", "2026-03-02 00:00", "2026-03-03 00:00"),
        ("2026-03-02 23:59", "2026-03-02 00:00", "2026-03-03 00:00"),
        ("2026-06-30 23:30", "2026-06-30 23:00", "2026-07-01 23:00"),  # it is July in London
        ("2026-03-29 12:00", "2026-03-29 00:00", "2026-03-29 23:00"),  # 23 hours long
        ("2026-10-25 12:00", "2026-10-24 23:00", "2026-10-26 00:00"),  # 25 hours long
    ],
)
def test_a_day_begins_and_ends_at_local_midnight(now, begins, ends):
    moment = datetime.fromisoformat(f"{now}+00:00")

    assert today(moment, "Europe/London") == datetime.fromisoformat(f"{begins}+00:00")
    assert tomorrow(moment, "Europe/London") == datetime.fromisoformat(f"{ends}+00:00")
