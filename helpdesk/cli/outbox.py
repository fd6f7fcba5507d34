"""`outbox`: the letters of the desk: which wait, which went, and which did not arrive."""

from collections.abc import Iterator, Sequence

import click

from helpdesk.cli import correspondence
from helpdesk.cli.cell import block, cell
from helpdesk.cli.context import Context
from helpdesk.cli.table import (
    NUMBER,
    Column,
    as_json,
    limit_option,
    local,
    show_json,
    show_table,
)
from helpdesk.cli.told import tell
from helpdesk.errors import HelpdeskError
from helpdesk.views import outbox
from workflows.refused import StepNotAllowed

MOST = 50
"""How many letters a list shows, unless it is told otherwise."""

LIST = (
    Column("id", "ID", right=True),
    Column("posted", "POSTED", spare=True),
    Column("to", "TO"),
    Column("what", "KIND"),
    Column("call", "CALL"),
    Column("where", "STATE"),
)


@click.group("outbox", invoke_without_command=True)
@click.pass_context
def outbox_command(ctx: click.Context) -> None:
    """The letters of the desk: which wait, and which did not arrive.

    Without a command it lists those, as `helpdesk outbox list` does.
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


@outbox_command.command("list")
@click.option("--sent", is_flag=True, help="Those that were sent.")
@click.option("--all", "everything", is_flag=True, help="All letters.")
@limit_option(MOST, ", those that were posted last")
@as_json
@click.pass_obj
def list_(
    context: Context,
    *,
    sent: bool = False,
    everything: bool = False,
    limit: int = MOST,
    wants_json: bool = False,
) -> None:
    """The letters that wait, were given up or came back; the newest first."""
    if sent and everything:
        raise click.UsageError("give one of --sent and --all, not both")
    which = outbox.Which.SENT if sent else outbox.Which.ALL if everything else outbox.Which.OPEN
    with context.reading() as (reader, glance):
        found = outbox.letters(reader, which, limit)
    rows = [_row(each, glance.zone) for each in found.letters]
    empty = "no such letter" if sent or everything else "no letter waits, and all have arrived"
    show_table(LIST, rows, zone=glance.zone, wants_json=wants_json, empty=empty)
    if len(rows) < found.total:
        click.echo(
            f"the last {len(rows)} are shown, of {found.total:,}: --limit N shows more", err=True
        )


@outbox_command.command("show")
@click.argument("number", metavar="ID", type=NUMBER)
@click.option("--raw", "wants_raw", is_flag=True, help="Its bytes, as they are sent (for agents).")
@as_json
@click.pass_obj
def show(context: Context, number: int, *, wants_raw: bool, wants_json: bool) -> None:
    """One letter: to whom, where it is, and what it says."""
    if wants_raw:
        context.working()
    with context.reading() as (reader, glance):
        found, content = outbox.letter(reader, number), outbox.raw(reader, number)
    if wants_raw:
        from helpdesk.cli.mending import give

        give(content, None)
    elif wants_json:
        show_json({**_row(found, glance.zone), "text": _text(content)})
    else:
        for line in _lines(found, content, glance.zone):
            click.echo(line)


@outbox_command.command("retry")
@click.argument("numbers", metavar="[ID]...", type=NUMBER, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that are late, given up or came back.")
@click.option(
    "--to", default="", metavar="ADDRESS", help="Where one letter is to go, old address or new."
)
@as_json
@click.pass_obj
def retry(
    context: Context, numbers: Sequence[int], *, everything: bool, to: str, wants_json: bool
) -> None:
    """Send letters again that did not arrive, as soon as may be: the same bytes once more.

    If their call has another address since (helpdesk correct REF --email ADDRESS), their words go
    there, as new letters; so they do with --to.
    """
    if bool(numbers) == everything:
        raise click.UsageError("give the ID of each letter, or --all")
    if to and len(set(numbers)) != 1:
        raise click.UsageError("--to is for one letter: give its ID")
    desk, who = context.working()
    if everything:
        with context.reading() as (reader, _):
            numbers = outbox.stuck(reader)
    if not numbers:
        click.echo("no letter is late, given up or came back", err=True)
    refused: list[Exception] = []
    for number in dict.fromkeys(numbers):
        try:
            tell(desk.retry_letter(number, who, to), wants_json=wants_json)
        except (HelpdeskError, StepNotAllowed) as error:
            refused.append(error)
    for each in refused[:-1]:
        click.echo(f"helpdesk: {cell(each)}", err=True)
    if refused:
        raise refused[-1]


@outbox_command.command("cancel")
@click.argument("number", metavar="ID", type=NUMBER)
@click.option("--reason", default="", metavar="WORDS", help="Why: the call's history keeps it.")
@as_json
@click.pass_obj
def cancel(context: Context, number: int, *, reason: str, wants_json: bool) -> None:
    """Call off a letter that waits.

    Of one that did not arrive it says that they were told another way: it no longer shows as not
    delivered.
    """
    desk, who = context.working()
    tell(desk.cancel_letter(number, who, reason), wants_json=wants_json)


def _row(letter: outbox.Posted, zone: str) -> dict[str, object]:
    return {
        **letter._asdict(),
        "what": correspondence.letter_words(letter.kind),
        "where": correspondence.letter_state(letter, zone),
    }


def _lines(letter: outbox.Posted, content: bytes, zone: str) -> Iterator[str]:
    state = correspondence.letter_state(letter, zone)
    what = correspondence.letter_words(letter.kind)
    of = f" of {letter.call}" if letter.call else ""
    yield click.style(f"Letter {letter.id}  {cell(what)}{of}: {cell(state)}", bold=True)
    facts = {
        "to": letter.to,
        "subject": letter.subject,
        "posted": local(letter.posted, zone),
        "sent": local(letter.sent_at, zone) if letter.sent_at else "",
        "tries": letter.tries or "",
    }
    yield from (f"  {name:<10}{cell(value)}" for name, value in facts.items() if value)
    yield ""
    yield from (f"  | {line}".rstrip() for line in block(_text(content)))


def _text(content: bytes) -> str:
    """What a letter of ours says, in plain words."""
    from email import message_from_bytes, policy

    body = message_from_bytes(content, policy=policy.default).get_body(("plain",))
    return str(body.get_content()) if body else ""
