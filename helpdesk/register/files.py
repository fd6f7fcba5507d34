"""Opens a register file of any shape that is known: the shape is told by what is in it."""

import codecs
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from helpdesk.errors import FileUnreadable
from helpdesk.register.counted import Meter, Print, check_unchanged, print_of
from helpdesk.register.documents import read_documents
from helpdesk.register.entries import Piece
from helpdesk.register.fhir import IS_FHIR, made_on, read_organisations
from helpdesk.register.shapes import Shape, Source, dated
from helpdesk.register.sheets import sheet_of
from helpdesk.register.tables import Table, table_of

__all__ = ["Listing", "Piece", "Shape", "Source", "listing", "opened"]

ZIP = b"PK\x03\x04"
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
"""How .xlsx and .ods begin; and how .xls does, and .xlsx with a password."""

LOCKED = "EncryptedPackage".encode("utf-16-le")

TABLES = (".csv", ".xlsx", ".ods")
DOCUMENTS = (".json", ".jsonl", ".ndjson")
"""What the files of a folder that are read end with, in capitals or not."""

HEAD = 1 << 16


class Listing(NamedTuple):
    """What a load has to read, and what it does not."""

    sources: tuple[Path, ...]  #: files, and folders that hold documents
    left_out: tuple[Path, ...]  #: files of a folder that are neither tables nor documents


def listing(paths: Iterable[Path]) -> Listing:
    """All that is to be read at `paths`: of a folder its documents, as one, and each table.

    FileUnreadable if a folder holds neither.
    """
    sources: list[Path] = []
    left_out: list[Path] = []
    for path in paths:
        if not path.is_dir():
            sources.append(path)
            continue
        files = _files(path)
        sources += _sources(path, files)
        left_out += [each for each in files if _ending(each) not in TABLES + DOCUMENTS]
    return Listing(tuple(sources), tuple(left_out))


def opened(path: Path) -> Source:
    """The file at `path`, ready to be read piece by piece; a folder is read for its documents.

    FileUnreadable, before the first piece, if it is not there or of no shape that is known; and
    while the pieces are taken, if it is damaged or somebody writes to it. A piece that cannot be
    read is a Reject, and those after it are read all the same.
    """
    try:
        return _folder(path) if path.is_dir() else _file(path)
    except FileNotFoundError:
        raise FileUnreadable(f"{path}: there is no such file; look at its name again") from None
    except OSError as error:
        raise FileUnreadable(f"{path} cannot be read: {error.strerror}") from error


def _sources(folder: Path, files: list[Path]) -> list[Path]:
    tables = [each for each in files if _ending(each) in TABLES]
    documents = [folder] if any(_ending(each) in DOCUMENTS for each in files) else []
    if not tables + documents:
        raise FileUnreadable(
            f"{folder} holds no .json, .csv, .xlsx or .ods files; name the file to be loaded"
        )
    return documents + tables


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _ending(path: Path) -> str:
    return path.suffix.lower()


def _folder(folder: Path) -> Source:
    files = [each for each in _files(folder) if _ending(each) in DOCUMENTS]
    if not files:
        raise FileUnreadable(f"{folder} holds no .json files; name the file that is to be loaded")
    prints = [print_of(each) for each in files]
    sha256 = hashlib.sha256("".join(each.sha256 for each in prints).encode()).hexdigest()
    name = folder.name or str(folder)
    return _documents(name, files, prints, sha256)


def _file(path: Path) -> Source:
    known = print_of(path)
    head = _head(path)
    if head.startswith(OLD_OFFICE):
        raise FileUnreadable(_old_office(path))
    if head.startswith(ZIP):
        return _table(path, known, lambda meter: sheet_of(path, known.zip_entries, meter))
    if b"\x00" in head:
        raise FileUnreadable(f"{path.name} is not a text file; save it as CSV in UTF-8")
    start = head.removeprefix(codecs.BOM_UTF8).strip()
    if not start:
        raise FileUnreadable(f"{path.name} is empty; fetch it again")
    if start.startswith((b"{", b"[")):
        return _documents(path.name, [path], [known], known.sha256)
    return _table(path, known, lambda meter: table_of(path, known.encoding, meter))


def _table(path: Path, known: Print, opening: Callable[[Meter], Table]) -> Source:
    meter = Meter(known.stamp.size)
    table = opening(meter)
    published_on = table.said_on or dated(path.stem)
    pieces = _to_the_end(table.pieces(path.name), [path], [known], meter)
    return Source(path.name, table.shape, published_on, known.sha256, pieces, meter.share)


def _documents(name: str, files: Sequence[Path], prints: Sequence[Print], sha256: str) -> Source:
    meter = Meter(sum(each.stamp.size for each in prints))
    heads = [_head(each).decode("utf-8", "replace") for each in files]
    fhir = [path for path, head in zip(files, heads, strict=True) if IS_FHIR.search(head)]
    rest = [path for path in files if path not in set(fhir)]
    shape = Shape.DOCUMENTS if rest else Shape.ORGANISATIONS
    days = list(filter(None, map(made_on, heads)))
    published_on = max(days) if days and not rest else dated(Path(name).stem)
    pieces = chain(
        read_organisations(fhir, meter),
        chain.from_iterable(read_documents(path, meter) for path in rest),
    )
    watched = _to_the_end(pieces, files, prints, meter)
    return Source(name, shape, published_on, sha256, watched, meter.share)


def _to_the_end(
    pieces: Iterator[Piece], files: Sequence[Path], prints: Sequence[Print], meter: Meter
) -> Iterator[Piece]:
    yield from pieces
    for path, known in zip(files, prints, strict=True):
        check_unchanged(path, known)
    meter.finish()


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)


def _old_office(path: Path) -> str:
    with path.open("rb") as file:
        is_locked = LOCKED in file.read(1 << 20)
    if is_locked:
        return f"{path.name} has a password; save it without one"
    return f"{path.name} is an old Excel file (.xls); save it as .xlsx or .csv, and load that"
