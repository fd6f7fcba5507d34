"""What goes wrong with a mailbox, told so that the operator can mend it."""

import re
import ssl

from imapclient.exceptions import CapabilityError, IMAPClientError, ProtocolError

from helpdesk.config.post import Login, Mailbox
from helpdesk.errors import MailboxDown
from helpdesk.intake import characters

TROUBLE = (IMAPClientError, OSError, ValueError, AttributeError)
"""What a conversation may end in. TLS errors and time-outs are OSErrors; answers that cannot be
read, and names that cannot be sent, are ValueErrors; a `+` that nobody asked for makes imaplib
stumble (AttributeError). Anything else is a fault of ours, and flies.
"""

LONGEST_WORDS = 300

BUSY = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]")
"""What a server says when the log-in itself is not to blame (RFC 5530)."""

REFUSED = {
    Login.PASSWORD: "correct user and the password in password_file; if the server takes tokens "
    'only, as Exchange Online does, set login = "oauth"',
    Login.OAUTH: "see that the application may read this mailbox by IMAP, and that [oauth] names "
    "it, its tenant and its scopes",
}


class LoginRefused(MailboxDown):
    """The server was reached, and does not let the desk in."""


def down(mailbox: Mailbox, error: Exception) -> MailboxDown:
    """Why a mailbox cannot be used, and what the operator can do about it."""
    at = f"{mailbox.host}:{mailbox.port}"
    match error:
        case MailboxDown():
            return error
        case ssl.SSLCertVerificationError():
            return MailboxDown(
                f"the certificate of {at} cannot be trusted: {error.verify_message} "
                "(correct the host's name, renew its certificate, or set ca_file)"
            )
        case ssl.SSLError():
            return MailboxDown(
                f"no encrypted connection to {at}: {_words(error)} "
                "(set security to tls, mostly port 993, or to starttls, mostly port 143)"
            )
        case CapabilityError():
            return MailboxDown(
                f"{at} does not encrypt: it offers no STARTTLS, and nothing was sent to it "
                "(set security to tls, mostly port 993, or have its encryption switched on)"
            )
        case OSError():
            return MailboxDown(
                f"{at} cannot be reached: {_words(error) or 'no answer in time'} "
                "(see that the server runs and that this machine may call it)"
            )
    return MailboxDown(
        f"{at} broke off: {_words(error)} "
        "(if it goes on, see that this is an IMAP server, and ask who runs it)"
    )


def refused(mailbox: Mailbox, error: Exception, secret: str) -> MailboxDown:
    """Why the server does not let us in; nothing of the secret is told, should it be quoted."""
    words = characters.line(str(error).replace(secret, "(secret)"), LONGEST_WORDS)
    who = f"{mailbox.host}:{mailbox.port} refuses the log-in of {mailbox.user}"
    if any(code in words for code in BUSY):
        return MailboxDown(f"{who} for now: {words} (wait; it is tried again)")
    return LoginRefused(f"{who}: {words} ({REFUSED[mailbox.login]})")


def _words(error: Exception) -> str:
    """What it says, without the answer that it quotes: that may be a line of a mail."""
    if isinstance(error, (ProtocolError, ValueError, AttributeError)):
        return "what was said cannot be understood"
    return characters.line(_QUOTING.sub(r"\1", str(error)), LONGEST_WORDS)


_QUOTING = re.compile(r"(unexpected (?:tagged )?response|unterminated line)\b.*", re.DOTALL)
