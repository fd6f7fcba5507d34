"""The duties of the desk, each done once: how it went is written down, for `doctor` to read."""

import logging
import socket
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from helpdesk import digests, watching
from helpdesk.app import App
from helpdesk.config.settings import Daemon
from helpdesk.delivery import NO_LIMITS, Delivered, Limits, deliver
from helpdesk.desk.waking import tell_displaced, wake
from helpdesk.digests import Posted
from helpdesk.errors import HelpdeskError
from helpdesk.intake import Mailbox, sources
from helpdesk.journal import Who
from helpdesk.reception import TakenIn, take_in, take_in_stored
from helpdesk.reception.holding import take_in_mailbox
from helpdesk.register.asking import Loading
from helpdesk.register.load import Summary, load, unseen
from helpdesk.register.plan import Progress
from helpdesk.register.writing import Written
from helpdesk.store import Tx
from helpdesk.sweep import Swept, sweep
from helpdesk.watching import Watched

LOG = logging.getLogger(__name__)

Still = Callable[[], bool]
"""Whether to go on: a daemon that is told to stop finishes what it has in hand, and no more."""


LOOK = timedelta(minutes=1)
"""How often it is asked whether a digest is due, or the daemon silent: one look at a row."""


def take_in_now(app: App, still: Still = lambda: True) -> TakenIn:
    """Take in what waits in the configured folders; mailboxes on servers have threads of their own.

    What cannot be read stops nothing else; it is logged, and written down for `doctor`.
    """
    collected = collect(app, app.config.intake.paths, (), still)
    words = "; ".join(map(str, collected.trouble))
    if words:
        LOG.warning("take_in: %s", words)
    note_duty(app, "take_in", words)
    return collected.taken


class Collected(NamedTuple):
    """What was taken in, and why not all could be."""

    taken: TakenIn
    trouble: Sequence[HelpdeskError]


def collect(
    app: App, folders: Sequence[Path], mailboxes: Sequence[Mailbox], still: Still = lambda: True
) -> Collected:
    """Take in what waits in the store, in `folders` and in `mailboxes`, as far as it can be."""
    taken = take_in_stored(app.store, app.journal, still, app.reads)
    trouble: list[HelpdeskError] = []

    def folder(path: Path) -> TakenIn:
        return take_in(app.store, app.journal, sources.source_for(path), still, app.reads)

    def mailbox(each: Mailbox) -> TakenIn:
        return look_into(app, each, still) or TakenIn()

    looks = [partial(folder, each) for each in folders]
    looks += [partial(mailbox, each) for each in mailboxes]
    for look in looks:
        try:
            taken += look()
        except HelpdeskError as error:
            trouble.append(error)
    return Collected(taken, trouble)


def look_into(app: App, mailbox: Mailbox, still: Still = lambda: True) -> TakenIn | None:
    """Take in what waits in a mailbox on a server; None if another process reads it."""
    return take_in_mailbox(app.store, app.journal, mailbox, still, app.reads)


def sweep_now(app: App, still: Still = lambda: True, *, baseline: bool = False) -> Swept:
    """Sweep once; as the `baseline` of a desk that was moved here, if it is told so."""
    swept = sweep(app.store, app.journal, still, baseline=baseline)
    note_duty(app, "sweep")
    return swept


def deliver_now(app: App, still: Still = lambda: True) -> Delivered:
    """Deliver once."""
    smtp = app.config.smtp
    limits = Limits(smtp.per_minute, smtp.per_day) if smtp.host else NO_LIMITS
    delivered = deliver(app.store, app.mailer, still, limits)
    app.mailer.close_idle()
    note_duty(app, "deliver", delivered.stopped)
    return delivered


def digest_now(app: App, _still: Still = lambda: True) -> Posted:
    """Post the digest of the day, if its time has come."""
    return digests.digest(app.store, app.journal)


def weekly_now(app: App, _still: Still = lambda: True) -> Posted:
    """Post the report of the week, if its time has come."""
    return digests.weekly(app.store, app.journal)


def watch_now(app: App, _still: Still = lambda: True) -> Watched:
    """See whether the daemon is silent, and post a letter if that changed."""
    watched = watching.watch(app.store, app.journal)
    if (row := app.store.duty("watch")) and row.error:  # what kept us from looking has passed
        note_duty(app, "watch")
    return watched


def load_register(
    app: App,
    files: Sequence[Path],
    who: Who,
    loading: Loading | None = None,
    progress: Progress = unseen,
) -> Summary:
    """Bring the register up to date with `files`, and wake the calls that waited for it."""

    def then(tx: Tx, written: Written, summary: Summary) -> Summary:
        names = [path.name for path in files]
        app.journal.note(tx, None, "register_loaded", who, files=names, new=summary.new)
        woken = wake(tx, app.journal, written)
        return summary._replace(woken=woken, displaced=tell_displaced(tx, app.journal))

    return load(app.store, files, loading or Loading(who.by), then, progress)


class Duty(NamedTuple):
    """Something that the daemon does again and again."""

    name: str
    run: Callable[[App, Still], Any]
    every: Callable[[Daemon], timedelta]


DUTIES = (
    Duty("take_in", take_in_now, lambda daemon: daemon.take_in),
    Duty("sweep", sweep_now, lambda daemon: daemon.sweep),
    Duty("deliver", deliver_now, lambda daemon: daemon.deliver),
    Duty("digest", digest_now, lambda _: LOOK),
    Duty("weekly", weekly_now, lambda _: LOOK),
    Duty("watch", watch_now, lambda _: LOOK),
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
