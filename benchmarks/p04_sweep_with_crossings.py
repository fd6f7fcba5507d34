"""P4: a sweep with 100 crossings, its letters rendered and posted, beside raw writing and peers.

On desks of 10,000, 100,000 and 1,000,000 open calls; of calls that become at risk, and of calls
that are overdue. Bars: 4 times a transaction that writes the same rows with the driver alone; at
1,000,000 at least 15 times faster than a loop of healthchecks' shape, which posts letters too, and
40 times faster than django-helpdesk's escalate_tickets (benchmarks/peers).
"""

from benchmarks import desks, peers
from benchmarks.crossings import Crossings
from benchmarks.harness import Result, beside, result
from benchmarks.peers import ESCALATE, GOING_DOWN, Measure, Where
from workflows.sla import Standing

SIZES = (10_000, 100_000, 1_000_000)
BARRED = 1_000_000
DUE = 100
ROUNDS, PEER_ROUNDS = 9, 5
BAR = 4

MEASURES = (
    Measure(ESCALATE, "whole", "django-helpdesk's escalate_tickets", bar=1 / 40),
    Measure(GOING_DOWN, "whole", "a loop of healthchecks' shape", bar=1 / 15),
    Measure(GOING_DOWN, "flips", "that loop without its letters", 1, "to compare"),
)


def measure() -> list[Result]:
    standings = (Standing.AT_RISK, Standing.BREACHED)
    return [found for size in SIZES for each in standings for found in _at(size, each)]


def _at(size: int, standing: Standing) -> list[Result]:
    with desks.copy_of_desk(size) as path:
        crossings = Crossings(path, size, DUE, standing)
        times = beside(crossings.swept, crossings.written, ROUNDS)
        words = f"sweep, {DUE} {standing.words} of {size:,}, {crossings.letters}"
        found = [result("P4", words, "the same rows, raw", times, BAR)]
        measures = [
            each if size == BARRED else each._replace(bar=1, remark="to compare")
            for each in MEASURES
        ]
        where = Where(desks.kept(), size, DUE)
        found += peers.measured("P4", words, crossings.swept, measures, where, PEER_ROUNDS)
        crossings.app.store.close()
        return found
