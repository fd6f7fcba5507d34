"""What the lines of a request form are called: the many labels of each fact."""

import re
import unicodedata
from functools import lru_cache

from helpdesk.intake import characters

_WHOSE = (
    r"(?:(?:your|my|our|the|contact|main|work|business|office|direct|best|requester s?"
    r"|applicant s?) )*"
)
_PLACE = (
    r"(?:organi[sz]ation|company|care home|nursing home|residential home|home|care provider"
    r"|provider|care agency|agency|business|care service|service|site|location|setting|employer"
    r"|domiciliary care agency|home care agency|care company)"
)
_WHAT_IS = r"(?:(?:what is|please (?:give|enter|provide|state)) )?"
_OURS = r"(?:(?:your|our|the|my) )*"
_PHONE = r"(?:tel|telephone|phone|mobile|mob|landline|cell)"
_NUMBER = r"(?:id|ids|identifier|identification|number|num|no|ref|reference|code)"

#: fact -> the labels that ask for it, simplified as `simple` does; the first that fits counts.
LABELS: tuple[tuple[str, str], ...] = (
    (
        "requester_email",
        rf"{_WHAT_IS}{_WHOSE}(?:organi[sz]ation )?e ?mail(?: (?:address|addr|id))*|e",
    ),
    (
        "requester_phone",
        rf"{_WHAT_IS}{_WHOSE}(?:(?:mobile|daytime|landline|home|organi[sz]ation|direct) )*"
        rf"{_PHONE}(?: (?:or|and|no|nos|number|numbers|num|{_PHONE}))*"
        r"|(?:your |best )?contact (?:tel )?(?:no|number)|telephone or mobile.*"
        r"|direct (?:line|dial)"
        r"|[tmpd]",
    ),
    (
        "requester_name",
        rf"{_WHAT_IS}{_WHOSE}(?:full |first and last )?name(?: and surname)?"
        r"|(?:the |our |main |your |named )*contact(?: person)?(?: for (?:this|the) .{1,30})?"
        r"|person to contact"
        r"|name of (?:the )?(?:main )?(?:requester|contact|applicant|sender|person)\b.*"
        r"|requester|(?:requested|completed|submitted) by|person (?:making|completing) .*",
    ),
    (
        "provider_name",
        r"(?:(?:registered )?provider|parent (?:company|organi[sz]ation)|company|group"
        r"|legal entity|registered company) name"
        r"|name of (?:the |your |our )?(?:registered )?(?:provider|parent .{1,20}|company|group)"
        rf"|{_OURS}provider"
        r"|(?:your |our )?(?:parent (?:company|organi[sz]ation)|registered provider|group)",
    ),
    (
        "organisation",
        rf"(?:{_WHAT_IS}(?:the )?name of (?:the |your |our )?{_PLACE}|{_WHOSE}{_PLACE} s? ?name"
        rf"|{_PLACE}(?: or {_PLACE})? name|{_OURS}(?:organi[sz]ation|company|employer|home|agency)"
        rf"|{_OURS}(?:care home|nursing home|residential home|care provider|care setting)"
        r"|location|site|setting|service name"
        rf"|(?:trading|registered|business) name|{_PLACE} name and address)",
    ),
    (
        "postcode",
        rf"{_WHAT_IS}(?:(?:your|our|the|{_PLACE}) )*post ?code(?: of .*)?|post ?code .{{0,40}}",
    ),
    (
        "address",
        rf"(?:(?:full|postal|{_PLACE}|your|our|site|registered) )*address(?: and postcode)?",
    ),
    ("cqc_provider_id", rf"{_WHAT_IS}{_OURS}(?:cqc )?(?:registered )?provider {_NUMBER}"),
    ("cqc_location_id", rf"{_WHAT_IS}{_OURS}(?:cqc )?(?:registered )?location {_NUMBER}"),
    (
        "cqc_number",
        rf"{_WHAT_IS}{_OURS}(?:cqc|care quality commission)(?: (?:registration|registered|reg"
        rf"|provider|location|service|account|or|and|{_NUMBER}))*",
    ),
    (
        "given_code",
        rf"{_WHAT_IS}(?:(?:your|our|existing|current|known|the) )*"
        r"(?:(?:ods|nacs|organi[sz]ation|site|parent)(?: (?:site|parent|organi[sz]ation))? codes?"
        r"(?: (?:if|already|you) .*)?|code)",
    ),
    (
        "kind",
        r"(?:what )?(?:type|kind|sort) of (?:adult social )?(?:care )?"
        r"(?:service|care|home|provider|organi[sz]ation|company|business|setting)\b.*"
        r"|(?:service|org|organi[sz]ation|provider|care|setting) (?:type|kind)"
        r"|your service is|care home(?: or)? dom.*"
        r"|(?:we|i) (?:are|provide)(?: an?)?",
    ),
    ("care_home", r"(?:a )?(?:care home|nursing home|residential (?:care )?home)\b.{0,60}"),
    (
        "domiciliary",
        r"(?:a )?(?:domiciliary|home ?care|care at home|care in people s own homes)\b.{0,60}",
    ),
    ("needed_by", r"(?:date )?(?:it is )?(?:needed|required|wanted) by.*|deadline|required date"),
    (
        "urgent_reason",
        r"(?:.{0,40} )?(?:reasons?|why|because|explain|details|justification)\b.{0,60}urgen.{0,40}"
        r"|if (?:so|yes|urgent|it is urgent)\b.{0,60}|urgency|urgent because|urgency reason",
    ),
    ("urgent", r"(?:is (?:this|it|your request|the request) )?(?:an )?urgent(?: request| need)?"),
    ("dspt", r"(?:the )?(?:dspt|data security|ds ?p toolkit|dsp)\b.{0,80}"),
    ("nhsmail", r"(?:an? )?(?:nhs ?mail|nhs net)\b.{0,80}"),
    (
        "purpose",
        r"(?:the )?purposes?(?: of .*)?|(?:what|why) (?:do|will|would) you (?:need|want)\b.*"
        r"|(?:what is )?(?:the |this )?(?:ods )?code (?:is )?(?:(?:needed|required|used) )?for"
        r"|reasons? for (?:the |your |this )?(?:request|requesting|needing|wanting)\b.*"
        r"|(?:needed|required|wanted|intended use)(?: for)?|intended use",
    ),
    ("adult_social_care", r".{0,60}adult social care provider\b.{0,60}"),
    (
        "other",  # It is asked for, but nothing here needs it: it is no answer to the line above.
        r"(?:your |job )?(?:role|title|position|occupation)(?: .{1,30})?|job|fax(?: (?:no|number))?"
        r"|f|w|web(?: ?site)?|date(?: of .{1,30})?|signature|signed|local authority|region|county"
        r"|(?:registered )?manager(?: name)?|name of (?:the )?(?:registered )?manager|town|city"
        r"|(?:number of )?(?:beds|staff|residents|service users)|nominated individual(?: name)?"
        r"|notes?|comments?|subject|to|from|cc|sent|other .{0,40}|company (?:number|no)|street",
    ),
)

