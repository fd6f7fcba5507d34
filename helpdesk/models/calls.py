"""Tables of the desk: calls, what happened to them, who works them."""

from datetime import date, datetime
from enum import Enum
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from helpdesk.intake import Kind
from helpdesk.models.columns import Row, UtcMoment, choice, only, version
from helpdesk.references import reference
from workflows.lifecycle import Hold


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
    away_since: datetime | None = Field(default=None, sa_type=UtcMoment)
    away_until: datetime | None = Field(default=None, sa_type=UtcMoment)  #: None: until told

    def is_away(self, now: datetime) -> bool:
        """Whether nobody should count on them at `now`."""
        if not self.active:
            return True
        return self.away_since is not None and (self.away_until is None or now < self.away_until)


_CALL_VERSION = version()


class Call(Row, table=True):
    """A service call: one request for one organisation's code."""

    id: int | None = Field(default=None, primary_key=True)
    workflow: str = "ods_code"  #: the life cycle that it runs through
    state: str = ""  #: one of its workflow's states
    step: str = ""  #: the command for what to do next with it; "" once it is closed
    outcome: str | None = None
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
    site_code: str = Field(default="", index=True)
    parent_code: str = Field(default="", index=True)
    original_id: int | None = Field(default=None, foreign_key="call.id")  #: what it duplicates
    follows_id: int | None = Field(default=None, foreign_key="call.id")  #: what it goes on from
    reply_waiting: bool = False
    hold: Hold | None = Field(default=None, sa_type=choice(Hold))
    hold_note: str = ""
    hold_since: datetime | None = Field(default=None, sa_type=UtcMoment)
    hold_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    #: when something comes next to a call on hold: a chaser, or its end
    hold_check: datetime | None = Field(default=None, sa_type=UtcMoment)
    version: int | None = Field(default=None, sa_column=_CALL_VERSION)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": _CALL_VERSION}
    __table_args__ = (
        sa.Index(
            "ix_call_open",
            "id",
            **only("closed_at IS NULL"),
        ),
        sa.Index(
            "ix_call_hold_check",
            "hold_check",
            **only("hold_check IS NOT NULL"),
        ),
    )

    @property
    def reference(self) -> str:
        return reference(self.id or 0)


class Event(Row, table=True):
    """Something that happened to a call. Rows are only added: the database refuses the rest."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: int | None = Field(default=None, foreign_key="call.id", index=True)
    kind: str
    state: str | None = None  #: the state it led to
    target: str | None = None
    cycle: int | None = None
    at: datetime = Field(sa_type=UtcMoment)  #: when it happened
    recorded_at: datetime = Field(sa_type=UtcMoment)  #: when it was written down
    by: str  #: the agent, or the part of the desk, that did it
    actor: str  #: whose hands those were: the operating system's user
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


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
