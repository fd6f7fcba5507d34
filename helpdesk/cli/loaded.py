"""What came of a load of the register, as people see it: while it runs, and at its end."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from helpdesk.cli.cell import cell
from helpdesk.cli.table import Column, local, show_table

SUMMARY = (
    Column("file", "FILE"),
    Column("read", "READ", right=True),
    Column("new", "NEW", right=True),
    Column("changed", "CHANGED", right=True),
    Column("unchanged", "UNCHANGED", right=True, spare=True),
    Column("unlisted", "GONE", right=True),
    Column("skipped", "SKIPPED", right=True, least=70),
    Column("rejected", "REJECTED", right=True),
)
MOST = 20
"""How many of the same remarks are printed."""


def show_summary(summary: Any, zone: str, *, wants_json: bool, extract: bool = False) -> None:
    """What came of a load: a line for each file, and beside them what a person has to know."""
    rows = [
        {
            **each._asdict(),
            "skipped": sum(each.skipped.values()),
            "rejected": len(each.rejected),
            "rejects": [reject._asdict() for reject in each.rejected],
            "known": each.known._asdict() if each.known else None,
        }
        for each in summary.files
    ]
    show_table(SUMMARY, rows, zone=zone, wants_json=wants_json)
    for line in _remarks(summary, zone, extract=extract):
        click.echo(cell(line), err=True)


def progress() -> Callable[[str, float], None]:
    """A bar on the terminal for files that take long; nothing if nobody looks."""
    if not sys.stderr.isatty():
        return lambda _file, _share: None

    def tell(file: str, share: float) -> None:
        done = round(share * 30)
        bar = "#" * done + "." * (30 - done)
        end = "\r\x1b[K" if share >= 1 else ""
        click.echo(f"\r{cell(file)[:40]:<40} [{bar}] {share:>4.0%}{end}", err=True, nl=False)

    return tell


def disputes(claims: Sequence[str]) -> list[str]:
    """The codes in dispute, in words: the first few of many."""
    said = [f"in dispute: {claim}" for claim in claims[:MOST]]
    if len(claims) > MOST:
        said.append(f"{len(claims) - MOST} more in dispute: helpdesk codes disputed")
    return said


def _remarks(summary: Any, zone: str, *, extract: bool) -> list[str]:
    said = []
    for each in summary.files:
        if each.known:
            when = local(each.known.at, zone)
            said.append(
                f"{each.file}: loaded already, {when} by {each.known.by} (--again reads it)"
            )
        said += [f"{each.file}: {number} skipped: {why}" for why, number in each.skipped.items()]
        said += [f"{reject.file}:{reject.line}: {reject.why}" for reject in each.rejected]
    for each in summary.files:
        said += [f"{each.file}: {odd} can be no code; left out" for odd in each.odd_codes[:MOST]]
        if len(each.odd_codes) > MOST:
            said.append(f"{each.file}: {len(each.odd_codes) - MOST} more like that")
        if each.spared and not extract:
            said.append(
                f"{each.file}: {each.spared} places that it lacks stay registered, for it is old,"
                " or broken in places: fetch it again, whole"
            )
    said += [f"{name}: left out, for it is of no kind that is known" for name in summary.left_out]
    said += disputes(summary.claims)
    said += [f"{reference} goes on: the register changed" for reference in summary.woken]
    said += [
        f"{reference} was provided a code of which the register says otherwise now: helpdesk show"
        f" {reference}"
        for reference in summary.displaced
    ]
    return said
