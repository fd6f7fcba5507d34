"""The order of work: what an agent should do next."""

from datetime import UTC, datetime

LAST = datetime.max.replace(tzinfo=UTC)
"""Stands for "no moment": such calls come after all that have one."""


def pressing(
    *, urgent: bool, due: datetime | None, promise: datetime, received: datetime
) -> tuple[bool, datetime, datetime]:
    """Sorts calls: urgent first, then the least time left, then the longest here.

    `due` is the nearest due of the call's running clocks; None if none runs, and then the
    promise presses no longer either.
    """
    nearest = min(due, promise) if due else LAST
    return (not urgent, nearest, received)
