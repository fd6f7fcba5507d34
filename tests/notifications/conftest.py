"""Made-up facts for every letter."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.notifications.reports import HOLDS_OF, REPORTS

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

DESK = {"name": "ODS desk", "address": "ods@desk.example", "phone": "01632 960 123"}

CALL = {
    "reference": "ODS-000017",
    "requester_name": "Anne Archer",
    "organisation": "Rose Cottage",
    "kind": "care home",
    "urgent": True,
    "urgent_reason": "the new care records system starts on 16 March",
    "received_at": NOW,
    "promise_at": NOW + timedelta(days=9),
    "owner": "Bart",
    "missing": ["your telephone number", "the name of your organisation"],
}

FLAG = {
    "reference": "ODS-000017",
    "organisation": "Rose Cottage",
    "target": "acknowledge",
    "promised": "48 hours",
    "due": NOW + timedelta(hours=48),
    "left": "11 hours 20 minutes",
    "desk_left": "3 desk hours 20 minutes",
    "unwinnable": False,
    "owner": "Bart",
    "urgent": True,
    "command": "helpdesk acknowledge ODS-000017",
}

RISKS = [
    FLAG,
    FLAG
    | {
        "reference": "ODS-000023",
        "organisation": "",
        "target": "provide",
        "promised": "7 days",
        "due": NOW + timedelta(hours=64, minutes=40),
        "left": "1 day 4 hours",
        "desk_left": "no desk hours",
        "unwinnable": True,
        "owner": "",
        "urgent": False,
        "command": "helpdesk trace ODS-000023",
    },
    FLAG
    | {
        "reference": "ODS-000019",
        "organisation": "Mill House",
        "due": NOW + timedelta(hours=80, minutes=40),
        "left": "1 day 20 hours",
        "desk_left": "15 desk hours",
        "owner": "Cris (away until Mon 9 Mar)",
        "urgent": False,
        "command": "helpdesk acknowledge ODS-000019",
    },
]

HOLDS = [
    "3 days 4 hours for the requester (Bart): asked which home of the two in Mill Lane it is for",
    "12 days for CQC (Cris): the postcode is wrong in the register",
]

BREACHES = [
    {
        "reference": "ODS-000004",
        "organisation": "Hollyhock Home Care",
        "target": "provide",
        "promised": "7 days",
        "due": NOW - timedelta(hours=26),
        "late": "1 day 2 hours",
        "desk_late": "no desk hours",
        "owner": "",
        "urgent": True,
        "late_start": True,
        "unwinnable": False,
        "holds": HOLDS,
        "why": "less than 4 hours of desk time were left when it was acknowledged",
        "command": "helpdesk allocate ODS-000004 --site V....",
        "quiet_since": NOW - timedelta(days=4),
        "quiet_for": "26 desk hours",
    },
    {
        "reference": "ODS-000017",
        "organisation": "Rose Cottage",
        "target": "acknowledge",
        "promised": "48 hours",
        "due": NOW - timedelta(minutes=10),
        "late": "10 minutes",
        "desk_late": "10 desk minutes",
        "owner": "Bart",
        "urgent": False,
        "late_start": False,
        "unwinnable": False,
        "holds": [],
        "why": "",
        "command": "helpdesk acknowledge ODS-000017",
        "quiet_since": NOW - timedelta(days=5),
        "quiet_for": "24 desk hours",
    },
    {
        "reference": "ODS-000021",
        "organisation": "",
        "target": "acknowledge",
        "promised": "48 hours",
        "due": NOW - timedelta(hours=63),
        "late": "2 days 15 hours",
        "desk_late": "no desk hours",
        "owner": "Cris",
        "urgent": False,
        "late_start": False,
        "unwinnable": True,
        "holds": [],
        "why": "",
        "command": "helpdesk acknowledge ODS-000021",
        "quiet_since": NOW - timedelta(days=5),
        "quiet_for": "24 desk hours",
    },
]

CODES = {
    "site": "VLX7K",
    "parent": "A9QT",
    "site_name": "Rose Cottage",
    "parent_name": "Cottage Care Ltd",
    "newly_allocated": False,
}

DIFFERENCES = [
    {"what": "Postcode", "given": "ZZ1 1AA", "registered": "ZZ1 1AB"},
    {"what": "Telephone", "given": "", "registered": "01632 960 456"},
]

NOTE = (
    "We rang you on Tuesday and on Thursday. If you would rather speak to us, ring the desk"
    " between nine and five.\n\nWith good wishes"
)

EVERYTHING: dict[str, Any] = {
    "desk": DESK,
    "zone": "Europe/London",
    "call": CALL,
    "due": {"acknowledge": NOW + timedelta(hours=48), "provide": NOW + timedelta(days=7)},
    "agent": "Bart",
    "codes": CODES,
    "note": NOTE,
    "subject": "Re: the code of our home",
    "body": "Which of the two homes in Mill Lane is it for?\n\nWe go on as soon as we know.",
    "signature": "The desk is open from Monday to Friday, nine to five.",
    "differences": DIFFERENCES,
    "original": "ODS-000009",
    "wrong": ["VLX7J", "A9QR"],
    "register_now": [
        {"what": "postcode", "was": "ZZ1 1AB", "is_now": "ZZ1 1AA", "given": "ZZ1 1AA"},
        {"what": "site code", "was": "", "is_now": "VLX7K", "given": ""},
    ],
    "command": "helpdesk trace ODS-000017",
    "waited": True,
    "risks": RISKS,
    "breaches": BREACHES,
    "total": len(BREACHES),
    "more": 0,
    "needed": ["which of your two homes it is for", "your CQC location ID"],
    "last": False,
    "closes_at": NOW + timedelta(days=14),
    "reopen_days": 30,
    "new": BREACHES[1:],
    "still": BREACHES[:1],
    "at_risk_today": [FLAG],
    **REPORTS,
    "aside": {
        "number": 41,
        "mailbox": "imap:ods@desk.example@mail.desk.example:993/INBOX",
        "arrived_at": NOW,
        "reason": "reading it took more than 5 seconds",
        "reference": "ODS-000017",
    },
    "daemon": {
        "host": "desk-one",
        "last_good": NOW - timedelta(hours=3, minutes=20),
        "silent_for": "3 hours 20 minutes",
        "error": "the store cannot be reached: connection refused (is the database up?)",
        "since": NOW - timedelta(hours=3, minutes=19),
    },
}
"""What any letter may ask for, but for the holds (see HOLDS_OF)."""


@pytest.fixture
def facts() -> dict[str, Any]:
    """Every fact that any letter may ask for; a test changes its own copy."""
    return deepcopy(EVERYTHING)


@pytest.fixture
def holds_of() -> dict[str, list[dict[str, Any]]]:
    """The holds of each event that tells of them."""
    return deepcopy(HOLDS_OF)
