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
    for words in (["init", str(folder), "--full-name", "Sue Lane"], *map(_added, PEOPLE)):
        _must(command(words))
    guide = pages.Guide(folder, command)
    guide.the_desk()
    guide.the_register(register_files.write(folder / "register"))
    clock = TheClock(now)
    desk = app.build(settings.load(folder / "config.toml"), clock)
    try:
        days = live_through(desk, clock, folder)
        guide.the_mail(days)
        guide.the_worklist(days)
        guide.a_sheet(days)
        guide.a_due(days)
        guide.a_walk(days, now)
        guide.the_letters()
        guide.the_doctor()
        guide.farewell(days)
    finally:
        desk.store.engine.dispose()  # the next tour in this process has a file of its own


def _added(person: tuple[str, str, str]) -> list[str]:
    name, full_name, email = person
    return ["agent", "add", name, "--full-name", full_name, "--email", email]


def _must(answer: Answer) -> None:
    if answer.code:
        raise CannotWrite(answer.printed.removeprefix("helpdesk: ").strip())
