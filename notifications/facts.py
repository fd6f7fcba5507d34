"""What a letter may speak of: the contract with the desk. checking.py sees that it is kept."""

from collections.abc import Mapping

NOTHING: frozenset[str] = frozenset()
"""What may be asked of a fact that is a text, a number, a moment, or a list of texts."""

ALWAYS = {
    "desk": frozenset({"name", "address", "phone"}),  # phone may be ""
    "zone": NOTHING,  # the IANA name of the zone that moments are shown in
}

# Letters to the requester.

CALL = ALWAYS | {
    "call": frozenset(
        {
            "reference",
            "requester_name",
            "organisation",
            "kind",  # "care home", "home care" or ""
            "urgent",
            "urgent_reason",
            "received_at",
            "promise_at",
            "owner",  # a name to show, or ""
            "missing",  # plain names, such as "your telephone number"
        }
    ),
    "due": frozenset({"acknowledge", "provide"}),  # moments, or None
    "agent": NOTHING,  # the name of who took the step, or ""
}
RECEIPT = CALL | {
    # The receipt answers whoever wrote, so it cannot be made to say what a stranger wrote.
    "call": frozenset({"reference", "received_at", "promise_at", "missing"}),
}
CODES = {"codes": frozenset({"site", "parent", "site_name", "parent_name", "newly_allocated"})}
CLOSED = CALL | {"note": NOTHING}  # the agent's own words, or ""
ASKED = CALL | {
    "needed": NOTHING,  # plain names of what is asked for, as in call.missing; may be empty
    "note": NOTHING,  # the agent's own words, or ""
}
CHASED = ASKED | {
    "last": NOTHING,  # whether no other chaser follows
    "closes_at": NOTHING,  # when we close it if nothing is heard: a moment, or None
}

REPLY = CALL | {
    "subject": NOTHING,  # "Re: " and the subject of their last mail, or words of our own
    "body": NOTHING,  # the agent's own words
    "signature": NOTHING,  # the desk's lines below the agent's name, or ""
}
CANNED = CALL | {
    "codes": frozenset({"site", "parent"}),  # each may be ""
    "original": NOTHING,  # the reference of the call that this one duplicates, or ""
    "reopen_days": NOTHING,  # for how long a reply takes a closed call up again
}
"""What a text that an agent starts a reply from may speak of: it is no letter by itself."""

# Letters to those who keep the promises.

FLAGGED = frozenset(
    {
        "reference",
        "organisation",
        "target",  # "acknowledge" or "provide"
        "promised",  # "48 hours", "7 days"
        "due",
        "owner",  # a name to show; "" means nobody
        "urgent",
        "command",  # what to type
    }
)
LEFT = FLAGGED | {
    "left",  # by the clock: "11 hours 20 minutes"
    "desk_left",  # "3 desk hours 20 minutes", or NO_DESK_HOURS
}
LATE = FLAGGED | {
    "late",  # by the clock: "1 day 2 hours"
    "desk_late",  # "9 desk hours", or NO_DESK_HOURS
}
NO_DESK_HOURS = "no desk hours"
"""What desk_left and desk_late say where nobody is at the desk."""

