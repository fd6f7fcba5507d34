"""What the running text of a mail says of a request in passing."""

import re
from collections.abc import Iterator

from helpdesk.intake import labels, layout, names, patterns
from helpdesk.intake.layout import Pair

MOST_SENTENCES = 1000
LONGEST_SENTENCE = 400
LONGEST_LINE = 2000
MOST_POSTCODES = 20

#: What stands before the name of an organisation, and leaves little doubt that it is one.
_FROM_THERE = re.compile(
    r"(?:\b(?:called|named)|\bon behalf of|\bI represent"
    r"|\b(?:manager|owner|director|administrator|proprietor|matron|carer|clerk)"
    r" (?:of|at|for|here at)"
    r"|\bhere (?:from|at)|\bI(?:'m| am)(?:\s[A-Z]\w+){0,2} from|\bI (?:work|am based) (?:at|for)"
    r"|\b(?:taken over|took over)(?: from(?:\s[A-Z]\w+){1,2})? at)\s+"
)
#: What often stands before one: the name has to look like it.
_MAYBE_THERE = re.compile(
    r"(?:\b(?i:codes?|request|application) (?:for|of)(?: our [a-z ]{0,30},)?"
    r"|\b(?:writing|emailing|mailing|calling|ringing|contacting you|getting in touch)"
    r" (?:from|for|about|regarding)"
    r"|\b(?:this|it) is for|\b[Ww]e(?:'re| are)|\b(?:from|at|for|is|of|regarding|(?i:re))"
    r"|\b(?:home|company|agency|organisation|business|service),)[:\s]\s*"
)
_OPENS = re.compile(
    r"\s*(?P<name>[A-Z].{2,80}?)(?:\s\([^()]*\))?\s"
    r"(?:would|needs?|requires?|wants?|has|have|is|are|does|provides?)\b"
)
_LAST_CLAUSE = re.compile(r"[,:;.\n(]")
_HERE = re.compile(r"(?:^|[.!?]\s+)([A-Z]\w+ [A-Z]\w+) here\b", re.MULTILINE)
_I_AM = re.compile(r"\b(?:[Mm]y name(?: is|'s)|[Nn]ame's|I am|I'm|[Tt]his is)\s+(?=[A-Z])")
_STATES = re.compile(r"(?:\s(?:is|are|was)|(?<=\w)'s|(?<=\w)\u2019s)[:\s]\s*")
_WORDS_BEFORE = re.compile(r"[A-Za-z][\w/-]*")
_NEXT_STATEMENT = re.compile(r"[,;]\s|\s(?:and|but)\s")
_SENTENCE = re.compile(r"\n|(?<!\bSt\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bDr\.)(?<=[^A-Z\s.][.!?])\s|;\s")
_NOT_ONE = re.compile(r"\b(?:not|isn't|no longer|neither)\b[^.,;\n]{0,30}", re.IGNORECASE)
_SUBJECT_PARTS = re.compile(r"\s[-\u2013\u2014]\s|:\s")
_NUMBERED = re.compile(r"\A\s{0,5}\d{1,2}[.)]\s")
_FOR_CALLS = re.compile(
    r"\b(?:call|contact|direct|line|mob|mobile|number|phone|reach|ring|tel|telephone|text|on|no)\b"
    r"[^\n]{0,40}$",
    re.IGNORECASE,
)
#: Facts that are asked for by name, and may so be stated too: "our postcode is ZZ1 1AA".
_STATED = frozenset(
    {"requester_name", "requester_email", "requester_phone", "organisation", "postcode"}
    | {"cqc_location_id", "cqc_provider_id", "given_code"}
)


def stated(text: str) -> list[Pair]:
    """The facts that sentences state by their label: "the contact is Cris Carter"."""
    return [pair for sentence in _sentences(text) for pair in _statements(sentence)]


