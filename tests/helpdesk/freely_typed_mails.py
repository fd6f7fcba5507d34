"""Mails in requesters' own words, of every shape, and what each says of its request."""

from helpdesk.intake import Address
from tests.helpdesk.typed_mails import BARE, SHARED, Typed

FREELY = (
    Typed(
        "Hi there\n\nMy name is Cris Carter and I am the manager of Rose Cottage in Oldtown. "
        "Could you let me have our ODS code please? You can ring me on 01632 960123.",
        {"name": "Cris Carter", "org": "Rose Cottage", "phone": "01632 960123"},
        sender=SHARED,
    ),
    Typed(
        "Please could you provide the ODS code for Rose Cottage Residential Home (ZZ1 1AA), "
        "CQC location 1-123456789, provider 1-987654321?",
        {
            "org": "Rose Cottage Residential Home",
            "postcode": "ZZ1 1AA",
            "location": "1-123456789",
            "provider": "1-987654321",
            "kind": "care_home",
        },
    ),
    Typed(
        "we are a small home care company called Rose Cottage Homecare and need to do the dsp "
        "toolkit. 1-123456789 is our location id. thanks cris",
        {
            "org": "Rose Cottage Homecare",
            "location": "1-123456789",
            "kind": "domiciliary",
            "purposes": "DSPT",
        },
    ),
    Typed("Hello, what is our code? Thanks, Anne", {}),
    Typed(
        "I rang CQC and they told me to write to you. Our home has changed hands.\n\n"
        "Regards\nAnne\n\nRose Cottage Care Home\n1 High Street, Oldtown ZZ1 1AA\n01632 960123",
        {
            "org": "Rose Cottage Care Home",
            "postcode": "ZZ1 1AA",
            "phone": "01632 960123",
            "kind": "care_home",
        },
    ),
    Typed(
        "Dear Sir or Madam\n\nRose Cottage Ltd (company number 01234567) would like an ODS code.\n"
        "Our registered address is 1 High Street, Oldtown, ZZ1 1AA.\n\nYours faithfully\n\n"
        "C. Carter\nDirector",
        {"org": "Rose Cottage Ltd", "postcode": "ZZ1 1AA", "name": "C. Carter"},
        sender=BARE,
    ),
    Typed(
        "Hi, I'm Cris from Rose Cottage care home. Our postcode's ZZ1 1AA. We've no NHSmail yet.",
        {
            "org": "Rose Cottage care home",
            "postcode": "ZZ1 1AA",
            "kind": "care_home",
            "purposes": "NHSmail",
        },
    ),
    Typed("See attached.\n\nSent from my iPhone", {}),
    Typed(
        "ods code pls\nrose cottage\nzz1 1aa\n07700900123",
        {"postcode": "ZZ1 1AA", "phone": "07700900123"},
    ),
    Typed(
        "On behalf of Rose Cottage Care Limited I should be grateful for the parent code and site "
        "code.\n\nBest wishes,\n\nCris Carter BSc (Hons)\nOperations Director\n"
        "Mob. 07700 900 123 | Web: www.rosecottage.example",
        {"org": "Rose Cottage Care Limited", "name": "Cris Carter", "phone": "07700 900 123"},
    ),
    Typed(
        "The organisation is Rose Cottage Support Services, the contact is Cris Carter, the number "
        "is 01632 960123 and the postcode is ZZ1 1AA.",
        {
            "org": "Rose Cottage Support Services",
            "name": "Cris Carter",
            "phone": "01632 960123",
            "postcode": "ZZ1 1AA",
        },
    ),
    Typed(
        "We think our ODS code is VM1AB but the DSPT says it is wrong. CQC ID 1-123456789.",
        {"code": "VM1AB", "location": "1-123456789", "purposes": "DSPT"},
    ),
    Typed(
        "Could you confirm codes for both homes? Rose Cottage 1-123456789 and Holly House "
        "1-223456789.\n\nThanks\nAnne",
        {"location": "1-123456789"},
    ),
    Typed(
        "Code needed.\n\n--\nAnne Archer\nHome Manager\nHolly House, part of Oldtown Care Group\n"
        "Tel 01632 960123 ext 4 Fax 01632 960999",
        {"org": "Holly House", "phone": "01632 960123"},
    ),
    Typed(
        "We're a supported living provider, not a care home. Name's Cris Carter, ring 01632 "
        "960123.",
        {"name": "Cris Carter", "phone": "01632 960123"},
    ),
    Typed(
        "Good afternoon,\n\nI look after two people and was told by my GP (01632 960555) to get an "
        "NHS mail address.\n\nThanks so much!\nAnne x",
        {"purposes": "NHSmail"},
    ),
    Typed(
        "Please raise this.\n\nThis is for Holly House Nursing Home in Oldtown (postcode ZZ2 2BB); "
        "the CQC provider number is 1-987654321.\nMy direct line is 01632 960777.",
        {
            "org": "Holly House Nursing Home",
            "postcode": "ZZ2 2BB",
            "provider": "1-987654321",
            "phone": "01632 960777",
            "kind": "care_home",
        },
    ),
    Typed(
        "Hi\n\nNew starter here, I've taken over from Bart Baker at Rose Cottage.\n"
        "What's the ODS code?\n\nCheers\nCris Carter\nRose Cottage | ZZ1 1AA",
        {"name": "Cris Carter", "org": "Rose Cottage", "postcode": "ZZ1 1AA"},
        sender=SHARED,
    ),
    Typed(
        "Dear ODS team,\nour details as requested:\nCRIS CARTER\nROSE COTTAGE CARE HOME\nZZ1 1AA\n"
        "01632 960123",
        {
            "org": "ROSE COTTAGE CARE HOME",
            "postcode": "ZZ1 1AA",
            "phone": "01632 960123",
            "kind": "care_home",
        },
    ),
    Typed(
        "Hello,\n\nODS code wanted.",
        {
            "name": "Anne Archer",
            "org": "Rose Cottage Care Home",
            "code": "VM1AB",
            "kind": "care_home",
        },
        sender=Address("ARCHER, Anne (ROSE COTTAGE CARE HOME - VM1AB)", "anne.archer5@nhs.net"),
    ),
    Typed(
        "Thank you for your help.",
        {"org": "Rose Cottage Care Home", "kind": "care_home"},
        subject="ODS code request for Rose Cottage Care Home",
    ),
    Typed(
        "Dear team,\n\nWe have been asked by the Oldtown Council to register. I work for the NHS "
        "three days a week. Please help.\n\nKind regards,\nAnne Archer\nRegistered Manager",
        {},
    ),
    Typed(
        "CQC registration: location 1-123456789 / provider 1-987654321\nTel/Mob: 07700 900123\n"
        "Home: Rose Cottage (27 beds)\nAddress: The Lane, Oldtown, ZZ1 1AA\nManager: Bart Baker",
        {
            "location": "1-123456789",
            "provider": "1-987654321",
            "phone": "07700 900123",
            "org": "Rose Cottage",
            "postcode": "ZZ1 1AA",
        },
    ),
    Typed(
        "> Could you send us your details?\n\nYes: Rose Cottage, ZZ1 1AA, 1-123456789 (location) "
        "and 1-987654321 (provider).",
        {
            "org": "Rose Cottage",
            "postcode": "ZZ1 1AA",
            "location": "1-123456789",
            "provider": "1-987654321",
        },
    ),
    Typed(
        "Hi team,\nfor context I am the new administrator. Our Provider ID is 1-987654321 (we have "
        "no Location ID yet). We'd like the code by Friday, as the DSPT is due.\nAnne\n01632960123",
        {"provider": "1-987654321", "purposes": "DSPT", "phone": "01632960123"},
    ),
    Typed(
        "Bonjour, I want to know where is the form? Anne",
        {},
    ),
)
