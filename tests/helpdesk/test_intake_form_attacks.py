"""Forms made to hurt the reader: each test is named after the attack."""

import base64
import io
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from helpdesk.intake import docx, form, mail

SECONDS = 4


@contextmanager
def a_few_seconds() -> Iterator[None]:
    begun = time.process_time()
    yield
    assert time.process_time() - begun < SECONDS


def word_file(body: bytes | str, **more: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", body)
        for name, content in more.items():
            package.writestr(name, content)
    return packed.getvalue()


def test_zip_bomb():
    bomb = word_file(b"<w:p>" + b" " * 30_000_000)

    with a_few_seconds(), pytest.raises(docx.FormUnreadable, match="too big"):
        docx.rows(bomb)


def test_zip_bomb_that_lies_about_its_size():
    honest = word_file(b" " * 30_000_000)
    lying = honest.replace((30_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))

    with a_few_seconds(), pytest.raises(docx.FormUnreadable):
        docx.rows(lying)


def test_zip_of_too_many_files():
    many = word_file(b"<document/>", **{f"f{number}": b"" for number in range(2001)})

    with a_few_seconds(), pytest.raises(docx.FormUnreadable, match="too many files"):
        docx.rows(many)


def test_zip_packed_so_that_it_inflates_without_a_bound():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_BZIP2) as package:
        package.writestr("word/document.xml", b" " * 50_000_000)

    with a_few_seconds(), pytest.raises(docx.FormUnreadable):
        docx.rows(packed.getvalue())


def test_billion_laughs():
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 10)
    )
    for encoding in ("utf-8", "utf-16"):
        body = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE d [{entities}]><d>&a9;</d>'
        with a_few_seconds(), pytest.raises(docx.FormUnreadable, match="document type"):
            docx.rows(word_file(body.encode(encoding)))


def test_an_entity_that_reads_a_file():
    body = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><document><body>&x;</body></document>'

    with pytest.raises(docx.FormUnreadable, match="document type"):
        docx.rows(word_file(body))


@pytest.mark.parametrize(
    "body",
    [
        "<a>" * 100_000,
        "<document><body>" + "<p/>" * 300_000 + "</body></document>",
        "<document><body>" + "<tbl><tr><tc>" * 60 + "</tc></tr></tbl>" * 60 + "</body></document>",
        "<document><body>" + "<p><r><t>Name: x</t></r></p>" * 40_000 + "</body></document>",
        "<document " + " ".join(f'a{number}="b"' for number in range(100_000)) + "/>",
    ],
    ids=["deep", "many", "tables in tables", "lines", "attributes"],
)
def test_a_document_made_to_hang_its_reader(body: str):
    with a_few_seconds():
        _ignoring(docx.FormUnreadable, lambda: docx.fields(word_file(body)))


def test_a_form_that_hurts_still_gives_a_request_for_a_person():
    bomb = base64.encodebytes(word_file(b" " * 30_000_000))
    head = (
        b"Content-Disposition: attachment; filename=form.docx\nContent-Transfer-Encoding: base64\n"
    )

    request = form.read(mail.read(b"From: anne@rosecottage.example\n" + head + b"\n" + bomb))

    assert "form.docx could not be opened: it is too big" in request.unreadable
    assert request.requester_email == "anne@rosecottage.example"


def test_a_damaged_word_file():
    good = word_file(b"<document><body/></document>")
    for at in range(0, len(good), 3):
        bad = good[:at] + bytes([good[at] ^ 0xFF]) + good[at + 1 :]
        _ignoring(docx.FormUnreadable, lambda bad=bad: docx.fields(bad))
        _ignoring(docx.FormUnreadable, lambda at=at: docx.fields(good[:at]))
    with pytest.raises(docx.FormUnreadable):
        docx.fields(zlib.compress(b"x"))


def _ignoring(error: type[Exception], act: Callable[[], object]) -> None:
    try:
        act()
    except error:
        return
