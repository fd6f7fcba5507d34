"""The desk's hours and holidays, as config.toml gives them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from helpdesk.config import holidays
from helpdesk.config.settings import Config, DeskHours, load
from helpdesk.errors import ConfigError

YEARS = range(2024, 2031)
DAY = timedelta(days=1)


def easter(year: int) -> date:
    """Easter Sunday, by the rules of 1582: golden number, epact, and the Sunday after."""
    golden, century = year % 19 + 1, year // 100 + 1
    gregorian, lunar = 3 * century // 4 - 12, (8 * century + 5) // 25 - 5
    epact = (11 * golden + 20 + lunar - gregorian) % 30
    epact += epact == 24 or (epact == 25 and golden > 11)
    moon = 44 - epact if epact < 24 else 74 - epact
    sunday = (5 * year // 4 - gregorian - 10) % 7
    return date(year, 3, 1) + DAY * (moon + 7 - (sunday + moon) % 7 - 1)


def mondays(year: int, month: int) -> list[date]:
    days = [date(year, month, 1) + DAY * number for number in range(31)]
    return [day for day in days if day.weekday() == 0 and day.month == month]


def bank_holidays(year: int) -> set[date]:
    may = mondays(year, 5)
    found = {easter(year) - 2 * DAY, easter(year) + DAY, may[0], may[-1], mondays(year, 8)[-1]}
    fixed = [date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)]
    found |= {day for day in fixed if day.weekday() < 5}
    for day in fixed:
        substitute = day
        while substitute.weekday() >= 5 or (substitute != day and substitute in found):
            substitute += DAY
        found.add(substitute)
    return found


def configured(folder, text: str) -> Config:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return load(folder / "config.toml")


def at(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}+00:00")


def test_easter_falls_where_the_almanac_says():
    assert [easter(year).isoformat() for year in (1954, 1981, 2000, 2024, 2026, 2038)] == [
        "1954-04-18",
        "1981-04-19",
        "2000-04-23",
        "2024-03-31",
        "2026-04-05",
        "2038-04-25",
    ]


@pytest.mark.parametrize("year", YEARS)
def test_the_bank_holidays_of_england_follow_the_rules(year):
    shipped = {day for day in holidays.england().days if day.year == year}

    assert shipped == bank_holidays(year)
    assert len(shipped) == 8


def test_no_other_days_are_shipped_and_none_twice():
    lines = holidays.SHIPPED.read_text(encoding="utf-8").splitlines()
    days = [line.split()[0] for line in lines if line and not line.startswith("#")]

    assert days == sorted(set(days))
    assert {int(day[:4]) for day in days} == set(YEARS)
    assert all("  " in line for line in lines if line and not line.startswith("#"))


def test_a_new_desk_keeps_office_hours_and_the_bank_holidays_of_england(tmp_path):
    hours = configured(tmp_path, "").hours

    assert hours.zone == "Europe/London"
    assert hours.staffed(at("2026-03-02", "00:00"), at("2026-03-09", "00:00")) == timedelta(
        hours=40
    )
    assert hours.opening(at("2026-04-02", "20:00")) == at("2026-04-07", "08:00")


def test_each_day_has_its_own_hours(tmp_path):
    config = configured(
        tmp_path,
        """
