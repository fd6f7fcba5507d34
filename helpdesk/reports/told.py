"""The figures of a week in the words of letters and of the terminal."""

from datetime import datetime, timedelta
from typing import Any

from helpdesk.config.settings import Config
from helpdesk.database import Row
from helpdesk.references import reference
from helpdesk.reports.days import day_words, local_day
from helpdesk.reports.figures import Kept, Week
from helpdesk.reports.numbers import percent_words, share
from workflows import spans
from workflows.standing import outcome_words

REASONS = {
    "awaiting_requester": "awaiting the requester",
    "awaiting_cqc": "awaiting CQC",
    "internal": "internal",
}
"""Why calls are on hold, as people say it."""


LETTERS = {
    "received": "receipt",
    "acknowledged": "acknowledgement",
    "allocated": "letter with the codes",
    "asked": "question",
    "chaser": "reminder",
    "reply": "answer",
    "reopened": "word that the call is open again",
    "at_risk": "warning",
    "breached": "letter about missed promises",
    "level_2": "letter about missed promises on which nothing happens",
    "digest": "digest",
    "weekly": "weekly report",
    "daemon_silent": "word that the daemon is silent",
    "daemon_recovered": "word that the daemon is at work again",
    "quarantined": "word of a mail that could not be read",
}
"""What a letter of ours is, as people say it, by the event that called for it."""

REQUESTER = "requester"


def letter_to(row: Row) -> str:
    """Which letter of ours, to whom, about which call: "our answer to Anne Archer of Rose Cottage".

    The row has `kind`, `to_address` and `call_id` of the letter, and `requester_name`,
    `requester_email` and `organisation` of its call, if it has one.
    """
    event, _, audience = row["kind"].partition(".")
    closing = "word that the call is closed" if event.startswith("closed_") else "letter"
    to, of = row["to_address"], ""
    if audience == REQUESTER and row["call_id"]:
        is_theirs = to.casefold() == row["requester_email"].casefold()
        to = (is_theirs and row["requester_name"]) or to
        of = f" of {row['organisation']}" if row["organisation"] else ""
    about = f" ({reference(row['call_id'])})" if row["call_id"] else ""
    return f"our {LETTERS.get(event, closing)} to {to}{of}{about}"


def weekly_facts(week: Week, config: Config) -> dict[str, Any]:
    """What the letter of the week may say, besides what every letter may."""
    held = sum((each.time for each in week.holds), timedelta())
    first, last = week.begin, week.end - timedelta.resolution  # its end is the next one's begin
    end_to_end = week.end_to_end
    return {
        "week": {"begins": _day(config, first), "ends": _day(config, last)},
        "targets": [_target(each) for each in week.targets],
        "end_to_end": {
            "count": end_to_end.provided,
            "p50": _span(end_to_end.p50),
            "p90": _span(end_to_end.p90),
            "percent": percent_words(end_to_end.in_time, end_to_end.provided),
            "share": share(end_to_end.in_time, end_to_end.provided),
        },
        "ageing": [
            {"band": band, "open": number, "share": share(number, week.open)}
            for band, number in week.ageing.items()
            if week.open
        ],
        "holds": [
            {
                "reason": REASONS.get(each.reason, each.reason),
                "calls": each.calls,
                "time": spans.words(each.time),
                "share": share(each.time / held, 1),
            }
            for each in week.holds
        ],
        "outcomes": [
            {"outcome": outcome_words(outcome) or "no outcome", "count": number}
            for outcome, number in week.outcomes.items()
        ],
        "totals": {"received": week.received, "closed": week.closed, "open": week.open},
    }


def _target(each: Kept) -> dict[str, Any]:
    return {
        "name": each.target,
        "promised": each.promised,
        "finished": each.finished,
        "met_net": each.met_net,
        "met_gross": each.met_gross,
        "percent_net": percent_words(each.met_net, each.finished),
        "percent_gross": percent_words(each.met_gross, each.finished),
        "share_net": share(each.met_net, each.finished),
        "share_gross": share(each.met_gross, each.finished),
        "p50": _span(each.p50),
        "p90": _span(each.p90),
        "breached": each.breached,
        "unwinnable": each.unwinnable,
        "cancelled": each.cancelled,
    }


def _span(span: timedelta | None) -> str:
    return "-" if span is None else spans.words(span)


def _day(config: Config, moment: datetime) -> str:
    return day_words(local_day(config, moment))
