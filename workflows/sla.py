"""SLA arithmetic: one target's clock for one call, and how it stands. Pure; moments are given."""

from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from workflows.standing import WORTH_A_FLAG, Standing, running_standing
from workflows.targets import Policy

__all__ = ["WORTH_A_FLAG", "Clock", "Standing", "running_standing"]


class Timed(Protocol):
    """What the standing of a clock depends on."""

    @property
    def due(self) -> datetime: ...
    @property
    def at_risk(self) -> datetime: ...
    @property
    def paused(self) -> datetime | None: ...
    @property
    def stopped(self) -> datetime | None: ...
    @property
    def cancelled(self) -> bool: ...


class Clock(NamedTuple):
    """One target running for one call. A finished clock never changes again."""

    target: str
    cycle: int
    policy: Policy
    started: datetime
    urgent: bool = False
    held: timedelta = timedelta()  #: the time of all pauses that have ended, as its policy counts
    paused: datetime | None = None  #: since when it stands still
    stopped: datetime | None = None
    cancelled: bool = False
    late_start: bool = False  #: whether its own due lay after the call's promise when it began

    @property
    def due(self) -> datetime:
        """The first moment that is too late; while paused it is yet to move on."""
        return self.policy.due(self.started, self.held)

    @property
    def gross_due(self) -> datetime:
        """When it would be due if no pause had ever counted."""
        return self.policy.due(self.started)

    @property
    def at_risk(self) -> datetime:
        """The moment from which the time left is short."""
        return max(self.started, self.policy.at_risk(self.due, urgent=self.urgent))

    @property
    def unwinnable(self) -> bool:
        """Whether no staffed time at all lies between its start and its due."""
        return not self.policy.calendar.staffed(self.started, self.due)

    def can_move(self, at: datetime) -> bool:
        """Whether its due may still be changed at `at`: a breach is a fact that nothing clears."""
        return self.stopped is None and (self.paused or at) < self.due


def pause(clock: Clock, at: datetime) -> Clock:
    """`clock` standing still from `at`; nothing changes if it stands still, is over, or is late."""
    return clock._replace(paused=at) if clock.paused is None and clock.can_move(at) else clock


def resume(clock: Clock, at: datetime) -> Clock:
    """`clock` going again from `at`, due later by as much of its time as it stood still.

    One that another policy made late while it stood still goes on as late as it is.
    """
    if clock.paused is None:
        return clock
    end = max(at, clock.paused) if clock.can_move(at) else clock.paused
    return clock._replace(paused=None, held=clock.held + clock.policy.spent(clock.paused, end))


def stop(clock: Clock, at: datetime) -> Clock:
    """`clock` at its end, because what it measured was done at `at`."""
    return clock if clock.stopped else resume(clock, at)._replace(stopped=at)


def cancel(clock: Clock, at: datetime) -> Clock:
    """`clock` at its end, because the call ended without need of it."""
    return clock if clock.stopped else stop(clock, at)._replace(cancelled=True)


def with_urgency(clock: Clock, *, urgent: bool) -> Clock:
    """`clock` warning as early as an urgent call's does, or no longer; its due stays."""
    return clock if clock.stopped else clock._replace(urgent=urgent)


def with_policy(clock: Clock, policy: Policy, at: datetime) -> Clock:
    """`clock` under another policy from its start on; one that is over or late stays as it is.

    Pauses that have ended count as they did; where the new policy counts other time than the old,
    as much as it counts of the time by which they moved the due.
    """
    if not clock.can_move(at):
        return clock
    same = policy.working == clock.policy.working
    held = clock.held if same else policy.spent(clock.gross_due, clock.due)
    return clock._replace(policy=policy, held=held)


def since(clock: Clock, started: datetime, at: datetime) -> Clock:
    """`clock` started at `started` if that is earlier; one that is over or late stays as it is."""
    earlier = started < clock.started and clock.can_move(at)
    return clock._replace(started=started) if earlier else clock


def standing(clock: Timed, now: datetime) -> Standing:
    """How the call stands against this target at `now`."""
    found = running_standing(clock.due, clock.at_risk, clock.stopped or clock.paused or now)
    if clock.stopped is None or found is Standing.BREACHED:
        return found
    return Standing.CANCELLED if clock.cancelled else Standing.MET


def next_check(clock: Timed, noted: Standing) -> datetime | None:
    """The moment from which there is something to flag that was not `noted` yet; None if none.

    It may lie in the past: a clock that ended too late while nobody looked is still flagged.
    """
    if noted is Standing.BREACHED:
        return None
    if clock.stopped is not None:
        return clock.due if standing(clock, clock.stopped) is Standing.BREACHED else None
    turn = clock.due if noted is Standing.AT_RISK else clock.at_risk
    return None if clock.paused is not None and turn > clock.paused else turn
