"""What a workflow is: its states, the moves between them, and the targets that it promises."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from workflows.targets import Target


class StepNotAllowed(Exception):
    """A call in this state, or with what is known of it, cannot take this step.

    Its message is the sentence that the agent reads: why not, and what to do instead.
    """


class Move(NamedTuple):
    """`step` leads from `source` to `dest`, once all that it needs is known."""

    step: str
    source: str
    dest: str
    needs: tuple[str, ...] = ()  #: names of the workflow's needs
    outcomes: tuple[str, ...] = ()  #: the ways of ending that this move allows


@dataclass(frozen=True, eq=False)
class Workflow:
    """One life cycle with its promises: a call runs through one of these, from its first day."""

    name: str
    states: tuple[str, ...]  #: in their order: a call begins in the first and ends in the last
    moves: tuple[Move, ...]
    targets: tuple[Target, ...]
    needs: Mapping[str, str] = field(default_factory=dict)
    """What a move can need, in the words that an agent reads."""

    @property
    def first(self) -> str:
        return self.states[0]

    @property
    def last(self) -> str:
        return self.states[-1]

    @property
    def answering(self) -> tuple[Target, ...]:
        """The targets that run while a requester waits for a person's answer."""
        return tuple(target for target in self.targets if target.starts == self.first)

    def moves_from(self, state: str) -> tuple[Move, ...]:
        """The moves open to a call in `state`."""
        return tuple(move for move in self.moves if move.source == state)

    def usual_step(self, state: str) -> str | None:
        """The step that moves a call in `state` on towards its end; None once it is closed."""
        if state == self.last:
            return None
        return next((move.step for move in self.moves_from(state) if move.dest != state), None)
