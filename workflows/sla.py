"""SLA arithmetic: one target's clock for one call, and how it stands. Pure; moments are given."""

from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from workflows.targets import Policy


class Standing(Enum):
    """How a call stands against one target."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    BREACHED = "breached"  #: overdue now, or done too late: a fact that nothing clears
    MET = "met"
    CANCELLED = "cancelled"  #: the call ended without need of it, before it was due

    @property
    def words(self) -> str:
        return self.value.replace("_", " ")


WORTH_A_FLAG = (Standing.AT_RISK, Standing.BREACHED)


class Clock(NamedTuple):
    """One target running for one call. A finished clock never changes again."""

    target: str
    cycle: int
    policy: Policy
    started: datetime
    urgent: bool = False
    held: timedelta = timedelta()  #: the length of all pauses that have ended
    paused: datetime | None = None  #: since when it stands still
    stopped: datetime | None = None
    cancelled: bool = False

    @property
    def due(self) -> datetime:
        """The first moment that is too late; while paused it is yet to move on."""
        return self.started + self.policy.within + self.held

    @property
    def gross_due(self) -> datetime:
        """When it would be due if no pause had ever counted."""
        return self.started + self.policy.within

    @property
    def at_risk(self) -> datetime:
        """The moment from which the time left is short."""
        lead = self.policy.lead * 2 if self.urgent else self.policy.lead
        return max(self.started, self.due - lead)

    @property
    def running(self) -> bool:
        return self.stopped is None and self.paused is None


def start(
    target: str, policy: Policy, at: datetime, *, cycle: int = 1, urgent: bool = False
) -> Clock:
    return Clock(target, cycle, policy, started=at, urgent=urgent)


def pause(clock: Clock, at: datetime) -> Clock:
    """`clock` standing still from `at`; nothing changes if it stands still already or is over."""
    return clock._replace(paused=at) if clock.running else clock


def resume(clock: Clock, at: datetime) -> Clock:
    """`clock` going again from `at`, due later by as long as it stood still."""
    if clock.paused is None or clock.stopped is not None:
        return clock
    return clock._replace(paused=None, held=clock.held + (at - clock.paused))


def stop(clock: Clock, at: datetime) -> Clock:
    """`clock` at its end, because what it measured was done at `at`."""
    return clock if clock.stopped else resume(clock, at)._replace(stopped=at)


def cancel(clock: Clock, at: datetime) -> Clock:
    """`clock` at its end, because the call ended without need of it."""
    return clock if clock.stopped else stop(clock, at)._replace(cancelled=True)


def with_urgency(clock: Clock, *, urgent: bool) -> Clock:
    """`clock` warning as early as an urgent call's does, or no longer; its due stays."""
    return clock if clock.stopped else clock._replace(urgent=urgent)


def standing(clock: Clock, now: datetime) -> Standing:
    """How the call stands against this target at `now`."""
    found = running_standing(clock.due, clock.at_risk, clock.stopped or clock.paused or now)
    if clock.stopped is None or found is Standing.BREACHED:
        return found
    return Standing.CANCELLED if clock.cancelled else Standing.MET


def running_standing(due: datetime, at_risk: datetime, moment: datetime) -> Standing:
    """How a clock that has not ended stands at `moment`."""
    if moment >= due:  # due is the first moment that is too late
        return Standing.BREACHED
    return Standing.AT_RISK if moment >= at_risk else Standing.ON_TRACK


def next_check(clock: Clock, noted: Standing) -> datetime | None:
    """The moment from which there is something to flag that was not `noted` yet; None if none.

    It may lie in the past: a clock that ended too late while nobody looked is still flagged.
    """
    if noted is Standing.BREACHED:
        return None
    if clock.stopped is not None:
        return clock.due if standing(clock, clock.stopped) is Standing.BREACHED else None
    turn = clock.due if noted is Standing.AT_RISK else clock.at_risk
    return None if clock.paused is not None and turn > clock.paused else turn


def late_start(clock: Clock, promise: datetime) -> bool:
    """Whether it began so late that its own due lies after the end-to-end promise."""
    return clock.gross_due > promise
