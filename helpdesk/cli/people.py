"""`agent add`, `list`, `away`, `back`: the people of the desk."""

from datetime import datetime

import click

from helpdesk.cli.context import Context
from helpdesk.cli.table import Column, as_json, local_day, show_table
from helpdesk.cli.told import tell
from helpdesk.clock import utc_now
from helpdesk.database import Row, moment

LIST = (
    Column("name", "NAME"),
    Column("full_name", "FULL NAME"),
    Column("role", "ROLE"),
    Column("email", "E-MAIL"),
    Column("os_user", "USER"),
    Column("away", "AWAY"),
)


@click.group("agent")
def agent_command() -> None:
    """The people of the desk."""


@agent_command.command("add")
@click.argument("name")
@click.option("--full-name", metavar="NAME", help="What requesters read [default: the name].")
@click.option("--email", default="", help="Where letters about their calls go.")
@click.option(
    "--os-user", metavar="USER", help="Their user name on this machine [default: the name]."
)
@click.option("--supervisor", is_flag=True, help="May speak for others, and add agents.")
@as_json
@click.pass_obj
def add(
    context: Context,
    name: str,
    *,
    full_name: str | None,
    email: str,
    os_user: str | None,
    supervisor: bool,
    wants_json: bool,
) -> None:
    """Add a person to the desk (for supervisors)."""
    app = context.app()
    from helpdesk.desk.people import Person
    from helpdesk.models import Role

    role = Role.SUPERVISOR if supervisor else Role.AGENT
    person = Person(name, full_name or name, email, os_user or name, role)
    hands, _ = context.hands()
    tell(app.desk.add_agent(person, hands), wants_json=wants_json)


@agent_command.command("list")
@as_json
@click.pass_obj
def list_(context: Context, *, wants_json: bool) -> None:
    """Who works at this desk."""
    with context.reading() as (reader, glance):
        rows = reader.rows(
            "SELECT name, full_name, role, email, os_user, away_since, away_until FROM agent"
            " WHERE active ORDER BY name"
        )
    now = utc_now()
    show_table(
        LIST,
        [_row(row, now, glance.zone) for row in rows],
        zone=glance.zone,
        wants_json=wants_json,
        empty="this desk has no agents yet; add one with: helpdesk agent add NAME",
    )


@agent_command.command("away")
@click.argument("name")
@click.option(
    "--until",
    metavar="DATE",
    help="Until when: 2026-03-09 (when we open), monday, '3 days' [default: until they are back].",
)
@as_json
@click.pass_obj
def away(context: Context, name: str, *, until: str | None, wants_json: bool) -> None:
    """Say that NAME is away: their calls show as nobody's meanwhile, so that somebody looks.

    For supervisors, and for NAME.
    """
    app = context.app()
    who = app.desk.who(*context.hands())
    from helpdesk.cli.moments import coming

    end = coming(until, app.store.clock(), app.config.hours) if until is not None else None
    tell(app.desk.away(name, end, who), wants_json=wants_json)


@agent_command.command("back")
@click.argument("name")
@as_json
@click.pass_obj
def back(context: Context, name: str, *, wants_json: bool) -> None:
    """Say that NAME is there again (for supervisors, and for NAME)."""
    desk, who = context.working()
    tell(desk.back(name, who), wants_json=wants_json)


def _row(row: Row, now: datetime, zone: str) -> dict[str, object]:
    since, until = moment(row["away_since"]), moment(row["away_until"])
    away = since is not None and (until is None or now < until)
    words = f"until {local_day(until, zone)}" if until else "until further notice"
    return {
        **row,
        "away_since": since if away else None,
        "away_until": until if away else None,
        "away": words if away else "",
    }
