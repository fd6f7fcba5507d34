"""What each answer of a mail server means for a letter, and for the whole channel: one table."""

import re
from collections.abc import Collection
from enum import Enum
from typing import NamedTuple

from notifications.headers import safe
from notifications.mailer import ChannelDown, ChannelUnreachable, DeliveryFailed


class Stage(Enum):
    """How far a conversation had come when it went wrong."""

    OPENING = "opening"  #: connecting, encrypting, greeting
    PASSWORD = "password"  # noqa: S105  #: logging in with one
    TOKEN = "token"  # noqa: S105  #: logging in with one
    SENDER = "sender"  #: nothing was said yet that another letter would not say too
    RECIPIENT = "recipient"
    CONTENT = "content"  #: the server may have had the whole letter


class Sign(Enum):
    """What can go wrong without an answer."""

    CERTIFICATE = "certificate"  #: it is not to be trusted
    ENCRYPTION = "encryption"  #: there is none, or none that fits
    LOST = "lost"  #: no connection, or no longer, or no word in time
    NONSENSE = "nonsense"  #: an answer that is none
    UNFIT = "unfit"  #: the server does not offer what we need
    FAULT = "fault"  #: a letter that we made wrong


class Means(Enum):
    """What becomes of the letter."""

    LATER = "later"  #: it is tried again, and the try counts
    NEVER = "never"  #: it cannot be delivered: a person has to look
    REST = "rest"  #: no letter's fault: all wait for a while, and no try counts
    MEND = "mend"  #: the operator has to mend it: all wait, and no try counts


class Rule(NamedTuple):
    """What a sign means at these stages; of several rules that fit, the first holds."""

    at: Collection[Stage]
    sign: str  #: that it begins with, as a regular expression
    means: Means
    words: str = "{said}"
    mend: str = ""


LOG_IN = (Stage.PASSWORD, Stage.TOKEN)
BEFORE = (Stage.OPENING, *LOG_IN)
LETTER = (Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT)

REFUSED, BUSY = "the mail server refuses: {said}", "{where} is busy: {said}"
OURSELVES = "see that the desk may log in, and send under its address"
REACH = "see that the server runs and that this machine may call it"

RULES = (
    # No letter was spoken of yet.
    Rule(
        BEFORE,
        "certificate",
        Means.MEND,
        "the certificate of {where} cannot be trusted: {said}",
        "correct the host's name, renew its certificate, or set ca_file",
    ),
    Rule(
        BEFORE,
        "encryption",
        Means.MEND,
        "no encrypted connection to {where}: {said}",
        "set security to starttls (mostly port 587) or to tls (mostly port 465)",
    ),
    Rule(BEFORE, "lost", Means.REST, "{where} cannot be reached: {said}", REACH),
    Rule(BEFORE, "4..", Means.REST, BUSY, "wait"),
    Rule(
        [Stage.PASSWORD],
        "5..",
        Means.MEND,
        "{where} refuses the log-in: {said}",
        "correct user and password",
    ),
    Rule(
        [Stage.TOKEN],
        "5..",
        Means.MEND,
        "{where} refuses the token of [oauth]: {said}",
        "let the application send as this user, and the user send by SMTP",
    ),
    Rule(
        BEFORE,
        "5..",
        Means.MEND,
        "{where} refuses to serve: {said}",
        "ask who runs the mail server",
    ),
    Rule(
        BEFORE,
        "",
        Means.MEND,
        "{where} cannot be used safely: {said}",
        "correct host, port, security and user",
    ),
    # Of the channel, whatever the letter: too many connections; too busy to hear who writes.
    Rule(LETTER, "432", Means.REST, BUSY, "wait, or let fewer programs use the account"),
    Rule([Stage.SENDER], "4..", Means.REST, BUSY, "wait"),
    Rule([Stage.SENDER], "lost", Means.REST, "{where} hangs up: {said}", REACH),
    # Of who we are and what we may: a log-in that is asked for; policy; what we may send as (5.2.0,
    # 5.1.7 and 5.1.8), and how much of it in a day (5.1.90).
    Rule(LETTER, "53[0458]", Means.MEND, REFUSED, OURSELVES),
    Rule(LETTER, r"5..[ -]5\.(?:7\.\d+|2\.0|1\.(?:7|8|90))\b", Means.MEND, REFUSED, OURSELVES),
    Rule([Stage.SENDER], "5..", Means.MEND, REFUSED, OURSELVES),
    # Of this letter, or its recipient.
    Rule(LETTER, "4..", Means.LATER),
    Rule(LETTER, "5..", Means.NEVER),
    Rule(LETTER, "fault", Means.NEVER),
    Rule(LETTER, "", Means.LATER),
)
"""Every sign at every stage: an answer is its own sign, code and text."""


def meaning(stage: Stage, sign: Sign | str) -> Rule:
    """The rule for a sign; an answer is its code and text."""
    words = sign.value if isinstance(sign, Sign) else sign
    return next(rule for rule in RULES if stage in rule.at and re.match(rule.sign, words))


def failure(
    rule: Rule, stage: Stage, said: str, where: str, *, trusted: bool
) -> DeliveryFailed | ChannelDown:
    """What to raise when a conversation with the server `where` ended so.

    A channel that is `trusted`, because it has carried letters, is not stopped by a refusal that
    only the operator can mend: it may be this letter alone, which is then tried again.
    """
    reason = rule.words.format(where=where, said=safe(said))
    if rule.means is Means.REST:
        return ChannelUnreachable(reason, rule.mend)
    if rule.means is Means.MEND and not (trusted and stage in LETTER):
        return ChannelDown(reason, rule.mend)
    unanswered = stage is Stage.CONTENT and rule is RULES[-1]
    return DeliveryFailed(safe(said), permanent=rule.means is Means.NEVER, maybe_sent=unanswered)
