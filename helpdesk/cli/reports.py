"""`report` and `watch`: what supervisors and operators are told in letters, asked for."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from helpdesk.cli.cell import block
from helpdesk.cli.context import Context
from helpdesk.cli.table import Column, as_json, show_json, show_table
from helpdesk.clock import utc_now
from helpdesk.errors import BadValue, CannotWrite

SILENT = 1
"""The exit code of `watch` that finds the daemon silent."""

PART = Column("part", "PART")

PARTS = (
    (
        "targets",
        "TARGETS",
        (
            Column("name", "TARGET"),
            Column("promised", "WITHIN"),
            Column("finished", "DONE", right=True),
            Column("percent_net", "MET, NET", right=True),
            Column("percent_gross", "MET, GROSS", right=True),
            Column("p50", "P50", right=True),
            Column("p90", "P90", right=True),
            Column("breached", "BREACHED", right=True),
        ),
    ),
    (
        "apart",
        "ENDED, AND NOT COUNTED ABOVE",
        (
            Column("name", "TARGET"),
            Column("unwinnable", "UNWINNABLE", right=True),
            Column("cancelled", "CANCELLED", right=True),
        ),
    ),
    (
        "end_to_end",
        "FROM THE REQUEST TO THE CODE",
        (
            Column("count", "PROVIDED", right=True),
            Column("percent", "IN TIME", right=True),
            Column("p50", "P50", right=True),
            Column("p90", "P90", right=True),
        ),
    ),
    (
        "ageing",
        "OPEN CALLS BY AGE",
        (Column("band", "AGE"), Column("open", "CALLS", right=True)),
    ),
    (
        "holds",
        "TIME ON HOLD BY REASON",
        (
            Column("reason", "REASON"),
            Column("calls", "CALLS", right=True),
            Column("time", "TIME", right=True),
        ),
    ),
    (
        "outcomes",
        "HOW CALLS WERE CLOSED",
        (Column("outcome", "OUTCOME"), Column("count", "CALLS", right=True)),
    ),
    (
        "totals",
        "ALL CALLS",
        (
            Column("received", "RECEIVED", right=True),
            Column("closed", "CLOSED", right=True),
            Column("open", "OPEN", right=True),
        ),
    ),
)
"""The tables of a week: the fact that each shows, its title, its columns."""


@click.command("report")
@click.option("--week", "day", metavar="DATE", help="The week with this day [default: the last].")
@click.option("--csv", "file", metavar="FILE", help="Write its clocks as CSV; - for the output.")
@click.option("--digest", is_flag=True, help="What the morning's digest would say now.")
@as_json
@click.pass_obj
def report_command(
    context: Context, day: str | None, file: str | None, *, digest: bool, wants_json: bool
) -> None:
    """The figures of a week: how the promises were kept, and what became of the calls.

    Net leaves out the time for which a hold paused the clock; gross counts all of it. P50 and P90
    are gross: by then half were done, and nine in ten. Unwinnable and cancelled clocks are counted
    apart. A week that is not over yet is told up to now.
    """
    if digest and (day or file):
        raise click.UsageError("--digest tells of this morning: it goes without --week and --csv")
    from helpdesk.config import settings
    from helpdesk.database import reading

    config = settings.load(Path(context.path))
    with reading(config.store.database) as reader:
        if digest:
            _show_digest(reader, config, wants_json=wants_json)
            return
        from helpdesk import reports

        week = reports.week(reader, config, *_span(config, day), utc_now())
    if file:
        _write(file, reports.csv_of(week, config.desk.zone))
    if file == "-":
        return
    if wants_json:
        show_json(_plain(week))
    else:
        _show_week(week, config)


@click.command("watch")
@click.pass_obj
def watch_command(context: Context) -> int:
    """See once whether the daemon sweeps; if it is silent, tell the operator, and end with 1.

    For cron, or another machine: a daemon that is dead cannot say so itself.
    """
    app = context.app()
    from helpdesk import duties
    from workflows import spans

    watched = duties.watch_now(app)
    sweep = app.store.duty("sweep")
    good = sweep.good_at if sweep else None
    ago = spans.words(app.store.clock() - good) if good else ""
    if not watched.silent:
        click.echo(f"the last good sweep was {ago} ago")
    elif good:
        click.echo(
            f"no good sweep for {ago}: is helpdesk daemon running? Its log says what is wrong"
        )
    else:
        click.echo("there was no good sweep yet: start helpdesk daemon")
    if watched.letters:
        delivered = duties.deliver_now(app)
        word = f"cannot be sent yet: {delivered.stopped}" if delivered.stopped else "is sent"
        click.echo(f"a letter to whoever keeps the daemon running {word}", err=True)
    return SILENT if watched.silent else 0


def _span(config: Any, day: str | None) -> tuple[datetime, datetime]:  # its Config
    from helpdesk import reports

    if day is None:
        return reports.last_week(config, utc_now())
    try:
        found = reports.week_with(config, date.fromisoformat(day))
    except (ValueError, OverflowError):
        raise BadValue(f"{day!r} is not a day; write for example --week 2026-03-02") from None
    if found.begin > utc_now():
        raise BadValue(f"the week with {day} has not begun yet")
    return found


def _write(file: str, content: bytes) -> None:
    if file == "-":
        click.echo(content, nl=False)
        return
    try:
        Path(file).write_bytes(content)
    except OSError as error:
        raise CannotWrite(f"{file} cannot be written: {error.strerror}") from error
    click.echo(f"{file} is written", err=True)


def _show_week(week: Any, config: Any) -> None:  # helpdesk.reports.Week, its Config
    """Each part as a table of its own; piped, each line begins with the name of its part."""
    import sys

    from helpdesk import reports

    drawn, facts = sys.stdout.isatty(), reports.weekly_facts(week, config)
    # Of a letter's words, lengths of time are too long for a table, and no good to programs.
    for row, each in zip(facts["targets"], week.targets, strict=True):
        row.update(p50=each.p50, p90=each.p90)
    facts["end_to_end"].update(p50=week.end_to_end.p50, p90=week.end_to_end.p90)
    for row, held in zip(facts["holds"], week.holds, strict=True):
        row.update(time=held.time)
    facts["apart"] = facts["targets"]
    click.echo("{begins} to {ends}".format(**facts["week"]), err=not drawn)
    for name, title, columns in PARTS:
        rows = facts[name] if isinstance(facts[name], list) else [facts[name]]
        if drawn and rows:
            click.echo(f"\n{title}\n")
            show_table(columns, rows, zone=config.desk.zone, wants_json=False)
        elif rows:
            named = [{"part": name, **row} for row in rows]
            show_table((PART, *columns), named, zone=config.desk.zone, wants_json=False)


def _show_digest(reader: Any, config: Any, *, wants_json: bool) -> None:  # a Reader, its Config
    from helpdesk import reports
    from helpdesk.database import moment

    now = utc_now()
    found = reader.rows("SELECT good_at FROM duty WHERE name = 'digest'")
    last = moment(found[0]["good_at"]) if found else None
    facts = reports.morning(reader, config, now, last or now - timedelta(days=1))
    if wants_json:
        show_json(facts)
        return
    from helpdesk.journal import Journal
    from notifications.letters import Audience, letters_for

    about = Journal(config).about_desk()
    for letter in letters_for("digest", {**about, **facts}, {Audience.SUPERVISOR: [""]}):
        for line in [letter.subject, "", *block(letter.text)]:
            click.echo(line)


def _plain(week: Any) -> dict[str, Any]:  # helpdesk.reports.Week
    """The figures as programs read them; the single clocks are the CSV's."""
    return {
        "begin": week.begin,
        "end": week.end,
        "received": week.received,
        "closed": week.closed,
        "open": week.open,
        "targets": [each._asdict() for each in week.targets],
        "end_to_end": week.end_to_end._asdict(),
        "ageing": week.ageing,
        "holds": [each._asdict() for each in week.holds],
        "outcomes": week.outcomes,
    }
