"""Made-up facts for every letter."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

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
    "left": "11 hours 20 minutes by the clock, 3 hours of desk time",
    "owner": "Bart",
    "urgent": True,
    "command": "helpdesk acknowledge ODS-000017",
}

BREACHES = [
    {
        "reference": "ODS-000004",
        "organisation": "Hollyhock Home Care",
        "target": "provide",
        "promised": "7 days",
        "due": NOW - timedelta(hours=26),
        "late": "1 day 2 hours",
        "owner": "",
        "urgent": True,
        "late_start": True,
        "holds": "awaiting CQC, 12 to 24 February, by Bart",
        "why": "less than 4 hours of desk time were left when it was acknowledged",
        "command": "helpdesk allocate ODS-000004 --site V....",
    },
    {
        "reference": "ODS-000017",
        "organisation": "Rose Cottage",
        "target": "acknowledge",
        "promised": "48 hours",
        "due": NOW - timedelta(minutes=10),
        "late": "10 minutes",
        "owner": "Bart",
        "urgent": False,
        "late_start": False,
        "holds": "",
        "why": "",
        "command": "helpdesk acknowledge ODS-000017",
    },
    {
        "reference": "ODS-000021",
        "organisation": "",
        "target": "acknowledge",
        "promised": "48 hours",
        "due": NOW - timedelta(minutes=2),
        "late": "2 minutes",
        "owner": "Cris",
        "urgent": False,
        "late_start": False,
        "holds": "",
        "why": "unwinnable: no desk hours between its arrival and its due moment",
        "command": "helpdesk acknowledge ODS-000021",
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
    "differences": DIFFERENCES,
    "original": "ODS-000009",
    "flag": FLAG,
    "breaches": BREACHES,
    "total": len(BREACHES),
}


@pytest.fixture
def facts() -> dict[str, Any]:
    """Every fact that any letter may ask for; a test changes its own copy."""
    return {**EVERYTHING, "call": dict(CALL), "codes": dict(CODES), "flag": dict(FLAG)}
