"""The state machine behind one typed door. Only this file knows `transitions`."""

from collections.abc import Collection
from functools import partial
from types import SimpleNamespace
from typing import cast

from transitions import Machine, MachineError

from workflows.lifecycle import MOVES, NEEDS, Move, Outcome, State, Step, StepNotAllowed

__all__ = ["StepNotAllowed", "after", "moves_from"]


def after(
    state: State, step: Step, known: Collection[str] = (), outcome: Outcome | None = None
) -> State:
    """The state that `step` leads to from `state`, given the facts that are known of the call.

    `known` holds names of NEEDS; `outcome` is how the call ends, for Step.CLOSE.
    """
    token = SimpleNamespace(state=state)  # the machine moves this, and never sees the call
    try:
        moved = _MACHINE.events[step.value].trigger(token, known, outcome)
    except MachineError as error:
        raise StepNotAllowed(_out_of_turn(state, step)) from error
    if not moved:
        raise StepNotAllowed(_not_ready(state, step, known, outcome))
    return cast("State", token.state)


def moves_from(state: State) -> tuple[Move, ...]:
    """The moves open to a call in `state`."""
    return tuple(move for move in MOVES if move.source is state)


def _open(move: Move, known: Collection[str], outcome: Outcome | None) -> bool:
    return not _lacking(move, known) and (not move.outcomes or outcome in move.outcomes)


def _lacking(move: Move, known: Collection[str]) -> list[str]:
    return [NEEDS[need] for need in move.needs if need not in known]


_MACHINE = Machine(
    model=None,
    states=State,
    transitions=[
        {
            "trigger": move.step.value,
            "source": move.source,
            "dest": move.dest,
            "conditions": partial(_open, move),
        }
        for move in MOVES
    ],
    initial=State.RECEIVED,
    auto_transitions=False,
)


def _out_of_turn(state: State, step: Step) -> str:
    others = dict.fromkeys(move.step.value for move in moves_from(state))
    mend = (
        f"what it can do next: {' or '.join(others)}" if others else "what comes now is a new call"
    )
    return f"a call that is {state.value} cannot take the step {step.value}; {mend}"


def _not_ready(state: State, step: Step, known: Collection[str], outcome: Outcome | None) -> str:
    move = next(move for move in moves_from(state) if move.step is step)
    if lacking := _lacking(move, known):
        return f"to {step.value} a call, give {' and '.join(lacking)}"
    ways = ", ".join(way.value for way in move.outcomes)
    if outcome is None:
        return f"to {step.value} a call that is {state.value}, give its outcome: {ways}"
    return f"a call that is {state.value} cannot end as {outcome.value}; it can end as: {ways}"
