"""`next`: the call to work on now."""

from collections.abc import Sequence

import click

from helpdesk import views
from helpdesk.cli.cell import cell
from helpdesk.cli.context import Context
from helpdesk.cli.days import tomorrow
from helpdesk.cli.lines import away_words, how_it_stands, values
from helpdesk.cli.table import as_json, local_day, show_json
from helpdesk.clock import utc_now

MOST_NAMED = 5
"""How many calls a note names."""


@click.command("next")
@as_json
@click.pass_obj
def next_command(context: Context, *, wants_json: bool) -> None:
    """The call to work on now, and the command for it.

    Yours, or one that nobody has who is here. A call on hold whose clock stands still is left
    alone until its hold ends, or a reply comes.
    """
    now = utc_now()
    with context.reading() as (reader, glance):
        me = context.my_name(reader)
        lines = views.worklist(reader, now)
    mine = [line for line in lines if line.is_for(me)]
    ready = [line for line in mine if not line.rests]
    if wants_json:
        show_json(values(ready[0]) if ready else None)
        return
    if ready:
        line = ready[0]
        click.echo("\t".join([line.reference, f"helpdesk {line.step} {line.reference}"]))
        _explain(line, glance.zone)
    else:
        click.echo(_nothing(mine, glance.zone), err=True)
    starved = views.breaching_today(lines, tomorrow(now, glance.zone))
    others = [each for each in starved if each not in ready[:1]]
    if others:
        click.echo(f"note: not urgent, but due today: {_names(others)}", err=True)
    if lost := [each for each in ready[1:] if each.not_delivered]:
        click.echo(f"note: a letter was NOT DELIVERED: {_names(lost)}", err=True)


def _explain(line: views.Line, zone: str) -> None:
    """Say on stderr why this call is the next."""
    standing = f", {line.standing.words}" if line.standing else ""
    urgent = "urgent, " if line.urgent else ""
    name = cell(line.organisation) or "organisation unknown"
    told = f"{name}: {urgent}{line.state}, {how_it_stands(line, zone)}{standing}"
    click.echo(told, err=True)
    marks = list(line.marks)
    if line.owner_away:
        marks.append(cell(away_words(line.owner, line.owner_back, zone)))
    if marks:
        click.echo(f"note: {', '.join(marks)}", err=True)
    if line.not_delivered:
        click.echo(f"which letter, and why: helpdesk show {line.reference}", err=True)


def _nothing(mine: Sequence[views.Line], zone: str) -> str:
    """Why there is nothing to do: all that there is may be on hold."""
    if not mine:
        return "nothing waits for you"
    first = min((line.hold_until for line in mine if line.hold_until), default=None)
    one = len(mine) == 1
    calls = "1 call is" if one else f"{len(mine)} calls are"
    until = f"{'' if one else ', the first'} until {local_day(first, zone)}" if first else ""
    return f"nothing waits for you; {calls} on hold{until}: helpdesk holds"


def _names(lines: Sequence[views.Line]) -> str:
    names = ", ".join(line.reference for line in lines[:MOST_NAMED])
    more = len(lines) - MOST_NAMED
    return f"{names} and {more} more (helpdesk list)" if more > 0 else names
