"""Files that are read once, no further than they reached when they were opened, and counted."""

import codecs
import hashlib
import io
import os
from pathlib import Path
from typing import NamedTuple, TextIO

from helpdesk.errors import FileUnreadable

CHUNK = 1 << 18
ZIP_ENTRY = b"PK\x01\x02"
"""How each file begins in the table of contents of a zip file."""


class Meter:
    """How far a reading has come, by the bytes of it."""

    def __init__(self, total: int = 0) -> None:
        self.total = total
        self.read = 0

    def share(self) -> float:
        return min(1.0, self.read / self.total) if self.total else 0.0

    def finish(self) -> None:
        self.total = self.read = max(1, self.total)


class Stamp(NamedTuple):
    """What changes when somebody writes to a file."""

    size: int
    written: int


class Print(NamedTuple):
    """What one look at all bytes of a file gives."""

    sha256: str
    encoding: str  #: UTF-8 if the whole file is that, else the code page that includes Latin-1
    zip_entries: int  #: how many files it may hold, if it is a zip file
    stamp: Stamp


class Counted(io.RawIOBase):
    """A file, no longer than it is now; the meter is told of each byte that is read."""

    def __init__(self, path: Path, meter: Meter) -> None:
        super().__init__()
        self._file = path.open("rb", buffering=0)
        self._left = os.fstat(self._file.fileno()).st_size
        self._meter = meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # as io calls it
        count = self._file.readinto(buffer[: self._left]) or 0
        self._left -= count
        self._meter.read += count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


def text_of(path: Path, encoding: str, meter: Meter) -> TextIO:
    """The file as text, with all its line ends as they are."""
    counted = io.BufferedReader(Counted(path, meter), CHUNK)
    return io.TextIOWrapper(counted, encoding=encoding, errors="replace", newline="")


def print_of(path: Path) -> Print:
    """The print of a file, for which it is read once."""
    digest, entries, last = hashlib.sha256(), 0, b""
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding = "utf-8-sig"
    with path.open("rb") as file:
        stamp = _stamp(os.fstat(file.fileno()))
        while piece := file.read(CHUNK):
            digest.update(piece)
            entries += (last + piece).count(ZIP_ENTRY)
            last = piece[1 - len(ZIP_ENTRY) :]
            if encoding != "cp1252" and not _is_decoded(decoder, piece):
                encoding = "cp1252"
    if encoding != "cp1252" and not _is_decoded(decoder, b"", final=True):
        encoding = "cp1252"
    return Print(digest.hexdigest(), encoding, entries, stamp)


def check_unchanged(path: Path, known: Print) -> None:
    """FileUnreadable if the file was written to since its print was taken."""
    if not path.exists() or _stamp(path.stat()) != known.stamp:
        raise FileUnreadable(f"{path.name} was changed while it was read; load it again")


def _stamp(found: os.stat_result) -> Stamp:
    return Stamp(found.st_size, found.st_mtime_ns)


def _is_decoded(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True
