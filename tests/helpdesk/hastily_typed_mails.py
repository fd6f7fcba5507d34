"""Mails in which requesters leave out what they can, and what each says all the same."""

from tests.helpdesk.typed_mails import BARE, Typed

HASTILY = (
    Typed(
        "Hi All\n\nJust chasing our ODS code request from last week? We're The Willows Care Home "
        "in Newtown (NT1 2AB). Many thanks in advance\n\nKaren Miles\nDeputy Manager\n"
        "The Willows Care Home\nt. 01632 960321",
        {
            "org": "The Willows Care Home",
            "postcode": "NT1 2AB",
            "name": "Karen Miles",
            "phone": "01632 960321",
            "kind": "care_home",
        },
    ),
    Typed(
        "Details below:\n\nName of Home - Willow Court\nProvider - Newtown Care Group Limited\n"
        "CQC Provider ID - 1-222333444\nCQC Location ID - 1-111222333\n"
        "Contact - Karen Miles, Deputy Manager - 01632 960321",
        {
            "org": "Willow Court",
            "provider": "1-222333444",
            "location": "1-111222333",
            "name": "Karen Miles",
            "phone": "01632 960321",
        },
    ),
    Typed(
        "Hello Team, I'd like to request the ODS code for our service as we're completing the "
        "Data Security & Protection Toolkit.\n\nService name: Helping Hands Newtown\n"
        "Service type: Domiciliary care\nPostcode: NT12AB\n\nRegards\nKaren",
        {
            "org": "Helping Hands Newtown",
            "kind": "domiciliary",
            "postcode": "NT1 2AB",
            "purposes": "DSPT",
        },
    ),
    Typed("Karen Miles\nThe Willows\n\nsent from my mobile", {}),
    Typed(
        'We\'re trying to register for NHSmail and it keeps asking for an "ODS Code". Our CQC '
        "location ID: 1-111222333\n\nKaren Miles - Home Manager\n"
        "Willow Lodge Nursing Home, 14 Station Road, Newtown, NT1 2AB\n"
        "Tel. 01632 960321  Mob. 07700 900321\nemail: manager@willowlodge.example",
        {
            "location": "1-111222333",
            "name": "Karen Miles",
            "org": "Willow Lodge Nursing Home",
            "postcode": "NT1 2AB",
            "phone": "01632 960321",
            "kind": "care_home",
            "purposes": "NHSmail",
        },
    ),
    Typed(
        "Dear Sir/Madam,\n\nI represent Newtown Support & Living CIC. Company registration "
        "12345678. CQC provider reference 1-222333444.\n\nYours,\nK Miles",
        {"org": "Newtown Support & Living CIC", "provider": "1-222333444", "name": "K Miles"},
        sender=BARE,
    ),
    Typed(
        "Name Karen Miles\nHome Willow Lodge\nPostcode NT1 2AB\nPhone 01632 960321",
        {
            "name": "Karen Miles",
            "org": "Willow Lodge",
            "postcode": "NT1 2AB",
            "phone": "01632 960321",
        },
    ),
    Typed(
        "Organisation name: Willow Lodge\n"
        "Organisation address: 14 Station Road, Newtown NT1 2AB\n"
        "Registered office: 1 Big Street, London, LN1 1AA\nMain contact name: Karen Miles\n"
        "Main contact email: karen@willow.example\nMain contact telephone: 01632 960321\n"
        "Backup contact name: Bob Hill\nBackup contact telephone: 01632 960322",
        {
            "org": "Willow Lodge",
            "postcode": "NT1 2AB",
            "name": "Karen Miles",
            "email": "karen@willow.example",
            "phone": "01632 960321",
        },
    ),
    Typed(
        "Is VN2CD the code for Willow Lodge, NT1 2AB?",
        {"org": "Willow Lodge", "postcode": "NT1 2AB"},
    ),
    Typed(
        "What is the ODS code for:\n1. Willow Lodge, NT1 2AB\n2. Willow Court, NT3 4EF\n"
        "3. Willow House, NT5 6GH",
        {"org": "Willow Lodge", "postcode": "NT1 2AB"},
    ),
    Typed(
        "Hi I run a small residential home for 6 people with learning disabilities, we are "
        "registered with the CQC (1-111222333 / 1-222333444). The inspector said we need ODS?",
        {"location": "1-111222333", "kind": "care_home"},
    ),
    Typed(
        "To whom it may concern\n\nPlease be advised that Willow Lodge has a new owner. The new "
        "provider will be Bright Futures Care Ltd (provider ID 1-333444555).\n\nBob Hill\n"
        "Director, Bright Futures Care Ltd",
        {"org": "Bright Futures Care Ltd", "provider": "1-333444555", "name": "Bob Hill"},
    ),
    Typed(
        "Name: Karen\nSurname: Miles\nEmail: karen@willow.example\nPhone: (01632) 960321\n"
        "Care Home: Willow Lodge\nCode (if known): VN2CD",
        {
            "name": "Karen",
            "email": "karen@willow.example",
            "phone": "01632 960321",
            "org": "Willow Lodge",
            "kind": "care_home",
            "code": "VN2CD",
        },
    ),
    Typed(
        "Q: Who are you?\nA: Karen Miles\nQ: Which organisation?\nA: Willow Lodge\nQ: Postcode?\n"
        "A: NT1 2AB",
        {"postcode": "NT1 2AB"},
    ),
    Typed(
        "URGENT!!! inspection tomorrow!!! need code for willow lodge nursing home newtown!! call "
        "me 01632 960321",
        {"phone": "01632 960321", "kind": "care_home"},
    ),
    Typed(
        "Good morning\n\nCould you tell me who in your team deals with ODS codes for GP "
        "practices?\n\nThanks\nBob Hill\nPractice Manager\nNewtown Surgery\n01632 960111",
        {"name": "Bob Hill", "phone": "01632 960111"},
    ),
    Typed(
        "My organisation's name is Willow Homecare Services Limited and my telephone number is "
        "01632-960321. My CQC number: 1-111222333.",
        {
            "org": "Willow Homecare Services Limited",
            "phone": "01632 960321",
            "location": "1-111222333",
            "kind": "domiciliary",
        },
    ),
    Typed(
        "Please note our new telephone number 01632 960321 and address 14 Station Road, Newtown, "
        "NT1 2AB. Old number 01632 960000.\n\nBest wishes\nKaren Miles\nWillow Lodge Care Home",
        {
            "phone": "01632 960321",
            "postcode": "NT1 2AB",
            "name": "Karen Miles",
            "org": "Willow Lodge Care Home",
            "kind": "care_home",
        },
    ),
)
