"""Where CQC's API is, as config.toml says it: the key never travels in clear, nor stands there."""

from pathlib import Path

import pytest

from helpdesk.config.settings import Cqc, load
from helpdesk.errors import ConfigError


def configured(folder: Path, text: str) -> Cqc:
    (folder / "config.toml").write_text(f"[cqc]\n{text}\n", encoding="utf-8")
    return load(folder / "config.toml").cqc


def test_there_is_an_address_and_no_key(tmp_path):
    assert configured(tmp_path, "") == Cqc(
        api_url="https://api.service.cqc.org.uk/public/v1",
        api_key_file=None,
        per_minute=1_000,
        proxy="",
        ca_file=None,
    )


def test_the_file_of_the_key_lies_beside_the_configuration(tmp_path):
    assert configured(tmp_path, 'api_key_file = "kept"').api_key_file == tmp_path / "kept"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/v1", "http://[::1]/v1", "http://localhost/v1"]
)
def test_this_machine_may_be_asked_in_clear(tmp_path, url):
    assert configured(tmp_path, f'api_url = "{url}/"').api_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://api.cqc.example/public/v1",
        "http://127.0.0.1.cqc.example/v1",
        "ftp://api.cqc.example",
        "api.cqc.example",
        "https://",
        "https://[::1",
        "https://api.cqc.example:many/v1",
        "https://key@api.cqc.example/v1",
        "https://api.cqc.example/v1?key=secret",
        "",
    ],
)
def test_an_address_that_would_show_the_key_is_told_with_its_line(tmp_path, url):
    with pytest.raises(ConfigError) as told:
        configured(tmp_path, f'api_url = "{url}"')

    assert str(told.value) == (
        f"{tmp_path / 'config.toml'}:2: cqc.api_url: write where CQC's API is as"
        " https://HOST/public/v1, without a key: that is read from api_key_file"
    )


@pytest.mark.parametrize("url", ["http://proxy:8080", "https://[::1]:3128/", "http://10.0.0.1"])
def test_a_proxy_may_be_named_and_whose_certificates_are_trusted(tmp_path, url):
    found = configured(tmp_path, f'proxy = "{url}"\nca_file = "ca.pem"')

    assert (found.proxy, found.ca_file) == (url.rstrip("/"), tmp_path / "ca.pem")


@pytest.mark.parametrize(
    "url", ["proxy:8080", "socks5://proxy:1080", "http://", "http://me:secret@proxy:8080",
            "http://proxy:many", "http://proxy/path", "http://[::1"],
)  # fmt: skip
def test_what_is_no_proxy_or_has_a_password_is_told_with_its_line(tmp_path, url):
    with pytest.raises(ConfigError) as told:
        configured(tmp_path, f'proxy = "{url}"')

    assert str(told.value) == (
        f"{tmp_path / 'config.toml'}:2: cqc.proxy: write the proxy as http://HOST:PORT, without a"
        " password: if it wants one, leave this out, and set HTTPS_PROXY in the environment"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("per_minute = 0", "cqc.per_minute: "),
        ("per_minute = 100000", "cqc.per_minute: "),
        ('api_key = "secret"', "cqc.api_key: unknown setting, did you mean 'api_key_file'?"),
    ],
)
def test_what_cannot_be_is_told_with_its_line(tmp_path, text, words):
    with pytest.raises(ConfigError) as told:
        configured(tmp_path, text)

    assert f"config.toml:2: {words}" in str(told.value)
