"""`reply`: an agent writes to the requester, in an editor or on the command line."""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import click

from helpdesk.cli.cell import block, cell
from helpdesk.cli.context import Context
from helpdesk.cli.reading import complete_reference
from helpdesk.cli.table import Column, as_json, show_table
from helpdesk.cli.told import tell
from helpdesk.errors import BadValue, ConfigError

A_MINUTE = 60 * 10**9
"""In nanoseconds, as file systems count."""

LIST = (Column("name", "NAME"), Column("about", "ABOUT"))

QUOTE = ">"
"""How a line begins that is there to be read, and is not sent."""

STDIN = "-"


class _Draft(NamedTuple):
    """A text before it is sent."""

    text: str
    is_typed: bool  #: whether it would be lost with this command


@click.command("reply")
@click.argument("reference", metavar="[REF]", required=False, shell_complete=complete_reference)
@click.option("--body", metavar="TEXT", help="The words themselves; - takes standard input.")
@click.option("--canned", metavar="NAME", help="Begin with this text: --list names them.")
@click.option(
    "--edit/--no-edit", default=None, help="Open the editor, or not [default: without --body]."
)
@click.option("--to", default="", metavar="ADDRESS", help="Somebody else than the requester.")
@click.option("--again", is_flag=True, help="Although the same words went today already.")
@click.option("--list", "wants_list", is_flag=True, help="The canned texts, and what each says.")
@as_json
@click.pass_obj
def reply_command(
    context: Context,
    reference: str | None,
    *,
    body: str | None,
    canned: str | None,
    edit: bool | None,
    to: str,
    again: bool,
    wants_list: bool,
    wants_json: bool,
) -> None:
    """Write to the requester of a call.

    Without --body your editor ($VISUAL, $EDITOR) opens, with the canned text if there is one, above
    their last mail: lines that begin with > are not sent. To send nothing, leave without saving.
    Your name and the desk's stand below it by themselves. No state changes.
    """
    app = context.app()
    if wants_list:
        _list(app, wants_json=wants_json)
        return
    if reference is None:
        raise click.UsageError("say which call: helpdesk reply REF")
    if body is not None and canned is not None:
        raise click.UsageError("give one of --body and --canned, not both")
    who = app.desk.who(*context.hands())
    start = _canned(app, reference, who, canned) if canned else _given(body)
    last = _last_mail(context, reference, to)
    opens = edit if edit is not None else body is None
    draft = _edited(start, last) if opens else _Draft(start, is_typed=body == STDIN)
    if not draft.text.strip():
        click.echo("nothing was written, so nothing was sent", err=True)
        return
    with _kept(draft, reference):
        tell(app.desk.reply(reference, who, draft.text, to, again=again), wants_json=wants_json)


def _list(app: Any, *, wants_json: bool) -> None:
    from notifications import canned

    try:
        found = canned.texts(app.config.replies.folder)
        rows = [{"name": name, "about": canned.first_line(found[name])} for name in sorted(found)]
    except canned.CannedBroken as error:
        raise ConfigError(str(error)) from error
    show_table(LIST, rows, zone=app.config.desk.zone, wants_json=wants_json)


def _canned(app: Any, reference: str, who: Any, name: str) -> str:
    """The canned text of that name, about this call."""
    from notifications import canned

    wanted = name.replace("-", "_")
    try:
        found = canned.texts(app.config.replies.folder)
        path = found.get(name) or found.get(wanted)
        if path is None:
            names = ", ".join(sorted(found))
            raise BadValue(f"there is no canned text {name!r}; there are: {names}")
        return canned.written(path, app.desk.facts_for_reply(reference, who))
    except canned.CannedBroken as error:
        raise ConfigError(str(error)) from error


def _given(body: str | None) -> str:
    if body != STDIN:
        return body or ""
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadValue("what standard input gave is not UTF-8 text; save it as UTF-8") from None


def _last_mail(context: Context, reference: str, to: str) -> Sequence[str]:
    """The lines of their last mail. BadValue, before anything is written, without an address."""
    from helpdesk import views
    from helpdesk.desk.addresses import check_address
    from helpdesk.references import number_of
    from helpdesk.views import mails

    if to:
        check_address(to, "--to")
    with context.reading() as (reader, _):
        call = views.sheet(reader, number_of(reference)).call
        last = mails.last_of_theirs(reader, call["id"])
    if not (to or call["requester_email"]):
        raise BadValue(
            "the call has no e-mail address: give one with --to, or helpdesk correct"
            f" {reference} --email ADDRESS"
        )
    return block(last["own"] or last["text"]) if last else ()


def _edited(start: str, last: Sequence[str]) -> _Draft:
    """What the agent made of `start` in their editor; nothing if they left without saving."""
    quoted = [f"{QUOTE} {line}".rstrip() for line in last]
    hint = f"{QUOTE} Lines that begin with {QUOTE} are not sent. Below is their last mail."
    offered = "\n".join([start.rstrip("\n"), "", hint, *quoted, ""])
    lines = _saved(offered).splitlines()
    written = "\n".join(line for line in lines if not line.startswith(QUOTE)).strip()
    return _Draft(written, is_typed=True)


def _saved(offered: str) -> str:
    """What an editor leaves of `offered`; "" if it was left without saving.

    The file is ours, so that it is there yet, and named, if the editor fails or saves no UTF-8.
    """
    number, name = tempfile.mkstemp(prefix="helpdesk-reply-", suffix=".txt")
    path = Path(name)
    with os.fdopen(number, "wb") as file:
        file.write(offered.encode())
    before = path.stat().st_mtime_ns
    os.utime(
        path, ns=(before - A_MINUTE, before - A_MINUTE)
    )  # saved at once, it is saved all the same
    try:
        click.edit(filename=name)
        was_saved = path.stat().st_mtime_ns != before - A_MINUTE
        saved = path.read_bytes().decode() if was_saved else ""
    except (click.ClickException, UnicodeDecodeError, OSError) as error:
        why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise BadValue(
            f"the editor's text cannot be used: {why} (what was saved is kept in {name};"
            " save it as UTF-8, and give it with --body - < FILE)"
        ) from error
    path.unlink(missing_ok=True)
    return saved


@contextmanager
def _kept(draft: _Draft, reference: str) -> Iterator[None]:
    """Keep what was typed in a file if it cannot be sent, whatever the reason, and name it."""
    try:
        yield
    except BaseException:
        if draft.is_typed:
            number, name = tempfile.mkstemp(prefix="helpdesk-reply-", suffix=".txt", text=True)
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(draft.text + "\n")
            click.echo(
                f"your words are kept: helpdesk reply {cell(reference)} --body - < {Path(name)}",
                err=True,
            )
        raise
