"""When a letter is tried again, and when it is given up."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from notifications.retry import next_try

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tries", "minutes"),
    [(1, 1), (2, 5), (3, 15), (4, 30), (5, 60), (6, 120), (7, 240), (8, 240), (30, 240)],
)
def test_each_failure_is_given_more_time_up_to_four_hours(tries: int, minutes: int) -> None:
    assert next_try(tries, NOW, NOW, jitter=0) == NOW + timedelta(minutes=minutes)


def test_letters_that_failed_together_are_tried_apart() -> None:
    assert next_try(7, NOW, NOW, jitter=1) == NOW + timedelta(minutes=240 * 1.2)
    assert next_try(7, NOW, NOW, jitter=0.5) == NOW + timedelta(minutes=240 * 1.1)


def test_a_letter_is_given_up_after_five_days_of_tries_and_no_sooner() -> None:
    moments = [NOW]
    while (after := next_try(len(moments), NOW, moments[-1], jitter=0.3)) is not None:
        moments.append(after)

    assert timedelta(days=5) <= moments[-1] - NOW < timedelta(days=5, hours=5)
    assert len(moments) > 30
    assert all(earlier < later for earlier, later in pairwise(moments))


def test_the_moment_at_which_five_days_are_over_is_too_late() -> None:
    end = NOW + timedelta(days=5)

    assert next_try(40, NOW, end, jitter=0) is None
    assert next_try(40, NOW, end - timedelta(seconds=1), jitter=0) is not None
