"""The ground that a desk stands on: files, who can read them, and the file systems they lie on."""

import os
import stat
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import NamedTuple


class Health(Enum):
    """How something is."""

    WELL = "well"
    NOTE = "note"  #: works, but somebody should know
    ILL = "ILL"  #: somebody has to act


class Finding(NamedTuple):
    """What one look found."""

    about: str
    health: Health
    words: str  #: what was found and, unless it is well, what to do


NETWORKS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph"})
"""File systems on which SQLite's locks cannot be trusted."""


def readable_by_others(about: str, path: Path) -> Iterator[Finding]:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        yield Finding(about, Health.ILL, f"{path} cannot be read: {error.strerror}")
        return
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        yield Finding(
            about, Health.ILL, f"everybody on this machine can read {path}: chmod o-rwx {path}"
        )


def can_be_written(folder: Path) -> bool:
    """Whether files can be made in `folder`, or it can be made itself."""
    there = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    return there.is_dir() and os.access(there, os.W_OK)


def file_system(path: Path) -> str:
    """The kind of file system that `path` lies on; "" where that cannot be told."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    found = [line.split()[1:3] for line in mounts]
    above = [
        (len(point), kind)
        for point, kind in found
        if path.absolute().is_relative_to(point.replace("\\040", " "))
    ]
    return max(above)[1] if above else ""
