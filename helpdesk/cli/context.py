"""What every command starts from: the configuration, the application, and who is typing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from helpdesk import config
from helpdesk.config import Glance
from helpdesk.database import Reader, reading


class Context:
    """What the options before the command say. The rest is imported when a command wants it."""

    def __init__(self, given: str | None, speaks_for: str | None) -> None:
        self.given = given
        self.speaks_for = speaks_for

    @property
    def path(self) -> str:
        """The configuration file. ConfigError if there is none."""
        return config.find(self.given)

    @contextmanager
    def reading(self) -> Iterator[tuple[Reader, Glance]]:
        """The database, for a quick look, and how moments are to be shown."""
        glance = config.glance(self.path)
        with reading(glance.database) as reader:
            yield reader, glance

    def app(
        self, *, daemon: bool = False
    ) -> Any:  # helpdesk.app.App, too slow to import for every command
        """The application, its database found fit for use."""
        from pathlib import Path

        from helpdesk import app

        return until_the_end(app.from_file(Path(self.path), daemon=daemon))

    def working(self) -> tuple[Any, Any]:
        """The desk, and who works at it now."""
        desk = self.app().desk
        return desk, desk.who(*self.hands())

    def my_name(self, reader: Reader) -> str:
        """The name of the agent who is typing; "" for somebody who is none."""
        if self.speaks_for:
            return self.speaks_for
        found = reader.rows("SELECT name FROM agent WHERE os_user = :user", user=os_user())
        return str(found[0]["name"]) if found else ""

    def hands(self) -> tuple[str, str | None]:
        """Whose hands are typing, and for whom they say to speak."""
        return os_user(), self.speaks_for


def until_the_end(app: Any) -> Any:
    """`app`, which lets go of all that it opened when the command ends."""
    click.get_current_context().call_on_close(app.close)
    return app


def os_user() -> str:
    """The operating system's name for whoever runs this command: no variable can feign it."""
    try:
        import pwd
    except ImportError:
        import getpass

        return getpass.getuser()
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
