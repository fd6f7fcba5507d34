"""P3: a sweep that finds nothing due, beside a bare look at the index, and beside its peers.

On desks of 10,000, 100,000 and 1,000,000 open calls; with --large of 5,000,000 too. Bars: 0.5 ms
at any size; at most twice what it takes at 10,000; at 1,000,000 at least 1,000 times faster than
the look for tickets of django-helpdesk's escalate_tickets, which reads all that are open. Where
that is not there (benchmarks/peers), one plain statement of the same shape, on a table like its
tickets, stands for it: both are written anew for this.
"""

import os
import sqlite3
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

from benchmarks import desks, peers
from benchmarks.harness import Result, Timed, beside, repeated, result, within
from benchmarks.peers import ESCALATE, GOING_DOWN, Measure, Where
from helpdesk.clock import utc_now
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

ESCALATE_SHAPE = """
SELECT id FROM ticket
 WHERE queue_id = 1 AND status IN (1, 2) AND priority <> 1 AND on_hold = 0
   AND (last_escalation <= ? OR (last_escalation IS NULL AND created <= ?))
"""
LONG_AGO = "2000-01-01 00:00:00"
"""No ticket is as old, so that the scan too finds nothing to do."""

QUERY = Measure(ESCALATE, "query", "the query of django-helpdesk's escalate_tickets", bar=0.001)
TO_COMPARE = (
    QUERY._replace(bar=1, remark="to compare"),
    Measure(ESCALATE, "whole", "the whole of escalate_tickets", 1, "to compare"),
    Measure(GOING_DOWN, "flips", "a loop of healthchecks' shape", 1, "to compare"),
)


def measure() -> list[Result]:
    sizes = (*SIZES, LARGE) if "--large" in sys.argv else SIZES
    with desks.copy_of_desk(SIZES[0]) as least:
        return [found for size in sizes for found in _at(size, _sweeping(least))]


def _at(size: int, least: Timed) -> list[Result]:
    words = f"sweep, {size:,} open calls"
    with desks.copy_of_desk(size) as path, closing(sqlite3.connect(path)) as bare:
        ours = _sweeping(path)
        probe = repeated(lambda: bare.execute(PROBE, (str(utc_now()),)).fetchone(), MANY)
        times = beside(ours, probe, ROUNDS)
        found = [
            within("P3", words, LIMIT, times[0], "the limit of 0.5 ms"),
            result("P3", words, "a bare look at the index", times, bar=100, remark="to compare"),
        ]
        if size > SIZES[0]:
            peer = f"the same at {SIZES[0]:,}"
            found.append(result("P3", words, peer, beside(ours, least, ROUNDS), bar=2))
        measures = (QUERY, *TO_COMPARE[1:]) if size == SCANNED else TO_COMPARE
        found += peers.measured("P3", words, ours, measures, Where(desks.kept(), size, 0), ROUNDS)
        if size == SCANNED and not os.environ.get(peers.VARIABLE):
            bare.executescript(TICKETS)
            scan = repeated(
                lambda: bare.execute(ESCALATE_SHAPE, (LONG_AGO, LONG_AGO)).fetchall(), 1
            )
            peer = "a scan of that query's shape"
            found.append(result("P3", words, peer, beside(ours, scan, ROUNDS), bar=0.001))
    return found


def _sweeping(path: Path) -> Timed:
    app = desks.app_of(path)
    return repeated(partial(sweep, app.store, app.journal), MANY)
