"""Mail made to hurt the reader: each test is named after the attack."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from helpdesk.intake import Attachment, Message, form, hypertext, mail

SECONDS = 4
HEAD = b"From: Anne <anne@rosecottage.example>\nSubject: Code\n"


@contextmanager
def a_few_seconds() -> Iterator[None]:
    begun = time.process_time()
    yield
    assert time.process_time() - begun < SECONDS


def timed(raw: bytes) -> Message:
    """The mail, with what is read from its text as from a form."""
    with a_few_seconds():
        message = mail.read(raw)
        form.read(message)
    return message


def attached(name: str) -> Attachment:
    head = f"Content-Disposition: attachment; filename*=utf-8''{name}\nContent-Type: x/y\n\nhello"
    return mail.read(HEAD + head.encode()).attachments[0]


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..%5C..%5Cpasswd",
        "C:%5CWindows%5Cpasswd",
        "%2Fetc%2F.%E2%80%8B.%2Fpasswd",
        "..%E2%80%8B%2Fpasswd",
        ".%E2%80%AE.%2F.passwd",
        "pass%00wd",
    ],
)
def test_path_traversal_in_an_attachments_name(name: str):
    assert attached(name).name == "passwd"


@pytest.mark.parametrize("name", ["..", ".", "%E2%80%8B", "%2F", "...%2F..."])
def test_an_attachments_name_that_is_no_name(name: str):
    assert attached(name).name == "attachment"


def test_an_attachments_name_that_reads_backwards():
    assert attached("form%E2%80%AExcod.exe").name == "formxcod.exe"


def test_an_attachments_name_that_is_endless_keeps_its_ending():
    name = attached("a" * 400 + ".docx").name

    assert len(name) == 150
    assert name.endswith("a.docx")


@pytest.mark.parametrize("letter", ["\u6f22", "\U0001f600", "\u00e9", "a"])
@pytest.mark.parametrize("ending", [".docx", "", ".\u6f22\u6f22", ".an-ending-that-is-none"])
def test_an_attachments_name_that_is_endless_in_bytes_can_be_saved(letter: str, ending: str):
    name = mail.safe_name(letter * 140 + ending)

    assert len(name) <= 150
    assert len(name.encode()) <= 200
    assert name.startswith(letter * 40)
    assert name.endswith(ending) or len(ending) > 10


def test_header_injection_by_an_encoded_word():
    raw = b"Subject: =?utf-8?q?a=0D=0ABcc:_x=40y.example?=\nFrom: =?utf-8?q?A=0AB?= <a@b.example>\n"

    message = mail.read(raw)

    assert message.subject == "a Bcc: x@y.example"
    assert message.sender == ("A B", "a@b.example")


def test_header_injection_by_an_encoded_address():
    message = mail.read(b"From: =?utf-8?q?=3Csue=40ods.example=3E?= <anne@rosecottage.example>\n\n")

    assert message.sender.address == "anne@rosecottage.example"


def test_nul_and_other_controls():
    message = mail.read(b"Subject: a\x00b\x1b[31m=?utf-8?q?=00=07?=\n\nx\x00y\x1b]0;z\x07\n")

    assert message.subject == "ab[31m"
    assert message.text == "xy]0;z\n"


def test_surrogates_and_noncharacters():
    head = b"Content-Type: text/plain; charset=utf-7\nSubject: =?utf-7?q?+2AA-?=\n\n"

    message = mail.read(head + b"+2AA-a+//8- \xed\xa0\x80")

    message.text.encode()
    message.subject.encode()


def test_a_charset_that_is_slow_or_none_is_not_used():
    for charset in (b"punycode", b"idna", b"unicode_escape", b"zip", b"rot13", b"undefined"):
        head = b"Content-Type: text/plain; charset=" + charset + b"\n\n"
        assert timed(head + b"a-" * 100_000).text.startswith("a-a-")


def test_ten_thousand_deep():
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level)
        for level in range(10_000)
    )

    message = timed(HEAD + deep)

    assert message.truncated
    assert message.subject == "Code"


def test_ten_thousand_deep_in_attached_mails():
    message = timed(HEAD + b"Content-Type: message/rfc822\n\n" * 10_000)

    assert [each.content_type for each in message.attachments] == ["message/rfc822"]


def test_deep_and_big():
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level)
        for level in range(30)
    )

    message = timed(HEAD + deep + b"\n" + b"--b\nx\n" * 3_000_000)

    assert message.truncated


def test_fifty_thousand_parts():
    parts = b"--b\nContent-Type: text/plain\n\nx\n" * 50_000

    message = timed(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + parts)

    assert message.truncated
    assert message.text.startswith("x\nx")


def test_fifty_thousand_empty_parts():
    message = timed(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 50_000)

    assert message.truncated


def test_a_hundred_parts_of_nothing_but_head():
    part = b"--b\n" + b"X-A: b\n " * 10_000 + b"\n\nx\n"

    timed(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + part * 100)


@pytest.mark.parametrize(
    "piece",
    [
        b"x",
        b"\n ",
        b"=?utf-8?q?a?= ",
        b"=?utf-8?b?",
        b'"',
        b'\\"',
        b"(",
        b"<",
        b"a@",
        b",",
        b" ",
        b";a*0*=",
        b"\nX: y",
        b"\ny",
        b"a b c@d.example,",
    ],
)
@pytest.mark.parametrize("field", [b"From", b"Subject", b"To", b"Content-Type", b"References"])
def test_a_head_of_nearly_a_megabyte(field: bytes, piece: bytes):
    head = HEAD + field + b': "' + piece * (800_000 // len(piece)) + b"\n"

    message = timed(head + b"To: desk@ods.example\n\nHello")

    assert message.subject.startswith("Code")
    assert message.truncated


def test_ten_thousand_continued_parameters():
    pieces = "".join(f"; filename*{number}*=a%20" for number in range(10_000))

    message = timed(HEAD + f"Content-Disposition: attachment{pieces}\n\nx".encode())

    assert len(message.attachments[0].name) <= 150


def test_a_huge_encoded_word():
    message = timed(HEAD + b"Subject: =?utf-8?b?" + b"QUFB" * 200_000 + b"?=\n\nx")

    assert len(message.subject) <= 1000


def test_a_mail_over_the_limit_is_read_by_its_head():
    message = timed(HEAD + b"\n" + b"x" * mail.MOST_BYTES)

    assert message.truncated
    assert message.sender.name == "Anne"
    assert not message.text


PAGES = "<|<a |<!--|<script>|</script|<a '\"|<td>|<table><tr><td>|&|&#|&#9|</tr>|<br>|<p>| \n"
MORE_PAGES = (
    "<style|<a b='|<!|&#x0;|9|<li>|\t|\u0130<b>|<div>|<ul><li>|<b></p>|<pre>|&x;|a&b|<i>x</i>"
)


@pytest.mark.parametrize("piece", [*PAGES.split("|"), *MORE_PAGES.split("|")])
def test_a_page_made_to_hang_its_reader(piece: str):
    page = "&#" + piece * (500_000 // len(piece))

    with a_few_seconds():
        hypertext.text(page)


def test_a_page_with_a_number_without_end():
    assert hypertext.text("<div>" * 3000 + "Hello &#" + "9" * 100_000 + ";").endswith("Hello")


def test_a_page_too_deep_to_lay_out_keeps_its_words_and_lines():
    page = "<div>" * 1000 + "Hello<p>Anne &amp; Bart" + "</div>" * 1000

    assert hypertext.text(page).split("\n") == ["Hello", "Anne & Bart"]


def test_a_cell_that_makes_a_table_wide_costs_no_room():
    page = f"<table><tr><td>{'x' * 200_000}</td></tr>{'<tr><td>y</td></tr>' * 10_000}</table>"

    with a_few_seconds():
        assert len(hypertext.text(page)) < 300_000


def test_a_page_shows_no_entity_that_its_writer_meant_literally():
    page = "<p>&amp;lt;b&amp;gt;</p><table><tr><td>&amp;lt;b&amp;gt;</td></tr></table>"

    assert hypertext.text(page) == "&lt;b&gt;\n\n&lt;b&gt;"


def test_a_hundred_thousand_files_in_a_text():
    message = timed(HEAD + b"\n" + b"begin 644 a\n" * 100_000 + b"end\n")

    assert not message.attachments


def test_a_mail_carried_on_in_ten_thousand_others():
    deep = b"Subject: Fwd: code\nContent-Type: message/rfc822\n\n" * 10_000

    message = timed(HEAD + deep)

    assert message.forwarded
    assert message.forwarded.subject == "Fwd: code"


@pytest.mark.parametrize(
    "piece",
    [
        "On 1 wrote: x\n",
        "From: a\n",
        "2022-01-01 a <",
        "Subject: a\n ",
        "-- forwarded --\n",
        "wrote ",
        "On \n",
        "From: \n",
        ">",
        "Name:\n",
        "a:b\n",
        "urgent?\n",
        "1-",
        "0 ",
        "a@",
        "A1",
        "home ",
        "(",
        "- ",
        "Name: x\t",
        "\u2612",
        "[x] a ",
        "care home ",
        "\u2612 urgent\n",
        "reason why urgen",
    ],
)
def test_a_text_made_to_hang_its_reader(piece: str):
    text = piece * (256_000 // len(piece))

    timed(HEAD + b"\n" + text.encode())
