"""What the names of people and of care providers look like in running text."""

import re

#: Words that no person is called, but that a home or a company is.
CARE_WORDS = frozenset(
    {"care", "cic", "cottage", "domiciliary", "grange", "healthcare", "home", "homecare"}
    | {"homes", "hospice", "limited", "living", "llp", "lodge", "ltd", "manor", "nursing", "plc"}
    | {"residential", "villa"}
)
HOUSE_WORDS = (
    CARE_WORDS
    | {"agency", "court", "gardens", "group", "hall", "house", "park", "rest", "services"}
    | {"support", "trust", "view"}
)
ROLES = frozenset(
    {"admin", "administration", "administrator", "assistant", "carer", "ceo", "clerk"}
    | {"coordinator", "deputy", "director", "executive", "founder", "individual", "lead"}
    | {"manager", "matron", "nominated", "nurse", "officer", "operations", "owner", "partner"}
    | {"proprietor", "receptionist", "registered", "responsible", "secretary", "senior"}
    | {"supervisor"}
)
#: Offices that write to the desk too, and are no care providers.
OFFICES = frozenset({"borough", "ccg", "council", "cqc", "icb", "nhs", "university"})
#: Words with a capital that are no part of a name.
NO_NAMES = frozenset(
    {"all", "and", "are", "as", "at", "best", "can", "cheers", "code", "codes", "could"}
    | {"council", "cqc", "daemon", "dear", "delivery", "desk", "dsp", "dspt", "email", "england"}
    | {"failure", "for", "forwarded", "from", "gp", "have", "hello", "help", "hi", "hope", "i"}
    | {"id", "if", "in", "is", "it", "kind", "mail", "mailbox", "many", "me", "message", "my"}
    | {"need", "nhs", "nhsmail", "number", "ods", "office", "or", "original", "our", "please"}
    | {"postmaster", "provider", "re", "reasons", "regards", "report", "request", "sent", "sir"}
    | {"so", "system", "team", "thank", "thanks", "that", "this", "to", "toolkit", "uk", "urgent"}
    | {"us", "user", "we", "what", "with", "would", "yes", "you", "your", "yours"}
)
#: Words that do not make a name of an organisation on their own.
GENERIC = CARE_WORDS | {"a", "an", "company", "new", "our", "small", "the", "your", "this", "my"}

LONGEST = 80

_WORD = r"[A-Z0-9][\w'\u2019&-]*"
_SMALL = "|".join(sorted(CARE_WORDS))
_JOINT = r"(?:of|the|&|de|la|le|upon)"
_AND = r"and\s+(?=(?i:care|support|sons?|son|nursing|living|daughters?|co)\b)"
_RUN = re.compile(
    rf"(?:(?i:the)\s+)?(?:St\.?\s+)?{_WORD}(?:[ ](?:(?:{_JOINT}|{_AND})\s*)*"
    rf"(?:St\.[ ])?(?:{_WORD}|(?i:{_SMALL})\b))*"
)
_NAME = r"(?:[A-Z][a-z\u00c0-\u024f'\u2019]+|[A-Z]{2,}|[A-Z]\.?|[Oo]['\u2019][A-Z][a-z]+)"
_PERSON = re.compile(rf"(?:(?:Mr|Mrs|Ms|Miss|Dr|Rev)\.?\s)?{_NAME}(?:[ -]{_NAME}){{1,3}}")
_IN_BRACKETS = re.compile(r"\s*\([^()]{0,40}\)")
_AFTER_NAME = re.compile(r"(?:,?\s(?:[A-Z]{2,5}|B\.?Sc|M\.?Sc|Ph\.?D|Hons))+$")
_LIST_NAME = re.compile(r"([^,()]{2,40}), ([^,()]{2,40}?)\s*\(([^()]{2,80})\)")
_CODE_BEHIND = re.compile(r"(.+?)\s[-\u2013]\s((?=[A-Z]*\d)[A-Z][A-Z0-9]{2,5})")


def words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def is_organisation(text: str) -> bool:
    """Whether this can only be the name of a home or a company: more than common words."""
    found = set(words(text))
    return bool(found & CARE_WORDS) and not found <= GENERIC | ROLES


def is_house(text: str) -> bool:
    """Whether this may well be the name of a home: Holly House, which might be a person too."""
    found = set(words(text))
    return bool(found & HOUSE_WORDS) and not found <= GENERIC | HOUSE_WORDS | ROLES


def is_role(text: str) -> bool:
    return bool(set(words(text)) & ROLES)


def person(text: str) -> str:
    """The name, if the text is a person's name and nothing else but letters behind it."""
    plain = _IN_BRACKETS.sub("", text.strip(" .,;*_")) if len(text) <= LONGEST else ""
    bare = _AFTER_NAME.sub("", plain)
    if not _PERSON.fullmatch(bare):
        return ""
    found = set(words(bare))
    return "" if found & (CARE_WORDS | ROLES | NO_NAMES) else bare


def leading(text: str) -> str:
    """The name that a text begins with: its words with capitals, and small ones between them."""
    match = _RUN.match(text[:150])
    found = match[0].split() if match else []
    if OFFICES & set(words(" ".join(found))):
        return ""
    kept: list[str] = []
    for word in found:
        if word.lower().strip("'\u2019.") in NO_NAMES - {"and"}:
            break
        kept.append(word)
    while kept and kept[-1].lower() in {"and", "of", "the", "&", "de", "la", "le", "upon"}:
        kept.pop()
    return " ".join(kept)


def from_directory(shown: str) -> tuple[str, str, str]:
    """Name, organisation and code of a sender whose directory shows "SMITH, John (HOME - CODE)"."""
    match = _LIST_NAME.fullmatch(shown.strip())
    if not match:
        return "", "", ""
    family, given, organisation = match.groups()
    coded = _CODE_BEHIND.fullmatch(organisation)
    name, code = (coded[1], coded[2]) if coded else (organisation, "")
    return f"{_eased(given)} {_eased(family)}", _eased(name), code


def _eased(text: str) -> str:
    """Words that are all in capitals, as people write them."""
    return " ".join(
        word.capitalize() if word.isupper() and word.isalpha() else word for word in text.split()
    )
