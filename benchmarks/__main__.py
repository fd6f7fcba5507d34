"""Runs the benchmarks, all or those named (p1 p3 ...), and writes benchmarks/results.md.

Of those that were not run, what it says stays.
With --large the sweep is measured at 5,000,000 open calls too: that takes minutes, and 5 GB.
HELPDESK_PEERS names the environment of the peers (benchmarks/peers/__init__.py).
"""

import compileall
import os
import platform
import sqlite3
import sys
import traceback
from importlib import import_module
from pathlib import Path

from benchmarks.harness import ROOT, Result, in_words

RESULTS = Path(__file__).with_name("results.md")

BENCHMARKS = {
    "p1": "p01_reading_commands",
    "p2": "p02_writing_commands",
    "p3": "p03_sweep_with_nothing_due",
    "p4": "p04_sweep_with_crossings",
    "p5": "p05_burst_of_crossings",
    "p7": "p07_one_rule_check",
    "p10": "p10_outbox",
    "p11": "p11_intake",
    "p12": "p12_tracing_one_request",
    "tracing": "tracing",
    "p13": "p13_scheduler",
    "p14": "p14_memory",
    "p15": "p15_clone_to_demo",
    "p16": "p16_register_load",
}
"""Each benchmark, by the number of its bar, and the file that measures it."""

PACKAGES = ("helpdesk", "notifications", "workflows")

HEAD = """\
# What was measured

Each path was measured beside its peer or limit, in turn, round after round, in one run of its
own: the ratio is the median of the rounds (least to most).
Times are of a shared machine and prove nothing by themselves. `python3 dev.py bench` measures
anew; `python3 dev.py bench p3` one of them.

"""

COLUMNS = ("#", "path", "ours", "beside", "theirs", "ratio", "bar", "")


def main(names: list[str]) -> int:
    """0, or 1 if a benchmark broke; a bar that is missed is told in the table."""
    names = [name for name in names if name != "--large"]
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"there is no benchmark {unknown[0]}; there are: {', '.join(BENCHMARKS)}")
        return 2
    for package in PACKAGES:  # as an installed desk is; or each process would compile it anew
        compileall.compile_dir(ROOT / package, quiet=1)
    results, broken = [], 0
    for name in names or BENCHMARKS:
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            results += import_module(f"benchmarks.{BENCHMARKS[name]}").measure()
        except Exception:  # noqa: BLE001  # one that breaks must not take the others' figures
            traceback.print_exc()
            broken += 1
    rows = [_row(_cells(each)) for each in results]
    print("\n".join(rows))
    head = [_row(COLUMNS), _row(("---",) * len(COLUMNS))]
    table = "\n".join(head + sorted(_kept(rows) + rows, key=_number))
    RESULTS.write_text(f"{HEAD}{_machine()}\n\n{table}\n", encoding="utf-8")
    return int(broken > 0)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _kept(rows: list[str]) -> list[str]:
    """What the table has of benchmarks that were not run: those with other numbers, or paths."""
    before = [line for line in RESULTS.read_text(encoding="utf-8").splitlines() if "| P" in line]
    again = {_subject(row) for row in rows}
    return [line for line in before if _subject(line) not in again]


def _subject(row: str) -> tuple[str, ...]:
    _, number, path, _, peer, *_ = row.split("|")
    return number.strip(), path.strip(), peer.strip()


def _number(row: str) -> int:
    return int(row.split("|")[1].strip().removeprefix("P"))


def _cells(each: Result) -> tuple[str, ...]:
    if not each.ratios:
        return (each.number, each.path, "-", each.peer, "-", "-", f"{each.bar:g}x", each.remark)
    spread = f"{min(each.ratios):.3g} to {max(each.ratios):.3g}"
    verdict = each.remark or ("met" if each.met else "MISSED")
    return (
        each.number,
        each.path,
        in_words(each.ours, each.unit),
        each.peer,
        in_words(each.theirs, each.unit),
        f"{each.ratio:.3g}x ({spread})",
        f"{each.bar:g}x",
        verdict,
    )


def _machine() -> str:
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version},"
        f" {platform.system()} on {platform.machine()}, {os.cpu_count()} processors."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
