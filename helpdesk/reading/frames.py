"""What the program that reads mail is asked, and answers: frames that tell how long they are."""

import struct
from typing import IO, NamedTuple

from pydantic import ConfigDict, TypeAdapter, ValidationError

from helpdesk.intake import Read

READY = b"ready"
"""What the program says once it can be asked."""

LONGEST = 256 * 1024 * 1024

_LENGTH = struct.Struct(">Q")


class Answer(NamedTuple):
    """What became of one mail: what was read from it, or why it could not be read."""

    read: Read | None
    trouble: str = ""


_ANSWER = TypeAdapter(Answer, config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64"))


def send(pipe: IO[bytes], content: bytes) -> None:
    """Write one frame, whole."""
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def received(pipe: IO[bytes]) -> bytes | None:
    """The next frame; None if the other side is gone, or speaks of more than anybody would send."""
    length = pipe.read(_LENGTH.size)
    if len(length) < _LENGTH.size or _LENGTH.unpack(length)[0] > LONGEST:
        return None
    content = pipe.read(_LENGTH.unpack(length)[0])
    return content if len(content) == _LENGTH.unpack(length)[0] else None


def written(answer: Answer) -> bytes:
    """An answer as JSON: what a program says that a stranger's mail may have hurt is data."""
    return _ANSWER.dump_json(answer, warnings="error")


def understood(content: bytes) -> Answer:
    """The answer that was written so; one that is none tells of trouble."""
    try:
        return _ANSWER.validate_json(content)
    except ValidationError:
        return Answer(None, "what was read from it makes no sense")
