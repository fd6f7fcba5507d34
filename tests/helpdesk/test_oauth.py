"""How the desk gets tokens: kept, renewed in time, and told about when there are none."""

import logging
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpdesk.config.settings import Flow, OAuth
from helpdesk.errors import ConfigError, NotInstalled, SignInFailed
from helpdesk.oauth import Tokens
from tests.authority import Authority, authority_at_work

pytest.importorskip("msal", reason="the extra `oauth` is not installed")

REFUSAL = {"error": "invalid_client", "error_description": "AADSTS7000222: keys of Anne, expired"}


def gives(token: str, **more: Any) -> dict[str, Any]:
    return {"token_type": "Bearer", "access_token": token, "expires_in": 3600, **more}


@pytest.fixture
def authority(certificate: Path) -> Iterator[Authority]:
    with authority_at_work(certificate) as working:
        yield working


@pytest.fixture
def application(authority: Authority, authority_file: Path, tmp_path: Path) -> OAuth:
    """The desk as an application of its own, with a secret in a file."""
    (tmp_path / "secret").write_text("of the desk\n", encoding="utf-8")
    return authority.oauth(authority_file, client_secret_file=tmp_path / "secret")


@pytest.fixture
def signed_in(authority: Authority, authority_file: Path, tmp_path: Path) -> OAuth:
    """The desk in the name of a person who left it a refresh token."""
    (tmp_path / "refresh").write_text("the first\n", encoding="utf-8")
    return authority.oauth(
        authority_file,
        flow=Flow.REFRESH_TOKEN,
        refresh_token_file=tmp_path / "refresh",
        scopes=("https://mail.example.test/IMAP.AccessAsUser.All",),
    )


def test_an_application_asks_with_its_secret_for_its_scopes(authority, application, clock):
    authority.answers = [gives("one")]

    assert Tokens(application, clock).token() == "one"
    (asked,) = authority.asked
    assert asked["grant_type"] == "client_credentials"
    assert (asked["client_id"], asked["client_secret"]) == ("desk", "of the desk")
    assert asked["scope"] == "https://outlook.office365.com/.default"


def test_a_token_is_kept_until_five_minutes_before_its_end(authority, application, clock):
    authority.answers = [gives("one"), gives("two")]
    tokens = Tokens(application, clock)

    assert tokens.token() == "one"
    clock.passes(minutes=54, seconds=59)
    assert tokens.token() == "one"
    clock.passes(seconds=1)
    assert tokens.token() == "two"
    assert len(authority.asked) == 2


def test_a_token_that_was_refused_is_asked_for_anew(authority, application, clock):
    authority.answers = [gives("one"), gives("two")]
    tokens = Tokens(application, clock)

    assert tokens.token() == "one"
    assert tokens.token(anew=True) == "two"
    assert tokens.token() == "two"


def test_many_threads_ask_once(authority, application, clock):
    authority.answers = [gives("one"), gives("two")]
    tokens, found = Tokens(application, clock), []

    threads = [threading.Thread(target=lambda: found.append(tokens.token())) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert found == ["one"] * 8


def test_a_newer_refresh_token_takes_the_place_of_the_older(authority, signed_in, clock):
    authority.answers = [gives("one", refresh_token="the second"), gives("two")]
    tokens, file = Tokens(signed_in, clock), signed_in.refresh_token_file

    assert tokens.token() == "one"
    assert file.read_text(encoding="utf-8").strip() == "the second"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    clock.passes(hours=1)
    assert tokens.token() == "two"
    assert [each["refresh_token"] for each in authority.asked] == ["the first", "the second"]
    assert [each.name for each in file.parent.iterdir()] == ["refresh"]


def test_a_newer_refresh_token_that_cannot_be_kept_is_logged_and_the_desk_goes_on(
    authority, signed_in, clock, tmp_path, monkeypatch, caplog
):
    monkeypatch.setenv("HELPDESK_OAUTH_REFRESH_TOKEN", "the first")
    away = signed_in.model_copy(update={"refresh_token_file": tmp_path / "gone" / "refresh"})
    authority.answers = [gives("one", refresh_token="the second")]

    with caplog.at_level(logging.ERROR):
        assert Tokens(away, clock).token() == "one"

    assert "cannot be written to" in caplog.text
    assert "the second" not in caplog.text


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (REFUSAL, r"invalid_client AADSTS7000222 \(the client secret has expired"),
        ({"error": "invalid_client"}, r"invalid_client \(correct client_id and the secret"),
        (
            {"error": "invalid_grant", "error_description": "AADSTS65001: no consent"},
            "AADSTS65001 .consent is missing",
        ),
        ({"error": "invalid_grant"}, "sign.* in for the desk do so again"),
        ({"error": "<b>strange</b>"}, "bstrangeb .ask who runs"),
        ({"token_type": "Bearer"}, "no token, and no error"),
    ],
)
def test_a_refusal_is_told_with_its_number_and_its_mend(
    authority, application, clock, answer: dict[str, Any], told: str
):
    authority.answers = [answer]

    with pytest.raises(SignInFailed, match=told) as refused:
        Tokens(application, clock).token()

    assert "Anne" not in str(refused.value)
    assert "of the desk" not in str(refused.value)


def test_after_a_refusal_the_authority_is_asked_again(authority, application, clock):
    authority.answers = [REFUSAL, gives("one")]
    tokens = Tokens(application, clock)
    with pytest.raises(SignInFailed):
        tokens.token()

    assert tokens.token() == "one"


def test_an_authority_that_nobody_vouches_for_is_told_no_secret(authority, application, clock):
    stranger = application.model_copy(update={"ca_file": None})

    with pytest.raises(SignInFailed, match="gives no tokens: it cannot be reached"):
        Tokens(stranger, clock).token()

    assert authority.asked == []


def test_a_tenant_that_is_unknown_is_told(application, clock):
    elsewhere = application.model_copy(update={"tenant": "nowhere"})

    with pytest.raises(SignInFailed, match="the tenant 'nowhere'"):
        Tokens(elsewhere, clock).token()


def test_a_setting_that_is_not_there_is_told(application, signed_in, clock):
    bare = application.model_copy(update={"client_secret_file": None})
    homeless = application.model_copy(update={"tenant": ""})
    left = signed_in.model_copy(update={"refresh_token_file": None})

    with pytest.raises(ConfigError, match=r"oauth\.client_secret_file.*OAUTH_CLIENT_SECRET"):
        Tokens(bare, clock).token()
    with pytest.raises(ConfigError, match=r"oauth\.refresh_token_file"):
        Tokens(left, clock).token()
    with pytest.raises(ConfigError, match=r"oauth\.tenant"):
        Tokens(homeless, clock).token()


def test_a_desk_without_the_library_is_told_what_to_install(application, clock, monkeypatch):
    monkeypatch.setitem(sys.modules, "msal", None)

    with pytest.raises(NotInstalled, match=r"helpdesk\[oauth\]"):
        Tokens(application, clock).token()


def test_tokens_show_nothing_of_themselves(authority, application, clock):
    authority.answers = [gives("the token itself")]
    tokens = Tokens(application, clock)
    tokens.token()

    assert "the token itself" not in repr(vars(tokens))
