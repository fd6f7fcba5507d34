"""Documents from CQC's API: listed, fetched with patience, and kept for a load to read.

The one door to urllib3.
"""

from datetime import datetime, timedelta

from helpdesk.register.api.calling import Caller
from helpdesk.register.api.fetching import Fetched, fetch, planned
from helpdesk.register.api.part import Part, Plan, unfinished
from helpdesk.register.api.way import Way
from helpdesk.store import Store, Tx

__all__ = [
    "Caller",
    "Fetched",
    "Part",
    "Plan",
    "Way",
    "fetch",
    "last",
    "note",
    "planned",
    "unfinished",
]

DUTY = "fetch"
"""The duty whose last good moment is the one up to which the register was fetched and loaded."""

OVERLAP = timedelta(days=2)
"""CQC publishes changes by night: what is stamped before the last fetch may have come after it."""


def last(store: Store) -> datetime | None:
    """From when on changes are to be fetched; None if there was no fetch yet."""
    row = store.duty(DUTY)
    return row.good_at - OVERLAP if row and row.good_at else None


def note(store: Store, since: datetime | None, until: datetime) -> None:
    """Write down that what changed from `since` to `until` is loaded; None is the beginning.

    What would leave a gap after the last fetch is not: the next one begins there still.
    """

    def unit(tx: Tx) -> None:
        row = tx.duty(DUTY)
        if row.good_at is None or since is None or since <= row.good_at:
            row.good_at = max(row.good_at or until, until)

    store.run(unit)
