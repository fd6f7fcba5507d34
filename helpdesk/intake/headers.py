"""The head of a mail, or of a part of one: fields, encoded words, parameters, addresses, dates."""

import binascii
import re
import string
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from helpdesk.intake import Address, characters

LONGEST_BLOCK = 64 * 1024
MOST_FIELDS = 200

#: Fields that prove that a head still goes on, and so that the odd line before was a broken wrap.
_PROOF = re.compile(
    rb"(?:from|to|cc|subject|date|reply-to|sender|received|return-path|message-id|in-reply-to"
    rb"|references|mime-version|content-[a-z-]+|x-[a-z0-9-]+|delivered-to|precedence"
    rb"|auto-submitted|list-[a-z-]+|dkim-signature|thread-[a-z]+|user-agent)[ \t]*:",
    re.IGNORECASE,
)
_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:(.*)", re.DOTALL)
_FROM_LINE = re.compile(rb">?From ")
_END = re.compile(rb"\n\r*\n")
_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?)")
_PARAMETER = re.compile(
    r';\s*+([^\s=;*"]{1,60}+)(\*\d{1,3}+)?(\*)?\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"?|([^;]*+))'
)
_MAILBOX = re.compile(
    r'"(?:[^"\\]|\\.)*+"?|\((?:[^()\\]|\\.)*+\)|<[^<>]*+>|[,;:]|[^",;:<>()]++|.', re.DOTALL
)
_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*+\)")
_ADDRESS = re.compile(r"[^\s<>@,;:\"()\\\[\]]{1,128}@[^\s<>@,;:\"()\\]{1,190}")
_BASE64 = string.ascii_letters + string.digits + "+/"
_NO_BASE64 = bytes(set(range(256)) - set(_BASE64.encode("ascii")))
_ID = re.compile(r"<\s*([^<>\s]{1,250})\s*>")


@dataclass(frozen=True)
class Head:
    """The fields of a head in their order, undecoded, and where the head ends."""

    fields: tuple[tuple[str, bytes], ...]  #: name in lower case, value as it came
    end: int  #: the blank line between head and body begins here
    truncated: bool = False

    def every(self, name: str) -> list[str]:
        """The values under this name, top first, unfolded but not yet decoded."""
        return [_unfolded(value) for key, value in self.fields if key == name]

    def first(self, name: str) -> str:
        """The topmost value under this name, "" if there is none."""
        return next(iter(self.every(name)), "")


def read(raw: bytes, longest: int = LONGEST_BLOCK) -> Head:
    """The head of these bytes, whatever they are, as far as `longest` bytes of it go."""
    end = 0 if raw[:1] == b"\n" or raw[:2] == b"\r\n" else _end(raw)
    block = raw[: min(end, longest)]
    fields: list[tuple[str, list[bytes]]] = []
    lines = block.splitlines(keepends=True)
    proven = max((at for at, row in enumerate(lines) if _PROOF.match(row)), default=-1)
    for at, row in enumerate(lines):
        match = _FIELD.match(row)
        if fields and row[:1] in (b" ", b"\t"):
            fields[-1][1].append(row)
        elif match:
            fields.append((match[1].decode("ascii").lower(), [match[2]]))
        elif fields and at < proven:
            fields[-1][1].append(b" " + row)  # A wrap that lost its indent on the way.
        elif proven < at < len(lines) - (end > longest) and not _FROM_LINE.match(row):
            end = sum(map(len, lines[:at]))  # The body began without a blank line.
            break
    kept = tuple((name, b"".join(pieces)) for name, pieces in fields[:MOST_FIELDS])
    return Head(kept, end, truncated=end > longest or len(fields) > MOST_FIELDS)


def body(raw: bytes, head: Head) -> bytes:
    """What comes below the head."""
    below = raw[head.end :]
    return below[2:] if below[:2] == b"\r\n" else below.removeprefix(b"\n")


def words(raw: str, longest: int = 1000) -> str:
    """A field as a person reads it: one clean line, its encoded words decoded."""
    return characters.line(_decoded_words(raw[: 16 * 1024]), longest)


def parameters(raw: str) -> tuple[str, dict[str, str]]:
    """The value of a field like Content-Type in lower case, and its parameters, decoded."""
    value = raw[: 8 * 1024]
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, number, star, quoted, bare in _PARAMETER.findall(value):
        content = re.sub(r"\\(.)", r"\1", quoted) if quoted else bare.strip()
        piece = (int(number[1:] or 0), bool(star), content)
        pieces.setdefault(name.lower(), []).append(piece)
    main = characters.line(value.partition(";")[0]).lower()
    return main, {name: _joined(found) for name, found in pieces.items()}


