"""Reads a register file of any shape that we know: the shape is told by what is in it."""

import codecs
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from helpdesk.errors import FileUnreadable
from helpdesk.register.documents import read_documents
from helpdesk.register.entries import Entry, Reject, Skip
from helpdesk.register.tables import read_table

SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx, .ods and .xls begin."""

HEAD = 4096
CHUNK = 1 << 20


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


def _folder(path: Path) -> Iterator[Entry | Reject | Skip]:
    files = sorted(path.rglob("*.json"))
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
