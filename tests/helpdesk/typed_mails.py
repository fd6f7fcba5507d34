"""Mails as requesters type them, laid out like a form, and what each says of its request."""

from typing import NamedTuple

from helpdesk.intake import Address, Message

ANNE = Address("Anne Archer", "anne@rosecottage.example")
SHARED = Address("Rose Cottage Care Home", "office@rosecottage.example")
BARE = Address("", "rosecottage@post.example")

FIELDS = {
    "name": "requester_name",
    "email": "requester_email",
    "phone": "requester_phone",
    "org": "organisation",
    "postcode": "postcode",
    "kind": "kind",
    "location": "cqc_location_id",
    "provider": "cqc_provider_id",
    "code": "given_code",
    "purposes": "purposes",
}


class Typed(NamedTuple):
    """A mail, and every fact that can be known from it; the sender's name and address if unsaid."""

    words: str
    facts: dict[str, str]
    sender: Address = ANNE
    subject: str = "Code please"

    @property
    def message(self) -> Message:
        return Message(
            message_id=None,
            in_reply_to=(),
            references=(),
            sender=self.sender,
            reply_to=None,
            recipients=(),
            subject=self.subject,
            sent_at=None,
            text=self.words,
            own=self.words,
        )

    @property
    def expected(self) -> dict[str, str]:
        sender = {"name": self.sender.name, "email": self.sender.address} | self.facts
        return {FIELDS[name]: sender.get(name, "") for name in FIELDS}


