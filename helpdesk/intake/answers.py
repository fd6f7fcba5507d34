"""Collects the answers to a request's questions: the first place that answers one counts."""

import re
from collections.abc import Callable, Iterable, Mapping

from helpdesk.intake import PURPOSES, Found, Kind, Request, Surety, characters, names, patterns
from helpdesk.intake.layout import Pair

LONGEST = 200
LONGEST_REASON = 1000

#: What people write into a line that they cannot answer.
NO_ANSWER = frozenset(
    {"-", "--", ".", "?", "as above", "don't know", "dont know", "n/a", "na", "nil", "no", "none"}
    | {"not applicable", "not known", "not yet", "pending", "see above", "tba", "tbc", "unknown"}
)
PROMPTS = (
    *(
        "click or tap",
        "click here",
        "choose an item",
        "enter ",
        "type here",
        "type a ",
        "type the ",
    ),
    *("type your ", "for example:", "e.g. ", "please enter", "day, month and year", "insert "),
)
YES = ("yes", "y", "true")
NO = frozenset({"no", "n", "false", "not"})
_BESIDE_NAME = re.compile(r"\s*[/|(]\s*|,\s+|\s[-\u2013]\s")
_NUMBER_BESIDE = re.compile(
    r"[\s,;/|(-]*(?:(?i:tel|on|mob|phone)[.: ]*)?\+?\(?\d[\d ()./-]{4,30}\)?\s*\Z"
)
_BEDS = re.compile(r"\s*\(\d{1,3} bed.{0,20}\)$", re.IGNORECASE)
_NOT_URGENT = re.compile(
    r"(?:(?:it|this|that) is |it.?s )?(?:not|non).{0,12}\burgent\W*", re.IGNORECASE
)


def text(value: str) -> str:
    """An answer on one line; "" for what people write when they have none."""
    plain = characters.line(value, LONGEST)
    none = plain.lower().rstrip(".!") in NO_ANSWER or plain.lower().startswith(PROMPTS)
    return "" if none or not any(map(str.isalnum, plain)) else plain


def _person(value: str) -> dict[str, str]:
    """A person's name, and what else people write on the same line: their home, their number."""
    phone = patterns.any_phone(value)
    plain = text(_NUMBER_BESIDE.sub("", value) if phone else value)
    if "@" in plain or any(letter.isdigit() for letter in plain):
        return {"requester_phone": phone}
    pieces = [piece for piece in _BESIDE_NAME.split(plain) if piece.strip(" )")]
    first, more = "".join(pieces[:1]), pieces[1:]
    homes = [piece.strip(" )") for piece in (first, *more) if names.is_organisation(piece)]
    split = bool(homes) or any(map(names.is_role, more))
    name = first if split else plain
    return {
        "requester_name": "" if homes and name.strip() == homes[0] else name.strip(),
        "organisation": next(iter(homes), ""),
        "requester_phone": phone,
    }


def _cqc(value: str) -> str:
    found = patterns.cqc_ids(value)
    if found:
        return found[0][0]
    enough = sum(letter.isdigit() for letter in value) >= 6  # noqa: PLR2004 - less is no id
    return text(value).upper() if enough else ""


def _cqc_number(value: str) -> dict[str, str]:
    """A number that may be of a location or of a provider; of two, the first is the location."""
    location, provider = patterns.told_cqc_ids(value)
    found = [each for each, _ in patterns.cqc_ids(value)]
    if len(found) > 1 and not provider:
        location, provider = found[:2]
    return {
        "cqc_location_id": location or ("" if provider else _cqc(value)),
        "cqc_provider_id": provider,
    }


def _organisation(value: str) -> dict[str, str]:
    return {"organisation": _BEDS.sub("", text(value)), "postcode": patterns.postcode(value)}


def _urgent(value: str) -> dict[str, str]:
    """Yes or no, and what was written behind it; anything else is a reason itself."""
    plain = characters.line(value, LONGEST_REASON)
    first, _, rest = plain.partition(" ")
    word = first.strip(",.;:-!").lower()
    if word in YES:
        return {"urgent": "yes", "urgent_reason": rest.strip(" ,.;:-")}
    if word in NO or not text(plain):
        return {"urgent": "no"}
    return {"urgent": "yes", "urgent_reason": plain}


def _reason(value: str) -> dict[str, str]:
    """Any words are a reason, but for those that say that there is none."""
    plain = characters.line(value, LONGEST_REASON)
    return {"urgent_reason": "" if not text(plain) or _NOT_URGENT.fullmatch(plain) else plain}


def _only_if(field: str, meaning: str) -> Callable[[str], dict[str, str]]:
    return lambda value: {field: meaning if value.lower().startswith(YES) else ""}


