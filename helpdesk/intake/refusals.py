"""What mail servers say when they do not deliver: the status that their words amount to."""

import re
from typing import NamedTuple

from helpdesk.intake import BAD_ADDRESS, characters


class Meaning(NamedTuple):
    """What a way to say why stands for, in the terms of RFC 3463."""

    kind: str  #: 4 or 5 where the words themselves say which; else the reply code does
    detail: str
    words: re.Pattern[str]


def status(words: str, given: str = "") -> str:
    """The status that these words amount to, as 5.1.1; "" if they tell of none.

    A code that is `given` in a field of its own counts first, unless it says no more than
    that something failed (5.0.0). Then comes a code in the words, then what the words mean.
    An address is blamed only where the words do not blame the sender or what was sent.
    """
    words = characters.line(words, LONGEST)
    field = _GIVEN.search(given)
    said = field[0] if field else ""
    codes = [each[0] for each in _CODE.finditer(words)]
    found = [code for code in (said, *codes) if code]
    exact = [code for code in found if not _VAGUE.fullmatch(code)]
    meant = _meant(words, found[0] if found else "")
    return _fair(exact[0] if exact else meant, words, [code for code in codes if code in exact])


def is_delay(words: str) -> bool:
    """Whether these words only warn: the letter may still arrive."""
    return bool(_DELAY.search(words)) and not _FINAL.search(words)


def tells_of_failure(words: str) -> bool:
    """Whether these words are about a letter that did not arrive, or has not yet."""
    return bool(_FAILURE.search(words)) or is_delay(words)


def _meant(words: str, said: str) -> str:
    reply = _REPLY.search(words)
    kind = said[:1] or (reply[1] if reply else "")
    for meaning in MEANINGS:
        if meaning.words.search(words):
            return f"{meaning.kind or kind or 5}.{meaning.detail}"
    return said or (f"{kind}.0.0" if kind else "")


def _fair(code: str, words: str, codes: list[str]) -> str:
    """The code, unless it blames the address of the recipient for something else.

    Mail servers that pass on the refusal of another one often make an unknown user of it.
    """
    if code not in BAD_ADDRESS:
        return code
    if _SENDER_REFUSED.search(words):
        return "5.1.7"
    if codes and not BAD_ADDRESS.intersection(codes):
        return codes[0]
    return "5.7.1" if _POLICY.search(words) and not _ADDRESS_UNKNOWN.search(words) else code


LONGEST = 4096
_GIVEN = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
_CODE = re.compile(r"(?<![\d.])[45]\.[0-7]\.\d{1,3}(?!\.?\d)")
_VAGUE = re.compile(r"[245]\.[0235]\.0")
_REPLY = re.compile(r"(?<![\d.#-])([45])[0-5]\d(?=[\s:;,<)-]|$)")

_PERSON = r"(?:user|recipient|mailbox|address|addressee|account|person|name|e-?mail)"
_WHICH = r"(?:local |final |delivery |destination )*"
_GONE = (
    r"(?:disabled|discontinued|inactive|deactivated|suspended|closed|locked|expired|not active"
    r"|no longer active)"
)
_UNKNOWN = (
    r"(?:unknown|invalid|not (?:been )?(?:known|found|recogni[sz]ed|listed|valid|exist)"
    r"|(?:does|do|did)(?: not|n.t) exist|wrong)"
)


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


_ADDRESS_UNKNOWN = _any_of(
    rf"\b{_PERSON}s?\W{{1,3}}(?:[\w()@.-]+ ){{0,4}}?{_UNKNOWN}\b",
    rf"\b(?:unknown|no such|invalid|non-?existent|bad) {_WHICH}{_PERSON}",
    r"\bno (?:mailbox|user)\b.{0,20} by that name",
    r"have an? [\w.-]{1,80} account",
    r"not a valid (?:user|recipient|mailbox|address|email)",
    r"final delivery userid",
)

