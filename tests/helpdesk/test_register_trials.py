"""The first candidate is the right one, and nothing wrong is proposed: tried by the hundred."""

import pytest

from benchmarks import registers, tracing
from benchmarks.corruptions import Asked
from helpdesk.register.comparing import Wanted


def missed(results):
    return [each.path for each in results if not each.met and each.remark != "to compare"]


def test_a_made_up_register_meets_the_bars():
    results = tracing.measured("made up", registers.made(3_000, seed=7), most=25, most_gone=15)

    assert len(results) == 6
    assert missed(results) == []


def test_a_benchmark_would_tell_if_something_wrong_were_proposed():
    asked = Asked("a typo", Wanted(), truth="1-100000001")
    wrong = tracing.Answer(asked, is_first=False, proposed="1-100000002")

    assert wrong.is_wrong
    assert missed([tracing.none_of("proposed and wrong", [wrong.is_wrong, False])]) != []


@pytest.mark.skipif(
    next(registers.real(), None) is None, reason="HELPDESK_REAL_DATA names no folder"
)
def test_each_real_register_meets_the_bars():
    for name, rows in registers.real():
        assert missed(tracing.measured(name, rows, most=300, most_gone=300)) == []
