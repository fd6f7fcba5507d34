"""Keys by which the same name, postcode or telephone number is found however it is written."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import product

SAME_WORD = {"&": " and ", "+": " and "}
"""Signs that stand for a word."""

NOT_PART_OF_A_NAME = frozenset({"the", "ltd", "limited", "plc", "llp", "cic", "and"})
"""What one writer adds and another leaves out, without meaning another organisation."""

COMMON = frozenset(
    {"a", "agency", "at", "branch", "by", "care", "centre", "community", "domiciliary"}
    | {"for", "group"}
    | {"home", "homecare", "homes", "house", "in", "living", "nursing", "of", "office", "on"}
    | {"residential", "rest", "service", "services", "support", "supported"}
)
"""Words that half of all care providers bear: they say little about which one is meant."""

SPELLINGS = {
    "saint": "st",
    "saints": "st",
    "road": "rd",
    "avenue": "ave",
    "centre": "ctr",
    "center": "ctr",
    "res": "residential",
    "resi": "residential",
    "residental": "residential",
    "hse": "house",
    "svcs": "services",
    "grp": "group",
}
"""Words that are written in more than one way, and the one that they are compared in."""

LONGEST = 300
"""No name, postcode or number is longer: what follows is not looked at."""

ONE_SLIP, SAME_OUTCODE = 0.6, 0.25
"""How far a postcode agrees that differs in one letter, or in its second half alone."""

SHORTEST = len("M11AA")

_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}")
_POSTCODE_SAID = re.compile(r"(?<![0-9A-Z])[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}(?![0-9A-Z])")
_LOOK_ALIKES = {
    "0": "O", "O": "0", "1": "IL", "I": "1", "L": "1", "5": "S", "S": "5", "8": "B", "B": "8",
    "2": "Z", "Z": "2",
}  # fmt: skip

_NOT_OF_A_POSTCODE = re.compile(r"[^A-Z0-9]+")
_NOT_DIGITS = re.compile(r"\D+")
_EXTENSION = re.compile(r"(?:ext|x|#|[/,;]|\bor\b)", re.IGNORECASE)
_MISREAD = re.compile(r"(?<=\d)[OIl](?=[\dOIl ]|$)|\b[OoIl](?=\d)")
_AS_DIGITS = {"O": "0", "I": "1", "L": "1"}
_WHOLE_NUMBER = re.compile(
    r"(?<!\d)(?:(?:\+|00)?[ ]?44[\s().-]{0,3}0?|\(?0)[\s().-]{0,3}([1-9](?:[\s().-]{0,3}\d){8,9})"
)
_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.)?(?:[\w.+-]+@)?([\w-]{3,})(?:\.(?:co|org|ltd|nhs|com|net|care|uk)){1,2}\b\S*",
    re.IGNORECASE,
)
_INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_APOSTROPHES = re.compile(r"['\u2018\u2019`]")
_WORDS = re.compile(r"[^\W_]+")


def postcode_key(text: str) -> str:
    """`text` as capitals and digits alone: OL4 2QU and ol42qu are the same postcode."""
    return _NOT_OF_A_POSTCODE.sub("", text.upper())


def postcode_readings(text: str) -> tuple[str, ...]:
    """The keys of what `text` may mean as a postcode, the likeliest first; () if it holds none.

    Look-alikes are put right: 0L4 2QU is no postcode, and OL4 2QU is.
    """
    text = text[:LONGEST].upper()
    said = _POSTCODE_SAID.search(text)
    key = postcode_key(said[0] if said else text)
    if not key:
        return ()
    right = _POSTCODE.fullmatch(key)
    if len(key) > len("SW1A1AA") or (right and key[-4] not in _LOOK_ALIKES):
        return (key,)
    letters = ((letter, *_LOOK_ALIKES.get(letter, "")) for letter in key)
    read = [other for each in product(*letters) if _POSTCODE.fullmatch(other := "".join(each))]
    read.sort(key=lambda other: sum(map(str.__ne__, key, other)))  # the least put right comes first
    return tuple(dict.fromkeys((key, *read[:4])))


def postcode_agreement(readings: Iterable[str], registered: str) -> float:
    """How far a postcode as given agrees with that of a place: 0 to 1."""
    if registered in readings:
        return 1.0
    if any(is_slip(each, registered) for each in readings):
        return ONE_SLIP
    outcode = registered[:-3]
    same_outcode = any(
        each == outcode or (each[:-3] == outcode and len(each) >= SHORTEST) for each in readings
    )
    return SAME_OUTCODE if same_outcode else 0.0


def is_slip(one: str, other: str) -> bool:
    """Whether the two differ in one letter: another, one too many, or two that changed places."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    mine, yours = one[start:], other[start:]
    swapped = mine[:2] == yours[1::-1] and mine[2:] == yours[2:]
    return swapped or any(
        a == b for a, b in ((mine[1:], yours[1:]), (mine[1:], yours), (mine, yours[1:]))
    )


def phone_key(text: str) -> str:
    """The national digits of the first number in `text`, without 0 or +44; "" if it has none.

    What follows a whole number is an extension, another number, or hours.
    """
    text = _MISREAD.sub(lambda misread: _AS_DIGITS[misread[0].upper()], text)
    if whole := _WHOLE_NUMBER.search(text):
        return _NOT_DIGITS.sub("", whole[1])
    digits = _NOT_DIGITS.sub("", _EXTENSION.split(text)[0])
    return digits.removeprefix("00").lstrip("0")


def name_key(text: str) -> str:
    """The words of a name in alphabetical order, without case, accents, signs or legal form."""
    return " ".join(sorted(_words(text)))


def plain_name(text: str) -> str:
    """A name as it is said, whatever people write in its place: an address of theirs, one word."""
    text = _ADDRESS.sub(r"\1", text[:LONGEST])
    return text if " " in text.strip() else _INNER_CAPITAL.sub(" ", text)


def are_alike(one: str, other: str) -> bool:
    """Whether two names of one place may be one organisation's: they share a telling word."""
    return bool(_telling(one) & _telling(other)) or name_key(one) == name_key(other)


def spelt(text: str) -> list[str]:
    """The words of a name as they are compared: those of its key, in their order, each one way."""
    return [SPELLINGS.get(word, word) for word in _words(text[:LONGEST])]


def _telling(name: str) -> set[str]:
    return set(name_key(name).split()) - COMMON


def _words(text: str) -> list[str]:
    for sign, word in SAME_WORD.items():
        text = text.replace(sign, word)
    words = _WORDS.findall(_bare(_APOSTROPHES.sub("", text)))
    return [word for word in words if word not in NOT_PART_OF_A_NAME] or words


def _bare(text: str) -> str:
    """`text` in small letters without accents."""
    if text.isascii():  # as nearly all names are: that is soon done
        return text.lower()
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