BREACH = LATE | {
    "late_start",
    "unwinnable",  # no staffed time lies in its window at all
    "holds",  # sentences: "3 days 4 hours for the requester (Bart): asked which home"
    "why",  # what else there is to say, or ""
}
LISTED = {
    "total": NOTHING,  # how many flags there are in all
    "more": NOTHING,  # how many of them are not in the list
}
AT_RISK = (
    ALWAYS
    | LISTED
    | {
        "risks": LEFT | {"unwinnable"},  # the most pressing first
    }
)
BREACHED = ALWAYS | LISTED | {"breaches": BREACH}
LEVEL_2 = (
    ALWAYS
    | LISTED
    | {
        "breaches": BREACH | {"quiet_since", "quiet_for"},  # the last event; "26 desk hours"
    }
)
DIGEST = ALWAYS | {
    "digest": frozenset({"day", "all_clear", "monday"}),  # day: "Monday 9 March 2026"
    "new": LATE,
    "still": LATE,  # the oldest first
    "cleared": frozenset({"reference", "organisation", "target", "how", "owner"}),
    "at_risk_today": LEFT,
    "holds": frozenset(
        # reason: "awaiting the requester"; until: a moment, or None; remarks may be ""
        {"reference", "organisation", "reason", "until", "remarks", "owner", "command"}
    ),
    "mail": frozenset({"what", "error", "command"}),
    "new_total": NOTHING,
    "still_total": NOTHING,
    "cleared_total": NOTHING,
    "at_risk_today_total": NOTHING,
    "holds_total": NOTHING,
    "mail_total": NOTHING,
    "last_sweep": NOTHING,  # the last good one: a moment, or None
}
WEEKLY = ALWAYS | {
    "week": frozenset({"begins", "ends"}),  # texts: "Monday 2 March 2026"
    "targets": frozenset(
        {
            "name",
            "promised",
            "finished",  # without those that are unwinnable or cancelled
            "met_net",
            "met_gross",
            "percent_net",  # "93.5 %", or "-"
            "percent_gross",
            "share_net",  # 0 to 100, for a bar
            "share_gross",
            "p50",  # "5 hours 10 minutes", or "-"
            "p90",
            "breached",
            "unwinnable",
            "cancelled",
        }
    ),
    "end_to_end": frozenset({"count", "p50", "p90", "percent", "share"}),
    "ageing": frozenset({"band", "open", "share"}),  # band: "under 1 day"
    "holds": frozenset({"reason", "calls", "time", "share"}),
    "outcomes": frozenset({"outcome", "count"}),
    "totals": frozenset({"received", "closed", "open"}),
}
DAEMON = ALWAYS | {
    # last_good: the last good sweep before the silence, and since: moments, or None
    # silent_for: "3 hours 20 minutes"; error may be ""
    "daemon": frozenset({"host", "last_good", "silent_for", "error", "since"}),
}

QUARANTINED = ALWAYS | {
    # number: the mail's; reason: why it could not be read; reference: of the call raised for it
    "aside": frozenset({"number", "mailbox", "arrived_at", "reason", "reference"}),
}

FACTS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "received": RECEIPT,
    "acknowledged": CALL,
    "asked": ASKED,
    "chaser": CHASED,
    "reopened": CALL,
    "reply": REPLY,
    "allocated": CALL | CODES,
    # wrong: the codes that were provided before; note: what was wrong, in the agent's words
    "recoded": CALL | CODES | {"wrong": NOTHING, "note": NOTHING},
    "closed_not_cqc_registered": CLOSED,
    "closed_cqc_details_wrong": CLOSED
    | {"differences": frozenset({"what", "given", "registered"})},
    "closed_duplicate": CLOSED | {"original": NOTHING},  # the reference of the other call
    "closed_withdrawn": CLOSED,
    "closed_no_reply": CLOSED | {"reopen_days": NOTHING},  # for how long a reply takes it up again
    "closed_out_of_scope": CLOSED,
    "register_changed": CALL
    | {
        "register_now": frozenset({"what", "was", "is_now", "given"}),  # each may be ""
        "command": NOTHING,  # what to type, or ""
        "waited": NOTHING,  # whether the call was on hold for it; else it has codes of before
    },
    "at_risk": AT_RISK,
    "breached": BREACHED,
    "level_2": LEVEL_2,
    "digest": DIGEST,
    "weekly": WEEKLY,
    "quarantined": QUARANTINED,
    "daemon_silent": DAEMON,
    "daemon_recovered": DAEMON,
}
"""For each event the facts that its letters are given, and what may be asked of each.

What may be asked of a list is what may be asked of each thing in it. Counts are plain numbers:
a letter writes 9950 as 9,950.
"""
