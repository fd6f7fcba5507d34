"""`list` and `show`: what agents look at all day. They start quickly and change nothing."""

from collections.abc import Sequence
from typing import Any

import click

from helpdesk import views
from helpdesk.cli import lines
from helpdesk.cli.context import Context
from helpdesk.cli.table import as_json, limit_option, show_table
from helpdesk.clock import utc_now
from helpdesk.database import Row
from helpdesk.references import number_of

MOST_CLOSED = 200
"""How many closed calls a list shows, unless it is told otherwise."""


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
@click.argument("words", nargs=-1, metavar="[WORDS]...")
@click.option("--mine", is_flag=True, help="Only the calls that you have.")
@click.option("--agent", metavar="NAME", help="Only the calls that NAME has.")
@click.option("--all", "everything", is_flag=True, help="The closed calls too.")
@click.option("--closed", "only_closed", is_flag=True, help="Only closed calls.")
@limit_option(MOST_CLOSED, " closed calls, those that were closed last")
@as_json
@click.pass_obj
def list_command(
    context: Context,
    words: tuple[str, ...],
    *,
    mine: bool,
    agent: str | None,
    everything: bool,
    only_closed: bool,
    limit: int,
    wants_json: bool,
) -> None:
    """The worklist: open calls, urgent first, then by the least time left.

    With WORDS all calls, closed ones too, that have each of them in their reference, organisation,
    requester, postcode or codes.
    """
    if mine and agent is not None:
        raise click.UsageError("give one of --mine and --agent, not both")
    if everything and only_closed:
        raise click.UsageError("give one of --all and --closed, not both")
    wanted = [word for each in words for word in each.split()]
    with context.reading() as (reader, glance):
        owner = context.my_name(reader) if mine else agent
        found = views.worklist(reader, utc_now(), owner, wanted)
        if only_closed:
            found = [line for line in found if line.closed]
        if wanted or everything or only_closed:
            from helpdesk.views.closed import closed

            ended = closed(reader, limit, owner, wanted)
            found += ended.lines
            _tell_of_more(len(ended.lines), ended.total)
    rows = [lines.values(line) if wants_json else lines.row(line, glance.zone) for line in found]
    empty = "no such call" if wanted or everything or only_closed else "no call is open"
    show_table(lines.LIST, rows, zone=glance.zone, wants_json=wants_json, empty=empty)


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

        now = utc_now()
        known = sheet.beside(reader, found, now)
    sheet.show(found, known, glance.zone, now, wants_json=wants_json)


def show_candidates(context: Context, reference: str, *, wants_json: bool) -> None:
    """Print what the register has for a call, and nothing else of it."""
    from helpdesk.cli import sheet

    with context.reading() as (reader, _):
        found = views.sheet(reader, number_of(reference))
        known = sheet.beside(reader, found, utc_now())
    sheet.show_candidates(found, known, wants_json=wants_json)


def _save(rows: Sequence[Row], folder: str) -> None:
    from pathlib import Path

    from helpdesk.cli.attachments import save_all

    save_all(rows, Path(folder))


def _tell_of_more(shown: int, total: int) -> None:
    if shown < total:
        click.echo(
            f"the {shown} closed last are shown, of {total:,}: --limit N shows more", err=True
        )
