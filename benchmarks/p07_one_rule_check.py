"""P7: one question to the rules, beside a state machine of `transitions` made for each call.

Bars: 12 microseconds, and no slower than the machine made anew.
"""

from transitions import Machine

from benchmarks.harness import Result, beside, repeated, result, within
from workflows import machine
from workflows.lifecycle import MOVES, State, Step

ROUNDS, TIMES = 15, 2_000
LIMIT = 0.000_012  # seconds


class _Call:
    """What such a machine is usually bound to."""


def measure() -> list[Result]:
    ours = repeated(_ask, TIMES)
    times = beside(ours, repeated(_ask_a_machine_of_its_own, TIMES // 10), ROUNDS)
    return [
        within("P7", "`machine.after`", LIMIT, times[0], "the limit of 12 µs"),
        result("P7", "`machine.after`", "a Machine for each call", times, bar=1),
    ]


def _ask() -> State:
    return machine.after(State.RECEIVED, Step.ACKNOWLEDGE, {"agent"})


def _ask_a_machine_of_its_own() -> object:
    call = _Call()
    made = Machine(
        model=call,
        states=State,
        transitions=[
            {"trigger": move.step.value, "source": move.source, "dest": move.dest} for move in MOVES
        ],
        initial=State.RECEIVED,
        auto_transitions=False,
    )
    made.dispatch(Step.ACKNOWLEDGE.value)
    return call
