"""Keeps the files of the tests in memory, where the machine has room for them."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, MutableMapping
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # each run makes a folder of its own there
PREFIX = "helpdesk-tests-"

ROOM = 4 << 30
"""Bytes that have to be free: about five times what all tests leave behind."""


def keep_in_memory(
    env: MutableMapping[str, str] = os.environ, where: Path = SHARED_MEMORY, room: int = ROOM
) -> Callable[[], None]:
    """Make a folder in memory that of all temporary files, here and in child processes.

    Gives what takes it away again. Nothing happens where somebody has named a folder (TMPDIR), or
    where files in memory are few, cannot be written, or may not be programs, which some tests make.
    """
    if env.get("TMPDIR") or not _is_fit(where, room):
        return lambda: None
    _sweep_out(where)
    new = Path(tempfile.mkdtemp(prefix=f".{PREFIX}", dir=where))
    new.chmod(0o755)  # servers that run as other users have their folders in it
    held = os.open(new, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    folder = new.rename(where / new.name[1:])  # it bears its name only once it is held
    env["TMPDIR"], tempfile.tempdir = str(folder), None

    def end() -> None:
        del env["TMPDIR"]
        tempfile.tempdir = None
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)

    return end


def _is_fit(where: Path, room: int) -> bool:
    if not (where.is_dir() and os.access(where, os.W_OK | os.X_OK)):
        return False
    found = os.statvfs(where)
    return found.f_bavail * found.f_frsize >= room and not found.f_flag & os.ST_NOEXEC


def _sweep_out(where: Path) -> None:
    """Take away what runs left behind that were killed: nobody holds it."""
    for left in where.glob(f"{PREFIX}*"):
        try:
            folder = os.open(left, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:
            continue  # another user's, or gone by now
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        else:
            shutil.rmtree(left, ignore_errors=True)
        finally:
            os.close(folder)
