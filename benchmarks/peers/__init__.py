"""Other software that watches deadlines, asked to do the same on a database of the same size.

A peer runs in an interpreter of its own, so that what it needs never enters ours. Make one with

    python3 -m venv FOLDER
    FOLDER/bin/pip install django-helpdesk

(or `uv venv FOLDER` and `uv pip install --python FOLDER/bin/python django-helpdesk`), and name it:

    HELPDESK_PEERS=FOLDER python3 dev.py bench p3 p4

Without HELPDESK_PEERS the peers are left out, and the table says so.

- `django_helpdesk.py` runs django-helpdesk's own command, escalate_tickets, as it was installed.
- `healthchecks_shape.py` is not healthchecks, which is on no package index: it does the steps of
  its `sendalerts` loop with Django's ORM, on tables of that shape, written anew for this.

Their databases are SQLite files with the settings of ours (WAL, synchronous FULL); their letters
are rendered, built, and kept in memory.
"""

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, cast

from benchmarks.harness import PLAIN, Result, Timed, not_measured, result

VARIABLE = "HELPDESK_PEERS"
ESCALATE, GOING_DOWN = "django_helpdesk.py", "healthchecks_shape.py"


class Measure(NamedTuple):
    """One of the figures that a peer gives, and what ours may take of it at the most."""

    script: str
    figure: str
    words: str
    bar: float
    remark: str = ""


class Where(NamedTuple):
    """The database of a peer: it is made in `folder` when it is first needed."""

    folder: Path
    size: int
    due: int


def measured(
    number: str,
    path: str,
    ours: Timed,
    measures: Sequence[Measure],
    where: Where,
    rounds: int,
) -> list[Result]:
    """Our path beside each of the figures; or, if there are no peers, that they are left out."""
    if not os.environ.get(VARIABLE):
        why = f"not measured: {VARIABLE} is not set"
        return [not_measured(number, path, each.words, each.bar, why) for each in measures]
    found = []
    for script in dict.fromkeys(each.script for each in measures):
        mine, theirs = _in_turn(script, ours, where, rounds)
        for each in measures:
            if each.script == script:
                times = mine, [figures[each.figure] for figures in theirs]
                found.append(result(number, path, each.words, times, each.bar, each.remark))
    return found


def _in_turn(
    script: str, ours: Timed, where: Where, rounds: int
) -> tuple[list[float], list[dict[str, float]]]:
    """The figures of both, taken in turn, after one round that does not count."""
    with _at_work(script, where.folder / f"{Path(script).stem}-{where.size}", where.size) as peer:
        pairs = [(ours(), peer.round(where.due)) for _ in range(rounds + 1)][1:]
    return [mine for mine, _ in pairs], [other for _, other in pairs]


@contextmanager
def _at_work(script: str, path: Path, size: int) -> Iterator["_Peer"]:
    """The peer with a database of `size` tickets, or checks, at `path`; made if it is not there."""
    python = Path(os.environ[VARIABLE]).absolute() / "bin" / "python"
    with subprocess.Popen(
        [python, Path(__file__).with_name(script), path, str(size)],
        env=PLAIN,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdin
        assert running.stdout
        yield _Peer(running.stdin, running.stdout)
        running.stdin.close()


class _Peer(NamedTuple):
    """A peer at work: each round it is told how many are to be due, and gives its seconds."""

    words: IO[str]
    figures: IO[str]

    def round(self, due: int) -> dict[str, float]:
        self.words.write(f"{due}\n")
        self.words.flush()
        line = self.figures.readline()
        if not line:
            raise RuntimeError("a peer ended; what it said stands above")
        return cast("dict[str, float]", json.loads(line))
