"""A mail that another one carries on: whose it was, and what it said."""

import re

from helpdesk.intake import Address, Attachment, Forwarded, characters, headers, introductions
from helpdesk.intake.introductions import Introduction, Manner

LITTLE = 400  # so many characters of one's own are a covering note to what is attached

MAILS = ("message/rfc822", "message/global")

SUBJECTS = "fw fwd wg tr vs vl vb pd i rv enc fs továbbítás ilt trs doorst videresend 转发 転送"
"""What the subject of a forwarded mail begins with."""

REPLIES = "re aw sv antw odp rif r ynt vá ref res отв ha 回复 答复"
"""What the subject of an answer begins with."""

_PREFIX = re.compile(r"\s*(?:\[[^\]]{0,60}\]\s*)?([^\W\d_]{1,12})\s?(?:\[\d+\])?\s?[:\uff1a]\s*")
_MAIL_TO = re.compile(r"<mailto:[^<>]{0,320}>|\[mailto:([^\]\[]{1,320})\]")
_ON_BEHALF = re.compile(
    r"\s(?:on behalf of|im auftrag von|de la part de|en nombre de)\s", re.IGNORECASE
)
_PERSON = re.compile(
    r"(?:\"([^\"]{1,100})\"|[«„“]\s?([^«»„”“]{1,100}?)\s?[»”“]"
    r"|([^\s,<>\"«»„:\d][^,<>\"«»:\d]{0,99}?))"
    r"\s*<\s?(?:mailto:)?([^<>\s]{1,320}@[^<>\s]{1,320})>"
)
_QUOTED = re.compile(r"\s{0,3}> ?")
_NOT_NAMES = re.compile(
    r"^(?:(?:AM|PM|[+-]\d{4}|UTC|GMT|użytkownik|пользователь|skrev|schrieb)\s)+"
)


def is_named(subject: str) -> bool:
    """Whether a subject says that the mail is forwarded."""
    return _prefix(subject) in _words(SUBJECTS)


def in_text(subject: str, text: str, *, answers: bool) -> Forwarded | None:
    """The mail that is carried on in a text, None if it has none or only quotes what it answers.

    `answers` says whether the mail names another that it answers.
    """
    found = introductions.first(text)
    if not found or not _is_carried(found, subject, text, answers=answers):
        return None
    return Forwarded(
        sender=_sender(found),
        subject=characters.line(found.fields.get("subject", "") or _without_prefix(subject)),
        text=_unquoted(text.split("\n")[found.end :]),
    )


def attached(subject: str, own: str, attachments: tuple[Attachment, ...]) -> Attachment | None:
    """The first mail that is attached whole, if it is what this one is about."""
    first = next((each for each in attachments if each.content_type in MAILS), None)
    return first if first and (is_named(subject) or len(own.strip()) <= LITTLE) else None


def _is_carried(found: Introduction, subject: str, text: str, *, answers: bool) -> bool:
    if is_named(subject) or found.manner is Manner.FORWARDED:
        return True
    if answers or _prefix(subject) in _words(REPLIES):
        return False
    above = "".join(text.split("\n", found.begin)[: found.begin])
    return found.manner is Manner.HEAD or not above.strip()


def _prefix(subject: str) -> str:
    match = _PREFIX.match(subject)
    return introductions.folded(match[1]) if match else ""


def _words(table: str) -> set[str]:
    return set(table.split())


def _without_prefix(subject: str) -> str:
    while _prefix(subject) in _words(SUBJECTS) | _words(REPLIES):
        subject = _PREFIX.sub("", subject, count=1)
    return subject


def _sender(found: Introduction) -> Address:
    raw = found.fields.get("from") or found.words
    value = _ON_BEHALF.split(_MAIL_TO.sub(lambda match: f"<{match[1]}>" if match[1] else "", raw))[
        0
    ]
    if "from" in found.fields:
        people = headers.addresses(value, 1)
        return people[0] if people else Address("", "")
    person = _PERSON.search(value)
    if not person:
        return Address("", "")
    name = _NOT_NAMES.sub("", (person[1] or person[2] or person[3]).strip())
    return Address(characters.line(name, 200), headers.addresses(f"<{person[4]}>", 1)[0].address)


def _unquoted(lines: list[str]) -> str:
    """The lines of the mail, without the quote marks if it begins with one."""
    if _QUOTED.match(next(filter(str.strip, lines), "")):
        lines = [_QUOTED.sub("", line, count=1) for line in lines]
    return "\n".join(lines).strip("\n ")
