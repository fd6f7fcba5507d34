"""The one door to SMTP: only this file knows aiosmtplib, and asyncio."""

import asyncio
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from notifications.headers import mailbox, safe
from notifications.mailer import (
    ChannelDown,
    ChannelUnreachable,
    DeliveryFailed,
    Post,
    Security,
    SmtpMailer,
)

TROUBLE = (SMTPException, OSError, ValueError)
"""What a conversation may end in. TLS errors and time-outs are OSErrors, UnicodeErrors ValueErrors.

Anything else is a fault of ours, and flies."""

TEMPORARY = range(400, 500)
PERMANENT = range(500, 600)
ABOUT_US = frozenset({530, 534, 535, 538})
"""Refusals that ask for a (better) log-in: no letter's fault."""

ABOUT_US_TOO = re.compile(r"5\.(?:7\.\d+|2\.0)\b")
"""Enhanced codes that speak of policy and of who may send: no letter's fault either."""

FAREWELL = 5.0
"""How many seconds a polite ending may take."""


@contextmanager
def connection(settings: SmtpMailer) -> Iterator[Post]:
    """One connection, kept for all letters; raises ChannelDown if it cannot be made."""
    with asyncio.Runner() as runner:
        line = _Line(settings, runner)
        try:
            runner.run(line.open())
            try:
                yield line
            finally:
                runner.run(line.close())
        finally:
            runner.run(asyncio.sleep(0))  # what was hung up needs a turn of the loop to be gone


class _Line:
    """A Post. It knows whether a letter has gone through, and so whether the channel works."""

    _client: SMTP

    def __init__(self, settings: SmtpMailer, runner: asyncio.Runner) -> None:
        self._settings = settings
        self._runner = runner
        self._proven = False
        # The client forgets its own when the server hangs up, and leaves it half closed.
        self._transport: asyncio.BaseTransport | None = None

    def send(self, raw: bytes, to: str, sender: str) -> None:
        self._runner.run(self._hand_over(raw, to, sender))

    async def open(self) -> None:
        try:
            async with asyncio.timeout(self._settings.timeout):
                await self._connect()
        except TimeoutError as error:
            self._hang_up()
            raise _unusable(error, self._settings) from error

    async def close(self) -> None:
        with suppress(*TROUBLE):
            async with asyncio.timeout(FAREWELL):
                await self._client.quit()
        self._hang_up()

    async def _connect(self) -> None:
        """Connect, encrypt and log in, in this order or not at all."""
        settings = self._settings
        self._client = _client(settings)
        try:
            await self._client.connect()
            self._transport = self._client.transport
            if settings.security is Security.STARTTLS:
                await self._client.starttls()
                self._transport = self._client.transport
            await self._client.ehlo()
            if settings.user is not None and settings.password is not None:
                await self._client.login(settings.user, settings.password)
        except TROUBLE as error:
            self._hang_up()
            raise _unusable(error, settings) from error

    async def _hand_over(self, raw: bytes, to: str, sender: str) -> None:
        in_content = False
        try:
            async with asyncio.timeout(self._settings.timeout):
                await self._address(_bare(to), sender and _bare(sender))
                in_content = True
                await self._client.data(raw)
        except TROUBLE as error:
            await self._clear(error)
            raise _verdict(error, in_content=in_content, proven=self._proven) from error
        self._proven = True

    async def _address(self, to: str, sender: str) -> None:
        """Say who writes to whom; a server that hung up since the last letter is called again."""
        kept = self._client.is_connected
        if not kept:
            await self._connect()
        try:
            await self._envelope(to, sender)
        except (SMTPServerDisconnected, SMTPResponseException):
            if not kept or self._client.is_connected:
                raise
            await self._connect()
            await self._envelope(to, sender)

    async def _envelope(self, to: str, sender: str) -> None:
        await self._client.mail(sender)
        await self._client.rcpt(to)

    async def _clear(self, error: Exception) -> None:
        """Make the line fit for the next letter, or hang up: what was lost is never guessed at."""
        try:
            if isinstance(error, OSError):
                self._hang_up()
            else:
                async with asyncio.timeout(FAREWELL):
                    await self._client.rset()
        except TROUBLE:
            self._hang_up()

    def _hang_up(self) -> None:
        self._client.close()
        _drop(self._transport)