LIKE_A_FORM = (
    Typed(
        "Name: Cris Carter\nOrganisation: Rose Cottage\nTel: 01632 960123\n"
        "Email: cris@rosecottage.example\nPostcode: ZZ1 1AA",
        {
            "name": "Cris Carter",
            "org": "Rose Cottage",
            "phone": "01632 960123",
            "email": "cris@rosecottage.example",
            "postcode": "ZZ1 1AA",
        },
    ),
    Typed(
        "Hello,\n\n- Name - Cris Carter\n- Home - Rose Cottage\n- Mobile - 07700 900123\n"
        "- CQC location ID - 1-123456789\n\nThanks",
        {
            "name": "Cris Carter",
            "org": "Rose Cottage",
            "phone": "07700 900123",
            "location": "1-123456789",
        },
    ),
    Typed(
        "CQC number is 1-123456789 and we are Rose Cottage Care Home, ZZ1 1AA.",
        {
            "location": "1-123456789",
            "org": "Rose Cottage Care Home",
            "postcode": "ZZ1 1AA",
            "kind": "care_home",
        },
    ),
    Typed(
        "our CQC provider ID: 1-987654321\nour cqc location id: 1-123456789\n"
        "name of home: Rose Cottage",
        {"provider": "1-987654321", "location": "1-123456789", "org": "Rose Cottage"},
    ),
    Typed(
        "Tel: 01632 960123 Email: cris@rosecottage.example Postcode: ZZ1 1AA",
        {"phone": "01632 960123", "email": "cris@rosecottage.example", "postcode": "ZZ1 1AA"},
    ),
    Typed(
        "Name: Cris Carter, Organisation: Rose Cottage Care Home, Tel: 01632 960123",
        {
            "name": "Cris Carter",
            "org": "Rose Cottage Care Home",
            "phone": "01632 960123",
            "kind": "care_home",
        },
    ),
    Typed(
        "| Your name | Cris Carter |\n|---|---|\n| Organisation | Rose Cottage |\n"
        "| Postcode | ZZ1 1AA |",
        {"name": "Cris Carter", "org": "Rose Cottage", "postcode": "ZZ1 1AA"},
    ),
    Typed(
        "Your name\tCris Carter\nName of organisation\tRose Cottage\nTelephone number\t\n"
        "CQC provider ID\t1-987654321",
        {"name": "Cris Carter", "org": "Rose Cottage", "provider": "1-987654321"},
    ),
    Typed(
        "Full name\nCris Carter\nOrganisation\nRose Cottage\nTelephone number\n01632 960123\n"
        "Postcode\nZZ1 1AA",
        {
            "name": "Cris Carter",
            "org": "Rose Cottage",
            "phone": "01632 960123",
            "postcode": "ZZ1 1AA",
        },
    ),
    Typed(
        "1. What is your name?\nCris Carter\n\n2. What is the name of your organisation?\n"
        "Rose Cottage\n\n3. What is your telephone number?\n01632 960123\n\n"
        "4. What do you need the code for?\nDSPT",
        {
            "name": "Cris Carter",
            "org": "Rose Cottage",
            "phone": "01632 960123",
            "purposes": "DSPT",
        },
    ),
    Typed(
        "Q1) Your name:\n\nCris Carter\n\nQ2) Organisation name:\n\nRose Cottage\n\n"
        "Q3) Postcode:\n\nZZ1 1AA",
        {"name": "Cris Carter", "org": "Rose Cottage", "postcode": "ZZ1 1AA"},
    ),
    Typed(
        "NAME (REQUIRED): Cris Carter\nORGANISATION* : Rose Cottage\nPOST CODE (required) - zz11aa",
        {"name": "Cris Carter", "org": "Rose Cottage", "postcode": "ZZ1 1AA"},
    ),
    Typed(
        "I am writing from Rose Cottage Care Home, ZZ1 1AA. We need an ODS code for the DSPT.",
        {
            "org": "Rose Cottage Care Home",
            "postcode": "ZZ1 1AA",
            "kind": "care_home",
            "purposes": "DSPT",
        },
    ),
    Typed(
        "Good morning,\n\nPlease send us our ODS code.\n\nKind regards\n\n"
        "Cris Carter | Registered Manager | Rose Cottage | 01632 960 123",
        {"name": "Cris Carter", "org": "Rose Cottage", "phone": "01632 960 123"},
    ),
    Typed(
        "Please send us our ODS code, which we need for NHSmail.\n\nMany thanks,\nCris Carter\n"
        "Deputy Manager\nRose Cottage Nursing Home\n1 High Street\nOldtown\nZZ1 1AA\n"
        "T: 01632 960123\nF: 01632 960999\nE: info@rosecottage.example",
        {
            "name": "Cris Carter",
            "org": "Rose Cottage Nursing Home",
            "postcode": "ZZ1 1AA",
            "phone": "01632 960123",
            "kind": "care_home",
            "purposes": "NHSmail",
        },
    ),
    Typed(
        "Care home details\nName: Rose Cottage\nPostcode: ZZ1 1AA\n\nYour details\n"
        "Name: Cris Carter\nPhone: 01632 960123",
        {
            "org": "Rose Cottage",
            "postcode": "ZZ1 1AA",
            "name": "Cris Carter",
            "phone": "01632 960123",
            "kind": "care_home",
        },
    ),
    Typed(
        "Requester name ......... Cris Carter\nOrganisation ........... Rose Cottage\n"
        "Telephone .............. 01632 960123",
        {"name": "Cris Carter", "org": "Rose Cottage", "phone": "01632 960123"},
    ),
    Typed(
        "Name          Cris Carter\nOrganisation  Rose Cottage\nPostcode      ZZ1 1AA\n"
        "Telephone     01632 960123",
        {
            "name": "Cris Carter",
            "org": "Rose Cottage",
            "postcode": "ZZ1 1AA",
            "phone": "01632 960123",
        },
    ),
    Typed(
        "• Contact name: Cris Carter\n• Care home name: Rose Cottage\n• Fax: 01632 960999\n"
        "• Tel no: 01632 960123\n• Role: Administrator",
        {
            "name": "Cris Carter",
            "org": "Rose Cottage",
            "phone": "01632 960123",
            "kind": "care_home",
        },
    ),
    Typed(
        "[x] Care home [ ] Domiciliary\nWe need it for: [x] DSPT [ ] NHSmail\n"
        "Organisation: Rose Cottage\nName of requester: Cris Carter",
        {"kind": "care_home", "purposes": "DSPT", "org": "Rose Cottage", "name": "Cris Carter"},
    ),
    Typed(
        "Organistion: Rose Cottage\nPost-code: ZZ1 1AA\nTelehpone: 01632 960123\n"
        "Contact nmae: Cris Carter",
        {
            "org": "Rose Cottage",
            "postcode": "ZZ1 1AA",
            "phone": "01632 960123",
            "name": "Cris Carter",
        },
    ),
    Typed(
        "Organisation:\nJob title: Manager\nTelephone:\nEmail:\n\nPlease ring me.",
        {},
    ),
    Typed(
        "ORGANISATION NAME -> Rose Cottage Homecare Ltd\nCONTACT -> Cris Carter\n"
        "PHONE -> +44 1632 960123\nPARENT CODE -> A1B2",
        {
            "org": "Rose Cottage Homecare Ltd",
            "name": "Cris Carter",
            "phone": "+44 1632 960123",
            "code": "A1B2",
            "kind": "domiciliary",
        },
    ),
    Typed(
        "Registered manager: Bart Baker\nContact for this request: Cris Carter\n"
        "Provider name: Oldtown Care Ltd\nHome name: Rose Cottage\nProvider ID 1-987654321",
        {"name": "Cris Carter", "org": "Rose Cottage", "provider": "1-987654321"},
    ),
    Typed(
        "Name: Cris Carter / Rose Cottage\nAddress: 1 High Street, Oldtown\nZZ1 1AA\n"
        "Contact: 01632 960123",
        {
            "name": "Cris Carter",
            "org": "Rose Cottage",
            "postcode": "ZZ1 1AA",
            "phone": "01632 960123",
        },
    ),
)
