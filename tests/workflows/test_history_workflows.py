"""What clocks make of other workflows than the desk's own."""

from datetime import UTC, datetime, timedelta

from workflows import history
from workflows.definition import Move, Workflow
from workflows.history import Happening
from workflows.lifecycle import ODS_CODE, State
from workflows.targets import Policy, Target

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def entered(state, hours, **facts):
    return Happening(str(state), MONDAY + hours * HOUR, str(state), **facts)


def happened(kind, hours, **facts):
    return Happening(kind, MONDAY + hours * HOUR, **facts)


def lived(*happenings):
    return history.replayed(LOOP, happenings)


CLOSED = entered(State.CLOSED, 60)

LOOP = Workflow(
    "loop",
    ("asked", "tried", "over"),
    (
        Move("try", "asked", "tried"),
        Move("back", "tried", "asked"),
        Move("end", "tried", "over"),
    ),
    (
        Target("try", "asked", "tried", Policy(DAY, lead=HOUR), pausable=True),
        Target("end", "asked", "over", Policy(3 * DAY, lead=HOUR)),
        Target("report", "tried", "over", Policy(2 * DAY, lead=HOUR)),
    ),
)


def test_a_target_that_lasts_until_the_end_is_met_by_it():
    life = lived(entered("asked", 0), entered("tried", 1), entered("over", 2))

    assert [clock.cancelled for clock in life.clocks] == [False, False, False]
    assert life.newest("end").stopped == MONDAY + 2 * HOUR


BACK = (entered("asked", 0), entered("tried", 1), entered("asked", 2))


def test_a_workflow_can_lead_back_and_begins_a_new_cycle_of_what_was_over():
    life = lived(*BACK)

    cycles = [(each.target, each.cycle) for each in life.clocks]
    assert cycles == [("try", 1), ("end", 1), ("report", 1), ("try", 2)]
    assert life.newest("end").started == MONDAY


def test_a_merge_moves_the_start_of_answers_alone():
    joined = happened("joined", 3, received=MONDAY - DAY)

    life = lived(*BACK, joined)

    assert life.newest("report").started == MONDAY + HOUR
    assert life.newest("end").started == MONDAY - DAY


def test_an_answer_waits_where_its_workflow_says_so():
    life = lived(entered("asked", 0), happened("held", 1, pauses=True))

    assert [clock.paused for clock in life.clocks] == [MONDAY + HOUR, None]


def test_a_clock_whose_target_its_workflow_gave_up_ends_with_the_call():
    life = lived(entered("asked", 0))._replace(state=State.RECEIVED)

    life = history.after(ODS_CODE, life, CLOSED)

    assert all(clock.cancelled for clock in life.clocks)
