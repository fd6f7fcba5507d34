"""What happens to a call, and what its clocks make of it."""

from datetime import UTC, datetime, timedelta

import pytest

from workflows import history, sla
from workflows.history import Happening, Life
from workflows.lifecycle import ACKNOWLEDGE, ODS_CODE, PROVIDE, State
from workflows.sla import Standing
from workflows.targets import Policy

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SHORT = Policy(DAY, lead=HOUR)


def entered(state, hours, **facts):
    return Happening(str(state), MONDAY + hours * HOUR, str(state), **facts)


def happened(kind, hours, **facts):
    return Happening(kind, MONDAY + hours * HOUR, **facts)


def lived(*happenings):
    return history.replayed(ODS_CODE, happenings)


RECEIVED = entered(State.RECEIVED, 0)
ACKNOWLEDGED = entered(State.ACKNOWLEDGED, 1)
HELD = happened("held", 25, pauses=True)
ALLOCATED = entered(State.ALLOCATED, 50)
CLOSED = entered(State.CLOSED, 60)


def test_before_anything_happened_there_is_nothing():
    assert lived() == Life("", urgent=False, promise=None, clocks=())


def test_a_call_that_arrives_starts_to_wait_for_an_answer():
    life = lived(RECEIVED)

    assert life.state == State.RECEIVED
    assert life.clocks == (sla.Clock("acknowledge", 1, ACKNOWLEDGE.policy, MONDAY),)


def test_a_person_who_answers_stops_one_clock_and_starts_the_other():
    life = lived(RECEIVED, ACKNOWLEDGED)

    acknowledge, provide = life.clocks
    assert acknowledge.stopped == provide.started == MONDAY + HOUR
    assert (provide.target, provide.cycle, provide.policy) == ("provide", 1, PROVIDE.policy)
    assert life.newest("provide") is provide
    assert life.newest("acknowledge") is acknowledge
    assert lived(RECEIVED).newest("provide") is None


def test_to_trace_a_call_moves_no_clock_and_to_allocate_it_stops_the_last():
    before = lived(RECEIVED, ACKNOWLEDGED)
    traced = lived(RECEIVED, ACKNOWLEDGED, entered(State.TRACED, 2))
    done = lived(RECEIVED, ACKNOWLEDGED, entered(State.TRACED, 2), ALLOCATED, CLOSED)

    assert traced == before._replace(state=State.TRACED)
    assert [clock.stopped for clock in done.clocks] == [MONDAY + HOUR, MONDAY + 50 * HOUR]
    assert not any(clock.cancelled for clock in done.clocks)


def test_a_call_that_ends_without_a_code_cancels_what_still_runs_and_nothing_else():
    acknowledge, provide = lived(RECEIVED, ACKNOWLEDGED, CLOSED).clocks

    assert not acknowledge.cancelled
    assert provide.cancelled
    assert provide.stopped == MONDAY + 60 * HOUR
    assert lived(RECEIVED, CLOSED).clocks[0].cancelled  # spam


def test_a_call_that_ends_on_hold_does_not_wait_any_more():
    _, provide = lived(RECEIVED, ACKNOWLEDGED, HELD, CLOSED).clocks

    assert provide.paused is None
    assert provide.held == 35 * HOUR


def test_a_clock_runs_under_the_policy_that_came_with_its_event():
    life = lived(entered(State.RECEIVED, 0, policies={"acknowledge": SHORT}), ACKNOWLEDGED)

    assert [clock.policy for clock in life.clocks] == [SHORT, PROVIDE.policy]


def test_a_state_entered_twice_starts_no_second_clock_while_one_runs():
    once = lived(RECEIVED, ACKNOWLEDGED)

    assert lived(RECEIVED, ACKNOWLEDGED, entered(State.ACKNOWLEDGED, 9)) == once


def test_a_hold_lets_the_code_wait_and_not_the_answer():
    assert lived(RECEIVED, HELD) == lived(RECEIVED)

    acknowledge, provide = lived(RECEIVED, ACKNOWLEDGED, HELD).clocks
    assert acknowledge.paused is None
    assert provide.paused == MONDAY + 25 * HOUR


def test_a_hold_that_lets_nothing_wait_changes_nothing():
    assert lived(RECEIVED, ACKNOWLEDGED, happened("held", 25)) == lived(RECEIVED, ACKNOWLEDGED)


@pytest.mark.parametrize("kind", ["resumed", "pause_ended"])
def test_a_clock_goes_on_when_the_hold_ends_or_its_allowance_is_spent(kind):
    life = lived(RECEIVED, ACKNOWLEDGED, HELD, happened(kind, 49))

    assert life.newest("provide").held == DAY
    assert life.newest("provide").paused is None
    assert history.after(ODS_CODE, life, happened("resumed", 70)) == life


def test_urgent_reaches_the_clocks_that_run_and_those_to_come():
    urgent = lived(RECEIVED, ACKNOWLEDGED, happened("urgent", 2))
    early = lived(RECEIVED, happened("urgent", 0), ACKNOWLEDGED)

    assert urgent.urgent
    assert [clock.urgent for clock in urgent.clocks] == [False, True]
    assert [clock.urgent for clock in early.clocks] == [True, True]
    again = history.after(ODS_CODE, early, happened("not_urgent", 3))
    assert not again.urgent
    assert [clock.urgent for clock in again.clocks] == [True, False]


