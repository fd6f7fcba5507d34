"""Mail of an IMAP server becomes calls: each once, whatever happens to the server's numbers."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

from helpdesk.config.settings import Config
from helpdesk.intake import Source
from helpdesk.journal import Journal
from helpdesk.mailbox import ImapSource
from helpdesk.reception import take_in
from helpdesk.store import Store
from tests.dovecot import Dovecot
from tests.helpdesk.made import request_mail, rows
from tests.mailboxes import fresh_user, password, source_at

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def arrivals(server: Dovecot, user: str, *numbers: int) -> None:
    for n in numbers:
        server.put(request_mail(n), MONDAY - timedelta(hours=n), user=user)


def calls(store: Store) -> list[str]:
    found = rows(store, "SELECT organisation FROM call ORDER BY organisation")
    return [row["organisation"].removeprefix("Rose Cottage ") for row in found]


def taken(store: Store, source: Source) -> int:
    return take_in(store, Journal(Config()), source).raised


def test_each_mail_is_one_call_and_leaves_the_inbox(imap_server: Dovecot, sqlite_url, clock):
    user, store = fresh_user(), Store(sqlite_url, clock)
    arrivals(imap_server, user, 1, 2, 3)

    with source_at(imap_server, user) as source:
        assert taken(store, source) == 3
        assert taken(store, source) == 0
        assert source.lying() == []

    assert calls(store) == ["1", "2", "3"]
    assert len(imap_server.subjects("Processed", user)) == 3
    (first,) = rows(store, "SELECT received_at FROM call WHERE organisation = 'Rose Cottage 3'")
    assert "06:00:00" in str(first["received_at"])


def test_mails_that_were_numbered_anew_are_not_taken_in_twice(
    imap_server: Dovecot, sqlite_url, clock
):
    user, store = fresh_user(), Store(sqlite_url, clock)
    arrivals(imap_server, user, 1, 2)
    with closing(_Unsettled(imap_server.mailbox(user), password)) as unsettled:
        assert taken(store, unsettled) == 2

    imap_server.number_anew(user)
    arrivals(imap_server, user, 3)
    with source_at(imap_server, user) as source:
        assert taken(store, source) == 1
        assert source.lying() == []

    assert calls(store) == ["1", "2", "3"]
    assert len(imap_server.subjects("Processed", user)) == 3


class _Unsettled(ImapSource):
    """A desk that ended before it put its mails away."""

    def settle(self, uid: str, *, quarantined: bool = False) -> None:
        pass


def test_two_mailboxes_with_the_same_numbers_are_told_apart(
    imap_server: Dovecot, sqlite_url, clock
):
    one, other, store = fresh_user(), fresh_user(), Store(sqlite_url, clock)
    arrivals(imap_server, one, 1)
    arrivals(imap_server, other, 2)

    for user in (one, other):
        with source_at(imap_server, user) as source:
            assert taken(store, source) == 1

    assert calls(store) == ["1", "2"]
