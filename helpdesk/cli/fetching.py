"""`register fetch`: CQC's documents, brought from its API and loaded."""

import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from helpdesk.cli.cell import cell
from helpdesk.cli.context import Context
from helpdesk.cli.table import as_json, show_json
from helpdesk.clock import ticks
from helpdesk.errors import BadValue, CannotWrite, ConfigError
from workflows import spans

NAME = "cqc-api-"
"""How the file is called that is made unless another is named; the day follows."""

LAST = "last"

MOST_NAMED = 20
"""So many documents that could not be had are named; all of them are counted."""


@click.command("fetch")
@click.option(
    "--into",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The file to make.",
)
@click.option("--since", metavar="DAY|last", help="Only what changed since; last: since the last.")
@click.option("--no-load", is_flag=True, help="Make the file, and load nothing.")
@click.option("--yes", "sure", is_flag=True, help="Load it although it looks wrong.")
@as_json
@click.pass_obj
def fetch_command(
    context: Context,
    into: Path | None,
    since: str | None,
    *,
    no_load: bool,
    sure: bool,
    wants_json: bool,
) -> None:
    """Fetch CQC's documents of adult social care from its API, and load them.

    They go into a file (cqc-api-2026-03-02.jsonl, here), which `register load` reads as well. All
    of them are some hours' work; what ends it, the same command goes on where it stopped. Then
    `--since last` brings what changed since the last fetch that was loaded.

    It needs a key of CQC's, in cqc.api_key_file.
    """
    app = context.app()
    who = app.desk.who(*context.hands())
    from helpdesk.register import api

    asked, now = since or "", app.store.clock()
    caller = _caller(app)
    begun = _since(app, asked)
    path = into or api.unfinished(Path(), NAME, asked) or _unused(app, now)
    with caller, api.Part(path) as part:
        plan = part.plan
        if plan is None:
            _check_free(path)
            plan = api.planned(caller, asked, begun, now)
            part.begin(plan)
        _check_same(plan, part.path, asked, caller.url)
        click.echo(_estimate(plan.total, part.answered, app.config.cqc.per_minute), err=True)
        with closing(_Progress()) as progress:
            fetched = api.fetch(caller, part, plan, progress.tell)
        _say(fetched, path)
        summary = None
        if not no_load:
            summary = _loaded(app, who, path, sure=sure) if fetched.documents else None
            api.note(app.store, begun, plan.until)
        part.let_go()
    _show(fetched, path, summary, app.config.desk.zone, wants_json=wants_json)


def _caller(app: Any) -> Any:  # helpdesk.register.api.Caller
    """CQC's API, with the key. ConfigError without one."""
    from helpdesk.config.settings import secret
    from helpdesk.register.api import Caller, Way

    cqc = app.config.cqc
    key = secret("cqc_api_key", cqc.api_key_file)
    if key is None:
        raise ConfigError(
            "there is no key for CQC's API (set cqc.api_key_file, or HELPDESK_CQC_API_KEY in the"
            " environment)"
        )
    return Caller(cqc.api_url, key, cqc.per_minute, way=Way(cqc.proxy, cqc.ca_file))


def _since(app: Any, asked: str) -> datetime | None:
    """The moment that --since means; None for all there is."""
    from helpdesk.register import api

    if asked == LAST:
        found = api.last(app.store)
        if found is None:
            raise BadValue("nothing was fetched and loaded yet: leave out --since, and fetch all")
        return found
    try:
        day = datetime.strptime(asked, "%Y-%m-%d") if asked else None  # noqa: DTZ007  # a day
    except ValueError:
        raise BadValue(
            f"--since {asked!r} is no day: write for example 2026-02-27, or last"
        ) from None
    found = day.replace(tzinfo=ZoneInfo(app.config.desk.zone)).astimezone(UTC) if day else None
    if found and found >= app.store.clock():
        raise BadValue(f"--since {asked} is yet to come; give a day that has passed")
    return found


