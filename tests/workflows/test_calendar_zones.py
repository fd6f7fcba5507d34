"""Desk hours: all moments are in UTC, whatever is asked, and wherever."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from workflows.calendar import ALWAYS, OFFICE, Calendar


def at(day: str, clock: str = "00:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}+00:00")


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def test_answers_are_in_utc_whatever_zone_is_asked_in():
    noon = at("2026-07-06", "12:00").astimezone(ZoneInfo("Asia/Tokyo"))

    for found in (OFFICE.opening(noon), OFFICE.plus(noon, hours(0)), OFFICE.minus(noon, hours(0))):
        assert found == noon
        assert found.tzinfo is UTC


@pytest.fixture(params=["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def machine_elsewhere(request, monkeypatch):
    """The machine keeps another time than the desk: 14 hours ahead, or 11 behind."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="no way here to move the machine")
@pytest.mark.usefixtures("machine_elsewhere")
def test_it_does_not_matter_what_time_the_machine_keeps():
    new_year, old_year = at("2026-01-01", "09:00"), at("2025-12-31", "16:30")
    samoa = Calendar(ALWAYS.hours, zone="Pacific/Pago_Pago")
    kiribati = Calendar(ALWAYS.hours, zone="Pacific/Kiritimati")

    assert OFFICE.is_open(old_year)
    assert OFFICE.is_open(new_year)
    assert OFFICE.staffed(old_year, new_year) == hours(0.5)
    assert OFFICE.staffed(new_year, new_year + hours(1)) == hours(1)
    assert OFFICE.staffed(old_year - hours(1), old_year) == hours(1)
    assert samoa.next_at(at("2026-03-03", "10:30"), 1439) == at("2026-03-03", "10:59")
    assert kiribati.next_at(at("2026-03-03", "10:30"), 31) == at("2026-03-03", "10:31")


def test_every_moment_that_it_gives_is_in_utc():
    saturday, gap = at("2026-03-07"), at("2026-03-28", "12:00")

    for found in (
        OFFICE.opening(saturday),
        OFFICE.plus(saturday, hours(1)),
        OFFICE.minus(saturday, hours(1)),
        OFFICE.next_at(saturday, 540),
        ALWAYS.next_at(gap, 90),
        ALWAYS.opening(gap),
    ):
        assert found.tzinfo is UTC
