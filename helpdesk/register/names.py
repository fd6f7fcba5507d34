"""How far two names agree: by their words, each of the weight that its rarity gives it."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from math import log
from typing import NamedTuple

from helpdesk.register.keys import COMMON, spelt

ALL = ""
"""The word that stands in the register for all of its places together: no name holds it."""

FEWEST = 1_000
"""A small register says little of how rare a word is: none counts as smaller than this."""

COMMON_WEIGHT = 0.2
LEAST_WEIGHT = 0.1

EXPLAINED = 0.25
"""What is left of the weight of a word that the address or the provider's name explains."""

ALIKE = 0.84
"""From here on two spellings may be of one word (Jaro-Winkler)."""

KNOWN = 0.6
"""What is left of the likeness if the word as given is one that places of the register bear."""

SHORT = 4
"""Words of fewer letters are not taken for slips of the pen."""

LONG = 7
"""A word with a digit in it, and of so many letters, is a name; a shorter one is a number."""

RUN_TOGETHER, LONGEST = 12, 15
"""A word of so many letters may be three or more; none of these is longer."""

SLIPS = ((5, 1), (9, 2), (1_000, 3))
"""Up to so many letters, so many slips."""


class Weights:
    """What the words of names weigh: 1 for one that is unique, little for what half of all bear."""

    def __init__(self, places: Mapping[str, int]) -> None:
        """`places`: how many places bear each word; ALL how many there are."""
        self._places = places
        self._most = log(max(places.get(ALL, 0), FEWEST))
        self._of: dict[str, float] = {}

    def of(self, word: str) -> float:
        if word not in self._of:
            rarity = 1 - log(max(self._places.get(word, 1), 1)) / self._most
            most = COMMON_WEIGHT if word in COMMON else 1.0
            self._of[word] = max(LEAST_WEIGHT, min(rarity, most))
        return self._of[word]

    def of_all(self, words: Iterable[str]) -> float:
        return sum(map(self.of, words))

    def knows(self, word: str) -> bool:
        return self._places.get(word, 0) > 0


class Name(NamedTuple):
    """The words of a name, in their order, each once."""

    said: tuple[str, ...]
    words: frozenset[str]


@lru_cache(maxsize=4_096)
def named(text: str) -> Name:
    said = tuple(dict.fromkeys(spelt(text)))
    return Name(said, frozenset(said))


class Pair(NamedTuple):
    """Words of one name that may be those of another, miswritten or joined."""

    mine: tuple[str, ...]
    yours: tuple[str, ...]
    likeness: float


class Overlap(NamedTuple):
    """What two names have in common, and what each has besides: not weighed yet."""

    same: frozenset[str]
    mine: frozenset[str]
    yours: frozenset[str]
    pairs: Sequence[Pair]

    @property
    def words(self) -> frozenset[str]:
        """Those whose weight matters: none if the names are the same."""
        other = self.mine | self.yours
        return self.same | other if other else other


def overlap(given: Name, registered: Name) -> Overlap | None:
    """None if they have nothing in common."""
    same = given.words & registered.words
    mine, yours = given.words - same, registered.words - same
    pairs = _pairs(given, registered, mine, yours)
    return Overlap(same, mine, yours, pairs) if same or pairs else None


def agreement(common: Overlap | None, explained: frozenset[str], weights: Weights) -> float:
    """0 if two names have nothing in common, 1 if they are the same words.

    A slip of the pen costs little, and so does a word too many or too few that is common, or
    `explained`: by the address, or by who runs the place. A number that differs is that of another
    house.
    """
    if not common:
        return 0.0
    same, mine, yours, pairs = common
    total = agreed = 2 * weights.of_all(same)
    for pair in pairs:
        if mine.issuperset(pair.mine) and yours.issuperset(pair.yours):
            mine, yours = mine.difference(pair.mine), yours.difference(pair.yours)
            weight = weights.of_all(pair.mine + pair.yours)
            total += weight
            agreed += weight * _credit(pair, weights)
    total += _left_over(mine, explained, weights) + _left_over(yours, explained, weights)
    return agreed / total if total else 0.0


