"""P1: how soon `list`, `next`, `show` and the shell's completion answer, beside a bare interpreter.

Each is a whole process whose output is piped, on a desk of 200 open calls. Bar: 4.5 times bare.
"""

import sys
import tempfile
from pathlib import Path

from benchmarks.desks import url_of, with_open_calls
from benchmarks.harness import PYTHON, Result, beside, process, python, result

ROUNDS = 25
BAR = 4.5
COMMANDS = {"list": ("list",), "next": ("next",), "show": ("show", "17")}


def measure() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder)
        with_open_calls(desk / "desk.sqlite", 200).close()
        config = desk / "config.toml"
        config.write_text(f'[store]\ndatabase = "{url_of(desk / "desk.sqlite")}"\n')
        script = Path(sys.executable).with_name("helpdesk")
        start = (script,) if script.exists() else (PYTHON, "-m", "helpdesk")
        found = []
        for name, words in COMMANDS.items():
            ours = process(*start, "--config", config, *words, folder=desk)
            times = beside(ours, python("pass"), ROUNDS)
            found.append(result("P1", f"`helpdesk {name}`", "bare Python", times, BAR))
        completing = {
            "_HELPDESK_COMPLETE": "bash_complete",
            "COMP_WORDS": "helpdesk show 1",
            "COMP_CWORD": "2",
            "HELPDESK_CONFIG": str(config),
        }
        times = beside(process(*start, folder=desk, environment=completing), python("pass"), ROUNDS)
        found.append(result("P1", "completing a reference", "bare Python", times, BAR))
        return found
