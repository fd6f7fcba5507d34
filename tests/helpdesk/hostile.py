"""Mails made to hurt whoever reads them: all made up, each under the name of what it tries."""

from base64 import encodebytes
from collections.abc import Callable

from tests.helpdesk.hostile_files import FILES

HEAD = (
    b"From: Anne <anne@rosecottage.example>\nTo: ods.desk@desk.example\n"
    b"Message-ID: <hostile@rosecottage.example>\nDate: Mon, 2 Mar 2026 09:00:00 +0000\n"
)
MIXED = b'Content-Type: multipart/mixed; boundary="b"'
HTML = b"Content-Type: text/html; charset=utf-8"
REPORT = b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"'


def mail(body: bytes, *fields: bytes, head: bytes = HEAD + b"Subject: A code\n") -> bytes:
    return head + b"".join(field + b"\n" for field in fields) + b"\n" + body


def headed(*fields: bytes) -> bytes:
    """A mail with an odd head; what it says of itself twice, it says first in the odd way."""
    return mail(b"Hello\n", head=b"".join(field + b"\n" for field in fields) + HEAD)


def part(content: bytes, *fields: bytes) -> bytes:
    return b"--b\n" + b"".join(field + b"\n" for field in fields) + b"\n" + content + b"\n"


def with_file(content: bytes, name: str) -> bytes:
    fields = [f'Content-Type: application/octet-stream; name="{name}"'.encode()]
    fields += [b"Content-Transfer-Encoding: base64", b"Content-Disposition: attachment"]
    return mail(part(b"Here it is.") + part(encodebytes(content), *fields) + b"--b--\n", MIXED)


def deep(kind: bytes, levels: int) -> bytes:
    """Multiparts in multiparts, each with a boundary of its own."""
    fields = (b"Content-Type: %s; boundary=b%d\n\n--b%d\n" % (kind, n, n) for n in range(levels))
    return HEAD + b"".join(fields) + b"\nHello\n"


def deep_messages(levels: int) -> bytes:
    return HEAD + b"Content-Type: message/rfc822\n\n" * levels + b"Hello\n"


def many_parts(number: int) -> bytes:
    return mail(part(b"x", b"Content-Type: text/plain; name=x") * number + b"--b--\n", MIXED)


def continued(number: int) -> bytes:
    pieces = b"".join(b";\n name*%d*=%%41bcdefghij" % n for n in range(number))
    return mail(b"Hello\n", b"Content-Type: application/pdf" + pieces)


def status(groups: int) -> bytes:
    group = b"Final-Recipient: rfc822; a%d@x.example\nAction: failed\nStatus: 5.1.1\n\n"
    told = b"".join(group % n for n in range(groups))
    kind = b"Content-Type: message/delivery-status"
    return mail(part(b"Sorry.") + part(told, kind) + b"--b--\n", REPORT)


def page(html: bytes) -> bytes:
    return mail(html, HTML)


def charset(name: bytes, body: bytes) -> bytes:
    return mail(body, b"Content-Type: text/plain; charset=" + name)


def coded(encoding: bytes, body: bytes) -> bytes:
    return mail(body, b"Content-Transfer-Encoding: " + encoding)


def named(name: bytes) -> bytes:
    return mail(b"x", b"Content-Disposition: attachment; filename=" + name)


def tnef(body: bytes) -> bytes:
    kind = b"Content-Type: application/ms-tnef; name=winmail.dat"
    whole = encodebytes(b"\x78\x9f\x3e\x22\x01\x00" + body)
    return mail(part(whole, kind, b"Content-Transfer-Encoding: base64") + b"--b--\n", MIXED)


