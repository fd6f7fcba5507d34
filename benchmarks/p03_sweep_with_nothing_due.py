"""P3: a sweep that finds nothing due, beside a bare look at the index, and beside a full scan.

On stores of 10,000, 100,000 and 1,000,000 open calls; with --large of 5,000,000 too. Bars: 0.5 ms
at any size; at most twice what it takes at 10,000; at 1,000,000 at least 1,000 times faster than
one plain statement of the shape of django-helpdesk's escalate_tickets, on a table like its
tickets: all open tickets are read, and the age of each is compared, since no index leads to it.
The statement and the table are written anew for this; Django's own work comes on top of it there.
"""

import sqlite3
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from benchmarks.desks import with_open_calls
from benchmarks.harness import Result, beside, repeated, result, within
from helpdesk.clock import utc_now
from helpdesk.config.settings import Config
from helpdesk.journal import Journal
from helpdesk.sweep import sweep

SIZES = (10_000, 100_000, 1_000_000)
LARGE = 5_000_000
SCANNED = 1_000_000
LIMIT = 0.0005  # seconds
ROUNDS, MANY = 9, 200

PROBE = "SELECT 1 FROM clock WHERE next_check <= ? LIMIT 1"

TICKETS = """
CREATE TABLE ticket (id INTEGER PRIMARY KEY, queue_id INTEGER NOT NULL, title TEXT NOT NULL,
  created TEXT NOT NULL, modified TEXT NOT NULL, submitter TEXT, status INTEGER NOT NULL,
  on_hold INTEGER NOT NULL, priority INTEGER NOT NULL, description TEXT, last_escalation TEXT);
CREATE INDEX ticket_queue ON ticket (queue_id);
INSERT INTO ticket
SELECT id, 1, 'Code wanted', received_at, received_at, 'anne@rosecottage.example', 1, 0, 3,
       'We need our code for the toolkit, please.', NULL
  FROM call;
"""

ESCALATE = """
SELECT id FROM ticket
 WHERE queue_id = 1 AND status IN (1, 2) AND priority <> 1 AND on_hold = 0
   AND (last_escalation <= ? OR (last_escalation IS NULL AND created <= ?))
"""
LONG_AGO = "2000-01-01 00:00:00"
"""No ticket is as old, so that the scan too finds nothing to do."""


def measure() -> list[Result]:
    sizes = (*SIZES, LARGE) if "--large" in sys.argv else SIZES
    with tempfile.TemporaryDirectory() as folder:
        sweeps: dict[int, Callable[[], object]] = {}
        found: list[Result] = []
        for size in sizes:
            path = Path(folder) / f"{size}.sqlite"
            store, journal = with_open_calls(path, size), Journal(Config())
            sweeps[size] = partial(sweep, store, journal)
            found += _at(size, path, sweeps)
        return found


def _at(size: int, path: Path, sweeps: dict[int, Callable[[], object]]) -> list[Result]:
    words, ours = f"sweep, {size:,} open calls", repeated(sweeps[size], MANY)
    with closing(sqlite3.connect(path)) as bare:
        probe = repeated(lambda: bare.execute(PROBE, (str(utc_now()),)).fetchone(), MANY)
        times = beside(ours, probe, ROUNDS)
        found = [
            within("P3", words, LIMIT, times[0], "the limit of 0.5 ms"),
            result("P3", words, "a bare look at the index", times, bar=100, remark="to compare"),
        ]
        if size > SIZES[0]:
            least = repeated(sweeps[SIZES[0]], MANY)
            peer = f"the same at {SIZES[0]:,}"
            found.append(result("P3", words, peer, beside(ours, least, ROUNDS), bar=2))
        if size == SCANNED:
            bare.executescript(TICKETS)
            scan = repeated(lambda: bare.execute(ESCALATE, (LONG_AGO, LONG_AGO)).fetchall(), 1)
            peer = "a scan of all open tickets"
            found.append(result("P3", words, peer, beside(ours, scan, ROUNDS), bar=0.001))
    return found
