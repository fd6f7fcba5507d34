"""What the names that were given have in common with those of a place, and how far they agree.

They are laid beside each other first and weighed later, so that it is asked of those words alone
how rare they are that have a say.
"""

from collections.abc import Sequence
from typing import NamedTuple

from helpdesk.register.names import Name, Overlap, Weights, agreement, named, overlap
from helpdesk.register.places import Place

SAME_NAME = 0.8
"""From here on a name is told to agree."""


class Named(NamedTuple):
    """How far the names of a place agree with those that were given, 0 to 1."""

    own: float
    of_provider: float  #: 0 if that one does not agree as a whole


class Overlaps(NamedTuple):
    """What the given names have in common with those of one place: not weighed yet."""

    place: Place
    is_same: bool  #: one of its own names was given, word for word
    own: Sequence[Overlap] = ()
    of_provider: Sequence[Overlap] = ()

    @property
    def words(self) -> frozenset[str]:
        """Those whose weight matters."""
        return frozenset[str]().union(*(each.words for each in (*self.own, *self.of_provider)))

    def weighed(self, weights: Weights) -> Named:
        """How far they agree; `weights` know all `words`."""
        if self.is_same:
            return Named(own=1.0, of_provider=0.0)
        if not (self.own or self.of_provider):
            return Named(own=0.0, of_provider=0.0)
        explained = named(self.place.address).words
        run_by = named(self.place.provider_name).words
        of_provider = _best(self.of_provider, explained, weights)
        return Named(
            own=_best(self.own, explained | run_by, weights),
            # All places of one provider share its name, so half of it says nothing for any of them.
            of_provider=of_provider if of_provider >= SAME_NAME else 0.0,
        )


def overlaps(place: Place, given: Sequence[Name]) -> Overlaps:
    """What `given` names have in common with those of `place`."""
    names = [named(text) for text in (place.name, place.also_known_as) if text]
    if any(one.words == name.words for one in given for name in names):
        return Overlaps(place, is_same=True)  # that is soon seen, and spares the rest
    provider = named(place.provider_name)
    own = (overlap(one, name) for one in given for name in names)
    of_provider = (overlap(one, provider) for one in given if one.words & provider.words)
    return Overlaps(
        place,
        is_same=False,
        own=[each for each in own if each],
        of_provider=[each for each in of_provider if each],
    )


def _best(common: Sequence[Overlap], explained: frozenset[str], weights: Weights) -> float:
    return max((agreement(each, explained, weights) for each in common), default=0.0)
