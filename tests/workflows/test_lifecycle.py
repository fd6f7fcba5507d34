"""What may happen to a call for an ODS code, move by move."""

import pytest

from workflows import machine
from workflows.kinds import Kind
from workflows.lifecycle import (
    ACKNOWLEDGE,
    ODS_CODE,
    PROVIDE,
    WITHOUT_A_CODE,
    Hold,
    Outcome,
    State,
    Step,
)
from workflows.refused import StepNotAllowed
from workflows.standing import Standing, outcome_words

EVERYTHING = frozenset(ODS_CODE.needs)
PAIRS = {(move.source, move.step) for move in ODS_CODE.moves}


def after(state, step, known=(), outcome=None):
    return machine.after(ODS_CODE, state, step, known, outcome)


@pytest.mark.parametrize("move", ODS_CODE.moves, ids=lambda move: f"{move.source}-{move.step}")
def test_every_move_leads_where_the_table_says(move):
    outcomes = move.outcomes or (None,)

    assert {after(move.source, move.step, EVERYTHING, way) for way in outcomes} == {move.dest}


@pytest.mark.parametrize(
    ("state", "step"),
    [(state, step) for state in State for step in Step if (state, step) not in PAIRS],
)
def test_a_step_that_the_table_does_not_hold_is_refused_with_what_can_be_done(state, step):
    with pytest.raises(StepNotAllowed) as refusal:
        after(state, step, EVERYTHING, Outcome.PROVIDED)

    assert f"a call that is {state} cannot take the step {step}" in str(refusal.value)
    for move in ODS_CODE.moves_from(state):
        assert move.step in str(refusal.value)


@pytest.mark.parametrize("move", [move for move in ODS_CODE.moves if move.needs], ids=str)
def test_a_move_without_what_it_needs_is_refused_and_says_what(move):
    with pytest.raises(StepNotAllowed) as refusal:
        after(move.source, move.step)

    for need in move.needs:
        assert ODS_CODE.needs[need] in str(refusal.value)


@pytest.mark.parametrize(
    ("state", "step", "need"),
    [
        (State.RECEIVED, Step.ACKNOWLEDGE, "agent"),
        (State.ACKNOWLEDGED, Step.TRACE, "organisation"),
        (State.TRACED, Step.TRACE, "organisation"),
        (State.TRACED, Step.ALLOCATE, "code"),
        (State.CLOSED, Step.REOPEN, "agent"),
    ],
)
def test_each_step_needs_one_thing_to_be_known(state, step, need):
    with pytest.raises(StepNotAllowed):
        after(state, step, EVERYTHING - {need})
    assert after(state, step, {need}) in tuple(State)


def test_a_refused_step_leaves_the_machine_as_it_was():
    with pytest.raises(StepNotAllowed):
        after(State.TRACED, Step.ALLOCATE)

    assert after(State.TRACED, Step.ALLOCATE, {"code"}) == State.ALLOCATED


@pytest.mark.parametrize("state", [State.ACKNOWLEDGED, State.TRACED])
@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.PROVIDED])
def test_a_call_without_a_code_can_end_in_each_way_that_is_not_provided(state, outcome):
    assert outcome in WITHOUT_A_CODE
    assert after(state, Step.CLOSE, (), outcome) == State.CLOSED


@pytest.mark.parametrize("state", [each for each in State if each is not State.CLOSED])
def test_spam_ends_a_call_from_any_open_state(state):
    assert after(state, Step.CLOSE, (), Outcome.SPAM) == State.CLOSED


def test_only_an_allocated_call_ends_as_provided():
    assert after(State.ALLOCATED, Step.CLOSE, (), Outcome.PROVIDED) == State.CLOSED
    for state in (State.RECEIVED, State.ACKNOWLEDGED, State.TRACED):
        with pytest.raises(StepNotAllowed, match="cannot end as provided"):
            after(state, Step.CLOSE, (), Outcome.PROVIDED)


def test_a_call_that_nobody_answered_ends_as_spam_alone():
    for outcome in set(Outcome) - {Outcome.SPAM}:
        with pytest.raises(StepNotAllowed, match=r"it can end as: spam$"):
            after(State.RECEIVED, Step.CLOSE, (), outcome)


