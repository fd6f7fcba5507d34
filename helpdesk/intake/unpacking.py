"""The parts of a mail, with those that others are packed in taken apart: winmail.dat, uuencode."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from helpdesk.intake import characters, uuencoded, winmail
from helpdesk.intake.headers import Head
from helpdesk.intake.parts import Part

BODIES = frozenset({"text/plain", "text/html"})
PACKED = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})


def is_body(part: Part) -> bool:
    """Whether a part is to be read as the text of the mail."""
    return part.content_type in BODIES and not part.attached and not part.name


def unpacked(parts: Sequence[Part]) -> list[Part]:
    """The parts in their order; what cannot be unpacked stays as it came."""
    return [each for part in parts for each in _unpacked(part, parts)]


def _unpacked(part: Part, parts: Sequence[Part]) -> Iterator[Part]:
    if part.content_type in PACKED or part.name.lower() == "winmail.dat":
        yield from _from_winmail(part, parts)
    elif part.content_type == "text/plain" and is_body(part) and b"begin " in part.body:
        yield from _from_text(part)
    else:
        yield part


def _from_winmail(part: Part, parts: Sequence[Part]) -> Iterator[Part]:
    packed = winmail.read(part.content)
    if not packed:
        yield part
        return
    kind, text = ("text/plain", packed.text) if packed.text else ("text/html", packed.page)
    if text and not any(is_body(each) and each.content.strip() for each in parts):
        yield _made(kind, text.encode("utf-8", "replace"))
    for file in packed.files:
        kind = file.content_type if "/" in file.content_type else "application/octet-stream"
        name = characters.line(file.name) or "attachment"
        yield _made(kind.lower(), file.content, name=name, attached=True)


def _from_text(part: Part) -> Iterator[Part]:
    text, files = uuencoded.taken_out(part.content)
    if not files:
        yield part
        return
    yield replace(part, head=_without_encoding(part.head), body=text)
    for file in files:
        name = characters.decoded(file.name, part.charset)
        yield _made("application/octet-stream", file.content, name=name, attached=True)


def _without_encoding(head: Head) -> Head:
    kept = tuple(each for each in head.fields if each[0] != "content-transfer-encoding")
    return replace(head, fields=kept)


def _made(kind: str, content: bytes, *, name: str = "", attached: bool = False) -> Part:
    return Part(
        head=Head((), 0),
        body=content,
        content_type=kind,
        charset="utf-8",
        name=name,
        attached=attached,
        choice=0,
    )
