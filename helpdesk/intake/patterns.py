"""How the facts of a request look: each function gives the first that a text holds, or ""."""

import re

from helpdesk.intake import Kind

#: A full postcode (BS 7666), with or without its space.
_POSTCODE = re.compile(
    r"\b(GIR|[A-Z]{1,2}\d[A-Z\d]?)\s{0,3}(\d[ABD-HJLNP-UW-Z]{2})\b", re.IGNORECASE
)
_CQC_ID = re.compile(r"(?<![\w-])1\s?[-\u2010-\u2015]\s?(\d{9,11})(?!\d)")
_PHONE = re.compile(r"(?<![\w+/.-])(?:\+44|0)(?:[ ().-]{0,3}\d){9,11}(?![\w-])")
_DIGITS = re.compile(r"\+?\(?\d[\d ()./-]{4,30}\d")
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+&'-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,62})\.){1,8}[a-z]{2,24}\b",
    re.IGNORECASE | re.ASCII,
)
_SHORT_CODE = re.compile(r"\b(?=[A-Z0-9]{0,5}\d)(?=\d{0,5}[A-Z])[A-Z0-9]{3,6}\b")
_CODE_IN_PROSE = re.compile(
    r"\b(?:ods|nacs|site|parent|organisation) code\s*(?:is|was|of|=|:|-)?\s*"
    r"((?=\w{0,5}\d)[a-z][a-z0-9]{2,5})\b",
    re.IGNORECASE,
)
_KINDS = (
    (Kind.CARE_HOME, re.compile(r"\b(?:care[ -]?homes?\b|nursing|residential)", re.IGNORECASE)),
    (
        Kind.DOMICILIARY,
        re.compile(r"\b(?:domiciliary|home[ -]?care\b|care at home\b|dom care\b)", re.IGNORECASE),
    ),
)
_PURPOSES = (
    ("DSPT", re.compile(r"\b(?:dspt|dsp toolkit|data security|protection toolkit)", re.IGNORECASE)),
    ("NHSmail", re.compile(r"\bnhs[ -]?mail|(?<!@)\bnhs\.net\b", re.IGNORECASE)),
)


def postcode(text: str) -> str:
    """As it is written on an envelope: OL4 2QU."""
    match = _POSTCODE.search(text)
    return f"{match[1]} {match[2]}".upper() if match else ""


def cqc_ids(text: str) -> list[tuple[str, int]]:
    """Each CQC id, and where in the text it stands."""
    return [(f"1-{match[1]}", match.start()) for match in _CQC_ID.finditer(text)]


def phone(text: str) -> str:
    """A British telephone number in running text, as it is given."""
    match = _PHONE.search(text)
    return _plain_phone(match[0]) if match else ""


def any_phone(text: str) -> str:
    """The number in an answer that should be one, British or not."""
    match = _DIGITS.search(text.replace("(0)", ""))
    return phone(text) or (_plain_phone(match[0]) if match else "")


def email(text: str) -> str:
    match = _EMAIL.search(text)
    return match[0].lower() if match else ""


def code(text: str) -> str:
    """The ODS code in an answer that should be one."""
    whole = "".join(text.split()).upper()
    if re.fullmatch(r"[A-Z0-9]{3,6}", whole) and re.search(r"\d", whole):
        return whole
    match = _SHORT_CODE.search(text.upper())
    return match[0] if match else ""


def code_in_prose(text: str) -> str:
    """The code behind the words "ODS code" in running text."""
    match = _CODE_IN_PROSE.search(text)
    return match[1].upper() if match else ""


def kind(text: str) -> str:
    """The kind that the words speak of, "" if they speak of both or of none."""
    found = [kind.value for kind, pattern in _KINDS if pattern.search(text)]
    return found[0] if len(found) == 1 else ""


def purposes(text: str) -> tuple[str, ...]:
    return tuple(name for name, pattern in _PURPOSES if pattern.search(text))


def _plain_phone(text: str) -> str:
    return " ".join(re.sub(r"[^\d+]+", " ", text.replace("(0)", " ")).split())
