"""`brief` and `forecast`: what the day brings, and what breaks before the desk opens next."""

import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import click

from helpdesk.cli.context import Context
from helpdesk.cli.days import today, tomorrow
from helpdesk.cli.lines import away_words, how_it_stands
from helpdesk.cli.table import Column, as_json, local, show_json, show_table
from helpdesk.clock import utc_now

MOST = 5
"""How many calls of one part a screen has room for."""

BRIEF = (
    Column("about", "ABOUT"),
    Column("reference", "CALL", least=90),  # the command names it too
    Column("organisation", "ORGANISATION", least=70),
    Column("why", "WHY"),
    Column("command", "TYPE"),
)
FORECAST = (
    Column("whose", "AGENT"),
    Column("reference", "CALL"),
    Column("urgency", "!"),
    Column("target", "PROMISE"),
    Column("due", "DUE"),
    Column("left", "LEFT", right=True),
    Column("desk_left", "DESK HOURS", right=True),
    Column("standing", "STANDING"),
    Column("organisation", "ORGANISATION", spare=True),
    Column("command", "TYPE"),
)


@click.command("brief")
@as_json
@click.pass_obj
def brief_command(context: Context, *, wants_json: bool) -> None:
    """Your morning: what is urgent, due, answered or late among your calls and nobody's.

    Each call stands once, where it matters most, with the command to type. The calls of
    colleagues who are away count as nobody's.
    """
    from helpdesk.views import morning

    now = utc_now()
    with context.reading() as (reader, glance):
        zone = glance.zone
        me = context.my_name(reader)
        day = morning.Day(now, today(now, zone), tomorrow(now, zone))
        found = morning.brief(reader, me, day)
    rows = [_brief_row(entry, zone) for entry in found.entries]
    if wants_json:
        counts = {name: value for name, value in found._asdict().items() if name != "entries"}
        show_json({**counts, "calls": rows})
        return
    if rows:
        shown = list(_screen(rows)) if sys.stdout.isatty() else rows
        show_table(BRIEF, shown, zone=zone, wants_json=False)
    click.echo(_counts(found, needed=bool(rows)), err=True)


@click.command("forecast")
@click.option(
    "--until",
    metavar="MOMENT",
    help="Up to when: 'mon 09:00', '2026-03-09 09:00', 'tomorrow 12:00', '3 days'"
    " [default: when the desk opens next, once it is closed].",
)
@as_json
@click.pass_obj
def forecast_command(context: Context, *, until: str | None, wants_json: bool) -> None:
    """What breaches before the desk opens next if nobody does anything, by agent.

    DESK HOURS is how much staffed time is left to do something about it. What is on hold with a
    clock that stands still does not breach.
    """
    from pathlib import Path

    from helpdesk.cli.moments import coming
    from helpdesk.config import settings
    from helpdesk.database import reading
    from helpdesk.views.breaking import forecast, next_opening

    config, now = settings.load(Path(context.path)), utc_now()
    hours, zone = config.hours, config.desk.zone
    if until is None:
        end = next_opening(hours, now, tomorrow(now, zone))
    else:
        end = coming(until, now, hours)
    with reading(config.store.database) as reader:
        found = forecast(reader, hours, now, end)
    rows = [_forecast_row(each) for each in found.calls]
    if wants_json:
        show_json({**found._asdict(), "calls": rows})
        return
    if rows:
        show_table(FORECAST, rows, zone=zone, wants_json=False)
    click.echo(_forecast_words(found, zone), err=True)


def _brief_row(entry: Any, zone: str) -> dict[str, object]:  # helpdesk.views.morning.Entry
    line = entry.line
    return {
        "about": entry.part.value,
        "reference": line.reference,
        "organisation": line.organisation,
        "why": _why(entry, zone),
        "command": f"helpdesk {_step(entry)} {line.reference}",
        "urgent": line.urgent,
        "state": line.state,
        "target": line.target,
        "due": line.due,
        "owner": line.owner,
    }


def _step(entry: Any) -> str:
    """The command for what to do: where a letter did not arrive, to see which, and why."""
    return "show" if entry.part.name == "UNDELIVERED" else str(entry.line.step)


def _why(entry: Any, zone: str) -> str:
    """Why the call is worth a look, in a few words."""
    line = entry.line
    told = [how_it_stands(line, zone)]
    if line.not_delivered:
        told.append("a letter was NOT DELIVERED")
    if line.reply_waiting:
        told.append("reply waiting")
    if line.hold_until:
        told.append(f"on hold until {local(line.hold_until, zone)}")
    if entry.ended:
        told.append(f"its hold ended {local(entry.ended.at, zone)}: {entry.ended.why}")
    if line.owner_away:
        told.append(away_words(line.owner, line.owner_back, zone))
    elif entry.part.name == "OTHERS":
        told.append(f"{line.owner} has it")
    return ", ".join(told)


def _screen(rows: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    """As much of `rows` as a screen has room for, each part named once."""
    totals = Counter(row["about"] for row in rows)
    seen: Counter[object] = Counter()
    for row in rows:
        part = row["about"]
        seen[part] += 1
        if seen[part] <= MOST:
            yield row if seen[part] == 1 else {**row, "about": ""}
        elif seen[part] == MOST + 1:
            blank: dict[str, object] = dict.fromkeys(row, "")
            more = f"and {totals[part] - MOST} more"
            yield {**blank, "why": more, "command": "helpdesk list"}


def _counts(found: Any, *, needed: bool) -> str:  # helpdesk.views.morning.Brief
    calls = f"{found.waiting} call{'s' * (found.waiting != 1)}"
    parts = (
        (found.mine, "yours"),
        (found.nobodys, "nobody's"),
        (found.resting, "on hold"),
    )
    whose = ", ".join(f"{number} {what}" for number, what in parts if number)
    counts = f"{calls} in all" + (f" ({whose}): helpdesk list" if whose else "")
    return counts if needed else f"nothing needs you now; {counts}"


def _forecast_row(each: Any) -> dict[str, object]:  # helpdesk.views.breaking.Breaking
    away = " (away)" if each.owner_away else ""
    return {
        **each._asdict(),
        "whose": f"{each.owner}{away}" or "nobody",
        "urgency": "urgent" if each.urgent else "",
        "desk_left": each.staffed or "none",
        "standing": each.standing.words,
        "command": f"helpdesk {each.step} {each.reference}",
    }


def _forecast_words(found: Any, zone: str) -> str:  # helpdesk.views.breaking.Forecast
    from workflows import spans

    number, end = len(found.calls), local(found.until, zone)
    what = (
        f"{number} promise{'s break' if number != 1 else ' breaks'}"
        if number
        else "no promise breaks"
    )
    left = f", and there are {spans.desk_words(found.staffed)} until then" if number else ""
    verb = "is" if found.breached == 1 else "are"
    already = f"; {found.breached} {verb} breached already: helpdesk list" if found.breached else ""
    return f"{what} before {end}{left}{already}"
