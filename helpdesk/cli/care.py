"""`raise`, `urgent`, `note`, `take`, `give`: what agents do with calls besides moving them on."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import click

from helpdesk.cli.context import Context
from helpdesk.cli.reading import reference_argument
from helpdesk.cli.table import as_json
from helpdesk.cli.told import tell
from helpdesk.errors import BadValue

KINDS = ["care-home", "domiciliary"]
PURPOSES = ["DSPT", "NHSmail"]


@click.command("raise")
@click.option("--name", default="", help="The requester's name.")
@click.option("--organisation", default="", help="The care home or company.")
@click.option("--phone", default="", help="The requester's telephone number.")
@click.option("--email", default="", help="The requester's e-mail address.")
@click.option("--postcode", default="", help="The organisation's postcode.")
@click.option("--kind", type=click.Choice(KINDS), help="What it does.")
@click.option("--cqc-location", default="", metavar="ID", help="Its CQC location id.")
@click.option("--cqc-provider", default="", metavar="ID", help="Its CQC provider id.")
@click.option("--code", default="", help="An ODS code that the requester names.")
@click.option("--for", "purposes", multiple=True, type=click.Choice(PURPOSES), help="What for.")
@click.option(
    "--received-at",
    metavar="MOMENT",
    help="When it came, if not now: 2026-03-02T09:00, in the desk's zone.",
)
@click.option("--again", is_flag=True, help="Although the same call was raised today.")
@as_json
@click.pass_obj
def raise_command(
    context: Context,
    /,
    *,
    received_at: str | None,
    again: bool,
    wants_json: bool,
    kind: str | None,
    **given: str | tuple[str, ...],
) -> None:
    """Raise a call that came by telephone or in person."""
    if not given["organisation"] and not given["name"]:
        raise click.UsageError("say at least who or what it is about: --organisation, or --name")
    app = context.app()
    who = app.desk.who(*context.hands())
    moment = _moment(received_at, app.config.desk.zone) if received_at else None
    from helpdesk.intake import Kind, Request

    request = Request(
        requester_name=str(given["name"]),
        organisation=str(given["organisation"]),
        requester_phone=str(given["phone"]),
        requester_email=str(given["email"]),
        postcode=str(given["postcode"]),
        kind=Kind(kind.replace("-", "_")) if kind else None,
        cqc_location_id=str(given["cqc_location"]),
        cqc_provider_id=str(given["cqc_provider"]),
        given_code=str(given["code"]),
        purposes=tuple(given["purposes"]),
    )
    tell(app.desk.raise_call(request, who, moment, again=again), wants_json=wants_json)


@click.command("urgent")
@reference_argument
@click.option("--reason", default="", help="Why: the log keeps it.")
@click.option("--needed-by", metavar="DATE", help="By which day: 2026-03-09.")
@click.option("--off", is_flag=True, help="Not urgent after all.")
@as_json
@click.pass_obj
def urgent_command(
    context: Context,
    reference: str,
    *,
    reason: str,
    needed_by: str | None,
    off: bool,
    wants_json: bool,
) -> None:
    """Put a call before all that are not urgent, with a reason. Its targets stay as they are."""
    day = _day(needed_by) if needed_by else None
    desk, who = context.working()
    if off:
        done = desk.set_not_urgent(reference, who, reason)
    else:
        done = desk.set_urgent(reference, who, reason, day)
    tell(done, wants_json=wants_json)


@click.command("note")
@reference_argument
@click.argument("words")
@as_json
@click.pass_obj
def note_command(context: Context, reference: str, words: str, *, wants_json: bool) -> None:
    """Write a note into a call's history, for colleagues: no requester ever reads it."""
    desk, who = context.working()
    tell(desk.note(reference, who, words), wants_json=wants_json)


@click.command("take")
@reference_argument
@as_json
@click.pass_obj
def take_command(context: Context, reference: str, *, wants_json: bool) -> None:
    """Make a call yours."""
    desk, who = context.working()
    tell(desk.give(reference, who, who.by), wants_json=wants_json)


@click.command("give")
@reference_argument
@click.argument("agent")
@as_json
@click.pass_obj
def give_command(context: Context, reference: str, agent: str, *, wants_json: bool) -> None:
    """Make a call AGENT's."""
    desk, who = context.working()
    tell(desk.give(reference, who, agent), wants_json=wants_json)


def _moment(text: str, zone: str) -> datetime:
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise BadValue(f"{text!r} is not a moment; write for example 2026-03-02T09:00") from None
    return given if given.tzinfo else given.replace(tzinfo=ZoneInfo(zone))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadValue(f"{text!r} is not a day; write for example 2026-03-09") from None
