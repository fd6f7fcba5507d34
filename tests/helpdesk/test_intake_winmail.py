"""winmail.dat, as Outlook sends it: what is packed in it is what came with the mail."""

import base64
import random
import struct

import pytest

from helpdesk.intake import Message, mail, winmail

TEXT, CHARACTERS = 0x1F, 0x1E


def attribute(name: int, content: bytes) -> bytes:
    checksum = sum(content) & 0xFFFF
    return struct.pack("<BII", 1, name, len(content)) + content + struct.pack("<H", checksum)


def value(kind: int, name: int, content: bytes, *, named: bytes = b"") -> bytes:
    padded = content + b"\0" * (-len(content) % 4)
    return struct.pack("<HH", kind, name) + named + struct.pack("<II", 1, len(content)) + padded


def values(*each: bytes) -> bytes:
    return struct.pack("<I", len(each)) + b"".join(each)


def wide(text: str) -> bytes:
    return f"{text}\0".encode("utf-16-le")


def packed(*attributes: bytes) -> bytes:
    return winmail.SIGNATURE + b"\1\0" + b"".join(attributes)


A_NUMBER = struct.pack("<HHI", 3, 0x3FDE, 65001)
A_DATE = struct.pack("<HHQ", 0x40, 0x3007, 1)
A_NAMED_VALUE = value(
    *(TEXT, 0x8001, wide("x")),
    named=b"\1" * 16 + struct.pack("<II", 1, 6) + wide("Ab") + b"\0\0",
)
BODY = attribute(
    winmail.MESSAGE_VALUES, values(A_NUMBER, A_DATE, value(TEXT, 0x1000, wide("Hello")))
)
FORM = b"".join(
    [
        attribute(winmail.BEGIN_FILE, b"\0" * 14),
        attribute(winmail.FILE_TITLE, b"REQUES~1.DOC\0"),
        attribute(winmail.FILE_DATA, b"PK form"),
        attribute(
            winmail.FILE_VALUES,
            values(
                A_NAMED_VALUE,
                value(TEXT, 0x3707, wide("Request for Rose Cottage.docx")),
                value(CHARACTERS, 0x370E, b"application/x-form\0"),
            ),
        ),
    ]
)
PLAN = b"".join(
    [
        attribute(winmail.BEGIN_FILE, b"\0" * 14),
        attribute(winmail.FILE_TITLE, b"caf\xe9.pdf\0"),
        attribute(winmail.FILE_DATA, b"%PDF"),
    ]
)


def sent(content: bytes, text: str = "") -> Message:
    head = "From: anne@rosecottage.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n"
    part = f"{text}\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\n"
    part += "Content-Transfer-Encoding: base64\n\n"
    return mail.read((head + part).encode() + base64.encodebytes(content) + b"--b--\n")


def test_the_files_in_it_are_the_attachments():
    message = sent(packed(BODY, FORM, PLAN), "See the form.")

    assert [(each.name, each.content) for each in message.attachments] == [
        ("Request for Rose Cottage.docx", b"PK form"),
        ("caf\u00e9.pdf", b"%PDF"),
    ]
    assert message.attachments[0].content_type == "application/x-form"
    assert message.text == "See the form."


def test_the_text_in_it_is_read_if_the_mail_has_none():
    assert sent(packed(BODY, FORM)).text.strip() == "Hello"
    assert sent(packed(attribute(winmail.BODY, b"Hello there\0"))).text.strip() == "Hello there"


def test_a_page_in_it_becomes_text():
    page = attribute(winmail.MESSAGE_VALUES, values(value(0x102, 0x1013, b"<p>Hello</p>")))

    assert sent(packed(page)).text.strip() == "Hello"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not one at all",
        winmail.SIGNATURE,
        packed(BODY)[:-20],
        packed(attribute(winmail.MESSAGE_VALUES, struct.pack("<I", 2**32 - 1))),
        packed(struct.pack("<BII", 1, winmail.BODY, 2**31)),
    ],
)
def test_what_is_broken_stays_one_attachment(content: bytes):
    message = sent(content, "See the form.")

    assert [each.name for each in message.attachments] == ["winmail.dat"]
    assert message.attachments[0].content == content


def test_whatever_is_damaged_in_it_is_no_error():
    chance = random.Random(2026)  # noqa: S311 - the same damage each time

    for _ in range(3000):
        content = bytearray(packed(BODY, FORM, PLAN))
        for _ in range(chance.randint(1, 5)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        winmail.read(bytes(content[: chance.randint(1, len(content))]))
