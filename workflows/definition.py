"""What a workflow is: its states, the moves between them, and the targets that it promises."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from workflows.targets import Policies, Target


class Move(NamedTuple):
    """`step` leads from `source` to `dest`, once all that it needs is known."""

    step: str
    source: str
    dest: str
    needs: tuple[str, ...] = ()  #: names of the workflow's needs
    outcomes: tuple[str, ...] = ()  #: the ways of ending that this move allows


@dataclass(frozen=True, eq=False)
class Workflow:
    """One life cycle with its promises: a call runs through one of these, from its first day.

    ValueError if it does not hang together.
    """

    name: str
    states: tuple[str, ...]  #: in their order: a call begins in the first and ends in the last
    moves: tuple[Move, ...]
    targets: tuple[Target, ...]
    needs: Mapping[str, str] = field(default_factory=dict)
    """What a move can need, in the words that an agent reads."""

    def __post_init__(self) -> None:
        for fault in _faults(self):
            raise ValueError(f"{self.name}: {fault}")

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

    def promise(self, received: datetime, policies: Policies) -> datetime:
        """By when all is promised, end to end, of a call that arrived at `received`.

        A target begins where one before it is due to stop; a step that comes late moves nothing.
        """
        by = {self.first: received}
        for target in self.targets:
            if target.starts in by:
                due = policies[target.name].due(by[target.starts])
                by[target.stops] = max(due, by.get(target.stops, due))
        return max(by.values())


def _faults(workflow: Workflow) -> Iterator[str]:
    states, names = workflow.states, [target.name for target in workflow.targets]
    if len(states) < 2 or len(set(states)) < len(states):  # noqa: PLR2004  # a begin and an end
        yield "a life has two states at least, and each of them once"
    if len(set(names)) < len(names):
        yield "two targets have the same name"
    ends = [(move.step, move.source, move.dest) for move in workflow.moves]
    ends += [(target.name, target.starts, target.stops) for target in workflow.targets]
    for name, *between in ends:
        yield from (f"{name} names {one!r}, no state of it" for one in between if one not in states)
    for move in workflow.moves:
        lacking = [need for need in move.needs if need not in workflow.needs]
        yield from (
            f"{move.step} needs {need!r}, and no words say what that is" for need in lacking
        )
