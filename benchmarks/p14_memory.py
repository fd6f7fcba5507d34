"""P14: what memory the daemon takes at 1,000,000 open calls, beside the same at 10,000.

A daemon each, fresh every round, looked at when its sweep has flagged 100 crossings and posted
their letters. Bar: 1.3 times.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from benchmarks import desks
from benchmarks.harness import MEGABYTES, Result, beside, result
from benchmarks.running import daemon, until
from workflows.sla import Standing

LEAST, MOST = 10_000, 1_000_000
DUE, ROUNDS = 100, 3
BAR = 1.3
EVERY = 1  # seconds between two sweeps

NOW, PEAK = "VmRSS", "VmHWM"
"""What Linux calls the memory that a process takes, and the most that it took."""


def measure() -> list[Result]:
    return [found for each in (Standing.AT_RISK, Standing.BREACHED) for found in _of(each)]


def _of(standing: Standing) -> list[Result]:
    with desks.copy_of_desk(MOST) as most, desks.copy_of_desk(LEAST) as least:
        cycles = iter(range(2, 100))
        peaks: dict[Path, list[float]] = {most: [], least: []}

        def taken(path: Path, size: int) -> float:
            memory = _memory(path, size, standing, next(cycles))
            peaks[path].append(memory[PEAK])
            return memory[NOW]

        now = beside(lambda: taken(most, MOST), lambda: taken(least, LEAST), ROUNDS)
    peak = peaks[most][1:], peaks[least][1:]
    words = f"{MOST:,} open calls, {DUE} {standing.words}"
    peer = f"the same at {LEAST:,}"
    return [
        result("P14", f"daemon's memory, {words}", peer, now, BAR, unit=MEGABYTES),
        result("P14", f"its peak, {words}", peer, peak, BAR, unit=MEGABYTES),
    ]


def _memory(path: Path, size: int, standing: Standing, cycle: int) -> dict[str, float]:
    desks.let_cross(path, desks.spread(size, DUE), desks.crossing(path, standing), cycle)
    with closing(sqlite3.connect(path)) as looking, daemon(path, EVERY) as running:
        flagged = "SELECT count(*) FROM clock WHERE cycle = ? AND standing = ?"
        untold = "SELECT count(*) FROM alert WHERE letter_id IS NULL"

        def done() -> bool:
            clocks = looking.execute(flagged, (cycle, standing.value)).fetchone()[0]
            return bool(clocks == DUE and looking.execute(untold).fetchone()[0] == 0)

        until(done)
        return _status(running.pid)


def _status(pid: int) -> dict[str, float]:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    words = dict(line.split(":", 1) for line in lines)
    return {name: int(words[name].split()[0]) / 1024 for name in (NOW, PEAK)}
