"""Mails of odd shapes, and what each says of its request."""

from tests.helpdesk.typed_mails import BARE, SHARED, Typed

ODDLY = (
    Typed(
        "Hello ODS,\nPlease find our info:\nProvider: Oldtown Care Ltd\nLocation: Rose Cottage\n"
        "CQC Provider No. 1-987654321\nCQC Location No. 1-123456789\n"
        "Named contact: Cris Carter (01632 960123)",
        {
            "org": "Rose Cottage",
            "provider": "1-987654321",
            "location": "1-123456789",
            "name": "Cris Carter",
            "phone": "01632 960123",
        },
    ),
    Typed(
        "Hi,\n\nI need to get an ODS code for my care home. It's called The Laurels and it's in "
        "Oldtown, ZZ3 3DD.\n\nmany thanks\n\nCris Carter",
        {"org": "The Laurels", "postcode": "ZZ3 3DD", "name": "Cris Carter", "kind": "care_home"},
        sender=BARE,
    ),
    Typed(
        "Dear Colleagues,\n\nSt. Mary's Nursing Home (CQC 1-123456789) has no ODS code on the "
        "portal. Please advise.\n\nKind Regards,\n\nMrs. Cris Carter RGN\n"
        "Registered Manager | St. Mary's Nursing Home\nOldtown Road, Oldtown, ZZ1 1AA\n"
        "Tel: 01632 960123 | Email: manager@stmarys.example | www.stmarys.example\n\n"
        "This e-mail is confidential and may be privileged. If you are not the person it was "
        "meant for, please delete it and tell the sender at once, thank you.",
        {
            "org": "St. Mary's Nursing Home",
            "location": "1-123456789",
            "name": "Mrs. Cris Carter",
            "postcode": "ZZ1 1AA",
            "phone": "01632 960123",
            "kind": "care_home",
        },
    ),
    Typed(
        "Name of Organisation: Rose Cottage Home Care\nOrg type: Domiciliary\n"
        "Address: Unit 3, The Park, Oldtown, ZZ1 1AA\nName of person requesting: Cris Carter\n"
        "Contact no: 01632960123\nReason: NHS mail",
        {
            "org": "Rose Cottage Home Care",
            "kind": "domiciliary",
            "postcode": "ZZ1 1AA",
            "name": "Cris Carter",
            "phone": "01632960123",
            "purposes": "NHSmail",
        },
    ),
    Typed(
        "1) Cris Carter\n2) Rose Cottage Care Home\n3) ZZ1 1AA\n4) 01632 960123",
        {
            "org": "Rose Cottage Care Home",
            "postcode": "ZZ1 1AA",
            "phone": "01632 960123",
            "kind": "care_home",
        },
    ),
    Typed(
        "Please can I have the parent code & site code for Sunny Bank Care Home? Sent from "
        "Outlook for Android",
        {"org": "Sunny Bank Care Home", "kind": "care_home"},
    ),
    Typed(
        "Hiya, just opened a new dom care agency (Caring Hands Oldtown Ltd), CQC registered last "
        "week under 1-12345678901. how do i get an ods code",
        {"org": "Caring Hands Oldtown Ltd", "location": "1-12345678901", "kind": "domiciliary"},
    ),
    Typed(
        "Name:\tCris Carter\nJob Title:\tOffice Manager\nOrganisation Name:\tRose Cottage\n"
        "ODS Code:\tN/A\nCQC ID:\t1-123456789\nTel:\t01632 960123 / 07700 900123",
        {
            "name": "Cris Carter",
            "org": "Rose Cottage",
            "location": "1-123456789",
            "phone": "01632 960123",
        },
    ),
    Typed(
        "The DSPT asks for an ODS code. The one I was given (VM1AB) does not work. My home = "
        "Rose Cottage, postcode = ZZ1 1AA.",
        {"org": "Rose Cottage", "postcode": "ZZ1 1AA", "purposes": "DSPT"},
    ),
    Typed(
        "FAO ODS Team\n\nRE: Rose Cottage Residential Care Home, 1 High Street, Oldtown, ZZ1 "
        "1AA\n\nFurther to our call today please send the codes to this address.\n\n"
        "Yours sincerely,\n\n\nCris Carter\nFinance Officer\n"
        "for and on behalf of Oldtown Homes Ltd",
        {
            "org": "Rose Cottage Residential Care Home",
            "postcode": "ZZ1 1AA",
            "name": "Cris Carter",
            "kind": "care_home",
        },
    ),
    Typed(
        "I am Cris Carter, the nominated individual for Oldtown Care Ltd, provider ID "
        "1-987654321. We run three homes.",
        {"name": "Cris Carter", "org": "Oldtown Care Ltd", "provider": "1-987654321"},
    ),
    Typed(
        "HOME NAME:ROSE COTTAGE\nPOSTCODE:ZZ11AA\nCONTACT NAME:CRIS CARTER\n"
        "CONTACT NUMBER:01632960123",
        {
            "org": "ROSE COTTAGE",
            "postcode": "ZZ1 1AA",
            "name": "CRIS CARTER",
            "phone": "01632960123",
        },
    ),
    Typed(
        "Can you ring our manager Bart Baker on 01632 960555 to discuss? I am away until "
        "Monday.\n\nAnne",
        {"phone": "01632 960555"},
    ),
    Typed(
        "Your name (first and last): Cris Carter\n"
        "Your e-mail address (not personal): cris@rosecottage.example\n"
        "Your care setting: Rose Cottage\n"
        "Care home / Domiciliary (delete as appropriate): Care home\n"
        "CQC location ID (begins 1-): 1-123456789",
        {
            "name": "Cris Carter",
            "email": "cris@rosecottage.example",
            "org": "Rose Cottage",
            "kind": "care_home",
            "location": "1-123456789",
        },
    ),
    Typed(
        "* Organisation: Rose Cottage\n* Organisation address: 1 High Street\n  Oldtown\n"
        "  ZZ1 1AA\n* Who needs it: all staff\n* Provider type: Care home",
        {"org": "Rose Cottage", "postcode": "ZZ1 1AA", "kind": "care_home"},
    ),
    Typed(
        "We moved! New address: 5 New Street, Oldtown, ZZ5 5EE. Old address was 1 High Street, "
        "Oldtown, ZZ1 1AA. Does our ODS code change?\nRegards\nAnne",
        {"postcode": "ZZ5 5EE"},
    ),
    Typed(
        "Thank you for your email.\n\nThe CQC ID is 1-123456789.\n\nKind regards,\nAnne",
        {"location": "1-123456789"},
    ),
    Typed(
        "Hi\nCould you resend the ODS code for\nRose Cottage Nursing Home\nOldtown\nZZ1 1AA\n"
        "Thanks\nAnne Archer",
        {"org": "Rose Cottage Nursing Home", "postcode": "ZZ1 1AA", "kind": "care_home"},
    ),
    Typed(
        "ODS CODE REQUEST\n===============\nRequester.....: Cris Carter\n"
        "Company.......: Rose Cottage Ltd\nPhone.........: 01632 960123\n"
        "E-mail........: cris@rosecottage.example",
        {
            "name": "Cris Carter",
            "org": "Rose Cottage Ltd",
            "phone": "01632 960123",
            "email": "cris@rosecottage.example",
        },
    ),
    Typed(
        "Cris Carter here from Rose Cottage. Need our NHSmail sorting asap, give me a bell 07700 "
        "900123",
        {
            "name": "Cris Carter",
            "org": "Rose Cottage",
            "phone": "07700 900123",
            "purposes": "NHSmail",
        },
        sender=SHARED,
    ),
    Typed(
        "Please see my answers in red.\n\nName of provider?   Oldtown Care Ltd\n"
        "Which service?   Rose Cottage\nPost code?  ZZ1 1AA\nPerson to contact?  Cris Carter",
        {"org": "Oldtown Care Ltd", "postcode": "ZZ1 1AA", "name": "Cris Carter"},
    ),
    Typed(
        "Hello. I work for Oldtown Council's commissioning team and want the codes for all homes "
        "in our area. Is there a list?\n\nBest,\nAnne Archer\nCommissioning Officer\n"
        "Oldtown Council\n01632 960123",
        {"phone": "01632 960123"},
    ),
)
