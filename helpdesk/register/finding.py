"""Finds places by one line that an agent types while somebody is on the phone."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from helpdesk.cqc_ids import ids_at
from helpdesk.database import Reader
from helpdesk.register.codes import is_code, read_parent, read_site
from helpdesk.register.comparing import Candidate, Wanted
from helpdesk.register.keys import LONGEST
from helpdesk.register.places import locations, providers
from helpdesk.register.search import candidates

MOST_FACTS = 4
"""So many codes of one line are looked up."""

_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_LABELS = re.compile(
    r"(?:https?://)?(?:www\.)?cqc\.org\.uk/\w+/|\b(?:cqc|ods)(?: (?:id|code|number|no))?\b[:.]?",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<!\w)(?:\+44|0)(?:[\s().-]*\d){8,12}(?!\w)")
_SITE = re.compile(r"(?<![\w-])[VU](?=\w*\d)\w{4}(?![\w-])", re.IGNORECASE)
_POSTCODE = re.compile(
    r"(?<!\w)(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}"  # as it should be, and with look-alikes
    r"|[A-Z0158]{1,2}[\dOIL][A-Z\d]?\s[\dOIL][A-Z0158]{2})(?!\w)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\s,;:()<>@.]+")


class Typed(NamedTuple):
    """What a line holds: several codes are several questions."""

    wanted: Wanted
    codes: Sequence[str]


def find(reader: Reader, text: str, limit: int = 10) -> list[Candidate]:
    """The locations and providers that `text` may mean, the likeliest first; none if nothing fits.

    It holds a name, a postcode, a code, a CQC id, a telephone number, or an address that holds a
    code (care.VL0A1@nhs.net), in any order and mix.
    """
    typed = _read(reader, text[:LONGEST])
    found: dict[tuple[int | None, int | None], Candidate] = {}
    for code in typed.codes or ("",):
        for each in candidates(reader, typed.wanted._replace(code=code), limit):
            row = each.place.location_id, each.place.provider_id
            if row not in found or found[row].evidence < each.evidence:
                found[row] = each
    places = list(found.values())
    if len(typed.codes) > 1:  # the answers to several questions; that to one is in order already
        places.sort(key=lambda each: -each.evidence)
    return places[:limit]


def _read(reader: Reader, text: str) -> Typed:
    codes, rest = _codes_of_addresses(text)
    written = ids_at(rest)
    ids = [each.value for each in written]
    for each in reversed(written):
        rest = f"{rest[: each.start]} {rest[each.end :]}"
    rest = _LABELS.sub(" ", rest)
    phones, rest = _taken(_PHONE, rest)
    sites, rest = _taken(_SITE, rest)
    codes += sites[:MOST_FACTS]
    postcodes, rest = _taken(_POSTCODE, rest)
    words = []
    for word in _WORD.findall(rest):
        if len(codes) < MOST_FACTS and _is_known_code(reader, word):
            codes.append(word)
        else:
            words.append(word)
    wanted = Wanted(
        organisation=" ".join(words),
        postcode=next(iter(postcodes), ""),
        phone=next(iter(phones), ""),
        location_id=next(iter(ids), ""),
        provider_id=next(iter(ids[1:]), ""),
    )
    return Typed(wanted, codes)


def _codes_of_addresses(text: str) -> tuple[list[str], str]:
    addresses, rest = _taken(_ADDRESS, text)
    parts = (part for each in addresses for part in re.split(r"[.@_-]", each))
    return [part for part in parts if is_code(part) and not part.isalpha()][:MOST_FACTS], rest


def _taken(pattern: re.Pattern[str], text: str) -> tuple[list[str], str]:
    """What the pattern finds, and the text without it."""
    return [each.strip() for each in pattern.findall(text)], pattern.sub(" ", text)


def _is_known_code(reader: Reader, word: str) -> bool:
    """Whether a word is a code. Many have the shape (care, vista), so the register must have it."""
    if not is_code(word) or not word.isalpha():
        return is_code(word)
    if word[:1].upper() in "AC":
        return bool(
            providers(reader, "p.code = :code AND p.code <> ''", code=read_parent(word).value)
        )
    return bool(locations(reader, "l.code = :code AND l.code <> ''", code=read_site(word).value))
