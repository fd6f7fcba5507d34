"""`intake`, `sweep`, `deliver`, `daemon`: what the desk does by itself, once or for ever."""

import sys
from pathlib import Path
from typing import Any

import click

from helpdesk.cli.context import Context
from helpdesk.cli.table import as_json, show_json
from helpdesk.errors import StoreBusy


@click.command("intake")
@click.argument("place", required=False, metavar="[FOLDER|-]")
@as_json
@click.pass_obj
def intake_command(context: Context, place: str | None, *, wants_json: bool) -> None:
    """Take in mail: from the configured places, or from FOLDER.

    FOLDER is a Maildir, or a folder of .eml files; - is one mail on standard input, as a mail
    server's pipe gives it.
    """
    taken = _from_pipe(context) if place == "-" else _from_places(context, place)
    if wants_json:
        show_json(taken._asdict())
    else:
        click.echo(_counts(taken._asdict()) or "nothing new")


@click.command("sweep")
@click.option(
    "--baseline",
    is_flag=True,
    help="For the first sweep of a desk that was moved here: note what has happened, mail nobody.",
)
@as_json
@click.pass_obj
def sweep_command(context: Context, *, baseline: bool, wants_json: bool) -> None:
    """Flag what is at risk or breached, and post the letters about it."""
    app = context.app()
    from helpdesk import duties

    swept = duties.sweep_now(app, baseline=baseline)
    if wants_json:
        show_json(swept._asdict())
    else:
        click.echo(_counts(swept._asdict()) or "nothing to flag")


@click.command("deliver")
@as_json
@click.pass_obj
def deliver_command(context: Context, *, wants_json: bool) -> None:
    """Send the letters that wait in the outbox."""
    app = context.app()
    from helpdesk import delivery, duties
    from helpdesk.errors import StoreUnavailable

    delivery.try_again(app.store)  # who types it has mended the channel, or wants to know
    delivered = duties.deliver_now(app)
    if wants_json:
        show_json(delivered._asdict())
    else:
        counts = {name: n for name, n in delivered._asdict().items() if name != "stopped"}
        done = _counts(counts) or ("" if delivered.stopped else "nothing to send")
        click.echo(done, nl=bool(done))
    if delivered.stopped:
        raise StoreUnavailable(f"letters cannot be sent: {delivered.stopped}")


@click.command("daemon")
@click.pass_obj
def daemon_command(context: Context) -> int:
    """Do all duties again and again, until told to stop (SIGTERM, or Ctrl-C).

    It takes in mail, sweeps, delivers, posts the digest and the weekly report, and watches over
    itself.
    """
    from helpdesk import daemon

    return daemon.run(context.app(daemon=True))


def _from_places(context: Context, place: str | None) -> Any:  # helpdesk.reception.TakenIn
    app = context.app()
    from helpdesk import duties

    intake = app.config.intake
    if not (place or intake.paths or intake.mailboxes):
        raise click.UsageError("say where the mail is: helpdesk intake FOLDER, or intake.paths")
    folders = [Path(place)] if place else intake.paths
    taken, trouble = duties.collect(app, folders, () if place else app.mailboxes)
    if trouble:
        if counts := _counts(taken._asdict()):
            click.echo(counts)
        raise type(trouble[0])("\n".join(map(str, trouble)))
    return taken


def _from_pipe(context: Context) -> Any:  # helpdesk.reception.TakenIn
    """Take in one mail; whatever goes wrong, the mail server is told to try again.

    It would send any other failure back to the requester, and the desk would never know.
    """
    raw = sys.stdin.buffer.read()
    try:
        app = context.app()
        from helpdesk import reception
        from helpdesk.intake import sources

        return reception.take_in_one(
            app.store, app.journal, sources.one(raw, app.store.clock()), app.reads
        )
    except Exception as error:
        raise StoreBusy(f"the mail was not taken in, hand it over again: {error}") from error


def _counts(values: dict[str, int]) -> str:
    return ", ".join(
        f"{number} {name.replace('_', ' ')}" for name, number in values.items() if number
    )
