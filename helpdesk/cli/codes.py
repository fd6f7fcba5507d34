"""`codes`: whose a code is, the ranges for new ones, and codes put right."""

import click

from helpdesk.cli.cell import cell
from helpdesk.cli.context import Context
from helpdesk.cli.reading import reference_argument
from helpdesk.cli.table import Column, as_json, show_json, show_table
from helpdesk.cli.told import tell
from helpdesk.errors import NotFound

POOLS = (
    Column("span", "RANGE"),
    Column("level", "LEVEL"),
    Column("used", "USED", right=True),
    Column("left", "LEFT", right=True),
)


DISPUTED = (
    Column("code", "CODE"),
    Column("level", "LEVEL", spare=True),
    Column("holder", "THE DESK HAS IT FOR"),
    Column("title", "A FILE GIVES IT TO"),
    Column("source", "FILE", spare=True),
    Column("since", "SINCE", spare=True),
)
CLOSED = (
    Column("code", "CODE"),
    Column("closed_on", "CLOSED"),
    Column("followed_by", "FOLLOWED BY"),
    Column("number", "ID"),
    Column("name", "NAME"),
)


@click.group("codes")
def codes_command() -> None:
    """ODS codes: whose each is, the ranges that new ones come from, codes in dispute."""


@codes_command.command("show")
@click.argument("code")
@as_json
@click.pass_obj
def show(context: Context, code: str, *, wants_json: bool) -> None:
    """Whose a code is or was, since when, and in which calls it was provided."""
    from helpdesk.register import codebook

    with context.reading() as (reader, glance):
        read = codebook.typed(reader, code)
        found = codebook.history(reader, read.value)
        if found is None:
            raise NotFound(f"nobody was given {read.value}, as far as the desk knows")
    if wants_json:
        claims = [claim._asdict() for claim in found.claims]
        show_json({**found._asdict(), "holder": found.holder._asdict(), "claims": claims})
        return
    for remark in read.remarks:
        click.echo(cell(remark), err=True)
    for line in found.lines(glance.zone):
        click.echo(cell(line))


@codes_command.command("closed")
@as_json
@click.pass_obj
def closed(context: Context, *, wants_json: bool) -> None:
    """The codes that ODS closed although CQC has their places registered, the last one first."""
    from helpdesk.register import codebook

    with context.reading() as (reader, glance):
        found = [each._asdict() for each in codebook.closed(reader)]
    empty = "ODS closed no code of a place that is registered"
    show_table(CLOSED, found, zone=glance.zone, wants_json=wants_json, empty=empty)


@codes_command.command("disputed")
@as_json
@click.pass_obj
def disputed(context: Context, *, wants_json: bool) -> None:
    """The codes that files give to two organisations: none goes out by itself."""
    from helpdesk.register import codebook

    with context.reading() as (reader, glance):
        found = [each._asdict() for each in codebook.claims(reader)]
    empty = "no code is in dispute"
    show_table(DISPUTED, found, zone=glance.zone, wants_json=wants_json, empty=empty)


@codes_command.command("pool")
@as_json
@click.pass_obj
def pool(context: Context, *, wants_json: bool) -> None:
    """The ranges from which the desk allocates new codes ([codes] in config.toml)."""
    app = context.app()
    from helpdesk.register import giving
    from helpdesk.register.pool import spans_of

    ranges = (("site", app.config.codes.site_pool), ("parent", app.config.codes.parent_pool))
    used = app.store.run(giving.used_of_pools)
    rows = [
        {
            "span": span.words,
            "level": level,
            "used": used.get(span.words, 0),
            "left": span.size - used.get(span.words, 0),
        }
        for level, texts in ranges
        for span in spans_of(texts)
    ]
    empty = "the desk has no ranges: it provides what the register has, or what ODS gave"
    show_table(POOLS, rows, zone=app.config.desk.zone, wants_json=wants_json, empty=empty)


@codes_command.command("move")
@click.argument("code")
@click.option("--to", required=True, metavar="ID", help="The CQC id of whose it is.")
@click.option("--reason", required=True, metavar="WORDS", help="Who says so, and why.")
@click.option("--instead", is_flag=True, help="Although that one has another code.")
@as_json
@click.pass_obj
def move(
    context: Context, code: str, *, to: str, reason: str, instead: bool, wants_json: bool
) -> None:
    """Say whose a code is, where files of the register do not agree. Supervisors do that."""
    desk, who = context.working()
    from helpdesk.desk.recoding import Moving

    tell(desk.move_code(code, who, Moving(to, reason, instead)), wants_json=wants_json)


@click.command("recode")
@reference_argument
@click.option("--reason", required=True, metavar="WORDS", help="What was wrong; they read it.")
@click.option("--location", default="", metavar="ID", help="The right location, if it was not.")
@click.option("--provider", default="", metavar="ID", help="The right provider, likewise.")
@click.option("--site", default="", metavar="CODE", help="The site code, if the register has none.")
@click.option("--parent", default="", metavar="CODE", help="The parent code, likewise.")
@as_json
@click.pass_obj
def recode_command(
    context: Context,
    reference: str,
    *,
    reason: str,
    location: str,
    provider: str,
    site: str,
    parent: str,
    wants_json: bool,
) -> None:
    """Put right the codes that a call was provided, and write to the requester.

    Without options the call's codes are looked up again: for a register that was wrong.
    """
    if location and provider:
        raise click.UsageError("give --location or --provider, not both")
    desk, who = context.working()
    from helpdesk.desk.providing import Wish
    from helpdesk.desk.recoding import Recoding
    from helpdesk.desk.steps import Choice

    choice = Choice(location, provider, instead=True) if location or provider else None
    recoding = Recoding(reason, choice, Wish(site, parent))
    tell(desk.recode(reference, who, recoding), wants_json=wants_json)
