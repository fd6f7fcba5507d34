"""The one door to SMTP: a line to a mail server. Only this file knows aiosmtplib."""

import asyncio
import ssl
from contextlib import suppress

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from notifications.answers import Means, Sign, Stage, failure, meaning
from notifications.headers import mailbox
from notifications.mailer import ChannelDown, DeliveryFailed, Security, SmtpMailer, Still

TROUBLE = (SMTPException, OSError, ValueError)
"""What a conversation may end in. TLS errors and time-outs are OSErrors, UnicodeErrors ValueErrors.

Anything else is a fault of ours, and flies."""

FAREWELL = 5.0
"""How many seconds a polite ending may take, or the answer to whether anybody is still there."""

ASKS = 1.0
"""Seconds after which it is asked anew whether to go on waiting."""

TRUST = 3
"""How often in a row a channel that has carried a letter may refuse others for what we are."""


class Line:
    """A Post. It knows whether letters have gone through, and so whether the channel works."""

    def __init__(self, settings: SmtpMailer, runner: asyncio.Runner) -> None:
        self._settings = settings
        self._runner = runner
        self._client = _client(settings)
        self._stage = Stage.OPENING
        self._trust = 0
        # The client forgets its own when the server hangs up, and leaves it half closed.
        self._transport: asyncio.BaseTransport | None = None

    def send(self, raw: bytes, to: str, sender: str, still: Still = lambda: True, /) -> None:
        self._runner.run(self._hand_over(raw, to, sender, still))

    async def open(self) -> None:
        try:
            async with asyncio.timeout(None) as deadline:
                await self._connect(deadline)
        except TROUBLE as error:
            self._hang_up()  # nothing more is said to whom we cannot trust
            raise self._failure(error) from error

    async def answers(self) -> bool:
        """Whether the server is still there; what it refused last time may be mended by now."""
        self._trust = 0
        with suppress(*TROUBLE):
            async with asyncio.timeout(FAREWELL):
                await self._client.noop()
            return self._client.is_connected
        return False

    async def close(self) -> None:
        with suppress(*TROUBLE):
            async with asyncio.timeout(FAREWELL):
                await self._client.quit()
        self._hang_up()

    async def _connect(self, deadline: asyncio.Timeout, *, renew: bool = False) -> None:
        """Connect, encrypt and log in, in this order or not at all.

        The deadline is set anew: whoever gives the token is none of the server's concern.
        """
        settings = self._settings
        self._stage = Stage.OPENING
        token = settings.token(renew) if settings.token else ""
        deadline.reschedule(_now() + settings.timeout)
        self._client = _client(settings)
        await self._client.connect()
        self._transport = self._client.transport
        if settings.security is Security.STARTTLS:
            await self._client.starttls()
            self._transport = self._client.transport
        await self._client.ehlo()
        try:
            await self._log_in(token)
        except SMTPAuthenticationError as refused:
            if not token or renew or refused.code not in range(500, 600):
                raise
            self._hang_up()
            await self._connect(deadline, renew=True)

    async def _log_in(self, token: str) -> None:
        user, password = self._settings.user, self._settings.password
        if user is not None and token:
            self._stage = Stage.TOKEN
            if "xoauth2" not in self._client.server_auth_methods:
                raise SMTPException("it takes no tokens (XOAUTH2)")
            await self._client.auth_xoauth2(user, token)
        elif user is not None and password is not None:
            self._stage = Stage.PASSWORD
            await self._client.login(user, password)

    async def _hand_over(self, raw: bytes, to: str, sender: str, still: Still) -> None:
        try:
            async with asyncio.timeout(self._settings.timeout) as deadline:
                self._stage = Stage.RECIPIENT
                await self._address(deadline, _bare(to), sender and _bare(sender))
            self._stage = Stage.CONTENT
            await self._give(raw, still)
        except TROUBLE as error:
            found = self._failure(error)
            await self._clear(error)
            raise found from error
        self._trust = TRUST

    async def _address(self, deadline: asyncio.Timeout, to: str, sender: str) -> None:
        """Say who writes to whom; a server that hung up since the last letter is called again."""
        kept = self._client.is_connected
        if not kept:
            await self._connect(deadline)
        try:
            await self._envelope(to, sender)
        except (SMTPServerDisconnected, SMTPResponseException):
            if not kept or self._client.is_connected:
                raise
            await self._connect(deadline)
            await self._envelope(to, sender)

    async def _envelope(self, to: str, sender: str) -> None:
        self._stage = Stage.SENDER
        await self._client.mail(sender)
        self._stage = Stage.RECIPIENT
        await self._client.rcpt(to)

    async def _give(self, raw: bytes, still: Still) -> None:
        """Give the letter itself. Whoever gives up before the answer sends it twice.

        So the server has ten minutes for that (RFC 5321, 4.5.3.2.6), but no longer than for other
        words from when it is not to go on.
        """
        giving = asyncio.ensure_future(self._client.data(raw))
        until = _now() + self._settings.answer_timeout
        try:
            while not giving.done() and (left := until - _now()) > 0:
                await asyncio.wait({giving}, timeout=min(left, ASKS))
                if not still():
                    until = min(until, _now() + self._settings.timeout)
            if not giving.done():
                raise TimeoutError
            await giving
        finally:
            giving.cancel()

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

    def _failure(self, error: Exception) -> DeliveryFailed | ChannelDown:
        where = f"{self._settings.host}:{self._settings.port}"
        sign, said = _sign(error)
        rule = meaning(self._stage, sign)
        found = failure(rule, self._stage, said, where, trusted=self._trust > 0)
        self._trust -= rule.means is Means.MEND
        return found

    def _hang_up(self) -> None:
        self._client.close()
        _drop(self._transport)


def _client(settings: SmtpMailer) -> SMTP:
    return SMTP(
        hostname=settings.host,
        port=settings.port,
        timeout=None,  # one deadline stands around each part of a conversation
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


def _now() -> float:
    """In the seconds that deadlines are told in."""
    return asyncio.get_running_loop().time()


def _bare(address: str) -> str:
    return mailbox(address).addr_spec


def _sign(error: Exception) -> tuple[Sign | str, str]:
    """What went wrong, as the table names it, and in words."""
    sign: Sign | str = Sign.UNFIT
    said = str(error) or "no answer in time"
    match error.__cause__ if isinstance(error.__cause__, ssl.SSLError) else error:
        case ssl.SSLCertVerificationError(verify_message=words):
            sign, said = Sign.CERTIFICATE, words
        case ssl.SSLError():
            sign = Sign.ENCRYPTION
        case SMTPResponseException(code=code, message=words) if code > 0:
            sign = said = f"{code} {words}"
        case SMTPResponseException():
            sign = Sign.NONSENSE
        case OSError():
            sign = Sign.LOST
        case ValueError():
            sign = Sign.FAULT
    return sign, said
