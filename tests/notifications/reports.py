"""Made-up facts for the letters that report: the digest of the day, and the week."""

from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

DIGEST = {"day": "Monday 2 March 2026", "all_clear": False, "monday": True}

CLEARED = [
    {
        "reference": "ODS-000002",
        "organisation": "Mill House",
        "target": "provide",
        "how": "provided 2 days 3 hours late",
        "owner": "Cris",
    }
]

DIGEST_HOLDS = [
    {
        "reference": "ODS-000009",
        "organisation": "Ivy Lodge",
        "reason": "awaiting the requester",
        "until": NOW - timedelta(days=2),
        "remarks": "its date has passed; no chaser could be sent: the address is refused",
        "owner": "Bart",
        "command": "helpdesk resume ODS-000009",
    },
    {
        "reference": "ODS-000011",
        "organisation": "",
        "reason": "awaiting CQC",
        "until": None,
        "remarks": "",
        "owner": "",
        "command": "helpdesk show ODS-000011",
    },
]

MAIL = [
    {
        "what": "our acknowledgement to Cole Carter of Lilac Care (ODS-000012) was not delivered",
        "error": "550 5.1.1 no such user here",
        "command": "helpdesk show ODS-000012",
    },
    {
        "what": "a mail of ODS-000013 was set aside, and nobody has read it",
        "error": "its boundaries are broken",
        "command": "helpdesk mail show 41",
    },
]

TARGETS = [
    {
        "name": "acknowledge",
        "promised": "48 hours",
        "finished": 46,
        "met_net": 43,
        "met_gross": 43,
        "percent_net": "93.5 %",
        "percent_gross": "93.5 %",
        "share_net": 93,
        "share_gross": 93,
        "p50": "5 hours 10 minutes",
        "p90": "1 day 18 hours",
        "breached": 3,
        "unwinnable": 1,
        "cancelled": 0,
    },
    {
        "name": "provide",
        "promised": "7 days",
        "finished": 1204,
        "met_net": 1100,
        "met_gross": 602,
        "percent_net": "91.4 %",
        "percent_gross": "50.0 %",
        "share_net": 91,
        "share_gross": 50,
        "p50": "3 days 2 hours",
        "p90": "6 days 23 hours",
        "breached": 104,
        "unwinnable": 0,
        "cancelled": 17,
    },
]

WEEKLY_HOLDS = [
    {"reason": "awaiting the requester", "calls": 12, "time": "31 days 4 hours", "share": 71},
    {"reason": "awaiting CQC", "calls": 1, "time": "12 days", "share": 28},
    {"reason": "internal", "calls": 1, "time": "3 hours", "share": 1},
]

REPORTS: dict[str, Any] = {
    "digest": DIGEST,
    "cleared": CLEARED,
    "mail": MAIL,
    "new_total": 2,
    "still_total": 2_001,
    "cleared_total": 1,
    "at_risk_today_total": 1,
    "holds_total": 2,
    "mail_total": 2,
    "last_sweep": NOW - timedelta(minutes=1),
    "week": {"begins": "Monday 2 March 2026", "ends": "Sunday 8 March 2026"},
    "targets": TARGETS,
    "end_to_end": {
        "count": 1204,
        "p50": "4 days 3 hours",
        "p90": "8 days 20 hours",
        "percent": "90.1 %",
        "share": 90,
    },
    "ageing": [
        {"band": "under 1 day", "open": 21, "share": 51},
        {"band": "1 to 2 days", "open": 20, "share": 49},
        {"band": "over 2 days", "open": 0, "share": 0},
    ],
    "outcomes": [{"outcome": "provided", "count": 1203}, {"outcome": "withdrawn", "count": 1}],
    "totals": {"received": 1310, "closed": 1204, "open": 41},
}
"""All but the holds, which the two letters mean differently."""

HOLDS_OF = {"digest": DIGEST_HOLDS, "weekly": WEEKLY_HOLDS}
"""The holds of each event that tells of them."""
