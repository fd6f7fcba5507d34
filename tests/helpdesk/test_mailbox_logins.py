"""How the desk gets into a mailbox, and that neither mail nor password ever goes in clear."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme

from helpdesk.config.settings import Login
from helpdesk.errors import ConfigError, MailboxDown
from helpdesk.mailbox import ImapSource, password_of
from helpdesk.oauth import Tokens
from notifications.mailer import Security
from tests import dovecot
from tests.authority import authority_at_work
from tests.dovecot import PASSWORD, Dovecot
from tests.mailboxes import fresh_user, password, source_at


@pytest.fixture
def user() -> str:
    return fresh_user()


def logins(server: Dovecot, user: str) -> list[str]:
    """What the server wrote down of that user."""
    log = (server.folder / "log").read_text(encoding="utf-8")
    return [line for line in log.splitlines() if f"user=<{user}>" in line]


def test_the_password_is_read_from_its_file_at_each_log_in(
    imap_server: Dovecot, user: str, tmp_path: Path
):
    file = tmp_path / "password"
    file.write_text("of last year", encoding="utf-8")
    mailbox = imap_server.mailbox(user, password_file=file)
    source = ImapSource(mailbox, password_of(mailbox))

    with pytest.raises(MailboxDown, match=f"refuses the log-in of {user}.*password_file"):
        source.lying()
    file.write_text(PASSWORD + "\n", encoding="utf-8")
    again = ImapSource(mailbox, password_of(mailbox))

    assert again.lying() == []
    again.close()


def test_a_mailbox_without_a_password_is_told(imap_server: Dovecot, user: str):
    mailbox = imap_server.mailbox(user)
    source = ImapSource(mailbox, password_of(mailbox))

    with pytest.raises(ConfigError, match=r"no password for .*password_file"):
        source.lying()


def test_a_password_may_have_any_letters_and_a_user_any_name(dovecot_with, user: str):
    server: Dovecot = dovecot_with(imap_capability="IMAP4rev1 AUTH=PLAIN")

    def odd(*, anew: bool = False) -> str:
        return 'pässwörd " \\ {5}'

    with (
        source_at(server, 'O\'Brien "x" ü@example.test', odd) as source,
        pytest.raises(MailboxDown, match="refuses the log-in"),
    ):
        source.lying()


def test_a_token_opens_the_mailbox(imap_server: Dovecot, user: str):
    def token(*, anew: bool = False) -> str:
        return dovecot.token(user)

    with source_at(imap_server, user, token, login=Login.OAUTH) as source:
        assert source.lying() == []
    assert "method=XOAUTH2" in logins(imap_server, user)[0]


def test_a_token_that_ended_is_asked_for_anew_once(imap_server: Dovecot, user: str):
    asked: list[bool] = []

    def token(*, anew: bool = False) -> str:
        asked.append(anew)
        return dovecot.token(user, lasts=3600 if anew else -60)

    with source_at(imap_server, user, token, login=Login.OAUTH) as source:
        assert source.lying() == []
    assert asked == [False, True]


@pytest.mark.parametrize("whose", ["another@example.test", "nobody", ""])
def test_a_token_that_does_not_fit_is_refused_with_the_servers_word(
    imap_server: Dovecot, user: str, whose: str
):
    asked: list[bool] = []

    def token(*, anew: bool = False) -> str:
        asked.append(anew)
        return dovecot.token(whose)

    with (
        source_at(imap_server, user, token, login=Login.OAUTH) as source,
        pytest.raises(MailboxDown, match=r"refuses the log-in.*status 40\d.*\[oauth\]") as told,
    ):
        source.lying()
    assert asked == [False, True]
    assert dovecot.token(whose) not in str(told.value)


def test_a_token_of_an_authority_opens_the_mailbox(
    imap_server: Dovecot, user: str, clock, certificate: Path, authority_file: Path, tmp_path: Path
):
    (tmp_path / "secret").write_text("of the desk", encoding="utf-8")
    with authority_at_work(certificate) as authority:
        stale, good = (dovecot.token(user, lasts=lasts) for lasts in (-60, 3600))
        authority.answers = [{"access_token": each, "expires_in": 3600} for each in (stale, good)]
        oauth = authority.oauth(authority_file, client_secret_file=tmp_path / "secret")

        with source_at(imap_server, user, Tokens(oauth, clock).token, login=Login.OAUTH) as source:
            assert source.lying() == []

    assert len(authority.asked) == 2


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_mail_comes_over_tls_from_a_server_that_is_trusted(
    imap_server: Dovecot, user: str, authority_file: Path, security: Security
):
    with source_at(imap_server, user, security=security, ca_file=authority_file) as source:
        assert source.lying() == []
    assert all("TLS" in line for line in logins(imap_server, user))


WRONG: list[Any] = [
    pytest.param({"host": "localhost"}, "Hostname mismatch", id="wrong host"),
    pytest.param({"ca_file": None}, "cannot be trusted", id="unknown CA"),
    pytest.param({"ca_file": Path("gone.pem")}, "no certificates can be read", id="no CA file"),
]


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
@pytest.mark.parametrize(("settings", "told"), WRONG)
def test_a_server_that_cannot_be_trusted_hears_no_password(
    imap_server: Dovecot,
    user: str,
    authority_file: Path,
    security: Security,
    settings: dict[str, Any],
    told: str,
):
    given = {"ca_file": authority_file, "security": security} | settings
    with (
        source_at(imap_server, user, **given) as source,
        pytest.raises(MailboxDown, match=told),
    ):
        source.lying()
    assert logins(imap_server, user) == []


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_server_whose_certificate_is_of_another_authority_hears_no_password(
    imap_server: Dovecot, user: str, tmp_path: Path, security: Security
):
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")

    with (
        source_at(imap_server, user, security=security, ca_file=tmp_path / "other.pem") as source,
        pytest.raises(MailboxDown, match="cannot be trusted"),
    ):
        source.lying()
    assert logins(imap_server, user) == []


@pytest.mark.parametrize(
    ("security", "told"),
    [(Security.STARTTLS, "offers no STARTTLS"), (Security.TLS, "no encrypted connection|broke")],
)
def test_a_server_that_does_not_encrypt_hears_no_password(
    dovecot_with: Callable[..., Dovecot], user: str, security: Security, told: str
):
    server = dovecot_with(imap_capability="IMAP4rev1 AUTH=PLAIN")

    with (
        source_at(server, user, security=security, port=server.imap) as source,
        pytest.raises(MailboxDown, match=told),
    ):
        source.lying()
    assert logins(server, user) == []


def test_only_a_server_on_this_machine_may_be_used_without_encryption(imap_server: Dovecot):
    for host in ("mail.example.test", "192.0.2.1", "127.0.0.1.example.test"):
        with pytest.raises(ConfigError, match="would travel in clear"):
            ImapSource(imap_server.mailbox(host=host), password)
