"""Calls that fall due, swept by us; and the same rows written by the driver alone."""

import time
from itertools import count
from pathlib import Path

from benchmarks import desks, raw
from helpdesk.sweep import sweep
from workflows.sla import Standing


class Crossings:
    """`number` of `size` open calls that reach `standing` at once, again each round."""

    def __init__(self, path: Path, size: int, number: int, standing: Standing) -> None:
        self.app = desks.app_of(path)
        self._path, self._calls = path, desks.spread(size, number)
        self._clock = desks.crossing(path, standing)
        self._cycles = count(raw.newest_cycle(path) + 1)
        self._writings: list[raw.Writing] = []

    def swept(self) -> float:
        """The seconds of our sweep."""
        cycle = self.cross()
        before = raw.marks(self._path)
        took = self.sweep()
        self._writings = raw.written_since(self._path, before, cycle)
        return took

    def written(self) -> float:
        """The seconds of a transaction that writes, once, what the last sweep wrote."""
        self.cross()
        return raw.write(self._path, self._writings)

    @property
    def letters(self) -> str:
        """How many letters the last sweep posted, in words."""
        number = sum(len(each.rows) for each in self._writings if "INTO letter" in each.sql)
        return f"{number:,} letter{'s' * (number != 1)}"

    def cross(self) -> int:
        """Let them reach it; gives the cycle of their clocks."""
        cycle = next(self._cycles)
        desks.let_cross(self._path, self._calls, self._clock, cycle)
        return cycle

    def sweep(self) -> float:
        began = time.perf_counter()
        found = sweep(self.app.store, self.app.journal)
        took = time.perf_counter() - began
        assert max(found.at_risk, found.breached) == len(self._calls), found
        return took
