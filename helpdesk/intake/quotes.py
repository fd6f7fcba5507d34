"""What the sender of a mail wrote, apart from the mails that they quote or carry on."""

import re

from helpdesk.intake import introductions
from helpdesk.intake.introductions import Introduction, Manner

SEPARATOR = "Please reply above this line"
"""The line of our letters that answers are written above."""

_QUOTED = re.compile(r"\s{0,3}>")
_RULE = re.compile(r"[\s_=-]*")
_GREETING = re.compile(
    r"\s*(?:dear|hello|hi|hiya|good (?:morning|afternoon|evening|day))\b[^\n]{0,40}\s*",
    re.IGNORECASE,
)


def own(text: str) -> str:
    """The sender's own words in a text, all of it if nothing else is left.

    Answers between the lines of a quote, or below it, are the sender's too.
    """
    words = _unquoted(_above_separator(text))
    if _says_nothing(words.split("\n")):
        words = _unquoted(text)  # Who answers below a quote has our line in it.
    return text if words in ("", text) else words.strip("\n")


def _unquoted(text: str) -> str:
    """The text without what it quotes, "" if nothing is left."""
    lines = text.split("\n")
    found = introductions.first(text)
    kept = _around(lines, found) if found else lines
    words = [line for line in kept if not _QUOTED.match(line)]
    return "\n".join(words) if "".join(words).strip(" \t_") else ""


def _above_separator(text: str) -> str:
    """The text above our own line, whatever marks a mail program put before it."""
    at = text.casefold().find(SEPARATOR.casefold())
    return text if at < 0 else text[: text.rfind("\n", 0, at) + 1]


def _around(lines: list[str], found: Introduction) -> list[str]:
    above = lines[: found.begin]
    while above and _RULE.fullmatch(above[-1]):
        above.pop()  # A rule between the two mails belongs to neither.
    below = lines[found.end :]
    if found.manner is Manner.WROTE and (_answers_between(below) or _says_nothing(above)):
        return [*above, *below]
    return above


def _says_nothing(lines: list[str]) -> bool:
    """Whether there is nothing but a greeting: what is said stands further down."""
    words = "\n".join(lines).strip()
    return not words or bool(_GREETING.fullmatch(words))


def _answers_between(lines: list[str]) -> bool:
    """Whether a quote goes on after words that are not quoted."""
    turns = [bool(_QUOTED.match(line)) for line in lines if line.strip()]
    blocks = sum(now and not before for before, now in zip([False, *turns], turns, strict=False))
    return blocks > 1 and turns[0]
