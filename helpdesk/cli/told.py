"""Prints what a verb of the desk answered: what was done on stdout, what else to know on stderr."""

from typing import Any

import click

from helpdesk.cli.cell import cell
from helpdesk.cli.table import show_json


def tell(
    done: Any, *, wants_json: bool = False
) -> None:  # helpdesk.store.Done, too slow to import for every command
    """Say what was done."""
    if wants_json:
        show_json({**done.answer, "repeated": done.repeated, "at": done.at, "by": done.by})
        return
    for number, sentence in enumerate(done.answer["said"]):
        click.echo(cell(sentence), err=number > 0)
