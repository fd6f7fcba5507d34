"""`raise`, `correct`, `urgent`, `note`, `take`, `give`: what agents do besides the steps."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from helpdesk.cli.context import Context
from helpdesk.cli.reading import reference_argument
from helpdesk.cli.table import as_json
from helpdesk.cli.told import tell
from helpdesk.errors import BadValue

EARLIEST = 2000
"""The first year in which a call can have been received."""

KINDS = ["care-home", "domiciliary"]
PURPOSES = ["DSPT", "NHSmail"]


FACTS = (
    click.option("--name", "requester_name", help="The requester's name."),
    click.option("--organisation", help="The care home or company."),
    click.option("--phone", "requester_phone", help="The requester's telephone number."),
    click.option("--email", "requester_email", help="The requester's e-mail address."),
    click.option("--postcode", help="The organisation's postcode."),
    click.option("--kind", type=click.Choice(KINDS), help="What it does."),
    click.option("--cqc-location", "cqc_location_id", metavar="ID", help="Its CQC location id."),
    click.option("--cqc-provider", "cqc_provider_id", metavar="ID", help="Its CQC provider id."),
    click.option("--code", "given_code", help="An ODS code that the requester names."),
    click.option("--for", "purposes", multiple=True, type=click.Choice(PURPOSES), help="Why."),
)
"""What a requester tells: each option bears the name of the fact that it gives."""


def facts_of_a_request(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of FACTS."""
    for option in reversed(FACTS):
        command = option(command)
    return command


@click.command("raise")
@facts_of_a_request
@click.option(
    "--received-at",
    metavar="MOMENT",
    help="When it came, if not now: 2026-03-02T09:00, in the desk's zone.",
)
@click.option(
    "--workflow",
    metavar="NAME",
    help="How it goes on, if it is not about an ODS code: a workflow of config.toml.",
)
@click.option("--again", is_flag=True, help="Although the same call was raised today.")
@as_json
@click.pass_obj
def raise_command(
    context: Context,
    /,
    *,
    received_at: str | None,
    workflow: str | None,
    again: bool,
    wants_json: bool,
    **given: Any,
) -> None:
    """Raise a call that came by telephone or in person."""
    facts = _given(given)
    if not facts.get("organisation") and not facts.get("requester_name"):
        raise click.UsageError("say at least who or what it is about: --organisation, or --name")
    app = context.app()
    who = app.desk.who(*context.hands())
    moment = _moment(received_at, app.config.desk.zone) if received_at else None
    from helpdesk.intake import Request

    if workflow is not None:
        facts["workflow"] = _workflow(app.config, workflow)
    done = app.desk.raise_call(Request(**facts), who, moment, again=again)
    tell(done, wants_json=wants_json)


@click.command("correct")
@reference_argument
@facts_of_a_request
@as_json
@click.pass_obj
def correct_command(context: Context, /, reference: str, *, wants_json: bool, **given: Any) -> None:
    """Write facts that were learnt later into a call; its history keeps what they were."""
    facts = _given(given)
    if not facts:
        raise click.UsageError("say what is to be corrected: --organisation, --phone, ...")
    if "purposes" in facts:
        facts["purposes"] = ", ".join(facts["purposes"])
    desk, who = context.working()
    tell(desk.correct(reference, who, facts), wants_json=wants_json)


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


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """The facts that were given, as a Request takes them."""
    from helpdesk.intake import Kind

    facts = {name: value for name, value in options.items() if value not in (None, ())}
    facts = {name: v.strip() if isinstance(v, str) else v for name, v in facts.items()}
    if "kind" in facts:
        facts["kind"] = Kind(facts["kind"].replace("-", "_"))
    return facts


def _workflow(config: Any, name: str) -> str:
    """The name of a workflow that calls can take. BadValue if it is none."""
    from helpdesk.errors import ConfigError

    try:
        return str(config.workflow(name).name)
    except ConfigError:
        raise BadValue(
            f"there is no workflow {name!r}; those there are stand in config.toml,"
            " [workflows] definitions"
        ) from None


def _moment(text: str, zone: str) -> datetime:
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise BadValue(f"{text!r} is not a moment; write for example 2026-03-02T09:00") from None
    if given.year < EARLIEST:
        raise BadValue(f"{text!r} is too long ago; write for example 2026-03-02T09:00")
    return given if given.tzinfo else given.replace(tzinfo=ZoneInfo(zone))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadValue(f"{text!r} is not a day; write for example 2026-03-09") from None
