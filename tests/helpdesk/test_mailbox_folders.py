"""How folders are found and made on servers that call them in their own ways."""

from datetime import UTC, datetime

import pytest

from helpdesk.errors import ConfigError, MailboxDown
from tests.dovecot import Dovecot
from tests.mailboxes import fresh_user, mail, source_at, subject, waiting

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)

NAMES = ["Taken in", "Erledigte Wünsche", "処理済み", "50 % & more *", 'a "b"']


@pytest.fixture
def user() -> str:
    return fresh_user()


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_may_have_any_name(imap_server: Dovecot, user: str, name: str):
    imap_server.put(mail("good"), MONDAY, user=user)
    with imap_server.box(user) as client:
        client.create_folder("50 percent & more stars")  # no other folder is taken for it

    with source_at(imap_server, user, processed=name) as source:
        waiting(source)
        source.settle("1")

    assert imap_server.subjects(user=user) == []
    assert imap_server.subjects(name, user) == ["Subject: good"]


def test_the_desk_may_have_a_folder_of_its_own(imap_server: Dovecot, user: str):
    with imap_server.box(user) as client:
        client.create_folder("Für das Amt/ODS desk")
    imap_server.put(mail("other"), MONDAY, user=user)
    imap_server.put(mail("ours"), MONDAY, "Für das Amt/ODS desk", user)

    with source_at(imap_server, user, folder="Für das Amt/ODS desk") as source:
        assert [subject(each) for each in waiting(source)] == ["ours"]


@pytest.mark.parametrize("name", ["Processed", "INBOX.Processed"])
def test_a_server_that_keeps_all_folders_within_the_inbox_is_met(
    dovecot_with, user: str, name: str
):
    server: Dovecot = dovecot_with(prefix="INBOX.")
    server.put(mail("good"), MONDAY, user=user)

    with source_at(server, user, processed=name) as source:
        waiting(source)
        source.settle("1")

    assert server.subjects("INBOX.Processed", user) == ["Subject: good"]


def test_a_slash_parts_levels_whatever_the_server_parts_them_by(dovecot_with, user: str):
    server: Dovecot = dovecot_with(prefix="INBOX.")
    server.put(mail("good"), MONDAY, user=user)

    with source_at(server, user, processed="Desk/Taken in") as source:
        waiting(source)
        source.settle("1")

    assert server.subjects("INBOX.Desk.Taken in", user) == ["Subject: good"]


def test_a_folder_that_is_taken_away_is_made_again(imap_server: Dovecot, user: str):
    for name in ("one", "two"):
        imap_server.put(mail(name), MONDAY, user=user)

    with source_at(imap_server, user) as source:
        waiting(source)
        source.settle("1")
        with imap_server.box(user) as client:
            client.delete_folder("Processed")
        source.settle("2")

    assert imap_server.subjects("Processed", user) == ["Subject: two"]


def test_a_folder_that_is_not_there_is_told_with_those_that_are(imap_server: Dovecot, user: str):
    with imap_server.box(user) as client:
        client.create_folder("ODS desk")

    with (
        source_at(imap_server, user, folder="ODS") as source,
        pytest.raises(MailboxDown, match=r"no folder 'ODS'.*INBOX, ODS desk"),
    ):
        source.lying()


def test_mail_is_not_put_back_where_it_is_found(imap_server: Dovecot, user: str):
    with (
        pytest.raises(ConfigError, match="found there again"),
        source_at(imap_server, user, processed="INBOX"),
    ):
        pass
