"""`mail retry`, `attach`, `split`, `check`: mail set right by a person, and counted."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import click

from helpdesk.cli.cell import block, cell
from helpdesk.cli.context import Context
from helpdesk.cli.table import NUMBER, Column, as_json, show_json, show_table
from helpdesk.cli.told import tell
from helpdesk.errors import CannotWrite, FileUnreadable, HelpdeskError

LONG = timedelta(minutes=10)
"""A mail that has waited for so long will not be taken in by itself."""

MAIL_WITHOUT_A_CALL = 1
"""The exit code of `check` that finds any."""

MOST_NAMED = 10
"""How many mails one sentence names."""

PLACES = (
    Column("place", "PLACE"),
    Column("lying", "LYING", right=True),
    Column("taken", "ON A CALL", right=True),
    Column("filed", "FILED", right=True),
    Column("waiting", "WAITING", right=True),
    Column("quarantined", "QUARANTINED", right=True),
    Column("duplicate", "DUPLICATE", right=True),
    Column("unknown", "UNKNOWN", right=True),
)


@click.command("retry")
@click.argument("number", metavar="ID", type=NUMBER)
@as_json
@click.pass_obj
def retry(context: Context, number: int, *, wants_json: bool) -> None:
    """Read a mail again that was set aside, and take it in."""
    app = context.app()
    who = app.desk.who(*context.hands())
    done = app.desk.retry_mail(number, who)
    tell(done, wants_json=wants_json)
    if not done.answer["waits"]:
        return
    from helpdesk import reception

    reception.take_in_stored(app.store, app.journal, reads=app.reads)
    click.echo(cell(_became(context, number)), err=True)


@click.command("attach")
@click.argument("number", metavar="ID", type=NUMBER)
@click.argument("reference", metavar="REF")
@as_json
@click.pass_obj
def attach(context: Context, number: int, reference: str, *, wants_json: bool) -> None:
    """Lay a mail to the call that it belongs to, wherever it went at first."""
    desk, who = context.working()
    tell(desk.attach_mail(number, reference, who), wants_json=wants_json)


@click.command("split")
@click.argument("number", metavar="ID", type=NUMBER)
@as_json
@click.pass_obj
def split(context: Context, number: int, *, wants_json: bool) -> None:
    """Make a mail that was laid to a call a call of its own.

    It has waited since the mail came. No receipt is sent.
    """
    app = context.app()
    who = app.desk.who(*context.hands())
    from helpdesk.reading import Unreadable
    from helpdesk.views import mails

    with context.reading() as (reader, _):
        content = mails.raw(reader, number)
    try:
        request = app.reads(content).request
    except Unreadable as trouble:
        raise FileUnreadable(f"mail {number} cannot be read any more: {trouble}") from trouble
    tell(app.desk.split_mail(number, request, who), wants_json=wants_json)


@click.command("check")
@as_json
@click.pass_obj
def check(context: Context, *, wants_json: bool) -> int:
    """Count what lies in the mailboxes, and see that none of it is without a call.

    Ends with 1 if there is any mail that the desk does not hold, or did not act on; else, if a
    place could not be looked into, with the code for that (68 for a mailbox).
    """
    app = context.app()
    from helpdesk.views import mails

    found, missed, code = [], [], 0
    for source in app.sources():
        try:
            places = source.lying()
        except HelpdeskError as error:
            missed.append(str(error))
            code = code or error.exit_code
            continue
        with context.reading() as (reader, _):
            found.append(mails.lying(reader, source.mailbox, places))
    with context.reading() as (reader, glance):
        unseen = list(_unseen(reader, app.store.clock(), sum(each.unknown for each in found)))
    trouble, code = missed + unseen, MAIL_WITHOUT_A_CALL if unseen else code
    if wants_json:
        show_json({"places": [each._asdict() for each in found], "trouble": trouble})
        return code
    rows = [each._asdict() for each in found]
    show_table(PLACES, rows, zone=glance.zone, wants_json=False, empty="no place is configured")
    for words in trouble or ["all mail is accounted for"]:
        click.echo(cell(words), err=True)
    return code


def give(content: bytes, save: str | None) -> None:
    """Hand bytes over: unchanged to a pipe or into a new file, harmless to a terminal."""
    if save is not None:
        _write(content, save)
    elif sys.stdout.isatty():
        for line in block(content.decode("utf-8", "replace")):
            click.echo(line)
    else:
        click.echo(content, nl=False)


def _write(content: bytes, save: str) -> None:
    import os

    try:
        number = os.open(save, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise CannotWrite(f"{save} is there already; choose another name") from None
    except OSError as error:
        raise CannotWrite(f"{save} cannot be written: {error.strerror}") from error
    with os.fdopen(number, "wb") as file:
        file.write(content)
    click.echo(cell(save))


def _became(context: Context, number: int) -> str:
    from helpdesk.cli import correspondence
    from helpdesk.views import mails

    with context.reading() as (reader, _):
        return f"mail {number}: {correspondence.became(mails.mail(reader, number).mail)}"


def _unseen(reader: Any, now: Any, unknown: int) -> Iterator[str]:
    """What is wrong with the mail as a whole, in sentences."""
    from helpdesk.views import mails

    if unknown:
        yield f"{unknown} lie there that the desk does not hold; to take them in: helpdesk intake"
    if lost := mails.without_a_call(reader):
        yield f"taken in without a call: {_listed(lost)}; helpdesk mail attach ID REF mends that"
    if late := mails.waiting_since(reader, now - LONG):
        yield f"waiting for more than 10 minutes: {_listed(late)}; helpdesk intake takes them in"


def _listed(numbers: list[int]) -> str:
    left = len(numbers) - MOST_NAMED
    more = f" and {left} more" if left > 0 else ""
    return f"mail {', '.join(map(str, numbers[:MOST_NAMED]))}{more}"
