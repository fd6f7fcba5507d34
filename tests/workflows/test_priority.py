"""What an agent should do next."""

from datetime import UTC, datetime, timedelta

from workflows.priority import LAST, pressing

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def call(*, urgent=False, due=48, promise=216, received=0, held=0, waits_until=None):
    return pressing(
        urgent=urgent,
        due=None if due is None else NINE + due * HOUR,
        promise=None if promise is None else NINE + promise * HOUR,
        received=NINE + received * HOUR,
        held=held * HOUR,
        waits_until=None if waits_until is None else NINE + waits_until * HOUR,
    )


def test_urgent_calls_come_first_however_late_the_others_are():
    assert call(urgent=True, due=300) < call(due=-99)
    assert call(urgent=True, due=None) < call(due=-99)
    assert call(urgent=True, waits_until=500) < call(due=-99)


def test_then_the_least_time_left():
    assert call(due=10) < call(due=11)


def test_a_late_start_is_ranked_by_its_promise():
    late_start = call(due=170, promise=20)

    assert call(due=19) < late_start < call(due=21)


def test_what_holds_added_moves_the_promise_too():
    assert call(due=19) < call(due=170, promise=12, held=8) < call(due=21)


def test_a_call_that_was_taken_up_again_is_ranked_by_its_due_alone():
    assert call(due=170, promise=None, received=-900) > call(due=169)


def test_of_two_alike_the_one_that_came_first():
    assert call(received=-2) < call(received=-1)
    assert call(due=None, received=-2) < call(due=None, received=-1)
    assert call(waits_until=9, received=-2) < call(waits_until=9, received=-1)


def test_a_call_without_a_running_clock_comes_last():
    assert call(due=999, promise=999) < call(due=None, promise=-999)
    assert call(due=None)[1] == LAST


def test_a_call_whose_clock_stands_still_does_not_press_before_it_goes_on():
    assert call(due=19) < call(due=2, promise=1, waits_until=20) < call(due=21)


def test_without_a_hold_nothing_is_held_and_nothing_waits():
    due, promise = NINE + HOUR, NINE

    found = pressing(urgent=False, due=due, promise=promise, received=NINE)

    assert found == (True, promise, NINE)
