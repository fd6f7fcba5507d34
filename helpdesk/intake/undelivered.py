"""Bounces of programs that know no delivery reports: addresses and reasons from their text."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from helpdesk.intake import Returned, automatic, characters, headers, refusals
from helpdesk.intake.headers import Head

MOST_RECIPIENTS = 50
MOST_ADDRESSES = 500
LONGEST_REASON = 1000
NOISE = " \t\r\n:;,.>)]}\"'=*-"  # what may stand between an address and its reason


class Place(NamedTuple):
    """Where an address stands in a bounce, and how sure it is that it is the one that failed."""

    address: str
    rank: int  #: 0: it leads its line; 1: it is named as the one that failed; 2: neither
    begin: int
    end: int


def told(text: str) -> str:
    """What the program itself says: the text down to the copy of the letter."""
    found = _COPY.search(text)
    above = text[: found.start()] if found else text
    return above if above.strip() else text


def copied(text: str) -> str:
    """The copy of the letter that the text holds, or the start of it; "" if there is none."""
    found = _COPY.search(text)
    return text[found.start() :] if found else ""


def rows(head: Head, said: str) -> list[Returned]:
    """The letter's recipients of whom a bounce says that they did not get it, each with why.

    There is one without an address if the bounce names nobody. Which letter came back is
    not said here.
    """
    subject = headers.words(head.first("subject"))
    action = "delayed" if refusals.is_delay(f"{subject}\n{said}") else "failed"
    places = _places(head, said) or _in_subject(head, subject)
    starts = [place.begin for place in places if place.end] + [len(said)]
    return [
        _row(place, min(at for at in starts if at >= place.end), said, action)
        for place in places or [Place("", 2, 0, 0)]
    ]


def failed_recipients(head: Head) -> list[str]:
    """The addresses that a field of the head names as those that failed."""
    return [
        person.address
        for name in automatic.FAILED
        for value in head.every(name)
        for person in headers.addresses(headers.words(value), MOST_RECIPIENTS)
    ]


def _row(place: Place, until: int, said: str, action: str) -> Returned:
    why = said[place.end : min(until, place.end + LONGEST_REASON)] if place.end else ""
    line = said[said.rfind("\n", 0, place.begin) + 1 : place.begin]
    why = why if _LETTERS.search(why) else said[:LONGEST_REASON]
    earlier = _ORIGINALLY.search(why)
    return Returned(
        recipient=_clean(earlier[1]) if earlier else place.address,
        action=action,
        status=refusals.status(f"{line}{place.address}{why}") or refusals.status(said[:4096]),
        words=characters.line(why.lstrip(NOISE).rstrip(" \t\r\n<\"'=*-"), 300),
        original_id=None,
    )


def _places(head: Head, said: str) -> list[Place]:
    """The addresses that failed, in the order in which they stand."""
    named = failed_recipients(head)
    if named:
        return [_place_of(address, said) for address in dict.fromkeys(named)][:MOST_RECIPIENTS]
    own = _own(head)
    every = list(_candidates(said))
    # A letter to oneself is rare; but then nobody else is named.
    found = [place for place in every if place.address not in own] or [
        place for place in every if place.rank == 0 and place.address in _people(head, "to")
    ]
    best = min((place.rank for place in found), default=0)
    first: dict[str, Place] = {}
    for place in found:
        if place.rank == best:
            first.setdefault(place.address, place)
    return list(first.values())[:MOST_RECIPIENTS]


def _place_of(address: str, said: str) -> Place:
    at = said.lower().find(address)
    return Place(address, 0, at, at + len(address)) if at >= 0 else Place(address, 2, 0, 0)


def _own(head: Head) -> set[str]:
    """The two ends of the bounce itself: neither is the one that failed."""
    return _people(head, "from", "sender", "reply-to", "to")


def _people(head: Head, *fields: str) -> set[str]:
    return {person.address for name in fields for person in headers.addresses(head.first(name))}


def _candidates(said: str) -> Iterator[Place]:
    for found in islice(_ADDRESS.finditer(said), MOST_ADDRESSES):
        before = said[said.rfind("\n", 0, found.start()) + 1 : found.start()][-200:]
        if not _OTHERS.search(before):
            yield Place(_clean(found[0]), _rank(before, said, found.start()), *found.span())


def _rank(before: str, said: str, at: int) -> int:
    if _LEADING.fullmatch(before):
        line_above = said[:at][-300:].rstrip(_DECORATION).rpartition("\n")[2]
        return 2 if _SENT_BY.search(line_above) else 0
    return 1 if _LABEL.search(before) else 2


def _in_subject(head: Head, subject: str) -> list[Place]:
    own = _own(head)
    found = (_clean(each[0]) for each in _ADDRESS.finditer(subject))
    return [Place(address, 2, 0, 0) for address in found if address not in own]


def _clean(address: str) -> str:
    bare = _PREFIX.sub("", address.lower())
    return characters.visible(characters.line(bare, 320)).strip(".'*=-")


_DECORATION = " \t\r\n*>-\"'<([="
_ADDRESS = re.compile(
    r"(?<![^\s<>()\[\]\",;:])[^\s<>()\[\]\",;:@]{1,128}@[^\W_](?:[\w-]|\.(?=\w)){0,190}"
)
_PREFIX = re.compile(r"^(?:smtp|rfc822|mailto)=")
_LEADING = re.compile(rf"[{re.escape(_DECORATION)}]*")
_LETTERS = re.compile(r"[^\W\d_]{3}")
_SENT_BY = re.compile(r"\b(?:sent by|from)\W*$", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:\b(?:users?|userid|recipients?|address(?:ed)?|deliver(?:ed|y|ing)?|mail|messages?"
    r"|attempts|errors?|failed|failure|rcpt to|undeliverable to|could not find)\b|\b[45]\d\d\b)"
    r"[^@\n]{0,25}$",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"^\W*(?:to|cc|bcc|subject|date|reply-to)\s*:"
    r"|(?:\b(?:contact|message-?id|sender|sent by|mail from|from|reply(?:-to)?|by|helo|help"
    r"|assistance|administrator|postmaster)\b|https?://|return-path)[^@\n]{0,40}$",
    re.IGNORECASE,
)
_ORIGINALLY = re.compile(
    r"\b(?:(?:generated|expanded) from|originally addressed to):?\s{1,20}<?"
    r"([^\s<>()\[\]\",;:@]{1,128}@[^\s<>()\[\]\",;:@]{1,190})",
    re.IGNORECASE,
)
_COPY = re.compile(
    r"^[ \t>*=_+.#-]{0,80}(?:"
    r"(?:an? )?(?:copy of the )?(?:original|returned|unsent|undelivered|old) (?:mail|message)\b"
    r"(?! (?:was|were|could|has|had|is not|id)\b)"
    r"|(?:[\w ]{0,40}\bis |enclosed |included |attached )?an? (?:copy|summary) of (?:the|your)\b"
    r"|(?:the )?(?:\w+ )?headers?\b.{0,60}\bfollow"
    r"|your message reads"
    r"|mensaje original|urspr.ngliche nachricht|message d.origine|oorspronkelijk bericht"
    r"|messaggio originale"
    r"|(?:return-path|received|dkim-signature|delivered-to|arc-seal|x-[a-z-]{2,40}): ?\S"
    r")",
    re.IGNORECASE | re.MULTILINE,
)
