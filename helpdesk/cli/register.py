"""`register load`: the register brought up to date."""

from pathlib import Path

import click

from helpdesk.cli.cell import cell
from helpdesk.cli.context import Context
from helpdesk.cli.table import Column, as_json, show_table

SUMMARY = (
    Column("file", "FILE"),
    Column("read", "READ", right=True),
    Column("new", "NEW", right=True),
    Column("changed", "CHANGED", right=True),
    Column("unchanged", "UNCHANGED", right=True),
    Column("skipped", "SKIPPED", right=True),
    Column("rejected", "REJECTED", right=True),
)


@click.group("register")
def register_command() -> None:
    """The register: CQC's locations and providers with their ODS codes."""


@register_command.command("load")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@as_json
@click.pass_obj
def load(context: Context, files: tuple[Path, ...], *, wants_json: bool) -> None:
    """Load files of CQC and ODS into the register; the same file twice changes nothing.

    CQC_directory.csv, CQC API documents (.json), and the ODS files ecarehomehq.csv and
    ecarehomesite.csv; of a folder all its .json and .csv files. READ counts the rows of a file;
    NEW, CHANGED and UNCHANGED what became of locations and providers.
    """
    app = context.app()
    who = app.desk.who(*context.hands())
    from helpdesk import duties

    summary = duties.load_register(app, files, who)
    rows = [
        {
            **each._asdict(),
            "skipped": sum(each.skipped.values()),
            "rejected": len(each.rejected),
            "rejects": [reject._asdict() for reject in each.rejected],
        }
        for each in summary.files
    ]
    show_table(SUMMARY, rows, zone=app.config.desk.zone, wants_json=wants_json)
    for each in summary.files:
        for why, number in each.skipped.items():
            click.echo(cell(f"{each.file}: {number} skipped: {why}"), err=True)
        for reject in each.rejected:
            click.echo(cell(f"{reject.file}:{reject.line}: {reject.why}"), err=True)
    for name in summary.left_out:
        click.echo(cell(f"{name}: left out, for it is neither .csv nor .json"), err=True)
