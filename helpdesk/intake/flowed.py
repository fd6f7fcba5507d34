"""Lines that a mail program broke to fit a screen, joined again (RFC 3676, "format=flowed")."""

import re

_MARKS = re.compile(r">*")


def joined(text: str, *, without_space: bool) -> str:
    """The text with its soft line ends taken out; a quote is joined only with its own depth.

    `without_space` is what the mail says as "delsp=yes": the space that marks a soft end goes too.
    """
    paragraphs: list[tuple[int, list[str]]] = []
    flows = False
    for line in text.split("\n"):
        depth = len(_marks(line))
        said = line[depth:].removeprefix(" ")
        is_signature = said == "-- "
        if not (flows and paragraphs[-1][0] == depth and not is_signature):
            paragraphs.append((depth, []))
        flows = said.endswith(" ") and not is_signature
        paragraphs[-1][1].append(said[:-1] if flows and without_space else said)
    return "\n".join(_line(depth, "".join(pieces)) for depth, pieces in paragraphs)


def _marks(line: str) -> str:
    match = _MARKS.match(line)
    return match[0] if match else ""


def _line(depth: int, said: str) -> str:
    return f"{'>' * depth} {said}" if depth else said
