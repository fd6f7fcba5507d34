"""Lengths of time, as people write and read them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import spans


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("48 hours", 172_800),
        ("7 days", 604_800),
        ("1 week", 604_800),
        ("1 day 12 h", 129_600),
        ("90 min", 5_400),
        ("1h30m", 5_400),
        ("2 Days, 4 Hours", 187_200),
        ("30 seconds", 30),
        ("30 secs", 30),
    ],
)
def test_a_span_reads_as_people_write_it(text, seconds):
    assert spans.read(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "soon", "48", "hours", "48 hrs of work", "7 days X", "-2 days", "1.5 h"]
)
def test_what_is_no_span_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="for example '48 hours'"):
        spans.read(text)


@pytest.mark.parametrize(
    ("span", "words", "short"),
    [
        (timedelta(days=2, hours=4, minutes=9), "2 days 4 hours", "2d 4h"),
        (timedelta(days=1), "1 day", "1d"),
        (timedelta(hours=11, minutes=20), "11 hours 20 minutes", "11h 20m"),
        (timedelta(minutes=1), "1 minute", "1m"),
        (timedelta(seconds=59), "less than a minute", "59s"),
        (timedelta(), "less than a minute", "0s"),
        (timedelta(seconds=-1), "less than a minute", "-1s"),
        (timedelta(hours=-3), "3 hours", "-3h"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(span, words, short):
    assert (spans.words(span), spans.short(span)) == (words, short)


@given(st.integers(1, 10**6))
def test_what_is_told_in_words_reads_back_to_within_the_smallest_unit_told(minutes):
    span = timedelta(minutes=minutes)

    assert timedelta() <= span - spans.read(spans.words(span)) < timedelta(hours=1)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(hours=26, minutes=20), "26 desk hours 20 minutes"),
        (timedelta(hours=1, minutes=1), "1 desk hour 1 minute"),
        (timedelta(hours=2), "2 desk hours"),
        (timedelta(minutes=59, seconds=59), "59 desk minutes"),
        (timedelta(minutes=1), "1 desk minute"),
        (timedelta(seconds=59), "no desk hours"),
        (timedelta(), "no desk hours"),
    ],
)
def test_desk_time_is_told_without_days(span, words):
    assert spans.desk_words(span) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(hours=48), "48 hours"),
        (timedelta(days=3), "3 days"),
        (timedelta(days=7), "7 days"),
        (timedelta(days=7, hours=1), "169 hours"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(minutes=90), "1.5 hours"),
    ],
)
def test_a_promise_is_told_as_people_give_it(span, words):
    assert spans.promised(span.total_seconds()) == words
