"""Whether a sender is who the mail says: what our own server found, and what the eye is told."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence

MOST_RESULTS = 50
LONGEST_RESULT = 8 * 1024
LONGEST_DOMAIN = 253

EXCHANGE = "exchange online"
"""Stands for the servers of Exchange Online, which put their results, without a name, on top."""


def dmarc_passed(values: Sequence[str], authserv_id: str, domain: str) -> bool:
    """Whether our own mail server vouches that the mail comes from this domain (RFC 8601).

    `values` are the Authentication-Results as they stand, topmost first. Only the topmost one
    that bears our server's name counts: those below may have been there when the mail came.
    No server is ours if `authserv_id` is "". If it is EXCHANGE, the topmost one counts, if it
    bears no name at all.
    """
    if authserv_id.lower() == EXCHANGE:
        results = [*_statements(values[0][:LONGEST_RESULT])] if values else []
        nameless = bool(results and results[0] and "=" in results[0][0])
        return nameless and _passes(
            [each for each in results if each and _DMARC.match(each[0])], domain
        )
    for value in values[:MOST_RESULTS]:
        name, *results = _statements(value[:LONGEST_RESULT])
        if authserv_id and name[:1] == [authserv_id.lower()]:
            return _passes([each for each in results if each and _DMARC.match(each[0])], domain)
    return False


def deceives(name: str, address: str, known: Collection[str]) -> str:
    """Why a sender's name or domain misleads the eye, in a few words; "" if it does not.

    `known` are the domains that a sender might pass for, in lower case.
    """
    shown = next((found[0].lower() for found in _ADDRESS.finditer(name[:500])), "")
    if shown and shown != address.lower():
        return f"the name shows another address, {shown}"
    domain = address.lower().rpartition("@")[2].rstrip(".")[:LONGEST_DOMAIN]
    if domain in known or domain in HONEST or _is_below(domain, known):
        return ""
    passes_for = _begins_with(domain, known) or _looks_like(domain, known)
    return f"the domain looks like {passes_for}, and is another" if passes_for else ""


def _statements(value: str) -> Iterator[list[str]]:
    """The parts between semicolons, as words in lower case; first of all, the server's name."""
    bare = " ".join(_without_comments(value).split())
    bare = bare.replace(" = ", "=").replace(" =", "=").replace("= ", "=")
    statement: list[str] = []
    for word in _WORD.findall(bare):
        if word == ";":
            yield statement
            statement = []
        else:
            statement.append(word.replace('"', "").lower())
    yield statement


def _without_comments(value: str) -> str:
    """The value with a space for each of its comments, which may be nested; quoted text stays."""
    kept: list[str] = []
    depth, quoted = 0, False
    for sign in _SIGN.findall(value):
        if not depth and sign == '"':
            quoted = not quoted
        if not quoted and sign == "(":
            depth += 1
        kept.append(" " if depth else sign)
        if depth and sign == ")":
            depth -= 1
    return "".join(kept)


def _passes(results: list[list[str]], domain: str) -> bool:
    """Whether there is a result and each is a pass for this very domain."""
    wanted = f"header.from={domain.lower().rstrip('.')}"
    return bool(domain and results) and all(
        each[0].partition("=")[2] == "pass" and wanted in each for each in results
    )


def _is_below(domain: str, known: Collection[str]) -> bool:
    labels = domain.split(".")
    return any(".".join(labels[at:]) in known for at in range(1, len(labels)))


def _begins_with(domain: str, known: Collection[str]) -> str:
    ends = (at for at, sign in enumerate(domain) if sign in ".-")
    return next((domain[:at] for at in ends if domain[:at] in known), "")


def _looks_like(domain: str, known: Collection[str]) -> str:
    seen = _readable(domain)
    skeleton = _skeleton(seen)
    near = (each for each in known if abs(len(each) - len(seen)) <= FARTHEST)
    return next(
        (
            each
            for each in near
            if _skeleton(each) == skeleton
            or (len(each) >= SHORTEST and _one_edit_apart(seen, each))
        ),
        "",
    )


