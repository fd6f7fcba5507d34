"""Keys by which the same name, postcode or telephone number is found however it is written."""

import re
import unicodedata
from collections import Counter

SAME_WORD = {"&": " and ", "+": " and "}
"""Signs that stand for a word."""

NOT_PART_OF_A_NAME = frozenset({"the", "ltd", "limited", "plc", "llp", "cic", "and"})
"""What one writer adds and another leaves out, without meaning another organisation."""

COMMON = frozenset(
    {"a", "agency", "at", "by", "care", "centre", "community", "domiciliary", "for", "group"}
    | {"home", "homecare", "homes", "house", "in", "living", "nursing", "of", "office", "on"}
    | {"residential", "rest", "service", "services", "support", "supported"}
)
"""Words that half of all care providers bear: they say little about which one is meant."""

COMMON_WEIGHT = 0.25
ALIKE = 0.6
"""From here on two spellings may be of one word."""

_NOT_DIGITS = re.compile(r"\D+")
_EXTENSION = re.compile(r"(?:ext|x|#|[/,;]|\bor\b)", re.IGNORECASE)
_APOSTROPHES = re.compile(r"['\u2018\u2019`]")
_WORDS = re.compile(r"[^\W_]+")


def postcode_key(text: str) -> str:
    """`text` as capitals and digits alone: OL4 2QU and ol42qu are the same postcode."""
    return "".join(letter for letter in text.upper() if letter.isascii() and letter.isalnum())


def phone_key(text: str) -> str:
    """The national digits of the first number in `text`, without 0 or +44; "" if it has none."""
    digits = _NOT_DIGITS.sub("", _EXTENSION.split(text)[0])
    digits = digits.removeprefix("00")
    if digits.startswith("44") and len(digits) > len("4416166522"):
        digits = digits.removeprefix("44")
    return digits.lstrip("0")


def name_key(text: str) -> str:
    """The words of a name in alphabetical order, without case, accents, signs or legal form."""
    return " ".join(sorted(_words(text)))


def name_agreement(one: str, other: str) -> float:
    """How far two names agree: 0 not at all, 1 the same words. Common words count for little.

    What is left over on both sides is compared by its letters, so a slip of the pen costs little.
    """
    mine, yours = Counter(_words(one)), Counter(_words(other))
    total = _weight(mine) + _weight(yours)
    if not total:
        return 0.0
    shared = _weight(mine & yours) + _alike(mine - yours, yours - mine)
    return min(1.0, 2 * shared / total)


def _words(text: str) -> list[str]:
    for sign, word in SAME_WORD.items():
        text = text.replace(sign, word)
    letters = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).casefold()
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = _WORDS.findall(bare)
    return [word for word in words if word not in NOT_PART_OF_A_NAME] or words


def _weight(words: Counter[str]) -> float:
    return sum(n * (COMMON_WEIGHT if word in COMMON else 1.0) for word, n in words.items())


def _alike(mine: Counter[str], yours: Counter[str]) -> float:
    likeness = _likeness("".join(mine.elements()), "".join(yours.elements()))
    return likeness * (_weight(mine) + _weight(yours)) / 2 if likeness >= ALIKE else 0.0


def _likeness(one: str, other: str) -> float:
    """Dice's measure over pairs of letters."""
    mine = Counter(map(str.__add__, one, one[1:]))
    yours = Counter(map(str.__add__, other, other[1:]))
    total = mine.total() + yours.total()
    return 2 * (mine & yours).total() / total if total else 0.0
