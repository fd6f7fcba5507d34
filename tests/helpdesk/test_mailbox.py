"""How mail is fetched from an IMAP server and put away there."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from helpdesk.intake import Delivery
from helpdesk.intake.sources import MOST_BYTES
from tests.dovecot import CAPABLE, Dovecot
from tests.mailboxes import fresh_user, mail, nothing_known, source_at, subject, waiting

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def user() -> str:
    return fresh_user()


def test_mail_comes_oldest_first_with_the_moment_at_which_it_arrived(
    imap_server: Dovecot, user: str
):
    second = MONDAY + timedelta(minutes=5)
    imap_server.put(mail("late"), second, user=user)
    imap_server.put(mail("early"), MONDAY.astimezone(timezone(timedelta(hours=-9))), user=user)

    with source_at(imap_server, user) as source:
        early, late = waiting(source)

    assert early == Delivery(source.mailbox, early.validity, "2", mail("early"), MONDAY)
    assert early.arrived_at.tzinfo is UTC
    assert (late.uid, late.raw, late.arrived_at) == ("1", mail("late"), second)


def test_what_is_known_is_not_fetched_and_nothing_is_marked_as_read(
    imap_server: Dovecot, user: str
):
    for name in ("one", "two"):
        imap_server.put(mail(name), MONDAY, user=user)

    with source_at(imap_server, user) as source:
        found = waiting(source, lambda places: [each for each in places if each[1] == "1"])

    assert [subject(each) for each in found] == ["two"]
    with imap_server.box(user) as client:
        client.select_folder("INBOX", readonly=True)
        assert client.search("UNSEEN") == [1, 2]


def test_mail_that_somebody_deleted_is_not_taken_in(imap_server: Dovecot, user: str):
    for name in ("kept", "deleted"):
        imap_server.put(mail(name), MONDAY, user=user)
    with imap_server.box(user) as client:
        client.select_folder("INBOX")
        client.delete_messages([2])

    with source_at(imap_server, user) as source:
        assert [subject(each) for each in waiting(source)] == ["kept"]
        assert [uid for _, uid in source.lying()] == ["1"]


@pytest.mark.parametrize(
    "capable",
    [CAPABLE, CAPABLE.replace(" MOVE", "")],
    ids=["by MOVE", "by COPY and EXPUNGE of that mail"],
)
def test_settled_mail_is_moved_and_no_other_mail_changes(dovecot_with, user: str, capable: str):
    server: Dovecot = dovecot_with(imap_capability=capable)
    for name in ("good", "deleted by Bart", "poison", "new"):
        server.put(mail(name), MONDAY, user=user)
    with server.box(user) as client:
        client.select_folder("INBOX")
        client.delete_messages([2])

    with source_at(server, user) as source:
        waiting(source)
        source.settle("1")
        source.settle("3", quarantined=True)
        source.settle("1")  # it is gone by now
        source.settle("4711")

    assert server.subjects(user=user) == ["Subject: deleted by Bart", "Subject: new"]
    assert server.subjects("Processed", user) == ["Subject: good"]
    assert server.subjects("Quarantine", user) == ["Subject: poison"]


def test_a_server_that_cannot_expunge_one_mail_keeps_a_deleted_one_and_that_is_said(
    dovecot_with, user: str
):
    server: Dovecot = dovecot_with(
        imap_capability=CAPABLE.replace(" MOVE", "").replace(" UIDPLUS", "")
    )
    server.put(mail("good"), MONDAY, user=user)

    with source_at(server, user) as source:
        waiting(source)
        source.settle("1")
        again = waiting(source)
        (remark,) = source.remarks()

    assert again == []
    assert server.subjects(user=user) == ["Subject: good"]
    assert server.subjects("Processed", user) == ["Subject: good"]
    assert "neither MOVE nor UIDPLUS" in remark


def test_a_server_that_can_do_all_is_not_remarked_upon(imap_server: Dovecot, user: str):
    with source_at(imap_server, user) as source:
        assert source.remarks() == []


def test_of_a_mail_that_is_too_big_only_the_head_is_fetched(imap_server: Dovecot, user: str):
    head = mail("big", body="").removesuffix(b"\r\n")
    lines = (b"x" * 76 + b"\r\n") * (MOST_BYTES // 78 + 14_000)
    imap_server.put(head + lines, MONDAY, user=user)
    imap_server.put(mail("small"), MONDAY, user=user)

    with source_at(imap_server, user) as source:
        big, small = waiting(source)

    assert (big.raw, big.cut, big.arrived_at) == (head, True, MONDAY)
    assert (small.raw, small.cut) == (mail("small"), False)


def test_two_hundred_mails_are_fetched_and_put_away(imap_server: Dovecot, user: str):
    with imap_server.box(user) as client:
        for n in range(200):
            client.append("INBOX", mail(f"{n}"), msg_time=MONDAY - timedelta(minutes=n))

    with source_at(imap_server, user) as source:
        found = waiting(source)
        for each in found:
            source.settle(each.uid)
        left = source.lying()

    assert [subject(each) for each in found] == [f"{n}" for n in reversed(range(200))]
    assert left == []
    assert len(imap_server.subjects("Processed", user)) == 200


def test_uids_that_mean_other_mails_by_now_are_not_settled(imap_server: Dovecot, user: str):
    imap_server.put(mail("old"), MONDAY, user=user)

    with source_at(imap_server, user) as source:
        (before,) = waiting(source)
        source.close()
        imap_server.number_anew(user)
        source.settle(before.uid)
        (after,) = waiting(source)
        source.settle(after.uid)

    assert (before.uid, before.raw) == (after.uid, after.raw)
    assert before.validity != after.validity
    assert imap_server.subjects("Processed", user) == ["Subject: old"]


def test_a_look_that_is_overtaken_by_another_numbering_ends_and_the_next_finds_all(
    imap_server: Dovecot, user: str
):
    for name in ("one", "two"):
        imap_server.put(mail(name), MONDAY, user=user)

    with source_at(imap_server, user) as source:
        looking = source.waiting(nothing_known)
        first = next(looking)
        source.close()
        imap_server.number_anew(user)
        rest = list(looking)
        again = waiting(source)

    assert (subject(first), rest) == ("one", [])
    assert [subject(each) for each in again] == ["one", "two"]
