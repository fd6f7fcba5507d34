"""How people write what they know: ids, codes, telephone numbers, and names in other forms.

And what they know of another place of their provider, and take for that of their own.
"""

from random import Random

from benchmarks.slips import Known, mobile
from helpdesk.register.comparing import Wanted

ID_FORMS = (
    "1 - {d}", "1\u2013{d}", "1 {d}", "1_{d}", "1-{d}.", "(1-{d})", "l-{d}", "I-{d}",
    "https://www.cqc.org.uk/location/1-{d}", "CQC id: 1-{d}", "1-{d} (location)", "1-{spaced}",
    "1-{misread}", "1{d}", "{d}",
)  # fmt: skip
CODE_FORMS = ("care.{c}@nhs.net", "ODS code: {C}", "{C} (site)", "{c}", "{C}.", "it is {C}")
PHONE_FORMS = (
    "{p} (option 2)", "{p} ext 12", "{p} x204", "Tel: {p}", "{p} / {m}", "{p} and {m}", "{p} {m}",
    "+44 {n}", "0044 {n}", "+44 (0){n}", "{p}, Mon-Fri 9-5",
)  # fmt: skip
BESIDE_PROVIDER = ("{p} t/a {n}", "{p} trading as {n}", "{n} (part of {p})", "{n} (t/a {p})")
WEB = ("www.{w}.co.uk", "{w}.org.uk", "info@{w}.co.uk", "https://{w}.com/contact")
BESIDE_KEYS = {"a": "s", "e": "r", "i": "o", "o": "p", "n": "m", "r": "t", "s": "a", "t": "y"}


def id_as_typed(wanted: Wanted, _place: Known, dice: Random) -> Wanted:
    digits = wanted.location_id.removeprefix("1-")
    said = {
        "d": digits,
        "spaced": f"{digits[:3]} {digits[3:6]} {digits[6:]}",
        "misread": digits.replace("0", "O", 1).replace("1", "l", 1),
    }
    return wanted._replace(location_id=dice.choice(ID_FORMS).format(**said))


def two_ids_in_one_box(wanted: Wanted, place: Known, _dice: Random) -> Wanted:
    return wanted._replace(location_id=f"{place.provider_id} / {place.cqc_id}")


def code_as_typed(wanted: Wanted, place: Known, dice: Random) -> Wanted:
    if not place.site_code:
        return wanted
    said = {"c": place.site_code.lower(), "C": place.site_code}
    return wanted._replace(code=dice.choice(CODE_FORMS).format(**said))


def phone_as_typed(wanted: Wanted, _place: Known, dice: Random) -> Wanted:
    if not wanted.phone:
        return wanted
    bare = "".join(filter(str.isdigit, wanted.phone)).lstrip("0")
    said = {"p": wanted.phone, "m": mobile(dice), "n": bare}
    return wanted._replace(phone=dice.choice(PHONE_FORMS).format(**said))


def slip_anywhere(wanted: Wanted, _place: Known, dice: Random) -> Wanted:
    """In any word, the first letter not spared."""
    text = wanted.organisation
    letters = [at for at, letter in enumerate(text) if letter.isalpha()]
    if len(letters) < len("Oakdene"):
        return wanted
    at = dice.choice(letters)
    neighbour = BESIDE_KEYS.get(text[at].lower(), "e")
    made = dice.choice((neighbour, "", 2 * text[at], text[at] + neighbour))
    return wanted._replace(organisation=text[:at] + made + text[at + 1 :])


def beside_provider(wanted: Wanted, place: Known, dice: Random) -> Wanted:
    if place.provider_name in ("", place.name):
        return wanted
    said = {"p": place.provider_name, "n": wanted.organisation}
    return wanted._replace(organisation=dice.choice(BESIDE_PROVIDER).format(**said))


def run_together(wanted: Wanted, _place: Known, dice: Random) -> Wanted:
    """The name without its spaces, as it stands in the address of a page at times."""
    words = "".join(filter(str.isalnum, wanted.organisation))
    web = dice.choice(WEB).format(w=words.lower())
    return wanted._replace(organisation=dice.choice((words, web)))


def sisters_phone(wanted: Wanted, place: Known, _dice: Random) -> Wanted:
    return wanted._replace(phone=place.sister["phone"], postcode="") if place.sister else wanted


def sisters_postcode(wanted: Wanted, place: Known, _dice: Random) -> Wanted:
    return wanted._replace(postcode=place.sister["postcode"], phone="") if place.sister else wanted


def sisters_id(wanted: Wanted, place: Known, _dice: Random) -> Wanted:
    return wanted._replace(location_id=place.sister["cqc_id"]) if place.sister else wanted
