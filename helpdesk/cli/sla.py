"""`sla`: how dues came about, whether clocks say what events say, a new policy for old calls."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click

from helpdesk.cli.cell import cell
from helpdesk.cli.context import Context
from helpdesk.cli.reading import reference_argument
from helpdesk.cli.table import Column, as_json, local, show_json, show_table
from workflows import spans

DIFFERS = 1
"""The exit code of a check that found rows that do not say what their events say."""

DIFFERENCES = (
    Column("reference", "CALL"),
    Column("what", "WHAT"),
    Column("kept", "KEPT"),
    Column("derived", "FROM EVENTS"),
)
MOVED = (
    Column("reference", "CALL"),
    Column("target", "TARGET"),
    Column("due", "DUE"),
    Column("new_due", "NEW DUE"),
    Column("at_risk", "AT RISK", spare=True),
    Column("new_at_risk", "NEW AT RISK", spare=True),
)


@click.group("sla")
def sla_command() -> None:
    """The promises: how a due came about, and whether all is as events say."""


@sla_command.command("explain")
@reference_argument
@as_json
@click.pass_obj
def explain_command(context: Context, reference: str, *, wants_json: bool) -> None:
    """How each due of a call came about: start, pauses, policy, flags, letters."""
    app = context.app()
    from helpdesk.desk.explaining import explain

    call, found = app.store.run(lambda tx: explain(tx, app.journal, reference))
    if wants_json:
        show_json([_as_values(each) for each in found])
        return
    zone = app.config.desk.zone
    click.echo(f"{call.reference}  received {local(call.received_at, zone)}")
    click.echo(f"end to end promised by {local(call.promise_at, zone)}")
    for each in found:
        click.echo()
        for line in _explained(each, zone):
            click.echo(line)


@sla_command.command("rebuild")
@click.option("--check", is_flag=True, help="Only say what differs; change nothing.")
@as_json
@click.pass_obj
def rebuild_command(context: Context, *, check: bool, wants_json: bool) -> int:
    """Derive every clock from its events anew, and make the rows say so."""
    app = context.app()
    from helpdesk.desk import rebuilding

    found: list[Any] = []
    calls = last = 0
    while True:
        some = app.store.run(
            lambda tx, after=last: rebuilding.check(tx, app.journal, after, mend=not check)
        )
        if not some.calls:
            break
        calls, last, found = calls + some.calls, some.last, found + some.differences
    rows = [each._asdict() for each in found]
    if rows or wants_json:
        show_table(DIFFERENCES, rows, zone=app.config.desk.zone, wants_json=wants_json)
    what = "not as events say" if check else "made as events say"
    word = (
        f"{_counted(len(found), 'value')} {what}" if found else "every clock is as its events say"
    )
    click.echo(f"{_counted(calls, 'call')} looked at: {word}", err=bool(rows) or wants_json)
    return DIFFERS if found and check else 0


@sla_command.command("recalc")
@click.option("--dry-run", is_flag=True, help="Only list the clocks that would change.")
@as_json
@click.pass_obj
def recalc_command(context: Context, *, dry_run: bool, wants_json: bool) -> None:
    """Put running clocks under the policy of config.toml; finished and breached ones stay."""
    app = context.app()
    who = app.desk.who(*context.hands())
    from helpdesk.desk import recalculating

    moved: list[Any] = []
    last = 0
    while True:
        some = app.store.run(
            lambda tx, after=last: recalculating.recalc(
                tx, app.journal, who, after, dry_run=dry_run
            )
        )
        if not some.calls:
            break
        last, moved = some.last, moved + some.moved
    rows = [each._asdict() for each in moved]
    if rows or wants_json:
        show_table(MOVED, rows, zone=app.config.desk.zone, wants_json=wants_json)
    verb = "would be put" if dry_run else "put"
    words = f"{_counted(len(moved), 'clock')} {verb} under the policy in force"
    click.echo(words if moved else "every clock that runs is under the policy in force", err=True)


def _as_values(each: Any) -> dict[str, Any]:  # helpdesk.desk.explaining.Explained
    return {
        **each._asdict(),
        "pauses": [pause._asdict() for pause in each.pauses],
        "told": [told._asdict() for told in each.told],
    }


def _counted(number: int, name: str) -> str:
    return f"{number} {name}{'s' * (number != 1)}"


def _explained(each: Any, zone: str) -> Iterator[str]:
    cycle = f", cycle {each.cycle}" if each.cycle > 1 else ""
    yield click.style(f"{each.target}{cycle}: {each.standing.words}", bold=True)
    yield f"  started    {local(each.started, zone)}  ({cell(each.started_by)})"
    yield f"  promised   {each.promised}: due {local(each.gross_due, zone)} without any pause"
    for pause in each.pauses:
        end = f"until {local(pause.end, zone)}" if pause.end else "and still does"
        counted = spans.words(pause.counted)
        yield f"  stood still from {local(pause.begin, zone)} {end}: + {counted}"
        yield f"             {pause.reason} ({cell(pause.by)})"
        if pause.note:
            yield f"             {cell(pause.note)}"
    for at, by in each.recalculated:
        yield f"  put under another policy {local(at, zone)} by {cell(by)}"
    yield f"  due        {local(each.due, zone)}"
    yield f"  at risk    {local(each.at_risk, zone)}: {each.at_risk_why}"
    yield f"  staffed    {spans.desk_words(each.staffed)} between start and due{_marks(each)}"
    if each.stopped:
        late = each.stopped - each.due
        words = f", {spans.words(late)} late" if each.stopped >= each.due else ""
        yield f"  ended      {local(each.stopped, zone)}{words}"
    if each.detected:
        yield f"  breach     seen by a sweep {local(each.detected, zone)}"
    for told in each.told:
        yield f"  {_told(told, zone)}"


def _marks(each: Any) -> str:
    marks = [
        word
        for holds, word in ((each.unwinnable, "unwinnable"), (each.late_start, "late start"))
        if holds
    ]
    return f"  ({', '.join(marks)})" if marks else ""


def _told(told: Any, zone: str) -> str:
    stage = told.stage.replace("_", " ")
    if told.letter:
        return f"letter     {stage}, to the {told.audience}"
    if told.tell_at:
        when: datetime = told.tell_at
        return f"letter     {stage}, to the {told.audience}: waits until {local(when, zone)}"
    return f"no letter  {stage}, to the {told.audience}"
