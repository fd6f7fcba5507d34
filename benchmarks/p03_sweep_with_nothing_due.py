"""P3: a sweep that finds nothing due, beside a bare look at the index, and beside a full scan.

On stores of 10,000, 100,000 and 1,000,000 open calls. Bars: 0.5 ms; at 1,000,000 at least 1,000
times faster than a scan of all open calls (the shape of a helpdesk that asks each open ticket
whether it is late: every row is read and compared), and at most twice what it takes at 10,000.
"""

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from benchmarks.desks import with_open_calls
from benchmarks.harness import Result, beside, repeated, result, within
from helpdesk.clock import utc_now
from helpdesk.config.settings import Config
from helpdesk.journal import Journal
from helpdesk.store import Store
from helpdesk.sweep import sweep

SIZES = (10_000, 100_000, 1_000_000)
LIMIT = 0.0005  # seconds
FEWER, MANY = 3, 200
PROBE = "SELECT 1 FROM clock WHERE next_check <= ? LIMIT 1"
SCAN = (
    "SELECT c.id, k.due_at FROM call c JOIN clock k ON k.call_id = c.id WHERE c.state <> 'closed'"
)


def measure() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        stores = {size: with_open_calls(Path(folder) / f"{size}.sqlite", size) for size in SIZES}
        sweeps = {size: _sweep(store) for size, store in stores.items()}
        found = []
        for size, store in stores.items():
            with closing(sqlite3.connect(store.url.removeprefix("sqlite:///"))) as bare:
                found += _beside_the_driver(size, sweeps[size], bare)
        least, most = repeated(sweeps[SIZES[0]], MANY), repeated(sweeps[SIZES[-1]], MANY)
        times = beside(most, least, 9)
        path, peer = f"sweep, {SIZES[-1]:,} open calls", f"the same at {SIZES[0]:,}"
        found.append(result("P3", path, peer, times, bar=2))
        for store in stores.values():
            store.close()
        return found


def _sweep(store: Store) -> Callable[[], object]:
    journal = Journal(Config())
    return lambda: sweep(store, journal)


def _beside_the_driver(
    size: int, work: Callable[[], object], bare: sqlite3.Connection
) -> list[Result]:
    path = f"sweep, {size:,} open calls"
    ours = repeated(work, MANY)
    probe = repeated(lambda: bare.execute(PROBE, (str(utc_now()),)).fetchone(), MANY)
    times = beside(ours, probe, 9)
    found = [
        within("P3", path, LIMIT, times[0], "the limit of 0.5 ms"),
        result("P3", path, "a bare look at the index", times, bar=100, remark="to compare"),
    ]
    if size == SIZES[-1]:
        scan = repeated(lambda: _scan(bare), 1)
        found.append(
            result("P3", path, "a scan of all open calls", beside(ours, scan, FEWER), bar=0.001)
        )
    return found


def _scan(bare: sqlite3.Connection) -> int:
    """Ask each open call whether it is late."""
    now = str(utc_now())
    return sum(due <= now for _, due in bare.execute(SCAN))
