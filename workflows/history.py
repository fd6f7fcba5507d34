"""From what happened to a call to its clocks: the same rules as it happens, and in a replay."""

from collections.abc import Callable, Iterable
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from workflows import sla
from workflows.definition import Workflow
from workflows.sla import WORTH_A_FLAG, Clock, Standing
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
    promise: datetime | None = None  #: by when the call's code was promised, end to end
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


def replayed(
    workflow: Workflow, happenings: Iterable[Happening], promise: datetime | None = None
) -> Life:
    """The life of a call to which all of `happenings` came, in this order."""
    life = Life(promise=promise)
    for happening in happenings:
        life = after(workflow, life, happening)
    return life


def noted(flags: Iterable[Standing]) -> Standing:
    """How a running clock was seen last, by all the flags that sweeps raised on it."""
    seen = set(flags)
    return next((worst for worst in reversed(WORTH_A_FLAG) if worst in seen), Standing.ON_TRACK)


def _entered(workflow: Workflow, life: Life, happening: Happening, state: str) -> Life:
    stopped = [target for target in workflow.targets if target.stops == state]
    started = [target for target in workflow.targets if target.starts == state]
    life = _each(life._replace(state=state), sla.stop, happening.at, stopped)
    if state == workflow.last:
        life = _each(life, sla.cancel, happening.at)
    return _with_started(workflow, life, started, happening)


def _with_started(
    workflow: Workflow, life: Life, targets: Iterable[Target], happening: Happening
) -> Life:
    """`life` with a new cycle of each of `targets`, unless one runs already."""
    begun = []
    for target in targets:
        last = life.newest(target.name)
        if last is None or last.stopped is not None:
            policy = happening.policies.get(target.name, target.policy)
            cycle = last.cycle + 1 if last else 1
            clock = Clock(target.name, cycle, policy, happening.at, life.urgent)
            begun.append(clock._replace(late_start=_begins_late(workflow, life, clock)))
    return life._replace(clocks=(*life.clocks, *begun))


def _begins_late(workflow: Workflow, life: Life, clock: Clock) -> bool:
    """Whether a step before was so late that `clock` is due after the end-to-end promise."""
    if life.promise is None or clock.target in {target.name for target in workflow.answering}:
        return False
    # What a call needs once it is taken up again was not promised before.
    return clock.cycle == 1 and clock.gross_due > life.promise


def _replied(workflow: Workflow, life: Life, happening: Happening) -> Life:
    # A reply on a closed call waits for a person's answer, as a new call does.
    waits = workflow.answering if life.state == workflow.last else ()
    return _with_started(workflow, life, waits, happening)


def _answered(workflow: Workflow, life: Life, happening: Happening) -> Life:
    # Of an open call it answers nobody: there a step does.
    answered = workflow.answering if life.state == workflow.last else ()
    return _each(life, sla.stop, happening.at, answered)


def _held(workflow: Workflow, life: Life, happening: Happening) -> Life:
    pausable = [target for target in workflow.targets if target.pausable and happening.pauses]
    return _each(life, sla.pause, happening.at, pausable)


def _resumed(_workflow: Workflow, life: Life, happening: Happening) -> Life:
    return _each(life, sla.resume, happening.at)


def _with_urgency(_workflow: Workflow, life: Life, happening: Happening) -> Life:
    urgent = happening.kind == "urgent"
    clocks = tuple(sla.with_urgency(clock, urgent=urgent) for clock in life.clocks)
    return life._replace(urgent=urgent, clocks=clocks)


def _recalculated(_workflow: Workflow, life: Life, happening: Happening) -> Life:
    policies = happening.policies
    return _each(
        life,
        lambda clock, at: sla.with_policy(clock, policies.get(clock.target, clock.policy), at),
        happening.at,
    )


def _joined(workflow: Workflow, life: Life, happening: Happening) -> Life:
    received = happening.received
    # Who wrote twice has waited since the first time; but only for as long as nobody answered.
    if received is None or life.state != workflow.first:
        return life
    return _each(
        life, lambda clock, at: sla.since(clock, received, at), happening.at, workflow.answering
    )


def _each(
    life: Life,
    change: Callable[[Clock, datetime], Clock],
    at: datetime,
    targets: Iterable[Target] | None = None,
) -> Life:
    """`life` with each of its clocks changed: only those of `targets`, if these are given."""
    names = None if targets is None else {target.name for target in targets}
    return life._replace(
        clocks=tuple(
            change(clock, at) if names is None or clock.target in names else clock
            for clock in life.clocks
        )
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
