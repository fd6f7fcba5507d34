"""What a workflow is, whichever it be."""

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta

import pytest

from workflows import machine
from workflows.definition import Move, Workflow
from workflows.lifecycle import ODS_CODE
from workflows.refused import StepNotAllowed
from workflows.targets import Policy, Target, default_policies

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)

DAY = timedelta(days=1)
ANSWER = Target("answer", "new", "told", Policy(2 * DAY, lead=DAY))
MEND = Target("mend", "told", "done", Policy(9 * DAY, lead=DAY), pausable=True)
COMPLAINT = Workflow(
    "complaint",
    states=("new", "told", "mended", "done"),
    moves=(
        Move("tell", "new", "told"),
        Move("note", "told", "told"),
        Move("mend", "told", "mended", needs=("words", "proof")),
        Move("mend", "mended", "mended"),
        Move("end", "mended", "done", outcomes=("glad", "sad")),
        Move("end", "mended", "done", outcomes=("angry",)),
    ),
    targets=(ANSWER, MEND),
    needs={"words": "what was mended", "proof": "what shows it"},
)


def test_a_life_begins_in_the_first_state_and_ends_in_the_last():
    assert (COMPLAINT.first, COMPLAINT.last) == ("new", "done")


def test_what_runs_from_the_first_state_is_an_answer_that_is_waited_for():
    assert COMPLAINT.answering == (ANSWER,)


def test_the_usual_step_leads_on_and_never_stays():
    assert [COMPLAINT.usual_step(each) for each in COMPLAINT.states] == [
        "tell",
        "mend",
        "end",
        None,
    ]


def test_a_closed_call_has_no_usual_step_although_it_can_be_taken_up_again():
    again = replace(COMPLAINT, moves=(*COMPLAINT.moves, Move("again", "done", "told")))

    assert again.usual_step("done") is None
    assert machine.after(again, "done", "again") == "told"


def test_a_state_without_a_way_out_has_no_usual_step():
    stuck = replace(COMPLAINT, moves=COMPLAINT.moves[:1])

    assert stuck.usual_step("told") is None


def test_the_moves_of_a_state_stand_in_their_order():
    assert [move.step for move in COMPLAINT.moves_from("told")] == ["note", "mend"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (
            {"states": ("new",), "moves": (), "targets": ()},
            "^complaint: a life has two states at least, and each of them once$",
        ),
        (
            {"states": ("new", "told", "mended", "new", "done")},
            "^complaint: a life has two states at least, and each of them once$",
        ),
        (
            {"targets": (ANSWER, MEND._replace(name="answer"))},
            "^complaint: two targets have the same name$",
        ),
        ({"moves": (Move("tell", "new", "tld"),)}, "complaint: tell names 'tld', no state"),
        ({"moves": (Move("tell", "nwe", "told"),)}, "tell names 'nwe'"),
        ({"targets": (ANSWER._replace(starts="nwe"),)}, "answer names 'nwe'"),
        ({"targets": (ANSWER._replace(stops="tld"),)}, "answer names 'tld'"),
        ({"needs": {"words": "what was mended"}}, "mend needs 'proof', and no words say what"),
    ],
)
def test_what_does_not_hang_together_is_no_workflow(wrong, words):
    with pytest.raises(ValueError, match=words):
        replace(COMPLAINT, **wrong)


def test_two_states_are_enough():
    assert Workflow("ping", ("new", "done"), (Move("end", "new", "done"),), ()).last == "done"


def test_a_workflow_never_changes():
    with pytest.raises(FrozenInstanceError):
        COMPLAINT.name = "praise"


def test_a_workflow_is_itself_and_no_other_that_looks_like_it():
    assert replace(COMPLAINT) != COMPLAINT
    assert len({COMPLAINT, replace(COMPLAINT)}) == 2


@pytest.mark.parametrize("step", ["sing", "to_done", "done", ""])
def test_a_step_that_no_workflow_has_is_refused(step):
    with pytest.raises(StepNotAllowed, match=f"cannot take the step {step}; .* next: tell$"):
        machine.after(COMPLAINT, "new", step)


def test_each_step_that_is_possible_is_told_once():
    with pytest.raises(StepNotAllowed, match=r"what it can do next: note or mend$"):
        machine.after(COMPLAINT, "told", "tell")
    with pytest.raises(StepNotAllowed, match=r"what it can do next: mend or end$"):
        machine.after(COMPLAINT, "mended", "tell")


def test_where_nothing_leads_on_that_is_said():
    with pytest.raises(
        StepNotAllowed, match=r"a call that is done .* what it can do next: nothing$"
    ):
        machine.after(COMPLAINT, "done", "tell")


def test_all_that_a_move_lacks_is_told_at_once():
    with pytest.raises(StepNotAllowed) as refusal:
        machine.after(COMPLAINT, "told", "mend")

    assert str(refusal.value) == "to mend a call, give what was mended and what shows it"


def test_what_is_known_already_is_not_asked_for():
    with pytest.raises(StepNotAllowed, match=r"^to mend a call, give what shows it$"):
        machine.after(COMPLAINT, "told", "mend", {"words"})


def test_the_moves_of_one_step_are_tried_in_their_order():
    assert machine.after(COMPLAINT, "mended", "end", (), "glad") == "done"
    assert machine.after(COMPLAINT, "mended", "end", (), "angry") == "done"


def test_an_end_that_no_move_allows_is_refused_with_those_that_are():
    with pytest.raises(StepNotAllowed) as none_given:
        machine.after(COMPLAINT, "mended", "end")
    with pytest.raises(StepNotAllowed) as wrong:
        machine.after(COMPLAINT, "mended", "end", (), "lost")

    ways = "glad, sad, angry"
    assert str(none_given.value) == f"to end a call that is mended, give its outcome: {ways}"
    assert str(wrong.value) == (f"a call that is mended cannot end as lost; it can end as: {ways}")


def within(hours: int) -> Policy:
    return Policy(timedelta(hours=hours), lead=timedelta(hours=1))


def test_what_is_promised_end_to_end_for_a_code_is_nine_days():
    policies = default_policies(ODS_CODE.targets)

    assert ODS_CODE.promise(MONDAY, policies) == MONDAY + timedelta(days=9)


def test_one_promise_begins_when_the_other_is_due_in_desk_time_too():
    desk_days = within(16)._replace(working=True)
    friday = datetime(2026, 3, 6, 12, tzinfo=UTC)

    promised = ODS_CODE.promise(friday, {"acknowledge": desk_days, "provide": within(48)})

    assert promised == datetime(2026, 3, 12, 12, tzinfo=UTC)  # Tuesday at noon, and two days


def test_promises_that_run_side_by_side_are_not_added_up():
    states = ("new", "half", "done")
    targets = (
        Target("half", starts="new", stops="half", policy=within(3)),
        Target("whole", starts="new", stops="done", policy=within(10)),
        Target("rest", starts="half", stops="done", policy=within(2)),
    )
    workflow = Workflow("ring", states, (), targets)

    assert workflow.promise(MONDAY, default_policies(targets)) == MONDAY + timedelta(hours=10)


def test_what_begins_at_an_unknown_time_is_not_promised_end_to_end():
    target = Target("rest", starts="half", stops="done", policy=within(2))
    workflow = Workflow("ring", ("new", "half", "done"), (), (target,))

    assert workflow.promise(MONDAY, default_policies([target])) == MONDAY
