"""P15: from a clean clone to the end of the demo, beside the install of what it needs.

Both with an empty environment of their own, and the same installer. Bar: 1.5 times the install.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.harness import ROOT, Result, beside, result

ROUNDS = 3
BAR = 1.5


def measure() -> list[Result]:
    base = getattr(sys, "_base_executable", sys.executable)
    times = beside(lambda: _in_a_clone(_demo, base), lambda: _in_a_clone(_install, base), ROUNDS)
    return [result("P15", "clone to demo", "pip's install of the lock", times, BAR)]


def _in_a_clone(work: Callable[[Path, str], None], base: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
        began = time.perf_counter()
        work(clone, base)
        return time.perf_counter() - began


def _demo(clone: Path, base: str) -> None:
    subprocess.run(
        [base, "dev.py", "demo"],
        cwd=clone,
        check=True,
        env=_without_uv(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _install(clone: Path, base: str) -> None:
    python = clone / ".peer" / "bin" / "python"
    subprocess.run([base, "-m", "venv", clone / ".peer"], check=True)
    subprocess.run(
        [
            python,
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "--no-deps",
            "--require-hashes",
            "-r",
            "requirements/run.txt",
        ],
        cwd=clone,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _without_uv() -> dict[str, str]:
    """The environment without uv, so that both install with pip."""
    path = os.environ.get("PATH", "")
    found = shutil.which("uv")
    kept = [each for each in path.split(os.pathsep) if not found or each != str(Path(found).parent)]
    return {**os.environ, "PATH": os.pathsep.join(kept)}
