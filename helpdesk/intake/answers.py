"""Collects the answers to a request's questions: the first place that answers one counts."""

import re
from collections.abc import Callable, Iterable, Mapping

from helpdesk.intake import PURPOSES, Kind, Request, characters, patterns
from helpdesk.intake.layout import Pair

LONGEST = 200
LONGEST_REASON = 1000

#: What people write into a line that they cannot answer.
NO_ANSWER = frozenset(
    {"-", "--", ".", "?", "as above", "don't know", "dont know", "n/a", "na", "nil", "no", "none"}
    | {"not applicable", "not known", "not yet", "pending", "see above", "tba", "tbc", "unknown"}
)
PROMPTS = ("click or tap", "click here", "choose an item", "enter text", "type here")
YES = ("yes", "y", "true")
NO = frozenset({"no", "n", "false", "not"})
_NOT_URGENT = re.compile(
    r"(?:(?:it|this|that) is |it.?s )?(?:not|non).{0,12}\burgent\W*", re.IGNORECASE
)


def text(value: str) -> str:
    """An answer on one line; "" for what people write when they have none."""
    plain = characters.line(value, LONGEST)
    none = plain.lower().rstrip(".!") in NO_ANSWER or plain.lower().startswith(PROMPTS)
    return "" if none else plain


def _person(value: str) -> str:
    return "" if "@" in value else text(value)


def _cqc(value: str) -> str:
    found = patterns.cqc_ids(value)
    if found:
        return found[0][0]
    enough = sum(letter.isdigit() for letter in value) >= 6  # noqa: PLR2004 - less is no id
    return text(value).upper() if enough else ""


def _cqc_number(value: str) -> dict[str, str]:
    """A number that may be of a location or of a provider; of two, the first is the location."""
    found = [each for each, _ in patterns.cqc_ids(value)]
    return {
        "cqc_location_id": found[0] if found else _cqc(value),
        "cqc_provider_id": found[1] if len(found) > 1 else "",
    }


def _organisation(value: str) -> dict[str, str]:
    return {"organisation": text(value), "postcode": patterns.postcode(value)}


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
    "requester_name": lambda value: {"requester_name": _person(value)},
    "requester_email": lambda value: {"requester_email": patterns.email(value)},
    "requester_phone": lambda value: {"requester_phone": patterns.any_phone(value)},
    "organisation": _organisation,
    "postcode": lambda value: {"postcode": patterns.postcode(value)},
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


class Answers:
    """What is known so far, and where each piece of it was found."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.found_in: dict[str, str] = {}

    def take(self, pairs: Iterable[Pair], place: str) -> None:
        """Add what the pairs of one place answer."""
        fresh: dict[str, list[str]] = {}
        for pair in pairs:
            for field, value in READERS.get(pair.fact, _unasked)(pair.value).items():
                fresh.setdefault(field, []).append(value)
        kinds = set(fresh.pop("kind", [])) - {""}
        named = ", ".join(fresh.pop("purposes", []))
        first = {field: next(filter(None, found), "") for field, found in fresh.items()}
        first["kind"] = kinds.pop() if len(kinds) == 1 else ""  # Two ticks tell nothing.
        self.fill(
            {**first, "purposes": ", ".join(each for each in PURPOSES if each in named)}, place
        )

    def fill(self, fields: Mapping[str, str], place: str) -> None:
        """Add the fields that nothing was known of."""
        for field, value in fields.items():
            if value and field not in self.values:
                self.values[field] = value
                self.found_in[field] = place

    def request(self, *, says_urgent: bool, unreadable: str) -> Request:
        """All of it as a Request."""
        get = self.values.get
        reason, needed_by = get("urgent_reason", ""), get("needed_by", "")
        wanted = f"needed by {needed_by}" if needed_by else ""
        places = {"urgent_reason": self.found_in.get("needed_by", "")} if wanted else {}
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
            found_in={field: places[field] for field in places if field in _FIELDS},
        )


def _unasked(_value: str) -> dict[str, str]:
    return {}


_FIELDS = frozenset(Request.__dataclass_fields__)
