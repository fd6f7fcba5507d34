"""Which calls have certain words in them: the condition of a query, its parameters bound."""

import string
from collections.abc import Sequence

from helpdesk.errors import BadValue
from helpdesk.references import number_of

TEXTS = (
    "c.organisation",
    "c.requester_name",
    "c.requester_email",
    "REPLACE(c.requester_phone, ' ', '')",
    "c.postcode",
    "REPLACE(c.postcode, ' ', '')",
    "c.site_code",
    "c.parent_code",
)
"""Where words are looked for, besides the reference."""

_HAYSTACK = "LOWER(" + " || '\n' || ".join(TEXTS) + ")"
_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def matching(words: Sequence[str]) -> tuple[str, dict[str, object]]:
    """The condition that a call `c` has each of `words` somewhere, and its parameters.

    Small and capital letters are the same. "" if there are no words.
    """
    conditions: list[str] = []
    parameters: dict[str, object] = {}
    for number, word in enumerate(words):
        ways = []
        for way, pattern in enumerate(patterns(word)):
            name = f"word_{number}_{way}"
            ways.append(f"{_HAYSTACK} LIKE :{name} ESCAPE '!'")
            parameters[name] = pattern
        if (call := _number(word)) is not None:
            ways.append(f"c.id = :number_{number}")
            parameters[f"number_{number}"] = call
        conditions.append(f"({' OR '.join(ways)})")
    return " AND ".join(conditions), parameters


def patterns(word: str) -> list[str]:
    """What `word` is found by. SQLite makes only ASCII small, so each of the others is tried."""
    literal = word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    small, large = literal.lower(), literal.upper().translate(_ASCII_LOWER)
    return [f"%{each}%" for each in dict.fromkeys((small, large))]


def _number(word: str) -> int | None:
    try:
        return number_of(word)
    except BadValue:
        return None
