"""A made-up desk in a folder, and a person who types commands at it."""

import fcntl
import io
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from json import dumps
from pathlib import Path
from typing import Any, NamedTuple

from helpdesk.app import App, build
from helpdesk.cli import run
from helpdesk.cli.context import os_user
from helpdesk.config import settings
from helpdesk.database import reading
from helpdesk.desk import people
from helpdesk.desk.people import Person
from helpdesk.desk.steps import Choice, Ending
from helpdesk.duties import load_register
from helpdesk.intake import Request
from helpdesk.models import Role
from workflows.lifecycle import Outcome

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
COMMAND = (sys.executable, "-m", "helpdesk")
SHAPING = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")
"""Variables that change what is drawn."""

CONFIG = '[desk]\naddress = "desk@ods.example"\n'
REGISTER = (
    {
        "locationId": "1-100000001",
        "providerId": "1-200000001",
        "name": "Rose Cottage",
        "odsCode": "VN1A2",
        "registrationStatus": "Registered",
    },
    {
        "locationId": "1-100000002",
        "providerId": "1-200000002",
        "name": "Lilac Home Care",
        "registrationStatus": "Registered",
    },
    {"providerId": "1-200000001", "name": "Rose Care Ltd", "registrationStatus": "Registered"},
    {"providerId": "1-200000002", "name": "Lilac Care Ltd", "registrationStatus": "Registered"},
)
RECEIVED, BARTS, TRACED, CLOSED, BARTS_TRACED, ALLOCATED = "123456"
"""The calls of the desk, by how they stand; but for Bart's two, whoever types did it all."""


class Said(NamedTuple):
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str


class TypedAt:
    """A desk, for typing commands at it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config.toml"

    def type(self, *words: str) -> Said:
        """Run one command in this process, its output piped."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run(["--config", str(self.config), *words])
        return Said(code, out.getvalue(), err.getvalue())

    def program(self, *words: str | bytes, given: bytes = b"", **options: Any) -> Said:
        """Run one command as a program of its own."""
        done = subprocess.run(
            [*COMMAND, "--config", self.config, *words],
            input=given,
            capture_output=True,
            check=False,
            timeout=60,
            **options,
        )
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

    def drawn(self, *words: str, columns: int = 140) -> str:
        """What one command draws on a terminal of its own."""
        ours, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        env = {name: value for name, value in os.environ.items() if name not in SHAPING}
        command = [*COMMAND, "--config", self.config, *words]
        with subprocess.Popen(
            command, stdin=its, stdout=its, stderr=its, env={**env, "TERM": "xterm-256color"}
        ) as program:
            os.close(its)
            drawn = b"".join(iter(lambda: _some(ours), b""))
        os.close(ours)
        assert program.returncode in (0, 1)
        return drawn.decode().replace("\r\n", "\n")

    def rows(self, sql: str) -> list[dict[str, Any]]:
        with reading(f"sqlite:///{self.folder / 'helpdesk.sqlite'}") as reader:
            return [dict(row) for row in reader.rows(sql)]

    def events(self) -> int:
        return int(self.rows("SELECT count(*) AS n FROM event")[0]["n"])

    def app(self, clock: Callable[[], datetime] = lambda: MONDAY) -> App:
        return build(settings.load(self.config), clock)


def make(folder: Path, role: Role | None) -> None:
    """Make a desk where whoever runs this has `role`, or is nobody if it is None."""
    typed_at = TypedAt(folder)
    typed_at.config.write_text(CONFIG, encoding="utf-8")
    app = typed_at.app()
    app.store.create()
    mine = os_user() if role else "somebody-else"
    staff = (
        Person("sue", "Sue Shah", "sue@ods.example", "sue-of-nowhere", Role.SUPERVISOR),
        Person("me", "Mo Moss", "mo@ods.example", mine, role or Role.AGENT),
        Person("bart", "Bart Brown", "bart@ods.example", "bart-of-nowhere"),
    )
    app.store.run(
        lambda tx: [people.add(tx, app.journal, person, "sue-of-nowhere") for person in staff]
    )
    register = folder / "register.json"
    register.write_text(dumps(REGISTER), encoding="utf-8")
    load_register(app, [register], app.desk.who("sue-of-nowhere", None))
    _work(app, mine)
    app.store.close()
    app.store.engine.dispose()


def _work(app: App, mine: str) -> None:
    """Raise the six calls, and take each to where it stands."""
    desk, me, bart = app.desk, app.desk.who(mine, None), app.desk.who("bart-of-nowhere", None)
    for number in range(6):
        name = f"Rose Cottage {number + 1}"
        desk.raise_call(Request(organisation=name, requester_email="anne@r.example"), me, None)
    desk.acknowledge(BARTS, bart)
    for call, who, place in (
        (TRACED, me, "1-100000002"),
        (BARTS_TRACED, bart, "1-100000001"),
        (ALLOCATED, me, "1-100000001"),
    ):
        desk.acknowledge(call, who)
        desk.trace(call, who, Choice(location=place))
    desk.allocate(ALLOCATED, me)
    desk.close(CLOSED, me, Ending(Outcome.SPAM))


def _some(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # so Linux tells the end of a terminal
        return b""