#: fact on the form -> the fields of a Request that an answer to it fills
READERS: Mapping[str, Callable[[str], dict[str, str]]] = {
    "requester_name": _person,
    "requester_email": lambda value: {"requester_email": patterns.email(value)},
    "requester_phone": lambda value: {"requester_phone": patterns.any_phone(value)},
    "organisation": _organisation,
    "provider_name": lambda value: {"provider_name": text(value)},
    "postcode": lambda value: {"postcode": patterns.postcode_told(value)},
    "address": lambda value: {"postcode": patterns.postcode(value)},
    "cqc_location_id": lambda value: {"cqc_location_id": _cqc(value)},
    "cqc_provider_id": lambda value: {"cqc_provider_id": _cqc(value)},
    "cqc_number": _cqc_number,
    "given_code": lambda value: {"given_code": patterns.code(text(value))},
    "kind": lambda value: {"kind": patterns.kind(value)},
    "care_home": _only_if("kind", Kind.CARE_HOME.value),
    "domiciliary": _only_if("kind", Kind.DOMICILIARY.value),
    "purpose": lambda value: {"purposes": ", ".join(patterns.purposes(value))},
    "dspt": _only_if("purposes", PURPOSES[0]),
    "nhsmail": _only_if("purposes", PURPOSES[1]),
    "urgent": _urgent,
    "urgent_reason": _reason,
    "needed_by": lambda value: {"needed_by": text(value)},
}


#: Facts whose answers fill a field that they do not ask for by name.
INDIRECT = frozenset({"cqc_number", "requester_name", "organisation", "provider_name"})

#: Fields of which there is only one truth: two places that differ are worth a look.
COMPARED = {
    "postcode": ("postcode",),
    "cqc_location_id": ("cqc_location_id", "cqc_provider_id"),
    "cqc_provider_id": ("cqc_location_id", "cqc_provider_id"),
    "given_code": ("given_code",),
}


class Answers:
    """What is known so far, and where each piece of it was found."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.found_in: dict[str, Found] = {}
        self.doubts: list[str] = []

    def take(self, pairs: Iterable[Pair], place: str, surest: Surety = Surety.SURE) -> None:
        """Add what the pairs of one place answer."""
        fresh: dict[str, list[tuple[str, Surety]]] = {}
        for pair in pairs:
            for field, value in READERS.get(pair.fact, _unasked)(pair.value).items():
                if value:
                    fresh.setdefault(field, []).append((value, _surety(pair, field, surest)))
        providers = fresh.pop("provider_name", [])
        if "organisation" not in fresh and providers:
            fresh["organisation"] = providers
        for field, found in fresh.items():
            value = _agreed(field, [each for each, _ in found])
            self.fill({field: value}, place, found[0][1])

    def fill(self, fields: Mapping[str, str], place: str, surety: Surety) -> None:
        """Add the fields that nothing was known of."""
        for field, value in fields.items():
            if value and field not in self.values:
                self.values[field] = value
                self.found_in[field] = Found(place, surety)

    def fill_kind(self) -> None:
        """What the name of the organisation says of its kind."""
        if organisation := self.values.get("organisation", ""):
            place = self.found_in["organisation"].place
            self.fill({"kind": patterns.kind(organisation)}, place, Surety.LIKELY)

    def add(self, told: "Answers", *, compared_as: str = "") -> None:
        """Add what another place told, and note where a form says something else."""
        for field, value in told.values.items():
            if compared_as and self._contradicts(field, value):
                known = self.values[field]
                self.doubts.append(f"the form says {known}, {compared_as} {value}")
            self.fill({field: value}, *told.found_in[field])

    def _contradicts(self, field: str, value: str) -> bool:
        known = [self.values.get(each, "") for each in COMPARED.get(field, ())]
        if field not in self.values or not known or value in known:
            return False
        return self.found_in[field].place.startswith("form ")

    def request(self, *, says_urgent: bool, unreadable: str) -> Request:
        """All of it as a Request."""
        get = self.values.get
        reason, needed_by = get("urgent_reason", ""), get("needed_by", "")
        wanted = f"needed by {needed_by}" if needed_by else ""
        places = {"urgent_reason": self.found_in["needed_by"]} if wanted else {}
        places |= self.found_in
        purposes = get("purposes", "")
        return Request(
            requester_name=get("requester_name", ""),
            requester_email=get("requester_email", ""),
            requester_phone=get("requester_phone", ""),
            organisation=get("organisation", ""),
            postcode=get("postcode", ""),
            kind=Kind(get("kind")) if get("kind") else None,
            cqc_location_id=get("cqc_location_id", ""),
            cqc_provider_id=get("cqc_provider_id", ""),
            given_code=get("given_code", ""),
            purposes=tuple(purposes.split(", ")) if purposes else (),
            urgent_reason="; ".join(filter(None, (reason, wanted)))[:LONGEST_REASON],
            suggests_urgent=says_urgent or bool(reason) or get("urgent") == "yes",
            unreadable=unreadable,
            doubts=tuple(dict.fromkeys(self.doubts)),
            found_in={field: places[field] for field in places if field in _FIELDS},
        )


def _surety(pair: Pair, field: str, surest: Surety) -> Surety:
    """An answer is sure under a label that we know, in the field that the label asks for."""
    if pair.near or (pair.fact in INDIRECT and pair.fact != field):
        return Surety.LIKELY
    return surest


def _agreed(field: str, found: list[str]) -> str:
    """Of several answers in one place the first; of boxes all, and of two kinds none."""
    if field == "kind":
        return found[0] if len(set(found)) == 1 else ""
    if field == "purposes":
        return ", ".join(each for each in PURPOSES if each in ", ".join(found))
    return found[0]


def _unasked(_value: str) -> dict[str, str]:
    return {}


_FIELDS = frozenset(Request.__dataclass_fields__)
