"""What the names that were given have in common with those of a place, and how far they agree.

They are laid beside each other first and weighed later, so that it is asked of those words alone
how rare they are that have a say.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from helpdesk.register.keys import COMMON
from helpdesk.register.names import (
    ALIKE,
    Name,
    Overlap,
    Weights,
    agreement,
    likeness,
    named,
    overlap,
)
from helpdesk.register.places import Place

SAME_NAME = 0.8
"""From here on a name is told to agree."""

PIECE = 0.6
"""How far a provider's name agrees at the most if another name was given beside it."""


class Named(NamedTuple):
    """How far the names of a place agree with those that were given, 0 to 1."""

    own: float
    of_provider: float  #: 0 if that one does not agree as a whole


class Overlaps(NamedTuple):
    """What the given names have in common with those of one place: not weighed yet."""

    place: Place
    is_same: bool  #: one of its own names was given, word for word
    own: Sequence[Overlap] = ()
    of_provider: Sequence[Overlap] = ()  #: of the whole that was given
    of_provider_in_pieces: Sequence[Overlap] = ()

    @property
    def words(self) -> frozenset[str]:
        """Those whose weight matters."""
        all_of_them = (*self.own, *self.of_provider, *self.of_provider_in_pieces)
        return frozenset[str]().union(*(each.words for each in all_of_them))

    def weighed(self, weights: Weights) -> Named:
        """How far they agree; `weights` know all `words`."""
        if self.is_same:
            return Named(own=1.0, of_provider=0.0)
        if not (self.own or self.of_provider or self.of_provider_in_pieces):
            return Named(own=0.0, of_provider=0.0)
        explained = named(self.place.address).words
        run_by = named(self.place.provider_name).words
        whole = _best(self.of_provider, explained, weights)
        piece = _best(self.of_provider_in_pieces, explained, weights)
        return Named(
            own=_best(self.own, explained | run_by, weights),
            # All places of one provider share its name, so half of it says nothing for any of them,
            # and the whole little if the name of one of them was given beside it.
            of_provider=max(_as_a_whole(whole), PIECE * _as_a_whole(piece)),
        )


class Telling(NamedTuple):
    """What a given name tells of a place."""

    tells: bool  #: whether a word of it is the place's, and neither common nor that of its town
    left: Sequence[str]  #: the words that nothing of the place tells, and are not common

    def is_odd(self, weights: Weights) -> bool:
        """Whether nothing tells, or something that is no slip of the pen is left."""
        return not self.tells or any(map(weights.knows, self.left))


def overlaps(place: Place, given: Sequence[Name]) -> Overlaps:
    """What `given` names, the whole and then its pieces, have in common with those of `place`."""
    names = [named(text) for text in (place.name, place.also_known_as) if text]
    if any(one.words == name.words for one in given for name in names):
        return Overlaps(place, is_same=True)  # that is soon seen, and spares the rest
    provider = named(place.provider_name)
    own = (overlap(one, name) for one in given for name in names)
    return Overlaps(
        place,
        is_same=False,
        own=[each for each in own if each],
        of_provider=list(_shared(given[:1], provider)),
        of_provider_in_pieces=list(_shared(given[1:], provider)),
    )


def telling(place: Place, given: Sequence[Name]) -> list[Telling]:
    """What each of the `given` names tells of `place`."""
    texts = (place.name, place.also_known_as, place.provider_name)
    theirs = frozenset[str]().union(*(named(text).words for text in texts))
    street, _, town = place.address.partition(", ")
    towns, streets = named(town).words, named(street).words
    return [_telling(name, theirs, towns, streets) for name in given]


def _telling(
    name: Name, theirs: frozenset[str], towns: frozenset[str], streets: frozenset[str]
) -> Telling:
    whole = "".join(sorted(theirs))
    told = {word for word in name.words if _is_among(word, theirs) or word in whole}
    telling_words = [word for word in name.said if word not in COMMON]
    return Telling(
        tells=any(word in told and not _is_among(word, towns) for word in telling_words),
        left=[
            word
            for word in telling_words
            if word not in told and not _is_among(word, towns | streets)
        ],
    )


def _is_among(word: str, words: frozenset[str]) -> bool:
    return word in words or any(likeness(word, other) >= ALIKE for other in words)


def _shared(given: Sequence[Name], provider: Name) -> Iterator[Overlap]:
    for one in given:
        if one.words & provider.words and (found := overlap(one, provider)):
            yield found


def _as_a_whole(degree: float) -> float:
    return degree if degree >= SAME_NAME else 0.0


def _best(common: Sequence[Overlap], explained: frozenset[str], weights: Weights) -> float:
    return max((agreement(each, explained, weights) for each in common), default=0.0)
