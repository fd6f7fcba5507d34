"""Delivery reports tell which letter came back, from whom, and why."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.intake import Returned, mail

LETTER = "<receipt.17@desk.example>"
GROUP = "Final-Recipient: rfc822; anne@rosecottage.example\nAction: failed\nStatus: 5.1.1\n"


def a_report(*groups: str, said: str = "It failed.", copy: str = f"Message-ID: {LETTER}") -> bytes:
    """A delivery report as RFC 3464 wants it."""
    return "\n".join(
        [
            "From: Mail Delivery System <MAILER-DAEMON@mx.example>",
            "To: desk@desk.example",
            "Subject: Undelivered Mail Returned to Sender",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=cut",
            "",
            *("--cut", "Content-Type: text/plain", "", said),
            *("--cut", "Content-Type: message/delivery-status", ""),
            "\n".join(["Reporting-MTA: dns; mx.example\n", *groups]),
            *("--cut", "Content-Type: message/rfc822", "", copy, "", "Hello", "--cut--", ""),
        ]
    ).encode()


def only(raw: bytes) -> Returned:
    (row,) = mail.read(raw).returned
    return row


def test_a_report_tells_the_recipient_the_reason_and_the_letter():
    diagnostic = "Diagnostic-Code: smtp; 550 5.1.1 no such\n user here\n"

    row = only(a_report(GROUP + diagnostic))

    assert row == Returned(
        recipient="anne@rosecottage.example",
        action="failed",
        status="5.1.1",
        words="550 5.1.1 no such user here",
        original_id=LETTER,
    )
    assert row.is_about_address


def test_a_report_is_read_whatever_its_case_comments_and_spaces():
    group = (
        "FINAL-RECIPIENT:RFC822;<Anne@RoseCottage.EXAMPLE> (Anne)\n"
        "ACTION : Failed (bad address)\n"
        "status:5.1.1 (bad destination)\n"
    )

    row = only(a_report(group))

    assert (row.recipient, row.action, row.status) == (
        "anne@rosecottage.example",
        "failed",
        "5.1.1",
    )


def test_the_recipient_is_the_address_that_was_written_to():
    row = only(a_report("Original-Recipient: rfc822;bart@desk.example\n" + GROUP))

    assert row.recipient == "bart@desk.example"


def test_an_original_recipient_that_says_nothing_is_passed_over():
    row = only(a_report("Original-Recipient: rfc822;\n" + GROUP))

    assert row.recipient == "anne@rosecottage.example"


def test_each_recipient_has_a_row_of_its_own():
    groups = [GROUP.replace("anne", name) for name in ("anne", "bart")]

    apart = mail.read(a_report(*groups)).returned
    together = mail.read(a_report("".join(groups))).returned

    assert [row.recipient.partition("@")[0] for row in apart] == ["anne", "bart"]
    assert together == apart


def test_no_more_than_fifty_recipients_are_kept():
    groups = [GROUP.replace("anne", f"anne{number}") for number in range(80)]

    assert len(mail.read(a_report(*groups)).returned) == 50


@pytest.mark.parametrize(
    ("group", "status"),
    [
        ("Status: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\n", "5.1.1"),
        ("Diagnostic-Code: smtp; 550 5.1.1 user unknown\n", "5.1.1"),
        ("Status: 5.0.0\nDiagnostic-Code: smtp; 550 User unknown\n", "5.1.1"),
        ("Status: 5.2.2\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\n", "5.2.2"),
        ("Status: 5.0.0\nDiagnostic-Code: smtp; 552 mailbox is full\n", "5.2.2"),
        ("Status: 5.0.0\nDiagnostic-Code: smtp; 554 no\n", "5.0.0"),
        ("Diagnostic-Code: smtp; 451 come back later\n", "4.0.0"),
        ("Status: 5.0.0\nDiagnostic-Code: smtp; 550 host 5.1.1.7 says no\n", "5.0.0"),
    ],
)
def test_the_status_is_the_most_exact_one_that_was_said(group: str, status: str):
    recipient = "Final-Recipient: rfc822; anne@rosecottage.example\nAction: failed\n"

    assert only(a_report(recipient + group)).status == status


@pytest.mark.parametrize(
    ("diagnostic", "status"),
    [
        ("550 5.7.1 the address that you send from is on a blacklist", "5.7.1"),
        ("550 blocked as spam", "5.7.1"),
        ("550 5.1.0 sender rejected", "5.1.7"),
    ],
)
def test_an_address_is_not_blamed_for_what_was_sent_or_who_sent_it(diagnostic: str, status: str):
    row = only(a_report(f"{GROUP}Diagnostic-Code: smtp; {diagnostic}\n"))

    assert row.status == status
    assert not row.is_about_address


@pytest.mark.parametrize(
    ("action", "status"), [("delayed", "4.4.1"), ("delivered", "2.1.5"), ("relayed", "2.0.0")]
)
def test_what_is_late_or_has_arrived_is_no_failure(action: str, status: str):
    group = GROUP.replace("failed", action).replace("5.1.1", status)

    row = only(a_report(group))

    assert (row.action, row.status) == (action, status)
    assert not row.is_failure


def test_a_full_mailbox_is_no_bad_address():
    row = only(a_report(GROUP.replace("5.1.1", "5.2.2")))

    assert row.is_failure
    assert not row.is_about_address


def test_a_report_without_a_reason_is_explained_by_the_text():
    said = "I could not deliver it.\n\nanne@rosecottage.example:\n  550 no such user\n"

    assert only(a_report(GROUP, said=said)).words == "550 no such user"


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/global", "message/rfc822"])
def test_the_letter_is_known_by_the_copy_that_came_back(kind: str):
    raw = a_report(GROUP).replace(b"Content-Type: message/rfc822", f"Content-Type: {kind}".encode())

    assert only(raw).original_id == LETTER


def test_an_id_that_the_letter_only_quotes_is_not_taken_for_its_own():
    copy = "Subject: your code\n\nMessage-ID: <other@x.example>"

    assert only(a_report(GROUP, copy=copy)).original_id is None


def test_whoever_got_the_letter_is_meant_if_nobody_is_named():
    copy = f"Message-ID: {LETTER}\nTo: Anne <anne@rosecottage.example>"

    row = only(a_report(copy=copy, said="One recipient is unknown."))

    assert row.recipient == "anne@rosecottage.example"


@pytest.mark.parametrize("kind", ["feedback-report", "disposition-notification"])
def test_complaints_and_read_receipts_are_no_bounces(kind: str):
    raw = a_report(GROUP).replace(b"delivery-status", kind.encode())

    message = mail.read(raw)

    assert message.automatic
    assert message.returned == ()


@pytest.mark.parametrize(
    "piece",
    ["a@", "@", "user: ", "a@b.example: 550\n", GROUP, "\n", "to:\n ", "exceed ", "unknown "],
)
def test_a_long_report_takes_no_long_time(piece: str):
    text = piece * (300_000 // len(piece))

    begun = process_time()
    mail.read(a_report(text, said=text, copy=text))

    assert process_time() - begun < 3


@settings(max_examples=50)
@given(st.text(), st.text("anret@x.:;<> \n5-", max_size=300))
def test_no_report_is_too_odd(odd: str, likely: str):
    for raw in (a_report(odd, likely, said=likely), a_report(GROUP + likely)):
        for row in mail.read(raw).returned:
            assert "\n" not in row.words
            assert len(row.words) <= 300
