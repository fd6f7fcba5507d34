"""A real SMTP server on a port of its own: it delivers into the IMAP server, and makes bounces."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.dovecot import Dovecot, free_ports, wait_for

SETTINGS = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/state
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.example.test
mydestination =
alias_maps =
alias_database =
mynetworks =
inet_interfaces = loopback-only
inet_protocols = ipv4
recipient_delimiter = +
message_size_limit = 40000000
biff = no

# What is for example.test goes into the IMAP server's mailboxes, plus addresses and all.
virtual_mailbox_domains = example.test
virtual_mailbox_maps = static:all
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}

# What is for bounce.test is taken, and then comes back. There is no way to anywhere else.
relay_domains = bounce.test
smtpd_reject_unlisted_recipient = no
transport_maps = inline:{{ {{ bounce.test = error:5.1.1 there is nobody of that name }} }}
default_transport = error:5.4.4 this server knows no way out
local_transport = error:5.1.1 nobody lives here

smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_tls_security_level = may
smtpd_tls_chain_files = {certificate}
"""

SERVICES = """
postlog unix-dgram n - n - 1 postlogd
{smtp} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
"""


def why_not() -> str:
    """Why no server can be started here; "" if it can."""
    if shutil.which("postfix") is None:
        return "no Postfix here: install Debian's postfix"
    return "" if os.getuid() == 0 else "Postfix has to be started as root"


class Postfix:
    """Takes mail for *@example.test, and for *@bounce.test, which comes back to *@example.test.

    The log-in is that of the IMAP server: a password or XOAUTH2, encrypted by STARTTLS or not.
    """

    def __init__(self, folder: Path, mailboxes: Dovecot, certificate: Path) -> None:
        self.folder = folder
        (self.smtp,) = free_ports(1)
        for name in ("queue", "state"):
            (folder / name).mkdir()
        folder.chmod(0o755)
        shutil.chown(folder / "state", "postfix")
        known = {"lmtp": mailboxes.lmtp, "auth": mailboxes.auth, "certificate": certificate}
        settings = SETTINGS.format(folder=folder, **known)
        (folder / "main.cf").write_text(settings, encoding="utf-8")
        services = SERVICES.format(smtp=f"127.0.0.1:{self.smtp}")
        (folder / "master.cf").write_text(services, encoding="utf-8")

    def start(self) -> None:
        self._say("start")
        wait_for(self.smtp, self.folder / "log")

    def stop(self) -> None:
        self._say("abort")  # at once: whatever it holds, nobody waits for it any more

    def _say(self, word: str) -> None:
        subprocess.run(
            ["postfix", "-c", self.folder, word], check=True, capture_output=True, timeout=60
        )