[desk]
zone = "Asia/Tokyo"
[calendar]
monday = "09:00-12:30, 13:30-17:00"
tuesday = " "
wednesday = "22:00-24:00"
thursday = " 8:00 \u2013 9:15 "
""",
    )

    assert config.hours.hours[:5] == (
        ((540, 750), (810, 1020)),
        (),
        ((1320, 1440),),
        ((480, 555),),
        ((540, 1020),),
    )
    assert config.hours.zone == "Asia/Tokyo"


def test_hours_are_shown_as_they_are_written(tmp_path):
    text = '[calendar]\nmonday = "9:00-12:30,13:30-24:00"\nalso_closed = ["2026-12-24"]\n'

    shown = configured(tmp_path, text).model_dump()["calendar"]

    assert shown["monday"] == "09:00-12:30, 13:30-24:00"
    assert shown["sunday"] == ""
    assert shown["holidays"] == "england"
    assert shown["also_closed"] == (date(2026, 12, 24),)


@pytest.mark.parametrize("written", ['"2026-12-24"', "2026-12-24"])
def test_the_desk_can_be_closed_on_more_days(tmp_path, written):
    hours = configured(tmp_path, f"[calendar]\nalso_closed = [{written}]\n").hours

    assert not hours.desk_day(date(2026, 12, 24))
    assert not hours.desk_day(date(2026, 12, 25))
    assert hours.desk_day(date(2026, 12, 23))


def test_other_holidays_are_read_from_a_file_beside_the_configuration(tmp_path):
    (tmp_path / "days.txt").write_text(
        "\ufeff# ours\n\n2026-06-24  Midsummer  # a Wednesday\n2026-06-25\n", encoding="utf-8"
    )

    config = configured(tmp_path, '[calendar]\nholidays = "days.txt"\n')

    assert config.hours.holidays == {date(2026, 6, 24), date(2026, 6, 25)}
    assert config.model_dump()["calendar"]["holidays"] == str(tmp_path / "days.txt")


def test_a_desk_may_have_no_holidays(tmp_path):
    assert configured(tmp_path, '[calendar]\nholidays = ""\n').hours.holidays == frozenset()


def test_holidays_may_be_given_in_code():
    day = date(2026, 3, 2)

    config = Config(calendar=DeskHours(holidays=holidays.Holidays("ours", frozenset({day}))))

    assert not config.hours.desk_day(day)


def test_the_calendar_of_a_desk_is_made_once(tmp_path):
    config = configured(tmp_path, "")

    assert config.hours is config.hours
    assert configured(tmp_path, "").hours is config.hours


def test_hours_changed_in_a_copy_are_the_hours_of_the_copy():
    config = Config()
    assert config.hours.desk_day(date(2026, 3, 2))

    copy = config.model_copy(update={"calendar": DeskHours(monday=())})

    assert not copy.hours.desk_day(date(2026, 3, 2))


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ('friday = "nine to five"', "friday: 'nine to five' is not when a desk is staffed"),
        ('friday = "09:00"', "friday: '09:00' is not when a desk is staffed; write for example"),
        ('friday = "09:00-17:00-18:00"', "friday: '09:00-17:00-18:00' is not when"),
        ('friday = "09:00-17:60"', "friday: '09:00-17:60' is not when"),
        ('friday = "09:00-25:00"', "friday: '09:00-25:00' is not when"),
        ('friday = "09:00-12:00, "', "friday: '' is not when"),
        ('friday = "17:00-09:00"', "friday: '17:00-09:00': hours begin before they end"),
        ('friday = "22:00-00:00"', "midnight is '24:00'"),
        ('friday = "13:00-17:00, 09:00-12:00"', "hours stand in their order"),
        ('friday = "09:00-13:00, 12:00-17:00"', "and do not overlap"),
        ("friday = 9", "friday: write hours between quotation marks: '09:00-17:00'"),
        ("friday = [[540, 1020]]", "friday: write hours between quotation marks"),
        (
            'also_closed = ["2026-02-30"]',
            "'2026-02-30' is not a day; write for example '2026-12-24'",
        ),
        ("also_closed = [2026-12-24T10:00:00]", "is not a day"),
        ('also_closed = "2026-12-24"', "write a list, between square brackets"),
        ("holidays = true", 'holidays: write "england", or the path of a file'),
        ('holidays = "wales"', "wales: cannot be read: No such file or directory"),
        ('holidays = "bad.txt"', "bad.txt:3: 'Friday' is not a day; write for example 2026-04-03"),
        ('holidays = "latin.txt"', "latin.txt: is not UTF-8 text"),
        ('holliday = "england"', "holliday: unknown setting, did you mean 'holidays'?"),
    ],
)
def test_what_is_wrong_with_the_calendar_is_told_with_its_line(tmp_path, setting, words):
    (tmp_path / "bad.txt").write_text("# ours\n2026-04-02\nFriday 3 April\n", encoding="utf-8")
    (tmp_path / "latin.txt").write_bytes("2026-04-02 Gründonnerstag".encode("latin-1"))

    with pytest.raises(ConfigError) as told:
        configured(tmp_path, f"[calendar]  # ours\n\n{setting}\n")

    assert str(told.value).startswith(f"{tmp_path / 'config.toml'}:3: calendar.")
    assert words in str(told.value)


def test_a_week_without_hours_is_told_with_the_line_of_its_section(tmp_path):
    closed = "".join(f'{day} = ""\n' for day in ("monday", "tuesday", "wednesday", "thursday"))

    with pytest.raises(ConfigError, match=r"config.toml:2: calendar: the desk is never staffed"):
        configured(tmp_path, f'\n[calendar]\n{closed}friday = ""\n')


def test_the_hours_follow_the_clocks_of_the_desks_zone(tmp_path):
    hours = configured(tmp_path, "").hours

    assert hours.is_open(datetime(2026, 7, 6, 8, 0, tzinfo=UTC))
    assert not hours.is_open(datetime(2026, 3, 2, 8, 59, tzinfo=UTC))
