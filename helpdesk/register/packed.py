"""The one way into register files that are zip files: read part by part, with a bound."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pyexpat import ExpatError, XMLParserType

from helpdesk.errors import FileUnreadable
from helpdesk.intake import zipped
from helpdesk.register.counted import Meter

LARGEST_PART = 2 << 30
"""How far a sheet may inflate. A list of all locations comes to some 500 MB."""

LARGEST_SMALL_PART = 8 << 20
"""How far a part may inflate that is held as a whole."""

MOST_PARTS = 2_000
LONGEST_TOKEN = 4 << 20
MOST_NAMES = 10_000

CHUNK = 1 << 16


class Package:
    """A zip file. All that is read through it raises FileUnreadable, with the mend."""

    def __init__(self, path: Path, entries: int, meter: Meter) -> None:
        """`entries` is how many parts its bytes may speak of."""
        if entries > MOST_PARTS:
            raise FileUnreadable(f"{path.name} holds too many files; load the sheet itself")
        self._path = path
        self._meter = meter
        with self._troubles(), zipfile.ZipFile(path) as package:
            self._parts = {part.filename: part for part in package.infolist()}

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._parts)

    def expect(self, *names: str) -> None:
        """Tell the meter that these parts are what will be read."""
        self._meter.total = sum(self._parts[each].file_size for each in names if each in self.names)
        self._meter.read = 0

    def small(self, name: str) -> bytes:
        """One part as a whole; nothing if there is none."""
        if name not in self._parts:
            return b""
        content = b"".join(self._inflated(name, LARGEST_SMALL_PART))
        self._meter.read -= len(content)
        return content

    def walk(self, name: str, parser: XMLParserType, most: int = LARGEST_PART) -> Iterator[None]:
        """Give a part to the parser; after each piece, what it found may be taken."""
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        fed = 0
        for chunk in self._inflated(name, most):
            with self._troubles():
                parser.Parse(chunk)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > LONGEST_TOKEN or len(parser.intern) > MOST_NAMES:
                raise FileUnreadable(f"{self._path.name} is not as any program writes such a file")
            yield
        with self._troubles():
            parser.Parse(b"", True)  # noqa: FBT003  # it takes no keywords
        yield

    def _inflated(self, name: str, most: int) -> Iterator[bytes]:
        part, read = self._parts[name], 0
        if part.file_size > most:
            raise self._too_big()
        if part.compress_type not in zipped.PACKINGS:
            raise FileUnreadable(f"{self._path.name} is packed in an unusual way; save it anew")
        with self._troubles(), zipfile.ZipFile(self._path) as package, package.open(part) as packed:
            while chunk := packed.read(CHUNK):
                read += len(chunk)
                self._meter.read += len(chunk)
                if read > most:
                    raise self._too_big()
                yield chunk

    def _too_big(self) -> FileUnreadable:
        return FileUnreadable(f"{self._path.name} is too big when unpacked; save it as .csv")

    def _refuse_doctype(self, *_: object) -> None:
        raise FileUnreadable(f"{self._path.name} holds a document type, which no such file has")

    @contextmanager
    def _troubles(self) -> Iterator[None]:
        name = self._path.name
        damaged = FileUnreadable(f"{name} is damaged; fetch it again")
        locked = FileUnreadable(f"{name} has a password; save it without one")
        try:
            with zipped.troubles(damaged, locked):
                yield
        except ExpatError:
            raise damaged from None
