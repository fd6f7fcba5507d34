"""What the clock does to calls: flags what is at risk or breached, ends holds, tells people."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from helpdesk.errors import HelpdeskError
from helpdesk.journal import Journal
from helpdesk.store import Store, Tx
from helpdesk.sweep import flags, holds, telling
from helpdesk.sweep.swept import Swept

__all__ = ["Swept", "sweep"]

BATCH = 500
"""How many rows one transaction handles, so that agents never wait long for the lock."""

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
        batch = _Batch("a hold", lambda tx, n: holds.see_to_some(tx, journal, n), holds.put_off)
        swept += _all(store, batch, still)
    if due.holds or due.clocks:
        batch = _Batch(
            "a clock",
            lambda tx, n: flags.flag_some(tx, journal, n, baseline=baseline),
            flags.put_off,
        )
        swept += _all(store, batch, still)
    if any(due) and still():
        swept += telling.tell(store, journal)
    return swept


class _Batch(NamedTuple):
    """Some rows handled in one transaction, and what to do with one that cannot be."""

    what: str
    handle: Callable[[Tx, int], Swept]
    put_off: Callable[[Tx, timedelta], None]


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
        return store.run(lambda tx: batch.handle(tx, BATCH))
    except HelpdeskError:
        raise
    except Exception:
        LOG.exception("a batch could not be swept; going on with %s alone", batch.what)
    try:
        return store.run(lambda tx: batch.handle(tx, 1))
    except HelpdeskError:
        raise
    except Exception:
        # One that cannot be handled must not hide all those behind it.
        LOG.exception("%s could not be swept; it is tried again in an hour", batch.what)
        store.run(lambda tx: batch.put_off(tx, POSTPONED))
        return Swept(checked=1)
