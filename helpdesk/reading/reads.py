"""What is read from a mail: the message, and what it asks for."""

from helpdesk.intake import Read, form, mail


class Unreadable(Exception):
    """A mail could not be read; the reason is in words that hold nothing of the mail."""


def read(raw: bytes) -> Read:
    """Read a mail in this process, which it may take long, or bring to its end."""
    message = mail.read(raw)
    return Read(message, form.read(message))
