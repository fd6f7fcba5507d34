"""The whole application, wired once: everything that runs is built from here."""

from dataclasses import dataclass
from pathlib import Path

from helpdesk.clock import Clock, utc_now
from helpdesk.config import settings
from helpdesk.config.settings import Config, Smtp
from helpdesk.desk import Desk
from helpdesk.errors import ConfigError
from helpdesk.journal import Journal
from helpdesk.store import Store
from notifications.mailer import FolderMailer, Mailer, SmtpMailer

COMMAND_PATIENCE, DAEMON_PATIENCE = 5.0, 30.0
"""Seconds that a command, and the daemon, wait for a lock or a server before they say so."""

SMTP_PATIENCE = 20.0
"""Seconds for one conversation with the mail server: a daemon that is told to stop waits for it."""


@dataclass(frozen=True)
class App:
    """A desk that is ready to work."""

    config: Config
    store: Store
    journal: Journal
    desk: Desk

    def mailer(self) -> Mailer:
        """Where letters go: the mail server, or a folder if none is configured."""
        return mailer_for(self.config)


def build(config: Config, clock: Clock = utc_now, *, daemon: bool = False) -> App:
    """The application for `config`. Its database is opened when it is first needed."""
    patience = DAEMON_PATIENCE if daemon else COMMAND_PATIENCE
    store = Store(config.store.database, clock, patience, checkpoints=daemon)
    journal = Journal(config)
    return App(config, store, journal, Desk(store, journal))


def from_file(path: Path, *, daemon: bool = False) -> App:
    """The application for the configuration in `path`, its database found fit for use."""
    app = build(settings.load(path), daemon=daemon)
    app.store.ready()
    return app


def mailer_for(config: Config) -> Mailer:
    if not config.smtp.host:
        return FolderMailer(config.outbox.folder)
    return _smtp(config.smtp)


def _smtp(smtp: Smtp) -> SmtpMailer:
    password = settings.secret("smtp_password", smtp.password_file) if smtp.user else None
    try:
        return SmtpMailer(
            host=smtp.host,
            port=smtp.port,
            security=smtp.security,
            user=smtp.user or None,
            password=password.get_secret_value() if password else None,
            ca_file=smtp.ca_file,
            timeout=SMTP_PATIENCE,
        )
    except ValueError as unsafe:
        raise ConfigError(f"smtp: {unsafe}") from unsafe
