"""The duties of the desk, each done once: how it went is written down, for `doctor` to read."""

import logging
import socket
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from helpdesk.app import App
from helpdesk.config.settings import Daemon
from helpdesk.delivery import Delivered, deliver
from helpdesk.errors import HelpdeskError
from helpdesk.intake import sources
from helpdesk.journal import Who
from helpdesk.reception import TakenIn, take_in, take_in_stored
from helpdesk.register.load import Summary, load
from helpdesk.store import Tx
from helpdesk.sweep import Swept, sweep

LOG = logging.getLogger(__name__)

Still = Callable[[], bool]
"""Whether to go on: a daemon that is told to stop finishes what it has in hand, and no more."""


def take_in_now(app: App, still: Still = lambda: True) -> TakenIn:
    """Take in what waits at the configured places; one that cannot be read stops no other."""
    taken, trouble = take_in_stored(app.store, app.journal, still), []
    for path in app.config.intake.paths:
        try:
            taken += take_in(app.store, app.journal, sources.source_for(path), still)
        except HelpdeskError as error:
            trouble.append(str(error))
    if trouble:
        LOG.warning("take_in: %s", "; ".join(trouble))
    note_duty(app, "take_in", "; ".join(trouble))
    return taken


def sweep_now(app: App, still: Still = lambda: True) -> Swept:
    """Sweep once."""
    swept = sweep(app.store, app.journal, still)
    note_duty(app, "sweep")
    return swept


def deliver_now(app: App, still: Still = lambda: True) -> Delivered:
    """Deliver once."""
    delivered = deliver(app.store, app.mailer(), still)
    note_duty(app, "deliver", delivered.stopped)
    return delivered


def load_register(app: App, files: Sequence[Path], who: Who) -> Summary:
    """Bring the register up to date with `files`, in one unit of work, and note that."""

    def work(tx: Tx) -> Summary:
        summary = load(tx, files, tx.now)
        names = [path.name for path in files]
        app.journal.note(tx, None, "register_loaded", who, files=names, new=summary.new)
        return summary

    return app.store.run(work)


class Duty(NamedTuple):
    """Something that the daemon does again and again."""

    name: str
    run: Callable[[App, Still], Any]
    every: Callable[[Daemon], timedelta]


DUTIES = (
    Duty("take_in", take_in_now, lambda daemon: daemon.take_in),
    Duty("sweep", sweep_now, lambda daemon: daemon.sweep),
    Duty("deliver", deliver_now, lambda daemon: daemon.deliver),
)


def note_duty(app: App, name: str, error: str = "") -> None:
    """Write down that a duty went well, or what went wrong with it."""

    def unit(tx: Tx) -> None:
        row = tx.duty(name)
        row.host, row.error = socket.gethostname(), error
        if error:
            row.failed_at = tx.now
        else:
            row.good_at = tx.now

    app.store.run(unit)
