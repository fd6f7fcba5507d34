"""What is read from a mail, however its program wrote it."""

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.intake import Address, Message, mail

GOOD = b"""\
Return-Path: <anne@rosecottage.example>
Received: from out.rosecottage.example by mx.ods.example; Mon, 2 Mar 2026 09:00:05 +0000
From: "Smith, Anne" <Anne@RoseCottage.example>
To: Desk <desk@ods.example>, bart@ods.example
Cc: =?utf-8?q?Cris_=C3=A9?= <cris@ods.example>
Reply-To: office@rosecottage.example
Subject: =?utf-8?b?Q29kZSBmb3IgUm9zZSA=?= =?utf-8?b?Q290dGFnZQ==?=
Date: Mon, 2 Mar 2026 09:00:00 +0000
Message-ID: <first@rosecottage.example>
In-Reply-To: <zero@ods.example>
References: <minus@ods.example> <zero@ods.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"

--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

We need a code, caf=C3=A9 and all.
--inner
Content-Type: text/html; charset=utf-8

<p>We need a <b>code</b>.</p>
--inner--
--outer
Content-Type: application/pdf; name="plan.pdf"
Content-Disposition: attachment; filename*0*=utf-8''th%65; filename*1="%20"; filename*2*=%20plan.pdf
Content-Transfer-Encoding: base64

JVBERg==
--outer--
"""


def a_mail(body: str = "Hello", **fields: str) -> bytes:
    """A small mail; a field's underscores stand for hyphens."""
    head = {"From": "anne@rosecottage.example", "Subject": "Code"} | fields
    lines = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in head.items())
    return (lines + "\n" + body).encode()


def strings(message: Message) -> list[str]:
    """Every string that would be stored of a message."""
    people = [message.sender, *message.recipients]
    people += [message.reply_to] if message.reply_to else []
    return [
        message.subject,
        message.text,
        message.own,
        message.message_id or "",
        *message.addressed,
        *message.authenticated,
        *((message.forwarded.subject, message.forwarded.text) if message.forwarded else ()),
        *(message.forwarded.sender if message.forwarded else ()),
        *message.in_reply_to,
        *message.references,
        *(text for person in people for text in person),
        *(text for each in message.attachments for text in (each.name, each.content_type)),
    ]


def storable(text: str) -> bool:
    bad = {"Cc", "Cs"}
    return all(
        letter in "\n\t"
        or (
            unicodedata.category(letter) not in bad
            and unicodedata.bidirectional(letter)
            not in {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
            and letter not in "\u200e\u200f\u061c"
            and ord(letter) & 0xFFFE != 0xFFFE
        )
        for letter in text
    )


def test_a_mail_is_read():
    message = mail.read(GOOD)

    assert message.sender == Address("Smith, Anne", "anne@rosecottage.example")
    assert message.reply_to == Address("", "office@rosecottage.example")
    assert [each.address for each in message.recipients] == [
        "desk@ods.example",
        "bart@ods.example",
        "cris@ods.example",
    ]
    assert message.recipients[2].name == "Cris \u00e9"
    assert message.subject == "Code for Rose Cottage"
    assert message.sent_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert message.message_id == "<first@rosecottage.example>"
    assert message.in_reply_to == ("<zero@ods.example>",)
    assert message.references == ("<minus@ods.example>", "<zero@ods.example>")
    assert message.text == "We need a code, caf\u00e9 and all."
    assert message.automatic is None
    assert not message.truncated


def test_an_attachment_keeps_its_bytes_and_its_name():
    attachment, *more = mail.read(GOOD).attachments

    assert attachment.content == b"%PDF"
    assert attachment.content_type == "application/pdf"
    assert attachment.name == "the%20 plan.pdf"
    assert not more


@pytest.mark.parametrize(
    "raw",
    [
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"\n", b"\r"),
        b"\n\n" + GOOD,
        b"\xef\xbb\xbf" + GOOD,
        b"From anne@rosecottage.example Mon Mar  2 09:00:00 2026\n" + GOOD,
        b">From anne@rosecottage.example Mon Mar  2 09:00:00 2026\n" + GOOD,
    ],
    ids=["crlf", "cr", "blank lines first", "byte order mark", "mbox line", "quoted mbox line"],
)
def test_it_does_not_matter_how_lines_end_or_what_a_mailbox_put_above(raw: bytes):
    message = mail.read(raw)

    assert message.subject == "Code for Rose Cottage"
    assert message.sender.address == "anne@rosecottage.example"
    assert message.text.strip() == "We need a code, caf\u00e9 and all."
    assert message.attachments[0].content == b"%PDF"


def test_a_field_that_lost_its_indent_does_not_end_the_head():
    raw = b"Received: from a.example\nby b.example\nFrom: anne@rosecottage.example\n\nHello"

    message = mail.read(raw)

    assert message.sender.address == "anne@rosecottage.example"
    assert message.text == "Hello"


