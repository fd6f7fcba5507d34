"""The one place that asks what time it is."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present moment: aware, in UTC."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def ticks() -> float:
    """Seconds on a clock that nobody can set: for lengths of time, never for moments."""
    return time.monotonic()
