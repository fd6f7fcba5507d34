"""The state machine behind one typed door. Only this file knows `transitions`."""

from collections.abc import Collection
from functools import cache, partial
from types import SimpleNamespace
from typing import cast

from transitions import Machine, MachineError

from workflows.definition import Move, Workflow
from workflows.refused import StepNotAllowed


def after(
    workflow: Workflow,
    state: str,
    step: str,
    known: Collection[str] = (),
    outcome: str | None = None,
) -> str:
    """The state that `step` leads to from `state`, given the facts that are known of the call.

    `known` holds names of the workflow's needs; `outcome` is how the call ends, where a move ends
    it. StepNotAllowed if the workflow has no such move now.
    """
    token = SimpleNamespace(state=str(state))  # the machine moves this, and never sees the call
    event = _machine(workflow).events.get(str(step))
    try:
        moved = event.trigger(token, known, outcome) if event else None
    except MachineError as error:
        raise StepNotAllowed(_out_of_turn(workflow, state, step)) from error
    if moved is None:
        raise StepNotAllowed(_out_of_turn(workflow, state, step))
    if not moved:
        raise StepNotAllowed(_not_ready(workflow, state, step, known, outcome))
    return cast("str", token.state)


@cache
def _machine(workflow: Workflow) -> Machine:
    return Machine(
        model=None,
        # As plain text: of an Enum the machine would keep the names, not the values.
        states=[str(state) for state in workflow.states],
        transitions=[
            {
                "trigger": str(move.step),
                "source": str(move.source),
                "dest": str(move.dest),
                "conditions": partial(_open, workflow, move),
            }
            for move in workflow.moves
        ],
        initial=str(workflow.first),
        auto_transitions=False,
    )


def _open(workflow: Workflow, move: Move, known: Collection[str], outcome: str | None) -> bool:
    return not _lacking(workflow, move, known) and (not move.outcomes or outcome in move.outcomes)


def _lacking(workflow: Workflow, move: Move, known: Collection[str]) -> list[str]:
    return [workflow.needs[need] for need in move.needs if need not in known]


def _out_of_turn(workflow: Workflow, state: str, step: str) -> str:
    others = dict.fromkeys(str(move.step) for move in workflow.moves_from(state))
    return (
        f"a call that is {state} cannot take the step {step};"
        f" what it can do next: {' or '.join(others) or 'nothing'}"
    )


def _not_ready(
    workflow: Workflow, state: str, step: str, known: Collection[str], outcome: str | None
) -> str:
    moves = [move for move in workflow.moves_from(state) if move.step == step]
    if lacking := _lacking(workflow, moves[0], known):
        return f"to {step} a call, give {' and '.join(lacking)}"
    ways = ", ".join(way for move in moves for way in move.outcomes)
    if outcome is None:
        return f"to {step} a call that is {state}, give its outcome: {ways}"
    return f"a call that is {state} cannot end as {outcome}; it can end as: {ways}"