HEADS: dict[str, Callable[[], bytes]] = {
    "one giant field": lambda: headed(b"X-Long: " + b"a" * 800_000),
    "a field of 200,000 lines": lambda: headed(b"Subject: a" + b"\n a" * 200_000),
    "20,000 fields": lambda: headed(*(b"X-%d: %d" % (n, n) for n in range(20_000))),
    "20,000 senders' fields": lambda: headed(*[b"From: a@x.example"] * 20_000),
    "100,000 senders": lambda: headed(
        b"From: " + b", ".join(b"a%d@x.example" % n for n in range(100_000))
    ),
    "a sender of open quotes": lambda: headed(b"From: " + b'"' * 400_001),
    "a sender of backslashes": lambda: headed(b'From: "' + b"\\" * 400_001),
    "a sender of open brackets": lambda: headed(b"From: " + b"(" * 400_000),
    "a sender of angles": lambda: headed(b"From: " + b"<" * 400_000 + b"a@x.example"),
    "a sender of at signs": lambda: headed(b"From: " + b"a@" * 200_000),
    "a sender of dots": lambda: headed(b"From: " + b"a." * 200_000 + b"@x.example"),
    "a group of groups": lambda: headed(b"To: " + b"a:b;" * 100_000),
    "20,000 encoded words": lambda: headed(b"Subject: " + b"=?utf-8?b?QQ==?= " * 20_000),
    "half an encoded word": lambda: headed(b"Subject: " + b"=?utf-8?q?" * 50_000),
    "an encoded word of 500,000": lambda: headed(b"Subject: =?utf-7?q?" + b"+AGE" * 99_999 + b"?="),
    "100,000 parameters": lambda: headed(b"Content-Type: text/plain" + b"; a=b" * 100_000),
    "20,000 pieces of a parameter": lambda: continued(20_000),
    "a piece numbered to the end": lambda: named(b"x; filename*" + b"9" * 5000 + b"=y"),
    "a parameter of quotes": lambda: headed(b'Content-Type: text/plain; name="' + b'\\"' * 200_000),
    "50,000 references": lambda: headed(b"References: " + b"<a@x.example> " * 50_000),
    "half a reference": lambda: headed(b"References: " + b"<a@" * 200_000),
    "a date of digits": lambda: headed(b"Date: Mon, 2 Mar " + b"9" * 100_000 + b" 09:00:00 +0000"),
    "a zone of digits": lambda: headed(b"Date: Mon, 2 Mar 2026 09:00:00 +" + b"9" * 5000),
    "the year nought": lambda: headed(b"Date: Sat, 1 Jan 0000 00:00:00 +2359"),
    "the year 9999": lambda: headed(b"Date: Fri, 31 Dec 9999 23:59:59 -2359"),
    "5,000 servers": lambda: headed(*[b"Received: from a by b; Mon, 2 Mar 2026"] * 5000),
    "results without end": lambda: headed(b"Authentication-Results: a" + b"; dmarc=pass(" * 60_000),
    "a return path of brackets": lambda: headed(b"Return-Path: " + b"<" * 100_000),
    "an endless address": lambda: headed(b"From: " + b"a" * 400_000 + b"@x.example"),
    "broken wraps": lambda: headed(*[b"no field at all", b"X-A: b"] * 20_000),
    "a Bcc in encoded words": lambda: headed(
        b"Subject: =?utf-8?q?a=0D=0ABcc:_x=40y.example?=",
        b"From: =?utf-8?q?Anne=0D=0ABcc:_x=40y.example?= <anne@rosecottage.example>",
    ),
    "line ends in an address": lambda: headed(b"From: <anne@x.example%0d%0a>", b"To: <a\rb@c>"),
    "ids that are forged": lambda: headed(
        b"In-Reply-To: <received.0000000000000000@desk.example>",
        b"References: <ODS-000001@desk.example> <'; DROP TABLE call;--@x>",
        b"Subject: [ODS-000001] [ODS-999999999999999999999]",
    ),
}

