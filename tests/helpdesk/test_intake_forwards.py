"""A mail that another one carries on is told apart: who wrote it, of what, and what it says."""

import pytest

from helpdesk.intake import Address, Forwarded, Message, mail

CRIS = Address("Cris Vale", "cris@bramblehouse.example")
REQUEST = "We need a code for Bramble House.\n\nCris"
COVERED = "Please see below.\n\n"


def a_mail(text: str, subject: str = "", **fields: str) -> Message:
    head = {"From": "anne@rosecottage.example", "Subject": subject} | fields
    head.setdefault("Content_Type", "text/plain; charset=utf-8")
    lines = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in head.items())
    return mail.read((lines + "\n" + text).encode())


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


HEADS = [
    "---------- Forwarded message ---------\nFrom: Cris Vale <cris@bramblehouse.example>\n"
    "Date: Mon, 2 Mar 2026 at 08:00\nSubject: A code\nTo: <anne@rosecottage.example>",
    "-------- Forwarded Message --------\nSubject: \tA code\nDate: \tMon, 2 Mar 2026\n"
    "From: \tCris Vale <cris@bramblehouse.example>\nTo: \tanne@rosecottage.example",
    "Forwarded message:\n\nFrom: Cris Vale <cris@bramblehouse.example>\nTo: Anne\nSubject: A code",
    "  ----- Forwarded Message ----- From: Cris Vale <cris@bramblehouse.example>"
    'To: "anne@rosecottage.example" <anne@rosecottage.example>Sent: MondaySubject: A code',
    "-----Original Message-----\nFrom: Cris Vale [mailto:cris@bramblehouse.example]\n"
    "Sent: 2 March 2026 08:00\nTo: Anne\nSubject: A code",
    "________________________________\n"
    "From: Cris Vale <cris@bramblehouse.example<mailto:cris@bramblehouse.example>>\n"
    "Sent: 2 March 2026 08:00\nTo: Anne\nSubject: A code",
    "*From:* Cris Vale <cris@bramblehouse.example> on behalf of office@bramblehouse.example\n"
    "*Sent:* Monday\n*To:* Anne\n*Subject:* A code",
    "Von: Cris Vale <cris@bramblehouse.example>\nDatum: Montag\nAn: Anne\nBetreff: A code",
    "De : Cris Vale <cris@bramblehouse.example>\nDate : lundi\n\u00c0 : Anne\nObjet : A code",
    "---------- Mensaje reenviado ---------\nDe: Cris Vale <cris@bramblehouse.example>\n"
    "Fecha: lunes\nAsunto: A code\nA: Anne",
    "----- \u0130letilmi\u015f Mesaj ----- Kimden: Cris Vale <cris@bramblehouse.example>"
    "Kime: anne@rosecottage.exampleKonu: A code",
    "-------- \u041f\u0435\u0440\u0435\u0441\u043b\u0430\u043d\u043d\u043e\u0435 --------\n"
    "\u0422\u0435\u043c\u0430: A code\n\u041e\u0442: Cris Vale <cris@bramblehouse.example>",
]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("above", ["", COVERED])
def test_a_mail_carried_on_in_the_text_is_found(head: str, above: str):
    message = a_mail(f"{above}{head}\n\n{REQUEST}\n", "Fwd: A code")

    assert message.forwarded == Forwarded(CRIS, "A code", REQUEST)
    assert message.own == above.strip()


def test_a_mail_carried_on_within_marks_of_a_quote_is_found_without_them():
    head = (
        "Begin forwarded message:\n\nFrom: Cris Vale <cris@bramblehouse.example>\nSubject: A code"
    )

    message = a_mail(f"{quoted(head)}\n>\n{quoted(REQUEST)}\n")

    assert message.forwarded == Forwarded(CRIS, "A code", REQUEST)


@pytest.mark.parametrize("subject", ["Fwd: A code", "FW: A code", "WG: A code", "TR: A code"])
@pytest.mark.parametrize(
    "sentence",
    [
        'On 02/03/2026 08:00, "Cris Vale" <cris@bramblehouse.example> wrote:',
        "Le 02/03/2026 08:00, \u00ab Cris Vale \u00bb <cris@bramblehouse.example> a \u00e9crit :",
        "Dnia 02/03/2026 08:00 \u201eCris Vale\u201d <cris@bramblehouse.example> napisa\u0142:",
        "On Mon, 2 Mar 2026 at 08:00 AM Cris Vale <cris@bramblehouse.example> wrote:",
    ],
)
def test_a_quote_is_carried_on_if_the_subject_says_so(subject: str, sentence: str):
    message = a_mail(f"{COVERED}{sentence}\n\n{quoted(REQUEST)}\n", subject)

    assert message.forwarded == Forwarded(CRIS, "A code", REQUEST)


@pytest.mark.parametrize("subject", ["Re: A code", "AW: A code", "[EXTERNAL] Re: A code"])
@pytest.mark.parametrize("head", HEADS[4:10:2])
def test_the_head_of_what_is_answered_is_no_forward(subject: str, head: str):
    assert a_mail(f"{COVERED}{head}\n\n{REQUEST}", subject).forwarded is None


def test_an_answer_that_lost_its_subject_is_no_forward():
    message = a_mail(f"{COVERED}{HEADS[5]}\n\n{REQUEST}", "", In_Reply_To="<one@ods.example>")

    assert message.forwarded is None


def test_a_quote_below_words_of_ones_own_is_no_forward():
    sentence = "On Mon, 2 Mar 2026, Cris Vale <cris@bramblehouse.example> wrote:"

    assert a_mail(f"{COVERED}{sentence}\n{quoted(REQUEST)}").forwarded is None


def attached(text: str, subject: str) -> Message:
    body = (
        f"--b\n\n{text}\n--b\nContent-Type: message/rfc822\n\nSubject: A code\n"
        f"From: Cris Vale <cris@bramblehouse.example>\n\n{REQUEST}\n--b--\n"
    )
    return a_mail(body, subject, Content_Type="multipart/mixed; boundary=b")


def test_a_mail_attached_whole_is_carried_on_and_stays_one_attachment():
    message = attached("Please see the mail.", "A code")

    assert message.forwarded == Forwarded(CRIS, "A code", REQUEST)
    assert message.own == "Please see the mail."
    assert [each.name for each in message.attachments] == ["message.eml"]


def test_a_mail_attached_to_a_long_one_is_not_what_it_is_about():
    assert attached("We need a code. " * 40, "A code").forwarded is None
    assert attached("We need a code. " * 40, "Fwd: A code").forwarded