#: Headings under which a bare "Name" is that of an organisation, and those where it is not.
_ABOUT_PLACE = re.compile(
    rf"(?:about (?:the |your |our )?{_PLACE}"
    rf"|(?:the |your |our )?(?:{_PLACE}|service user organi[sz]ation)"
    r"(?: contact)? (?:details|information|section)|section \w )"
)
_ABOUT_PERSON = re.compile(
    r"about (?:you|yourself|the requester)|(?:your|my|personal|contact|requester s?|applicant s?)"
    r"(?: contact)? (?:details|information)|(?:main )?contact"
)

CHOICES = frozenset({"kind", "purpose", "urgent", "adult_social_care"})
"""Facts that are told by ticking one of several boxes beside the label."""

TICKED = frozenset({"care_home", "domiciliary", "dspt", "nhsmail", "urgent", "adult_social_care"})
"""Facts whose label itself may bear a box."""

OPTIONS = frozenset({"care_home", "domiciliary", "dspt", "nhsmail"})
"""Facts that are asked for by a box; without one, words that begin like them may be an answer."""

FREE = frozenset({"urgent_reason"})
"""Facts that are told in words of any kind."""

LONGEST = 120
LONGEST_NEAR = 50

_PATTERNS = [(name, re.compile(pattern)) for name, pattern in LABELS]
_VOCABULARY = frozenset(
    {"address", "code", "company", "contact", "deadline", "domiciliary", "email", "location"}
    | {"mobile", "name", "number", "nursing", "organisation", "organization", "phone", "postcode"}
    | {"provider", "requester", "service", "telephone", "urgent"}
)
_FILLERS = frozenset(
    {"details", "full", "give", "given", "main", "person", "please", "preferred"} | {"primary"}
)
_LETTERS_OF_A_WORD = 4
_HINT = re.compile(r"\([^()]*+\)|\[[^\[\]]*+\]")
_LEAD = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})?|[a-h])[.)]\s|q\d{1,2}\b[.):]?")


