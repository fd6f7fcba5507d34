"""The watch over the daemon: who keeps it running is told when it is silent, and when it is not."""

import logging
import socket
from datetime import datetime, timedelta
from typing import NamedTuple

from helpdesk.journal import Journal
from helpdesk.models import Duty
from helpdesk.store import Store, Tx
from notifications.letters import Audience
from workflows import spans

SILENCE = "silence"
"""The row that keeps a silence, among those of the duties.

Its `good_at` is the last good sweep before it, its `failed_at` the moment from which patience is
counted (None when there is no silence), its `error` what was told of it ("" until it is told).
"""

LOG = logging.getLogger(__name__)

NO_SWEEP = "no sweep was tried: the daemon does not run, or hangs"


class Watched(NamedTuple):
    """What one look found."""

    silent: bool = False
    letters: int = 0


def watch(store: Store, journal: Journal) -> Watched:
    """See whether sweeps go well; post a letter when that changed, once for each silence.

    Silent is a daemon whose last good sweep is older than `daemon.stale_after`, and older than
    it can be while all is well.
    """
    now, stale = store.clock(), _stale(journal)
    sweep, silence = store.duty("sweep"), store.duty(SILENCE)
    if _is_well(sweep, now, stale):
        if silence is None or silence.failed_at is None:
            return Watched()
        return Watched(letters=store.run(lambda tx: _recovered(tx, journal)))
    if silence and silence.error:
        return Watched(silent=True)
    return Watched(silent=True, letters=store.run(lambda tx: _silent(tx, journal)))


def note_absence(store: Store, journal: Journal) -> None:
    """Note, before a daemon's first sweep, that there was none for long, if that is so.

    It is given the time to make one before that is a silence: it may have been stopped on purpose.
    """
    sweep, now = store.duty("sweep"), store.clock()
    if sweep and sweep.good_at and not _is_well(sweep, now, _stale(journal)):
        LOG.warning("there was no good sweep for %s", spans.words(now - sweep.good_at))
        store.run(_note_absence)


def _note_absence(tx: Tx) -> None:
    row = tx.duty(SILENCE)
    if not row.error:
        row.good_at, row.failed_at = tx.duty("sweep").good_at, tx.now


def _silent(tx: Tx, journal: Journal) -> int:
    """Tell of a silence, unless it is told already or a daemon that has just begun may mend it."""
    sweep, row, stale = tx.duty("sweep"), tx.duty(SILENCE), _stale(journal)
    if _is_well(sweep, tx.now, stale) or row.error:
        return 0
    if row.failed_at is None or row.good_at != sweep.good_at:
        row.good_at, row.failed_at = sweep.good_at, sweep.good_at or tx.now
    if tx.now - row.failed_at <= stale:
        return 0
    row.error = sweep.error or NO_SWEEP
    return _tell(tx, journal, "daemon_silent", sweep.host, row, tx.now)


def _recovered(tx: Tx, journal: Journal) -> int:
    """Tell that it is over, if a letter told that it had begun."""
    sweep, row = tx.duty("sweep"), tx.duty(SILENCE)
    if row.failed_at is None:
        return 0  # another look was faster
    letters = 0
    if tx.has_letters(_occasion("daemon_silent", row.good_at or row.failed_at)):
        letters = _tell(tx, journal, "daemon_recovered", sweep.host, row, sweep.good_at or tx.now)
    row.good_at, row.failed_at, row.error = None, None, ""
    return letters


def _tell(  # one letter to each who keeps it running
    tx: Tx, journal: Journal, kind: str, host: str, row: Duty, until: datetime
) -> int:
    people, every = journal.config.people, journal.config.daemon.sweep
    begun = row.good_at or row.failed_at or tx.now
    about = {
        "host": host or socket.gethostname(),
        "last_good": row.good_at,
        "since": begun + every if row.good_at else begun,  # the first sweep that did not come
        "silent_for": spans.words(until - begun),
        "error": row.error,
    }
    letters = journal.post(
        tx,
        None,
        kind,
        {Audience.OPERATOR: people.operator or people.supervisors},
        {**journal.about_desk(), "daemon": about},
        key=_occasion(kind, begun),
    )
    return len(letters)


def _occasion(kind: str, begun: datetime) -> str:
    """What makes the letters of one silence the same ones, however often they are posted."""
    return f"{kind}:{begun.isoformat()}"


def _is_well(sweep: Duty | None, now: datetime, stale: timedelta) -> bool:
    return bool(sweep and sweep.good_at and now - sweep.good_at <= stale)


def _stale(journal: Journal) -> timedelta:
    daemon = journal.config.daemon
    return max(daemon.stale_after, 2 * daemon.sweep)