def _skeleton(domain: str) -> str:
    """What is left of a domain when everything that the eye confuses is made the same."""
    plain = domain if domain.isascii() else _in_our_letters(domain)
    for looks, like in LOOKALIKES:
        plain = plain.replace(looks, like)
    return plain


def _in_our_letters(domain: str) -> str:
    plain = unicodedata.normalize("NFKD", domain).lower().translate(CONFUSABLE)
    return "".join(each for each in plain if not unicodedata.combining(each))


def _readable(domain: str) -> str:
    return ".".join(_label(label) for label in domain.split("."))


def _label(label: str) -> str:
    """A label as a mail program shows it: `xn--...` is not what people see (RFC 5890)."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:67].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _one_edit_apart(one: str, other: str) -> bool:
    """Whether a letter more, less, other, or two that changed places make one of the other."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    pairs = zip(one, other, strict=False)
    at = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
    rest, rest_of_other = one[at:], other[at:]
    return (
        rest[1:] == rest_of_other[1:]
        or rest[1:] == rest_of_other
        or rest == rest_of_other[1:]
        or (rest[:2] == rest_of_other[1::-1] and rest[2:] == rest_of_other[2:])
    )


FARTHEST = 4
"""How much longer or shorter a look-alike may be: a few hyphens, `rn` for each `m`."""

SHORTEST = 6
"""Shorter domains are one letter apart by chance."""

HONEST = frozenset(
    [
        "aol.co.uk",
        "aol.com",
        "btinternet.com",
        "email.com",
        "gmail.com",
        "gmx.co.uk",
        "gmx.com",
        "gmx.net",
        "googlemail.com",
        "hotmail.co.uk",
        "hotmail.com",
        "icloud.com",
        "live.co.uk",
        "live.com",
        "mac.com",
        "mail.com",
        "me.com",
        "msn.com",
        "nhs.net",
        "nhs.uk",
        "ntlworld.com",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "sky.com",
        "talktalk.net",
        "virginmedia.com",
        "yahoo.co.uk",
        "yahoo.com",
        "ymail.com",
    ]
)
"""Well-known domains that resemble each other, and mean no harm."""

CONFUSABLE = {
    ord(other): ours
    for ours, others in {
        "a": "\u0251\u03b1\u0430",
        "b": "\u0185\u044c",
        "c": "\u03f2\u0441\u1d04",
        "d": "\u0111\u0256\u0257\u0501",
        "e": "\u03b5\u0435\u04bd\u212e",
        "g": "\u0261\u0581",
        "h": "\u0127\u04bb\u0570",
        "i": "\u0131\u0269\u03b9\u0456",
        "j": "\u03f3\u0458",
        "k": "\u03ba\u043a",
        "l": "\u0142\u04cf",
        "m": "\u043c",
        "n": "\u0578\u057c\u03b7",
        "o": "\u00f8\u03bf\u043e\u0585",
        "p": "\u03c1\u0440",
        "q": "\u051b\u0566",
        "r": "\u0433\u1d26",
        "s": "\u0455\ua731",
        "t": "\u03c4\u0442",
        "u": "\u03c5\u057d\u1d1c",
        "v": "\u03bd\u0475\u1d20",
        "w": "\u0461\u051d\u1d21",
        "x": "\u03c7\u0445",
        "y": "\u03b3\u0443\u04af",
        "z": "\u1d22",
    }.items()
    for other in others
}
"""Letters of other scripts that pass for ours; by number, for here too they would be mixed up."""

LOOKALIKES = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("-", ""))

_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:@]{1,64}@[^\W_](?:[\w-]|\.(?=\w)){1,190}")
_DMARC = re.compile(r"dmarc(?:/\d+)?=")
_SIGN = re.compile(r"\\.|.", re.DOTALL)
_WORD = re.compile(r';|(?:"[^"]*+"?|[^\s;"])+')
