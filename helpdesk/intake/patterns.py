"""How the facts of a request look: each function gives the first that a text holds, or ""."""

import re

from helpdesk.cqc_ids import ids_at
from helpdesk.intake import Kind

FEWEST_DIGITS = 6  # of a telephone number without its area code

#: A full postcode (BS 7666), with or without its space.
_POSTCODE = re.compile(
    r"\b(GIR|[A-Z]{1,2}\d[A-Z\d]?)\s{0,3}(\d[ABD-HJLNP-UW-Z]{2})\b", re.IGNORECASE
)
_SAID_BEHIND = re.compile(
    r"\s*(?:\(|is |was |=|[-\u2013] )\s*(?:(?:our|the|my|cqc) )*(provider|location)\b",
    re.IGNORECASE,
)
_FAX = re.compile(
    r"(?:\bfax|(?:^|[\s|,])F)(?: ?no| number)?\W{0,4}\Z", re.IGNORECASE | re.MULTILINE
)
_ZERO_LOST = re.compile(r"[1237]\d{9}")
_PHONE = re.compile(r"(?<![\w+/.-])(?:\+44|0)(?:[ ().-]{0,3}\d){9,11}(?![\w-])")
_DIGITS = re.compile(r"\+?\(?\d[\d ()./-]{4,30}\d")
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+&'-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,62})\.){1,8}[a-z]{2,24}\b",
    re.IGNORECASE | re.ASCII,
)
_SHORT_CODE = re.compile(r"\b(?=[A-Z0-9]{0,5}\d)(?=\d{0,5}[A-Z])[A-Z0-9]{3,6}\b")
#: A quarter of the codes of sites have no digit; letters that no code holds tell words apart.
_IN_CAPITALS = r"V[0-9AC-HJ-NP-RTVWXY]{4}"
_SITE_CODE = re.compile(rf"\b{_IN_CAPITALS}\b")
_ABOUT_A_POSTCODE = re.compile(r"(?<![A-Z0-9])[A-Z0-9]{2,4}[\s.-]{0,3}[A-Z0-9]{3}(?![A-Z0-9])")
_CODE_IN_PROSE = re.compile(
    r"\b(?:ods|nacs|site|parent|organisation) codes?\s*(?:is|was|of|=|:|-)?\s*"
    rf"[(\"']?(?:((?=\w{{0,5}}\d)[a-z][a-z0-9]{{2,5}})|((?-i:{_IN_CAPITALS})))\b",
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


def postcode_told(text: str) -> str:
    """The postcode in an answer that should be one: what is written a little wrong stays so."""
    if found := postcode(text):
        return found
    match = _ABOUT_A_POSTCODE.fullmatch(" ".join(text.upper().split()))
    return match[0] if match and any(map(str.isdigit, match[0])) else ""


def postcodes_at(text: str) -> list[int]:
    """Where in a text postcodes stand."""
    return [match.start() for match in _POSTCODE.finditer(text)]


def cqc_ids(text: str) -> list[tuple[str, int]]:
    """Each CQC id, and where in the text it stands."""
    return [(found.value, found.start) for found in ids_at(text)]


def told_cqc_ids(text: str) -> tuple[str, str]:
    """The first id of a location and the first of a provider; one that is not said is a location.

    It is said by the word behind the id, in brackets or so, or else by the last one before it.
    """
    locations: list[str] = []
    providers: list[str] = []
    end = 0
    for found in ids_at(text):
        behind = _SAID_BEHIND.match(text, found.end, found.end + 40)
        before = text[max(end, found.start - 60) : found.start].lower()
        said = behind[1].lower() == "provider" if behind else _of_provider(before)
        (providers if said else locations).append(found.value)
        end = behind.end() if behind else found.end
    return next(iter(locations), ""), next(iter(providers), "")


def phone(text: str) -> str:
    """A British telephone number in running text, as it is given; no fax."""
    return next((number for number, _ in phones(text)), "")


def phones(text: str) -> list[tuple[str, int]]:
    """Each British telephone number that is not said to be a fax, and where it stands."""
    found = [match for match in _PHONE.finditer(text) if not _is_fax(text, match.start())]
    return [(_plain_phone(match[0]), match.start()) for match in found]


def any_phone(text: str) -> str:
    """The number in an answer that should be one, British or not."""
    match = _DIGITS.search(text.replace("(0)", ""))
    number = _plain_phone(match[0]) if match else ""
    enough = sum(map(str.isdigit, number)) >= FEWEST_DIGITS
    return phone(text) or (_with_zero(number) if enough else "")


def email(text: str) -> str:
    match = _EMAIL.search(text)
    return match[0].lower() if match else ""


def code(text: str) -> str:
    """The ODS code in an answer that should be one."""
    whole = "".join(text.split()).upper()
    if re.fullmatch(r"[A-Z0-9]{3,6}", whole) and re.search(r"\d", whole):
        return whole
    match = _SHORT_CODE.search(text.upper()) or _SITE_CODE.search(text)
    return match[0] if match else _site_code(whole)


def code_in_prose(text: str) -> str:
    """The code behind the words "ODS code" in running text."""
    match = _CODE_IN_PROSE.search(text)
    return next(filter(None, match.groups())).upper() if match else ""


def kind(text: str) -> str:
    """The kind that the words speak of, "" if they speak of both or of none."""
    found = [kind.value for kind, pattern in _KINDS if pattern.search(text)]
    return found[0] if len(found) == 1 else ""


def purposes(text: str) -> tuple[str, ...]:
    return tuple(name for name, pattern in _PURPOSES if pattern.search(text))


def _site_code(whole: str) -> str:
    return whole if _SITE_CODE.fullmatch(whole) else ""


def _is_fax(text: str, at: int) -> bool:
    return bool(_FAX.search(text[max(0, at - 20) : at]))


def _of_provider(before: str) -> bool:
    return before.rfind("provider") > before.rfind("location")


def _with_zero(number: str) -> str:
    """Spreadsheets take a number as a number, and lose the zero that it begins with."""
    return f"0{number}" if _ZERO_LOST.fullmatch(number) else number


def _plain_phone(text: str) -> str:
    return " ".join(re.sub(r"[^\d+]+", " ", text.replace("(0)", " ")).split())
