"""The life of a service call: its states, the steps between them, and the ways it can end."""

from enum import Enum
from functools import cache
from typing import NamedTuple


class StepNotAllowed(Exception):
    """A call in this state, or with what is known of it, cannot take this step.

    Its message is the sentence that the agent reads: why not, and what to do instead.
    """


class State(Enum):
    """Where a call stands."""

    RECEIVED = "received"  #: raised; no person has answered yet
    ACKNOWLEDGED = "acknowledged"  #: a named agent has told the requester that the desk has it
    TRACED = "traced"  #: the organisation is found and verified in the register
    ALLOCATED = "allocated"  #: the code is provided, and the letter with it is posted
    CLOSED = "closed"  #: nothing is left to do


class Step(Enum):
    """What an agent does to move a call on."""

    ACKNOWLEDGE = "acknowledge"
    TRACE = "trace"
    ALLOCATE = "allocate"
    CLOSE = "close"


class Outcome(Enum):
    """How a call ended."""

    PROVIDED = "provided"
    NOT_CQC_REGISTERED = "not_cqc_registered"  #: has to register with CQC first
    CQC_DETAILS_WRONG = "cqc_details_wrong"  #: only CQC can correct its register
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    NO_REPLY = "no_reply"
    OUT_OF_SCOPE = "out_of_scope"
    SPAM = "spam"

    @property
    def words(self) -> str:
        return self.value.replace("_", " ").replace("cqc", "CQC")


class Hold(Enum):
    """Why a call waits: a property of a call, not a state."""

    AWAITING_REQUESTER = "awaiting_requester"
    AWAITING_CQC = "awaiting_cqc"
    INTERNAL = "internal"


class Move(NamedTuple):
    """`step` leads from `source` to `dest`, once all that it needs is known."""

    step: Step
    source: State
    dest: State
    needs: tuple[str, ...] = ()  #: names of NEEDS
    outcomes: tuple[Outcome, ...] = ()  #: the ways of ending that this move allows


NEEDS = {
    "agent": "an agent who has it",
    "organisation": "the location (or provider) of the register that it was traced to",
    "code": "its site code or its parent code, or both",
}
"""What a move can need, in the words that an agent reads."""

WITHOUT_A_CODE = (
    Outcome.NOT_CQC_REGISTERED,
    Outcome.CQC_DETAILS_WRONG,
    Outcome.DUPLICATE,
    Outcome.WITHDRAWN,
    Outcome.NO_REPLY,
    Outcome.OUT_OF_SCOPE,
    Outcome.SPAM,
)

MOVES = (
    Move(Step.ACKNOWLEDGE, State.RECEIVED, State.ACKNOWLEDGED, needs=("agent",)),
    Move(Step.TRACE, State.ACKNOWLEDGED, State.TRACED, needs=("organisation",)),
    Move(Step.TRACE, State.TRACED, State.TRACED, needs=("organisation",)),
    Move(Step.ALLOCATE, State.TRACED, State.ALLOCATED, needs=("code",)),
    Move(Step.CLOSE, State.RECEIVED, State.CLOSED, outcomes=(Outcome.SPAM,)),
    Move(Step.CLOSE, State.ACKNOWLEDGED, State.CLOSED, outcomes=WITHOUT_A_CODE),
    Move(Step.CLOSE, State.TRACED, State.CLOSED, outcomes=WITHOUT_A_CODE),
    Move(Step.CLOSE, State.ALLOCATED, State.CLOSED, outcomes=(Outcome.PROVIDED, Outcome.SPAM)),
)
"""The table that the state machine runs."""


@cache
def usual_step(state: State) -> Step | None:
    """The step that moves a call in `state` on towards its code; None once it is closed."""
    return next((move.step for move in MOVES if move.source is state is not move.dest), None)
