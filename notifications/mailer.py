"""How letters leave the house: what a mailer promises, and the two that there are."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol


class DeliveryFailed(Exception):
    """One letter could not be handed over; the next one may well be.

    permanent: trying again is useless. maybe_sent: the server had the whole letter when the
    connection was lost, so it may arrive twice (with the same Message-ID). `reason` may quote
    the server, on one line.
    """

    def __init__(self, reason: str, *, permanent: bool, maybe_sent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.maybe_sent = maybe_sent


class ChannelDown(Exception):
    """No letter can be handed over until the operator has done what `mend` says.

    Stop for now, and count no try against any letter. If `send` raised it, let another letter
    be the first of the next round: it may be that only this one is refused, and one letter must
    not hold up the others.
    """

    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(f"{reason} ({mend})")
        self.reason = reason
        self.mend = mend


class ChannelUnreachable(ChannelDown):
    """The server does not answer, or is busy: it may pass without the operator."""


Still = Callable[[], bool]
"""Whether to go on. It is asked every second while a server takes its time."""


class Post(Protocol):
    def send(self, raw: bytes, to: str, sender: str, still: Still = ..., /) -> None:
        """Hand the mail `raw` over for the address `to`; back when the server has taken it.

        `sender` is the envelope's: "" for mail that must not be answered, nor bounce. Once
        `still()` is False, a slow server has no more time than it had for a word before. Raises
        DeliveryFailed or ChannelDown.
        """


class Mailer(Protocol):
    def connected(self) -> AbstractContextManager[Post]:
        """A channel for one letter after another; opening it raises ChannelDown if it cannot."""

    def close_idle(self) -> None:
        """Let go of what was kept open, if it was not used for a while. To be called regularly."""

    def close(self) -> None:
        """Let go of what was kept open; to be called in the end."""


class Security(Enum):
    """How a connection is kept from being read or changed on its way."""

    STARTTLS = "starttls"
    TLS = "tls"
    INSECURE_LOOPBACK = "insecure_loopback"  #: not at all: for a server on this machine only


Token = Callable[[bool], str]
"""Gives a token to log in with; if True, a new one: the server refused the last. It is back within
a minute or two, and raises ChannelDown if there is none. What it takes is not the server's time."""


@dataclass(frozen=True)
class SmtpMailer:
    """Posts through an SMTP server, over one connection at a time.

    It logs in with a password, or with a token (XOAUTH2). Raises ValueError if anything could
    travel in clear. With `idle`, close it in the end.
    """

    host: str
    port: int
    security: Security = Security.STARTTLS
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: Token | None = field(default=None, repr=False)
    timeout: float = 30.0  #: seconds for connecting, or for one letter until its content
    answer_timeout: float = 600.0  #: seconds for a letter's content and the answer to it
    ca_file: Path | None = None  #: trust these certificates instead of the machine's own
    idle: float = 0.0  #: for how many seconds a connection is kept for the next letters

    def __post_init__(self) -> None:
        if self.password is not None and self.token is not None:
            raise ValueError("a mail server wants a password or a token, not both")
        if (self.user is None) != (self.password is None and self.token is None):
            raise ValueError("a mail server wants a user with a password or a token, or neither")
        if self.security is not Security.INSECURE_LOOPBACK:
            return
        if not _is_loopback(self.host):
            raise ValueError(
                f"mail to {self.host} would travel in clear: set security to starttls or tls"
                " (insecure_loopback is for a server on this machine)"
            )
        if self.user is not None:
            raise ValueError("a password would travel in clear: set security to starttls or tls")

    def connected(self) -> AbstractContextManager[Post]:
        """One connection for all letters, and for one thread; not within a running event loop."""
        return self._line.connected()

    def close_idle(self) -> None:
        self._line.close_idle()

    def close(self) -> None:
        self._line.close()

    @cached_property
    def _line(self) -> Mailer:
        # Whoever only reads the configuration does not pay for asyncio.
        from notifications.kept import KeptLine  # noqa: PLC0415

        return KeptLine(self)


@dataclass(frozen=True)
class FolderMailer:
    """Posts into a folder, one .eml a letter, for a trial or for another program to carry on.

    A letter that is posted again replaces itself: its name comes from its Message-ID.
    """

    folder: Path

    @contextmanager
    def connected(self) -> Iterator[Post]:
        with self._writable():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield self

    def send(  # as Post says
        self,
        raw: bytes,
        to: str,  # noqa: ARG002
        sender: str,  # noqa: ARG002
        _still: Still = lambda: True,
        /,
    ) -> None:
        with self._writable():
            self._put(_file_name(raw), raw)

    def close_idle(self) -> None:
        """Nothing is open between two letters."""

    def close(self) -> None:
        """Likewise."""

    @contextmanager
    def _writable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ChannelDown(
                f"letters cannot be written to {self.folder}: {error.strerror}",
                "let the daemon's user write there, or name another folder",
            ) from error

    def _put(self, name: str, raw: bytes) -> None:
        """The whole file or none, and safe from a power cut."""
        import tempfile  # noqa: PLC0415  # whoever only reads the configuration does not need it

        handle, path = tempfile.mkstemp(dir=self.folder, suffix=".part")  # mode 0600
        try:
            with open(handle, "wb") as file:  # noqa: PTH123  # it is open already
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            os.replace(path, self.folder / name)  # noqa: PTH105
        except OSError:
            with suppress(OSError):
                os.unlink(path)  # noqa: PTH108
            raise
        _sync_folder(self.folder)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _file_name(raw: bytes) -> str:
    """A name that no Message-ID can lead out of the folder, one for each Message-ID."""
    from email.parser import BytesHeaderParser  # noqa: PLC0415  # likewise

    message_id = str(BytesHeaderParser().parsebytes(raw)["Message-ID"] or "")
    readable = re.sub(r"[^A-Za-z0-9]+", "-", message_id).strip("-")[:60] or "letter"
    return f"{readable}-{sha256(message_id.encode() or raw).hexdigest()[:12]}.eml"


def _sync_folder(folder: Path) -> None:
    """Keep the new name through a power cut, where a folder can be opened (not on Windows)."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
