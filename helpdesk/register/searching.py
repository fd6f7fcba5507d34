"""One search of the register: what was found so far, and each way of finding more."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from helpdesk.database import Reader
from helpdesk.register.boxes import boxes, told
from helpdesk.register.comparing import (
    WEIGHTS,
    Candidate,
    Given,
    agreeing_keys,
    beside,
)
from helpdesk.register.keys import NOT_PART_OF_A_NAME, SPELLINGS, is_slip
from helpdesk.register.names import (
    RUN_TOGETHER,
    SHORT,
    Weights,
    divided,
    named,
    nearest,
    pieces_of,
)
from helpdesk.register.ordering import BROADLY, ordered
from helpdesk.register.overlaps import Overlaps, overlaps, telling
from helpdesk.register.places import Place, locations, providers, with_heirs
from helpdesk.register.ways import (
    LOCATION_ID,
    NAME,
    OF_PROVIDER,
    OUTCODE,
    PARENT_CODE,
    PHONE,
    POSTCODE,
    PROVIDER_ID,
    SITE_CODE,
    WORDS,
    Found,
    by_keys,
    by_words,
    in_outcode,
    near_words,
    places_of,
)

STRONG = 0.85
"""From here on no weaker ways of finding are tried."""

MOST_BY_WORDS = 30
TOO_MANY = 2_500
"""A word that more places bear finds none of them."""

NEAREST = 5
"""So many words are tried for one that no place bears."""

JUST = 0.001
"""What puts one right above or below another."""

OF_AN_EARLIER = "its earlier registration"


class Search:
    """What was found so far for one request."""

    def __init__(self, reader: Reader, asked: Given) -> None:
        self.found: dict[tuple[int | None, int | None], Candidate] = {}
        self._reader = reader
        self._asked = asked
        self._boxes = boxes(asked.wanted)
        self._places: dict[str, int] = {}
        self._known: set[str] = set()
        self._unknown: list[str] = []

    @property
    def has_strong(self) -> bool:
        return any(
            each.score >= STRONG and each.place.is_registered and not each.of_provider
            for each in self.found.values()
        )

    def add(self, found: Iterable[Found]) -> None:
        fresh: dict[tuple[int | None, int | None], tuple[str, Overlaps]] = {}
        for way, place in found:
            row = row_of(place)
            if row not in self.found and row not in fresh:
                fresh[row] = way, overlaps(place, self._asked.names)
        self._learn(word for _, names in fresh.values() for word in names.words)
        weights = Weights(self._places)
        for row, (way, names) in fresh.items():
            self.found[row] = beside(names.place, way, self._asked, names.weighed(weights))

    def tell_keys(self, places: Sequence[Place]) -> Sequence[Place]:
        """Tell each id and code that was given for what it is; the providers without places."""
        keys, alone = told(self._reader, self._boxes, places)
        self._asked = self._asked._replace(keys=keys)
        return alone

    def by_keys(self) -> None:
        """The surest ways: by id, code, postcode and telephone number, in one question."""
        keys = {
            LOCATION_ID: self._boxes.ids,
            PROVIDER_ID: self._boxes.ids,
            SITE_CODE: self._boxes.sites,
            PARENT_CODE: self._boxes.parents,
            POSTCODE: self._asked.postcodes,
            PHONE: _given(self._asked.phone),
            NAME: self._asked.name_keys,  # who bears it elsewhere may be meant, and not who is here
        }
        found = by_keys(self._reader, keys)
        alone = self.tell_keys([each.place for each in found])
        found += (Found(PROVIDER_ID, place) for place in alone)
        for parent in self._boxes.parents:
            if not any(each.way == PARENT_CODE for each in found):
                run = providers(self._reader, "p.code = :code AND p.code <> ''", code=parent)
                found += (Found(PARENT_CODE, place) for place in run)
        self.add(found)

    def by_provider(self) -> None:
        for key in self._asked.name_keys[:1]:
            found = by_keys(self._reader, {OF_PROVIDER: [key]})
            run = {each.place.provider_cqc_id for each in found}
            for place in providers(self._reader, "p.name_key = :key", key=key):
                if place.cqc_id not in run:  # for its places it is a candidate through them
                    found.append(Found(OF_PROVIDER, place))
            self.add(found)

    def by_words(self) -> None:
        said = [word for name in self._asked.names for word in name.said]
        whole = {*said, *_joined(said)}
        self._learn(whole)
        self._unknown = [word for word in dict.fromkeys(said) if not self._places.get(word)]
        pieces = {
            piece for word in self._unknown if len(word) >= 2 * SHORT for piece in pieces_of(word)
        }
        self._learn(pieces)
        self._divide()
        self._by(dict.fromkeys(sorted(whole | pieces), 1.0))

    def _divide(self) -> None:
        """Where words were run together, go on with the name as it should have been written."""
        known = {word for word, places in self._places.items() if word and places}
        known |= {*NOT_PART_OF_A_NAME, *SPELLINGS}
        apart = {word: divided(word, known) for word in self._unknown if len(word) >= RUN_TOGETHER}
        names = [
            named(" ".join(part for word in name.said for part in apart.get(word) or (word,)))
            for name in self._asked.names
        ]
        if fresh := [each for each in names if each not in self._asked.names]:
            self._asked = self._asked._replace(names=(*self._asked.names, *fresh))
            again = [Found(each.found_by, each.place) for each in self.found.values()]
            self.found.clear()
            self.add(again)

    def by_near_words(self) -> None:
        """For words that no place bears: those that they may be with a slip of the pen."""
        near: dict[str, float] = {}
        for word in self._unknown:
            if len(word) < SHORT - 1 or word.isdigit():
                continue
            near |= nearest(word, near_words(self._reader, word, slips=2), NEAREST)
        if near:
            self._learn(near)
            known = (word for name in self._asked.names for word in name.said)
            self._by({**dict.fromkeys(known, 1.0), **near})

    def by_outcode(self) -> None:
        for postcode in self._asked.postcodes[:1]:
            if len(postcode) >= len("M11AA"):
                others = in_outcode(self._reader, postcode[:-3])
                near = [other for other in others if is_slip(postcode, other)]
                found = by_keys(self._reader, {POSTCODE: near})
                self.add(Found(OUTCODE, each.place) for each in found)

    def follow(self, most: int) -> None:
        """Beside those of the likeliest that are gone, what they became: the desk serves that."""
        top = ordered(self.found.values())[:most]
        gone = [each for each in top if _is_gone(each.place) and each.score >= BROADLY]
        for old in self._with_heirs(gone):
            self.found[row_of(old.place)] = old
            for heir in old.place.heirs:
                if heir.is_registered:
                    self._put_heir(old, heir.number)

    def likeliest(self, most: int) -> list[Candidate]:
        """Of those that are gone it is known what they became; of the first, if it is odd."""
        top = self._with_heirs(ordered(self.found.values())[:most])
        return [self._judged(top[0]), *top[1:]] if top else top

    def _judged(self, first: Candidate) -> Candidate:
        if first.own_name == 1 or not self._asked.names:
            return first
        tellings = telling(first.place, self._asked.names)
        self._learn(word for each in tellings for word in each.left)
        weights = Weights(self._places)
        return first._replace(is_odd=all(each.is_odd(weights) for each in tellings))

    def _with_heirs(self, some: Sequence[Candidate]) -> list[Candidate]:
        met = (each.place for each in self.found.values() if each.place.location_id)
        places = with_heirs(self._reader, [each.place for each in some], met)
        return [
            each if place is each.place else each._replace(place=place)
            for each, place in zip(some, places, strict=True)
        ]

    def _put_heir(self, old: Candidate, number: str) -> None:
        known = [each.place for each in self.found.values() if each.place.number == number]
        ids = (old.place.cqc_id, old.place.site_code)
        others = tuple(key for key in self._asked.keys if key.value not in ids)
        for place in known or locations(self._reader, "l.cqc_id = :key", key=number):
            self.add([Found(OF_AN_EARLIER, place)])
            before = self.found[row_of(place)]
            agrees = agreeing_keys(place, others) or not WEIGHTS.keys().isdisjoint(before.agrees)
            # What became something else, of which nothing was given, stands right below.
            step = JUST if agrees else -JUST
            succeeds = old.exact and bool(agrees)
            self.found[row_of(place)] = before._replace(
                evidence=max(before.evidence, old.evidence + step),
                succeeds=before.succeeds or succeeds,
            )

    def _by(self, words: dict[str, float]) -> None:
        weights = Weights(self._places)
        borne = {word: self._places.get(word, 0) for word in words if self._places.get(word)}
        # If all are borne by too many, the rarest still tells something.
        most = max(TOO_MANY, min(borne.values(), default=0))
        known = {
            word: words[word] * weights.of(word) for word, places in borne.items() if places <= most
        }
        places = by_words(self._reader, known, MOST_BY_WORDS)
        self.add(Found(WORDS, place) for place in places)

    def _learn(self, words: Iterable[str]) -> None:
        """Ask how many places bear these words, if that is not known yet."""
        unknown = set(words) - self._known
        if unknown:
            self._places |= places_of(self._reader, unknown)
            self._known |= unknown


def _given(*values: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))


def row_of(place: Place) -> tuple[int | None, int | None]:
    return place.location_id, place.provider_id


def _joined(words: Sequence[str]) -> set[str]:
    return {one + other for one, other in pairwise(words)}


def _is_gone(place: Place) -> bool:
    return place.location_id is not None and not place.is_registered
