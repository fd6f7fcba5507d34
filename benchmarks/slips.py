"""What a requester gets wrong, one slip at a time: each makes another request of one."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, NamedTuple

from helpdesk.register.comparing import Wanted

LOOKS_LIKE = str.maketrans("015820", "OISBZO"), str.maketrans("OISBZ", "01582")

SHORTER = (("Saint ", "St "), (" and ", " & "), (" Limited", " Ltd"), (" Road", " Rd"), ("'", ""))
CARE_WORDS = (" Residential Care Home", " Residential Home", " Nursing Home", " Care Home",
              " Rest Home", " Care", " Ltd", " Limited", " Services")  # fmt: skip
TRADING_AS = ("Sunnybank Living", "Brookvale Support", "Northgate Living", "Penrose Assist")


class Known(NamedTuple):
    """A registered place, and what of other rows a requester may mistake for it."""

    cqc_id: str
    name: str
    also_known_as: str
    town: str
    postcode: str
    phone: str
    site_code: str
    provider_id: str
    provider_name: str
    head_office: str  #: the postcode of another place of the provider, or of its own
    former: Mapping[str, Any] | None  #: the row of its earlier registration
    sister: Mapping[str, Any] | None  #: that of another place of its provider, of another name


Slip = Callable[[Wanted, Known, Random], Wanted]


def typo(wanted: Wanted, _place: Known, dice: Random) -> Wanted:
    words = wanted.organisation.split()
    long = [n for n, word in enumerate(words) if len(word) >= 4 and word.isalpha()]
    if not long:
        return wanted
    at = dice.choice(long)
    words[at] = _slip(words[at], dice)
    return wanted._replace(organisation=" ".join(words))


def _slip(word: str, dice: Random) -> str:
    at = dice.randint(1, len(word) - 2)
    one, two = word[at], word[at + 1]
    return dice.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + one + word[at:],
            word[:at] + two + one + word[at + 2 :],
            word[:at] + dice.choice("aeiorstln") + word[at + 1 :],
        )
    )


def two_typos(wanted: Wanted, place: Known, dice: Random) -> Wanted:
    return typo(typo(wanted, place, dice), place, dice)


def company(wanted: Wanted, _place: Known, _dice: Random) -> Wanted:
    for form in (" Limited", " Ltd"):
        if wanted.organisation.endswith(form):
            return wanted._replace(organisation=wanted.organisation.removesuffix(form))
    return wanted._replace(organisation=f"{wanted.organisation} Ltd")


def known_as(wanted: Wanted, place: Known, dice: Random) -> Wanted:
    other = place.also_known_as or f"{wanted.organisation} t/a {dice.choice(TRADING_AS)}"
    return wanted._replace(organisation=other)


def trading_name(wanted: Wanted, place: Known, dice: Random) -> Wanted:
    return wanted._replace(organisation=dice.choice(TRADING_AS)) if place.phone else wanted


def providers_name(wanted: Wanted, place: Known, _dice: Random) -> Wanted:
    return wanted._replace(organisation=place.provider_name or wanted.organisation)


def both_names(wanted: Wanted, place: Known, dice: Random) -> Wanted:
    if not place.provider_name or place.provider_name == place.name:
        return wanted
    pair = [wanted.organisation, place.provider_name]
    dice.shuffle(pair)
    return wanted._replace(organisation=dice.choice((" - ", ", ", " / ")).join(pair))


def mobile_given(wanted: Wanted, _place: Known, dice: Random) -> Wanted:
    return wanted._replace(phone=mobile(dice))


def mobile(dice: Random) -> str:
    return f"07700 9{dice.randint(0, 99_999):05}"


def old_phone(wanted: Wanted, place: Known, dice: Random) -> Wanted:
    former = place.former["phone"] if place.former else ""
    other = f"{place.phone[:-4]}{dice.randint(0, 9999):04}"
    return wanted._replace(phone=former if former not in ("", place.phone) else other)


def head_office(wanted: Wanted, place: Known, _dice: Random) -> Wanted:
    return wanted._replace(postcode=place.head_office)


def no_postcode(wanted: Wanted, place: Known, _dice: Random) -> Wanted:
    return wanted._replace(postcode="") if place.phone else wanted


def no_phone(wanted: Wanted, _place: Known, _dice: Random) -> Wanted:
    return wanted._replace(phone="")


def no_name(wanted: Wanted, place: Known, _dice: Random) -> Wanted:
    return wanted._replace(organisation="") if place.phone else wanted


def name_and_town(wanted: Wanted, place: Known, _dice: Random) -> Wanted:
    return wanted._replace(
        organisation=f"{wanted.organisation}, {place.town}", postcode="", phone=""
    )


def town_added(wanted: Wanted, place: Known, _dice: Random) -> Wanted:
    return wanted._replace(organisation=f"{wanted.organisation} {place.town}")


def lower(wanted: Wanted, _place: Known, _dice: Random) -> Wanted:
    return wanted._replace(
        organisation=wanted.organisation.lower().replace("'", ""),
        postcode=wanted.postcode.lower().replace(" ", ""),
    )


def look_alikes(wanted: Wanted, _place: Known, dice: Random) -> Wanted:
    return wanted._replace(postcode=wanted.postcode.translate(dice.choice(LOOKS_LIKE)))


def postcode_slip(wanted: Wanted, _place: Known, dice: Random) -> Wanted:
    text = wanted.postcode
    if len(text) < 5:
        return wanted
    at = dice.choice((-1, -2, -3))
    end = text[at + 1 :] if at < -1 else ""
    other = dice.choice("0123456789" if at == -3 else "ABDEFGHJLNPQRSTUWXYZ")
    return wanted._replace(postcode=f"{text[:at]}{other}{end}")


def shorter(wanted: Wanted, _place: Known, _dice: Random) -> Wanted:
    text = wanted.organisation
    for long, short in SHORTER:
        text = text.replace(long, short) if long in text else text.replace(short, long, 1)
    return wanted._replace(organisation=text.strip())


def care_words(wanted: Wanted, _place: Known, dice: Random) -> Wanted:
    for words in CARE_WORDS:
        if wanted.organisation.endswith(words):
            bare = wanted.organisation.removesuffix(words)
            return wanted._replace(organisation=bare + dice.choice(("", dice.choice(CARE_WORDS))))
    return wanted._replace(organisation=wanted.organisation + dice.choice(CARE_WORDS[:5]))


def word_less(wanted: Wanted, _place: Known, dice: Random) -> Wanted:
    words = wanted.organisation.split()
    if len(words) < 3:
        return wanted
    del words[dice.randrange(1, len(words))]
    return wanted._replace(organisation=" ".join(words))


def joined(wanted: Wanted, _place: Known, _dice: Random) -> Wanted:
    words = wanted.organisation.split()
    return wanted._replace(organisation=" ".join(("".join(words[:2]), *words[2:])))


def earlier_name(wanted: Wanted, place: Known, _dice: Random) -> Wanted:
    name = place.former["name"] if place.former else ""
    return wanted._replace(organisation=name or wanted.organisation)


def code(wanted: Wanted, place: Known, dice: Random) -> Wanted:
    return wanted._replace(code=place.site_code.translate(dice.choice(LOOKS_LIKE)).lower())


def as_it_is(wanted: Wanted, _place: Known, _dice: Random) -> Wanted:
    return wanted


def swapped(wanted: Wanted, place: Known, dice: Random) -> Wanted:
    other = place.provider_id if dice.random() < 0.6 else ""
    return wanted._replace(location_id=other, provider_id=place.cqc_id)


def both_ids(wanted: Wanted, place: Known, _dice: Random) -> Wanted:
    return wanted._replace(provider_id=place.provider_id)


def providers_id(wanted: Wanted, place: Known, dice: Random) -> Wanted:
    boxes = ("location_id", "provider_id")
    mine = dice.choice(boxes)
    return wanted._replace(location_id="", provider_id="")._replace(**{mine: place.provider_id})


def former_id(wanted: Wanted, place: Known, _dice: Random) -> Wanted:
    former = place.former["cqc_id"] if place.former else wanted.location_id
    return wanted._replace(location_id=former)


def id_alone(wanted: Wanted, _place: Known, _dice: Random) -> Wanted:
    return Wanted(location_id=wanted.location_id)


def then(*slips: Slip) -> Slip:
    def all_of(wanted: Wanted, place: Known, dice: Random) -> Wanted:
        for slip in slips:
            wanted = slip(wanted, place, dice)
        return wanted

    return all_of