def simple(label: str) -> str:
    """A label without case, punctuation, numbering and the hints in its brackets."""
    plain = (
        characters.visible(unicodedata.normalize("NFKC", label))
        .lower()
        .strip(" *\u2022\u00b7\u25aa\u25cf\u25e6\u2023\u25a0-\u2013\u2014>#")
    )
    plain = _LEAD.sub("", _HINT.sub(" ", plain), count=1)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain.replace("&", " ")).split())


@lru_cache(maxsize=4096)
def fact(label: str) -> str:
    """The fact that a label asks for, "" if it is no label that we know, nor nearly one."""
    return _exact(label) or _near(label)


@lru_cache(maxsize=4096)
def is_exact(label: str) -> bool:
    """Whether it is a label that we know as it stands."""
    return bool(_exact(label))


def option(label: str) -> str:
    """The fact that is so if the box beside this label is ticked, "" if we know of none."""
    asked = simple(label[:LONGEST])
    options = (each for each in _PATTERNS if each[0] in TICKED)
    return next((name for name, pattern in options if pattern.fullmatch(asked)), "")


def about(heading: str) -> str:
    """What the lines under a heading are about: "organisation", "requester", or "" if neither."""
    asked = simple(heading[:LONGEST])
    if _ABOUT_PLACE.fullmatch(asked):
        return "organisation"
    return "requester" if _ABOUT_PERSON.fullmatch(asked) else ""


def _exact(label: str) -> str:
    if not 0 < len(label) <= LONGEST:
        return ""
    return _known(simple(label))


def _known(asked: str) -> str:
    return next((name for name, pattern in _PATTERNS if pattern.fullmatch(asked)), "")


def _near(label: str) -> str:
    """The fact of a label with a slip of the pen in it, or with a word too many."""
    given = simple(label).split() if len(label) <= LONGEST_NEAR else []
    if not given:
        return ""
    meant = [_meant(word) for word in given]
    kept = [word for word in meant if word not in _FILLERS]
    found = _known(" ".join(meant)) or (_known(" ".join(kept)) if kept else "")
    return "" if found in TICKED or found == "other" else found


def _meant(word: str) -> str:
    if len(word) < _LETTERS_OF_A_WORD or word in _VOCABULARY:
        return word
    return next((known for known in _VOCABULARY if _one_slip(word, known)), word)


def _one_slip(word: str, known: str) -> bool:
    """Whether one letter is missing, or too many, or two were swapped."""
    if len(word) == len(known):
        off = [at for at, letter in enumerate(word) if letter != known[at]]
        swapped = len(off) == 2 and off[1] == off[0] + 1  # noqa: PLR2004
        return swapped and word[off[0]] == known[off[1]] and word[off[1]] == known[off[0]]
    longer, shorter = sorted((word, known), key=len, reverse=True)
    if len(longer) != len(shorter) + 1 or len(shorter) < _LETTERS_OF_A_WORD + 1:
        return False
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))