BODIES: dict[str, Callable[[], bytes]] = {
    "nothing at all": lambda: b"",
    "line ends only": lambda: b"\r\n" * 200_000,
    "zeros only": lambda: b"\x00" * 1_000_000,
    "no line end": lambda: b"x" * 1_000_000,
    "carriage returns only": lambda: mail(b"Hello\n" * 9999).replace(b"\n", b"\r"),
    "zeros everywhere": lambda: mail(b"H\x00ello\n" * 9999).replace(b"e", b"e\x00"),
    "multiparts 10,000 deep": lambda: deep(b"multipart/mixed", 10_000),
    "choices 10,000 deep": lambda: deep(b"multipart/alternative", 10_000),
    "messages 1,000 deep": lambda: deep_messages(1000),
    "50,000 parts": lambda: many_parts(50_000),
    "a lone boundary": lambda: mail(b"--b", MIXED),
    "200,000 boundaries": lambda: mail(b"--b\n" * 200_000, MIXED),
    "boundaries that almost end": lambda: mail(b"--b \t" * 200_000 + b"x", MIXED),
    "a boundary of spaces": lambda: mail(b" " * 500_000 + b"--b", MIXED),
    "a report of 100,000 recipients": lambda: status(100_000),
    "50 MB of text": lambda: mail(b"Organisation: Rose Cottage\n" * 2_000_000),
    "20 MB of text": lambda: mail(b"Organisation: Rose Cottage\n" * 800_000),
    "a million quote marks": lambda: mail(b">" * 1_000_000),
    "quote marks apart": lambda: mail(b"> " * 120_000),
    "quotes that deepen": lambda: mail(b"\n".join(b">" * n + b" a" for n in range(700))),
    "only an introduction": lambda: mail(b"On Mon, 2 Mar 2026 at 09:00, Anne " * 8000),
    "introductions": lambda: mail(b"On Mon, Anne <anne@x.example> wrote:\n" * 7000),
    "separators": lambda: mail(b"-----Original Message-----\n" * 9000),
    "heads of forwarded mails": lambda: mail(b"From: a\nTo: b\nSubject: c\nDate: d\n\n" * 7000),
    "signatures": lambda: mail(b"-- \nAnne\n" * 25_000),
    "underlines": lambda: mail(b"_" * 250_000),
    "at signs": lambda: mail(b"a@" * 50_000),
    "dots and at signs": lambda: mail(b"a.a.@" * 50_000),
    "brackets": lambda: mail(b"(" * 50_000),
    "lines of spaces": lambda: mail((b" " * 2000 + b"\n") * 120 + b"x"),
    "one line of spaces": lambda: mail(b"x" + b" " * 250_000 + b"x"),
    "one line of tabs": lambda: mail(b"Name:" + b"\t" * 250_000 + b"x"),
    "telephone numbers": lambda: mail(b"01632 " * 40_000),
    "one long number": lambda: mail(b"Telephone: " + b"0" * 250_000),
    "CQC numbers": lambda: mail(b"1-" * 120_000),
    "postcodes": lambda: mail(b"ZZ1 " * 60_000),
    "labels": lambda: mail(b"Organisation: " * 18_000),
    "lines of labels": lambda: mail(b"Name:\nOrganisation:\nTelephone:\n" * 8000),
    "rows of bars": lambda: mail(b"| " * 120_000),
    "colons": lambda: mail(b":" * 250_000),
    "URGENT": lambda: mail(b"URGENT " * 36_000),
    "equals signs": lambda: coded(b"quoted-printable", b"=" * 1_000_000),
    "soft line ends": lambda: coded(b"quoted-printable", b"=\n" * 500_000),
    "no base64": lambda: coded(b"base64", b"%=\x00A" * 500_000),
    "uuencoded beginnings": lambda: coded(b"x-uuencode", b"begin 644 x\n" * 50_000),
    "uuencoded rubbish": lambda: coded(b"uuencode", b"begin 644 x\n" + b"\x00~M#\n" * 99_999),
    "an unknown coding": lambda: coded(b"x" * 50_000, b"Hello"),
    "UTF-7": lambda: charset(b"utf-7", b"+2AA-" * 50_000),
    "half of UTF-16": lambda: charset(b"utf-16", b"\xff\xfe" + b"\x00\xd8" * 99_999 + b"x"),
    "UTF-16 that is none": lambda: charset(b"utf-16", b"Hello" * 9999),
    "surrogates": lambda: charset(b"utf-8", b"\xed\xa0\x80\xed\xb0\x80" * 9999),
    "an unknown charset": lambda: charset(b"x-klingon", bytes(range(256)) * 999),
    "a charset that runs code": lambda: charset(b"unicode_escape", rb"\ud800\N{DIGIT ONE}" * 9999),
    "a charset that unpacks": lambda: charset(b"zlib_codec", b"x\x9c" * 9999),
    "a charset of escapes": lambda: charset(b"iso-2022-jp", b"\x1b$B\x1b(J" * 30_000),
    "a charset of braces": lambda: charset(b"hz-gb-2312", b"~{" * 100_000),
    "backwards text": lambda: mail("\u202e\u2066 toN esoR\u0000\x1b]0;x\x07".encode() * 9999),
    "a path as a name": lambda: named(b'"../../../etc/passwd\r\n.docx"'),
    "a name of 500,000": lambda: named(b"a" * 500_000 + b".docx"),
    "rich text without end": lambda: tnef(b"\x01\x0d\x80\x06\x00\xff\xff\xff\x7f" * 30_000),
    "rich text of nothing": lambda: tnef(b"\x02\x03\x90\x06\x00\x00\x00\x00\x00\x00\x00" * 20_000),
    "rich text of properties": lambda: tnef(
        b"\x01\x03\x90\x06\x00\x00\x00\x01\x00\xff\xff\xff\xff" + b"\x1e\x00\x01\x30" * 50_000
    ),
}

