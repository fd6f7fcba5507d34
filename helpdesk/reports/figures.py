"""What a week's figures are, as values: each says what it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple


class Ended(NamedTuple):
    """A clock that ended in the week: one cycle of one target of one call."""

    reference: str
    target: str
    cycle: int
    started: datetime
    due: datetime
    gross_due: datetime
    stopped: datetime
    standing: str
    unwinnable: bool
    cancelled: bool
    held: timedelta  #: the time of all pauses, as its policy counts
    owner: str
    promised: str  #: what its policy allows, in words

    @property
    def net_met(self) -> bool:
        """Whether it was done in time, the pauses of holds left out."""
        return self.stopped < self.due  # due is the first moment that is too late

    @property
    def gross_met(self) -> bool:
        """Whether it would have been in time if no pause had counted."""
        return self.stopped < self.gross_due

    @property
    def counts(self) -> bool:
        """Whether it is in the % met: not if nobody could win it, or nobody needed it any more."""
        return not (self.cancelled or self.unwinnable)


class Kept(NamedTuple):
    """How one target was kept, by its clocks that ended in the week, cycle by cycle."""

    target: str
    promised: str  #: "48 hours"
    finished: int  #: those in the % met: neither cancelled nor unwinnable
    met_net: int
    met_gross: int
    p50: timedelta | None  #: of the gross time that the finished took, holds and all
    p90: timedelta | None
    breached: int  #: those that fell due in the week and were not done, finished since or not
    unwinnable: int  #: ended without any desk time between their start and their due
    cancelled: int  #: their calls ended without need of them


class EndToEnd(NamedTuple):
    """From the arrival of the request to its code, of calls first allocated in the week."""

    provided: int
    in_time: int  #: provided before the promise that was given when it arrived
    p50: timedelta | None
    p90: timedelta | None


class Held(NamedTuple):
    """How long calls were on hold for one reason within the week, paused clock or not."""

    reason: str
    calls: int
    time: timedelta


@dataclass(frozen=True)
class Week:
    """All figures of one week."""

    begin: datetime
    end: datetime
    targets: tuple[Kept, ...]
    end_to_end: EndToEnd
    ageing: Mapping[str, int]  #: the open calls at its end, by the band of their age
    holds: tuple[Held, ...]  #: the longest first
    outcomes: Mapping[str, int]  #: of calls that were closed when it ended; the commonest first
    received: int
    ended: tuple[Ended, ...]  #: what the targets are counted from

    @property
    def closed(self) -> int:
        """The calls that were closed in the week, and not taken up again within it."""
        return sum(self.outcomes.values())

    @property
    def open(self) -> int:
        """The calls that were open at its end."""
        return sum(self.ageing.values())
