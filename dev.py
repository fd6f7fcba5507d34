#!/usr/bin/env python3
"""Set up and run, with nothing but Python 3.11 or newer.

python3 dev.py demo        one desk, end to end, on SQLite: a tour
python3 dev.py test        the whole test suite (pytest's arguments may follow)
python3 dev.py check       all that CI runs: format, lint, types, import contracts, tests
python3 dev.py bench       the benchmarks, side by side (names may follow)
python3 dev.py helpdesk    the command itself: python3 dev.py helpdesk list
python3 dev.py lock        write requirements/*.txt anew (needs uv)

It makes .venv, and installs the pinned and hashed requirements when they changed.
"""

import compileall
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")

TASKS = {
    "demo": ("run", [["-m", "helpdesk", "demo"]]),
    "helpdesk": ("run", [["-m", "helpdesk"]]),
    "test": ("dev", [["-m", "pytest"]]),
    "bench": ("dev", [["-m", "benchmarks"]]),
    "check": (
        "dev",
        [
            ["-m", "ruff", "format", "--check", "."],
            ["-m", "ruff", "check", "."],
            ["-m", "mypy"],
            ["-c", "from importlinter.cli import lint_imports_command as lint; lint()"],
            ["-m", "pytest"],
        ],
    ),
}
"""Each task: the requirements that it needs, and the runs of Python that it is."""

PACKAGES = ("helpdesk", "notifications", "workflows")

EXTRAS = ["--extra", "forms", "--extra", "oauth", "--extra", "postgres"]


def main(arguments: Sequence[str]) -> int:
    task, *rest = arguments or ["help"]
    if task == "lock":
        return lock()
    if task not in TASKS:
        print(__doc__)
        return 0 if task in {"help", "-h", "--help"} else 2
    requirements, runs = TASKS[task]
    install(requirements)
    for package in PACKAGES:  # where Python may not keep byte code, each process would compile anew
        compileall.compile_dir(ROOT / package, quiet=1)
    for run in runs[:-1]:
        if failed := subprocess.call([PYTHON, *run], cwd=ROOT):
            return failed
    return subprocess.call([PYTHON, *runs[-1], *rest], cwd=ROOT)


def install(requirements: str) -> None:
    """Bring .venv to what requirements/<requirements>.txt says, unless it is there already."""
    locked = ROOT / "requirements" / f"{requirements}.txt"
    wanted = hashlib.sha256(locked.read_bytes() + sys.version.encode()).hexdigest()
    stamp = VENV / f".{requirements}.sha256"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"installing requirements/{requirements}.txt into .venv ...", file=sys.stderr, flush=True)
    uv = shutil.which("uv")
    if not _runs_this_python():
        shutil.rmtree(VENV, ignore_errors=True)
        _make_environment(uv)
    if uv:
        command = [uv, "pip", "install", "-q", "--python", str(PYTHON), "--compile-bytecode"]
    else:
        command = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    command += ["--no-deps", "--require-hashes", "-r", str(locked)]
    if failed := subprocess.call(command, cwd=ROOT):
        sys.exit(failed)
    _put_checkout_on_path()
    stamp.write_text(wanted)


def lock() -> int:
    """Write the hashed requirements anew; without host names, so that any index will do."""
    compile_ = ["uv", "pip", "compile", "-q", "--universal", "--python-version", "3.11"]
    compile_ += ["--generate-hashes", "--no-header", "--no-annotate", "--upgrade", *EXTRAS]
    for name, more in (("run", []), ("dev", ["--group", "dev"])):
        target = str(ROOT / "requirements" / f"{name}.txt")
        if failed := subprocess.call([*compile_, *more, "pyproject.toml", "-o", target], cwd=ROOT):
            return failed
    return 0


def _runs_this_python() -> bool:
    question = f"import sys; sys.exit(sys.version != {sys.version!r})"
    return PYTHON.exists() and subprocess.call([PYTHON, "-c", question]) == 0


def _make_environment(uv: str | None) -> None:
    if uv:
        subprocess.run([uv, "venv", "-q", "--python", sys.executable, VENV], check=True)
        return
    try:
        import ensurepip  # noqa: F401, PLC0415  # Debian ships Python without it
    except ImportError:
        sys.exit(
            "this Python has no ensurepip: run  apt install python3-venv  and try again"
            " (or install uv)"
        )
    venv.create(VENV, with_pip=True)


def _put_checkout_on_path() -> None:
    """Make the checkout importable from anywhere, without a build."""
    question = "import sysconfig; print(sysconfig.get_path('purelib'))"
    answer = subprocess.run([PYTHON, "-c", question], check=True, capture_output=True, text=True)
    (Path(answer.stdout.strip()) / "_helpdesk_checkout.pth").write_text(f"{ROOT}\n")
    # The command itself: `.venv/bin/helpdesk` does what the installed wheel's script does.
    command = BIN / "helpdesk"
    if os.name != "nt":
        command.write_text(
            f"#!{PYTHON}\nimport sys\nfrom helpdesk.__main__ import main\nsys.exit(main())\n"
        )
        command.chmod(0o755)


def _newer_python() -> str | None:
    for name in ("python3.14", "python3.13", "python3.12", "python3.11"):
        found = shutil.which(name)
        if found and not subprocess.call([found, "-c", "import venv, ensurepip"]):
            return found
    return None


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036  # it may be started by any Python
        newer = _newer_python()
        if newer is None:
            sys.exit(f"helpdesk needs Python 3.11 or newer; this is {sys.version.split()[0]}")
        sys.exit(subprocess.call([newer, *sys.argv]))
    sys.exit(main(sys.argv[1:]))
