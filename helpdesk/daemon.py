"""The daemon: runs each duty at its interval, survives its failures, and stops when told to."""

import gc
import json
import logging
import os
import signal
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from helpdesk.app import App
from helpdesk.clock import ticks
from helpdesk.duties import DUTIES, LOOK, Duty, look_into, note_duty
from helpdesk.errors import HelpdeskError
from helpdesk.intake import Mailbox, characters
from helpdesk.reception.holding import let_go
from helpdesk.watching import note_absence
from notifications.letters import check as check_templates

LOG = logging.getLogger("helpdesk.daemon")

WATCH = 1.0
"""Seconds between two looks of the watchdog."""

PATIENCE = timedelta(minutes=5)
"""How long a duty may take beyond its interval before it counts as hung."""

DRIFT = 30.0
"""Seconds by which the machine's clock may jump before all duties are run at once."""

GOODBYE = 20.0
"""Seconds that a mailbox's thread has to finish the mail that it has in hand."""

HUNG = 70
"""The exit code of a daemon that cannot go on, for whoever restarts it."""


def run(app: App) -> int:
    """Run the duties until SIGTERM or SIGINT; 0, or HUNG if one of them never came back."""
    gc.enable()  # other commands end before their garbage matters
    _log_lines()
    check_templates()  # a letter that cannot be written is found now, not when it is due
    _ = app.mailer  # and so is a mail server that must not be used in this way
    daemon = _Daemon(app)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: daemon.stopping.set())
    return daemon.run()


class _Daemon:
    def __init__(self, app: App) -> None:
        self._app = app
        self.stopping = threading.Event()
        self._seen: dict[str, float] = {}  # when each duty last showed that it lives, in ticks
        self._every = {duty.name: duty.every(app.config.daemon) for duty in DUTIES}
        self._every |= {each.mailbox: LOOK for each in app.mailboxes}
        self._readers = [
            threading.Thread(target=self._read, args=(each,), name=each.mailbox, daemon=True)
            for each in app.mailboxes
        ]
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            # One thread for each duty, so that a slow one never keeps another waiting.
            executors={duty.name: ThreadPoolExecutor(1) for duty in DUTIES},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def run(self) -> int:
        with suppress(HelpdeskError):  # a recovery that goes untold must not keep us from one
            note_absence(self._app.store, self._app.journal)
        for duty in DUTIES:
            self._seen[duty.name] = ticks()
            every = self._every[duty.name].total_seconds()
            self._scheduler.add_job(
                self._do,
                "interval",
                [duty],
                seconds=every,
                id=duty.name,
                executor=duty.name,
                next_run_time=self._app.store.clock(),
            )
        self._scheduler.start()
        for reader in self._readers:
            self._seen[reader.name] = ticks()
            reader.start()
        LOG.info("started", extra={"facts": {"pid": os.getpid()}})
        _tell_systemd("READY=1")
        code = self._watch()
        if code == HUNG:
            logging.shutdown()
            os._exit(HUNG)  # a thread that never comes back would keep the process for ever
        self._stop()
        return code

    def _do(self, duty: Duty) -> None:
        try:
            result = duty.run(self._app, lambda: self._goes_on(duty.name))
        except Exception as error:  # noqa: BLE001  # a duty that failed is done again
            _log_failure(duty.name, error)
            with suppress(Exception):  # the database may be what failed
                note_duty(self._app, duty.name, _told(error)[:500])
        else:
            _log_done(duty.name, result)
        finally:
            self._seen[duty.name] = ticks()

    def _read(self, mailbox: Mailbox) -> None:
        """Look into a mailbox whenever there may be new mail, and once a minute anyway."""
        name, told = mailbox.mailbox, ""
        while not self.stopping.is_set():
            taken = None
            try:
                taken = look_into(self._app, mailbox, lambda: self._goes_on(name))
            except Exception as error:  # noqa: BLE001  # it is tried again, with longer pauses
                if str(error) != told:
                    _log_failure(name, error)
                told = str(error)
            else:
                told = ""
                if taken is not None:
                    _log_done(name, taken)
            self._seen[name] = ticks()
            if taken is None and not told:
                self.stopping.wait(LOOK.total_seconds())  # another process reads it
                continue
            try:
                mailbox.wait(LOOK.total_seconds(), self.stopping)
            except Exception as error:  # noqa: BLE001  # the thread has to live on
                _log_failure(name, error)
                self.stopping.wait(LOOK.total_seconds())
        mailbox.close()
        with suppress(HelpdeskError):  # the lease ends by itself
            let_go(self._app.store, name)

    def _goes_on(self, name: str) -> bool:
        """What a duty asks between two mails or letters: by asking, it shows that it lives."""
        self._seen[name] = ticks()
        return not self.stopping.is_set()

    def _watch(self) -> int:
        """Wait for the end; see to it that no duty falls asleep meanwhile."""
        wall, steady = self._app.store.clock(), ticks()
        while not self.stopping.wait(WATCH):
            _tell_systemd("WATCHDOG=1")
            # APScheduler sleeps by the wall clock: set back an hour, it would sleep an hour more.
            drift = (self._app.store.clock() - wall).total_seconds() - (ticks() - steady)
            if abs(drift) > DRIFT:
                LOG.warning("the clock was changed by %d s; all duties run now", drift)
                self._run_all_now()
                wall, steady = self._app.store.clock(), ticks()
            for name, every in self._every.items():
                if timedelta(seconds=ticks() - self._seen[name]) > every + PATIENCE:
                    LOG.critical("%s is hung; ending, to be started again", name)
                    return HUNG
        return 0

    def _run_all_now(self) -> None:
        for duty in DUTIES:
            self._scheduler.modify_job(duty.name, next_run_time=self._app.store.clock())

    def _stop(self) -> None:
        _tell_systemd("STOPPING=1")
        self._scheduler.pause()
        self._scheduler.shutdown(wait=True)
        for reader in self._readers:
            reader.join(GOODBYE)
        self._app.mailer.close()
        LOG.info("stopped")


def _log_failure(name: str, error: Exception) -> None:
    if isinstance(error, HelpdeskError):  # its sentence says all
        LOG.error("%s failed: %s", name, error)
    else:
        LOG.error("%s failed", name, exc_info=error)


def _told(error: Exception) -> str:
    """What doctor and the letter about a silence say of it: a bug is called by its kind."""
    return str(error) if isinstance(error, HelpdeskError) else f"{type(error).__name__}: {error}"


def _log_done(name: str, result: Any) -> None:  # a NamedTuple of counts
    done = {what: value for what, value in result._asdict().items() if value}
    LOG.log(logging.INFO if done else logging.DEBUG, "%s", name, extra={"facts": done})


class _Line(logging.Formatter):
    """A log record as one line of JSON. Facts are counts and references, never names or mails."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        facts = getattr(record, "facts", None)
        if isinstance(facts, Mapping):
            line.update(facts)
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return characters.unaddressed(json.dumps(line, default=str, ensure_ascii=False))


def _log_lines() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_Line())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    for chatty in ("alembic", "imapclient", "urllib3"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _tell_systemd(state: str) -> None:
    """Tell the service manager how we are, if there is one that listens."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.connect(address.replace("@", "\0", 1) if address.startswith("@") else address)
        line.send(state.encode())
