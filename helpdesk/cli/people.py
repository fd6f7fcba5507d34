"""`agent add` and `agent list`: the people of the desk."""

import click

from helpdesk.cli.context import Context
from helpdesk.cli.table import Column, as_json, show_table
from helpdesk.cli.told import tell

LIST = (
    Column("name", "NAME"),
    Column("full_name", "FULL NAME"),
    Column("role", "ROLE"),
    Column("email", "E-MAIL"),
    Column("os_user", "USER"),
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
            "SELECT name, full_name, role, email, os_user FROM agent WHERE active ORDER BY name"
        )
    show_table(
        LIST,
        [dict(row) for row in rows],
        zone=glance.zone,
        wants_json=wants_json,
        empty="this desk has no agents yet; add one with: helpdesk agent add NAME",
    )
