"""The tour: a made-up desk lives through ten days, and shows a newcomer what it did."""

from pathlib import Path

from helpdesk import app
from helpdesk.clock import utc_now
from helpdesk.config import settings
from helpdesk.errors import CannotWrite
from helpdesk.tour import ground, pages, register_files
from helpdesk.tour.command import Answer, Command
from helpdesk.tour.days import TheClock, live_through

__all__ = ["Answer", "Command", "run"]

PEOPLE = (
    ("Bart", "Bart Archer", "bart@desk.example"),
    ("Cris", "Cris Okafor", "cris@desk.example"),
)


def run(folder: Path, command: Command) -> None:
    """Make a desk in `folder`, play ten days on it that end now, and print the tour of it.

    `command` runs a command line of the desk. A former tour in `folder` is replaced; CannotWrite
    if anything else is there.
    """
    now = utc_now()
    ground.prepare(folder)
    guide = pages.Guide(folder, command)
    guide.welcome()
    done = [command(["init", str(folder)])]
    done += [
        command(["agent", "add", name, "--full-name", full_name, "--email", email])
        for name, full_name, email in PEOPLE
    ]
    for each in done:
        _must(each)
    guide.the_desk()
    files = register_files.write(folder / "register")
    guide.the_register(files)
    clock = TheClock(now)
    desk = app.build(settings.load(folder / "config.toml"), clock)
    try:
        days = live_through(desk, clock, folder)
        guide.the_mail(days)
        guide.the_worklist()
        guide.a_sheet(days)
        guide.a_walk(days, now)
        guide.the_letters()
        guide.the_doctor()
        guide.farewell(days)
    finally:
        desk.store.engine.dispose()  # or a second tour in this process would use a file that is gone


def _must(answer: Answer) -> None:
    if answer.code:
        raise CannotWrite(answer.printed.removeprefix("helpdesk: ").strip())
