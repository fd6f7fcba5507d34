"""Tables of the desk: calls, their clocks, what happened to them, who works them."""

from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from helpdesk.intake import Kind
from helpdesk.models.columns import Row, UtcMoment, choice, only, version
from helpdesk.references import reference
from workflows import sla
from workflows.lifecycle import Hold, Outcome, State
from workflows.sla import Standing
from workflows.targets import policy_from


class Role(Enum):
    """What an agent may do besides working calls."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"  #: may speak for others, and keeps the list of agents


class Agent(Row, table=True):
    """A person of the desk."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)  #: what they are called on the command line
    full_name: str  #: what requesters read
    email: str = ""
    os_user: str | None = Field(default=None, unique=True)
    role: Role = Field(default=Role.AGENT, sa_type=choice(Role))
    active: bool = True


_CALL_VERSION = version()


class Call(Row, table=True):
    """A service call: one request for one organisation's code."""

    id: int | None = Field(default=None, primary_key=True)
    state: State = Field(default=State.RECEIVED, sa_type=choice(State))
    outcome: Outcome | None = Field(default=None, sa_type=choice(Outcome))
    received_at: datetime = Field(sa_type=UtcMoment)  #: when it arrived
    recorded_at: datetime = Field(sa_type=UtcMoment)  #: when the desk came to know of it
    promise_at: datetime = Field(sa_type=UtcMoment)
    closed_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    requester_name: str = ""
    requester_email: str = ""
    requester_phone: str = ""
    organisation: str = ""
    postcode: str = ""
    kind: Kind | None = Field(default=None, sa_type=choice(Kind))
    cqc_location_id: str = ""
    cqc_provider_id: str = ""
    given_code: str = ""
    purposes: str = ""
    unreadable: str = ""  #: why a person has to read what came; "" if it could be read
    urgent: bool = False
    urgent_reason: str = ""
    needed_by: date | None = None
    suggests_urgent: bool = False
    owner_id: int | None = Field(default=None, foreign_key="agent.id", index=True)
    location_id: int | None = Field(default=None, foreign_key="location.id")
    provider_id: int | None = Field(default=None, foreign_key="provider.id")
    matched_by: str = ""  #: how the trace was made
    site_code: str = ""
    parent_code: str = ""
    original_id: int | None = Field(default=None, foreign_key="call.id")  #: what it duplicates
    reply_waiting: bool = False
    hold: Hold | None = Field(default=None, sa_type=choice(Hold))
    hold_note: str = ""
    hold_since: datetime | None = Field(default=None, sa_type=UtcMoment)
    hold_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    version: int | None = Field(default=None, sa_column=_CALL_VERSION)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": _CALL_VERSION}
    __table_args__ = (
        sa.Index(
            "ix_call_open",
            "id",
            **only("state != 'closed'"),
        ),
    )

    @property
    def reference(self) -> str:
        return reference(self.id or 0)


_CLOCK_VERSION = version()


class Clock(Row, table=True):
    """One target running for one call, in one cycle: a cache of what its events say."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id")
    target: str
    cycle: int = 1
    policy: dict[str, int] = Field(sa_type=sa.JSON)
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
            late_start=sla.late_start(clock, call.promise_at),
        )
        row.keep(clock)
        return row

    @property
    def reading(self) -> sla.Clock:
        """The row as the value that the rules work on."""
        return sla.Clock(
            self.target,
            self.cycle,
            policy_from(self.policy),
            self.started_at,
            self.urgent,
            timedelta(seconds=self.held_seconds),
            self.paused_at,
            self.stopped_at,
            self.cancelled,
        )

    def keep(self, clock: sla.Clock) -> None:
        """Write what `clock` says into the row; what was not flagged yet stays to be flagged."""
        if self.stopped_at is not None:
            return  # a finished clock never changes again
        self.urgent, self.paused_at, self.stopped_at = clock.urgent, clock.paused, clock.stopped
        self.held_seconds, self.cancelled = clock.held.total_seconds(), clock.cancelled
        self.started_at, self.due_at = clock.started, clock.due
        self.gross_due_at, self.at_risk_at = clock.gross_due, clock.at_risk
        self.next_check = sla.next_check(clock, self.standing)
        if clock.stopped is not None:
            self.standing = sla.standing(clock, clock.stopped)

    def flagged(self, standing: Standing) -> None:
        """Note that a sweep saw it stand so."""
        self.standing = standing
        self.next_check = sla.next_check(self.reading, standing)


class Event(Row, table=True):
    """Something that happened to a call. Rows are only added: the database refuses the rest."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: int | None = Field(default=None, foreign_key="call.id", index=True)
    kind: str
    state: State | None = Field(default=None, sa_type=choice(State))  #: the state it led to
    target: str | None = None
    cycle: int | None = None
    at: datetime = Field(sa_type=UtcMoment)  #: when it happened
    recorded_at: datetime = Field(sa_type=UtcMoment)  #: when it was written down
    by: str  #: the agent, or the part of the desk, that did it
    actor: str  #: whose hands those were: the operating system's user
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


class Alert(Row, table=True):
    """That somebody was told of something: once, however many daemons there are."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id")
    target: str
    cycle: int
    stage: str
    audience: str
    at: datetime = Field(sa_type=UtcMoment)
    letter_id: int | None = Field(default=None, foreign_key="letter.id", index=True)

    __table_args__ = (
        sa.UniqueConstraint("call_id", "target", "cycle", "stage", "audience"),
        sa.Index("ix_alert_untold", "stage", **only("letter_id IS NULL")),
    )


class Operation(Row, table=True):
    """A unit of work that was done, and what it answered: asked again, it answers the same."""

    key: str = Field(primary_key=True)
    kind: str
    at: datetime = Field(sa_type=UtcMoment, index=True)
    by: str
    answer: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


class Duty(Row, table=True):
    """A duty of the daemon: when it last went well, and what went wrong since."""

    name: str = Field(primary_key=True)
    good_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    failed_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    error: str = ""
    host: str = ""
