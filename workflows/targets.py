"""What a requester is promised: each target starts and stops with a state, under a policy."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from workflows import spans
from workflows.calendar import OFFICE, Calendar


class Policy(NamedTuple):
    """How long a target allows, and how early it warns. A clock keeps the one it began under."""

    within: timedelta
    lead: timedelta  #: how long before it is due a call counts as at risk; urgent doubles it
    staffed: timedelta = timedelta()  #: the same in staffed time; the earlier of the two counts
    working: bool = False  #: whether `within` is staffed time; else all time counts
    calendar: Calendar = OFFICE

    def spent(self, begin: datetime, end: datetime) -> timedelta:
        """How much of the time from `begin` to `end` counts."""
        return self.calendar.staffed(begin, end) if self.working else end - begin

    def due(self, started: datetime, held: timedelta = timedelta()) -> datetime:
        """The first moment that is too late, for a clock that stood still for `held`."""
        span = self.within + held
        return self.calendar.plus(started, span) if self.working else started + span

    def at_risk(self, due: datetime, *, urgent: bool) -> datetime:
        """The moment from which the time left before `due` is short."""
        times = 2 if urgent else 1
        return min(due - self.lead * times, self.calendar.minus(due, self.staffed * times))

    def values(self) -> dict[str, Any]:
        """As plain values, in seconds, for keeping; the calendar by its key."""
        return {
            "within": int(self.within.total_seconds()),
            "lead": int(self.lead.total_seconds()),
            "staffed": int(self.staffed.total_seconds()),
            "working": self.working,
            "calendar": self.calendar.key,
        }


def policy_from(values: Mapping[str, Any], calendar: Calendar) -> Policy:
    """The policy that `Policy.values` gave, with the calendar that it names."""
    return Policy(
        within=timedelta(seconds=values["within"]),
        lead=timedelta(seconds=values["lead"]),
        staffed=timedelta(seconds=values.get("staffed", 0)),
        working=values.get("working", False),
        calendar=calendar,
    )


def promised(values: Mapping[str, Any]) -> str:
    """What the policy that `Policy.values` gave promises, in words; it may lack its values."""
    return spans.promised(values.get("within", 0), working=values.get("working", False))


class Target(NamedTuple):
    """One promise: from entering `starts`, a call has until its due moment to enter `stops`."""

    name: str
    starts: str  #: a state
    stops: str
    policy: Policy  #: the default, where the configuration says nothing
    pausable: bool = False  #: whether a hold can make its clock stand still
    why: str = ""  #: what a breach of it means, while its clock runs: ends a sentence
    why_late: str = ""  #: the same once it was done, too late


Policies = Mapping[str, Policy]
"""The policy in force for each target, by the target's name."""


def default_policies(targets: Iterable[Target]) -> Policies:
    return {target.name: target.policy for target in targets}
