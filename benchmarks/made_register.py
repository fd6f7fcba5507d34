"""A made-up register of any size: chains, branches, shared postcodes, and what stood there before.

The same seed makes the same rows. Nothing in it is real; the areas of its postcodes do not exist.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from benchmarks import made_names as names

SEED = 2026
DAY_ONE = date(2010, 10, 1)
TODAY = date(2026, 3, 2)

Row = dict[str, Any]

CHAIN_SIZES = ((0.004, 50, 300), (0.12, 2, 8), (1.0, 1, 1))
"""The share of providers (cumulated) that run so many places, from and to."""

REGISTERED_STILL = 0.72
STOOD_BEFORE = 0.45
IN_A_CENTRE = 0.6
"""The share of home care companies whose office shares its postcode with many others."""

AREAS = tuple(first + second for first in "QXYJV" for second in "AEIOSBZTLRN")
CODE_LETTERS = "0123456789ACDEFGHJKLMNPQRTVWXY"


class Made:
    """The rows of a register, of locations and of providers, as its tables hold them."""

    def __init__(self, number: int, seed: int = SEED) -> None:
        self._dice = Random(seed)  # noqa: S311  # the same rows each time
        self._towns = _towns(self._dice)
        self._centres = {town: self._centre(town) for town in self._towns}
        self._ids = self._numbers()
        self._codes = self._all_codes()
        self.providers: list[Row] = []
        self.locations: list[Row] = []
        while len(self.locations) < number:
            self._add_provider()
        del self.locations[number:]

    def _numbers(self) -> Iterator[str]:
        number = 100_000_000
        while True:
            number += self._dice.randint(7, 90_000)
            yield f"1-{number}"

    def _all_codes(self) -> Iterator[str]:
        places = len(CODE_LETTERS)
        for n in range(0, places**4, 7):
            digits = (n // places**power % places for power in (3, 2, 1, 0))
            yield "V" + "".join(CODE_LETTERS[digit] for digit in digits)

    def _postcode(self, town: str) -> str:
        area, district = self._towns[town]
        letters = "".join(self._dice.choices("ABDEFGHJLNPQRSTUWXYZ", k=2))
        return f"{area}{district + self._dice.randrange(3)} {self._dice.randint(0, 9)}{letters}"

    def _centre(self, town: str) -> list[str]:
        return [self._postcode(town) for _ in range(self._dice.randint(1, 3))]

    def _phone(self) -> str:
        return f"01{self._dice.randint(200, 999)}{self._dice.randint(200_000, 999_999)}"

    def _add_provider(self) -> None:
        dice = self._dice
        toss = dice.random()
        least, most = next((low, high) for share, low, high in CHAIN_SIZES if toss < share)
        is_homes, brand = dice.random() < 0.55, self._brand()
        size = dice.randint(least, most)
        provider = {
            "cqc_id": next(self._ids),
            "code": f"A{len(self.providers):X}" if dice.random() < 0.6 else "",
            "postcode": self._postcode(dice.choice(list(self._towns))),
            "status": "Registered",
        }
        first = len(self.locations)
        phone = self._phone()
        campus = ""
        for _ in range(size):
            town = dice.choice(list(self._towns))
            name = self._home(town) if is_homes else f"{brand} - {town}"
            postcode = self._postcode(town)
            if size == 1 and not is_homes:
                name = dice.choice((brand, brand, f"{brand} {town}", f"{brand} ({town})"))
            if not is_homes and dice.random() < IN_A_CENTRE:
                postcode = dice.choice(self._centres[town])
            if is_homes and campus and dice.random() < 0.25:
                postcode, town = campus.split("|")
            campus = f"{postcode}|{town}"
            own = self._phone() if dice.random() < 0.9 else dice.choice((phone, ""))
            self._add_site(
                provider, {"name": name, "town": town, "postcode": postcode, "phone": own}
            )
        one = self.locations[first]["name"]
        provider["name"] = brand if size > 1 or dice.random() < 0.5 else f"{one} Limited"
        self.providers.append(provider)

    def _add_site(self, provider: Row, site: Row) -> None:
        """The registrations of one place: the earlier ones, each followed by the next."""
        dice = self._dice
        since = DAY_ONE + timedelta(days=dice.randint(0, 1_500))
        before: Row | None = None
        while dice.random() < STOOD_BEFORE and since < date(2022, 1, 1):
            until = since + timedelta(days=dice.randint(200, 2_000))
            earlier = self._location(self._owner(), self._earlier(site), since)
            earlier |= {"status": "Deregistered", "deregistered_on": until}
            self._follow(before, earlier)
            before, since = earlier, until
        last = self._location(provider["cqc_id"], site, since)
        if dice.random() > REGISTERED_STILL:
            last["status"] = "Deregistered"
            last["deregistered_on"] = min(TODAY, since + timedelta(days=dice.randint(100, 3_000)))
        self._follow(before, last)
        if dice.random() < 0.05:
            last["also_known_as"] = f"{self._brand()}"

    def _owner(self) -> str:
        """Whoever ran it before: a provider of its own, of which nothing but the name is known."""
        cqc_id = next(self._ids)
        self.providers.append({"cqc_id": cqc_id, "name": self._brand(), "status": ""})
        return cqc_id

    def _earlier(self, site: Row) -> Row:
        toss = self._dice.random()
        name, phone = site["name"], site["phone"]
        if toss < 0.25:
            name = self._dice.choice((f"{name} Limited", name.removesuffix(" Care Home")))
        elif toss < 0.4:
            name = self._home(site["town"])
        return site | {"name": name, "phone": phone if self._dice.random() < 0.75 else ""}

    def _follow(self, before: Row | None, after: Row) -> None:
        self.locations.append(after)
        if before and self._dice.random() < 0.75:
            before["successors"], after["predecessors"] = after["cqc_id"], before["cqc_id"]

    def _location(self, provider: str, site: Row, since: date) -> Row:
        number = self._dice.randint(1, 200)
        street = f"{self._dice.choice(names.STEMS)}{self._dice.choice(names.ENDINGS)}"
        return {
            "cqc_id": next(self._ids),
            "code": next(self._codes),
            "provider_cqc_id": provider,
            "name": site["name"],
            "also_known_as": "",
            "address": f"{number} {street} {self._dice.choice(names.STREETS)}, {site['town']}",
            "postcode": site["postcode"],
            "phone": site["phone"],
            "status": "Registered",
            "registered_on": since,
            "deregistered_on": None,
            "successors": "",
            "predecessors": "",
        }

    def _brand(self) -> str:
        dice = self._dice
        toss = dice.random()
        if toss < 0.3:
            first = f"{dice.choice(names.KINDLY)} {dice.choice(names.HANDS)}"
        elif toss < 0.45:
            first = f"{dice.choice(names.KINDLY)} {dice.choice(names.TREES)}"
        elif toss < 0.65:
            first = f"{dice.choice(names.STEMS)}{dice.choice(names.SURNAME_ENDINGS)}"
        elif toss < 0.72:
            first = "".join(dice.choices("ABCDEFGHJKLMNPRST", k=dice.randint(2, 3)))
        else:
            first = "".join(dice.choices(names.SYLLABLES, k=dice.randint(2, 4))).capitalize()
        return first + dice.choice(names.COMPANY_TAILS)

    def _home(self, town: str) -> str:
        dice = self._dice
        toss = dice.random()
        tree, building = dice.choice(names.TREES), dice.choice(names.BUILDINGS)
        tail = dice.choice(names.HOME_TAILS)
        if toss < 0.45:
            return f"{tree} {building}{tail}"
        if toss < 0.55:
            return f"St {dice.choice(names.SAINTS)}'s{tail or ' House'}"
        if toss < 0.65:
            return f"The {tree}s{tail}"
        if toss < 0.8:
            stem, ending = dice.choice(names.STEMS), dice.choice(names.ENDINGS)
            return f"{stem}{ending} {building}{tail}"
        if toss < 0.9:
            return f"{town} {building}{tail}"
        road = (
            f"{dice.choice(names.STEMS)}{dice.choice(names.ENDINGS)} {dice.choice(names.STREETS)}"
        )
        return f"{dice.randint(1, 220)} {road}"


def _towns(dice: Random) -> dict[str, tuple[str, int]]:
    """Towns, each with the area and district of its postcodes."""
    pairs = [f"{stem}{ending}" for stem in names.STEMS for ending in names.ENDINGS]
    return {town: (dice.choice(AREAS), dice.randint(1, 40)) for town in dice.sample(pairs, 560)}
