"""A real IMAP server on ports of its own: started for tests, and gone after them."""

import base64
import hmac
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from imapclient import IMAPClient

from helpdesk.clock import utc_now
from helpdesk.config.settings import Login, Mailbox
from notifications.mailer import Security

DESK = "desk@example.test"
PASSWORD = "let-bart-in"
SIGNING_KEY = b"this key signs tokens for tests only, and nothing else"
ISSUER = "https://authority.example.test"
OWNER = "mail"  # a user of every Debian: the mail is stored as theirs

CAPABLE = "IMAP4rev1 LITERAL+ IDLE NAMESPACE UIDPLUS MOVE AUTH=PLAIN AUTH=XOAUTH2"

SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
listen = 127.0.0.1
protocols = imap lmtp
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
mail_uid = {owner}
mail_gid = {owner}
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 100
mailbox_idle_check_interval = 1 s
namespace inbox {{
  inbox = yes
  prefix = {prefix}
  separator = {level}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/tokens.conf
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner} home={folder}/mail/%u allow_all_users=yes
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {auth}
  }}
}}
"""

TOKENS = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
issuers = {issuer}
username_attribute = sub
"""


def why_not() -> str:
    """Why no server can be started here; "" if it can."""
    if shutil.which("dovecot") is None:
        return "no Dovecot here: install Debian's dovecot-imapd and dovecot-lmtpd"
    if os.getuid() != 0:
        return "Dovecot has to be started as root, as it changes users for each mailbox"
    asked = subprocess.run(["dovecot", "--version"], capture_output=True, text=True, check=False)
    if not asked.stdout.startswith("2.3."):
        return f"these tests know how to set up Dovecot 2.3, not {asked.stdout.strip()}"
    return ""


class Dovecot:
    """Any name at example.test has a mailbox here, with the one PASSWORD or a token."""

    def __init__(
        self, folder: Path, certificate: Path | None = None, *, prefix: str = "", **more: str
    ) -> None:
        self.folder = folder
        self.imap, self.imaps, self.lmtp, self.auth = free_ports(4)
        self._process: subprocess.Popen[bytes] | None = None
        self._set_up(certificate, prefix, more)

    def start(self) -> None:
        configuration = self.folder / "dovecot.conf"
        self._process = subprocess.Popen(
            ["dovecot", "-F", "-c", configuration], start_new_session=True
        )
        wait_for(self.imap, self.folder / "log")

    def end(self) -> None:
        """Tell it to end, and do not wait for that."""
        if self._process:
            self._process.terminate()

    def stop(self) -> None:
        """End it, and every conversation that goes on with it."""
        self.end()
        if self._process:
            self._process.wait(timeout=30)
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process = None

    def mailbox(self, user: str = DESK, **settings: Any) -> Mailbox:
        """The settings of a mailbox here, without encryption if nothing else is said."""
        security = settings.setdefault("security", Security.INSECURE_LOOPBACK)
        port = self.imaps if security is Security.TLS else self.imap
        given = {"host": "127.0.0.1", "port": port, "user": user, "login": Login.PASSWORD}
        return Mailbox(**{**given, **settings})

    @contextmanager
    def box(self, user: str = DESK) -> Iterator[IMAPClient]:
        """The mailbox as another mail program sees it."""
        with IMAPClient("127.0.0.1", self.imap, ssl=False, timeout=10) as client:
            client.normalise_times = False
            client.login(user, PASSWORD)
            yield client

    def put(
        self, raw: bytes, at: datetime | None = None, folder: str = "INBOX", user: str = DESK
    ) -> None:
        with self.box(user) as client:
            client.append(folder, raw, msg_time=at or utc_now())

    def subjects(self, folder: str = "INBOX", user: str = DESK) -> list[str]:
        """What lies in a folder: the first line of each mail, in the order of the uids."""
        with self.box(user) as client:
            if not client.folder_exists(folder):
                return []
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search(), ["BODY.PEEK[]"])
        return [found[uid][b"BODY[]"].partition(b"\r\n")[0].decode() for uid in sorted(found)]

    def number_anew(self, user: str = DESK) -> None:
        """Lose what the uids of a mailbox mean, as a restored or moved server does."""
        for lost in (self.folder / "mail" / user).glob("dovecot*"):
            lost.unlink()
        time.sleep(1.1)  # the new UIDVALIDITY is the second in which it is made

    def _set_up(self, certificate: Path | None, prefix: str, more: dict[str, str]) -> None:
        for name in ("run", "state", "mail", "keys/default/HS256"):
            (self.folder / name).mkdir(parents=True)
        self.folder.chmod(0o755)
        shutil.chown(self.folder / "mail", OWNER, OWNER)
        key = base64.b64encode(SIGNING_KEY)
        (self.folder / "keys/default/HS256/default").write_bytes(key)
        tokens = TOKENS.format(folder=self.folder, issuer=ISSUER)
        (self.folder / "tokens.conf").write_text(tokens, encoding="utf-8")
        names = {"folder": self.folder, "owner": OWNER, "password": PASSWORD, "prefix": prefix}
        ports = {name: getattr(self, name) for name in ("imap", "imaps", "lmtp", "auth")}
        text = SETTINGS.format(**names, **ports, level=prefix[-1:] or "/")
        text += "".join(f"{name} = {value}\n" for name, value in more.items())
        text += _encryption(certificate)
        (self.folder / "dovecot.conf").write_text(text, encoding="utf-8")


def token(user: str = DESK, *, lasts: int = 3600) -> str:
    """A token such as an authority gives, good for so many seconds."""
    now = int(datetime.now(UTC).timestamp())  # noqa: TID251  # the server goes by the real clock
    claims = {"iss": ISSUER, "sub": user, "iat": now - 7200, "exp": now + lasts}
    signed = b".".join(_part(each) for each in ({"alg": "HS256", "typ": "JWT"}, claims))
    signature = hmac.digest(SIGNING_KEY, signed, "sha256")
    return (signed + b"." + _unpadded(signature)).decode()


def free_ports(number: int) -> list[int]:
    """Ports that nobody uses now, no two the same."""
    probes = [socket.socket() for _ in range(number)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def wait_for(port: int, log: Path) -> None:
    for _ in range(150):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    said = log.read_text(encoding="utf-8")[-2000:] if log.exists() else "nothing"
    raise AssertionError(f"the mail server did not start; it said: {said}")


def _encryption(certificate: Path | None) -> str:
    if certificate is None:
        return "ssl = no\n"
    return f"ssl = yes\nssl_cert = <{certificate}\nssl_key = <{certificate}\n"


def _part(claims: dict[str, Any]) -> bytes:
    return _unpadded(json.dumps(claims).encode())


def _unpadded(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