def test_a_call_with_its_code_has_no_other_end():
    for outcome in set(Outcome) - {Outcome.PROVIDED, Outcome.SPAM}:
        with pytest.raises(StepNotAllowed, match=r"it can end as: provided, spam$"):
            after(State.ALLOCATED, Step.CLOSE, (), outcome)


def test_whoever_closes_without_an_outcome_is_told_the_ways():
    with pytest.raises(StepNotAllowed, match="give its outcome: provided, spam"):
        after(State.ALLOCATED, Step.CLOSE)


@pytest.mark.parametrize("state", [State.RECEIVED, State.ACKNOWLEDGED, State.TRACED])
def test_a_call_can_be_merged_as_a_duplicate_until_it_has_its_code(state):
    assert after(state, Step.MERGE, (), Outcome.DUPLICATE) == State.CLOSED
    with pytest.raises(StepNotAllowed, match=r"it can end as: duplicate$"):
        after(state, Step.MERGE, (), Outcome.SPAM)
    with pytest.raises(StepNotAllowed, match="cannot take the step merge"):
        after(State.ALLOCATED, Step.MERGE, (), Outcome.DUPLICATE)


def test_a_closed_call_can_only_be_taken_up_again():
    assert [(each.step, each.dest) for each in ODS_CODE.moves_from(State.CLOSED)] == [
        (Step.REOPEN, State.ACKNOWLEDGED)
    ]


def test_the_usual_steps_lead_from_received_to_closed():
    path = [ODS_CODE.usual_step(state) for state in State]

    assert path == [Step.ACKNOWLEDGE, Step.TRACE, Step.ALLOCATE, Step.CLOSE, None]


def test_an_answer_is_promised_from_received_and_a_code_from_acknowledged():
    assert ODS_CODE.targets == (ACKNOWLEDGE, PROVIDE)
    assert (ACKNOWLEDGE.starts, ACKNOWLEDGE.stops) == (State.RECEIVED, State.ACKNOWLEDGED)
    assert (PROVIDE.starts, PROVIDE.stops) == (State.ACKNOWLEDGED, State.ALLOCATED)
    assert ODS_CODE.answering == (ACKNOWLEDGE,)


def test_a_hold_never_lets_an_answer_wait():
    assert [target.pausable for target in ODS_CODE.targets] == [False, True]


@pytest.mark.parametrize("target", ODS_CODE.targets, ids=lambda each: each.name)
def test_each_target_says_what_its_breach_means(target):
    assert target.why
    assert target.why_late
    assert target.why != target.why_late


def test_the_machine_gives_plain_text():
    assert type(after(State.RECEIVED, Step.ACKNOWLEDGE, {"agent"})) is str


def test_outcomes_and_standings_are_told_in_words():
    assert outcome_words(Outcome.NOT_CQC_REGISTERED) == "not CQC registered"
    assert outcome_words(Outcome.CQC_DETAILS_WRONG) == "CQC details wrong"
    assert Standing.ON_TRACK.words == "on track"


def test_the_words_that_stores_and_scripts_keep_are_these():
    # Whoever changes one of them writes a migration too.
    kept = {each: [str(one.value) for one in each] for each in (State, Step, Outcome, Hold, Kind)}

    assert kept == {
        State: ["received", "acknowledged", "traced", "allocated", "closed"],
        Step: ["acknowledge", "trace", "allocate", "close", "merge", "reopen"],
        Outcome: [
            "provided",
            "not_cqc_registered",
            "cqc_details_wrong",
            "duplicate",
            "withdrawn",
            "no_reply",
            "out_of_scope",
            "spam",
        ],
        Hold: ["awaiting_requester", "awaiting_cqc", "internal"],
        Kind: ["care_home", "domiciliary"],
    }
    assert [each.value for each in Standing] == [
        "on_track",
        "at_risk",
        "breached",
        "met",
        "cancelled",
    ]
    assert ODS_CODE.name == "ods_code"
    assert [target.name for target in ODS_CODE.targets] == ["acknowledge", "provide"]