PAGES: dict[str, Callable[[], bytes]] = {
    "10,000 tables in tables": lambda: page(b"<table><tr><td>" * 10_000 + b"x"),
    "50,000 divs in divs": lambda: page(b"<div>" * 50_000 + b"x"),
    "quotes 20,000 deep": lambda: page(b"<blockquote>" * 20_000 + b"x"),
    "lists 20,000 deep": lambda: page(b"<ul><li>" * 20_000 + b"x"),
    "bold 50,000 deep": lambda: page(b"<b><i>" * 50_000 + b"x" + b"</b></i>" * 50_000),
    "5 MB of angles": lambda: page(b"<" * 5_000_000),
    "tags that never close": lambda: page(b"<a href='" * 100_000),
    "comments that never close": lambda: page(b"<!--" * 200_000),
    "scripts that never close": lambda: page(b"<script>" * 100_000),
    "a style that never closes": lambda: page(b"<style>" + b"a{}" * 300_000),
    "attributes": lambda: page(b"<p " + b"a=b " * 200_000 + b">x"),
    "a cell a million wide": lambda: page(
        b"<table><tr><td colspan=1000000000 rowspan=1000000000>x</table>" * 99
    ),
    "200,000 cells": lambda: page(b"<table><tr>" + b"<td>x" * 200_000),
    "a table of 2,000 rows of 100": lambda: page(b"<table>" + (b"<tr>" + b"<td>" * 100) * 2000),
    "half a reference to a character": lambda: page(b"&#" * 500_000 + b"&#x" + b"9" * 99_999),
    "200,000 ampersands": lambda: page(b"&amp;&lt;" * 100_000),
    "a pre of spaces": lambda: page(b"<pre>" + b" " * 1_000_000),
    "indents": lambda: page(b"<p style='padding-left:99999999em;margin:99999999em'>x</p>" * 999),
    "widths": lambda: page(b"<table><tr><td>" + b"x" * 50_000 + b"<tr><td>y" * 5000 + b"</table>"),
    "broken lines": lambda: page(b"<br>" * 500_000),
}


def alone(number: int, make: Callable[[], bytes]) -> Callable[[], bytes]:
    """The mail with an id of its own: two that share it, and say the same, are one message."""
    return lambda: make().replace(b"<hostile@", b"<hostile.%d@" % number, 1)


ALL = {
    **HEADS,
    **BODIES,
    **PAGES,
    **{name: (lambda make=make: with_file(*make())) for name, make in FILES.items()},
}

HOSTILE = {name: alone(number, make) for number, (name, make) in enumerate(ALL.items())}
"""What it tries, and how such a mail is made."""
