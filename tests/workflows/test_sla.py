"""SLA arithmetic: to the second, whatever happens to the daemon."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import sla
from workflows.sla import Standing
from workflows.targets import (
    ACKNOWLEDGE,
    DEFAULT_POLICIES,
    PROVIDE,
    TARGETS,
    Policy,
    policy_from,
    promise,
)

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

moments = st.integers(0, 30 * 86_400).map(lambda n: MONDAY + n * SECOND)


def begun(target=ACKNOWLEDGE, **facts):
    return sla.start(target.name, target.policy, MONDAY, **facts)


def test_the_promises_are_48_hours_and_seven_days():
    assert begun(ACKNOWLEDGE).due == MONDAY + 48 * HOUR
    assert begun(PROVIDE).due == MONDAY + 7 * DAY


def test_due_is_the_first_moment_that_is_too_late():
    clock = begun()

    assert sla.standing(clock, clock.due - SECOND) is Standing.AT_RISK
    assert sla.standing(clock, clock.due) is Standing.BREACHED


@pytest.mark.parametrize(("target", "lead"), [(ACKNOWLEDGE, 12), (PROVIDE, 48)])
def test_a_call_is_at_risk_from_the_lead_on(target, lead):
    clock = begun(target)

    assert sla.standing(clock, clock.due - lead * HOUR - SECOND) is Standing.ON_TRACK
    assert sla.standing(clock, clock.due - lead * HOUR) is Standing.AT_RISK


def test_urgent_doubles_the_lead_and_leaves_the_due():
    usual, urgent = begun(), begun(urgent=True)

    assert urgent.due == usual.due
    assert urgent.due - urgent.at_risk == 2 * (usual.due - usual.at_risk)
    assert sla.with_urgency(urgent, urgent=False) == usual


def test_a_lead_longer_than_the_promise_warns_from_the_start():
    clock = sla.start("acknowledge", Policy(within=HOUR, lead=2 * HOUR), MONDAY)

    assert clock.at_risk == MONDAY


def test_done_in_time_is_met_and_done_too_late_is_breached_for_ever():
    in_time = sla.stop(begun(), MONDAY + 48 * HOUR - SECOND)
    too_late = sla.stop(begun(), MONDAY + 48 * HOUR)

    assert sla.standing(in_time, MONDAY + 99 * DAY) is Standing.MET
    assert sla.standing(too_late, MONDAY + 99 * DAY) is Standing.BREACHED


def test_a_call_that_ends_without_a_code_cancels_its_clock_unless_it_was_late_already():
    assert sla.standing(sla.cancel(begun(), MONDAY + HOUR), MONDAY) is Standing.CANCELLED
    late = sla.cancel(begun(), MONDAY + 49 * HOUR)
    assert sla.standing(late, MONDAY + 50 * HOUR) is Standing.BREACHED


def test_a_finished_clock_never_changes_again():
    done = sla.stop(begun(), MONDAY + HOUR)
    later = MONDAY + 99 * DAY

    assert sla.stop(done, later) == done
    assert sla.cancel(done, later) == done
    assert sla.pause(done, later) == done
    assert sla.resume(done, later) == done
    assert sla.with_urgency(done, urgent=True) == done


def test_a_pause_moves_the_due_by_its_length_and_keeps_the_gross_due():
    clock = sla.resume(sla.pause(begun(PROVIDE), MONDAY + DAY), MONDAY + 3 * DAY)

    assert clock.due == MONDAY + 9 * DAY
    assert clock.gross_due == MONDAY + 7 * DAY
    assert clock.held == 2 * DAY


def test_a_clock_that_stands_still_is_never_late():
    paused = sla.pause(begun(PROVIDE), MONDAY + DAY)

    assert sla.standing(paused, MONDAY + 99 * DAY) is Standing.ON_TRACK
    assert not paused.running
    assert sla.pause(paused, MONDAY + 2 * DAY) == paused


def test_stopping_a_paused_clock_ends_its_pause():
    clock = sla.stop(sla.pause(begun(PROVIDE), MONDAY + DAY), MONDAY + 30 * DAY)

    assert sla.standing(clock, MONDAY + 30 * DAY) is Standing.MET
    assert clock.paused is None


def test_what_was_not_flagged_yet_is_next():
    clock = begun()

    assert sla.next_check(clock, Standing.ON_TRACK) == clock.at_risk
    assert sla.next_check(clock, Standing.AT_RISK) == clock.due
    assert sla.next_check(clock, Standing.BREACHED) is None


def test_a_clock_that_ended_too_late_unseen_is_still_to_be_flagged():
    late = sla.stop(begun(), MONDAY + 49 * HOUR)
    in_time = sla.stop(begun(), MONDAY + 47 * HOUR)

    assert sla.next_check(late, Standing.ON_TRACK) == late.due
    assert sla.next_check(late, Standing.BREACHED) is None
    assert sla.next_check(in_time, Standing.AT_RISK) is None


def test_a_clock_that_stands_still_wakes_nobody():
    paused = sla.pause(begun(PROVIDE), MONDAY + DAY)

    assert sla.next_check(paused, Standing.ON_TRACK) is None


def test_a_clock_paused_while_at_risk_is_flagged_so():
    paused = sla.pause(begun(PROVIDE), MONDAY + 6 * DAY)

    assert sla.next_check(paused, Standing.ON_TRACK) == paused.at_risk
    assert sla.next_check(paused, Standing.AT_RISK) is None


def test_a_late_acknowledgement_does_not_move_the_promise():
    promised = promise(MONDAY)
    in_time = sla.start("provide", PROVIDE.policy, MONDAY + 48 * HOUR)
    late = sla.start("provide", PROVIDE.policy, MONDAY + 48 * HOUR + SECOND)

    assert promised == MONDAY + 9 * DAY
    assert not sla.late_start(in_time, promised)
    assert sla.late_start(late, promised)


def test_a_policy_is_kept_as_plain_values():
    assert policy_from(PROVIDE.policy.values()) == PROVIDE.policy
    assert {target.name: target.policy for target in TARGETS} == DEFAULT_POLICIES


@given(stopped=moments, urgent=st.booleans())
def test_met_or_breached_depends_on_the_due_alone(stopped, urgent):
    clock = sla.stop(begun(urgent=urgent), stopped)

    expected = Standing.BREACHED if stopped >= MONDAY + 48 * HOUR else Standing.MET
    assert sla.standing(clock, stopped) is expected


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=6))
def test_net_and_gross_differ_by_just_the_time_that_it_stood_still(spans):
    clock, now, held = begun(PROVIDE), MONDAY, timedelta()
    for before, length in spans:
        now += before * SECOND
        clock = sla.pause(clock, now)
        now += length * SECOND
        clock, held = sla.resume(clock, now), held + length * SECOND

    assert clock.due - clock.gross_due == held


@given(noted=st.sampled_from([Standing.ON_TRACK, Standing.AT_RISK]), now=moments)
def test_a_sweep_at_the_next_check_always_finds_something_new(noted, now):
    clock = begun()
    turn = sla.next_check(clock, noted)

    assert turn is not None
    assert sla.standing(clock, turn) is not noted
    assert sla.standing(clock, turn - SECOND) is not sla.standing(clock, turn)
    if now >= turn:
        assert sla.standing(clock, now) is not noted
