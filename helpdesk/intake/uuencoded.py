"""Files that old programs wrote into the text of a mail (uuencode)."""

import binascii
import re
from typing import NamedTuple

MOST_FILES = 50

_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n", re.MULTILINE)
_END = re.compile(rb"^end[ \t]*\r?$", re.MULTILINE)
_LINE = re.compile(rb"[ -`]{1,100}\r?\Z")


class File(NamedTuple):
    """One file that stood in a text."""

    name: bytes
    content: bytes


def taken_out(text: bytes) -> tuple[bytes, list[File]]:
    """The text without the files in it, and the files; what only looks like one stays text."""
    kept: list[bytes] = []
    files: list[File] = []
    at = 0
    for _ in range(MOST_FILES):
        begin = _BEGIN.search(text, at)
        end = _END.search(text, begin.end()) if begin else None
        if not begin or not end:
            break
        rows = text[begin.end() : end.start()].split(b"\n")
        is_file = any(rows) and all(_LINE.match(row) for row in rows if row)
        kept.append(text[at : begin.start() if is_file else begin.end()])
        if is_file:
            files.append(File(begin[1].strip(), decoded(b"\n".join(rows))))
        at = end.end() if is_file else begin.end()
    return (b"".join([*kept, text[at:]]), files) if files else (text, [])


def decoded(raw: bytes) -> bytes:
    """The bytes that these lines stand for; a line that stands for nothing is passed over."""
    begin = _BEGIN.search(raw)
    rows = raw[begin.end() :] if begin else raw
    return b"".join(_decoded_line(row) for row in rows.splitlines())


def _decoded_line(row: bytes) -> bytes:
    try:
        return binascii.a2b_uu(row)
    except binascii.Error:
        pass
    try:  # Some programs write more than the length at the head of the line says.
        return binascii.a2b_uu(row[: ((row[0] - 32 & 63) * 4 + 5) // 3])
    except binascii.Error:
        return b""
