"""The text of a mail as its writer wrote it: what is theirs, and what it says in passing."""

import re

from helpdesk.intake import Message, labels, layout, patterns

_FORWARDED = re.compile(r"\s*(?:fw|fwd|tr|wg)\s*:", re.IGNORECASE)
_MAY_BEGIN = re.compile(r"\s*(?:-{2}|On\s|\*?From:)")
_ORIGINAL = re.compile(r"\s*-{2,}\s*(?:original message|reply above)", re.IGNORECASE)
_WROTE = re.compile(r"\s*On\s.{5,250}\swrote\s?:\s*$", re.DOTALL)
_FROM = re.compile(r"\s*\*?From:\*?\s")
_SENT = re.compile(r"\s*\*?(?:Sent|Date):\*?\s")
_QUOTED = re.compile(r"\s{0,3}>")
_MARKS = re.compile(r"^(?:\s{0,3}>)+ ?")
_URGENT = re.compile(
    r"(?<!not )(?<!not so )(?<!non-)(?<!non )(?<!n't )(?<!n\u2019t )\burgent(?:ly)?\b",
    re.IGNORECASE,
)


def own_words(message: Message) -> str:
    """The text without the mail that it answers.

    All of it if nothing else was written, or if it was forwarded: the request lies further down.
    """
    lines = message.text.split("\n")
    if not _FORWARDED.match(message.subject):
        above = [line for line in lines[: _quote_begins(lines)] if not _QUOTED.match(line)]
        if "".join(above).strip(" \t_"):
            return "\n".join(above)
    return "\n".join(_MARKS.sub("", line) for line in lines)


def facts(subject: str, own: str) -> dict[str, str]:
    """What the running text says of the facts of a request, for want of a form."""
    provider = [each for each, at in patterns.cqc_ids(own) if _of_provider(own, at)]
    location = [each for each, at in patterns.cqc_ids(own) if not _of_provider(own, at)]
    said = "\n".join([subject, *(line for line in own.split("\n") if not layout.has_box(line))])
    return {
        "postcode": patterns.postcode(own),
        "cqc_location_id": next(iter(location), ""),
        "cqc_provider_id": next(iter(provider), ""),
        "requester_phone": patterns.phone(own),
        "given_code": patterns.code_in_prose(own),
        "kind": patterns.kind(said),
        "purposes": ", ".join(patterns.purposes(said)),
    }


def says_urgent(subject: str, own: str) -> bool:
    """Whether the writer calls it urgent; the question of a form, quoted, does not count."""
    said = [line for line in own.split("\n") if _URGENT.search(line)]
    return bool(_URGENT.search(subject)) or any(
        labels.fact(re.split(r"[:?\t]", line, maxsplit=1)[0]) not in {"urgent", "urgent_reason"}
        for line in said
    )


def _quote_begins(lines: list[str]) -> int:
    likely = (at for at, line in enumerate(lines) if _MAY_BEGIN.match(line))
    return next((at for at in likely if _begins_quote(lines[at : at + 5])), len(lines))


def _begins_quote(lines: list[str]) -> bool:
    first = lines[0]
    if _ORIGINAL.match(first):
        return True
    if first.lstrip().startswith("On "):
        return any(_WROTE.match(" ".join(lines[:count])) for count in (1, 2, 3))
    return bool(_FROM.match(first)) and any(_SENT.match(line) for line in lines[1:])


def _of_provider(text: str, at: int) -> bool:
    before = text[max(0, at - 60) : at].lower()
    return before.rfind("provider") > before.rfind("location")
