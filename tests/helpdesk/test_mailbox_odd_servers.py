"""Servers that give no bytes, refuse, or break off: what the operator hears of it."""

import threading

import pytest

from helpdesk.errors import FileUnreadable, MailboxDown
from helpdesk.mailbox import ImapSource
from notifications.mailer import Security
from tests.mailboxes import mail, nothing_known, password, waiting
from tests.oddserver import odd_server

MARK = '* {n} FETCH (UID {n} INTERNALDATE "02-Mar-2026 09:00:00 +0000" RFC822.SIZE 9)'
MARKS = "\r\n".join(MARK.format(n=n) for n in (1, 2))


def content(n: int, raw: bytes) -> str:
    return f"* {n} FETCH (UID {n} BODY[] {{{len(raw)}}}\r\n{raw.decode()})"


def two_mails(**answers: str) -> dict[str, str]:
    """The answers of a server that gives no bytes of its first mail, and those of its second."""
    second = content(2, mail("two"))
    return {
        "UID_SEARCH": "* SEARCH 1 2",
        "UID_FETCH_1,2": MARKS,
        "UID_FETCH_2": second,
    } | answers


@pytest.mark.parametrize(
    "answer",
    ["", "* 1 FETCH (UID 1 BODY[] NIL)", '* 1 FETCH (UID 1 BODY[] "")', "* 1 FETCH (UID 1)"],
    ids=["nothing", "NIL", "empty", "no body"],
)
def test_a_mail_without_bytes_holds_up_no_other_and_is_told_at_the_third_time(answer: str):
    with odd_server(**two_mails(UID_FETCH_1=answer, **{"UID_FETCH_1,2": MARKS})) as server:
        source = ImapSource(server.mailbox(), password)
        found, told = [], None
        for _ in range(3):
            assert told is None
            try:
                found.extend(each.raw for each in source.waiting(nothing_known))
            except FileUnreadable as error:
                told = str(error)
        source.close()

    assert found == [mail("two")] * 3
    assert told
    assert "uid 1 " in told


def test_a_mail_that_gives_its_bytes_in_the_end_is_not_told_of():
    with odd_server(**two_mails(UID_FETCH_1="")) as server:
        source = ImapSource(server.mailbox(), password)
        before = [waiting(source) for _ in range(2)]
        server.answers["UID FETCH 1"] = content(1, mail("one"))
        server.answers["UID FETCH 1,2"] = MARKS
        after = waiting(source)
        server.answers["UID FETCH 1"] = ""
        server.answers["UID FETCH 1,2"] = MARKS
        again = waiting(source)
        source.close()

    assert [len(each) for each in before] == [1, 1]
    assert [each.raw for each in after] == [mail("one"), mail("two")]
    assert len(again) == 1


def test_a_mail_without_a_date_is_passed_over_likewise():
    bare = "* 1 FETCH (UID 1 RFC822.SIZE 9)\r\n" + MARK.format(n=2)
    with odd_server(**two_mails(**{"UID_FETCH_1,2": bare})) as server:
        source = ImapSource(server.mailbox(), password)
        assert [each.uid for each in waiting(source)] == ["2"]
        assert [each.uid for each in waiting(source)] == ["2"]
        with pytest.raises(FileUnreadable, match="uid 1 "):
            waiting(source)
        source.close()


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"AUTHENTICATE": "NO [UNAVAILABLE] later"}, "refuses the log-in .* for now.*wait"),
        ({"AUTHENTICATE": "NO you may not"}, "refuses the log-in .*you may not.*password_file"),
        ({"AUTHENTICATE": "hang up"}, "broke off"),
        ({"SELECT": "* 1 EXISTS"}, "UIDVALIDITY"),
        ({"SELECT": "* OK [READ-ONLY] look only"}, "may only be read"),
        ({"SELECT": "NO not for you"}, "broke off: .*not for you"),
        ({"UID_SEARCH": "* SEARCH one two"}, "broke off"),
        ({"UID_SEARCH": "hang up"}, "broke off"),
        ({"UID_FETCH": "* 1 FETCH (UID"}, "broke off"),
        ({"UID_FETCH": "* BYE I am closing\r\n* 1 nonsense"}, "broke off|no bytes"),
    ],
)
def test_what_the_server_does_is_told_in_one_sentence(answers: dict[str, str], told: str):
    with odd_server(**answers) as server:
        source = ImapSource(server.mailbox(), password)
        with pytest.raises((MailboxDown, FileUnreadable), match=told):
            for _ in range(3):
                waiting(source)
        source.close()


