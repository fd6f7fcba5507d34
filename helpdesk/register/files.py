"""Reads a register file of any shape that we know: the shape is told by what is in it."""

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from helpdesk.errors import FileUnreadable
from helpdesk.register.documents import read_documents
from helpdesk.register.entries import Entry, Reject, Skip
from helpdesk.register.tables import read_table

SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx, .ods and .xls begin."""

TABLE, DOCUMENT = ".csv", ".json"
"""What the files of a folder that are read end with, in capitals or not."""

HEAD = 4096
CHUNK = 1 << 20


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
        left_out += [each for each in files if _ending(each) not in (TABLE, DOCUMENT)]
    return Listing(tuple(sources), tuple(left_out))


def read(path: Path) -> Iterator[Entry | Reject | Skip]:
    """What the file at `path` says, piece by piece; a folder is read for CQC's API documents.

    FileUnreadable, before the first piece, if it is not there or of no shape that is known. A
    piece that cannot be read is a Reject, and those after it are read all the same.
    """
    try:
        return _folder(path) if path.is_dir() else _file(path)
    except FileNotFoundError:
        raise FileUnreadable(f"{path}: there is no such file; look at its name again") from None
    except OSError as error:
        raise FileUnreadable(f"{path} cannot be read: {error.strerror}") from error


def _sources(folder: Path, files: list[Path]) -> list[Path]:
    tables = [each for each in files if _ending(each) == TABLE]
    documents = [folder] if any(_ending(each) == DOCUMENT for each in files) else []
    if not tables + documents:
        raise FileUnreadable(
            f"{folder} holds no .json or .csv files; name the file that is to be loaded"
        )
    return documents + tables


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _ending(path: Path) -> str:
    return path.suffix.lower()


def _folder(path: Path) -> Iterator[Entry | Reject | Skip]:
    files = [each for each in _files(path) if _ending(each) == DOCUMENT]
    if not files:
        raise FileUnreadable(f"{path} holds no .json files; name the file that is to be loaded")
    return chain.from_iterable(map(read_documents, files))


def _file(path: Path) -> Iterator[Entry | Reject | Skip]:
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(SPREADSHEETS):
        raise FileUnreadable(
            f"{path.name} is a spreadsheet, which cannot be read: save it as CSV and load that"
        )
    if b"\x00" in head:
        raise FileUnreadable(f"{path.name} is not a text file; save it as CSV in UTF-8")
    start = head.removeprefix(codecs.BOM_UTF8).strip()
    if not start:
        raise FileUnreadable(f"{path.name} is empty; fetch it again")
    if start.startswith((b"{", b"[")):
        return read_documents(path)
    return read_table(path, _encoding(path))


def _encoding(path: Path) -> str:
    """UTF-8 if the whole file is that, else the Windows code page that includes Latin-1."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while piece := file.read(CHUNK):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"
