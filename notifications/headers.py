"""Headers that no stranger can write into: one way in for each text, mailbox and id."""

import re
from collections.abc import Iterable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from functools import cache

LONGEST_TEXT = 250
"""How many characters of a text a header shows."""

WIDTH = 78
"""How wide a line of a header may be before it is folded."""

LONGEST_THREAD = 1_500
"""How many characters of message ids a header holds: servers refuse more."""

LONGEST_ADDRESS = 254
"""How long an address may be (RFC 5321, erratum 1690)."""

UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control characters
    "\u2028\u2029"  # line and paragraph separators
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that turn the direction of reading
    "\ud800-\udfff]"  # halves of characters, which no encoding can write
)
MAILBOX = re.compile(r"(?P<name>[^<>]*)<(?P<angled>[^<>]*)>|(?P<bare>[^<>]*)", re.DOTALL)
LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
DOMAIN = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,240}@[!-;=?-~]{1,240}>")


class BadAddress(ValueError):
    """A text is not one address that mail can be sent to."""


def printable(text: str) -> str:
    """`text` on one line, with a space in place of each character that cannot be seen."""
    return UNPRINTABLE.sub(" ", text)


def safe(text: str) -> str:
    """`text` as a header may show it: no control character, no encoded word, at most 250 long.

    Python 3.11.7 decodes a literal `=?utf-8?q?a=0D=0ABcc:...?=` and writes its line break into
    the mail (CVE-2024-6923), so encoded words are broken up before it sees them.
    """
    one_line = " ".join(printable(text).split())
    return one_line.replace("=?", "= ?")[:LONGEST_TEXT].rstrip()


def mailbox(text: str) -> Address:
    """The one mailbox that `text` names, as `anne@rosecottage.example` or `Anne <anne@...>`.

    A display name that looks like an address is left out: it only serves to deceive.
    Raises BadAddress if `text` is anything but one address.
    """
    found = MAILBOX.fullmatch(text)
    address = (found["angled"] or found["bare"] or "").strip() if found else ""
    local, _, domain = address.rpartition("@")
    domain = _ascii(domain)
    if not (LOCAL_PART.fullmatch(local) and DOMAIN.fullmatch(domain)) or "=?" in local:
        raise BadAddress(f"not an address that mail can be sent to: {safe(text)!r}")
    if len(local) + len(domain) >= LONGEST_ADDRESS:
        raise BadAddress(f"too long for an address: {safe(text)!r}")
    name = safe((found and found["name"]) or "").strip('" ')
    return Address("" if "@" in name else name, local, domain)


def message_id(text: str) -> str:
    """`text`, if it is a message id that can be sent; raises ValueError if not."""
    if not _is_message_id(text):
        raise ValueError(f"not a message id: {safe(text)!r}")
    return text


def line(name: str, value: str | Address) -> bytes:
    """A header as it is sent, folded and encoded if need be; `value` is safe, or a mailbox."""
    plain = f"{name}: {value}".rstrip()
    # The library takes longer over one header than all else of a mail does. What is plain goes
    # without it: a line that has no line break in it, and needs none.
    if plain.isascii() and plain.isprintable() and len(plain) <= WIDTH:
        return f"{plain}\r\n".encode()
    message = EmailMessage(mail_policy())
    message[name] = value
    return message.as_bytes().removesuffix(b"\r\n")


def thread_line(name: str, ids: Iterable[str]) -> bytes:
    """A threading header, one id on a line and never encoded: else Outlook loses the thread.

    It has the first id, and as many of the last as there is room; without ids there is none.
    An id that cannot be sent is left out: a stranger's odd id must not stop our answer.
    """
    first, *rest = [*dict.fromkeys(filter(_is_message_id, ids))] or [""]
    kept: list[str] = []
    room = LONGEST_THREAD - len(first)
    for one in reversed(rest):
        room -= len(one) + 1
        if room < 0:
            break
        kept.append(one)
    folded = "\r\n ".join([first, *reversed(kept)])
    return f"{name}: {folded}\r\n".encode() if first else b""


@cache
def mail_policy() -> "EmailPolicy[EmailMessage]":
    """How the library writes what is ours: CRLF, and nothing but ASCII."""
    return SMTP.clone(cte_type="7bit")


def _ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _is_message_id(text: str) -> bool:
    return bool(MESSAGE_ID.fullmatch(text)) and "=?" not in text
