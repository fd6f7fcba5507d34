"""The one way into zip files from outside: what comes out is counted, whatever they claim."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from helpdesk.errors import HelpdeskError
from helpdesk.intake.unopened import FormUnreadable

MOST_OF_ONE = 20 * 1024 * 1024
MOST_OF_ALL = 50 * 1024 * 1024
MOST_RATIO = 200
RATIO_COUNTS_FROM = 1024 * 1024  # below this a well-made file may well be packed tighter
MOST_PARTS = 2000

_CHUNK = 64 * 1024
_ENTRY = b"PK\x01\x02"
_LOCAL_HEAD = 30
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # all others inflate without a bound
_DOCTYPES = tuple("<!DOCTYPE".encode(coding) for coding in ("ascii", "utf-16-le", "utf-16-be"))
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError)


@contextmanager
def troubles(damaged: HelpdeskError, locked: HelpdeskError) -> Iterator[None]:
    """Raise `damaged` or `locked` for what the library says of a zip file."""
    try:
        yield
    except RuntimeError as error:
        if isinstance(error, NotImplementedError):
            raise damaged from None
        raise locked from None  # it is what the library raises for a part with a password
    except _DAMAGED:
        raise damaged from None


class Package:
    """A zip file that is read part by part. All its methods raise FormUnreadable."""

    def __init__(self, content: bytes, kind: str) -> None:
        """`kind` is what it should be, in words: "a Word document"."""
        self._kind = kind
        self._read = 0
        _refuse_old(content)
        if content.count(_ENTRY) > MOST_PARTS:
            raise FormUnreadable("it holds too many files")
        with self._troubles():
            self._package = zipfile.ZipFile(io.BytesIO(content))
        if _overlap(self._package.infolist(), len(content)):
            raise FormUnreadable(self._damaged)

    @property
    def _damaged(self) -> str:
        return f"it is damaged, or not {self._kind}"

    def part(self, name: str) -> bytes:
        """One part, inflated."""
        with self._troubles():
            entry = self._package.getinfo(name)
            if entry.compress_type not in PACKINGS:
                raise FormUnreadable("it is packed in a way that its program does not use")
            with self._package.open(entry) as packed:
                return self._counted(packed, entry.compress_size)

    def plain(self, wanted: Callable[[str], bool]) -> bytes:
        """A zip file made anew of the wanted parts alone, with nothing packed.

        It may be given to a library that does not count. Parts with a document type are refused,
        and with it every entity.
        """
        copied = io.BytesIO()
        with zipfile.ZipFile(copied, "w") as package:
            for name in dict.fromkeys(filter(wanted, self._package.namelist())):
                part = self.part(name)
                if any(doctype in part for doctype in _DOCTYPES):
                    raise FormUnreadable("it holds a document type, which no such file has")
                package.writestr(re.sub(r"\.\.+", "_", name), part)
        return copied.getvalue()

    def _counted(self, packed: IO[bytes], compressed: int) -> bytes:
        """All of it, counted as it inflates: what the file says of its own size may be a lie."""
        most = min(MOST_OF_ONE, max(compressed * MOST_RATIO, RATIO_COUNTS_FROM))
        inflated = bytearray()
        while chunk := packed.read(_CHUNK):
            inflated += chunk
            self._read += len(chunk)
            if len(inflated) > most or self._read > MOST_OF_ALL:
                raise FormUnreadable("it is too big when unpacked")
        return bytes(inflated)

    @contextmanager
    def _troubles(self) -> Iterator[None]:
        try:
            with troubles(FormUnreadable(self._damaged), FormUnreadable("it has a password")):
                yield
        except KeyError:
            raise FormUnreadable(f"it is not {self._kind}") from None


def _refuse_old(content: bytes) -> None:
    if content.startswith(_OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in content
        raise FormUnreadable("it has a password" if locked else "it is an old Office file")


def _overlap(entries: list[zipfile.ZipInfo], size: int) -> bool:
    """Whether two parts share bytes, which lets a small file hold a great deal."""
    spans = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    ends = [begin + _LOCAL_HEAD + length for begin, length in spans]
    begins = [begin for begin, _ in spans[1:]] + [size]
    return any(end > begin for end, begin in zip(ends, begins, strict=True)) if spans else False
