"""The parts of a mail, taken apart without recursion and within limits."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from helpdesk.intake import headers, uuencoded
from helpdesk.intake.headers import Head

MOST_PARTS = 500
DEEPEST = 50
MOST_SCANNED = 100 * 1024 * 1024  # in search of boundaries, over all the levels
LONGEST_PART_HEAD = 16 * 1024

_FIRST_BOUNDARY = re.compile(rb"\s{0,100}--([^\r\n]{1,200})")


@dataclass(frozen=True)
class Part:
    """One leaf of the tree, still undecoded: the body as it came, and what was said about it."""

    head: Head
    body: bytes
    content_type: str
    charset: str
    name: str  #: as given; not safe
    attached: bool  #: it says of itself that it is an attachment
    choice: int  #: parts that offer one thing in several forms share a number; 0 stands alone
    flow: str = ""  #: how its lines were broken: "flowed", "delsp" if without a space, or ""

    @property
    def content(self) -> bytes:
        """The bytes that were sent, whatever they were wrapped in for the way."""
        encoding = self.head.first("content-transfer-encoding").partition(";")[0].strip().lower()
        match encoding:
            case "base64":
                return headers.base64_bytes(self.body)
            case "quoted-printable":
                return binascii.a2b_qp(self.body)
            case "x-uuencode" | "uuencode" | "x-uue":
                return uuencoded.decoded(self.body)
        return self.body


@dataclass(frozen=True)
class _Branch:
    head: Head
    body: bytes
    depth: int
    choice: int
    otherwise: str = "text/plain"  #: what it is if it does not say


def walk(head: Head, body: bytes) -> tuple[list[Part], bool]:
    """The leaves in the order in which they stand, and whether a limit left some out."""
    leaves: list[Part] = []
    branches = [_Branch(head, body, depth=0, choice=0)]
    seen, scanned, truncated = 0, 0, False
    while branches:
        branch = branches.pop()
        seen += 1
        kind, parameters = headers.parameters(_said_of(branch.head))
        scanned += len(branch.body) if _is_tree(kind) else 0
        if _is_tree(kind) and (branch.depth == DEEPEST or scanned > MOST_SCANNED):
            truncated = True
            continue
        inner = _split(branch.body, parameters.get("boundary", "")) if _is_tree(kind) else []
        if not inner:
            leaves.append(_leaf(branch, kind, parameters))
        else:
            room = MOST_PARTS - seen - len(branches)
            truncated = truncated or len(inner) > room
            number = seen if kind == "multipart/alternative" else branch.choice
            branches += reversed([_below(branch, kind, raw, number) for raw in inner[:room]])
    return leaves, truncated


def _said_of(head: Head) -> str:
    """What it says to be; if it says so twice, what stands nearest to it counts."""
    return (head.every("content-type") or [""])[-1]


def _is_tree(kind: str) -> bool:
    return kind.startswith("multipart/")


def _split(body: bytes, boundary: str) -> list[bytes]:
    """What stands between the boundary lines; one more than is let in, to show that it is so."""
    mark = boundary.encode("utf-8", "surrogatepass")
    first = _FIRST_BOUNDARY.match(body)
    if first and (not mark or b"--" + mark not in body):
        mark = first[1].rstrip()
    if not mark:
        return []
    return list(islice(_between(body, mark), MOST_PARTS + 1))


def _between(body: bytes, mark: bytes) -> Iterator[bytes]:
    line = re.compile(rb"\n--" + re.escape(mark) + rb"(--)?[ \t]*+\r*+(?=\n|\Z)")
    body = b"\n" + body
    begin = None
    for found in line.finditer(body):
        if begin is not None:
            yield body[begin : found.start()].removesuffix(b"\r")
        begin = None if found[1] else found.end() + 1
        if found[1]:
            return
    if begin is not None:
        yield body[begin:]  # The last boundary is often missing.


def _below(branch: _Branch, kind: str, raw: bytes, choice: int) -> _Branch:
    head = headers.read(raw, LONGEST_PART_HEAD)
    otherwise = "message/rfc822" if kind == "multipart/digest" else "text/plain"
    return _Branch(head, headers.body(raw, head), branch.depth + 1, choice, otherwise)


def _leaf(branch: _Branch, kind: str, parameters: dict[str, str]) -> Part:
    disposition, more = headers.parameters(branch.head.first("content-disposition"))
    return Part(
        head=branch.head,
        body=branch.body,
        content_type=kind if "/" in kind and not _is_tree(kind) else branch.otherwise,
        charset=parameters.get("charset", ""),
        name=more.get("filename", "") or parameters.get("name", ""),
        attached=disposition == "attachment",
        choice=branch.choice,
        flow=_flow(parameters),
    )


def _flow(parameters: dict[str, str]) -> str:
    if parameters.get("format", "").lower() != "flowed":
        return ""
    return "delsp" if parameters.get("delsp", "").lower() == "yes" else "flowed"
