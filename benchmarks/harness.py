"""Measures things side by side: in turn, round after round, and the median of their ratios."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
"""The environment of what is measured: no variable slows the interpreter down or speeds it up."""


SECONDS, MEGABYTES, TIMES = "s", "MB", "times"
"""What can be measured: how long, how much memory, how often."""


class Result(NamedTuple):
    """One path beside its peer: the figures of each (medians), and the ratios of the rounds."""

    number: str  #: P1, P2, ... of the table of bars
    path: str
    ours: float
    peer: str
    theirs: float
    ratios: Sequence[float]  #: ours / theirs, a round each
    bar: float  #: what the median ratio may be at the most
    remark: str = ""
    unit: str = SECONDS

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    @property
    def met(self) -> bool:
        return self.ratio <= self.bar


Timed = Callable[[], float]
"""Does the thing once, and gives the seconds that it took."""


def beside(ours: Timed, theirs: Timed, rounds: int) -> tuple[list[float], list[float]]:
    """The seconds of both, taken in turn, after one round that does not count."""
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    return [mine for mine, _ in pairs], [other for _, other in pairs]


def result(  # one argument for each column of the table
    number: str,
    path: str,
    peer: str,
    times: tuple[list[float], list[float]],
    bar: float,
    remark: str = "",
    *,
    unit: str = SECONDS,
) -> Result:
    mine, other = times
    ratios = [a / b for a, b in zip(mine, other, strict=True)]
    return Result(number, path, median(mine), peer, median(other), ratios, bar, remark, unit)


def within(
    number: str,
    path: str,
    limit: float,
    figures: Sequence[float],
    words: str,
    *,
    unit: str = SECONDS,
) -> Result:
    """A path beside a fixed limit."""
    ratios = [figure / limit for figure in figures]
    return Result(number, path, median(figures), words, limit, ratios, bar=1, unit=unit)


def not_measured(number: str, path: str, peer: str, bar: float, why: str) -> Result:
    """A path whose peer is not there."""
    return Result(number, path, 0, peer, 0, (), bar, why)


def process(
    *words: object, folder: Path = ROOT, environment: dict[str, str] | None = None
) -> Timed:
    """A whole process, its output thrown away; it must end well."""
    command = [str(word) for word in words]

    def once() -> float:
        began = time.perf_counter()
        done = subprocess.run(
            command,
            cwd=folder,
            env={**PLAIN, **(environment or {})},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        took = time.perf_counter() - began
        if done.returncode:
            raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr.decode()}")
        return took

    return once


def repeated(work: Callable[[], object], times: int) -> Timed:
    """`work` done so often that the clock can tell; the seconds of one."""

    def once() -> float:
        began = time.perf_counter()
        for _ in range(times):
            work()
        return (time.perf_counter() - began) / times

    return once


def python(code: str) -> Timed:
    """A bare interpreter that runs `code`."""
    return process(PYTHON, "-c", code)


def in_words(figure: float, unit: str = SECONDS) -> str:
    """A figure with its unit; seconds in the one that suits them."""
    if unit != SECONDS:
        return f"{figure:.3g} {unit}"
    for name, size in (("s", 1.0), ("ms", 1e-3)):
        if figure >= size:
            return f"{figure / size:.3g} {name}"
    return f"{figure / 1e-6:.3g} µs"
