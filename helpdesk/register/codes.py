"""ODS codes and CQC ids as people write them: read, repaired where that is safe, or refused."""

import re
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from helpdesk.cqc_ids import DASHES, ids_at
from helpdesk.errors import BadValue


class Code(NamedTuple):
    """A code that was read: how it is written, and what its giver should be told."""

    value: str
    repaired: str = ""  #: a sentence, if look-alikes were put right
    warning: str = ""  #: a sentence, if it looks unusual; it may be right all the same

    @property
    def remarks(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.repaired, self.warning)))


class Shape(NamedTuple):
    """How the codes of one level are built: a first letter, then letters or digits."""

    name: str
    pattern: str
    known: tuple[str, ...]  #: how the codes begin that were given so far
    words: str


SITE = Shape(
    "site code",
    r"V[0-9A-Z]{4}",
    known=("VL", "VM", "VN"),
    words="V and 4 more letters or digits",
)
PARENT = Shape(
    "parent code",
    r"[AC][0-9A-Z]{3}",
    known=("A", "C"),
    words="A or C and 3 more letters or digits",
)

LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "S": "5", "B": "8", "Z": "2", "U": "V"})
"""No code holds one of these letters: whoever writes one has misread what it looks like."""

# Patterns are compiled when they are first used: most of what imports this only reads.
_DIVIDERS = rf"[\s._/{DASHES}]+"
_BESIDE_DIGITS = r"(?i:(?:cqc|location|provider|id|no|number)\b)|[\s.,:;#()/]+"
_DASH_IS_A_SPACE = r"1\s+([1-9]\d{8,10})"
_READINGS = (
    r"1(\d{9,11})",  # without its dash
    r"(\d{9}|[1-9]\d{9,10})",  # without its 1 and its dash
)
_CODE_OF_MAILBOX = r"\bcare\.([0-9a-z]{5})@"
_WORD = r"[0-9A-Za-z]+"
_LETTER = "[0-9ACDEFGHJKLMNPQRTVWXY]"
_TRUST_ID = r"[RT][0-9A-Z]{2}(?:[0-9A-Z]{2})?"


def read_site(text: str) -> Code:
    """The site code that `text` holds; BadValue if it cannot be one."""
    return _read(text, SITE, other=PARENT)


def read_parent(text: str) -> Code:
    """The parent code that `text` holds; BadValue if it cannot be one."""
    return _read(text, PARENT, other=SITE)


def is_code(text: str) -> bool:
    """Whether `text` has the shape of a site code or a parent code, once repaired."""
    return any(re.fullmatch(shape.pattern, _repair(_plain(text))) for shape in (SITE, PARENT))


def read_any(text: str) -> Code:
    """The code that `text` holds, of either level; BadValue if it cannot be one."""
    return read_site(text) if _plain(text)[:1] in ("U", "V") else read_parent(text)


def is_site_code(text: str) -> bool:
    """Whether `text`, as a register file writes it, can be the code of a site."""
    return re.fullmatch(f"V{_LETTER}{{4}}", text) is not None


def is_parent_code(text: str) -> bool:
    """Whether `text` can be the code of an organisation: councils and trusts have other ones."""
    return re.fullmatch("[0-9A-Z]{3,5}", text) is not None and not is_site_code(text)


def code_of_mailbox(address: str) -> str:
    """The site code that the address of a social care mailbox bears (care.VL0A1@nhs.net)."""
    found = re.search(_CODE_OF_MAILBOX, address, re.IGNORECASE)
    return _found(found[1], read_site) if found else ""


def site_in(text: str) -> str:
    """The site code that `text` holds, alone or among words, or in a mailbox; "" if none."""
    return code_of_mailbox(text) or _found(text, read_site)


def parent_in(text: str) -> str:
    """The parent code that `text` holds, alone or among words; "" if none."""
    return _found(text, read_parent)


def ids_in(text: str) -> tuple[str, ...]:
    """The CQC ids that `text` may hold, the likeliest first.

    Where the dash or the whole `1-` is missing, digits that begin with 1 have two readings.
    """
    if not text:
        return ()
    if written := [found.value for found in ids_at(text)]:
        return tuple(dict.fromkeys(written))
    if spaced := re.fullmatch(_DASH_IS_A_SPACE, text.strip()):
        return (f"1-{spaced[1]}",)
    digits = re.sub(_BESIDE_DIGITS, "", text)
    found = [f"1-{match[1]}" for each in _READINGS if (match := re.fullmatch(each, digits))]
    if not found and re.fullmatch(_TRUST_ID, digits.upper()):
        return (digits.upper(),)
    return tuple(found)


def read_id(text: str) -> str:
    """The likeliest CQC id that `text` holds; "" if none."""
    return next(iter(ids_in(text)), "")


def read_cqc_id(text: str) -> str:
    """The CQC id that `text` holds: `1-` and digits, or the ODS code that a NHS trust goes by.

    Spaces, other dashes and a missing `1-` are put right, but a guess is not taken: BadValue if
    it holds several, or has several readings.
    """
    found = ids_in(text)
    if len(found) == 1:
        return found[0]
    told = f"may be {' or '.join(found)}" if found else "is not a CQC id"
    raise BadValue(f"{text!r} {told}; give 1- and the 9 to 11 digits that follow it")


def _read(text: str, wanted: Shape, other: Shape) -> Code:
    plain = _plain(text)
    value = _repair(plain)
    if re.fullmatch(wanted.pattern, value):
        return Code(value, _repaired(plain, value), _warning(value, wanted))
    if re.fullmatch(other.pattern, value):
        raise BadValue(
            f"{text!r} is a {other.name}; a {wanted.name} is wanted here: {wanted.words}"
        )
    raise BadValue(
        f"{text!r} is not a {wanted.name}; give {wanted.words} (B, I, O, S, U and Z are not used)"
    )


def _found(text: str, read: Callable[[str], Code]) -> str:
    if not text:
        return ""
    tokens = re.findall(_WORD, text)
    for each in (text, *(token for token in tokens if _looks_like_a_code(token))):
        with suppress(BadValue):
            return read(each).value
    return ""


def _looks_like_a_code(token: str) -> bool:
    """Whether a word among others is none of the language."""
    return not token.isalpha() or (token.isupper() and is_site_code(token))


def _plain(text: str) -> str:
    return re.sub(_DIVIDERS, "", text).upper()


def _repair(plain: str) -> str:
    # The first letter says what level the code is of, so it never becomes a digit.
    first = "V" if plain[:1] == "U" else plain[:1]
    return first + plain[1:].translate(LOOK_ALIKES)


def _repaired(plain: str, value: str) -> str:
    if plain == value:
        return ""
    misread = ", ".join(
        f"{was} for {is_now}"
        for was, is_now in dict.fromkeys(zip(plain, value, strict=True))
        if was != is_now
    )
    return f"read {value} for {plain}: codes hold no B, I, O, S, U or Z (mistaken here: {misread})"


def _warning(value: str, shape: Shape) -> str:
    if value.startswith(shape.known):
        return ""
    known = ", ".join(shape.known)
    return f"{value} does not begin like any {shape.name} known so far ({known}): look again"
