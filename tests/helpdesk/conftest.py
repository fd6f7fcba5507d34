"""The mail servers and registers that tests of the desk ask for."""

from tests.helpdesk.loaded import register
from tests.helpdesk.made_sheets import write
from tests.helpdesk.searched import searched
from tests.mailserver import (
    authority_file,
    certificate,
    dovecot_with,
    imap_server,
    mail_ca,
    smtp_server,
)

__all__ = [
    "authority_file",
    "certificate",
    "dovecot_with",
    "imap_server",
    "mail_ca",
    "register",
    "searched",
    "smtp_server",
    "write",
]
