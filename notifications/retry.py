"""When to try a letter again, and when to give up. Pure."""

from datetime import datetime, timedelta

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240))
"""How long to wait after the first, second, ... failed try; the last holds from there on."""

JITTER = 0.2
"""By how much of itself a wait may grow, so that letters that failed together part."""

PATIENCE = timedelta(days=5)
"""For how long a letter is tried before a person is told."""


def next_try(tries: int, first_try: datetime, now: datetime, jitter: float) -> datetime | None:
    """When to try again after `tries` failed ones (1 or more); None to give up.

    `jitter` is a random number from 0 to 1. No letter is given up within five days, nor before
    each wait of the table was waited: the five days may have gone by while no letter could be
    tried at all. None is tried earlier than the table says.
    """
    if now >= first_try + PATIENCE and tries > len(WAITS):
        return None
    wait = WAITS[min(tries, len(WAITS)) - 1]
    return now + wait * (1 + JITTER * jitter)
