"""Logging in with a token (XOAUTH2): renewed once if it is refused, and never told to anybody."""

import json
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from notifications.mailer import ChannelDown, ChannelUnreachable, Security, SmtpMailer
from tests.notifications.smtp.conftest import Office

ANNE, DESK = "anne@rosecottage.example", "ods@desk.example"
MAIL = b"Message-ID: <17@desk.example>\r\nSubject: a letter\r\n\r\nhello\r\n"


class TokenOffice(Office):
    """Knows the tokens that are good; answers others with a challenge, as the big ones do."""

    def __init__(self, **settings: Any) -> None:
        self.good = {"fresh"}
        self.shown: list[str] = []
        self.refusal = "535 5.7.3 Authentication unsuccessful"
        super().__init__(auth_exclude_mechanism=["PLAIN", "LOGIN"], **settings)

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:  # noqa: N802
        user, bearer = b64decode(args[1]).decode().rstrip("\x01").split("\x01")
        assert user == "user=desk"
        self.shown.append(bearer.removeprefix("auth=Bearer "))
        if self.shown[-1] in self.good:
            return AuthResult(success=True)
        assert await server.challenge_auth(json.dumps({"status": "401"})) == b""
        return AuthResult(success=False, handled=False, message=self.refusal)


class Tokens:
    """Gives "stale", and "fresh" where a new one is asked for."""

    def __init__(self, fresh: str = "fresh") -> None:
        self.fresh = fresh
        self.asked: list[bool] = []

    def __call__(self, renew: bool) -> str:  # noqa: FBT001  # as a mailer asks
        self.asked.append(renew)
        return self.fresh if renew else "stale"


@pytest.fixture
def office(served_by: Callable[..., Any]) -> Iterator[TokenOffice]:
    made = TokenOffice(tls_context=served_by(), require_starttls=True, auth_required=True)
    yield made
    made.stop()


@pytest.fixture
def mailer_with(office: TokenOffice, ca_file: Path) -> Callable[[Any], SmtpMailer]:
    return lambda token: office.mailer(
        security=Security.STARTTLS, ca_file=ca_file, user="desk", token=token
    )


def test_letters_go_after_a_log_in_with_a_token(office: TokenOffice, mailer_with: Any) -> None:
    office.good = {"stale"}
    tokens = Tokens()

    with mailer_with(tokens).connected() as post:
        post.send(MAIL, ANNE, DESK)

    assert (tokens.asked, office.shown) == ([False], ["stale"])
    assert len(office.taken) == 1


def test_what_the_authority_takes_is_not_the_mail_servers_time(
    office: TokenOffice, ca_file: Path
) -> None:
    def slowly(renew: bool) -> str:  # noqa: FBT001  # as a mailer asks
        time.sleep(1.2)
        return "fresh" if renew else "stale"

    mailer = office.mailer(
        security=Security.STARTTLS, ca_file=ca_file, user="desk", token=slowly, timeout=1
    )

    with mailer.connected() as post:
        post.send(MAIL, ANNE, DESK)

    assert office.shown == ["stale", "fresh"]
    assert len(office.taken) == 1


def test_a_token_that_is_refused_is_renewed_once(office: TokenOffice, mailer_with: Any) -> None:
    tokens = Tokens()

    with mailer_with(tokens).connected() as post:
        post.send(MAIL, ANNE, DESK)

    assert (tokens.asked, office.shown) == ([False, True], ["stale", "fresh"])
    assert len(office.taken) == 1


def test_a_token_that_is_refused_again_stops_the_channel_with_the_mend(
    office: TokenOffice, mailer_with: Any
) -> None:
    office.good = set()

    with pytest.raises(ChannelDown, match=r"refuses the token.*535 5\.7\.3") as told:
        mailer_with(Tokens()).connected().__enter__()

    assert told.value.mend == "let the application send as this user, and the user send by SMTP"
    assert office.shown == ["stale", "fresh"]
    assert not any(token in str(told.value) for token in ("stale", "fresh"))


def test_a_server_that_is_too_busy_to_look_at_tokens_renews_none(
    office: TokenOffice, mailer_with: Any
) -> None:
    office.good, office.refusal = set(), "454 4.7.0 try again later"
    tokens = Tokens()

    with pytest.raises(ChannelUnreachable, match="is busy: 454"):
        mailer_with(tokens).connected().__enter__()

    assert tokens.asked == [False]


def test_a_server_that_takes_passwords_only_sees_no_token(
    locked_office: Any, ca_file: Path
) -> None:
    mailer = locked_office.mailer(
        security=Security.STARTTLS, ca_file=ca_file, user="bart", token=Tokens()
    )

    with pytest.raises(ChannelDown, match="takes no tokens"):
        mailer.connected().__enter__()


def test_no_token_is_sent_in_clear(scripted: Callable[..., Any]) -> None:
    server = scripted({"EHLO": "250-hello\r\n250 AUTH XOAUTH2"})
    mailer = server.mailer(security=Security.STARTTLS, user="desk", token=Tokens())

    with pytest.raises(ChannelDown, match="cannot be used safely"):
        mailer.connected().__enter__()

    assert not [line for line in server.heard if line.startswith("AUTH")]


def test_that_there_is_no_token_is_told_as_it_was_said(mailer_with: Any) -> None:
    def none_left(renew: bool) -> str:  # noqa: FBT001  # as a mailer asks
        raise ChannelDown("the secret of the application has expired", "make a new one")

    with pytest.raises(ChannelDown, match="has expired"):
        mailer_with(none_left).connected().__enter__()


def test_a_mailer_has_one_way_to_log_in() -> None:
    with pytest.raises(ValueError, match="not both"):
        SmtpMailer("mail.desk.example", 587, user="desk", password="sesame", token=Tokens())
    with pytest.raises(ValueError, match="or neither"):
        SmtpMailer("mail.desk.example", 587, token=Tokens())
    with pytest.raises(ValueError, match="in clear"):
        SmtpMailer("::1", 25, Security.INSECURE_LOOPBACK, user="desk", token=Tokens())
