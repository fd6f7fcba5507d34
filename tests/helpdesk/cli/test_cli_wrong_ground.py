"""A desk whose configuration, database or place will not do says so, with the mend."""

import sqlite3

import pytest

from tests.helpdesk.cli.typed_at import RECEIVED

READERS = ("list", "next", f"show {RECEIVED}", "agent list", "doctor")
WRITERS = (f"acknowledge {RECEIVED}", "sweep", "deliver", f"note {RECEIVED} x")


@pytest.mark.parametrize(
    ("text", "fragments"),
    [
        ("[desk\n", ["config.toml", "is not valid TOML", "line 1"]),
        (
            "[desk]\n\nadress = 'x@y.example'\n",
            ["config.toml:3: desk.adress", "did you mean 'address'"],
        ),
        ("[dsek]\n", ["config.toml:1: dsek: unknown setting, did you mean 'desk'"]),
        ("[smtp]\nport = 'many'\n", ["config.toml:2: smtp.port", "integer"]),
        ("[smtp]\nport = 99999\n", ["config.toml:2: smtp.port", "65535"]),
        (
            "[sla.acknowledge]\nwithin = 'soon'\n",
            ["config.toml:2: sla.acknowledge.within", "'48 hours'"],
        ),
        ("[desk]\nzone = 'Mars'\n", ["config.toml:2: desk.zone", "no time zone 'Mars'"]),
        ("[desk]\naddress = 'nobody'\n", ["config.toml:2: desk.address", "not an address"]),
        ("[people]\nsupervisors = ['sue']\n", ["config.toml:2: people.supervisors", "'sue'"]),
        ("[smtp]\nsecurity = 'none'\n", ["config.toml:2: smtp.security", "starttls"]),
    ],
)
@pytest.mark.parametrize("words", ["config", f"acknowledge {RECEIVED}"])
def test_a_wrong_configuration_is_told_with_its_file_and_line(desk, words, text, fragments):
    desk.config.write_text(text, encoding="utf-8")

    said = desk.type(*words.split())

    assert (said.code, said.out) == (78, "")
    for fragment in fragments:
        assert fragment in said.err


def test_a_configuration_that_is_not_text_is_told(desk):
    desk.config.write_bytes(b"\xff\xfe[desk]")

    for words in ("list", "config"):
        said = desk.type(words)
        assert said.code == 78
        assert "is not UTF-8 text" in said.err


@pytest.mark.parametrize("words", ["list", f"acknowledge {RECEIVED}", "config", "doctor", "sweep"])
def test_without_a_configuration_the_mend_is_told(desk, words):
    desk.config.unlink()

    said = desk.type(*words.split())

    assert (said.code, said.out) == (78, "")
    assert "make one with: helpdesk init" in said.err


@pytest.mark.parametrize("words", READERS + WRITERS)
def test_without_a_database_the_mend_is_told(desk, words):
    (desk.folder / "helpdesk.sqlite").unlink()

    said = desk.type(*words.split())

    assert (said.code, said.out) == (69, "")
    assert "there is no database at" in said.err
    assert "make one with: helpdesk init" in said.err
    assert not (desk.folder / "helpdesk.sqlite").exists()


@pytest.mark.parametrize("words", READERS + WRITERS)
def test_a_file_that_is_no_database_is_told(desk, words):
    (desk.folder / "helpdesk.sqlite").write_bytes(b"not a database" * 1000)

    said = desk.type(*words.split())

    assert (said.code, said.out) == (69, "")
    assert "helpdesk.sqlite" in said.err
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize("words", READERS + WRITERS)
def test_a_newer_database_is_left_alone(desk, words):
    _set_schema(desk, "9999")

    said = desk.type(*words.split())

    assert (said.code, said.out) == (76, "")
    assert "of a newer version (9999" in said.err
    assert "install the newer helpdesk" in said.err


@pytest.mark.parametrize("words", READERS)
def test_an_older_database_is_not_read(desk, words):
    _set_schema(desk, "0001")

    said = desk.type(*words.split())

    assert (said.code, said.out) == (76, "")
    assert "bring it up to date with: helpdesk db upgrade" in said.err


def test_a_place_that_is_no_folder_cannot_become_a_desk(desk):
    said = desk.type("init", "config.toml/desk")

    assert (said.code, said.out) == (73, "")
    assert "config.toml/desk cannot be written to" in said.err


def test_a_letter_that_cannot_leave_is_told_with_the_mend(desk):
    desk.config.write_text('[smtp]\nhost = "127.0.0.1"\nport = 1\nsecurity = "insecure_loopback"\n')

    said = desk.type("deliver")

    assert said.code == 69
    assert "letters cannot be sent: 127.0.0.1:1 cannot be reached" in said.err
    assert "see that the server runs" in said.err


def test_mail_that_would_travel_in_clear_is_refused(desk):
    desk.config.write_text('[smtp]\nhost = "mail.example"\nsecurity = "insecure_loopback"\n')

    said = desk.type("deliver")

    assert (said.code, said.out) == (78, "")
    assert "would travel in clear" in said.err


def _set_schema(desk, version):
    with sqlite3.connect(desk.folder / "helpdesk.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    connection.close()


def test_the_doctor_asks_a_desk_that_sends_with_tokens_for_no_password(desk):
    smtp = '[smtp]\nhost = "mx.ods.example"\nuser = "desk@ods.example"\nlogin = "oauth"\n'
    desk.config.write_text(desk.config.read_text() + smtp)

    assert "well\tby mx.ods.example:587" in desk.type("doctor").out


def test_the_doctor_names_a_secret_that_everybody_can_read(desk):
    (desk.folder / "secret").write_text("let-bart-in")
    (desk.folder / "secret").chmod(0o644)
    oauth = '[oauth]\nclient_secret_file = "secret"\n'
    desk.config.write_text(desk.config.read_text() + oauth)

    assert "oauth.client_secret_file\tILL\teverybody on this machine" in desk.type("doctor").out
