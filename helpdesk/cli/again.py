"""`no-action`, `reopen`, `merge`: what comes after the end of a call; two that are one."""

import click

from helpdesk.cli.context import Context
from helpdesk.cli.reading import reference_argument
from helpdesk.cli.table import as_json
from helpdesk.cli.told import tell


@click.command("no-action")
@reference_argument
@click.option("--note", default="", metavar="WORDS", help="Why: the call's history keeps it.")
@as_json
@click.pass_obj
def no_action_command(context: Context, reference: str, *, note: str, wants_json: bool) -> None:
    """Say that the reply on a closed call needs nothing: it was read, and the call stays closed.

    This stops the 48 hours that the reply began.
    """
    desk, who = context.working()
    tell(desk.no_action(reference, who, note), wants_json=wants_json)


@click.command("reopen")
@reference_argument
@click.option("--reason", default="", metavar="WORDS", help="Why: the call's history keeps it.")
@as_json
@click.pass_obj
def reopen_command(context: Context, reference: str, *, reason: str, wants_json: bool) -> None:
    """Take a closed call up again: it is acknowledged, and yours, and its code is promised anew."""
    desk, who = context.working()
    tell(desk.reopen(reference, who, reason), wants_json=wants_json)


@click.command("merge")
@reference_argument
@click.option(
    "--into", required=True, metavar="REF", help="The call that is left: work goes on there."
)
@as_json
@click.pass_obj
def merge_command(context: Context, reference: str, *, into: str, wants_json: bool) -> None:
    """End a call that is about the same thing as another.

    Replies to either come to the one that is left. If nobody has answered that yet, it has waited
    since the earlier of the two.
    """
    desk, who = context.working()
    tell(desk.merge(reference, who, into), wants_json=wants_json)
