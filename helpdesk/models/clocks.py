"""Tables of the promises: the clocks of calls, the calendars they go by, who was told of what."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from helpdesk.models.calls import Call
from helpdesk.models.columns import Row, UtcMoment, choice, only, version
from workflows import sla
from workflows.calendar import Calendar as Hours
from workflows.sla import Standing
from workflows.targets import policy_from


class Calendar(Row, table=True):
    """Desk hours and holidays that some clock goes by; never changed: its key is its digest."""

    key: str = Field(primary_key=True)
    facts: str  #: JSON


_CLOCK_VERSION = version()


class Clock(Row, table=True):
    """One target running for one call, in one cycle: a cache of what its events say."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id")
    target: str
    cycle: int = 1
    policy: dict[str, Any] = Field(sa_type=sa.JSON)
    urgent: bool = False
    started_at: datetime = Field(sa_type=UtcMoment)
    due_at: datetime = Field(sa_type=UtcMoment)  #: the first moment that is too late
    gross_due_at: datetime = Field(sa_type=UtcMoment)  #: the same, had no hold ever counted
    at_risk_at: datetime = Field(sa_type=UtcMoment)
    held_seconds: float = 0.0
    paused_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    stopped_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    cancelled: bool = False
    #: how it stood when a sweep last flagged it; once it has ended, how it ended
    standing: Standing = Field(default=Standing.ON_TRACK, sa_type=choice(Standing))
    late_start: bool = False
    unwinnable: bool = False  #: no staffed time at all lies inside its window
    #: when a sweep saw the breach
    detected_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    next_check: datetime | None = Field(default=None, sa_type=UtcMoment)
    version: int | None = Field(default=None, sa_column=_CLOCK_VERSION)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": _CLOCK_VERSION}
    __table_args__ = (
        sa.UniqueConstraint("call_id", "target", "cycle"),
        sa.Index(
            "ix_clock_next_check",
            "next_check",
            **only("next_check IS NOT NULL"),
        ),
    )

    @classmethod
    def begun(cls, call: Call, clock: sla.Clock) -> "Clock":
        """A new row for a clock of `call` that begins."""
        row = cls(
            call_id=call.id or 0,
            target=clock.target,
            cycle=clock.cycle,
            policy=clock.policy.values(),
            started_at=clock.started,
            due_at=clock.due,
            gross_due_at=clock.gross_due,
            at_risk_at=clock.at_risk,
            late_start=clock.late_start,
        )
        row.keep(clock)
        return row

    def reading(self, hours: Hours) -> sla.Clock:
        """The row as the value that the rules work on; `hours` is the calendar it goes by."""
        return sla.Clock(
            self.target,
            self.cycle,
            policy_from(self.policy, hours),
            self.started_at,
            self.urgent,
            timedelta(seconds=self.held_seconds),
            self.paused_at,
            self.stopped_at,
            self.cancelled,
            self.late_start,
        )

    def keep(self, clock: sla.Clock) -> None:
        """Write what `clock` says into the row; what was not flagged yet stays to be flagged."""
        if self.stopped_at is not None:
            return  # a finished clock never changes again
        self.urgent, self.paused_at, self.stopped_at = clock.urgent, clock.paused, clock.stopped
        self.held_seconds, self.cancelled = clock.held.total_seconds(), clock.cancelled
        self.policy, self.unwinnable = clock.policy.values(), clock.unwinnable
        self.started_at, self.due_at = clock.started, clock.due
        self.gross_due_at, self.at_risk_at = clock.gross_due, clock.at_risk
        self.next_check = sla.next_check(clock, self.standing)
        if clock.stopped is not None:
            self.standing = sla.standing(clock, clock.stopped)


class Alert(Row, table=True):
    """That somebody was told of something: once, however many daemons there are."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id")
    target: str
    cycle: int
    stage: str
    audience: str
    at: datetime = Field(sa_type=UtcMoment)
    #: when a letter is to say it, if none does yet
    tell_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    letter_id: int | None = Field(default=None, foreign_key="letter.id", index=True)

    __table_args__ = (
        sa.UniqueConstraint("call_id", "target", "cycle", "stage", "audience"),
        sa.Index("ix_alert_tell_at", "tell_at", **only("tell_at IS NOT NULL")),
    )
