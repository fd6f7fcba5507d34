"""The text of a mail as its writer wrote it: what is theirs, and whether it is urgent."""

import re

from helpdesk.intake import Message, forwards, labels, quotes

_MARKS = re.compile(r"^(?:\s{0,3}>)+ ?")
_URGENT = re.compile(
    r"(?<!not )(?<!not so )(?<!non-)(?<!non )(?<!n't )(?<!n\u2019t )\burgent(?:ly)?\b",
    re.IGNORECASE,
)


def own_words(message: Message) -> str:
    """The text without the mail that it answers.

    All of it if nothing else was written, or if it was forwarded: the request lies further down.
    """
    own = message.own or quotes.own(message.text)
    if own != message.text and not forwards.is_named(message.subject) and not message.forwarded:
        return own
    return "\n".join(_MARKS.sub("", line) for line in message.text.split("\n"))


def says_urgent(subject: str, own: str) -> bool:
    """Whether the writer calls it urgent; the question of a form, quoted, does not count."""
    said = [line for line in own.split("\n") if _URGENT.search(line)]
    return bool(_URGENT.search(subject)) or any(
        labels.fact(re.split(r"[:?\t]", line, maxsplit=1)[0]) not in {"urgent", "urgent_reason"}
        for line in said
    )
