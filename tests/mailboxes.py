"""Mailboxes of the desk for tests, and mails to put into them."""

import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from helpdesk.intake import Delivery, Known, Place
from helpdesk.mailbox import ImapSource
from tests.dovecot import PASSWORD, Dovecot

_NUMBERS = itertools.count(1)


def fresh_user() -> str:
    """A mailbox that no other test has."""
    return f"desk{next(_NUMBERS)}@example.test"


def password(*, anew: bool = False) -> str:
    return PASSWORD


def nothing_known(places: Sequence[Place]) -> Collection[Place]:
    return ()


def mail(subject: str, body: str = "Please give us a code.") -> bytes:
    """A mail as it lies on a server; its first line is its subject."""
    text = f"Subject: {subject}\r\nFrom: Anne <anne@rosecottage.example>\r\n\r\n{body}\r\n"
    return text.encode()


def subject(delivery: Delivery) -> str:
    return delivery.raw.partition(b"\r\n")[0].removeprefix(b"Subject: ").decode()


def waiting(source: ImapSource, known: Known = nothing_known) -> list[Delivery]:
    return list(source.waiting(known))


@contextmanager
def source_at(
    server: Dovecot, user: str, key: Callable[..., str] = password, **settings: Any
) -> Iterator[ImapSource]:
    """The desk's way to a mailbox, hung up afterwards."""
    source = ImapSource(server.mailbox(user, **settings), key)
    try:
        yield source
    finally:
        source.close()
