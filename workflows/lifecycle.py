"""The life of a request for an ODS code: its states, steps and outcomes, and what is promised."""

from datetime import timedelta
from enum import Enum, StrEnum

from workflows.definition import Move, Workflow
from workflows.targets import Policy, Target


class State(StrEnum):
    """Where a call stands."""

    RECEIVED = "received"  #: raised; no person has answered yet
    ACKNOWLEDGED = "acknowledged"  #: a named agent has told the requester that the desk has it
    TRACED = "traced"  #: the organisation is found and verified in the register
    ALLOCATED = "allocated"  #: the code is provided, and the letter with it is posted
    CLOSED = "closed"  #: nothing is left to do


class Step(StrEnum):
    """What an agent does to move a call on."""

    ACKNOWLEDGE = "acknowledge"
    TRACE = "trace"
    ALLOCATE = "allocate"
    CLOSE = "close"
    MERGE = "merge"  #: into another call about the same thing
    REOPEN = "reopen"


class Outcome(StrEnum):
    """How a call ended."""

    PROVIDED = "provided"
    NOT_CQC_REGISTERED = "not_cqc_registered"  #: has to register with CQC first
    CQC_DETAILS_WRONG = "cqc_details_wrong"  #: only CQC can correct its register
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    NO_REPLY = "no_reply"
    OUT_OF_SCOPE = "out_of_scope"
    SPAM = "spam"


class Hold(Enum):
    """Why a call waits: a property of a call, not a state."""

    AWAITING_REQUESTER = "awaiting_requester"
    AWAITING_CQC = "awaiting_cqc"
    INTERNAL = "internal"


WITHOUT_A_CODE = (
    Outcome.NOT_CQC_REGISTERED,
    Outcome.CQC_DETAILS_WRONG,
    Outcome.DUPLICATE,
    Outcome.WITHDRAWN,
    Outcome.NO_REPLY,
    Outcome.OUT_OF_SCOPE,
    Outcome.SPAM,
)

ACKNOWLEDGE = Target(
    "acknowledge",
    starts=State.RECEIVED,
    stops=State.ACKNOWLEDGED,
    policy=Policy(timedelta(hours=48), lead=timedelta(hours=12), staffed=timedelta(hours=4)),
    why="no person has answered the requester",
    why_late="the requester was answered too late",
)
PROVIDE = Target(
    "provide",
    starts=State.ACKNOWLEDGED,
    stops=State.ALLOCATED,
    policy=Policy(timedelta(days=7), lead=timedelta(hours=48), staffed=timedelta(hours=8)),
    pausable=True,
    why="the code has not been provided",
    why_late="the code was provided too late",
)

ODS_CODE = Workflow(
    "ods_code",
    states=tuple(State),
    moves=(
        Move(Step.ACKNOWLEDGE, State.RECEIVED, State.ACKNOWLEDGED, needs=("agent",)),
        Move(Step.TRACE, State.ACKNOWLEDGED, State.TRACED, needs=("organisation",)),
        Move(Step.TRACE, State.TRACED, State.TRACED, needs=("organisation",)),
        Move(Step.ALLOCATE, State.TRACED, State.ALLOCATED, needs=("code",)),
        Move(Step.CLOSE, State.RECEIVED, State.CLOSED, outcomes=(Outcome.SPAM,)),
        Move(Step.CLOSE, State.ACKNOWLEDGED, State.CLOSED, outcomes=WITHOUT_A_CODE),
        Move(Step.CLOSE, State.TRACED, State.CLOSED, outcomes=WITHOUT_A_CODE),
        Move(Step.CLOSE, State.ALLOCATED, State.CLOSED, outcomes=(Outcome.PROVIDED, Outcome.SPAM)),
        Move(Step.MERGE, State.RECEIVED, State.CLOSED, outcomes=(Outcome.DUPLICATE,)),
        Move(Step.MERGE, State.ACKNOWLEDGED, State.CLOSED, outcomes=(Outcome.DUPLICATE,)),
        Move(Step.MERGE, State.TRACED, State.CLOSED, outcomes=(Outcome.DUPLICATE,)),
        Move(Step.REOPEN, State.CLOSED, State.ACKNOWLEDGED, needs=("agent",)),
    ),
    targets=(ACKNOWLEDGE, PROVIDE),
    needs={
        "agent": "an agent who has it",
        "organisation": "the location (or provider) of the register that it was traced to",
        "code": "its site code or its parent code, or both",
    },
)
