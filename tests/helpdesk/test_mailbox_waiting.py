"""How the desk waits for mail: woken at once, stopped at once, and back after a broken line."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from helpdesk.errors import MailboxDown
from helpdesk.mailbox import ImapSource
from tests.dovecot import CAPABLE, Dovecot
from tests.mailboxes import fresh_user, mail, password, source_at, subject, waiting
from tests.oddserver import odd_server

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def user() -> str:
    return fresh_user()


@contextmanager
def after(seconds: float, work: Callable[[], None]) -> Iterator[None]:
    """Something that happens a little later, while the desk waits."""
    later = threading.Timer(seconds, work)
    later.start()
    yield
    later.join()


def test_new_mail_ends_the_wait_within_two_seconds(imap_server: Dovecot, user: str):
    with source_at(imap_server, user) as source:
        assert waiting(source) == []
        came: list[float] = []

        def arrives() -> None:
            imap_server.put(mail("new"), MONDAY, user=user)
            came.append(time.monotonic())

        with after(0.5, arrives):
            told = source.wait(20, threading.Event())
            woken = time.monotonic()

        assert told
        assert woken - came[0] < 2
        assert [subject(each) for each in waiting(source)] == ["new"]


def test_mail_that_came_between_look_and_wait_is_not_waited_for(imap_server: Dovecot, user: str):
    with source_at(imap_server, user) as source:
        imap_server.put(mail("first"), MONDAY, user=user)
        (first,) = waiting(source)
        imap_server.put(mail("between"), MONDAY, user=user)
        source.settle(first.uid)  # its answer swallows what the server told of the other

        began = time.monotonic()
        assert source.wait(20, threading.Event())
        assert time.monotonic() - began < 2


def test_mail_is_told_of_once_so_that_a_look_that_fails_does_not_rush(
    imap_server: Dovecot, user: str
):
    imap_server.put(mail("new"), MONDAY, user=user)

    with source_at(imap_server, user) as source:
        assert source.wait(20, threading.Event())
        assert not source.wait(1, threading.Event())
        imap_server.put(mail("newer"), MONDAY, user=user)
        assert source.wait(20, threading.Event())
        assert [subject(each) for each in waiting(source)] == ["new", "newer"]


def test_what_others_read_or_delete_is_no_new_mail(imap_server: Dovecot, user: str):
    imap_server.put(mail("old"), MONDAY, user=user)

    def read() -> None:
        with imap_server.box(user) as client:
            client.select_folder("INBOX")
            client.add_flags([1], [b"\\Seen", b"\\Deleted"])
            client.uid_expunge([1])

    with source_at(imap_server, user) as source:
        waiting(source)
        with after(0.3, read):
            assert not source.wait(2, threading.Event())


@pytest.mark.parametrize("capable", [CAPABLE, CAPABLE.replace(" IDLE", "")], ids=["IDLE", "none"])
def test_the_wait_ends_when_it_is_told_to_stop(dovecot_with, user: str, capable: str):
    server: Dovecot = dovecot_with(imap_capability=capable)
    stop = threading.Event()

    with source_at(server, user) as source:
        waiting(source)
        with after(0.3, stop.set):
            began = time.monotonic()
            told = source.wait(60, stop)
            took = time.monotonic() - began

        assert not told
        assert took < 2
        assert waiting(source) == []  # it can be used again


def test_a_server_that_cannot_idle_is_waited_for_and_then_looked_at(dovecot_with, user: str):
    server: Dovecot = dovecot_with(imap_capability=CAPABLE.replace(" IDLE", ""))

    with source_at(server, user) as source:
        waiting(source)
        began = time.monotonic()
        assert not source.wait(1, threading.Event())
        assert 1 <= time.monotonic() - began < 2
        assert "IDLE" in source.remarks()[0]


def test_a_server_that_is_started_again_is_found_again(dovecot_with, user: str):
    server: Dovecot = dovecot_with(mail_plugins="")  # one that no other test asks for
    server.put(mail("before"), MONDAY, user=user)
    with source_at(server, user) as source:
        (before,) = waiting(source)

        server.stop()
        server.start()

        source.settle(before.uid)
        server.put(mail("after"), MONDAY, user=user)
        assert [subject(each) for each in waiting(source)] == ["after"]
    assert server.subjects("Processed", user) == ["Subject: before"]


def test_a_server_that_is_away_for_a_while_ends_the_wait_when_it_is_back(dovecot_with, user: str):
    server: Dovecot = dovecot_with(mail_plugins="")
    with source_at(server, user) as source:
        waiting(source)
        server.stop()
        with pytest.raises(MailboxDown, match="cannot be reached"):
            waiting(source)

        def returns() -> None:
            server.start()
            server.put(mail("new"), MONDAY, user=user)

        with after(0.5, returns):
            found = _after_waits(source)

    assert found == ["new"]


def _after_waits(source: ImapSource) -> list[str]:
    for _ in range(6):
        source.wait(3, threading.Event())
        try:
            if found := waiting(source):
                return [subject(each) for each in found]
        except MailboxDown:
            continue
    return []


def test_a_server_that_hangs_up_while_it_is_waited_for_is_called_again(dovecot_with, user: str):
    server: Dovecot = dovecot_with(mail_plugins="")
    with source_at(server, user) as source:
        waiting(source)

        def restart() -> None:
            server.stop()
            server.start()
            server.put(mail("new"), MONDAY, user=user)

        with after(0.3, restart):
            began = time.monotonic()
            found = _after_waits(source)

    assert found == ["new"]
    assert time.monotonic() - began < 10


def test_a_mailbox_that_is_down_is_waited_for_as_long_as_it_rests():
    with odd_server(AUTHENTICATE="NO you may not") as server:
        source = ImapSource(server.mailbox(), password)
        with pytest.raises(MailboxDown):
            source.lying()
        began = time.monotonic()
        assert source.wait(20, threading.Event())
        first = time.monotonic() - began
        with pytest.raises(MailboxDown):
            source.lying()
        began = time.monotonic()
        assert source.wait(20, threading.Event())
        second = time.monotonic() - began

    assert server.callers == 2
    assert 0.9 < first < 1.5
    assert 1.9 < second < 2.9
