"""Bounces of programs that know no delivery reports are understood by what they write."""

from email.message import Message as Built
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.intake import Returned, mail

LETTER = "<receipt.17@desk.example>"


def a_bounce(text: str, **fields: str) -> bytes:
    """A bounce of a program that knows no delivery reports."""
    built = Built()
    head = {
        "From": "MAILER-DAEMON@mx.example",
        "To": "desk@desk.example",
        "Subject": "failure notice",
    } | {name.replace("_", "-"): value for name, value in fields.items()}
    for name, value in head.items():
        built[name] = value
    built.set_payload(text)
    return built.as_bytes()


def only(raw: bytes) -> Returned:
    (row,) = mail.read(raw).returned
    return row


QMAIL = """Hi. This is the mail program at mx.example.
I was not able to deliver your message to the following addresses.

<anne@rosecottage.example>:
192.0.2.7 does not like recipient.
Remote host said: 550 5.1.1 no mailbox here by that name

--- Below this line is a copy of the message.

Return-Path: <desk@desk.example>
Message-ID: <receipt.17@desk.example>
To: anne@rosecottage.example
Cc: bart@other.example
"""
EXIM = """This message was created automatically. A message sent by
  <cris@other.example>
could not be delivered. The following address(es) failed:

  bart@home.example
    (generated from anne@rosecottage.example)
    SMTP error after RCPT TO:<bart@home.example>:
    host mx.home.example [192.0.2.7]: 550 unknown user

------ This is a copy of the message, including all the headers. ------
Message-ID:
 <receipt.17@desk.example>
"""
EXCHANGE = """Delivery has failed to these recipients or groups:

anne@rosecottage.example<mailto:anne@rosecottage.example>
The e-mail address was not found. Ask sue@desk.example for help.

Remote server returned '550 5.1.1 recipient not found'

Original message headers:

Received: from mx.example
Message-ID: <receipt.17@desk.example>
"""
LABELLED = """Failed recipient: anne@rosecottage.example
Reason: 550 user unknown

   -- The header of the message follows --
> Message-ID: <receipt.17@desk.example>
"""
IN_PASSING = """Your message to anne@rosecottage.example has been returned:
there is no such user. Contact postmaster@mx.example for help.

Original message follows.

Message-Id: <receipt.17@desk.example>
"""
NOTES = """Your message

  To: anne@rosecottage.example
  Subject: your code

was not delivered to:

  anne@rosecottage.example

because:

  User Anne (anne@rosecottage.example) not listed in Directory

Old message:
Message-ID: <receipt.17@desk.example>
"""


@pytest.mark.parametrize("text", [QMAIL, EXIM, EXCHANGE, LABELLED, IN_PASSING, NOTES])
def test_older_programs_are_understood_by_what_they_write(text: str):
    row = only(a_bounce(text))

    assert row.recipient == "anne@rosecottage.example"
    assert row.is_about_address
    assert row.status == "5.1.1"
    assert row.original_id == LETTER


def test_several_addresses_have_each_its_own_reason():
    text = (
        "Unable to deliver to:\n\n<anne@rosecottage.example>:\n550 unknown user\n\n"
        "<bart@home.example>:\n552 over quota\n"
    )

    rows = mail.read(a_bounce(text)).returned

    assert [(row.recipient, row.status, row.words) for row in rows] == [
        ("anne@rosecottage.example", "5.1.1", "550 unknown user"),
        ("bart@home.example", "5.2.2", "552 over quota"),
    ]


def test_recipients_named_in_the_head_are_taken_at_their_word():
    row = only(a_bounce("Ask cris@desk.example.", X_Failed_Recipients="anne@rosecottage.example"))

    assert (row.recipient, row.action) == ("anne@rosecottage.example", "failed")


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Warning: message delayed 24 hours", "not yet been delivered to:\n\n  {}\n"),
        ("Delivery Status Notification (Delay)", "Delivery has been delayed:\n\n  {}\n"),
        ("Undelivered mail", "Could not reach:\n\n  {}\n\nWe will keep trying for 5 days.\n"),
        ("Delivery problem", "{}: 452 mailbox full\n\nThe message will be retried.\n"),
    ],
)
def test_a_warning_is_no_failure(subject: str, text: str):
    row = only(a_bounce(text.format("anne@rosecottage.example"), Subject=subject))

    assert (row.recipient, row.action) == ("anne@rosecottage.example", "delayed")
    assert not row.is_failure


def test_a_letter_that_was_tried_for_long_has_failed_but_its_address_may_be_good():
    row = only(
        a_bounce(
            "<anne@rosecottage.example>:\nI was not able to connect.\n"
            "I'm not going to try again; this message has been in the queue too long.\n"
        )
    )

    assert row.is_failure
    assert row.status == "4.4.7"
    assert not row.is_about_address


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"From": "anne@rosecottage.example", "Subject": "Fw: Undeliverable: form"}, QMAIL),
        ({"From": "anne@rosecottage.example", "Subject": "My mail came back"}, QMAIL),
        (
            {"Auto_Submitted": "auto-replied", "From": "anne@rosecottage.example"}
            | {"Subject": "Out of office"},
            "Your message was not delivered to me. Write to bart@home.example.",
        ),
        (
            {"Return_Path": "<>", "From": "anne@rosecottage.example", "Subject": "Away"},
            "I am away. Write to bart@home.example.",
        ),
    ],
)
def test_what_is_no_report_reports_nothing(fields: dict[str, str], text: str):
    assert mail.read(a_bounce(text, **fields)).returned == ()


@pytest.mark.parametrize(
    "piece",
    ["a@", "@", "user: ", "a@b.example: 550\n", "\n", "to:\n ", "exceed ", "unknown "],
)
def test_a_long_bounce_takes_no_long_time(piece: str):
    begun = process_time()
    mail.read(a_bounce(piece * (300_000 // len(piece))))

    assert process_time() - begun < 3


@settings(max_examples=50)
@given(st.text("anret@x.:;<> \n5-", max_size=300))
def test_no_bounce_is_too_odd(likely: str):
    for row in mail.read(a_bounce(likely)).returned:
        assert "\n" not in row.words
        assert len(row.words) <= 300
