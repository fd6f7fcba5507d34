"""The desk's daemon as a process of its own, for what only a whole process shows."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.desks import PEOPLE, url_of
from benchmarks.harness import PLAIN, PYTHON, ROOT

PATIENCE = 120.0
"""Seconds after which something that should have happened is given up."""

CONFIG = """\
[store]
database = "{url}"

[people]
supervisors = {supervisors}
desk = {desk}

[daemon]
sweep = "{every} seconds"
"""


@contextmanager
def daemon(path: Path, every: int) -> Iterator[subprocess.Popen[bytes]]:
    """The daemon of the desk at `path`, sweeping every so many seconds; told to stop at the end."""
    config = path.with_name("config.toml")
    config.write_text(
        CONFIG.format(
            url=url_of(path),
            supervisors=list(PEOPLE.supervisors),
            desk=list(PEOPLE.desk),
            every=every,
        )
    )
    log = path.with_name("daemon.log")
    with (
        log.open("wb") as lines,
        subprocess.Popen(
            [PYTHON, "-m", "helpdesk", "--config", config, "daemon"],
            cwd=ROOT,
            env=PLAIN,
            stdout=lines,
            stderr=lines,
        ) as running,
    ):
        try:
            yield running
        finally:
            running.terminate()
            if running.wait(PATIENCE):
                print(log.read_text(encoding="utf-8"), file=sys.stderr)


def until(so: Callable[[], bool]) -> None:
    """Wait until it is so."""
    began = time.perf_counter()
    while not so():
        if time.perf_counter() - began > PATIENCE:
            raise TimeoutError("what was waited for did not happen")
        time.sleep(0.02)
