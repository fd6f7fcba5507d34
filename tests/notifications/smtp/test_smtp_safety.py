"""Mail and passwords travel encrypted, or not at all."""

import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from notifications.mailer import ChannelDown, Security, SmtpMailer

Context = Callable[..., ssl.SSLContext]

ANNE, DESK = "anne@rosecottage.example", "ods@desk.example"
MAIL = b"Message-ID: <17@desk.example>\r\nSubject: a letter\r\n\r\n.\r\n..hello\r\n"


def test_letters_go_encrypted_after_a_log_in(locked_office: Any, ca_file: Path) -> None:
    mailer = locked_office.mailer(
        security=Security.STARTTLS,
        ca_file=ca_file,
        user="bart",
        password="sesame",
    )

    with mailer.connected() as post:
        post.send(MAIL, ANNE, DESK)

    assert locked_office.greeted == [False, True]
    assert len(locked_office.taken) == 1


def test_letters_go_to_a_server_that_speaks_tls_from_the_first_byte(
    open_office: Callable[..., Any], served_by: Context, ca_file: Path
) -> None:
    office = open_office(ssl_context=served_by())

    with office.mailer(security=Security.TLS, ca_file=ca_file).connected() as post:
        post.send(MAIL, ANNE, DESK)

    assert len(office.taken) == 1


def test_a_wrong_password_stops_the_channel(locked_office: Any, ca_file: Path) -> None:
    mailer = locked_office.mailer(
        security=Security.STARTTLS, ca_file=ca_file, user="bart", password="open"
    )

    with pytest.raises(ChannelDown, match="refuses the log-in: 535") as told, mailer.connected():
        pass

    assert told.value.mend == "correct user and password"
    assert "open" not in f"{told.value}"


def test_a_password_is_in_no_repr() -> None:
    mailer = SmtpMailer("mail.desk.example", 587, user="bart", password="sesame")

    assert "sesame" not in f"{mailer!r} {mailer}"


@pytest.mark.parametrize(
    "settings",
    [
        {"host": "mail.desk.example"},
        {"host": "10.0.0.1"},
        {"host": "localhost", "user": "bart", "password": "sesame"},
        {"host": "localhost", "user": "bart"},
        {"host": "localhost", "security": Security.TLS, "password": "sesame"},
    ],
)
def test_settings_that_would_send_anything_in_clear_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"in clear|or neither"):
        SmtpMailer(**{"port": 25, "security": Security.INSECURE_LOOPBACK} | settings)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_a_server_on_this_machine_needs_no_encryption(host: str) -> None:
    assert SmtpMailer(host, 25, Security.INSECURE_LOOPBACK).host == host


STRANGERS = trustme.CA()
LONG_AGO = {
    "not_before": datetime(2019, 1, 1, tzinfo=UTC),
    "not_after": datetime(2020, 1, 1, tzinfo=UTC),
}
OFFERS = "250-hello\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS"
STRIPPED = "250-hello\r\n250 AUTH PLAIN LOGIN"

UNSAFE: dict[str, tuple[dict[str, Any], dict[str, Any] | None, Security, str]] = {
    # name: what the server says, its certificate if any, our setting, what the operator reads
    "stripped": ({"EHLO": STRIPPED}, None, Security.STARTTLS, "cannot be used safely"),
    "refused": (
        {"EHLO": OFFERS, "STARTTLS": "554 no"},
        None,
        Security.STARTTLS,
        "refuses to serve",
    ),
    "put off": ({"EHLO": OFFERS, "STARTTLS": "454 later"}, None, Security.STARTTLS, "is busy"),
    "no handshake": (
        {"EHLO": OFFERS, "STARTTLS": "220 go"},
        None,
        Security.STARTTLS,
        "no encrypted connection|cannot be reached",
    ),
    "wrong host": (
        {"EHLO": OFFERS, "STARTTLS": "220 go"},
        {"host": "mail.elsewhere.example"},
        Security.STARTTLS,
        "cannot be trusted: .*mismatch",
    ),
    "expired": (
        {"EHLO": OFFERS, "STARTTLS": "220 go"},
        LONG_AGO,
        Security.STARTTLS,
        "cannot be trusted: certificate has expired",
    ),
    "unknown authority": (
        {"EHLO": OFFERS, "STARTTLS": "220 go"},
        {"issuer": STRANGERS},
        Security.STARTTLS,
        "cannot be trusted: .*local issuer",
    ),
    "plain where tls was meant": ({}, None, Security.TLS, "no encrypted connection"),
    "plain, with an offer": ({"EHLO": OFFERS}, None, Security.TLS, "no encrypted connection"),
}


@pytest.mark.parametrize("case", sorted(UNSAFE))
def test_an_unsafe_server_hears_no_password_and_no_mail(
    case: str, scripted: Callable[..., Any], served_by: Context, ca_file: Path
) -> None:
    answers, certificate, security, told = UNSAFE[case]
    server = scripted(dict(answers), served_by(**certificate) if certificate else None)
    mailer = server.mailer(
        security=security, ca_file=ca_file, user="bart", password="sesame", timeout=2
    )

    with pytest.raises(ChannelDown, match=told), mailer.connected() as post:
        post.send(MAIL, ANNE, DESK)

    assert not [line for line in server.heard if line.startswith(("AUTH", "MAIL", "RCPT"))]
    assert "sesame" not in str(server.heard)


def test_words_slipped_in_before_the_encryption_are_not_believed(
    scripted: Callable[..., Any], served_by: Context, ca_file: Path
) -> None:
    injected = "220 go\r\n250-evil\r\n250 AUTH PLAIN"
    server = scripted({"EHLO": OFFERS, "STARTTLS": injected}, served_by())
    mailer = server.mailer(security=Security.STARTTLS, ca_file=ca_file, timeout=2)

    with suppress(ChannelDown), mailer.connected() as post:
        post.send(MAIL, ANNE, DESK)

    assert [line.split(" ")[0] for line in server.heard] == ["EHLO", "STARTTLS"]


def test_a_list_of_authorities_that_cannot_be_read_stops_the_channel(tmp_path: Path) -> None:
    mailer = SmtpMailer("127.0.0.1", 587, ca_file=tmp_path / "none.pem")

    with pytest.raises(ChannelDown, match="correct ca_file"), mailer.connected():
        pass
