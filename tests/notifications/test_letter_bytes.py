"""The bytes of a letter: what a mail server and a mail reader are given."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifications.headers import BadAddress
from notifications.letters import Audience, Letter
from notifications.message import Attachment, build

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

LETTER = Letter(
    event="acknowledged",
    audience=Audience.REQUESTER,
    to="anne@rosecottage.example",
    subject="[ODS-000017] Your request for an ODS code is in hand",
    text="Hello Agnès,\n\n.\n..\nFrom here\n" + "a long line of words " * 80 + "\n",
    html="<p>Hello Agnès</p>\n",
)

WEEK = Attachment("week.csv", "text/csv", "target,percent\r\nprovide,93.5\u00a0%\r\n".encode())

AGREED = Path(__file__).with_name("golden") / "mail.eml"


def _bytes(letter: Letter = LETTER, **changes: Any) -> bytes:
    return build(
        letter,
        **{
            "sender": "ODS desk <ods@desk.example>",
            "reply_to": None,
            "message_id": "<17.acknowledged@desk.example>",
            "date": NOW,
            "automatic": False,
        }
        | changes,
    )


def _read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_letter_is_text_first_and_html_beside_it() -> None:
    message = _read(_bytes())

    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == LETTER.text
    assert html.get_content().replace("\r\n", "\n") == LETTER.html
    assert text.get_content_type() == "text/plain"


def test_a_letter_without_html_is_one_part() -> None:
    message = _read(_bytes(replace(LETTER, html=None)))

    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n") == LETTER.text


def test_any_server_can_carry_a_letter() -> None:
    raw = _bytes(replace(LETTER, subject="Köln " * 60))

    lines = raw.split(b"\r\n")
    assert raw.isascii()
    assert not [line for line in lines if b"\n" in line or b"\r" in line]
    assert max(map(len, lines)) <= 78


def test_a_letter_byte_for_byte() -> None:
    text = "Hello Agnès,\n\n.\n" + "a = b " * 14
    letter = replace(LETTER, subject="Agnès", text=text, html="<p>Agnès</p>\n")

    raw = _bytes(letter, in_reply_to="<2@rosecottage.example>", references=["<1@x.example>"])

    assert raw == AGREED.read_text("ascii").replace("\n", "\r\n").encode()


@given(st.text(st.characters(exclude_categories=["Cs"])))
@example("." * 80 + "\n.\n..\r\nFrom here\n")
@example("=" * 80 + " \t\n \n\x00\x0c\u2028\x85")
@example("word " * 15 + "\n" + "é" * 40)
def test_any_words_arrive_as_they_were_written(text: str) -> None:
    letter = replace(LETTER, text=text, html=text)

    raw = _bytes(letter)

    lines = raw.split(b"\r\n")
    assert raw.isascii()
    assert max(map(len, lines)) <= 78
    assert not [line for line in lines if line != line.rstrip() or not _is_printable(line)]
    for part in _read(raw).iter_parts():
        arrived = part.get_payload(decode=True)
        assert isinstance(arrived, bytes)
        assert arrived.splitlines() == text.encode().splitlines()


def _is_printable(line: bytes) -> bool:
    return line.replace(b"\t", b" ").decode("ascii").isprintable()


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert _bytes() == _bytes()


def test_a_letter_says_from_whom_to_whom_and_when() -> None:
    message = _read(_bytes(reply_to="ods+17@desk.example"))

    assert message["From"] == "ODS desk <ods@desk.example>"
    assert message["Reply-To"] == "ods+17@desk.example"
    assert message["To"] == "anne@rosecottage.example"
    assert message["Subject"] == LETTER.subject
    assert message["Date"].datetime == NOW
    assert message["Message-ID"] == "<17.acknowledged@desk.example>"


def test_a_letter_that_an_agent_caused_does_not_call_itself_automatic() -> None:
    message = _read(_bytes(automatic=False))

    assert "Auto-Submitted" not in message
    assert "X-Auto-Response-Suppress" not in message


@pytest.mark.parametrize(
    ("audience", "kind"),
    [
        (Audience.REQUESTER, "auto-replied"),
        (Audience.OWNER, "auto-generated"),
        (Audience.DESK, "auto-generated"),
        (Audience.SUPERVISOR, "auto-generated"),
        (Audience.LEAD, "auto-generated"),
        (Audience.OPERATOR, "auto-generated"),
    ],
)
def test_an_automatic_letter_says_so(audience: Audience, kind: str) -> None:
    message = _read(_bytes(replace(LETTER, audience=audience), automatic=True))

    assert message["Auto-Submitted"] == kind
    assert message["X-Auto-Response-Suppress"] == "All"
    assert "List-Id" not in message


def test_an_answer_belongs_to_its_thread() -> None:
    message = _read(_bytes(in_reply_to="<2@rosecottage.example>", references=["<1@x.example>"]))

    assert message["In-Reply-To"] == "<2@rosecottage.example>"
    assert message["References"] == "<1@x.example> <2@rosecottage.example>"


def test_an_answer_to_a_mail_without_a_proper_id_is_sent_all_the_same() -> None:
    message = _read(_bytes(in_reply_to="no id at all"))

    assert "In-Reply-To" not in message
    assert "References" not in message


def test_an_encoded_word_in_a_stored_subject_adds_no_recipient() -> None:
    subject = "Re: =?utf-8?q?a=0D=0ABcc:_x=40y.test?="

    raw = _bytes(replace(LETTER, subject=subject))

    assert _read(raw)["Bcc"] is None
    assert message_from_bytes(raw)["Bcc"] is None
    assert b"\nBcc" not in raw.replace(b"\r", b"\n")


@pytest.mark.parametrize("address", ["anne", "a@x.example, b@y.example", "a@x.example\nBcc: b@c.d"])
def test_a_letter_goes_to_one_address(address: str) -> None:
    with pytest.raises(BadAddress):
        _bytes(replace(LETTER, to=address))


def test_a_date_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        _bytes(date=NOW.replace(tzinfo=None))


def test_a_message_id_of_ours_that_is_none_is_a_fault() -> None:
    with pytest.raises(ValueError, match="message id"):
        _bytes(message_id="17")


def test_an_attachment_comes_after_the_words() -> None:
    message = _read(_bytes(attachments=[WEEK]))

    words, file = message.iter_parts()
    assert message.get_content_type() == "multipart/mixed"
    assert words.get_content_type() == "multipart/alternative"
    assert isinstance(words, EmailMessage)
    assert [part.get_content_type() for part in words.iter_parts()] == ["text/plain", "text/html"]
    assert file.get_payload(decode=True) == WEEK.content
    assert file["Content-Type"] == 'text/csv; charset="utf-8"'
    assert file["Content-Disposition"] == 'attachment; filename="week.csv"'


def test_a_letter_without_html_can_have_attachments() -> None:
    photo = Attachment("door.png", "image/png", bytes(range(256)) * 40)

    message = _read(_bytes(replace(LETTER, html=None), attachments=[WEEK, photo]))

    words, *files = message.iter_parts()
    assert words.get_content_type() == "text/plain"
    assert [file.get_payload(decode=True) for file in files] == [WEEK.content, photo.content]
    assert [file.get_content_charset() for file in files] == ["utf-8", None]


def test_a_letter_with_attachments_gives_the_same_bytes_on_any_server() -> None:
    raw = _bytes(attachments=[WEEK, WEEK])

    assert raw == _bytes(attachments=[WEEK, WEEK])
    assert raw.isascii()
    assert not [line for line in raw.split(b"\r\n") if b"\n" in line or b"\r" in line]
    assert max(map(len, raw.split(b"\r\n"))) <= 78


def test_what_parts_the_words_does_not_part_the_files() -> None:
    message = _read(_bytes(attachments=[WEEK]))

    boundaries = {part.get_boundary() for part in message.walk() if part.is_multipart()}

    assert len(boundaries) == 2
    assert _read(_bytes()).get_boundary() in boundaries


def test_a_file_name_writes_no_header() -> None:
    name = "week.csv\r\nBcc: x@y.test =?utf-8?q?a=0D=0ABcc:_x=40y.test?="

    raw = _bytes(attachments=[replace(WEEK, name=name)])

    assert b"\nBcc" not in raw.replace(b"\r", b"\n")
    (file,) = _read(raw).iter_attachments()
    assert str(file.get_filename()).startswith("week.csv Bcc")


@pytest.mark.parametrize("kind", ["", "csv", "text/csv; charset=x", "text/csv\nBcc: x@y.test"])
def test_an_attachment_says_what_it_is(kind: str) -> None:
    with pytest.raises(ValueError, match="not a content type"):
        Attachment("week.csv", kind, b"")
