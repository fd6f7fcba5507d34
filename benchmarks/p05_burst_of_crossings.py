"""P5: a burst of 10,000 crossings, beside raw writing; and how long it keeps others from writing.

On desks of 10,000, 100,000 and 1,000,000 open calls; of calls that become at risk, and of calls
that are overdue. Bars: 4 times a transaction that writes the same rows with the driver alone; and
no other process that wants to write waits for longer than 100 ms: one tries it all the time.
"""

import json
import subprocess
from pathlib import Path

from benchmarks import desks
from benchmarks.crossings import Crossings
from benchmarks.harness import PLAIN, PYTHON, ROOT, Result, beside, result, within
from workflows.sla import Standing

SIZES = (10_000, 100_000, 1_000_000)
DUE = 10_000
ROUNDS, WAITS = 3, 3
BAR = 4
LONGEST = 0.1  # seconds


def measure() -> list[Result]:
    standings = (Standing.AT_RISK, Standing.BREACHED)
    return [found for size in SIZES for each in standings for found in _at(size, each)]


def _at(size: int, standing: Standing) -> list[Result]:
    with desks.copy_of_desk(size) as path:
        crossings = Crossings(path, size, DUE, standing)
        times = beside(crossings.swept, crossings.written, ROUNDS)
        words = f"sweep, {DUE:,} {standing.words} of {size:,}"
        waits = [_longest_wait(path, crossings) for _ in range(WAITS)]
        crossings.app.store.close()
        return [
            result("P5", f"{words}, {crossings.letters}", "the same rows, raw", times, BAR),
            within("P5", f"longest wait to write, {words}", LONGEST, waits, "the limit of 100 ms"),
        ]


def _longest_wait(path: Path, crossings: Crossings) -> float:
    """How long somebody else waits at the most who wants to write during a sweep."""
    crossings.cross()
    with subprocess.Popen(
        [PYTHON, "-m", "benchmarks.writer", path],
        cwd=ROOT,
        env=PLAIN,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout
        other.stdout.readline()  # it is at work
        crossings.sweep()
        told, _ = other.communicate("enough\n")
    return float(json.loads(told)["longest"])
