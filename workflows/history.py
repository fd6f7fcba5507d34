"""From what happened to a call to its clocks: the same rules as it happens, and in a replay."""

from collections.abc import Iterable
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from workflows import sla
from workflows.definition import Workflow
from workflows.sla import Clock, Standing
from workflows.targets import Policies, Target

NONE: Policies = MappingProxyType({})
"""No policies: each target has its own."""


class Happening(NamedTuple):
    """What an event says to the clocks of its call."""

    kind: str
    at: datetime
    state: str | None = None  #: the state that the call entered with it
    policies: Policies = NONE  #: what clocks run under that it starts, or recalculates
    pauses: bool = False  #: of a hold: whether it lets clocks stand still
    received: datetime | None = None  #: of a merge: when the other call arrived


class Life(NamedTuple):
    """What the clocks of a call depend on, and the clocks: the oldest first."""

    state: str = ""
    urgent: bool = False
    clocks: tuple[Clock, ...] = ()

    def newest(self, target: str) -> Clock | None:
        """The latest cycle of that target."""
        return next((clock for clock in reversed(self.clocks) if clock.target == target), None)


def after(workflow: Workflow, life: Life, happening: Happening) -> Life:
    """`life` once `happening` came to it. What says nothing to the clocks leaves it as it is."""
    if happening.state is not None:
        return _entered(workflow, life, happening, happening.state)
    effect = EFFECTS.get(happening.kind)
    return effect(workflow, life, happening) if effect else life


def replayed(workflow: Workflow, happenings: Iterable[Happening]) -> Life:
    """The life of a call to which all of `happenings` came, in this order."""
    life = Life()
    for happening in happenings:
        life = after(workflow, life, happening)
    return life


def noted(flags: Iterable[Standing]) -> Standing:
    """How a running clock was seen last, by all the flags that sweeps raised on it."""
    return (
        Standing.BREACHED
        if Standing.BREACHED in (seen := set(flags))
        else (Standing.AT_RISK if Standing.AT_RISK in seen else Standing.ON_TRACK)
    )


def _entered(workflow: Workflow, life: Life, happening: Happening, state: str) -> Life:
    clocks, at = list(life.clocks), happening.at
    for number, clock in enumerate(clocks):
        stops = next(target.stops for target in workflow.targets if target.name == clock.target)
        if state == stops:
            clocks[number] = sla.stop(clock, at)
        elif state == workflow.last:
            clocks[number] = sla.cancel(clock, at)
    life = life._replace(state=state, clocks=tuple(clocks))
    started = [target for target in workflow.targets if target.starts == state]
    return _with_started(life, started, happening)


def _with_started(life: Life, targets: Iterable[Target], happening: Happening) -> Life:
    """`life` with a new cycle of each of `targets`, unless one runs already."""
    begun = []
    for target in targets:
        last = life.newest(target.name)
        if last is None or last.stopped is not None:
            policy = happening.policies.get(target.name, target.policy)
            cycle = last.cycle + 1 if last else 1
            begun.append(Clock(target.name, cycle, policy, happening.at, life.urgent))
    return life._replace(clocks=(*life.clocks, *begun))


def _replied(workflow: Workflow, life: Life, happening: Happening) -> Life:
    # A reply on a closed call waits for a person's answer, as a new call does.
    return (
        _with_started(life, workflow.answering, happening) if life.state == workflow.last else life
    )


def _answered(workflow: Workflow, life: Life, happening: Happening) -> Life:
    names = {target.name for target in workflow.answering}
    return life._replace(
        clocks=tuple(
            sla.stop(clock, happening.at) if clock.target in names else clock
            for clock in life.clocks
        )
    )


def _held(workflow: Workflow, life: Life, happening: Happening) -> Life:
    if not happening.pauses:
        return life
    pausable = {target.name for target in workflow.targets if target.pausable}
    return life._replace(
        clocks=tuple(
            sla.pause(clock, happening.at) if clock.target in pausable else clock
            for clock in life.clocks
        )
    )


def _resumed(_workflow: Workflow, life: Life, happening: Happening) -> Life:
    return life._replace(clocks=tuple(sla.resume(clock, happening.at) for clock in life.clocks))


def _with_urgency(_workflow: Workflow, life: Life, happening: Happening) -> Life:
    urgent = happening.kind == "urgent"
    clocks = tuple(sla.with_urgency(clock, urgent=urgent) for clock in life.clocks)
    return life._replace(urgent=urgent, clocks=clocks)


def _recalculated(_workflow: Workflow, life: Life, happening: Happening) -> Life:
    policies = happening.policies
    return life._replace(
        clocks=tuple(
            sla.with_policy(clock, policies[clock.target], happening.at)
            if clock.target in policies
            else clock
            for clock in life.clocks
        )
    )


def _joined(workflow: Workflow, life: Life, happening: Happening) -> Life:
    # Who wrote twice has waited since the first time; but only for as long as nobody answered.
    if happening.received is None or life.state != workflow.first:
        return life
    received = happening.received
    return life._replace(
        clocks=tuple(sla.since(clock, received, happening.at) for clock in life.clocks)
    )


EFFECTS = {
    "reply": _replied,
    "no_action": _answered,
    "held": _held,
    "pause_ended": _resumed,
    "resumed": _resumed,
    "urgent": _with_urgency,
    "not_urgent": _with_urgency,
    "recalculated": _recalculated,
    "joined": _joined,
}
"""What else than entering a state moves clocks, by the kind of the event."""
