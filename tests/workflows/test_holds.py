"""Calls that wait: whether their clocks wait too, and what happens meanwhile."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.calendar import ALWAYS, OFFICE, Calendar
from workflows.holds import Next, Rules, Waiting, allowance, audit, gives_up, next_moment
from workflows.lifecycle import Hold

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
RULES = Rules()
EASTER = Calendar(OFFICE.hours, frozenset({date(2026, 4, 3), date(2026, 4, 6)}))


def asked(since=MONDAY, **facts):
    return Waiting(Hold.AWAITING_REQUESTER, since, **facts)


def coming(waiting, now=MONDAY, calendar=OFFICE):
    return next_moment(RULES, waiting, calendar, now)


def test_a_clock_waits_for_the_requester_without_end():
    assert allowance(RULES, Hold.AWAITING_REQUESTER, 99 * DAY) is None


def test_where_the_desk_says_so_it_does_not_wait_for_the_requester():
    rules = Rules(requester_pauses=False)

    assert allowance(rules, Hold.AWAITING_REQUESTER, timedelta()) == timedelta()


@pytest.mark.parametrize(("before", "left"), [(0, 28), (10, 18), (28, 0), (30, 0)])
def test_a_clock_waits_for_cqc_28_days_in_one_cycle(before, left):
    assert allowance(RULES, Hold.AWAITING_CQC, before * DAY) == left * DAY


def test_a_clock_never_waits_for_the_desk_itself():
    assert allowance(RULES, Hold.INTERNAL, timedelta()) == timedelta()


def test_the_requester_is_asked_again_on_days_three_and_seven_and_closed_on_day_fourteen():
    first, second = MONDAY + 3 * DAY, MONDAY + 7 * DAY

    assert coming(asked()) == (first, Next.CHASE)
    assert coming(asked(chased=(first,)), first) == (second, Next.CHASE)
    assert coming(asked(chased=(first, second)), second) == (MONDAY + 14 * DAY, Next.NO_REPLY)


def test_the_days_count_from_the_last_message():
    waiting = asked(MONDAY + DAY, last_message=MONDAY)

    assert coming(waiting) == (MONDAY + 3 * DAY, Next.CHASE)


def test_a_chaser_waits_for_the_desk_to_open_and_the_next_keeps_its_distance():
    thursday, monday, friday = MONDAY + 3 * DAY + 3 * HOUR, MONDAY + 7 * DAY, MONDAY + 11 * DAY

    assert coming(asked(thursday), thursday) == (monday, Next.CHASE)  # day three is a Sunday
    assert coming(asked(thursday, chased=(monday,)), monday) == (friday, Next.CHASE)
    assert coming(asked(thursday, chased=(monday, friday)), friday) == (
        friday + 7 * DAY,
        Next.NO_REPLY,
    )


def test_over_easter_a_chaser_waits_for_tuesday():
    tuesday = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)

    assert coming(asked(tuesday), tuesday, EASTER) == (
        datetime(2026, 4, 7, 8, 0, tzinfo=UTC),
        Next.CHASE,
    )


def test_a_daemon_that_was_silent_asks_once_and_then_keeps_the_distance():
    late = MONDAY + 8 * DAY + HOUR

    assert coming(asked(), late) == (late, Next.CHASE)
    assert coming(asked(chased=(late,)), late) == (MONDAY + 14 * DAY, Next.CHASE)  # from a Saturday
    assert coming(asked(), late + 12 * HOUR) == (MONDAY + 9 * DAY, Next.CHASE)


def test_who_cannot_be_written_to_is_not_given_up():
    assert coming(asked(can_chase=False)) is None
    assert coming(asked(can_chase=False, chased=(MONDAY, MONDAY))) is None


@pytest.mark.parametrize("reason", [Hold.AWAITING_CQC, Hold.INTERNAL])
def test_only_the_requester_is_asked(reason):
    assert coming(Waiting(reason, MONDAY)) is None


def test_a_hold_ends_at_its_date_even_while_the_desk_is_closed():
    saturday = MONDAY + 5 * DAY

    assert coming(Waiting(Hold.INTERNAL, MONDAY, until=saturday)) == (saturday, Next.ENDS)
    assert coming(asked(until=saturday), saturday + DAY) == (saturday, Next.ENDS)


def test_what_comes_first_is_next():
    chase = MONDAY + 3 * DAY

    assert coming(asked(until=chase - SECOND)) == (chase - SECOND, Next.ENDS)
    assert coming(asked(until=chase + SECOND)) == (chase, Next.CHASE)
    assert coming(asked(until=chase)) == (chase, Next.ENDS)  # nobody is asked on the last day


def test_a_clock_goes_on_when_its_allowance_is_spent_and_the_call_stays_on_hold():
    waiting = Waiting(Hold.AWAITING_CQC, MONDAY, pause_ends=MONDAY + 28 * DAY)

    assert coming(waiting) == (MONDAY + 28 * DAY, Next.PAUSE_ENDS)
    assert coming(waiting._replace(until=MONDAY + DAY)) == (MONDAY + DAY, Next.ENDS)
    assert coming(waiting._replace(until=MONDAY + 28 * DAY)) == (MONDAY + 28 * DAY, Next.ENDS)


def test_the_last_chaser_announces_the_day_seven_days_on():
    assert gives_up(RULES, MONDAY, OFFICE) == MONDAY + 7 * DAY
    assert gives_up(RULES, MONDAY + 5 * DAY, OFFICE) == MONDAY + 14 * DAY  # a Saturday
    assert gives_up(Rules(chasers=(1, 2, 4), no_reply=9), MONDAY, ALWAYS) == MONDAY + 5 * DAY


@settings(deadline=None)
@given(
    delays=st.lists(st.integers(0, 9 * 86_400), min_size=3, max_size=3),
    begin=st.integers(0, 400 * 86_400),
    since=st.integers(0, 5 * 86_400),
    calendar=st.sampled_from([OFFICE, EASTER, ALWAYS]),
    days=st.sets(st.integers(1, 20), min_size=3, max_size=3).map(sorted),
)
def test_nobody_is_given_up_who_was_not_asked_twice_in_time(delays, begin, since, calendar, days):
    rules = Rules(chasers=tuple(days[:2]), no_reply=days[2])
    said = MONDAY + begin * SECOND
    waiting = asked(said + since * SECOND, last_message=said)
    now, before, met = waiting.since, 0, []

    for number, delay in enumerate(delays):
        moment, what = next_moment(rules, waiting, calendar, now)
        now = calendar.opening(moment + delay * SECOND)  # a sweep comes to see it then
        assert next_moment(rules, waiting, calendar, now) == (now, what)
        assert moment >= said + days[number] * DAY
        if waiting.chased:
            assert moment >= waiting.chased[-1] + (days[number] - before) * DAY
        met.append(what)
        before = days[number]
        if what is Next.NO_REPLY:
            assert moment == gives_up(rules, waiting.chased[-1], calendar)
        waiting = waiting._replace(chased=(*waiting.chased, now))

    assert met == [Next.CHASE, Next.CHASE, Next.NO_REPLY]


def found(waiting, now=MONDAY, *, due=None, replied=None):
    return audit(RULES, waiting, now, due=due, replied=replied)


def test_a_hold_in_order_needs_no_look():
    waiting = asked(until=MONDAY + DAY)

    assert found(waiting, MONDAY + DAY, due=MONDAY + DAY, replied=MONDAY) == []
    assert found(asked()) == []


def test_a_hold_that_was_placed_just_before_the_due_is_looked_at():
    words = ["placed shortly before it was due"]

    assert found(asked(), due=MONDAY + DAY - SECOND) == words
    assert found(asked(), due=MONDAY + SECOND) == words
    assert found(asked(), due=MONDAY) == []  # it was late, so nothing was won by it


def test_a_hold_that_outlived_what_it_waited_for_is_looked_at():
    waiting = Waiting(Hold.AWAITING_CQC, MONDAY, until=MONDAY + DAY)

    assert found(waiting, replied=MONDAY + SECOND) == ["still on hold after a reply"]
    assert found(waiting, MONDAY + DAY + SECOND) == ["past its date"]


def test_all_that_is_wrong_with_a_hold_is_told():
    waiting = asked(until=MONDAY + DAY)

    assert len(found(waiting, MONDAY + 2 * DAY, due=MONDAY + HOUR, replied=MONDAY + HOUR)) == 3
