"""What may happen to a call, move by move."""

import pytest

from workflows import machine
from workflows.lifecycle import (
    MOVES,
    NEEDS,
    WITHOUT_A_CODE,
    Outcome,
    State,
    Step,
    StepNotAllowed,
    usual_step,
)

EVERYTHING = frozenset(NEEDS)
PAIRS = {(move.source, move.step) for move in MOVES}


@pytest.mark.parametrize("move", MOVES, ids=lambda move: f"{move.source.value}-{move.step.value}")
def test_every_move_leads_where_the_table_says(move):
    outcomes = move.outcomes or (None,)

    assert {machine.after(move.source, move.step, EVERYTHING, way) for way in outcomes} == {
        move.dest
    }


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_a_step_that_the_table_does_not_hold_is_refused_with_what_can_be_done(state, step):
    if (state, step) in PAIRS:
        return

    with pytest.raises(StepNotAllowed) as refusal:
        machine.after(state, step, EVERYTHING, Outcome.PROVIDED)

    assert f"a call that is {state.value} cannot take the step {step.value}" in str(refusal.value)
    for move in machine.moves_from(state):
        assert move.step.value in str(refusal.value)


@pytest.mark.parametrize("move", [move for move in MOVES if move.needs], ids=str)
def test_a_move_without_what_it_needs_is_refused_and_says_what(move):
    with pytest.raises(StepNotAllowed) as refusal:
        machine.after(move.source, move.step)

    for need in move.needs:
        assert NEEDS[need] in str(refusal.value)


def test_a_refused_step_leaves_the_machine_as_it_was():
    with pytest.raises(StepNotAllowed):
        machine.after(State.TRACED, Step.ALLOCATE)

    assert machine.after(State.TRACED, Step.ALLOCATE, {"code"}) is State.ALLOCATED


@pytest.mark.parametrize("state", [State.ACKNOWLEDGED, State.TRACED])
@pytest.mark.parametrize("outcome", WITHOUT_A_CODE)
def test_a_call_without_a_code_can_end_in_each_way_that_is_not_provided(state, outcome):
    assert machine.after(state, Step.CLOSE, (), outcome) is State.CLOSED


def test_a_call_that_nobody_answered_ends_only_as_spam():
    assert machine.after(State.RECEIVED, Step.CLOSE, (), Outcome.SPAM) is State.CLOSED
    for outcome in set(Outcome) - {Outcome.SPAM}:
        with pytest.raises(StepNotAllowed, match="it can end as: spam"):
            machine.after(State.RECEIVED, Step.CLOSE, (), outcome)


def test_a_call_ends_as_provided_only_once_it_is():
    assert machine.after(State.ALLOCATED, Step.CLOSE, (), Outcome.PROVIDED) is State.CLOSED
    with pytest.raises(StepNotAllowed, match="cannot end as provided"):
        machine.after(State.TRACED, Step.CLOSE, (), Outcome.PROVIDED)


def test_whoever_closes_without_an_outcome_is_told_the_ways():
    with pytest.raises(StepNotAllowed, match="give its outcome: provided, spam"):
        machine.after(State.ALLOCATED, Step.CLOSE)


def test_the_usual_steps_lead_from_received_to_closed():
    path = [usual_step(state) for state in State]

    assert path == [Step.ACKNOWLEDGE, Step.TRACE, Step.ALLOCATE, Step.CLOSE, None]


def test_outcomes_are_told_in_words():
    assert Outcome.NOT_CQC_REGISTERED.words == "not CQC registered"
