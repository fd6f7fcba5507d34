"""What an agent should do next."""

from datetime import UTC, datetime, timedelta

from workflows.priority import pressing

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def call(*, urgent=False, due=48, promise=216, received=0):
    return pressing(
        urgent=urgent,
        due=None if due is None else NINE + due * HOUR,
        promise=NINE + promise * HOUR,
        received=NINE + received * HOUR,
    )


def test_urgent_calls_come_first_however_late_the_others_are():
    assert call(urgent=True, due=300) < call(due=-99)


def test_then_the_least_time_left():
    assert call(due=10) < call(due=11)


def test_a_late_start_is_ranked_by_its_promise():
    late_start = call(due=170, promise=20)

    assert call(due=19) < late_start < call(due=21)


def test_of_two_alike_the_one_that_came_first():
    assert call(received=-2) < call(received=-1)


def test_a_call_without_a_running_clock_comes_last():
    assert call(due=999, promise=999) < call(due=None, promise=-999)
