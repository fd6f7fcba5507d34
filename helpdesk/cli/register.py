"""`register`: files loaded into it, what it holds, what changed, and a place found in it."""

import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from helpdesk.cli import loaded, places
from helpdesk.cli.cell import cell
from helpdesk.cli.context import Context
from helpdesk.cli.fetching import fetch_command
from helpdesk.cli.table import NARROW, Column, as_json, limit_option, show_json, show_table
from helpdesk.errors import NotFound
from helpdesk.register import codebook, loads

LOADS = (
    Column("id", "LOAD", right=True),
    Column("loaded_at", "LOADED"),
    Column("by", "BY", least=80),
    Column("shape", "WHAT"),
    Column("published_on", "OF", least=80),
    Column("file", "FILE", spare=True),
    Column("new", "NEW", right=True),
    Column("changed", "CHANGED", right=True),
    Column("unlisted", "GONE", right=True),
)
DIFFERENCES = (
    Column("kind", "WHAT"),
    Column("number", "ID"),
    Column("name", "NAME"),
    Column("postcode", "POSTCODE", spare=True),
    Column("code", "CODE"),
    Column("remarks", "DIFFERENT", below=NARROW),
)
COUNTED = (
    ("locations", "locations"),
    ("registered", "of these registered"),
    ("care_homes", "  care homes"),
    ("home_care", "  home care"),
    ("not_yet_coded", "  not yet coded"),
    ("closed_codes", "  whose code ODS closed"),
    ("deregistered", "deregistered"),
    ("known_to_ods_alone", "known to ODS alone"),
    ("providers", "providers"),
    ("codes", "codes ever given"),
    ("claims", "codes in dispute"),
)
DEREGISTERED_FIRST = ("deregistered", "registered", "coded", "changed", "new")


@click.group("register")
def register_command() -> None:
    """The register: CQC's locations and providers with their ODS codes."""


@register_command.command("load")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option("--yes", "sure", is_flag=True, help="Load it although it looks wrong.")
@click.option("--extract", is_flag=True, help="It holds a part only: what it lacks stays.")
@click.option("--again", is_flag=True, help="Read a file again that was loaded before.")
@as_json
@click.pass_obj
def load(
    context: Context,
    files: tuple[Path, ...],
    *,
    wants_json: bool,
    sure: bool,
    extract: bool,
    again: bool,
) -> None:
    """Load files of CQC and ODS into the register; the same file twice changes nothing.

    CQC_directory.csv, HSCA_Active_Locations (.ods, .xlsx or .csv), deactivated locations, CQC API
    documents (.json or .jsonl), and of ODS ecarehomehq, ecarehomesite, ecarehomesucc and FHIR
    organisations; of a folder all of these.

    READ counts the rows of a file; NEW, CHANGED, UNCHANGED and GONE what became of locations and
    providers. A list that would take more than a tenth of the registered locations away is not
    loaded without --yes (it is right) or --extract (it is a part).
    """
    app = context.app()
    who = app.desk.who(*context.hands())
    from helpdesk import duties
    from helpdesk.register.asking import Doubtful, Loading

    loading = Loading(who.by, sure, extract, again)
    load_now = partial(duties.load_register, app, files, who, progress=loaded.progress())
    try:
        summary = load_now(loading)
    except Doubtful as doubt:
        if not sys.stdin.isatty() or not sys.stderr.isatty():
            raise
        click.echo(f"{doubt}", err=True)
        if not click.confirm("load it all the same?", default=False, err=True):
            raise
        summary = load_now(loading._replace(sure=True))
    loaded.show_summary(summary, app.config.desk.zone, wants_json=wants_json, extract=extract)


@register_command.command("status")
@limit_option(10, " files that were loaded last")
@as_json
@click.pass_obj
def status(context: Context, *, limit: int, wants_json: bool) -> None:
    """What the register holds, which files it comes from, and which codes are in dispute."""
    with context.reading() as (reader, glance):
        counted, found = loads.counts(reader), loads.loads(reader, limit)
        claims = codebook.claims(reader)
    if wants_json:
        values = {"counts": dict(counted), "loads": found, "claims": claims}
        show_json(values)
        return
    for key, name in COUNTED:
        if counted[key] or key in ("locations", "providers"):
            click.echo(f"{name:<24}{counted[key]:>8,}")
    click.echo()
    show_table(LOADS, found, zone=glance.zone, wants_json=False, empty="nothing was loaded yet")
    for words in loaded.disputes([claim.words for claim in claims]):
        click.echo(cell(words), err=True)


@register_command.command("diff")
@click.argument("load", type=int, required=False, metavar="[LOAD]")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="All loads from that day on.")
@click.option("--only", type=click.Choice(DEREGISTERED_FIRST), help="Only what is of that sort.")
@limit_option(200, " rows")
@as_json
@click.pass_obj
def diff(
    context: Context,
    load: int | None,
    *,
    since: datetime | None,
    only: str | None,
    limit: int,
    wants_json: bool,
) -> None:
    """What loads changed: the last one, the one numbered LOAD, or all since a day.

    What was deregistered comes first, then what is registered again, then codes that appeared.
    """
    with context.reading() as (reader, glance):
        zone = ZoneInfo(glance.zone)
        if load is not None and not loads.is_known(reader, load):
            raise NotFound(f"there is no load {load}; helpdesk register status lists them")
        begun = since.replace(tzinfo=zone).astimezone(UTC) if since else None
        found = [
            {**each._asdict(), "facts": dict(each.facts), "remarks": each.words}
            for each in loads.differences(reader, begun, load)
            if only is None or each.kind == only
        ]
    found.sort(key=lambda row: DEREGISTERED_FIRST.index(row["kind"]))
    shown = found[:limit]
    show_table(DIFFERENCES, shown, zone=glance.zone, wants_json=wants_json, empty="nothing changed")
    if len(found) > len(shown):
        click.echo(f"{len(found) - len(shown)} more: say --limit {len(found)}", err=True)


@register_command.command("find")
@click.argument("text", nargs=-1, required=True, metavar="TEXT...")
@limit_option(10, " places")
@as_json
@click.pass_obj
def find_command(context: Context, text: tuple[str, ...], *, limit: int, wants_json: bool) -> None:
    """Find a place by whatever the caller says: name, postcode, telephone, code or CQC id.

    helpdesk register find rose cottage ol4 2qu
    """
    from helpdesk.register.finding import find

    with context.reading() as (reader, _):
        found = find(reader, " ".join(text), limit)
    if wants_json:
        show_json([places.values_of(each) for each in found])
        return
    for each in found:
        for line in places.lines_of(each):
            click.echo(line)
    if not found:
        click.echo("the register has nothing like that", err=True)


register_command.add_command(fetch_command)
