"""Setting a desk up, and seeing to it: `init`, `doctor`, `config`, `db`, `form` and the rest."""

from pathlib import Path

import click

from helpdesk.cli.context import Context, os_user, until_the_end
from helpdesk.cli.table import Column, as_json, show_json, show_table
from helpdesk.clock import utc_now
from helpdesk.errors import CannotWrite, NotInstalled

FINDINGS = (Column("about", "ABOUT"), Column("health", "HEALTH"), Column("why", "FOUND"))

STARTER = """\
# The configuration of this desk. All settings, with their defaults: helpdesk config --json

[desk]
name = "The ODS desk"
address = "ods.desk@example.org"

[store]
database = "sqlite:///helpdesk.sqlite"

[intake]
paths = ["inbox"]

[smtp]
host = ""              # "" writes letters into the folder outbox instead of sending them

[people]
supervisors = []       # who hears of breaches: ["sue@example.org"]
"""

SHELLS = ("bash", "zsh", "fish")


@click.command("init")
@click.argument("folder", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option("--full-name", metavar="NAME", help="Your name, as requesters read it.")
@click.pass_obj
def init_command(context: Context, folder: Path, *, full_name: str | None) -> None:
    """Make a new desk in FOLDER: its configuration, its database, and you as its supervisor.

    What is there already stays as it is.
    """
    path = Path(context.given) if context.given else folder / "config.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(STARTER, encoding="utf-8")
            click.echo(f"{path} is written: look at its addresses")
            (folder / "inbox").mkdir(exist_ok=True)
    except OSError as error:
        raise CannotWrite(f"{folder} cannot be written to: {error.strerror}") from error
    from helpdesk import app
    from helpdesk.config import settings
    from helpdesk.database import place

    desk = until_the_end(app.build(settings.load(path)))
    desk.store.create()
    user = os_user()
    done = desk.desk.first_agent(user, full_name or user)
    click.echo(f"the database is ready: {place(desk.config.store.database)}")
    for sentence in done.answer["said"]:
        click.echo(sentence)
    click.echo("next: helpdesk doctor", err=True)


@click.command("doctor")
@as_json
@click.pass_obj
def doctor_command(context: Context, *, wants_json: bool) -> int:
    """Say whether the desk is well, and what to mend; ends with 1 if somebody has to act."""
    from helpdesk import doctor
    from helpdesk.config import settings
    from helpdesk.database import reading

    config = settings.load(Path(context.path))
    with reading(config.store.database) as reader:
        findings = doctor.examine(doctor.Patient(config, reader, utc_now()))
    rows = [
        {"about": each.about, "health": each.health.value, "why": each.words} for each in findings
    ]
    show_table(FINDINGS, rows, zone=config.desk.zone, wants_json=wants_json)
    return int(any(each.health is doctor.Health.ILL for each in findings))


@click.command("config")
@as_json
@click.pass_obj
def config_command(context: Context, *, wants_json: bool) -> None:
    """Show the configuration in force. Passwords are not in it."""
    from helpdesk.config import settings

    path = Path(context.path)
    values = settings.load(path).model_dump(mode="python")
    from helpdesk.database import place

    values["store"]["database"] = place(values["store"]["database"])
    if wants_json:
        show_json(values)
        return
    click.echo(f"# {path.absolute()}", err=True)
    from helpdesk.cli.table import words

    for section, settings_ in values.items():
        for name, value in settings_.items():
            if isinstance(value, dict):
                for inner, deep in value.items():
                    click.echo(f"{section}.{name}.{inner}\t{words(deep, 'UTC')}")
            else:
                click.echo(f"{section}.{name}\t{words(value, 'UTC')}")


@click.group("db")
def db_command() -> None:
    """Look after the database."""


@db_command.command("upgrade")
@click.pass_obj
def upgrade(context: Context) -> None:
    """Bring the database to this version's schema; SQLite is copied first."""
    from helpdesk import app
    from helpdesk.config import settings

    copy = until_the_end(app.build(settings.load(Path(context.path)))).store.create()
    if copy:
        click.echo(f"a copy of the older database is kept: {copy}")
    click.echo("the database is up to date")


@click.command("form")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.docx")
@click.option("--force", is_flag=True, help="Although FILE is there already.")
@click.pass_obj
def form_command(context: Context, file: Path, *, force: bool) -> None:
    """Write the blank request form, for requesters to fill in and send."""
    from helpdesk.config import settings

    try:
        from helpdesk.intake import request_form
    except ImportError:
        raise NotInstalled(
            "writing the form needs one more package: pip install python-docx"
        ) from None
    if file.exists() and not force:
        raise CannotWrite(f"{file} is there already; say --force to write over it")
    address = settings.load(Path(context.path)).desk.address
    try:
        file.write_bytes(request_form.blank(address))
    except OSError as error:
        raise CannotWrite(f"{file} cannot be written: {error.strerror}") from error
    click.echo(str(file))


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion_command(ctx: click.Context, shell: str) -> None:
    """Print what makes your shell complete commands and references.

    For bash: helpdesk completion bash >> ~/.bashrc
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is not None:
        root = ctx.find_root().command
        click.echo(found(root, {}, "helpdesk", "_HELPDESK_COMPLETE").source())


@click.command("demo")
@click.argument("folder", default="demo", type=click.Path(file_okay=False, path_type=Path))
def demo_command(folder: Path) -> None:
    """A tour: one made-up desk in FOLDER, end to end. Nothing leaves this machine.

    A former tour in FOLDER is replaced; a folder that holds anything else is refused.
    """
    from helpdesk import tour
    from helpdesk.cli.typed import typed

    # Said to be oneself, so that a HELPDESK_AGENT in the environment changes nothing here.
    before = ["--config", str(folder / "config.toml"), "--as", os_user()]
    tour.run(folder, lambda words: typed([*before, *words]))
