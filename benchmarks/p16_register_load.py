"""P16: what memory a load of CQC's list of active locations takes, from each kind of file.

56,000 made-up rows of 122 columns, all of them social care, which is twice what a published list
has. The command is run whole, on a register without a place and on the list before. Bar:
300 MB.
"""

import subprocess
import tempfile
from pathlib import Path

from benchmarks import lists
from benchmarks.harness import MEGABYTES, PLAIN, PYTHON, ROOT, Result, result

LIMIT = 300.0
KINDS = (".csv", ".ods", ".xlsx")

MEASURED = """\
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
sys.exit(done.returncode)
"""
"""Runs a command, and prints the most memory that it took: of each command by itself."""


def measure() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        return [found for kind in KINDS for found in _of(Path(folder), kind)]


def _of(folder: Path, kind: str) -> list[Result]:
    config = folder / f"{kind[1:]}.toml"
    database = folder / f"{kind[1:]}.db"
    config.write_text(f'[store]\ndatabase = "sqlite:///{database}"\n', encoding="utf-8")
    first, second = (folder / f"0{month}_March_2026_list{kind}" for month in (1, 2))
    lists.write(first)
    lists.write(second, is_next=True)
    _run(config, "init")
    return [
        _result(
            f"load of {lists.ROWS:,} new places, {kind}", _run(config, "register", "load", first)
        ),
        _result(f"of the next list, {kind}", _run(config, "register", "load", second)),
    ]


def _run(config: Path, *words: str | Path) -> float:
    command = [PYTHON, "-c", MEASURED, PYTHON, "-m", "helpdesk", "--config", config, *words]
    done = subprocess.run(command, cwd=ROOT, env=PLAIN, capture_output=True, text=True, check=True)
    return float(done.stdout)


def _result(path: str, megabytes: float) -> Result:
    return result("P16", path, "the limit", ([megabytes], [LIMIT]), 1.0, unit=MEGABYTES)