def _client(settings: SmtpMailer) -> SMTP:
    return SMTP(
        hostname=settings.host,
        port=settings.port,
        timeout=None,  # one deadline stands around each whole conversation
        use_tls=settings.security is Security.TLS,
        start_tls=False,  # we ask for it ourselves, and never go on without
        tls_context=_trust(settings),
    )


def _drop(transport: asyncio.BaseTransport | None) -> None:
    """Let go of a connection now: a TLS one would wait for the other side's consent."""
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


def _trust(settings: SmtpMailer) -> ssl.SSLContext | None:
    if settings.security is Security.INSECURE_LOOPBACK:
        return None
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:
        raise ChannelDown(
            f"no certificates can be read from {settings.ca_file}", "correct ca_file"
        ) from error


def _bare(address: str) -> str:
    return mailbox(address).addr_spec


def _unusable(error: Exception, settings: SmtpMailer) -> ChannelDown:
    """Why no connection could be made, and what the operator can do about it."""
    where = f"{settings.host}:{settings.port}"
    cause = error.__cause__ if isinstance(error.__cause__, ssl.SSLError) else error
    words = safe(str(error))
    match cause:
        case ssl.SSLCertVerificationError():
            return ChannelDown(
                f"the certificate of {where} cannot be trusted: {cause.verify_message}",
                "correct the host's name, renew its certificate, or set ca_file",
            )
        case ssl.SSLError():
            return ChannelDown(
                f"no encrypted connection to {where}: {words}",
                "set security to starttls (mostly port 587) or to tls (mostly port 465)",
            )
        case SMTPResponseException():
            return _turned_away(cause, where)
        case OSError():
            return ChannelUnreachable(
                f"{where} cannot be reached: {words or 'no answer in time'}",
                "see that the server runs and that this machine may call it",
            )
    return ChannelDown(f"{where} cannot be used safely: {words}", "correct security and user")


def _turned_away(error: SMTPResponseException, where: str) -> ChannelDown:
    if error.code not in PERMANENT:
        return ChannelUnreachable(f"{where} is busy: {_answer(error)}", "wait")
    if isinstance(error, SMTPAuthenticationError):
        return ChannelDown(
            f"{where} refuses the log-in: {_answer(error)}", "correct user and password"
        )
    return ChannelDown(
        f"{where} refuses to serve: {_answer(error)}", "ask who runs the mail server"
    )


def _verdict(error: Exception, *, in_content: bool, proven: bool) -> DeliveryFailed | ChannelDown:
    """What the end of a conversation means for the letter."""
    match error:
        case SMTPResponseException(code=code) if code in PERMANENT:
            return _refused(error, proven=proven)
        case SMTPResponseException(code=code) if code in TEMPORARY:
            return DeliveryFailed(_answer(error), permanent=False)
        case OSError() | SMTPResponseException():
            reason = safe(str(error)) or "no answer in time"
            return DeliveryFailed(reason, permanent=False, maybe_sent=in_content)
    return DeliveryFailed(safe(str(error)), permanent=True)


def _refused(error: SMTPResponseException, *, proven: bool) -> DeliveryFailed | ChannelDown:
    """A 5xx that speaks of us stops the channel, unless it has just carried a letter.

    Then it may be this letter alone, or a limit that was reached: it is tried again, later.
    """
    about_us = (
        isinstance(error, SMTPSenderRefused)
        or error.code in ABOUT_US
        or ABOUT_US_TOO.match(error.message)
    )
    if about_us and not proven:
        return ChannelDown(
            f"the mail server refuses: {_answer(error)}",
            "see that the desk may log in, and send under its address",
        )
    return DeliveryFailed(_answer(error), permanent=not about_us)


def _answer(error: SMTPResponseException) -> str:
    return safe(f"{error.code} {error.message}")
