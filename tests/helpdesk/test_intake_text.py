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
        "Dear desk,\nhere it is & thanks\n\nName\tAnne Smith\nPostcode:\t\tOL4 2QU\nBye"
    )


def test_what_a_page_hides_or_runs_is_not_read():
    page = (
        '<div style="display:none">hidden</div><svg><text>drawn</text></svg>'
        "<template>kept</template><img src=http://x.example/a.png alt=picture>"
        '<p>Please <a href="https://rosecottage.example">read this</a></p>'
    )

    assert mail.read(a_mail(page, Content_Type="text/html")).text == "Please read this"


def test_a_form_typed_into_a_table_within_a_table_is_read_row_by_row():
    page = (
        "<table><tr><td><table><tr><th>Name</th><td><div>Anne</div></td></tr>"
        "<tr><th>Telephone</th><td>01632 960001</td></tr></table></td></tr></table>"
        "<ul><li>DSPT<li>NHSmail</ul>"
    )

    message = mail.read(a_mail(page, Content_Type="text/html"))

    assert message.text == "Name\tAnne\nTelephone\t01632 960001\n* DSPT\n* NHSmail"


def test_lines_broken_to_fit_a_screen_are_joined():
    flowed = (
        "We need a code for \nRose Cottage.\nThank you\n> Which \n> home?\n>> ours \nyours\n"
        "-- \nAnne \nof Rose Cottage\n  indented"
    )

    message = mail.read(a_mail(flowed, Content_Type="text/plain; format=flowed"))

    assert message.text == (
        "We need a code for Rose Cottage.\nThank you\n> Which home?\n>> ours \nyours\n"
        "-- \nAnne of Rose Cottage\n indented"
    )


def test_the_space_of_a_soft_line_end_goes_if_the_mail_says_so():
    kind = "text/plain; format=flowed; delsp=yes"

    assert mail.read(a_mail("Rose \nCottage", Content_Type=kind)).text == "RoseCottage"


def test_lines_stay_as_they_are_if_they_were_not_broken_to_fit():
    assert mail.read(a_mail("Rose \nCottage")).text == "Rose \nCottage"


FILE = "begin 644 a plan.txt\n#0V%T\n`\nend\n"


def test_a_file_written_into_the_text_is_an_attachment():
    message = mail.read(a_mail(f"See the plan.\n\n{FILE}\nAnne\n{FILE}"))

    assert message.text == "See the plan.\n\n\n\nAnne\n\n"
    assert [(each.name, each.content) for each in message.attachments] == [
        ("a plan.txt", b"Cat"),
        ("a plan.txt", b"Cat"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "begin 644 days from now\nand see how it goes, one day after the other, to the\nend\n",
        "begin 644 a\n#0V%T\n",
        "begin 644 a\nend\n",
    ],
)
def test_what_only_looks_like_a_file_stays_text(text: str):
    message = mail.read(a_mail(text))

    assert message.text == text
    assert not message.attachments
