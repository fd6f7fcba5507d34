"""P2: how soon the writing commands are done, beside the import of the ORM that they need.

Each is a whole process, and does its work: every round acknowledges another call. Bar: 1.3 times
`import sqlmodel`.
"""

import itertools
import sys
import tempfile
from pathlib import Path

from benchmarks.desks import url_of, with_open_calls
from benchmarks.harness import PYTHON, Result, Timed, beside, process, python, result

ROUNDS = 9
BAR = 1.3


def measure() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder)
        config = desk / "config.toml"
        config.write_text(f'[store]\ndatabase = "{url_of(desk / "desk.sqlite")}"\n')
        with_open_calls(desk / "desk.sqlite", 200).close()
        script = Path(sys.executable).with_name("helpdesk")
        start = (script,) if script.exists() else (PYTHON, "-m", "helpdesk")
        process(*start, "--config", config, "init", desk, folder=desk)()
        numbers = itertools.count(1)

        def command(*words: str) -> Timed:
            def once() -> float:
                call = str(next(numbers))
                filled = [word.replace("REF", call) for word in words]
                return process(*start, "--config", config, *filled, folder=desk)()

            return once

        commands = {
            "acknowledge": command("acknowledge", "REF"),
            "note": command("note", "REF", "spoke to them about REF"),
            "take": command("take", "REF"),
        }
        peer = python("import sqlmodel")
        return [
            result("P2", f"`helpdesk {name}`", "`import sqlmodel`", beside(ours, peer, ROUNDS), BAR)
            for name, ours in commands.items()
        ]
