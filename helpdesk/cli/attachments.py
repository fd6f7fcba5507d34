"""Saves the files that came with a call's mails."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from helpdesk.cli.cell import cell
from helpdesk.database import Row
from helpdesk.errors import CannotWrite


def save_all(rows: Sequence[Row], folder: Path) -> None:
    """Write the files into `folder`; nothing that is there is written over."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for row in rows:
            path = folder / f"{row['id']}-{row['name']}"
            number = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(number, "wb") as file:
                file.write(row["content"])
            click.echo(cell(path))
    except FileExistsError as error:
        raise CannotWrite(f"{error.filename} is there already; choose an empty folder") from error
    except OSError as error:
        raise CannotWrite(f"{folder} cannot be written to: {error.strerror}") from error
    if not rows:
        click.echo("no files came with this call", err=True)
