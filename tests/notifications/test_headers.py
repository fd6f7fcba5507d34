"""Nothing that a stranger wrote becomes a header, or spoils one."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifications.headers import (
    LONGEST_TEXT,
    LONGEST_THREAD,
    BadAddress,
    mail_policy,
    mailbox,
    message_id,
    safe,
    thread,
)

ENCODED_BCC = "=?utf-8?q?a=0D=0ABcc:_x=40y.test?="


def _sent(**headers: object) -> bytes:
    message = EmailMessage(mail_policy())
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("hello")
    return message.as_bytes()


@given(st.text())
@example(ENCODED_BCC)
@example("a\r\nBcc: x@y.test")
@example("a\u2028Bcc: x@y.test\x85Bcc: x@y.test\u2029")
@example("=\x00?utf-8?q?a=0D=0ABcc:_x=40y.test?=")
@example("==??utf-8?q?a=0D=0ABcc:_x=40y.test?=")
@example("\ud800\udfff \u202eevil\u202c \u2066x\u2069")
def test_a_subject_is_one_header_whatever_is_in_it(text: str) -> None:
    raw = _sent(Subject=safe(text))

    received = message_from_bytes(raw)
    assert raw.isascii()
    assert {name.lower() for name in received.keys()} == {  # noqa: SIM118  # headers may repeat
        "subject",
        "content-type",
        "content-transfer-encoding",
        "mime-version",
    }


@given(st.text())
def test_what_is_safe_is_short_and_stays_as_it_is(text: str) -> None:
    once = safe(text)

    assert len(once) <= LONGEST_TEXT
    assert "=?" not in once
    assert safe(once) == once


@given(st.text(st.characters(categories=("L", "N", "P")), max_size=200))
def test_a_subject_arrives_as_it_was_meant(text: str) -> None:
    raw = _sent(Subject=safe(text))

    assert message_from_bytes(raw, policy=default)["Subject"] == safe(text)


@given(st.text(max_size=80))
@example(f"{ENCODED_BCC}")
@example("Archer, Anne")
@example('Anne "the boss" Archer \\')
@example("Agnès, Düring; GmbH (Köln): " * 4)
@example("desk@bank.example")
def test_a_mailbox_is_one_address_whatever_its_name_is(name: str) -> None:
    name = name.replace("<", "").replace(">", "")

    raw = _sent(From=mailbox(f"{name} <ods@desk.example>"))

    addresses = message_from_bytes(raw, policy=default)["From"].addresses
    assert [address.addr_spec for address in addresses] == ["ods@desk.example"]
    assert "bcc" not in {key.lower() for key in message_from_bytes(raw).keys()}  # noqa: SIM118


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

    raw = _sent(References=thread(ids), In_Reply_To=thread(ids[-1:]), Message_ID=ids[0])

    assert "References: " + "\r\n ".join(ids) + "\r\n" in raw.decode("ascii")
    assert b"=?" not in raw
    assert message_from_bytes(raw)["References"].split() == ids


def test_a_long_thread_keeps_its_first_id_and_the_last_ones() -> None:
    ids = [f"<{n:04}{'x' * 60}@rosecottage.example>" for n in range(200)]

    kept = thread(ids).split()

    assert len(" ".join(kept)) <= LONGEST_THREAD
    assert kept[0] == ids[0]
    assert kept[1:] == ids[-len(kept) + 1 :]
    assert len(kept) > 10


def test_a_strangers_odd_ids_are_left_out_of_the_thread() -> None:
    assert thread(["<a@b>", "odd", "<a@b>", "<c\r\nBcc: x@y.test>", "<d@e>"]) == "<a@b> <d@e>"
    assert thread(["odd"]) == thread([]) == ""
