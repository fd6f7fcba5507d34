"""Where the mail server's password is looked for: it stands in no config.toml."""

import pytest

from helpdesk.config.settings import Smtp, load, secret
from helpdesk.errors import ConfigError


@pytest.fixture
def smtp(tmp_path, monkeypatch) -> Smtp:
    """A configuration that names a password's file, and an environment without one."""
    monkeypatch.delenv("HELPDESK_SMTP_PASSWORD", raising=False)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    (tmp_path / "config.toml").write_text('[smtp]\npassword_file = "kept"\n', encoding="utf-8")
    (tmp_path / "kept").write_text("of the file\n", encoding="utf-8")
    return load(tmp_path / "config.toml").smtp


def test_the_password_is_read_from_the_file_beside_the_configuration(smtp):
    assert secret("smtp_password", smtp.password_file).get_secret_value() == "of the file"


def test_systemds_credential_comes_before_the_file(smtp, tmp_path, monkeypatch):
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    assert secret("smtp_password", smtp.password_file).get_secret_value() == "of the file"

    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "smtp_password").write_text("of systemd", encoding="utf-8")

    assert secret("smtp_password", smtp.password_file).get_secret_value() == "of systemd"


def test_the_environment_comes_before_all(smtp, monkeypatch):
    monkeypatch.setenv("HELPDESK_SMTP_PASSWORD", "of the environment")

    assert secret("smtp_password", smtp.password_file).get_secret_value() == "of the environment"
    assert "environment" not in repr(secret("smtp_password", smtp.password_file))


def test_there_need_be_no_password(smtp):
    assert secret("smtp_password", None) is None


def test_an_empty_password_is_told(smtp):
    smtp.password_file.write_text("\n", encoding="utf-8")

    with pytest.raises(ConfigError, match=r"kept, is empty: write the secret into it"):
        secret("smtp_password", smtp.password_file)


def test_a_password_that_cannot_be_read_is_told(smtp):
    smtp.password_file.unlink()

    with pytest.raises(ConfigError, match=r"smtp_password, .*kept, cannot be read: No such"):
        secret("smtp_password", smtp.password_file)
