"""Addresses that people type: told at once if no mail can be sent there."""

from helpdesk.errors import BadValue
from notifications.headers import BadAddress, mailbox


def check_address(text: str) -> None:
    """BadValue if no mail can be sent to `text`."""
    try:
        mailbox(text)
    except BadAddress as error:
        raise BadValue(f"--email: {error}") from error
