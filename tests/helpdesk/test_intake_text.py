"""The text of a mail: its charset, and pages that become text."""

import base64

import pytest

from helpdesk.intake import mail


def a_mail(body: str = "Hello", **fields: str) -> bytes:
    """A small mail; a field's underscores stand for hyphens."""
    head = {"From": "anne@rosecottage.example", "Subject": "Code"} | fields
    lines = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in head.items())
    return (lines + "\n" + body).encode()


@pytest.mark.parametrize(
    ("raw", "charset"),
    [
        ("caf\u00e9 \u20ac".encode("cp1252"), "iso-8859-1"),
        ("caf\u00e9 \u20ac".encode(), "us-ascii"),
        ("caf\u00e9 \u20ac".encode("cp1252"), "no-such-charset"),
        ("caf\u00e9 \u20ac".encode("utf-16"), "utf-16"),
        ("caf\u00e9 \u20ac".encode("gb18030"), "gb2312"),
        ("caf\u00e9 \u20ac".encode("cp1252"), "utf-8"),
    ],
)
def test_text_is_decoded_by_what_fits_rather_than_by_what_is_claimed(raw: bytes, charset: str):
    head = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64\n\n"

    message = mail.read(head.encode() + base64.encodebytes(raw))

    assert message.text == "caf\u00e9 \u20ac"


def test_a_page_without_a_text_beside_it_becomes_text():
    page = (
        "<html><head><title>x</title><style>p {color: red}</style></head><body>"
        "<p>Dear desk,<br>here it is&nbsp;&amp; thanks</p><script>alert(1)</script><!-- no -->"
        "<table><tr><td><p>Name</p></td><td><p>Anne <b>Smith</b></p></td></tr>"
        "<tr><td>Postcode:</td><td></td><td>OL4 2QU</td></tr></table>Bye</body></html>"
    )

    message = mail.read(a_mail(page, Content_Type="text/html"))

    assert message.text == (
        "Dear desk,\nhere it is\u00a0& thanks\n\nName\tAnne Smith\nPostcode:\t\tOL4 2QU\n\nBye"
    )
