"""Nothing that a stranger wrote becomes a header, or spoils one."""

from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifications.headers import (
    LONGEST_TEXT,
    LONGEST_THREAD,
    BadAddress,
    line,
    mail_policy,
    mailbox,
    message_id,
    safe,
    thread_line,
)

ENCODED_BCC = "=?utf-8?q?a=0D=0ABcc:_x=40y.test?="


def _sent(*headers: bytes) -> bytes:
    return b"".join([*headers, b"\r\nhello\r\n"])


def _by_the_library(name: str, value: str | Address) -> bytes:
    message = EmailMessage(mail_policy())
    message[name] = value
    return message.as_bytes().removesuffix(b"\r\n")


@given(st.text())
@example(ENCODED_BCC)
@example("a\r\nBcc: x@y.test")
@example("a\u2028Bcc: x@y.test\x85Bcc: x@y.test\u2029")
@example("=\x00?utf-8?q?a=0D=0ABcc:_x=40y.test?=")
@example("==??utf-8?q?a=0D=0ABcc:_x=40y.test?=")
@example("\ud800\udfff \u202eevil\u202c \u2066x\u2069")
def test_a_subject_is_one_header_whatever_is_in_it(text: str) -> None:
    raw = _sent(line("Subject", safe(text)))

    received = message_from_bytes(raw)
    assert raw.isascii()
    assert received.keys() == ["Subject"]
    assert received.get_payload() == "hello\r\n"
    assert max(map(len, raw.split(b"\r\n"))) <= 78


@given(st.text())
def test_what_is_safe_is_short_and_stays_as_it_is(text: str) -> None:
    once = safe(text)

    assert len(once) <= LONGEST_TEXT
    assert "=?" not in once
    assert safe(once) == once


@given(st.text(st.characters(categories=("L", "N", "P")), max_size=200))
def test_a_subject_arrives_as_it_was_meant(text: str) -> None:
    raw = _sent(line("Subject", safe(text)))

    assert message_from_bytes(raw, policy=default)["Subject"] == safe(text)


@given(st.text(st.characters(max_codepoint=255), max_size=90))
@example("x" * 69)
@example("x" * 70)
@example("word " * 13 + "words")
@example("word " * 14)
@example('Archer, Anne "the boss" \\ (Köln)')
def test_a_header_is_written_as_the_library_would(text: str) -> None:
    named = mailbox(f"{safe(text).replace('<', '').replace('>', '')} <ods@desk.example>")

    assert line("Subject", safe(text)) == _by_the_library("Subject", safe(text))
    assert line("From", named) == _by_the_library("From", named)


@pytest.mark.parametrize("value", ["a\r\nBcc: x@y.test", "a\nb", "a\rb", "\r\n\r\nhello"])
def test_a_line_break_that_was_not_made_safe_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        line("Subject", value)


@given(st.text(max_size=80))
@example(f"{ENCODED_BCC}")
@example("Archer, Anne")
@example('Anne "the boss" Archer \\')
@example("Agnès, Düring; GmbH (Köln): " * 4)
@example("desk@bank.example")
def test_a_mailbox_is_one_address_whatever_its_name_is(name: str) -> None:
    name = name.replace("<", "").replace(">", "")

    raw = _sent(line("From", mailbox(f"{name} <ods@desk.example>")))

    addresses = message_from_bytes(raw, policy=default)["From"].addresses
    assert [address.addr_spec for address in addresses] == ["ods@desk.example"]
    assert message_from_bytes(raw).keys() == ["From"]


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("anne@rosecottage.example", "", "anne@rosecottage.example"),
        ("  <anne@rosecottage.example>", "", "anne@rosecottage.example"),
        ('"ODS desk" <ods@desk.example>', "ODS desk", "ods@desk.example"),
        ("sue@bank.example <ods@desk.example>", "", "ods@desk.example"),
        ("anne..a.@rosecottage.example", "", "anne..a.@rosecottage.example"),
        ("anne@rosé.example", "", "anne@xn--ros-dma.example"),
    ],
)
def test_a_mailbox_is_read(text: str, name: str, address: str) -> None:
    found = mailbox(text)

    assert (found.display_name, found.addr_spec) == (name, address)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anne",
        "anne@",
        "@rosecottage.example",
        "a@x.example, b@y.example",
        "a@x.example b@y.example",
        "Anne <a@x.example> <b@y.example>",
        "a@x.example\r\nBcc: b@y.example",
        "<a@x.example\r\nBcc: b@y.example>",
        f"{ENCODED_BCC}@y.example",
        "=?x?=@y.example",
        "anné@rosecottage.example",
        "anne@rose..example",
        "anne@[127.0.0.1]",
        "a@" + "b" * 64 + ".example",
        "a" * 65 + "@y.example",
        "a@" + ".".join(["b" * 60] * 5),
    ],
)
def test_what_is_not_one_address_is_refused(text: str) -> None:
    with pytest.raises(BadAddress):
        mailbox(text)


def test_a_message_id_is_refused_if_it_could_be_anything_else() -> None:
    assert message_id("<a.b@desk.example>") == "<a.b@desk.example>"
    for bad in ("", "a@b", "<a b@c>", "<a@b>\r\nBcc: x@y.test", "<=?utf-8?q?=0D=0A?=@b>"):
        with pytest.raises(ValueError, match="not a message id"):
            message_id(bad)


def test_a_thread_is_folded_between_its_ids_and_never_encoded() -> None:
    ids = [f"<{'x' * 90}.{n}@mail.rosecottage.example>" for n in range(9)]

    raw = _sent(thread_line("References", ids), thread_line("In-Reply-To", ids[-1:]))

    assert "References: " + "\r\n ".join(ids) + "\r\n" in raw.decode("ascii")
    assert b"=?" not in raw
    assert message_from_bytes(raw)["References"].split() == ids
    assert message_from_bytes(raw)["In-Reply-To"] == ids[-1]


def test_a_long_thread_keeps_its_first_id_and_the_last_ones() -> None:
    ids = [f"<{n:04}{'x' * 60}@rosecottage.example>" for n in range(200)]

    kept = thread_line("References", ids).decode().removeprefix("References: ").split()

    assert len(" ".join(kept)) <= LONGEST_THREAD
    assert kept[0] == ids[0]
    assert kept[1:] == ids[-len(kept) + 1 :]
    assert len(kept) > 10


def test_a_strangers_odd_ids_are_left_out_of_the_thread() -> None:
    ids = ["<a@b>", "odd", "<a@b>", "<c\r\nBcc: x@y.test>", "<d@e>"]

    assert thread_line("References", ids) == b"References: <a@b>\r\n <d@e>\r\n"
    assert thread_line("References", ["odd"]) == thread_line("References", []) == b""
