"""Mail of programs is told from mail of people."""

import pytest

from helpdesk.intake import mail


def a_mail(body: str = "Hello", **fields: str) -> bytes:
    """A small mail; a field's underscores stand for hyphens."""
    head = {"From": "anne@rosecottage.example", "Subject": "Code"} | fields
    lines = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in head.items())
    return (lines + "\n" + body).encode()


@pytest.mark.parametrize(
    "fields",
    [
        {"Return_Path": "<>"},
        {"Auto_Submitted": "Auto-Replied (vacation); x=y"},
        {"Content_Type": "multipart/report; report-type=delivery-status; boundary=x"},
        {"From": "Mail Delivery System <MAILER-DAEMON@x.example>"},
        {"From": "postmaster@x.example"},
        {"X_Autoreply": "yes"},
        {"X_Failed_Recipients": "bart@ods.example"},
        {"Precedence": "bulk"},
        {"X_Auto_Response_Suppress": "All"},
        {"X_Loop": "desk@ods.example"},
        {"List_Id": "<care.example>"},
        {"Subject": "Undelivered Mail Returned to Sender"},
        {"Subject": "Automatic reply: your code"},
        {"Subject": "Out of office"},
    ],
)
def test_automatic_mail_is_told_from_a_persons(fields: dict[str, str]):
    assert mail.read(a_mail(**fields)).automatic


@pytest.mark.parametrize(
    "fields",
    [
        {"Auto_Submitted": "No (a person)"},
        {"Precedence": "normal"},
        {"Subject": "We are out of codes in our office"},
        {"Subject": "Return of the form"},
        {"From": "Anne Post <anne.postmaston@x.example>"},
        {"Return_Path": "<bounces+anne@rosecottage.example>"},
    ],
)
def test_a_persons_mail_is_not_automatic(fields: dict[str, str]):
    assert mail.read(a_mail(**fields)).automatic is None
