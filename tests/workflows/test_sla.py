"""SLA arithmetic: one clock, to the second, whatever happens to the daemon."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows import sla
from workflows.calendar import OFFICE, Calendar
from workflows.lifecycle import ACKNOWLEDGE, ODS_CODE, PROVIDE
from workflows.sla import Clock, Standing
from workflows.targets import Policy

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FRIDAY_EVENING = datetime(2026, 3, 6, 18, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EASTER = Calendar(OFFICE.hours, frozenset({date(2026, 4, 3), date(2026, 4, 6)}))

moments = st.integers(0, 30 * 86_400).map(lambda each: MONDAY + each * SECOND)


def begun(target=ACKNOWLEDGE, started=MONDAY, **facts):
    return Clock(target.name, 1, target.policy, started, **facts)


def test_due_is_the_first_moment_that_is_too_late():
    clock = begun()

    assert clock.due == MONDAY + 48 * HOUR
    assert sla.standing(clock, clock.due - SECOND) is Standing.AT_RISK
    assert sla.standing(clock, clock.due) is Standing.BREACHED


@pytest.mark.parametrize(
    ("target", "at_risk"),
    [
        (ACKNOWLEDGE, MONDAY + 28 * HOUR),  # four desk hours before: Tuesday, at one
        (PROVIDE, MONDAY + 4 * DAY),  # a desk day before Monday, at nine: Friday, at nine
    ],
)
def test_a_call_is_at_risk_from_the_earlier_lead_on(target, at_risk):
    clock = begun(target)

    assert clock.at_risk == at_risk
    assert sla.standing(clock, at_risk - SECOND) is Standing.ON_TRACK
    assert sla.standing(clock, at_risk) is Standing.AT_RISK


def test_urgent_warns_earlier_and_leaves_the_due():
    usual, urgent = begun(PROVIDE), begun(PROVIDE, urgent=True)

    assert urgent.due == usual.due
    assert urgent.at_risk == MONDAY + 3 * DAY
    assert sla.with_urgency(usual, urgent=True) == urgent
    assert sla.with_urgency(urgent, urgent=False) == usual


def test_a_lead_longer_than_the_promise_warns_from_the_start_and_no_earlier():
    clock = Clock("acknowledge", 1, Policy(within=HOUR, lead=2 * HOUR), MONDAY)

    assert clock.at_risk == MONDAY


def test_mail_that_arrives_on_friday_evening_is_at_risk_at_once_and_cannot_be_won():
    clock = begun(started=FRIDAY_EVENING)

    assert clock.due == FRIDAY_EVENING + 48 * HOUR  # Sunday
    assert clock.at_risk == FRIDAY_EVENING
    assert clock.unwinnable


def test_mail_that_arrives_before_the_desk_closes_can_be_won():
    assert not begun(started=FRIDAY_EVENING - HOUR - SECOND).unwinnable
    assert begun(started=FRIDAY_EVENING - HOUR).unwinnable
    assert begun(started=FRIDAY_EVENING + 15 * HOUR).unwinnable  # due on Monday, at nine
    assert not begun(started=FRIDAY_EVENING + 15 * HOUR + SECOND).unwinnable


def test_a_long_weekend_cannot_be_won_from_its_eve_on():
    policy = ACKNOWLEDGE.policy._replace(calendar=EASTER)
    thursday_evening = datetime(2026, 4, 2, 16, 0, tzinfo=UTC)  # five o'clock, in summer

    for started in (thursday_evening, thursday_evening + 63 * HOUR):  # due on Tuesday, at eight
        assert Clock("acknowledge", 1, policy, started).unwinnable
    for started in (thursday_evening - SECOND, thursday_evening + 64 * HOUR + SECOND):
        assert not Clock("acknowledge", 1, policy, started).unwinnable


def test_done_in_time_is_met_and_done_too_late_is_breached_for_ever():
    in_time = sla.stop(begun(), MONDAY + 48 * HOUR - SECOND)
    too_late = sla.stop(begun(), MONDAY + 48 * HOUR)

    assert sla.standing(in_time, MONDAY + 99 * DAY) is Standing.MET
    assert sla.standing(too_late, MONDAY + 99 * DAY) is Standing.BREACHED


def test_a_call_that_ends_without_a_code_cancels_its_clock_unless_it_was_late_already():
    in_time = sla.cancel(begun(), MONDAY + HOUR)
    late = sla.cancel(begun(), MONDAY + 49 * HOUR)

    assert sla.standing(in_time, MONDAY + 99 * DAY) is Standing.CANCELLED
    assert sla.standing(late, MONDAY + 50 * HOUR) is Standing.BREACHED


def test_a_finished_clock_never_changes_again():
    later = MONDAY + 99 * DAY

    for done in (sla.stop(begun(), MONDAY + HOUR), sla.cancel(begun(), MONDAY + HOUR)):
        for at in (MONDAY, MONDAY + 2 * HOUR, later):
            assert sla.stop(done, at) is done
            assert sla.cancel(done, at) is done
            assert sla.pause(done, at) is done
            assert sla.resume(done, at) is done
            assert sla.with_urgency(done, urgent=True) is done
            assert sla.with_policy(done, PROVIDE.policy, at) is done
            assert sla.since(done, MONDAY - DAY, at) is done


def test_what_was_not_flagged_yet_is_next():
    clock = begun()

    assert sla.next_check(clock, Standing.ON_TRACK) == clock.at_risk
    assert sla.next_check(clock, Standing.AT_RISK) == clock.due
    assert sla.next_check(clock, Standing.BREACHED) is None


def test_a_clock_that_ended_too_late_unseen_is_still_to_be_flagged():
    late = sla.stop(begun(), MONDAY + 49 * HOUR)
    in_time = sla.stop(begun(), MONDAY + 47 * HOUR)

    assert sla.next_check(late, Standing.ON_TRACK) == late.due
    assert sla.next_check(late, Standing.AT_RISK) == late.due
    assert sla.next_check(late, Standing.BREACHED) is None
    assert sla.next_check(in_time, Standing.ON_TRACK) is None
    assert sla.next_check(in_time, Standing.AT_RISK) is None


def test_a_clock_that_stands_still_wakes_nobody():
    paused = sla.pause(begun(PROVIDE), MONDAY + DAY)

    assert sla.next_check(paused, Standing.ON_TRACK) is None


def test_a_clock_paused_while_at_risk_is_flagged_so():
    clock = begun(PROVIDE)

    for at in (clock.at_risk, MONDAY + 6 * DAY):
        paused = sla.pause(clock, at)
        assert sla.next_check(paused, Standing.ON_TRACK) == paused.at_risk
        assert sla.next_check(paused, Standing.AT_RISK) is None


@given(stopped=moments, urgent=st.booleans())
def test_met_or_breached_depends_on_the_due_alone(stopped, urgent):
    clock = sla.stop(begun(urgent=urgent), stopped)

    expected = Standing.BREACHED if stopped >= MONDAY + 48 * HOUR else Standing.MET
    assert sla.standing(clock, stopped) is expected


@settings(deadline=None)
@given(
    target=st.sampled_from(ODS_CODE.targets),
    noted=st.sampled_from([Standing.ON_TRACK, Standing.AT_RISK]),
    started=moments,
    urgent=st.booleans(),
)
def test_a_sweep_at_the_next_check_always_finds_something_new(target, noted, started, urgent):
    clock = begun(target, started, urgent=urgent)
    turn = sla.next_check(clock, noted)

    assert turn is not None
    assert turn >= started
    assert sla.standing(clock, turn) is not noted
    assert turn == started or sla.standing(clock, turn - SECOND) is not sla.standing(clock, turn)