def test_a_body_may_follow_without_a_blank_line():
    message = mail.read(b"From: anne@rosecottage.example\nHello there\n\nAnne")

    assert message.sender.address == "anne@rosecottage.example"
    assert message.text == "Hello there\n\nAnne"


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("Anne <anne@x.example>", "Anne", "anne@x.example"),
        ("anne@x.example (Anne Smith)", "Anne Smith", "anne@x.example"),
        ("=?utf-8?q?Anne=2C_Cris?= <anne@x.example>", "Anne, Cris", "anne@x.example"),
        (
            "=?utf-8?q?bart=40ods.example=2C?= <anne@x.example>",
            "bart@ods.example,",
            "anne@x.example",
        ),
        ('"Anne \\"A\\" Smith" <anne@x.example>', 'Anne "A" Smith', "anne@x.example"),
        ("Anne (of <b@y.example>) <anne@x.example>", "Anne", "anne@x.example"),
        ("<>", "", ""),
        ("Anne", "Anne", ""),
        ("undisclosed-recipients:;", "", ""),
        ('"Anne <anne@x.example>', "", "anne@x.example"),
    ],
)
def test_a_sender_is_taken_apart_before_it_is_decoded(value: str, name: str, address: str):
    assert mail.read(a_mail(From=value)).sender == (name, address)


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 2 Mar 99999 09:00 +0000", "1 Jan 1 +2399"])
def test_a_bad_date_is_none(date: str):
    assert mail.read(a_mail(Date=date)).sent_at is None


def test_an_attached_mail_is_one_attachment():
    body = (
        "--b\n\nSee below\n--b\nContent-Type: message/rfc822\n\n"
        "From: cris@ods.example\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--\n"
        "--b--\n"
    )

    message = mail.read(a_mail(body, Content_Type="multipart/mixed; boundary=b"))

    assert message.text.strip() == "See below"
    assert [(each.name, each.content_type) for each in message.attachments] == [
        ("message.eml", "message/rfc822")
    ]
    assert message.attachments[0].content.startswith(b"From: cris@ods.example")


def test_every_address_that_a_mail_was_meant_for_is_kept_once():
    message = mail.read(
        a_mail(
            Delivered_To="Desk+S7F@ods.example",
            X_Original_To="codes@ods.example",
            Envelope_To="desk+s7f@ods.example",
            To="Desk <desk@ods.example>, bart@ods.example",
            Cc="cris@ods.example, desk@ods.example",
            Resent_To="sue@ods.example",
        )
    )

    assert message.addressed == (
        "desk+s7f@ods.example",
        "codes@ods.example",
        "desk@ods.example",
        "bart@ods.example",
        "cris@ods.example",
        "sue@ods.example",
    )


def test_no_more_than_sixty_addresses_are_kept():
    everybody = ", ".join(f"agent{number}@ods.example" for number in range(100))

    assert len(mail.read(a_mail(Cc=everybody)).addressed) == 60


def test_what_servers_say_of_the_sender_is_kept_topmost_first():
    said = "".join(
        f"Authentication-Results: mx{number}.ods.example;\n dmarc=pass\n" for number in range(12)
    )

    message = mail.read(said.encode() + a_mail())

    assert message.authenticated[0] == "mx0.ods.example; dmarc=pass"
    assert len(message.authenticated) == 10


def test_of_two_types_the_one_nearest_to_the_part_counts():
    raw = a_mail("Hello", Content_Type="multipart/mixed; boundary=b\nContent-Type: text/plain")

    assert mail.read(raw).text == "Hello"


def test_what_is_over_a_limit_is_cut_and_marked():
    many = mail.read(a_mail(To=", ".join(f"a{number}@x.example" for number in range(60))))
    long = mail.read(a_mail("\u00e9" * 200_000))

    assert many.truncated
    assert len(many.recipients) == mail.MOST_RECIPIENTS
    assert long.truncated
    assert len(long.text.encode()) == mail.MOST_TEXT


@given(st.binary(max_size=2000))
@settings(deadline=None, max_examples=150)
def test_any_bytes_are_read(raw: bytes):
    assert all(storable(text) for text in strings(mail.read(raw)))


@given(st.data())
@settings(deadline=None, max_examples=150)
def test_a_damaged_mail_is_read(data: st.DataObject):
    raw = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw)))
        cut = data.draw(st.integers(0, 30))
        pieces = st.one_of(
            st.binary(max_size=12),
            st.sampled_from(
                [b"=?utf-8?b?", b"?=", b'"', b"--outer", b"\n\n", b"\r", b"\x00", b"%"]
            ),
            st.sampled_from([b"=?utf-16?b?2AA=?=", b"=ED=A0=80", b"charset=punycode", b"&#xD800;"]),
        )
        raw[at : at + cut] = data.draw(pieces)

    assert all(storable(text) for text in strings(mail.read(bytes(raw))))


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_name_of_an_attachment_becomes_a_safe_one(name: str):
    safe = mail.safe_name(name)

    assert storable(safe)
    assert 0 < len(safe) <= mail.LONGEST_NAME
    assert not set(safe) & set("/\\:\n\t")
    assert not safe.startswith(".")
