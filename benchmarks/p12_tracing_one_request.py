"""P12: tracing one request in a register of 60,000 places, beside an exact look-up and a full scan.

Bars: half of the requests take at most 20 times what it takes to look a place up by its CQC id; and
the slowest kind of request never takes more than 1.5 times one scan by rapidfuzz over all names.
The requests are those of benchmarks/corruptions.py, for places drawn by lot.
"""

from collections.abc import Callable
from functools import partial
from random import Random
from statistics import median
from time import perf_counter

from rapidfuzz import fuzz, process

from benchmarks import registers
from benchmarks.corruptions import Asked, known_places, requests
from benchmarks.harness import Result, result
from helpdesk.database import Reader, reading
from helpdesk.register import names
from helpdesk.register.search import candidates, location_by

PLACES = 60_000
SUBJECTS, ROUNDS, SCANS = 40, 7, 3

EXACT = "SELECT * FROM location WHERE cqc_id = :key"


def measure() -> list[Result]:
    rows = registers.made(PLACES)
    places = known_places(*rows)
    asked = list(requests(Random(1).sample(places, SUBJECTS)))  # noqa: S311  # any will do
    everybody = [row["name"] for row in rows[0]]
    with registers.database(*rows) as url, reading(url) as reader:
        for each in asked:
            candidates(reader, each.wanted)
        return [
            *_beside_a_look_up(reader, asked),
            _beside_a_scan(reader, asked, everybody),
        ]


def _beside_a_look_up(reader: Reader, asked: list[Asked]) -> list[Result]:
    traced, looked, bare = [], [], []
    for _ in range(ROUNDS):
        traced.append(_median(partial(_trace, reader), asked, _forget))
        looked.append(_median(lambda each: location_by(reader, each.truth), asked))
        bare.append(_median(lambda each: reader.rows(EXACT, key=each.truth), asked))
    words = f"tracing, {PLACES:,} places, half of {len(asked):,}"
    return [
        result("P12", words, "a look-up by CQC id", (traced, looked), bar=20),
        result("P12", words, "its row alone", (traced, bare), bar=20, remark="to compare"),
    ]


def _beside_a_scan(reader: Reader, asked: list[Asked], everybody: list[str]) -> Result:
    """The slowest kind of request: of each kind, the median of all that are asked."""
    kinds: dict[str, list[Asked]] = {}
    for each in asked:
        kinds.setdefault(each.kind, []).append(each)
    slowest, scans = [], []
    for _ in range(ROUNDS):
        tried = {
            kind: _median(partial(_trace, reader), some, _forget) for kind, some in kinds.items()
        }
        slowest.append(max(tried.values()))
        scans.append(
            _median(
                lambda each: process.extract(
                    each.wanted.organisation, everybody, scorer=fuzz.WRatio
                ),
                [each for each in asked if each.wanted.organisation][:SCANS],
            )
        )
    words = f"tracing, {PLACES:,} places, the slowest kind"
    return result("P12", words, "rapidfuzz over all names", (slowest, scans), bar=1.5)


def _trace(reader: Reader, asked: Asked) -> None:
    candidates(reader, asked.wanted)


def _forget() -> None:
    """A command that traces one request has read no name before."""
    names.named.cache_clear()
    names.likeness.cache_clear()


def _nothing() -> None:
    pass


def _median(
    work: Callable[[Asked], object], asked: list[Asked], before: Callable[[], None] = _nothing
) -> float:
    times = []
    for each in asked:
        before()
        began = perf_counter()
        work(each)
        times.append(perf_counter() - began)
    return median(times)
