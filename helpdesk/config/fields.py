"""What a setting can be: lengths of time, hours, days, addresses; each says how it is written."""

# Whatever is wrong with a setting is a ValueError: pydantic takes no other for a fault of the file.
# ruff: noqa: TRY004

import re
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, PlainValidator

from notifications.headers import mailbox
from workflows import spans
from workflows.calendar import DAYS, MIDNIGHT, Minutes

LONGEST = timedelta(days=3653)
"""Ten years: what is longer was mistyped."""


def _span(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str):
        raise ValueError("write a length of time, for example '48 hours'")
    try:
        found = spans.read(value)
    except OverflowError:
        found = timedelta.max
    if found > LONGEST:
        raise ValueError(f"{value!r} is longer than ten years")
    return found


def desk_span(value: object) -> object:
    """A length of desk time. ValueError if it counts days, of which nobody knows the hours."""
    if isinstance(value, str) and re.search(r"(?i)\d\s*[dw]", value):
        raise ValueError(
            f"{value!r} would be desk time, and a desk day is not 24 hours:"
            " write hours, for example '16 hours'"
        )
    return _span(value)


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f"there is no time zone {value!r}; write for example Europe/London"
        ) from None
    return value


def _address(value: str) -> str:
    mailbox(value)
    return value


def _different(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))  # whoever stands there twice hears once


def _name(value: str) -> str:
    if set(value) & set('<>@"\\'):
        raise ValueError("a name goes without < > @ and quotation marks")
    return value


def _database(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql://")):
        raise ValueError("write sqlite:///FILE, or postgresql://USER@HOST/NAME")
    return value


def _clock_time(value: object) -> time:
    if isinstance(value, time):
        return value
    minute = _minute(value) if isinstance(value, str) else None
    if minute is None or minute == MIDNIGHT:
        raise ValueError(f"{value!r} is not a time of day; write for example '09:00'")
    return time(*divmod(minute, 60))


def _minute(text: str) -> int | None:
    found = re.fullmatch(r"(\d{1,2}):([0-5]\d)", text.strip(), re.ASCII)
    minute = int(found[1]) * 60 + int(found[2]) if found else None
    return minute if minute is not None and minute <= MIDNIGHT else None


def _hours(value: object) -> tuple[Minutes, ...]:
    if isinstance(value, tuple):
        return value
    if not isinstance(value, str):
        raise ValueError("write hours between quotation marks: '09:00-17:00'")
    found = tuple(_spell(part) for part in value.split(",")) if value.strip() else ()
    if any(later[0] < former[1] for former, later in pairwise(found)):
        raise ValueError(f"{value!r}: hours stand in their order and do not overlap")
    return found


def _spell(text: str) -> Minutes:
    first, _, last = text.replace("\u2013", "-").partition("-")
    begin, end = _minute(first), _minute(last)
    if begin is None or end is None:
        raise ValueError(
            f"{text.strip()!r} is not when a desk is staffed; write for example '09:00-17:00',"
            " or '09:00-12:30, 13:30-17:00', or '' if it is closed"
        )
    if begin >= end:
        raise ValueError(f"{text.strip()!r}: hours begin before they end; midnight is '24:00'")
    return begin, end


def hours_words(spells: tuple[Minutes, ...]) -> str:
    """Hours as they are written: "09:00-12:30, 13:30-17:00"."""
    return ", ".join("-".join("{:02}:{:02}".format(*divmod(m, 60)) for m in s) for s in spells)


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{value!r} is not a day; write for example '2026-12-24'") from None


def _weekday(value: object) -> str:
    if str(value).lower() not in DAYS:
        raise ValueError(f"{value!r} is not a day of the week; write for example 'monday'")
    return str(value).lower()


def _chasers(value: object) -> tuple[int, int]:
    match value:
        case (int(first), int(second)) if 0 < first < second <= LONGEST.days:
            return first, second
    raise ValueError("write two days, the second after the first: [3, 7]")


Span = Annotated[timedelta, BeforeValidator(_span), Field(gt=timedelta())]
Allowance = Annotated[timedelta, BeforeValidator(_span)]  #: a length of time that may be none
DeskSpan = Annotated[timedelta, BeforeValidator(desk_span)]
Zone = Annotated[str, AfterValidator(_zone)]
Address = Annotated[str, AfterValidator(_address)]
Addresses = Annotated[tuple[Address, ...], AfterValidator(_different)]
Name = Annotated[str, AfterValidator(_name)]
Database = Annotated[str, AfterValidator(_database)]
Time = Annotated[time, PlainValidator(_clock_time), PlainSerializer(lambda at: f"{at:%H:%M}")]
Hours = Annotated[tuple[Minutes, ...], PlainValidator(_hours), PlainSerializer(hours_words)]
Days = tuple[Annotated[date, PlainValidator(_day)], ...]
Weekday = Annotated[str, PlainValidator(_weekday)]
Chasers = Annotated[tuple[int, int], PlainValidator(_chasers)]
