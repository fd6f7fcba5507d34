"""winmail.dat: what Outlook packs a mail's text and attachments into (MS-OXTNEF)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from helpdesk.intake import characters

SIGNATURE = b"\x78\x9f\x3e\x22"
MOST_FILES = 100
MOST_VALUES = 5000

BODY = 0x0002800C
CODE_PAGE = 0x00069007
MESSAGE_VALUES = 0x00069003
BEGIN_FILE = 0x00069002
FILE_TITLE = 0x00018010
FILE_DATA = 0x0006800F
FILE_VALUES = 0x00069005
"""The attributes that are read; all others are passed over."""

TEXT, PAGE, CONTENT = 0x1000, 0x1013, 0x3701
LONG_NAME, SHORT_NAME, KIND = 0x3707, 0x3704, 0x370E
"""The MAPI values that are read."""

SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x0A: 4, 0x0B: 4} | dict.fromkeys((5, 6, 7, 0x14, 0x40), 8)
SIZES |= {0x48: 16}
"""How long a value of each fixed type is."""

COUNTED = frozenset({0x0D, 0x1E, 0x1F, 0x102})
"""The types that say their length; all others would be guessed at."""

_OBJECT, _UNICODE, _SEVERAL = 0x0D, 0x1F, 0x1000
_INTERFACE = 16  # bytes before the content of an embedded object say how to talk to it


@dataclass
class File:
    """One attachment, as it is put together from its attributes."""

    name: str = ""
    content_type: str = ""
    content: bytes = b""


@dataclass(frozen=True)
class Winmail:
    """What was in a winmail.dat."""

    text: str
    page: str  #: the text as HTML, "" if it has none
    files: tuple[File, ...]


def read(raw: bytes) -> Winmail | None:
    """What these bytes pack, None if they cannot be read or pack nothing."""
    if not raw.startswith(SIGNATURE):
        return None
    try:
        return _read(raw)
    except (struct.error, ValueError, IndexError):
        return None


def _read(raw: bytes) -> Winmail | None:
    text, page, charset = "", "", "cp1252"
    files: list[File] = []
    for name, content in _attributes(raw):
        if name == CODE_PAGE:
            charset = f"cp{struct.unpack_from('<I', content)[0]}"
        elif name == BODY:
            text = text or _words(content, charset)
        elif name == MESSAGE_VALUES:
            values = dict(_values(content, charset))
            text = text or _as_text(values.get(TEXT, ""), charset)
            page = _as_text(values.get(PAGE, b""), charset)
        elif name == BEGIN_FILE and len(files) < MOST_FILES:
            files.append(File())
        elif files:
            _add(files[-1], name, content, charset)
    kept = tuple(each for each in files if each.content or each.name)
    return Winmail(text, page, kept) if text or page or kept else None


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    while at + 9 <= len(raw):
        _, name, length = struct.unpack_from("<BII", raw, at)
        if at + 9 + length > len(raw):
            raise ValueError("an attribute that is longer than the file")
        yield name, raw[at + 9 : at + 9 + length]
        at += 9 + length + 2


def _add(file: File, name: int, content: bytes, charset: str) -> None:
    if name == FILE_TITLE:
        file.name = file.name or _words(content, charset)
    elif name == FILE_DATA:
        file.content = content
    elif name == FILE_VALUES:
        values = dict(_values(content, charset))
        long = values.get(LONG_NAME) or values.get(SHORT_NAME)
        file.name = _as_text(long, charset) if long else file.name
        file.content_type = _as_text(values.get(KIND, ""), charset)
        embedded = values.get(CONTENT, b"")
        if isinstance(embedded, bytes):
            file.content = file.content or embedded


def _values(raw: bytes, charset: str) -> Iterator[tuple[int, str | bytes]]:
    """The values of a MAPI list that are text or bytes, as far as it can be read."""
    (count,) = struct.unpack_from("<I", raw)
    at = 4
    for _ in range(min(count, MOST_VALUES)):
        kind, name = struct.unpack_from("<HH", raw, at)
        at = _after_name(raw, at + 4) if name >= 0x8000 else at + 4  # noqa: PLR2004
        several, kind = bool(kind & _SEVERAL), kind & ~_SEVERAL
        counted = kind in COUNTED
        number = 1
        if several or counted:
            (number,) = struct.unpack_from("<I", raw, at)
            at += 4
        if not counted and kind not in SIZES:
            return
        for _ in range(min(number, MOST_VALUES) if counted else 0):
            (length,) = struct.unpack_from("<I", raw, at)
            yield name, _value(kind, raw[at + 4 : at + 4 + length], charset)
            at += 4 + length + -length % 4
        at += 0 if counted else SIZES[kind] * number


def _after_name(raw: bytes, at: int) -> int:
    """Where the value of a named property begins: its name is a number or a word."""
    (worded,) = struct.unpack_from("<I", raw, at + 16)
    if not worded:
        return at + 24
    (length,) = struct.unpack_from("<I", raw, at + 20)
    return at + 24 + int(length) + -int(length) % 4


def _value(kind: int, value: bytes, charset: str) -> str | bytes:
    if kind == _UNICODE:
        return value.decode("utf-16-le", "replace").split("\0", 1)[0]
    if kind == _OBJECT:
        return value[_INTERFACE:]
    return value if kind == 0x102 else _words(value, charset)  # noqa: PLR2004 - bytes


def _as_text(value: str | bytes, charset: str) -> str:
    return value if isinstance(value, str) else characters.decoded(value, charset)


def _words(raw: bytes, charset: str) -> str:
    return characters.decoded(raw.split(b"\0", 1)[0], charset)
