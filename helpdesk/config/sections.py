"""The sections of config.toml: each setting, what it can be, and its default."""

from datetime import date, time, timedelta
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    field_validator,
    model_validator,
)

from helpdesk import config
from helpdesk.config import fields, holidays
from helpdesk.config.definitions import definition
from helpdesk.config.fields import Addresses, Allowance, DeskSpan, Hours, Span
from helpdesk.config.holidays import Holidays
from helpdesk.config.post import Section
from helpdesk.errors import ConfigError
from workflows.calendar import DAYS, OFFICE, Calendar, Week
from workflows.definition import Workflow
from workflows.holds import Rules
from workflows.lifecycle import ACKNOWLEDGE, PROVIDE
from workflows.targets import Policies, Policy, Target

OFFICE_HOURS = OFFICE.hours[0]


class Desk(Section):
    name: fields.Name = "The ODS desk"
    address: fields.Address = "ods.desk@example.org"  #: where mail to the desk goes, and letters
    phone: str = ""
    signature: str = ""  #: lines below an agent's name in letters that they write
    zone: fields.Zone = config.ZONE


class Store(Section):
    database: fields.Database = config.DATABASE


class People(Section):
    supervisors: Addresses = ()
    desk: Addresses = ()  #: who hears of calls at risk that nobody has; else supervisors
    lead: Addresses = ()  #: who hears of breaches that nobody looks after; else supervisors
    operator: Addresses = ()  #: who hears of a silent daemon; else supervisors


def _holidays(value: object, about: ValidationInfo) -> Holidays:
    if isinstance(value, Holidays):
        return value
    if not isinstance(value, str):
        raise ValueError('write "england", or the path of a file of days; "" for none')  # noqa: TRY004
    if value == holidays.ENGLAND:
        return holidays.england()
    if not value:
        return Holidays("")
    folder: Path = (about.context or {}).get("folder", Path())
    try:
        return holidays.read(folder / Path(value).expanduser())
    except ConfigError as error:
        raise ValueError(str(error)) from error


class DeskHours(Section):
    """When the desk is staffed."""

    monday: Hours = OFFICE_HOURS
    tuesday: Hours = OFFICE_HOURS
    wednesday: Hours = OFFICE_HOURS
    thursday: Hours = OFFICE_HOURS
    friday: Hours = OFFICE_HOURS
    saturday: Hours = ()
    sunday: Hours = ()
    holidays: Annotated[
        Holidays, PlainValidator(_holidays), PlainSerializer(lambda each: each.source)
    ] = Field(default_factory=holidays.england)
    also_closed: fields.Days = ()

    @model_validator(mode="after")
    def _is_ever_staffed(self) -> Self:
        if not any(self.week):
            raise ValueError("the desk is never staffed: write hours for one day at least")
        return self

    @property
    def week(self) -> Week:
        return tuple(getattr(self, day) for day in DAYS)

    def calendar(self, zone: str) -> Calendar:
        """These hours in `zone`: always the same object."""
        return _calendar(self.week, self.holidays.days, self.also_closed, zone)


@lru_cache
def _calendar(
    week: Week, days: frozenset[date], also_closed: tuple[date, ...], zone: str
) -> Calendar:
    return Calendar(week, days.union(also_closed), zone)


class Count(Enum):
    """What time counts towards a promise."""

    ELAPSED = "elapsed"  #: all of it
    WORKING = "working"  #: desk time


class Promise(Section):
    count: Count = Count.ELAPSED
    within: Span
    lead: Span
    staffed: DeskSpan = timedelta()

    @field_validator("within", mode="before")
    @classmethod
    def _is_written_in_hours(cls, value: Any, about: ValidationInfo) -> Any:
        return fields.desk_span(value) if about.data.get("count") is Count.WORKING else value

    @model_validator(mode="after")
    def _warns_in_time(self) -> Self:
        name, early = (
            ("staffed", self.staffed) if self.count is Count.WORKING else ("lead", self.lead)
        )
        if early >= self.within:
            raise ValueError(f"{name} must be shorter than within: else every call is born at risk")
        return self

    def policy(self, hours: Calendar) -> Policy:
        working = self.count is Count.WORKING
        return Policy(self.within, self.lead, self.staffed, working, hours)


def _promise(target: Target) -> Promise:
    policy = target.policy
    return Promise(within=policy.within, lead=policy.lead, staffed=policy.staffed)


class Sla(Section):
    acknowledge: Promise = _promise(ACKNOWLEDGE)
    provide: Promise = _promise(PROVIDE)

    def policies_of(self, workflow: Workflow, hours: Calendar) -> Policies:
        """The policy of each target of `workflow`: as configured, else the target's own."""
        ours = {ACKNOWLEDGE: self.acknowledge, PROVIDE: self.provide}
        return {
            target.name: ours[target].policy(hours)
            if target in ours
            else target.policy._replace(calendar=hours)
            for target in workflow.targets
        }


class Holds(Section):
    awaiting_requester: bool = True  #: whether the provide clock stands still meanwhile
    awaiting_cqc: Allowance = timedelta(days=28)  #: for how long at most it does
    chasers: fields.Chasers = (3, 7)  #: days after the last message
    no_reply: int = Field(default=14, le=fields.LONGEST.days, validate_default=True)
    audit_before_due: Allowance = timedelta(hours=24)

    @field_validator("no_reply")
    @classmethod
    def _comes_last(cls, value: int, about: ValidationInfo) -> int:
        last = about.data.get("chasers", (0, 0))[-1]
        if value <= last:
            raise ValueError(f"no_reply must be later than the last of chasers, day {last}")
        return value

    @property
    def rules(self) -> Rules:
        return Rules(
            requester_pauses=self.awaiting_requester,
            cqc_pauses_for=self.awaiting_cqc,
            chasers=self.chasers,
            no_reply=self.no_reply,
            audit_before_due=self.audit_before_due,
        )


class Calls(Section):
    reopen_within: Span = timedelta(days=30)  #: of closing; mail that comes later is a new call


class Replies(Section):
    folder: Path | None = None  #: canned texts of the desk's own, besides ours


class Ladder(Section):
    quiet: bool = True  #: letters about promises wait for the desk to be staffed; urgent never
    digest: fields.Time = time(9)  #: local, on desk days
    weekly: fields.Weekday = DAYS[0]
    level_2: DeskSpan = timedelta(hours=24)  #: desk time after a breach in which nothing happened
    rows: int = Field(default=50, ge=1, le=1000)  #: so many calls that one letter lists at most

    @property
    def digest_minute(self) -> int:
        """The minute of the day at which digests go out."""
        return self.digest.hour * 60 + self.digest.minute

    @property
    def weekday(self) -> int:
        """The day of the weekly report; Monday is 0."""
        return DAYS.index(self.weekly)


def _definition(place: str) -> str:
    definition(place)
    return place


class Workflows(Section):
    definitions: tuple[Annotated[str, AfterValidator(_definition)], ...] = ()


class Daemon(Section):
    take_in: Span = timedelta(seconds=30)
    sweep: Span = timedelta(seconds=60)
    deliver: Span = timedelta(seconds=10)
    stale_after: Span = timedelta(minutes=5)  #: how old the last good sweep may be
