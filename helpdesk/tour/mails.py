"""The mails of the tour, made up: who writes what, how long ago, and how each looks as bytes."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import NamedTuple

from helpdesk.errors import NotInstalled
from helpdesk.intake import Kind, Request

DESK = "ods.desk@desk.example"

WORD = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")


class Mail(NamedTuple):
    """One mail. Its `key` is what the tour calls it, and the call that it raises."""

    ago: str
    key: str
    sender: str
    subject: str
    text: str
    html: bool = False  #: the text is HTML, and there is no other
    form: Request | None = None  #: the request form that comes with it, filled in
    damaged: bool = False  #: the form cannot be opened, and the text names an odd charset
    answers: str = ""  #: the key of the call whose last letter it answers
    automatic: bool = False


def address(mail: Mail) -> str:
    return mail.sender.rpartition("<")[2].rstrip(">")


MAILS = (
    Mail(
        "9d 20h",
        "kestrel",
        "Gwen Price <gwen@kestrelhomecare.example>",
        "ODS code for the DSPT",
        "Hello, our form is attached. Thank you, Gwen",
        form=Request(
            requester_name="Gwen Price",
            requester_email="gwen@kestrelhomecare.example",
            requester_phone="01632 960106",
            organisation="Kestrel Home Care",
            postcode="ZZ91 4AF",
            kind=Kind.DOMICILIARY,
            cqc_location_id="1-9000000106",
            purposes=("DSPT", "NHSmail"),
        ),
    ),
    Mail(
        "9d 12h",
        "bramble",
        "Tom Reed <manager@bramblehouse.example>",
        "ODS code please",
        "Good morning,\n\nwe need our ODS code to apply for NHSmail.\n\n"
        "Name: Tom Reed\nOrganisation: Bramble House\nTelephone: 01632 960102\n"
        "Postcode: ZZ91 1AB\nType of service: care home\n\nKind regards\nTom\n",
    ),
    Mail(
        "8d",
        "quarry",
        "Ines Marsh <ines@quarryhill.example>",
        "Request for ODS code",
        "<html><body><p>Dear team,</p><p>please could you tell us our <b>ODS code</b>?</p>"
        "<table><tr><td>Your name</td><td>Ines Marsh</td></tr>"
        "<tr><td>Name of organisation</td><td>Quarry Hill</td></tr>"
        "<tr><td>Telephone number</td><td>0161 496 0112</td></tr>"
        "<tr><td>Postcode</td><td>ZZ92 2AP</td></tr></table></body></html>",
        html=True,
    ),
    Mail(
        "7d 2h",
        "sunny",
        "Paul Hart <paul@sunnycorner.example>",
        "ods code for new home",
        "Hi, we open a home in the summer and have not applied to CQC yet.\n"
        "Can we have the ODS code already?\n\nName of home: Sunny Corner\n"
        "Postcode: ZZ93 9XX\nTel: 01632 960190\n\nPaul Hart\n",
    ),
    Mail(
        "6d",
        "larch",
        "Ruth Lowe <ruth@larchview.example>",
        "Request form",
        "Please find our form attached.",
        form=Request(
            requester_name="Ruth Lowe",
            requester_email="ruth@larchview.example",
            requester_phone="0161 496 0199",  # not the number that CQC has
            organisation="Larch View",
            postcode="ZZ91 2AD",
            kind=Kind.CARE_HOME,
            purposes=("DSPT",),
        ),
    ),
    Mail(
        "5d 11h",
        "larch away",
        "Ruth Lowe <ruth@larchview.example>",
        "Automatic reply: your request for an ODS code",
        "I am on leave until Monday and will read your message then.",
        answers="larch",
        automatic=True,
    ),
    Mail(
        "3d",
        "ashgrove",
        "Joan Field <joan@ashgrove.example>",
        "ODS code for Ashgrove",
        "Hello,\n\nplease send me the ODS code of our home.\n\nName: Joan Field\n"
        "Organisation: Ashgrove Manor\nTelephone: 0161 496 0109\nPostcode: ZZ91 7AX\n"
        "CQC location ID: 1-9000000109\n",
    ),
    Mail(
        "2d 12h",
        "fernleigh",
        "Ravi Nair <ravi@fernleigh.example>",
        "ODS code needed",
        "Dear Sir or Madam,\n\nName: Ravi Nair\nOrganisation: Fernleigh\n"
        "Telephone: 01632 960111\nPostcode: ZZ92 1AN\n\nWe want to complete the DSPT.\n",
    ),
    Mail(
        "1d 16h",
        "scan",
        "scanner@northmoorcare.example",
        "Scan 0041",
        "\u2592\u2592\u2592 \u2592\u2592",
        damaged=True,
    ),
    Mail(
        "1d 6h",
        "primrose",
        "Ella Shaw <ella@primroselodge.example>",
        "Our ODS code",
        "Name: Ella Shaw\nOrganisation: Primrose Lodge\nTelephone: 01632 960108\n"
        "Postcode: ZZ91 6AH\n\nWe were registered last week. We need NHSmail.\n",
    ),
    Mail(
        "20h",
        "ashgrove reply",
        "Joan Field <joan@ashgrove.example>",
        "Re: your request for an ODS code",
        "You are right, CQC knows us as Ashgrove Court. The postcode was my slip.\n",
        answers="ashgrove",
    ),
    Mail(
        "5h",
        "rose",
        "Anne Doyle <anne@rosecottage.example>",
        "Urgent: ODS code for Rose Cottage",
        "Hello,\n\nour new care records go live next week and the supplier needs our ODS code\n"
        "before. The form is attached.\n\nAnne\n",
        form=Request(
            requester_name="Anne Doyle",
            requester_email="anne@rosecottage.example",
            requester_phone="01632 960101",
            organisation="Rose Cottage",
            postcode="ZZ91 1AA",
            kind=Kind.CARE_HOME,
            cqc_location_id="1-9000000101",
            purposes=("DSPT", "NHSmail"),
            urgent_reason="our new care records system goes live next week",
            suggests_urgent=True,
        ),
    ),
    Mail(
        "2h",
        "tern",
        "Sam <sam@ternhouse.example>",
        "code",
        "hi can we get an ods code for tern house ZZ92 5AT thanks sam",
    ),
)

DELIVERED_TWICE = ("2d 11h", "fernleigh")
"""When a server delivers a mail a second time, byte for byte, and which."""

CALLER = Request(
    requester_name="Mo Lister",
    requester_email="mo@willowbank.example",
    requester_phone="01632 960105",
    organisation="Willow Bank",
    postcode="ZZ91 3AE",
    kind=Kind.CARE_HOME,
    cqc_location_id="1-9000000104",  # that of the owner before
    purposes=("DSPT",),
)
"""What somebody says who rings instead of writing."""


def raw(mail: Mail, arrived: datetime, answered: str = "") -> bytes:
    """The mail as a mail server keeps it; `answered` is the Message-ID that it replies to."""
    message = EmailMessage(policy=SMTP)
    domain = address(mail).partition("@")[2]
    when = format_datetime(arrived)
    message["Received"] = f"from mx.{domain} by mx.desk.example with ESMTPS; {when}"
    message["Date"] = when
    message["From"] = mail.sender
    message["To"] = DESK
    message["Subject"] = mail.subject
    message["Message-ID"] = f"<{mail.key.replace(' ', '.')}@{domain}>"
    if answered:
        message["In-Reply-To"] = answered
    if mail.automatic:
        message["Auto-Submitted"] = "auto-replied"
    message.set_content(mail.text, subtype="html" if mail.html else "plain", cte="base64")
    if mail.damaged:
        message.set_param("charset", "x-scanner-9")
    if form := _form(mail):
        maintype, subtype = WORD
        message.add_attachment(
            form, maintype=maintype, subtype=subtype, filename="ODS request form.docx"
        )
    return message.as_bytes()


def _form(mail: Mail) -> bytes:
    if mail.form is None and not mail.damaged:
        return b""
    try:
        from helpdesk.intake import request_form  # noqa: PLC0415  # an extra
    except ImportError:
        raise NotInstalled(
            "the tour fills in request forms, which needs one more package:"
            " pip install 'helpdesk[forms]'"
        ) from None
    whole = request_form.filled(mail.form or Request(), DESK)
    return whole[: len(whole) // 2] if mail.damaged else whole
