"""`list`, `next` and `show`: what agents look at all day. They start quickly and change nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import click

from helpdesk import views
from helpdesk.cli.context import Context
from helpdesk.cli.table import Column, as_json, local, show_json, show_table
from helpdesk.clock import utc_now
from helpdesk.database import Reader, Row
from helpdesk.references import number_of

LIST = (
    Column("reference", "CALL"),
    Column("urgency", "!"),
    Column("state", "STATE"),
    Column("standing", "STANDING"),
    Column("due", "DUE", spare=True),
    Column("left", "LEFT", right=True),
    Column("organisation", "ORGANISATION"),
    Column("owner", "AGENT"),
    Column("marks", "MARKS"),
)


def complete_reference(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[Any]:  # CompletionItem, which click imports only when it completes
    """The open calls that `incomplete` may mean, by reference or by number."""
    from click.shell_completion import CompletionItem

    given = ctx.find_root().params.get("config")
    wanted = incomplete.upper()
    with Context(given, None).reading() as (reader, _):
        return [
            CompletionItem(reference, help=organisation)
            for reference, organisation in views.references(reader)
            if reference.startswith(wanted)
            or reference.removeprefix("ODS-").lstrip("0").startswith(wanted)
        ]


reference_argument = click.argument("reference", metavar="REF", shell_complete=complete_reference)


@click.command("list")
@click.option("--mine", is_flag=True, help="Only the calls that you have.")
@click.option("--agent", metavar="NAME", help="Only the calls that NAME has.")
@as_json
@click.pass_obj
def list_command(context: Context, *, mine: bool, agent: str | None, wants_json: bool) -> None:
    """The worklist: open calls, urgent first, then by the least time left."""
    with context.reading() as (reader, glance):
        owner = _my_name(context, reader) if mine else agent
        lines = views.worklist(reader, utc_now(), owner)
    rows = [_row(line) for line in lines]
    show_table(LIST, rows, zone=glance.zone, wants_json=wants_json, empty="no call is open")


@click.command("next")
@as_json
@click.pass_obj
def next_command(context: Context, *, wants_json: bool) -> None:
    """The call to work on now, and the command for it."""
    now = utc_now()
    with context.reading() as (reader, glance):
        me = _my_name(context, reader)
        lines = views.worklist(reader, now)
    mine = [line for line in lines if line.owner in ("", me)]
    if wants_json:
        show_json(_row(mine[0]) if mine else None)
        return
    if not mine:
        click.echo("nothing waits for you", err=True)
        return
    line = mine[0]
    click.echo("\t".join([line.reference, f"helpdesk {line.step} {line.reference}"]))
    _explain(line, glance.zone)
    starved = views.breaching_today(lines, _end_of_day(now, glance.zone))
    others = [each.reference for each in starved if each.reference != line.reference]
    if others:
        click.echo(f"note: not urgent, but due today: {', '.join(others)}", err=True)


@click.command("show")
@reference_argument
@click.option(
    "--save",
    type=click.Path(file_okay=False),
    metavar="FOLDER",
    help="Save the files that came with its mails into FOLDER.",
)
@as_json
@click.pass_obj
def show_command(context: Context, reference: str, *, save: str | None, wants_json: bool) -> None:
    """All about one call: its facts, its clocks, candidates of the register, what happened."""
    number = number_of(reference)
    with context.reading() as (reader, glance):
        found = views.sheet(reader, number)
        if save:
            _save(views.attachments(reader, number), save)
            return
        from helpdesk.cli import sheet

        candidates = sheet.candidates_for(reader, found)
    sheet.show(found, candidates, glance.zone, utc_now(), wants_json=wants_json)


def _save(rows: Sequence[Row], folder: str) -> None:
    from pathlib import Path

    from helpdesk.cli.attachments import save_all

    save_all(rows, Path(folder))


def _row(line: views.Line) -> dict[str, object]:
    return {
        **line._asdict(),
        "urgency": "urgent" if line.urgent else "",
        "standing": line.standing.words if line.standing else "",
    }


def _my_name(context: Context, reader: Reader) -> str:
    """The name of the agent who is typing; "" for somebody who is none."""
    from helpdesk.cli.context import os_user

    if context.speaks_for:
        return context.speaks_for
    found = reader.rows("SELECT name FROM agent WHERE os_user = :user", user=os_user())
    return str(found[0]["name"]) if found else ""


def _explain(line: views.Line, zone: str) -> None:
    """Say on stderr why this call is the next."""
    from helpdesk.cli.table import words

    due = f"{line.target} due {local(line.due, zone)}" if line.due else "no clock runs"
    left = f" ({words(line.left, zone)} left)" if line.left and line.left > timedelta() else ""
    standing = f", {line.standing.words}" if line.standing else ""
    urgent = "urgent, " if line.urgent else ""
    name = words(line.organisation, zone) or "organisation unknown"
    click.echo(f"{name}: {urgent}{line.state}, {due}{left}{standing}", err=True)
    if line.marks:
        click.echo(f"note: {', '.join(line.marks)}", err=True)


def _end_of_day(now: datetime, zone: str) -> datetime:
    from zoneinfo import ZoneInfo

    there = now.astimezone(ZoneInfo(zone))
    return there.replace(hour=23, minute=59, second=59)
