"""The way to CQC's API: through the proxy of a network, which may sign what passes through it."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from socket import socket
from typing import Any

import pytest
import trustme
from pydantic import SecretStr

from helpdesk.errors import ApiDown, ConfigError
from helpdesk.register.api import Caller, Plan, Way, planned
from tests.conftest import MONDAY
from tests.cqc_api import BASE, KEY, QUICK, CqcApi, cqc_api_at_work, location
from tests.proxy import Proxy, proxy_at_work

NAME = "api.cqc.example"
"""A host that nobody but the proxy knows the way to."""

URL = f"https://{NAME}{BASE}"


@pytest.fixture
def signed(mail_ca: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CqcApi]:
    """The API as a network shows it that signs anew what passes through it."""
    path = tmp_path_factory.mktemp("signed") / "api.pem"
    mail_ca.issue_cert(NAME, "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(path)
    with cqc_api_at_work([location(1)], path) as made:
        yield made


@pytest.fixture
def proxy(signed: CqcApi) -> Iterator[Proxy]:
    with proxy_at_work(signed.server_address[1]) as made:
        yield made


@pytest.fixture
def asked(authority_file: Path) -> Callable[..., Plan]:
    """What the API says that there is, asked for on that way."""

    def ask(url: str = URL, ca_file: Path | None = authority_file, proxy: str = "") -> Plan:
        way: Any = {"way": Way(proxy, ca_file)}
        with Caller(url, SecretStr(KEY), 60_000, QUICK, 5.0, **way) as caller:
            return planned(caller, "", None, MONDAY)

    return ask


def nobody() -> str:
    """Where nothing answers."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
@pytest.mark.parametrize("scheme", ["http://", ""])
def test_the_proxy_that_the_environment_names_carries_all_and_reads_nothing(
    proxy, signed, asked, monkeypatch, name, scheme
):
    monkeypatch.setenv(name, f"{scheme}{proxy.name}")

    assert asked().total == 1

    assert set(proxy.asked) == {f"{NAME}:443"}
    assert signed.keys == {KEY}
    assert KEY.encode() not in proxy.seen
    assert proxy.seen


def test_the_proxy_of_the_settings_comes_before_that_of_the_environment(proxy, asked, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://{nobody()}")

    assert asked(proxy=proxy.url).total == 1


def test_what_no_proxy_names_is_asked_directly(signed, asked, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://{nobody()}")
    monkeypatch.setenv("NO_PROXY", "elsewhere.example, 127.0.0.1")

    assert asked(signed.url).total == 1


def test_what_is_asked_in_clear_goes_through_no_proxy_that_could_read_the_key(
    api, proxy, asked, monkeypatch
):
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)

    assert asked(api.url, proxy=proxy.url).total == 9

    assert proxy.asked == []


def test_a_proxy_may_be_asked_over_tls_itself(signed, asked, certificate):
    with proxy_at_work(signed.server_address[1], certificate) as proxy:
        assert asked(proxy=proxy.url).total == 1

        assert set(proxy.asked) == {f"{NAME}:443"}


def test_a_proxy_is_told_the_user_and_password_of_the_environment(proxy, asked, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://bart:p%40ss@{proxy.name}")

    assert asked().total == 1

    assert proxy.logins[0] == f"Basic {b64encode(b'bart:p@ss').decode()}"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (407, "wants a user and a password (407): put them into the environment, HTTPS_PROXY="),
        (403, f"does not let us through to {NAME} (403): ask whoever runs it to, or name another"),
    ],
)
def test_a_proxy_that_refuses_ends_the_fetch_at_once(proxy, asked, monkeypatch, status, words):
    monkeypatch.setenv("HTTPS_PROXY", f"http://bart:p%40ss@{proxy.name}")
    proxy.answers = [status]

    with pytest.raises(ApiDown) as told:
        asked()

    assert f"the proxy {proxy.name} {words}" in str(told.value)
    assert "bart" not in str(told.value)
    assert len(proxy.asked) == 1


def test_a_proxy_that_has_trouble_is_asked_again(proxy, asked):
    proxy.answers = [502, 504]

    assert asked(proxy=proxy.url).total == 1


def test_a_proxy_that_brings_nobody_anywhere_is_told(proxy, asked):
    proxy.answers = [502] * 9

    with pytest.raises(ApiDown, match=rf"{proxy.name} brings us nowhere, it answers 502 \(see"):
        asked(proxy=proxy.url)


def test_a_proxy_that_is_not_there_is_told_with_the_settings_to_look_at(asked):
    where = nobody()

    with pytest.raises(ApiDown) as told:
        asked(proxy=f"http://{where}")

    assert str(told.value).startswith(
        f"{NAME} does not list locations: the proxy {where} brings us nowhere, nothing answers"
        " there (see that cqc.proxy or HTTPS_PROXY is right; for hosts that NO_PROXY names"
    )


def test_a_network_that_signs_anew_is_not_trusted_unless_its_certificate_is_named(proxy, asked):
    with pytest.raises(ApiDown, match=r"is not trusted here .* certificate in cqc\.ca_file"):
        asked(proxy=proxy.url, ca_file=None)


@pytest.mark.parametrize("text", [None, "", "no certificate"])
def test_a_file_without_certificates_is_told(asked, tmp_path, text):
    path = tmp_path / "ca.pem"
    if text is not None:
        path.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=r"no certificates can be read from .*cqc\.ca_file"):
        asked(ca_file=path)


@pytest.mark.parametrize("text", ["socks5://127.0.0.1:1080", "http://", "http://[::1", "a:b:c"])
def test_what_is_no_proxy_in_the_environment_is_told(asked, monkeypatch, text):
    monkeypatch.setenv("HTTPS_PROXY", text)

    with pytest.raises(ConfigError, match="HTTPS_PROXY in the environment is no address"):
        asked()
