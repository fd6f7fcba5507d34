"""What a requester is promised: each target starts and stops with a state, under a policy."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from workflows.lifecycle import State


class Policy(NamedTuple):
    """How long a target allows, and how early it warns. A clock keeps the one it began under."""

    within: timedelta
    lead: timedelta  #: how long before it is due a call counts as at risk; urgent doubles it

    def values(self) -> dict[str, int]:
        """As plain values, in seconds, for keeping."""
        return {name: int(span.total_seconds()) for name, span in self._asdict().items()}


def policy_from(values: Mapping[str, int]) -> Policy:
    """The policy that `Policy.values` gave."""
    return Policy(**{name: timedelta(seconds=seconds) for name, seconds in values.items()})


class Target(NamedTuple):
    """One promise: from entering `starts`, a call has until its due moment to enter `stops`."""

    name: str
    starts: State
    stops: State
    policy: Policy  #: the default, where the configuration says nothing


ACKNOWLEDGE = Target(
    "acknowledge",
    starts=State.RECEIVED,
    stops=State.ACKNOWLEDGED,
    policy=Policy(within=timedelta(hours=48), lead=timedelta(hours=12)),
)
PROVIDE = Target(
    "provide",
    starts=State.ACKNOWLEDGED,
    stops=State.ALLOCATED,
    policy=Policy(within=timedelta(days=7), lead=timedelta(hours=48)),
)
TARGETS = (ACKNOWLEDGE, PROVIDE)

Policies = Mapping[str, Policy]
"""The policy in force for each target, by the target's name."""

DEFAULT_POLICIES: Policies = {target.name: target.policy for target in TARGETS}


def promise(received: datetime, policies: Policies = DEFAULT_POLICIES) -> datetime:
    """By when a call's code was promised, end to end: a late acknowledgement does not move it."""
    return received + sum((policies[target.name].within for target in TARGETS), timedelta())
