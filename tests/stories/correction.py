"""A second workflow: requests to correct what the register says of a care provider."""

from datetime import timedelta

from workflows.definition import Move, Workflow
from workflows.lifecycle import ACKNOWLEDGE
from workflows.targets import Policy, Target

CORRECTION = Workflow(
    "correction",
    states=("received", "acknowledged", "checked", "closed"),
    moves=(
        Move("acknowledge", "received", "acknowledged", needs=("agent",)),
        Move("check", "acknowledged", "checked", needs=("agent", "evidence")),
        Move("close", "checked", "closed", outcomes=("corrected", "refused")),
        Move("close", "received", "closed", outcomes=("spam",)),
        Move("reopen", "closed", "acknowledged", needs=("agent",)),
    ),
    targets=(
        ACKNOWLEDGE,
        Target(
            "check",
            starts="acknowledged",
            stops="checked",
            policy=Policy(
                timedelta(hours=16),
                lead=timedelta(hours=24),
                staffed=timedelta(hours=4),
                working=True,
            ),
            pausable=True,
            why="nobody has checked what is said to be wrong",
            why_late="what is said to be wrong was checked too late",
        ),
    ),
    needs={"agent": "an agent who has it", "evidence": "what shows that the register is wrong"},
)
