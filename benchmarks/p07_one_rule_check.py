"""P7: one question to the rules, beside a state machine of `transitions` made for each call.

Bars: 12 microseconds, and no slower than the machine made anew.
"""

from transitions import Machine

from benchmarks.harness import Result, beside, repeated, result, within
from workflows import machine
from workflows.lifecycle import ODS_CODE, State, Step

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


def _ask() -> str:
    return machine.after(ODS_CODE, State.RECEIVED, Step.ACKNOWLEDGE, {"agent"})


def _ask_a_machine_of_its_own() -> object:
    call = _Call()
    made = Machine(
        model=call,
        states=list(ODS_CODE.states),
        transitions=[
            {"trigger": move.step, "source": move.source, "dest": move.dest}
            for move in ODS_CODE.moves
        ],
        initial=ODS_CODE.first,
        auto_transitions=False,
    )
    made.dispatch(Step.ACKNOWLEDGE)
    return call
