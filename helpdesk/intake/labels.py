"""What the lines of a request form are called: the many labels of each fact."""

import re
import unicodedata

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
_NUMBER = r"(?:id|ids|identifier|identification|number|num|no|ref|reference|code)"

#: fact -> the labels that ask for it, simplified as `simple` does; the first that fits counts.
LABELS: tuple[tuple[str, str], ...] = (
    ("requester_email", _WHOSE + r"(?:organi[sz]ation )?e ?mail(?: (?:address|addr|id))*|e"),
    (
        "requester_phone",
        _WHOSE + r"(?:(?:mobile|daytime|landline|home|organi[sz]ation) )*"
        r"(?:tel|telephone|phone|mobile|mob|landline|cell)(?: (?:no|number|num|phone))*"
        r"|(?:your )?contact (?:tel )?(?:no|number)|telephone or mobile.*|[tmp]",
    ),
    (
        "requester_name",
        _WHOSE + r"(?:full |first and last )?name(?: and surname)?|(?:main )?contact(?: person)?"
        r"|name of (?:the )?(?:main )?(?:requester|contact|applicant|sender|person)\b.*"
        r"|requester|(?:requested|completed|submitted) by|person (?:making|completing) .*",
    ),
    (
        "organisation",
        rf"(?:(?:what is )?(?:the )?name of (?:the |your |our )?{_PLACE}|{_WHOSE}{_PLACE} name"
        rf"|{_PLACE}(?: or {_PLACE})? name|(?:your |our )?(?:organi[sz]ation|company|employer)"
        r"|(?:your |our )?(?:care home|nursing home|residential home|care provider|provider)"
        rf"|(?:trading|registered|business) name|{_PLACE} name and address)",
    ),
    ("postcode", rf"(?:(?:your|our|the|{_PLACE}) )*post ?code(?: of .*)?|post ?code .{{0,40}}"),
    (
        "address",
        rf"(?:(?:full|postal|{_PLACE}|your|our|site|registered) )*address(?: and postcode)?",
    ),
    ("cqc_provider_id", rf"(?:cqc )?(?:registered )?provider {_NUMBER}"),
    ("cqc_location_id", rf"(?:cqc )?(?:registered )?location {_NUMBER}"),
    (
        "cqc_number",
        rf"(?:your |our )?(?:cqc|care quality commission)(?: (?:registration|registered|reg"
        rf"|provider|location|service|account|or|and|{_NUMBER}))*",
    ),
    (
        "given_code",
        r"(?:(?:your|our|existing|current|known|the) )*"
        r"(?:ods|nacs|organi[sz]ation|site|parent)(?: (?:site|parent|organi[sz]ation))? codes?"
        r"(?: (?:if|already|you) .*)?",
    ),
    (
        "kind",
        r"(?:what )?(?:type|kind|sort) of (?:adult social )?(?:care )?"
        r"(?:service|care|home|provider|organi[sz]ation|company|business|setting)\b.*"
        r"|(?:service|organi[sz]ation|provider|care|setting) (?:type|kind)|your service is"
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

_PATTERNS = [(name, re.compile(pattern)) for name, pattern in LABELS]
_HINT = re.compile(r"\([^()]*+\)|\[[^\[\]]*+\]")
_LEAD = re.compile(r"(?:\d{1,2}|[a-h])[.)]\s|q\d{1,2}\b")


def simple(label: str) -> str:
    """A label without case, punctuation, numbering and the hints in its brackets."""
    plain = (
        characters.visible(unicodedata.normalize("NFKC", label))
        .lower()
        .strip(" *\u2022\u00b7-\u2013\u2014>#")
    )
    plain = _LEAD.sub("", _HINT.sub(" ", plain), count=1)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain.replace("&", " ")).split())


def fact(label: str) -> str:
    """The fact that a label asks for, "" if it is no label that we know."""
    if not 0 < len(label) <= LONGEST:
        return ""
    asked = simple(label)
    return next((name for name, pattern in _PATTERNS if pattern.fullmatch(asked)), "")


def option(label: str) -> str:
    """The fact that is so if the box beside this label is ticked, "" if we know of none."""
    asked = simple(label[:LONGEST])
    options = (each for each in _PATTERNS if each[0] in TICKED)
    return next((name for name, pattern in options if pattern.fullmatch(asked)), "")