MEANINGS = (
    Meaning(
        "",
        "3.4",
        _any_of(
            r"\bmessage (?:size|length|is too|too)\W{1,3}(?:\w+ ){0,2}(?:big|large|long|exceed)",
            r"\bexceed\w* .{0,40}\b(?:message|mail) (?:size|length)",
        ),
    ),
    Meaning(
        "",
        "2.2",
        _any_of(
            r"\bquota\b",
            r"\b(?:mailbox|mail ?folder|inbox|disk|account)\W{1,3}(?:is |was )?(?:almost )?full\b",
            r"\bfull (?:mailbox|inbox)",
            r"\bexceed\w* .{0,40}\b(?:limit|storage|size)",
            r"\b(?:insufficient|not enough|out of) (?:disk |system |free )?(?:storage|space)",
        ),
    ),
    Meaning(
        "4",
        "4.7",
        _any_of(r"retry time-?out", r"queue too long", r"failing for a long time", r"giving up\b"),
    ),
    Meaning(
        "4",
        "4.1",
        _any_of(
            r"timed? ?-?out",
            r"not found, try again",
            r"connection (?:refused|reset|dropped|lost)",
            r"(?:unable|not able|n.t able) to (?:connect|establish)",
            r"(?:did|does|is) not respond",
            r"host (?:is )?not reachable",
            r"socket error",
        ),
    ),
    Meaning(
        "",
        "1.2",
        _any_of(
            r"\b(?:host|domain)(?: name)? (?:is )?(?:unknown|not found|does(?: not|n.t) exist)",
            r"\b(?:unknown|no such|invalid) (?:host|domain|mail exchanger)",
            r"\bno mx\b",
            r"unrouteable",
            r"find (?:any host|a gateway)",
            r"\bnxdomain\b",
            r"host [\w.-]{1,190} not found",
        ),
    ),
    Meaning("", "2.1", _any_of(rf"\b{_PERSON}s?\W{{1,3}}(?:[\w()]+ ){{0,3}}?{_GONE}\b")),
    Meaning("", "1.1", _ADDRESS_UNKNOWN),
)
"""What servers write where no code is, the surest first."""

_SENDER_REFUSED = _any_of(
    r"after mail from\b",
    r"\bsender(?:'s)? (?:e-?mail )?(?:address|domain)?\W{0,3}(?:was |is )?"
    r"(?:re[jf]|invalid|unknown)",
    r"\bsender verif",
)
_POLICY = _any_of(r"spam|black-?list|block-?list|\bblocked\b|\bdnsbl\b|\brbl\b|\bpolicy\b")
_DELAY = _any_of(
    r"\b(?:has|have|is|been|message [\w-]{1,40}) delayed\b",
    r"\bdelay(?:ed)? (?:for )?(?:more than )?\d",
    r"not (?:yet )?been (?:able to )?(?:be )?delivered (?:to all|because|within)",
    r"not yet (?:been )?deliver",
    r"warning (?:message )?only|just a warning",
    r"will be (?:retried|re-?tried|tried again)",
    r"\bwill (?:continue|keep|go on)\b.{0,12}\b(?:try|attempt|deliver)",
    r"attempts? will (?:continue|be (?:made|repeated))",
    r"attempts .{0,12}continue",
    r"only a temporary",
    r"could not send (?:mail|message) for",
    r"\((?:delay|delayed)\)",
)
_FINAL = _any_of(
    r"\bpermanent(?:ly)?\b", r"i've given up", r"not going to try", r"no further (?:delivery )?att"
)
_FAILURE = _any_of(
    r"\bundeliver",
    r"\bnot (?:be |been |yet |yet been )?(?:delivered|sent)\b",
    r"(?:un|not |n.t )able to (?:deliver|send)",
    r"\bdeliver\w*(?: of [\w ]{1,30})?(?: has| was| is| to .{1,80}| status)?:? ?"
    r"(?:fail|problem|error|aborted|delayed|notification)",
    r"\b(?:error|trouble|problems?|failed|failure)\b.{0,30}\bdeliver",
    r"\bdid not (?:reach|receive)",
    r"\breturned (?:mail|message|to sender|permanent)",
    r"\b(?:fatal|permanent) (?:error|failure)",
    r"\bmail system error|\bfailure notice",
    r"\brejected by\b|\bwas rejected\b",
    rf"\b(?:unknown|no such|invalid) {_WHICH}{_PERSON}",
    r"\buser (?:is )?unknown",
    r"\bmailbox (?:is )?full",
    r"\b[45]\d\d[ -][45]\.\d\.\d",
    r"non remis|nicht zugestellt|unzustellbar|no (?:se )?(?:pudo|ha podido)|non recapit",
    r"onbestelbaar",
)