def _unused(app: Any, now: datetime) -> Path:
    """A file that is not there yet: that of the day, or its second, its third."""
    day = f"{NAME}{now.astimezone(ZoneInfo(app.config.desk.zone)):%Y-%m-%d}"
    names = chain([f"{day}.jsonl"], (f"{day}-{number}.jsonl" for number in count(2)))
    return next(path for path in map(Path, names) if not path.exists())


def _check_free(path: Path) -> None:
    if path.exists():
        raise CannotWrite(
            f"{path} is there already: load it (helpdesk register load {path}), or name another"
            " file with --into"
        )


def _check_same(plan: Any, path: Path, asked: str, url: str) -> None:
    """Go on only with what was begun."""
    if plan.url != url:
        raise BadValue(f"{path} was begun from {plan.url}: take it away to begin anew from {url}")
    if plan.asked != asked:
        was = f"--since {plan.asked}" if plan.asked else "no --since"
        raise BadValue(f"{path} was begun with {was}: say the same, or take it away to begin anew")


def _estimate(total: int, done: int, per_minute: int) -> str:
    left = total - done
    if not left:
        return f"all of {total:,} documents are here" if total else "there is nothing to fetch"
    here = f", {done:,} of them here already" if done else ""
    time = spans.words(timedelta(minutes=left / per_minute))
    return f"{total:,} documents to look at{here}: {time} at {per_minute:,} a minute, or longer"


class _Progress:
    """A line on the terminal: the share, the rate, the time left; nothing if nobody looks."""

    def __init__(self) -> None:
        self._is_seen = sys.stderr.isatty()
        self._started, self._shown, self._first = ticks(), 0.0, -1

    def tell(self, done: int, total: int) -> None:
        """Say how far it is, once in a second."""
        now = ticks()
        self._first = done if self._first < 0 else self._first
        if not self._is_seen or now - self._shown < 1:
            return
        self._shown = now
        rate = (done - self._first) / max(now - self._started, 0.1)
        left = spans.words(timedelta(seconds=(total - done) / rate)) if rate else "?"
        self._draw(f"{done / max(total, 1):>4.0%}  {rate * 60:,.0f} a minute, {left} left")

    def close(self) -> None:
        """Take the line away: what is said next begins on a line of its own."""
        if self._is_seen:
            self._draw("")

    def _draw(self, words: str) -> None:
        click.echo(f"\r{words}\x1b[K", err=True, nl=False)


def _say(fetched: Any, path: Path) -> None:
    """Say what came of it, and beside that what a person has to know."""
    where = f" in {path}" if fetched.documents else ""
    click.echo(f"{fetched.documents:,} documents of adult social care{where}", err=True)
    remarks = (
        (fetched.other, "are none of adult social care, and left out"),
        (fetched.gone, "were listed, and are not there any more"),
        (fetched.strange, "have ids that the register does not know, and were not asked for"),
        (fetched.missed, "were counted by the API, and not listed"),
        (len(fetched.failed), "could not be had"),
    )
    for number, words in remarks:
        if number:
            click.echo(f"{number:,} {words}", err=True)
    for each in fetched.failed[:MOST_NAMED]:
        click.echo(f"  {cell(each)}", err=True)


def _loaded(app: Any, who: Any, path: Path, *, sure: bool) -> Any:  # helpdesk.register.load.Summary
    from helpdesk import duties
    from helpdesk.register.asking import Loading

    return duties.load_register(app, [path], who, Loading(who.by, sure=sure))


def _show(fetched: Any, path: Path, summary: Any, zone: str, *, wants_json: bool) -> None:
    """Print what was loaded; if nothing was, the file that may be."""
    from helpdesk.cli.loaded import show_summary

    if wants_json:
        names = ("new", "changed", "unchanged")
        loaded = {name: getattr(summary, name) for name in names} if summary else None
        file = str(path) if fetched.documents else None
        show_json({"file": file, **fetched._asdict(), "loaded": loaded})
    elif summary is not None:
        show_summary(summary, zone, wants_json=False)
    elif fetched.documents:
        click.echo(path)