def facts(subject: str, text: str) -> dict[str, str]:
    """What can be guessed from the rest: "I am writing from Rose Cottage Care Home"."""
    location, provider = patterns.told_cqc_ids(text)
    said = "\n".join([subject, *(line for line in text.split("\n") if not layout.has_box(line))])
    return {
        "requester_name": next(_people(text), ""),
        "organisation": next(_organisations(subject, text), ""),
        "postcode": patterns.postcode(text),
        "cqc_location_id": location,
        "cqc_provider_id": provider,
        "requester_phone": _phone(text),
        "given_code": patterns.code_in_prose(text),
        "kind": patterns.kind(_NOT_ONE.sub(" ", said)),
        "purposes": ", ".join(patterns.purposes(said)),
    }


def _sentences(text: str) -> Iterator[str]:
    for sentence in _SENTENCE.split(text)[:MOST_SENTENCES]:
        if 0 < len(sentence) <= LONGEST_SENTENCE:
            yield sentence


def _statements(sentence: str) -> Iterator[Pair]:
    for states in list(_STATES.finditer(sentence))[:10]:
        label = _label_before(sentence[: states.start()])
        fact = labels.fact(label)
        value = _NEXT_STATEMENT.split(sentence[states.end() :], maxsplit=1)[0]
        if fact in {"requester_name", "organisation"}:
            value = names.leading(value)
        if fact in _STATED and value:
            yield Pair(fact, label, value, near=True)


def _label_before(text: str) -> str:
    """The longest row of words at the end of a text that is a label."""
    begins = [word.start() for word in _WORDS_BEFORE.finditer(text[-60:])][-6:]
    candidates = (text[-60:][at:] for at in begins)
    return next((each for each in candidates if labels.is_exact(each)), "")


def _people(text: str) -> Iterator[str]:
    yield from filter(names.person, _HERE.findall(text))
    for match in _I_AM.finditer(text):
        words = names.leading(text[match.end() : match.end() + 60]).split()
        for count in (3, 2):
            if len(words) >= count and names.person(" ".join(words[:count])):
                yield " ".join(words[:count])
                break


def _organisations(subject: str, text: str) -> Iterator[str]:
    for sentence in _sentences(text):
        for there in _FROM_THERE.finditer(sentence):
            name = names.leading(sentence[there.end() :])
            if name and not set(names.words(name)) <= names.GENERIC | names.ROLES:
                yield name
    for sentence in (*_sentences(text), subject):
        yield from filter(names.is_organisation, _likely(sentence))
    yield from filter(names.is_house, _beside_postcodes(text))
    yield from filter(names.is_organisation, _alone(subject, text))


def _likely(sentence: str) -> Iterator[str]:
    for there in _MAYBE_THERE.finditer(sentence):
        yield names.leading(sentence[there.end() :])
    opens = _OPENS.match(sentence)
    if opens and names.leading(opens["name"]) == opens["name"]:
        yield opens["name"]


def _beside_postcodes(text: str) -> Iterator[str]:
    """The names that stand right before a postcode: "Rose Cottage, ZZ1 1AA"."""
    for at in patterns.postcodes_at(text)[:MOST_POSTCODES]:
        clause = _LAST_CLAUSE.split(text[max(0, at - 80) : at].rstrip(" ,("))[-1]
        begins = [word.start() for word in re.finditer(r"\b[A-Z]", clause)]
        ends = (clause[begin:].strip() for begin in begins)
        yield from (each for each in ends if names.leading(each) == each)


def _alone(subject: str, text: str) -> Iterator[str]:
    """Lines that are nothing but such a name; parts of the subject, and brackets."""
    beside = re.findall(r"\(([^()\n]{5,80})\)", text)
    for line in (*text.split("\n")[:200], *_SUBJECT_PARTS.split(subject), *beside):
        plain = _NUMBERED.sub("", line[:LONGEST_SENTENCE]).strip(" .,*_-\t")
        if plain and names.leading(plain) == plain:
            yield plain


def _phone(text: str) -> str:
    """A number that is said to be there for calls, or that has a line for itself."""
    for line in text.split("\n"):
        for number, at in patterns.phones(line[:LONGEST_LINE]):
            alone = len(line.strip()) <= len(number) + 12
            if alone or number.startswith("07") or _FOR_CALLS.search(line[max(0, at - 60) : at]):
                return number
    return ""
