"""The doctor says what will keep the daemon from its work before the daemon stumbles over it."""

from datetime import timedelta
from importlib.util import find_spec

import pytest

from helpdesk.app import build
from helpdesk.config import settings

MAILBOX = """
[[intake.mailboxes]]
host = "{host}"
user = "desk"
{more}
"""
OAUTH = """
[oauth]
tenant = "ods.example"
client_id = "the-desk"
client_secret_file = "secret"
"""
NAME = "imap:desk@mail.ods.example:993/INBOX"

BY_TOKEN = MAILBOX.format(host="mail.ods.example", more='login = "oauth"')


def configured(desk, text):
    desk.config.write_text(desk.config.read_text() + text)
    (desk.folder / "secret").write_text("let-desk-in")
    (desk.folder / "secret").chmod(0o600)


def was_read(desk, days):
    app = build(settings.load(desk.config))

    def unit(tx):
        row = tx.mailbox(NAME)
        row.looked_at, row.lying = tx.now - timedelta(days=days), 3

    app.store.run(unit)
    app.store.close()


@pytest.mark.parametrize(
    ("host", "more", "words"),
    [
        ("mail.ods.example", "", f"there is no password for {NAME} (set password_file"),
        (
            "mail.ods.example",
            'password_file = "nowhere"',
            "nowhere, cannot be read: No such file or directory",
        ),
        (
            "mail.ods.example",
            'security = "insecure_loopback"\npassword_file = "secret"',
            f"the password of {NAME} would travel in clear: set security to tls or starttls",
        ),
        (
            "mail.ods.example",
            'processed = "INBOX"\npassword_file = "secret"',
            "mail that was taken in would be found there again",
        ),
    ],
)
def test_what_is_wrong_with_a_mailbox_is_said_before_it_is_read(desk, host, more, words):
    configured(desk, MAILBOX.format(host=host, more=more))

    said = desk.type("doctor")

    assert said.code == 1
    (line,) = [each for each in said.out.splitlines() if each.startswith("mailbox\t")]
    assert line.startswith("mailbox\tILL\t")
    assert words in line
    assert line.endswith("(last read never)")


def test_a_mailbox_that_was_taken_out_is_said_to_be_so(desk):
    was_read(desk, days=3)

    assert (
        f"mailbox\tnote\t{NAME} is not in config.toml any more: nobody reads it"
        " (last read 3 days ago, when 3 lay there)"
    ) in desk.type("doctor").out


def test_letters_without_the_password_for_them_are_ill(desk):
    configured(desk, '[smtp]\nhost = "mx.ods.example"\nuser = "desk"\n')

    assert "sending\tILL\tsmtp.user has no password (set smtp.password_file" in (
        desk.type("doctor").out
    )


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        ('tenant = "ods.example"', "there is no tenant to ask for tokens (set oauth.tenant)"),
        ('client_id = "the-desk"', "there is no client_id to ask for tokens (set oauth.client_id)"),
        ('client_secret_file = "secret"', "there is no client secret (set oauth.client_secret_fi"),
    ],
)
def test_what_is_missing_for_tokens_is_named(desk, lost, words):
    configured(desk, BY_TOKEN + OAUTH.replace(lost, ""))

    assert f"oauth\tILL\t{words}" in desk.type("doctor").out


@pytest.mark.skipif(not find_spec("msal"), reason="the extra oauth is not installed")
@pytest.mark.parametrize(
    "used", [BY_TOKEN, '[smtp]\nhost = "mx.ods.example"\nuser = "desk"\nlogin = "oauth"\n']
)
def test_where_tokens_come_from_is_shown_to_who_uses_them(desk, used):
    configured(desk, OAUTH)
    unused = desk.type("doctor").out

    configured(desk, used)

    assert "oauth\twell" not in unused
    found = desk.type("doctor").out
    assert "oauth\twell\ttokens come from https://login.microsoftonline.com, for ods.ex" in found


def test_an_authority_that_secrets_would_be_seen_on_the_way_to_is_refused(desk):
    configured(desk, '[oauth]\nauthority = "http://login.ods.example"\n')

    said = desk.type("doctor")

    assert said.code == 78
    assert "oauth.authority: write where tokens come from as https://" in said.err