def test_another_policy_reaches_running_clocks_of_its_targets_alone():
    life = lived(
        RECEIVED,
        ACKNOWLEDGED,
        happened("recalculated", 3, policies={"acknowledge": SHORT, "provide": SHORT}),
    )

    assert [clock.policy for clock in life.clocks] == [ACKNOWLEDGE.policy, SHORT]
    nothing = happened("recalculated", 3, policies={"acknowledge": SHORT})
    assert lived(RECEIVED, ACKNOWLEDGED, nothing) == lived(RECEIVED, ACKNOWLEDGED)


def test_a_reply_on_a_closed_call_waits_for_an_answer_once():
    reply = happened("reply", 70, policies={"acknowledge": SHORT})

    life = lived(RECEIVED, ACKNOWLEDGED, ALLOCATED, CLOSED, reply, happened("reply", 80))

    assert life.state == State.CLOSED
    assert life.clocks[2:] == (sla.Clock("acknowledge", 2, SHORT, MONDAY + 70 * HOUR),)


def test_a_reply_on_an_open_call_starts_no_clock():
    assert lived(RECEIVED, ACKNOWLEDGED, happened("reply", 9)) == lived(RECEIVED, ACKNOWLEDGED)


def test_an_agent_who_says_that_nothing_is_needed_has_answered():
    closed = (RECEIVED, ACKNOWLEDGED, HELD, ALLOCATED, CLOSED, happened("reply", 70))

    life = lived(*closed, happened("no_action", 75))

    assert life.newest("acknowledge").stopped == MONDAY + 75 * HOUR
    assert not life.newest("acknowledge").cancelled


def test_that_nothing_is_needed_is_no_answer_to_a_call_that_is_open():
    assert lived(RECEIVED, happened("no_action", 9)) == lived(RECEIVED)


def test_who_reopens_a_call_has_answered_and_promises_its_code_anew():
    closed = (RECEIVED, ACKNOWLEDGED, ALLOCATED, CLOSED, happened("reply", 70))

    life = lived(*closed, Happening("reopened", MONDAY + 80 * HOUR, str(State.ACKNOWLEDGED)))

    cycles = [(clock.target, clock.cycle) for clock in life.clocks]
    assert cycles == [("acknowledge", 1), ("provide", 1), ("acknowledge", 2), ("provide", 2)]
    assert life.clocks[2].stopped == life.clocks[3].started == MONDAY + 80 * HOUR
    assert life.clocks[3].stopped is None


def test_who_wrote_twice_has_waited_since_the_first_time_until_somebody_answers():
    joined = happened("joined", 5, received=MONDAY - DAY)

    assert lived(RECEIVED, joined).clocks[0].started == MONDAY - DAY
    assert lived(RECEIVED, ACKNOWLEDGED, joined) == lived(RECEIVED, ACKNOWLEDGED)
    assert lived(RECEIVED, happened("joined", 5)) == lived(RECEIVED)
    later = happened("joined", 5, received=MONDAY + HOUR)
    assert lived(RECEIVED, later) == lived(RECEIVED)


def began(seconds, *before, hours=48):
    """Whether the clock that begins so long after the call arrived begins late."""
    moment = MONDAY + timedelta(hours=hours, seconds=seconds)
    acknowledged = Happening("acknowledged", moment, str(State.ACKNOWLEDGED))
    life = history.replayed(ODS_CODE, (RECEIVED, *before, acknowledged), MONDAY + 9 * DAY)
    return life.newest("provide").late_start


def test_a_late_answer_does_not_move_the_promise_so_the_code_starts_late():
    assert not began(0)
    assert began(1)


def test_an_answer_itself_never_starts_late():
    reply = happened("reply", 999)

    life = history.replayed(ODS_CODE, [RECEIVED, ACKNOWLEDGED, CLOSED, reply], MONDAY)

    answers = [clock for clock in life.clocks if clock.target == "acknowledge"]
    assert [clock.late_start for clock in answers] == [False, False]


def test_a_hold_makes_no_late_start():
    life = history.replayed(ODS_CODE, [RECEIVED, ACKNOWLEDGED, HELD], MONDAY + 9 * DAY)

    again = history.after(ODS_CODE, life, happened("resumed", 600))

    assert not again.newest("provide").late_start


def test_what_a_call_needs_once_it_is_reopened_was_not_promised_before():
    assert not began(0, ACKNOWLEDGED, ALLOCATED, CLOSED, hours=999)


def test_without_a_promise_nothing_starts_late():
    late = entered(State.ACKNOWLEDGED, 999)

    assert not lived(RECEIVED, late).newest("provide").late_start


@pytest.mark.parametrize("kind", ["note", "chased", "taken", "at_risk", "breached", "hold_changed"])
def test_what_says_nothing_to_clocks_leaves_them_as_they_are(kind):
    assert lived(RECEIVED, ACKNOWLEDGED, happened(kind, 9)) == lived(RECEIVED, ACKNOWLEDGED)


@pytest.mark.parametrize(
    ("flags", "worst"),
    [
        ([], Standing.ON_TRACK),
        ([Standing.AT_RISK], Standing.AT_RISK),
        ([Standing.AT_RISK, Standing.BREACHED], Standing.BREACHED),
        ([Standing.BREACHED, Standing.AT_RISK], Standing.BREACHED),
    ],
)
def test_a_clock_was_seen_as_its_worst_flag_says(flags, worst):
    assert history.noted(flags) is worst
