"""`mail`: what came, what became of each mail, and its text, its files and its bytes."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click

from helpdesk.cli import correspondence, mending
from helpdesk.cli.cell import cell
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
from helpdesk.database import moment
from helpdesk.errors import BadValue
from helpdesk.views import mails

MOST = 50
"""How many mails a list shows, unless it is told otherwise."""

LIST = (
    Column("id", "ID", right=True),
    Column("arrived", "ARRIVED", spare=True),
    Column("sender", "FROM"),
    Column("subject", "SUBJECT"),
    Column("trusted", "TRUST"),
    Column("became", "BECAME"),
)

STATES = ("quarantined", "filed", "waiting")
"""What can be asked for alone."""


@click.group("mail", invoke_without_command=True)
@click.pass_context
def mail_command(ctx: click.Context) -> None:
    """The mail that came: what became of it, and to set it right.

    Without a command it lists the last mails, as `helpdesk mail list` does.
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


@mail_command.command("list")
@click.option("--quarantined", is_flag=True, help="Only what could not be read.")
@click.option("--filed", is_flag=True, help="Only automatic mail.")
@click.option("--waiting", is_flag=True, help="Only what was not taken in yet.")
@click.option("--unattached", is_flag=True, help="Only what belongs to no call.")
@click.option("--from", "sender", metavar="WORD", default="", help="Whose name or address has it.")
@click.option("--since", metavar="DATE", help="Only what came since that day: 2026-03-02.")
@limit_option(MOST, ", those that came last")
@as_json
@click.pass_obj
def list_(
    context: Context,
    *,
    quarantined: bool = False,
    filed: bool = False,
    waiting: bool = False,
    unattached: bool = False,
    sender: str = "",
    since: str | None = None,
    limit: int = MOST,
    wants_json: bool = False,
) -> None:
    """What came, the newest first: from whom, and what became of it."""
    asked = zip(STATES, (quarantined, filed, waiting), strict=True)
    states = [state for state, wanted in asked if wanted]
    with context.reading() as (reader, glance):
        began = _day(since, glance.zone) if since else None
        wanted = mails.Wanted(states, unattached, sender.strip(), began)
        found = mails.mails(reader, wanted, limit)
    rows = [_row(each) for each in found.mails]
    show_table(LIST, rows, zone=glance.zone, wants_json=wants_json, empty="no such mail")
    if len(rows) < found.total:
        click.echo(
            f"the last {len(rows)} are shown, of {found.total:,}: --limit N shows more", err=True
        )


@mail_command.command("show")
@click.argument("number", metavar="ID", type=NUMBER)
@click.option("--all", "everything", is_flag=True, help="What it quotes of other mails, too.")
@as_json
@click.pass_obj
def show(context: Context, number: int, *, everything: bool, wants_json: bool) -> None:
    """One mail: who wrote it, what became of it, its text and its files."""
    with context.reading() as (reader, glance):
        found = mails.mail(reader, number)
    if wants_json:
        texts = {name: found.row[name] for name in ("recipients", "message_id", "text", "own")}
        files = [dict(file) for file in found.files]
        where = {"mailbox": found.row["mailbox"], "cut": bool(found.row["cut"])}
        show_json({**_row(found.mail), **texts, **where, "files": files})
        return
    for line in _lines(found, glance.zone, everything=everything):
        click.echo(line)


@mail_command.command("raw")
@click.argument("number", metavar="ID", type=NUMBER)
@click.option(
    "--save", metavar="FILE", type=click.Path(dir_okay=False), help="Write it into FILE, unchanged."
)
@click.pass_obj
def raw(context: Context, number: int, *, save: str | None) -> None:
    """The bytes of a mail, exactly as they came (for agents).

    A terminal is shown them made harmless; a pipe, and FILE, gets them unchanged. Of a mail above
    32 MB the desk has the beginning alone: the rest lies where it came from.
    """
    context.working()
    with context.reading() as (reader, _):
        found, content = mails.mail(reader, number), mails.raw(reader, number)
    mending.give(content, save)
    if found.row["cut"]:
        click.echo(f"note: {correspondence.too_big(found.row)}", err=True)


for command in (mending.retry, mending.attach, mending.split, mending.check):
    mail_command.add_command(command)


def _row(mail: mails.Mail) -> dict[str, object]:
    return {
        **mail._asdict(),
        "sender": correspondence.sender(mail.sender_name, mail.sender_address),
        "trusted": correspondence.TRUST_IN_SHORT.get(mail.trust, mail.trust),
        "became": correspondence.became(mail),
    }


def _day(text: str, zone: str) -> datetime:
    """When the day of that date began."""
    from datetime import UTC
    from zoneinfo import ZoneInfo

    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except ValueError:
        raise BadValue(f"{text!r} is no date; write for example 2026-03-02") from None


def _lines(found: mails.Whole, zone: str, *, everything: bool) -> Iterator[str]:
    mail, row = found.mail, found.row
    yield click.style(f"Mail {mail.id}  {cell(correspondence.became(mail))}", bold=True)
    yield from _head(found, zone)
    if row["message"] is None:
        yield f"  It was not read: helpdesk mail raw {mail.id} shows it"
        return
    yield from (click.style(f"  {each}", bold=True) for each in correspondence.remarks(row))
    yield ""
    yield from correspondence.mail_text(row, everything=everything)
    if found.files:
        yield ""
    for file in found.files:
        kind = f"{file['size']:,} bytes, {cell(file['content_type'])}"
        yield f"  file: {cell(file['name'])} ({kind}, sha256 {file['sha256'][:12]})"


def _head(found: mails.Whole, zone: str) -> Iterator[str]:
    mail, row = found.mail, found.row
    sent = moment(row["sent_at"])
    facts: dict[str, Any] = {
        "arrived": local(mail.arrived, zone),
        "lay in": row["mailbox"],
        "size": f"{mail.size:,} bytes",
    }
    if row["message"] is not None:
        facts = {
            "from": correspondence.sender(mail.sender_name, mail.sender_address),
            "trust": correspondence.TRUST.get(mail.trust, mail.trust),
            "to": row["recipients"],
            "subject": mail.subject,
            "sent": local(sent, zone) if sent else "it does not say when",
            **facts,
            "Message-ID": row["message_id"] or "it has none",
        }
    if row["automatic"]:
        facts["automatic"] = row["automatic"]
    yield from (f"  {name:<12}{cell(value)}" for name, value in facts.items())
