"""`hold`, `resume`, `holds`: calls that wait, and for what."""

from typing import Any

import click

from helpdesk.cli.context import Context
from helpdesk.cli.reading import reference_argument
from helpdesk.cli.table import NARROW, WIDE, Column, as_json, local, show_table
from helpdesk.cli.told import tell
from helpdesk.clock import utc_now

REASONS = {"requester": "awaiting_requester", "cqc": "awaiting_cqc", "internal": "internal"}
"""What `--for` takes, and the hold that each means."""

CHANGES = ["name", "postcode", "phone", "address", "status", "site-code"]
"""What can be waited for of a place in the register."""

COMING = {
    "chase": "the requester is asked again",
    "no_reply": "closed: no reply",
    "pause_ends": "its clock goes on",
    "ends": "the hold ends",
}
"""What comes next to a call on hold, by the rules' own word for it."""

LIST = (
    Column("reference", "CALL"),
    Column("waits_for", "WAITS FOR"),
    Column("since", "SINCE", spare=True),
    Column("until", "UNTIL"),
    Column("coming_words", "NEXT", below=NARROW),
    Column("owner", "AGENT"),
    Column("note", "NOTE", below=WIDE),
    Column("remarks", "REMARKS", below=WIDE),
)


@click.command("hold")
@reference_argument
@click.option(
    "--for",
    "reason",
    required=True,
    type=click.Choice(list(REASONS)),
    help="Who the call waits for. Its clock stands still for the requester, for CQC up to 28"
    " days (unless configured otherwise), and never for the desk itself.",
)
@click.option(
    "--until",
    metavar="DATE",
    help="When the hold ends by itself: 2026-03-09 (when we open), 'mon 12:00', '5 days'.",
)
@click.option(
    "--note",
    default="",
    metavar="WORDS",
    help="What is waited for. With --for requester our letters that ask again quote it.",
)
@click.option(
    "--change",
    multiple=True,
    type=click.Choice(CHANGES),
    help="With --for cqc: what has to change in the register [default: what was given otherwise].",
)
@click.option("--ask", is_flag=True, help="Send the note to the requester as a letter, now.")
@as_json
@click.pass_obj
def hold_command(
    context: Context,
    reference: str,
    *,
    reason: str,
    until: str | None,
    note: str,
    change: tuple[str, ...],
    ask: bool,
    wants_json: bool,
) -> None:
    """Let a call wait: for the requester, for CQC, or at the desk.

    A requester who does not answer is asked again by letter, twice, and then the call is closed.
    A call that waits for CQC goes on when a register load brings the change. Any hold ends with a
    reply, at its date, or with: helpdesk resume REF
    """
    app = context.app()
    who = app.desk.who(*context.hands())
    from helpdesk.cli.moments import coming
    from helpdesk.desk.holds import Holding
    from workflows.lifecycle import Hold

    moment = coming(until, app.store.clock(), app.config.hours) if until is not None else None
    holding = Holding(
        Hold(REASONS[reason]), moment, note, ask, tuple(each.replace("-", "_") for each in change)
    )
    tell(app.desk.hold(reference, who, holding), wants_json=wants_json)


@click.command("resume")
@reference_argument
@click.option("--why", default="", metavar="WORDS", help="Why it goes on: its history keeps it.")
@as_json
@click.pass_obj
def resume_command(context: Context, reference: str, *, why: str, wants_json: bool) -> None:
    """End the hold of a call: a clock that stood still goes on, due later by as much."""
    desk, who = context.working()
    tell(desk.resume(reference, who, why), wants_json=wants_json)


@click.command("holds")
@click.option("--audit", is_flag=True, help="Only those that a supervisor should look at.")
@as_json
@click.pass_obj
def holds_command(context: Context, *, audit: bool, wants_json: bool) -> None:
    """All calls on hold: for what, until when, what comes next, what is remarkable.

    Remarkable is a hold that was placed shortly before its call was due, one that is still on
    after a reply, and one that is past its date.
    """
    from pathlib import Path

    from helpdesk.config import settings
    from helpdesk.database import reading
    from helpdesk.views.on_hold import on_hold

    config = settings.load(Path(context.path))
    with reading(config.store.database) as reader:
        found = on_hold(reader, config.holds.rules, utc_now())
    rows = [_row(each, config.desk.zone) for each in found if each.remarks or not audit]
    empty = "no hold is remarkable" if audit else "no call is on hold"
    show_table(LIST, rows, zone=config.desk.zone, wants_json=wants_json, empty=empty)


def _row(held: Any, zone: str) -> dict[str, object]:  # helpdesk.views.on_hold.Held
    reasons = {hold: name for name, hold in REASONS.items()}
    name = reasons[held.reason.value]
    coming = COMING[held.coming.value] if held.coming else "nothing by itself"
    at = f", {local(held.coming_at, zone)}" if held.coming_at else ""
    return {
        **held._asdict(),
        "waits_for": {"cqc": "CQC", "internal": "us"}.get(name, name),
        "coming_words": f"{coming}{at}",
        "command": f"helpdesk resume {held.reference}",
    }
