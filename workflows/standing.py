"""How a call stands, in the words that people look at all day: so quick to import."""

from datetime import datetime
from enum import Enum


class Standing(Enum):
    """How a call stands against one target."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    BREACHED = "breached"  #: overdue now, or done too late: a fact that nothing clears
    MET = "met"
    CANCELLED = "cancelled"  #: the call ended without need of it, before it was due

    @property
    def words(self) -> str:
        return self.value.replace("_", " ")


WORTH_A_FLAG = (Standing.AT_RISK, Standing.BREACHED)


def running_standing(due: datetime, at_risk: datetime, moment: datetime) -> Standing:
    """How a clock that has not ended stands at `moment`."""
    if moment >= due:  # due is the first moment that is too late
        return Standing.BREACHED
    return Standing.AT_RISK if moment >= at_risk else Standing.ON_TRACK


def outcome_words(outcome: str) -> str:
    """How a call ended, as people say it: "not CQC registered"."""
    return outcome.replace("_", " ").replace("cqc", "CQC")
