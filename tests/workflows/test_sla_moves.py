"""What moves a due: pauses, other policies, an earlier start. And what does not."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from workflows import sla
from workflows.calendar import OFFICE, Calendar
from workflows.lifecycle import ACKNOWLEDGE, PROVIDE
from workflows.sla import Clock, Standing
from workflows.targets import Policy

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EASTER = Calendar(OFFICE.hours, frozenset({date(2026, 4, 3), date(2026, 4, 6)}))
LUNCH = Calendar((((9 * 60, 12 * 60), (13 * 60, 17 * 60)),) * 5 + ((), ()), EASTER.holidays)
DESK_DAYS = Policy(16 * HOUR, lead=2 * HOUR, staffed=4 * HOUR, working=True)

moments = st.integers(0, 30 * 86_400).map(lambda each: MONDAY + each * SECOND)
lengths = st.integers(0, 20 * 86_400).map(lambda each: each * SECOND)


def begun(target=ACKNOWLEDGE):
    return Clock(target.name, 1, target.policy, MONDAY)


def test_a_clock_that_is_late_stays_as_late_as_it_is():
    clock = begun(PROVIDE)

    for at in (clock.due, clock.due + DAY):
        assert not clock.can_move(at)
        assert sla.pause(clock, at) is clock
        assert sla.with_policy(clock, ACKNOWLEDGE.policy, at) is clock
        assert sla.since(clock, MONDAY - DAY, at) is clock
    assert clock.can_move(clock.due - SECOND)


def test_a_pause_moves_the_due_by_its_length_and_keeps_the_gross_due():
    clock = sla.resume(sla.pause(begun(PROVIDE), MONDAY + DAY), MONDAY + 3 * DAY)

    assert clock.due == MONDAY + 9 * DAY
    assert clock.gross_due == MONDAY + 7 * DAY
    assert clock.held == 2 * DAY
    assert clock.paused is None


def test_a_pause_of_a_promise_in_desk_time_moves_it_by_its_desk_time():
    friday = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
    clock = sla.pause(Clock("provide", 1, DESK_DAYS, friday), friday + HOUR)

    clock = sla.resume(clock, friday + 3 * DAY)  # Monday, at three: one hour, and six

    assert clock.held == 7 * HOUR
    assert clock.gross_due == datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
    assert clock.due == datetime(2026, 3, 11, 14, 0, tzinfo=UTC)


def test_a_clock_that_stands_still_is_never_late():
    paused = sla.pause(begun(PROVIDE), MONDAY + DAY)

    assert sla.standing(paused, MONDAY + 99 * DAY) is Standing.ON_TRACK
    assert paused.can_move(MONDAY + 99 * DAY)
    assert sla.pause(paused, MONDAY + 2 * DAY) is paused


def test_a_clock_can_stand_still_until_the_last_moment():
    clock = begun(PROVIDE)
    paused = sla.pause(clock, clock.due - SECOND)

    assert sla.resume(paused, clock.due + DAY).due == clock.due + DAY + SECOND
    assert sla.standing(sla.resume(paused, clock.due + DAY), clock.due + DAY) is Standing.AT_RISK


def test_a_clock_that_does_not_stand_still_cannot_go_on():
    assert sla.resume(begun(), MONDAY + DAY) == begun()


def test_a_reply_that_arrived_before_the_hold_takes_nothing_away():
    paused = sla.pause(begun(PROVIDE), MONDAY + DAY)

    assert sla.resume(paused, MONDAY) == begun(PROVIDE)


def test_stopping_a_paused_clock_ends_its_pause():
    clock = sla.stop(sla.pause(begun(PROVIDE), MONDAY + DAY), MONDAY + 30 * DAY)

    assert sla.standing(clock, MONDAY + 30 * DAY) is Standing.MET
    assert clock.paused is None
    assert clock.held == 29 * DAY


def test_a_policy_counts_from_the_start_and_what_was_held_before_counts_on():
    clock = begun(PROVIDE)._replace(held=DAY)
    shorter = PROVIDE.policy._replace(within=5 * DAY)

    changed = sla.with_policy(clock, shorter, MONDAY + DAY)

    assert changed == clock._replace(policy=shorter)
    assert changed.due == MONDAY + 6 * DAY


def test_a_hold_counts_anew_under_a_policy_that_counts_other_time():
    clock = begun(PROVIDE)._replace(held=2 * DAY)  # due on Wednesday instead of Monday
    in_desk_time = Policy(40 * HOUR, lead=HOUR, working=True)

    changed = sla.with_policy(clock, in_desk_time, MONDAY + DAY)
    back = sla.with_policy(changed, PROVIDE.policy, MONDAY + DAY)

    assert changed.held == 16 * HOUR  # Monday and Tuesday, of the desk
    assert changed.due == datetime(2026, 3, 10, 17, 0, tzinfo=UTC)
    assert back.due == begun(PROVIDE).due + (changed.due - changed.gross_due)


def test_a_holiday_that_is_put_in_later_takes_nothing_from_a_hold():
    clock = Clock("provide", 1, DESK_DAYS, MONDAY, held=16 * HOUR)  # due on Thursday, at five
    wednesday = Calendar(OFFICE.hours, frozenset({date(2026, 3, 4)}))

    changed = sla.with_policy(clock, DESK_DAYS._replace(calendar=wednesday), MONDAY)

    assert changed.held == 16 * HOUR
    assert changed.due == clock.due + DAY


def test_a_clock_that_another_policy_made_late_stays_so_when_it_goes_on():
    paused = sla.pause(begun(PROVIDE), MONDAY + 5 * DAY)
    late = sla.with_policy(paused, PROVIDE.policy._replace(within=3 * DAY), MONDAY + 6 * DAY)

    again = sla.resume(late, MONDAY + 9 * DAY)

    assert sla.standing(late, MONDAY + 6 * DAY) is Standing.BREACHED
    assert again.due == late.due == MONDAY + 3 * DAY
    assert again.paused is None
    assert sla.with_policy(late, PROVIDE.policy, MONDAY + 7 * DAY) is late


def test_a_clock_can_be_moved_to_an_earlier_start_and_to_no_later_one():
    clock = begun()

    assert sla.since(clock, MONDAY - HOUR, MONDAY + DAY).due == MONDAY + 47 * HOUR
    assert sla.since(clock, MONDAY + HOUR, MONDAY + DAY) == clock
    assert sla.since(clock, MONDAY, MONDAY + DAY) is clock


@given(st.lists(st.tuples(lengths, lengths), max_size=6))
def test_net_and_gross_differ_by_just_the_time_that_it_stood_still(spans):
    clock, now, held = begun(PROVIDE), MONDAY, timedelta()
    for before, length in spans:
        now += before
        if now >= clock.due:
            break  # who is late already does not stand still any more
        clock = sla.resume(sla.pause(clock, now), now + length)
        now, held = now + length, held + length

    assert clock.due - clock.gross_due == clock.held == held


@settings(deadline=None)
@given(
    started=moments,
    before=lengths,
    length=lengths,
    calendar=st.sampled_from([OFFICE, EASTER, LUNCH]),
    within=st.integers(1, 80),
)
def test_in_desk_time_a_pause_moves_the_due_by_its_desk_time(
    started, before, length, calendar, within
):
    policy = Policy(within * HOUR, lead=HOUR, working=True, calendar=calendar)
    clock, begin, end = Clock("provide", 1, policy, started), started + before, started + before
    end += length

    again = sla.resume(sla.pause(clock, begin), end)

    paused = calendar.staffed(begin, end) if begin < clock.due else timedelta()
    assert calendar.staffed(clock.due, again.due) == paused
    assert again.gross_due == clock.due
    assert begin >= clock.due or sla.standing(again, end) is not Standing.BREACHED
