"""Tables: drawn on a terminal, divided by tabs when piped, JSON when asked for."""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple

import click

from helpdesk.cli.cell import cell
from workflows import spans

Cells = Mapping[str, Any]

STYLES = {
    "breached": "bold red",
    "at risk": "bold yellow",
    "met": "green",
    "urgent": "bold magenta",
    "NOT DELIVERED": "bold red",
}
"""How a word stands out on a terminal; the word itself says the same without colour."""


NUMBER = click.IntRange(1, 2**63 - 1)
"""The number of a mail or a letter: what a database can look for."""

NARROW = 100
"""A terminal with fewer columns than this has no room for what can be spared."""

WIDE = 140
"""With fewer than this, long words of their own get lines of their own."""

TIGHT = 90
"""With fewer than this there is no room for words where initials will do."""


WRAPPED = {"organisation", "marks", "marks_in_full", "name", "note", "remarks", "why"}
WRAPPED |= {"holder", "title"}
WRAPPED |= {"sender", "subject", "became", "to", "where", "place", "about", "file", "shape"}
"""The keys of values that may go on in the next line."""


class Column(NamedTuple):
    """One column: the key of its value, and its heading on a terminal."""

    key: str
    heading: str
    right: bool = False
    spare: bool = (
        False  #: left out where the terminal is narrow: another column says nearly as much
    )
    short: str = ""  #: the key of the value that takes its place there
    tight: str = ""  #: the key of the initials that stand there where there is hardly any room
    legend: Mapping[str, str] = {}  #: what those initials mean
    least: int = 0  #: left out on a terminal with fewer columns than so many
    below: int = 0  #: with fewer than so many, its value has lines of its own below the row


def as_json(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option that every command with a table has."""
    return click.option("--json", "wants_json", is_flag=True, help="Print JSON.")(command)


def limit_option(most: int, what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option that cuts a long list, by itself to `most`; `what` goes on after "so many"."""
    return click.option(
        "--limit",
        type=click.IntRange(1, 1_000_000),
        metavar="N",
        default=most,
        help=f"At most so many{what} [default: {most}].",
    )


def show_table(
    columns: Sequence[Column],
    rows: Sequence[Cells],
    *,
    zone: str,
    wants_json: bool,
    empty: str = "nothing to show",
) -> None:
    """Print `rows` as whoever reads them wants it. What is empty is said, and is no error."""
    if wants_json:
        show_json(rows)
    elif not sys.stdout.isatty():
        keys = [column.key for column in columns]
        lines = ["\t".join([cell(plain(row[key])) for key in keys]) + "\n" for row in rows]
        sys.stdout.write("".join(lines))
    elif not rows:
        click.echo(empty, err=True)
    else:
        _draw(columns, rows, zone)


def show_json(value: object) -> None:
    import json

    # All but ASCII is escaped: it reads the same, and no terminal obeys what a stranger wrote.
    click.echo(json.dumps(value, default=plain, indent=2))


def plain(value: object) -> str:
    """A value as programs read it: moments in ISO 8601, lengths of time in whole seconds."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return ", ".join(plain(each) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(int(value.total_seconds()))
    return _named(value)


def words(value: object, zone: str) -> str:
    """A value as people read it: moments in the desk's zone, lengths of time in short."""
    if isinstance(value, list | tuple):
        return ", ".join(words(each, zone) for each in value)
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, datetime):
        return local(value, zone)
    if isinstance(value, timedelta):
        return spans.short(value)
    return cell(_named(value))


def _named(value: object) -> str:
    if value is None:
        return ""
    return str(value.value) if isinstance(value, Enum) else str(value)


def local(value: datetime, zone: str) -> str:
    """A moment in the desk's zone: "Mon 2 Mar 09:00"."""
    from zoneinfo import ZoneInfo

    there = value.astimezone(ZoneInfo(zone))
    return f"{there:%a} {there.day} {there:%b %H:%M}"


def local_day(value: datetime, zone: str) -> str:
    """The day of a moment in the desk's zone: "Mon 2 Mar"."""
    return local(value, zone)[:-6]


def _draw(columns: Sequence[Column], rows: Sequence[Cells], zone: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.style import Style
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    columns = _fitting(columns, console.width)
    under = [column for column in columns if console.width < column.below]
    columns = [column for column in columns if column not in under]
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for column in columns:
        table.add_column(
            column.heading,
            justify="right" if column.right else "left",
            no_wrap=column.key not in WRAPPED,
            overflow="fold" if column.key in WRAPPED else "ellipsis",
        )
    for number, row in enumerate(rows):
        texts = [words(row[column.key], zone) for column in columns]
        cells = [Text(text, style=STYLES.get(text, "")) for text in texts]
        table.add_row(*cells, style=Style(meta={"row": number}))
    if under:
        _print_with(console, table, [_said(row, under, zone) for row in rows])
    else:
        console.print(table)
    for column in columns:
        if column.key == column.tight and (told := _legend(column, rows)):
            click.echo(told, err=True)


def _said(row: Cells, under: Sequence[Column], zone: str) -> str:
    return "; ".join(filter(None, (words(row[column.key], zone) for column in under)))


def _print_with(console: Any, table: Any, said: Sequence[str]) -> None:  # rich's, imported late
    """Print the table, and below each of its rows what is said of it."""
    from rich.padding import Padding
    from rich.segment import Segment, Segments
    from rich.text import Text

    lines = console.render_lines(table, pad=False)
    rows = [_row_of(line) for line in lines]
    for line, row, following in zip(lines, rows, [*rows[1:], None], strict=True):
        console.print(Segments([*line, Segment.line()]), end="")
        if row is not None and row != following and said[row]:
            console.print(Padding(Text(said[row]), (0, 0, 0, 2)))


def _row_of(line: Any) -> int | None:
    """The number of the row that a drawn line is of; None for the heading."""
    styles = (part.style for part in line if part.style)
    return next((style.meta["row"] for style in styles if "row" in style.meta), None)


def _fitting(columns: Sequence[Column], width: int) -> list[Column]:
    """The columns that a terminal has room for, each with the value that fits."""
    return [
        column._replace(key=_key(column, width))
        for column in columns
        if width >= column.least and not (column.spare and width < NARROW)
    ]


def _key(column: Column, width: int) -> str:
    if width < TIGHT and column.tight:
        return column.tight
    return column.short if width < NARROW and column.short else column.key


def _legend(column: Column, rows: Sequence[Cells]) -> str:
    """What the initials mean that are shown: "ND: NOT DELIVERED, RW: reply waiting"."""
    shown = {initials for row in rows for initials in str(row[column.key]).split()}
    return ", ".join(f"{each}: {said}" for each, said in column.legend.items() if each in shown)