@lru_cache(maxsize=8_192)
def likeness(one: str, other: str) -> float:
    """How alike two words are written, 0 to 1; 0 if they are no slip of the pen of each other."""
    longer = max(len(one), len(other))
    if longer < SHORT or min(len(one), len(other)) < SHORT - 1 or not _may_be_slips(one, other):
        return 0.0
    slips = next(most for letters, most in SLIPS if longer <= letters)
    # It takes long to load what compares letters, so it is not asked where there is no need.
    if len(one) + len(other) < 2 * longer - slips or len({*one} ^ {*other}) > 2 * slips:
        return 0.0
    from rapidfuzz.distance import OSA, JaroWinkler  # noqa: PLC0415

    if OSA.distance(one, other, score_cutoff=slips) > slips:
        return 0.0
    return max(JaroWinkler.similarity(one, other), 1 - OSA.distance(one, other) / longer)


def pieces_of(word: str) -> set[str]:
    """What a word may be made of that was written without its spaces."""
    if len(word) < RUN_TOGETHER:
        return {part for at in range(3, len(word) - 2) for part in (word[:at], word[at:])}
    spans = (range(start + 2, min(start + LONGEST, len(word)) + 1) for start in range(len(word)))
    return {word[start:end] for start, ends in enumerate(spans) for end in ends}


def divided(word: str, known: Container[str]) -> tuple[str, ...]:
    """The fewest of the `known` words that make up `word`; () if they do not."""
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        ways = [
            (*before, word[start:end])
            for start in range(max(0, end - LONGEST), end)
            if (before := best[start]) is not None and word[start:end] in known
        ]
        best[end] = min(ways, key=len, default=None)
    return best[-1] or ()


def _may_be_slips(one: str, other: str) -> bool:
    """Whether the digits in two words are the same, and in short words there are none."""
    if one.isalpha() and other.isalpha():
        return True
    digits = [[letter for letter in word if letter.isdigit()] for word in (one, other)]
    return digits[0] == digits[1] and min(len(one), len(other)) >= LONG


def nearest(word: str, others: Sequence[str], most: int) -> dict[str, float]:
    """Those of the others that `word` may be a slip of the pen of, and how alike they are."""
    from rapidfuzz.distance import JaroWinkler  # noqa: PLC0415  # see likeness
    from rapidfuzz.process import extract  # noqa: PLC0415

    found = extract(word, others, scorer=JaroWinkler.similarity, limit=4 * most, score_cutoff=0.7)
    alike = {other: likeness(word, other) for other, _, _ in found}
    best = sorted(alike, key=lambda other: (-alike[other], other))[:most]
    return {other: alike[other] for other in best if alike[other] >= ALIKE}


def _pairs(
    given: Name, registered: Name, mine: frozenset[str], yours: frozenset[str]
) -> list[Pair]:
    if not mine or not yours:
        return []
    found = [
        Pair((one,), (other,), alike)
        for one in mine
        for other in yours
        if (alike := likeness(one, other)) >= ALIKE
    ]
    found += (Pair(two, (one,), 1.0) for two, one in _joined(given.said, mine, yours))
    found += (Pair((one,), two, 1.0) for two, one in _joined(registered.said, yours, mine))
    found.sort(key=lambda pair: (-pair.likeness, pair.mine, pair.yours))
    return found


def _joined(
    said: Sequence[str], left: frozenset[str], others: frozenset[str]
) -> Iterator[tuple[tuple[str, str], str]]:
    """Two words that follow each other, where the other name has them in one."""
    for one, next_one in pairwise(said):
        if one + next_one in others and (one in left or next_one in left):
            yield (one, next_one), one + next_one


def _credit(pair: Pair, weights: Weights) -> float:
    (one, *_), (other, *_) = pair.mine, pair.yours
    if pair.likeness == 1 or one.rstrip("s") == other.rstrip("s") or not weights.knows(one):
        return pair.likeness
    return pair.likeness * KNOWN  # a word that stands in the register was meant as it stands


def _left_over(words: frozenset[str], explained: frozenset[str], weights: Weights) -> float:
    told = {word for word in words if word in COMMON or (word in explained and word.isalpha())}
    return weights.of_all(words - told) + EXPLAINED * weights.of_all(told)
