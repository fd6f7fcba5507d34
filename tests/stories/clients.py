"""Mails as people's programs write them: each has its own ids, heads, and way to quote."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from typing import NamedTuple

NINE = datetime(2026, 3, 2, 8, 58, tzinfo=UTC)
DESK = "desk@ods.example"


class Seen(NamedTuple):
    """A mail as whoever answers it, or passes it on, has it before them."""

    sender: str
    to: str
    subject: str
    text: str
    message_id: str
    references: str
    reply_to: str
    raw: bytes


class Program(NamedTuple):
    """A mail program, and what gives it away."""

    name: str
    message_id: str  #: with {} for what is different each time
    heads: tuple[str, ...]  #: written below those that every mail has
    answered: Callable[[str, Seen], str]  #: the words, and below them what is answered
    passed_on: Callable[[str, Seen], str]
    forwards_as: str
    has_html: bool = True


def seen(raw: bytes) -> Seen:
    mail = message_from_bytes(raw, policy=policy.default)
    body = mail.get_body(("plain",))
    return Seen(
        sender=str(mail["From"]),
        to=str(mail["To"]),
        subject=str(mail["Subject"]),
        text=str(body.get_content()).replace("\r", "").strip() if body else "",
        message_id=str(mail["Message-ID"]),
        references=str(mail["References"] or ""),
        reply_to=str(mail["Reply-To"] or mail["From"]),
        raw=raw,
    )


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def below_gmail(text: str, mail: Seen) -> str:
    return f"{text}\n\nOn Mon, 2 Mar 2026 at 09:00, {mail.sender} wrote:\n\n{quoted(mail.text)}\n"


def below_apple(text: str, mail: Seen) -> str:
    said = f"On 2 Mar 2026, at 09:00, {mail.sender} wrote:\n\n{mail.text}"
    return f"{text}\n\n{quoted(said)}\n"


def below_iphone(text: str, mail: Seen) -> str:
    return below_apple(f"{text}\n\nSent from my iPhone", mail)


def below_outlook(text: str, mail: Seen) -> str:
    return (
        f"{text}\n\nKind regards\n\n________________________________\nFrom: {mail.sender}\n"
        f"Sent: 02 March 2026 09:00\nTo: {mail.to}\nSubject: {mail.subject}\n\n{mail.text}\n"
    )


def below_nhsmail(text: str, mail: Seen) -> str:
    warning = "*" * 60 + "\nThis message may contain confidential information.\n" + "*" * 60
    return f"{below_outlook(text, mail)}\n\n{warning}\n"


def on_gmail(text: str, mail: Seen) -> str:
    return (
        f"{text}\n\n---------- Forwarded message ---------\nFrom: {mail.sender}\n"
        f"Date: Mon, 2 Mar 2026 at 08:58\nSubject: {mail.subject}\nTo: <{mail.to}>\n\n\n"
        f"{mail.text}\n"
    )


def on_apple(text: str, mail: Seen) -> str:
    head = f"From: {mail.sender}\nSubject: {mail.subject}\nDate: 2 March 2026 at 08:58:00 GMT"
    carried = quoted(f"{head}\nTo: {mail.to}\n\n{mail.text}")
    return f"{text}\n\n\nBegin forwarded message:\n\n{carried}\n"


GMAIL = Program(
    "Gmail",
    "<CAK{}8pQm=A1bZw@mail.gmail.example>",
    (
        "Received: by 2002:a05:6402:1:b0:5de:1:2 with SMTP id x1-20020a056402; Mon, 02 Mar 2026"
        " 00:58:00 -0800 (PST)",
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=gmail.example; s=20230601;\r\n"
        "        h=to:subject:message-id:date:from:mime-version; bh=MadeUp=; b=MadeUp==",
    ),
    below_gmail,
    on_gmail,
    "Fwd: ",
)
APPLE = Program(
    "Apple Mail",
    "<{}-4F1B-4E6E-9B1D-0A5C3E7D2F10@elsewhere.example>",
    ("X-Mailer: Apple Mail (2.3774.300.61.1.2)",),
    below_apple,
    on_apple,
    "Fwd: ",
    has_html=False,
)
IPHONE = Program(
    "iPhone",
    "<{}-77C0-4D1E-8E43-B8A1D3F0C912@rosecottage.example>",
    ("X-Universally-Unique-Identifier: 0B8C1F7E-MADE-UP", "X-Mailer: iPhone Mail (21E236)"),
    below_iphone,
    on_apple,
    "Fwd: ",
    has_html=False,
)
OUTLOOK = Program(
    "Outlook",
    "<LO0P000MB{}A1B2C3@LO0P000MB0001.GBRP000.PROD.OUTLOOK.EXAMPLE>",
    (
        "Thread-Topic: ODS code",
        "Thread-Index: AQHajMadeUpMadeUpMadeUpMadeUpA==",
        "Accept-Language: en-GB, en-US",
        "Content-Language: en-GB",
        "X-MS-Has-Attach: ",
        "X-MS-TNEF-Correlator: ",
        "x-ms-publictraffictype: Email",
    ),
    below_outlook,
    below_outlook,
    "FW: ",
)
NHSMAIL = Program(
    "NHSmail",
    "<CWLP000MB{}F0E1D2@CWLP000MB0001.GBRP000.PROD.NHS.EXAMPLE>",
    (
        *OUTLOOK.heads,
        "X-MS-Exchange-Organization-SCL: -1",
        "X-MS-Exchange-CrossTenant-FromEntityHeader: Hosted",
        "X-MS-Exchange-Transport-CrossTenantHeadersStamped: CWLP000MB0001",
    ),
    below_nhsmail,
    below_outlook,
    "FW: ",
)
PROGRAMS = (GMAIL, APPLE, IPHONE, OUTLOOK, NHSMAIL)


class Writer(NamedTuple):
    """Somebody who writes to the desk, with their mail program."""

    name: str
    address: str
    program: Program

    def writes(self, text: str, subject: str = "ODS code", to: str = DESK, **more: str) -> bytes:
        """A new mail. More fields are written with underscores."""
        return self._sent(text, {"to": to, "subject": subject, **more})

    def answers(self, raw: bytes, text: str, **more: str) -> bytes:
        """An answer to this mail, as the program threads it and quotes what it answers."""
        mail = seen(raw)
        again = "" if mail.subject.lower().startswith("re: ") else "Re: "
        thread = {
            "to": mail.reply_to,
            "subject": again + mail.subject,
            "in_reply_to": mail.message_id,
            "references": f"{mail.references} {mail.message_id}".strip(),
        }
        return self._sent(self.program.answered(text, mail), {**thread, **more})

    def forwards(self, raw: bytes, text: str = "", *, whole: bool = False, **more: str) -> bytes:
        """This mail, passed on to the desk in the text, or attached `whole`."""
        mail = seen(raw)
        heads = {"to": DESK, "subject": self.program.forwards_as + mail.subject, **more}
        if whole:
            return self._sent(text or "See attached.", heads, attached=raw)
        return self._sent(self.program.passed_on(text, mail), heads)

    def _sent(self, text: str, heads: Mapping[str, str], attached: bytes = b"") -> bytes:
        mail = EmailMessage(policy.SMTP)
        mail.set_content(text)
        if self.program.has_html:
            mail.add_alternative(f"<div>{escape(text)}</div>".replace("\n", "<br>"), subtype="html")
        if attached:
            inner = message_from_bytes(attached, policy=policy.SMTP)
            mail.add_attachment(inner)
        digest = sha256(repr((self.address, text, heads)).encode()).hexdigest()[:8].upper()
        fields = {
            "from": f"{self.name} <{self.address}>",
            "date": format_datetime(NINE),
            "message_id": self.program.message_id.format(digest),
            **heads,
        }
        head = [f"{name.replace('_', '-').title()}: {value}" for name, value in fields.items()]
        return "\r\n".join([*head, *self.program.heads, ""]).encode() + mail.as_bytes()


ANNE = Writer("Anne Archer", "anne@rosecottage.example", GMAIL)
DORA = Writer("Dora Dean", "dora@rosecottage.example", IPHONE)
"""Anne's deputy."""
EVE = Writer("Eve Eden", "eve@elsewhere.example", APPLE)
"""A stranger to all of them."""
BART = Writer("Bart Brown", "bart@ods.example", OUTLOOK)
