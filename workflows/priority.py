"""The order of work: what an agent should do next."""

from datetime import UTC, datetime, timedelta

LAST = datetime.max.replace(tzinfo=UTC)
"""Stands for "no moment": such calls come after all that have one."""


def pressing(  # each is one fact of a call
    *,
    urgent: bool,
    due: datetime | None,
    promise: datetime | None,
    received: datetime,
    held: timedelta = timedelta(),
    waits_until: datetime | None = None,
) -> tuple[bool, datetime, datetime]:
    """Sorts calls: urgent first, then the least time left, then the longest here.

    `due` is the nearest due of the call's running clocks; None if none runs, and then the
    promise presses no longer either. `promise` is None for a call that was taken up again. What
    holds have added to a clock (`held`) moves the promise too. `waits_until`: a call whose clock
    stands still does not press before that moment.
    """
    if waits_until is not None:
        return (not urgent, waits_until, received)
    if due is None:
        return (not urgent, LAST, received)
    return (not urgent, min(due, promise + held) if promise else due, received)
