"""Kill -9, again and again, at random moments: what is left must be whole, and nothing twice."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from helpdesk.clock import ticks
from tests.helpdesk.made import (
    SUE,
    MadeDesk,
    Office,
    due_calls,
    made_desk,
    told_apart,
    waiting_letters,
)

NURSERY = """
import os, sys
from helpdesk import app, daemon, delivery, duties, mailbox, reading, reception, sweep
from helpdesk.cli import run
from helpdesk.config import settings
from notifications import smtp, writing
while command := sys.stdin.readline().strip():
    child = os.fork()
    if not child:
        os.dup2(2, 1)
        os._exit(run([command]))
    print(child, flush=True)
    sys.stdin.readline()
    print(os.waitpid(child, 0)[1], flush=True)
"""
"""Starts commands quickly: Python and its imports are there already when one is asked for."""


class Storm(NamedTuple):
    """What a storm did, and what it found broken."""

    kills: int  #: how often a process was killed before it came to its end
    amiss: list[str]
    last: str  #: what was left to do after the last kill
    extra: int = 0  #: copies beyond the first


def storm(
    desk: MadeDesk, command: str, kills: int, seed: int, add_work: Callable[[int], None]
) -> tuple[int, str]:
    """Kill `command` at a random moment of its work, `kills` times; then let it end by itself.

    Before each time there is more to do, so that each kill meets work. Gives how many kills came
    before its end, and what the last run, which was left alone, had to do.
    """
    landed, length, dice = 0, 0.0, random.Random(seed)  # noqa: S311  # moments are no secrets
    with subprocess.Popen(
        [sys.executable, "-c", NURSERY],
        cwd=desk.folder,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as nursery:
        for turn in range(kills + 1):
            add_work(turn)
            since = _touched(desk)
            child = int(_asked(nursery, command))
            deadline = ticks() + 5
            while _touched(desk) == since and ticks() < deadline:
                time.sleep(0.001)  # nothing can break before it opens the database
            if turn == 0:  # this one lives, and shows how long the work takes here
                begun = ticks()
                assert int(_asked(nursery, "bury")) == 0
                length = ticks() - begun
                continue
            time.sleep(dice.uniform(0, length))
            os.kill(child, signal.SIGKILL)  # it is there until its parent has buried it
            landed += int(_asked(nursery, "bury")) == signal.SIGKILL
        assert nursery.stdin
        nursery.stdin.close()
    last = desk.run(command)
    assert last.returncode == 0, last.stderr
    return landed, last.stdout.strip()


def _asked(nursery: subprocess.Popen[str], line: str) -> str:
    assert nursery.stdin
    assert nursery.stdout
    nursery.stdin.write(f"{line}\n")
    nursery.stdin.flush()
    return nursery.stdout.readline()


def _touched(desk: MadeDesk) -> int:
    """When SQLite last wrote, or opened, its log."""
    log = desk.folder / "helpdesk.sqlite-wal"
    return log.stat().st_mtime_ns if log.exists() else 0


def sweep_storm(folder: Path, kills: int, seed: int) -> Storm:
    """Each alert stands in the table once, and each breach in one letter to the supervisor."""
    desk, number = storm_desk(folder), 20 * (kills + 1)

    def fall_due(_: int) -> None:
        due_calls(desk.app(), 20, timedelta(days=3))
        due_calls(desk.app(), 5, timedelta(hours=40))

    landed, last = storm(desk, "sweep", kills, seed, fall_due)

    alerts = Counter(
        (row["call_id"], row["stage"])
        for row in desk.rows("SELECT call_id, stage FROM alert WHERE stage <> 'level_2'")
    )
    events = Counter(
        (row["call_id"], row["kind"])
        for row in desk.rows("SELECT call_id, kind FROM event WHERE by = 'sweep'")
    )
    stages = Counter(stage for _, stage in alerts)
    told = breaches_told(desk, SUE)
    waiting = "letter_id IS NULL AND stage <> 'level_2'"
    untold = desk.rows(f"SELECT count(*) AS n FROM alert WHERE {waiting}")[0]["n"]
    amiss = [] if alerts == events else ["alerts and events differ"]
    if stages != {"breached": number, "at_risk": number // 4} or max(alerts.values()) > 1:
        amiss.append(f"alerts: {stages}, of one at most {max(alerts.values())}")
    if untold or told != number:
        amiss.append(f"letters tell of {told} of {number} breaches, and of {untold} none")
    return Storm(landed, amiss, last)


def breaches_told(desk: MadeDesk, supervisor: str) -> int:
    """How many breaches the letters to `supervisor` tell of, by their subjects."""
    subjects = desk.rows(
        "SELECT subject FROM letter WHERE kind = 'breached.supervisor'"
        f" AND to_address = '{supervisor}'"
    )
    found = [re.match(r"BREACHED: (?:([\d,]+) calls|ODS)", row["subject"]) for row in subjects]
    return sum(int((each[1] or "1").replace(",", "")) for each in found if each)


def delivery_storm(folder: Path, kills: int, seed: int) -> Storm:
    """Each letter arrives as it was stored; a kill costs at most one copy more, and the same."""
    office = Office()
    try:
        desk = storm_desk(folder, office.port)
        app = desk.app()

        def post(_: int) -> None:
            waiting_letters(app.store, app.journal, 10)

        landed, last = storm(desk, "deliver", kills, seed, post)

        letters = desk.rows("SELECT to_address, message_id, raw, state FROM letter")
        copies = office.copies()
    finally:
        office.stop()
    stored = told_apart((row["to_address"], bytes(row["raw"])) for row in letters)
    extra = copies.total() - len(copies)
    amiss = [] if set(copies) == set(stored) else ["what arrived is not what was stored"]
    if {row["state"] for row in letters} != {"sent"}:
        amiss.append(f"not all are sent: {Counter(row['state'] for row in letters)}")
    if extra > landed:
        amiss.append(f"{extra} copies more, at {landed} kills")
    return Storm(landed, amiss, last, extra)


def storm_desk(folder: Path, port: int = 0) -> MadeDesk:
    return made_desk(folder, f"sqlite:///{folder}/helpdesk.sqlite", port)