def addresses(raw: str, most: int = 50) -> list[Address]:
    """The people in an address field, taken apart before it is decoded.

    So no name can bring an address, or a person, of its own.
    """
    found: list[Address] = []
    tokens: list[str] = []
    for each in (*_MAILBOX.findall(raw[: 32 * 1024]), ","):
        if each == ":":
            tokens.clear()  # What stood before was the name of a group.
        elif each not in ",;":
            tokens.append(each)
        elif tokens:
            found.append(_mailbox(tokens))
            tokens = []
        if len(found) == most:
            break
    return [person for person in found if person != ("", "")]


def ids(raw: str, most: int = 100) -> tuple[str, ...]:
    """The message ids in a field, in their angle brackets, at most the last `most`."""
    found = [f"<{characters.line(each)}>" for each in _ID.findall(raw)]
    return tuple(dict.fromkeys(found))[-most:]


def moment(raw: str) -> datetime | None:
    """The moment that a date field names, in UTC; None if it names none."""
    try:
        read_as = parsedate_to_datetime(characters.line(raw, 200))
        # A date without a zone is meant in UTC (RFC 5322, section 3.3: "-0000").
        return read_as.replace(tzinfo=read_as.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _end(raw: bytes) -> int:
    blank = _END.search(raw)
    return blank.start() + 1 if blank else len(raw)


def _unfolded(value: bytes) -> str:
    return characters.decoded(value).replace("\r", "").replace("\n", "").strip()


def _decoded_words(raw: str) -> str:
    pieces: list[str] = []
    waiting: tuple[str, bytes] = ("", b"")
    at = 0
    raw = _BETWEEN_WORDS.sub(r"\1", raw)
    for word in _WORD.finditer(raw):
        charset, content = word[1].lower(), _word_bytes(word[2], word[3])
        if word.start() == at and charset == waiting[0]:
            # A character may be cut in two by the edge of a word: join first, decode then.
            waiting = (charset, waiting[1] + content)
        else:
            pieces += [characters.decoded(waiting[1], waiting[0]), raw[at : word.start()]]
            waiting = (charset, content)
        at = word.end()
    return "".join([*pieces, characters.decoded(waiting[1], waiting[0]), raw[at:]])


def _word_bytes(encoding: str, content: str) -> bytes:
    raw = content.encode("utf-8", "surrogatepass")
    return base64_bytes(raw) if encoding in "bB" else binascii.a2b_qp(raw, header=True)


def base64_bytes(raw: bytes) -> bytes:
    """What stands in these base64 characters, as far as they go; anything else is passed over."""
    kept = raw.partition(b"=")[0].translate(None, _NO_BASE64)
    kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    """A parameter from its numbered, percent-encoded pieces (RFC 2231), or from encoded words."""
    pieces = sorted(pieces, key=lambda piece: piece[0])
    if not any(star for _, star, _ in pieces):
        return words("".join(content for _, _, content in pieces))
    charset, first = "", pieces[0][2]
    if first.count("'") >= 2:  # noqa: PLR2004 - charset'language'text
        charset, _, first = first.split("'", 2)
    contents = [first, *(content for _, _, content in pieces[1:])]
    return characters.line(
        characters.decoded(
            b"".join(
                unquote_to_bytes(content) if star else content.encode("utf-8", "surrogatepass")
                for content, (_, star, _) in zip(contents, pieces, strict=True)
            ),
            charset,
        )
    )


def _mailbox(tokens: list[str]) -> Address:
    """One person from the tokens between two commas."""
    angled = [token for token in tokens if token.startswith("<")]
    comments = [token for token in tokens if token.startswith("(")]
    plain = [token for token in tokens if token[0] not in "<("]
    address = _address(angled[-1] if angled else "".join(plain))
    name = " ".join(_unquoted(token) for token in plain)
    if not angled and address:
        name = " ".join(comment[1:-1] for comment in comments)
    return Address(words(name, 200).strip("'\" "), address)


def _address(raw: str) -> str:
    bare = _COMMENT.sub("", raw)
    match = _ADDRESS.search("@".join(piece.strip() for piece in bare.split("@")))
    return characters.visible(characters.line(match[0], 320)).lower().strip(".") if match else ""


def _unquoted(token: str) -> str:
    inner = token[1:-1] if token.startswith('"') and token.endswith('"') else token
    return re.sub(r"\\(.)", r"\1", inner.strip())
