"""What the clock does to calls: flags what is at risk or breached, ends holds, tells people."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from helpdesk.errors import STORE_AWAY
from helpdesk.journal import Journal
from helpdesk.store import Store
from helpdesk.sweep import flags, holds, telling
from helpdesk.sweep.swept import Swept

__all__ = ["Swept", "sweep"]

CLOCKS, HOLDS = 250, 20
"""How many are handled at once, so that agents never wait long: a hold may call for a letter."""

POSTPONED = timedelta(hours=1)
"""How long a row waits that could not be handled."""

LOG = logging.getLogger(__name__)


def sweep(
    store: Store,
    journal: Journal,
    still: Callable[[], bool] = lambda: True,
    *,
    baseline: bool = False,
) -> Swept:
    """Flag all that needs flagging now, in batches, and post the letters about it.

    As long as `still()`: what is left then is due for the next sweep.

    Each flag is raised once, however many sweeps run at once or died half-way; all breaches that
    nobody was told of yet go into one letter for each who has to know. With `baseline` what has
    happened is noted, and nobody is told of it: for the first sweep of a desk that was moved here.
    """
    due, swept = store.due(), Swept()
    if due.holds:
        handle = partial(holds.see_to_some, journal=journal, baseline=baseline)
        swept += _all(store, _Batch("a hold", HOLDS, handle, holds.put_off), still)
    if due.holds or due.clocks:
        handle = partial(flags.flag_some, journal=journal, baseline=baseline)
        swept += _all(store, _Batch("a clock", CLOCKS, handle, flags.put_off), still)
    if any(due) and still() and not baseline:
        swept += telling.tell(store, journal)
    return swept


class _Batch(NamedTuple):
    """Some rows handled at once, and what to do with one that cannot be."""

    what: str
    most: int
    handle: Callable[..., Swept]  #: takes the store, and `limit`: how many rows
    put_off: Callable[[Store, timedelta], None]


def _all(store: Store, batch: _Batch, still: Callable[[], bool]) -> Swept:
    swept = Swept()
    while still():
        some = _some(store, batch)
        swept += some
        if not some.checked:
            break  # none is left, or another sweep holds what is
    return swept


def _some(store: Store, batch: _Batch) -> Swept:
    try:
        return batch.handle(store, limit=batch.most)
    except STORE_AWAY:
        raise
    except Exception:
        LOG.exception("a batch could not be swept; going on with %s alone", batch.what)
    try:
        return batch.handle(store, limit=1)
    except STORE_AWAY:
        raise
    except Exception:
        # One that cannot be handled must not hide all those behind it.
        LOG.exception("%s could not be swept; it is tried again in an hour", batch.what)
        batch.put_off(store, POSTPONED)
        return Swept(checked=1)
