"""The lines at the end of a mail in which its writer says who and where they are."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from helpdesk.intake import labels, names, patterns

MOST_LINES = 14
MOST_LOOKED_AT = 80  # lines from the end: a signature has a few, and a notice behind it
LONGEST_LINE = 120

_CLOSING = re.compile(
    r"-{2,}\s*|\W{0,3}(?:(?:with|many|kind|kindest|best|warm|warmest|very|yours?|thanks|and|all|my|the)"
    r"\s+){0,4}(?:regards?|wishes|thanks?|thank you|thankyou|sincerely|faithfully|yours|truly"
    r"|cheers|ta|kr|rgds)"
    r"(?:\s+(?:and|for|in|so|very|you|your|help|much|advance|all|again|kind|regards)){0,6}"
    r"[\s,.!:-]*(?P<rest>(?-i:[A-Z][\w'\u2019-]*(?:\s[A-Z][\w'\u2019-]*){0,2}))?\s?x*\W*",
    re.IGNORECASE,
)
_APART = re.compile(r"\s*[|\u2022\u00b7\t]\s*|\s{3,}|\s[-\u2013\u2014]\s|\s/\s|,\s+")
_ROLE_AT = re.compile(r"\s(?:at|of|for)\s")
_STREET = re.compile(
    r"\d|@|www\.|http|:|\b(?:street|road|lane|avenue|close|drive|way|square|terrace|crescent)\b",
    re.IGNORECASE,
)
#: Facts that people state in a signature too; any other label shows that it is none.
_SIGNED = frozenset({"", "requester_phone", "requester_email", "address", "other"})


class Parted(NamedTuple):
    """A mail's text above its signature, and the signature's lines."""

    body: str
    signature: tuple[str, ...]


def parted(text: str) -> Parted:
    """The text without its signature: what stands under a closing, or is a last block like one."""
    lines = text.split("\n")
    for at in range(max(0, len(lines) - MOST_LOOKED_AT), len(lines)):
        line = lines[at]
        match = _CLOSING.fullmatch(line.strip()) if len(line) <= LONGEST_LINE else None
        if not match:
            continue
        below = [each.strip() for each in lines[at + 1 :] if each.strip()]
        named = [match["rest"].strip()] if match["rest"] else []
        if _is_signature(below):
            return Parted("\n".join(lines[:at]), (*named, *below))
    return _last_block(lines)


def facts(signature: tuple[str, ...]) -> dict[str, str]:
    """What a signature says of its writer; the address that they write from is the sender's."""
    pieces = [piece for line in signature for piece in _pieces(line)]
    name = next((each for each in pieces[:3] if names.person(each)), "")
    text = "\n".join(signature)
    return {
        "requester_name": names.person(name),
        "organisation": _organisation(pieces, name),
        "requester_phone": patterns.phone(text),
        "postcode": patterns.postcode(text),
    }


def _is_signature(lines: list[str]) -> bool:
    """Whether these lines are short and few, and answer no question of a form."""
    short = [line for line in lines if len(line) <= LONGEST_LINE]
    few = len(short) <= MOST_LINES and all(len(line) <= LONGEST_LINE for line in lines[:4])
    return few and all(_label(line) in _SIGNED for line in short)


def _label(line: str) -> str:
    head, colon, _ = line.partition(":")
    return labels.fact(head) if colon else ""


def _last_block(lines: list[str]) -> Parted:
    """For want of a closing: a last paragraph that begins with a person's name, and is short."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    begin = end
    while begin and lines[begin - 1].strip():
        begin -= 1
    block = [line.strip() for line in lines[begin:end]]
    signs = len(block) > 1 and begin > 0 and any(map(names.person, _pieces(block[0])[:1]))
    told = any(names.is_role(line) or patterns.phone(line) for line in block[1:])
    if signs and told and _is_signature(block):
        return Parted("\n".join(lines[:begin]), tuple(block))
    return Parted("\n".join(lines), ())


def _pieces(line: str) -> list[str]:
    if len(line) > LONGEST_LINE:
        return []
    return [each for each in _APART.split(line.strip(" |*_")) if each]


def _organisation(pieces: list[str], name: str) -> str:
    """The piece that looks like the name of a home, or else stands right under the role."""
    return next(_houses(pieces, name), "")


def _houses(pieces: list[str], name: str) -> Iterator[str]:
    told = [piece for each in pieces for piece in _without_role(each)]
    yield from (each for each in told if each != name and names.is_house(each))
    for before, each in pairwise(pieces):
        plain = names.leading(each) == each and not _STREET.search(each)
        if names.is_role(before) and plain and not names.is_role(each) and not names.person(each):
            yield each


def _without_role(piece: str) -> Iterator[str]:
    """What is left of "Manager of Holly House": a name, not the role and not a street."""
    if names.is_role(piece):
        _, _, piece = _ROLE_AT.sub("\n", piece, count=1).partition("\n")
    whole = names.leading(piece)
    if whole and whole == piece.strip() and not _STREET.search(piece):
        yield whole