def test_a_server_that_is_no_imap_server_is_told():
    with odd_server("220 mx.example.test ESMTP") as server:
        source = ImapSource(server.mailbox(), password)

        with pytest.raises(MailboxDown, match="broke off"):
            source.lying()


def test_a_password_that_the_server_quotes_is_not_told():
    with odd_server(AUTHENTICATE="NO let-bart-in is wrong") as server:
        source = ImapSource(server.mailbox(), password)

        with pytest.raises(MailboxDown, match=r"\(secret\) is wrong") as told:
            source.lying()

    assert "let-bart-in" not in repr(told.value) + str(told.value.__cause__)


def test_an_answer_that_nobody_asked_for_does_not_end_the_waiting():
    idle = "* CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN"
    with odd_server(CAPABILITY=idle, UID_SEARCH="* SEARCH", NOOP="+ ") as server:
        source = ImapSource(server.mailbox(), password)
        waiting(source)

        assert source.wait(0.1, threading.Event())  # which is to look again, and to tell
        source.close()


def test_a_line_of_a_mail_that_the_server_sends_astray_is_not_told():
    astray = "* 1 FETCH (UID 1 BODY[] {3}\r\none\r\nDear desk, my PIN is 4711\r\n)"
    with odd_server(
        UID_FETCH_1=astray, **{"UID_FETCH_1_(INTERNALDATE": MARK.format(n=1)}
    ) as server:
        source = ImapSource(server.mailbox(), password)

        with pytest.raises(MailboxDown, match="broke off") as told:
            waiting(source)

    assert "4711" not in str(told.value)


@pytest.mark.parametrize("greeting", ["* OK hello", "* PREAUTH you are in already"])
def test_nothing_is_said_to_a_server_that_was_kept_from_encrypting(greeting: str):
    with odd_server(greeting) as server:
        mailbox = server.mailbox(security=Security.STARTTLS)
        source = ImapSource(mailbox, password)

        with pytest.raises(MailboxDown):
            source.lying()

    assert {line.split()[1] for line in server.heard} <= {"CAPABILITY"}


def test_nothing_more_is_said_to_a_server_that_refuses_to_encrypt():
    offer = "* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN"
    with odd_server(CAPABILITY=offer, STARTTLS="NO not today") as server:
        source = ImapSource(server.mailbox(security=Security.STARTTLS), password)

        with pytest.raises(MailboxDown, match="TLS session"):
            source.lying()

    assert {line.split()[1] for line in server.heard} == {"CAPABILITY", "STARTTLS"}


def test_a_mailbox_that_is_down_is_left_alone_for_a_while_and_longer_each_time():
    with odd_server(AUTHENTICATE="NO you may not") as server:
        source = ImapSource(server.mailbox(), password)
        for _ in range(20):
            with pytest.raises(MailboxDown, match="you may not"):
                source.lying()

        assert server.callers == 1


def test_a_link_that_breaks_is_made_anew_at_once():
    with odd_server() as server:
        source = ImapSource(server.mailbox(), password)
        assert source.lying() == [("7", "1")]
        server.answers["SELECT"] = "hang up"
        with pytest.raises(MailboxDown):
            source.lying()
        source.close()

    assert server.callers == 2
