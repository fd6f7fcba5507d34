"""The whole application, wired once: everything that runs is built from here."""

# What only some commands need is imported when it is: a command that sends nothing and takes
# nothing in does not pay for mail servers.
# ruff: noqa: PLC0415

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from helpdesk.clock import Clock, utc_now
from helpdesk.config import settings
from helpdesk.config.settings import Config, Login
from helpdesk.desk import Desk
from helpdesk.errors import ConfigError, HelpdeskError
from helpdesk.intake import Mailbox, Reads, Source
from helpdesk.journal import Journal
from helpdesk.oauth import Tokens
from helpdesk.store import Store
from notifications.mailer import ChannelDown, FolderMailer, Mailer, SmtpMailer, Token

COMMAND_PATIENCE, DAEMON_PATIENCE = 5.0, 30.0
"""Seconds that a command, and the daemon, wait for a lock or a server before they say so."""

SMTP_PATIENCE, SMTP_ANSWER = 20.0, 600.0
"""Seconds for a conversation with the mail server, and for its answer to a whole letter.

A daemon that is told to stop waits for the former, and gives the answer no longer than that.
"""

SMTP_IDLE = 60.0
"""Seconds for which a connection to the mail server is kept for the next letter."""


@dataclass(frozen=True)
class App:
    """A desk that is ready to work."""

    config: Config
    store: Store
    journal: Journal
    desk: Desk
    reads_in_child: bool = False  #: whether mail is read in a process of its own
    is_daemon: bool = False
    _ending: ExitStack = field(default_factory=ExitStack)  #: how to let go of what was opened

    @cached_property
    def mailer(self) -> Mailer:
        """Where letters go: the mail server, or a folder if none is configured."""
        mailer = mailer_for(self.config, self._token, SMTP_IDLE if self.is_daemon else 0.0)
        self._ending.callback(mailer.close)
        return mailer

    @cached_property
    def mailboxes(self) -> Sequence[Mailbox]:
        """The mailboxes on servers that mail arrives at, each for one thread."""
        from helpdesk.mailbox import ImapSource, password_of

        boxes = [
            ImapSource(each, self._fresh_token if each.login is Login.OAUTH else password_of(each))
            for each in self.config.intake.mailboxes
        ]
        for box in boxes:
            self._ending.callback(box.close)
        return boxes

    @cached_property
    def reads(self) -> Reads:
        """How the bytes of a mail are read."""
        from helpdesk.reading import ChildReader, read

        if not self.reads_in_child:
            return read
        child = ChildReader()
        self._ending.callback(child.close)
        return child

    def sources(self) -> list[Source]:
        """All places that mail arrives at. FileUnreadable if a folder is not there."""
        from helpdesk.intake import sources

        folders = [sources.source_for(path) for path in self.config.intake.paths]
        return [*folders, *self.mailboxes]

    def close(self) -> None:
        """Let go of the database, of every server, and of the program that reads mail."""
        self._ending.close()
        self.store.close()

    def _token(self, anew: bool) -> str:  # noqa: FBT001  # as the mailer asks for it
        try:
            return self._fresh_token(anew=anew)
        except HelpdeskError as error:
            raise ChannelDown("the desk cannot log in to its mail server", str(error)) from error

    def _fresh_token(self, *, anew: bool = False) -> str:
        return self._tokens.token(anew=anew)

    @cached_property
    def _tokens(self) -> Tokens:
        return Tokens(self.config.oauth, self.store.clock)


def build(config: Config, clock: Clock = utc_now, *, daemon: bool = False) -> App:
    """The application for `config`. Its database is opened when it is first needed."""
    patience = DAEMON_PATIENCE if daemon else COMMAND_PATIENCE
    store = Store(config.store.database, clock, patience, checkpoints=daemon)
    journal = Journal(config)
    return App(config, store, journal, Desk(store, journal), is_daemon=daemon)


def from_file(path: Path, *, daemon: bool = False) -> App:
    """The application for the configuration in `path`, its database found fit for use."""
    app = replace(build(settings.load(path), daemon=daemon), reads_in_child=True)
    app.store.ready()
    return app


def mailer_for(config: Config, token: Token, idle: float = 0.0) -> Mailer:
    """Where letters go. ConfigError if anything could travel in clear.

    `idle`: for how many seconds a connection is kept for the next letters.
    """
    smtp = config.smtp
    if not smtp.host:
        return FolderMailer(config.outbox.folder)
    by_token = smtp.user and smtp.login is Login.OAUTH
    password = None
    if smtp.user and not by_token:
        password = settings.secret("smtp_password", smtp.password_file)
    try:
        return SmtpMailer(
            host=smtp.host,
            port=smtp.port,
            security=smtp.security,
            user=smtp.user or None,
            password=password.get_secret_value() if password else None,
            token=token if by_token else None,
            ca_file=smtp.ca_file,
            timeout=SMTP_PATIENCE,
            answer_timeout=SMTP_ANSWER,
            idle=idle,
        )
    except ValueError as unsafe:
        raise ConfigError(f"smtp: {unsafe}") from unsafe
