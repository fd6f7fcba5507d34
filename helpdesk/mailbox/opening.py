"""How the desk gets into a mailbox: encrypted and logged in, in this order or not at all."""

import json
import ssl
from contextlib import suppress
from typing import Any, Protocol

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, LoginError

from helpdesk.config.post import Login, Mailbox
from helpdesk.errors import ConfigError, MailboxDown
from helpdesk.mailbox.troubles import TROUBLE, LoginRefused, refused
from notifications.mailer import Security

PATIENCE = 30.0
"""Seconds that the server has for each answer."""

FAREWELL = 2.0
"""How many seconds a polite ending may take."""

LOOPBACK = ("127.0.0.1", "::1", "localhost")

Client = Any
"""An IMAPClient: the library tells no types."""


class Key(Protocol):
    """What opens a mailbox: a password, or a token."""

    def __call__(self, *, anew: bool = False) -> str:
        """The secret as it is now; with `anew`, the server has just refused the last one."""


def check(mailbox: Mailbox) -> None:
    """ConfigError for settings that could never work, or would send a password in clear."""
    if mailbox.security is Security.INSECURE_LOOPBACK and mailbox.host not in LOOPBACK:
        raise ConfigError(
            f"the password of {mailbox.name} would travel in clear: set security to tls or "
            "starttls (insecure_loopback is for a server on this machine)"
        )
    if mailbox.folder in (mailbox.processed, mailbox.quarantine):
        raise ConfigError(
            f"{mailbox.name}: mail that was taken in would be found there again "
            "(let processed and quarantine be other folders)"
        )


def opened(mailbox: Mailbox, key: Key) -> Client:
    """A connection that is logged in. Raises MailboxDown, or what the library raises (TROUBLE).

    A token that the server refuses is asked for anew, once: it may have been withdrawn.
    """
    try:
        return _logged_in(mailbox, key())
    except LoginRefused:
        if mailbox.login is not Login.OAUTH:
            raise
    return _logged_in(mailbox, key(anew=True))


def hang_up(client: Client, *, politely: bool = False) -> None:
    """Let go of a connection, whatever state it is in."""
    if politely:
        with suppress(*TROUBLE):
            client.socket().settimeout(FAREWELL)
            client.logout()
    with suppress(*TROUBLE):
        client.shutdown()


def _logged_in(mailbox: Mailbox, secret: str) -> Client:
    client = _connected(mailbox)
    try:
        if mailbox.security is Security.STARTTLS:
            client.starttls(_trust(mailbox))
        _log_in(client, mailbox, secret)
    except BaseException:
        hang_up(client)
        raise
    return client


def _connected(mailbox: Mailbox) -> Client:
    tls = mailbox.security is Security.TLS
    client = IMAPClient(
        mailbox.host,
        mailbox.port,
        ssl=tls,
        ssl_context=_trust(mailbox) if tls else None,
        timeout=PATIENCE,
    )
    client.normalise_times = False  # moments with their zone, not by this machine's
    return client


def _trust(mailbox: Mailbox) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=mailbox.ca_file)
    except OSError as error:
        raise MailboxDown(
            f"no certificates can be read from {mailbox.ca_file} (correct ca_file)"
        ) from error


def _log_in(client: Client, mailbox: Mailbox, secret: str) -> None:
    try:
        if mailbox.login is Login.OAUTH:
            _with_token(client, mailbox, secret)
        elif client.has_capability("AUTH=PLAIN"):  # unlike LOGIN, it carries any password
            client.plain_login(mailbox.user, secret)
        else:
            client.login(mailbox.user, secret)
    except LoginError as error:
        cause = error.__context__
        if isinstance(cause, IMAPClientAbortError):  # the line broke: nothing was refused
            raise cause from None
        raise refused(mailbox, error, secret) from None
    except UnicodeError:  # what it says would quote the password
        words = "it takes passwords of plain letters, digits and signs only"
        raise refused(mailbox, LoginError(words), secret) from None


def _with_token(client: Client, mailbox: Mailbox, token: str) -> None:
    """Log in by XOAUTH2. A refusal comes as a challenge of JSON, to be answered by nothing."""
    answers = [f"user={mailbox.user}\1auth=Bearer {token}\1\1".encode()]
    said: list[bytes] = []

    def answer(challenge: bytes) -> bytes:
        said.append(challenge)
        return answers.pop() if answers else b""

    try:
        client.sasl_login("XOAUTH2", answer)
    except LoginError as error:
        if isinstance(error.__context__, IMAPClientAbortError) or not any(said[1:]):
            raise
        raise LoginError(f"{error} (status {_status(said[-1])})") from None


def _status(challenge: bytes) -> str:
    try:
        return str(json.loads(challenge)["status"])
    except (ValueError, LookupError, TypeError):
        return "unknown"
