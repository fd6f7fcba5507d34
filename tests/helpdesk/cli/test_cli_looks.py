"""The looks at the whole desk stand on as firm a ground as its other commands."""

import sqlite3

import pytest

from tests.helpdesk.cli.typed_at import RECEIVED

LOOKS = ("brief", "forecast --until 9d", "holds", "list rose", "list --all", "list --closed")
HOSTILE = "Rose \x1b[31mCottage\x1b]0;x\x07 \u202ebad"


@pytest.mark.parametrize("words", LOOKS)
def test_without_a_database_the_mend_is_told(desk, words):
    (desk.folder / "helpdesk.sqlite").unlink()

    said = desk.type(*words.split())

    assert (said.code, said.out) == (69, "")
    assert "make one with: helpdesk init" in said.err


@pytest.mark.parametrize("words", LOOKS)
def test_without_a_configuration_the_mend_is_told(desk, words):
    desk.config.unlink()

    said = desk.type(*words.split())

    assert (said.code, said.out) == (78, "")
    assert "make one with: helpdesk init" in said.err


@pytest.mark.parametrize("words", LOOKS)
def test_an_older_database_is_not_read(desk, words):
    with sqlite3.connect(desk.folder / "helpdesk.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0002'")
    connection.close()

    said = desk.type(*words.split())

    assert (said.code, said.out) == (76, "")


@pytest.mark.parametrize("words", LOOKS)
def test_whoever_is_no_agent_may_look(desk_as, words):
    assert desk_as(None).type(*words.split()).code == 0


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_what_a_stranger_wrote_is_never_obeyed(desk, options):
    desk.type("raise", "--organisation", HOSTILE, "--email", "anne@rosecottage.example")
    desk.type("acknowledge", "7")
    desk.type("hold", "7", "--for", "requester", "--note", HOSTILE)
    desk.type("raise", "--organisation", HOSTILE, "--name", "Anne")
    desk.type("close", RECEIVED, "--outcome", "spam", "--note", HOSTILE)

    for words in LOOKS:
        said = desk.type(*words.split(), *options)
        assert said.code == 0
        assert "\x1b" not in said.out + said.err
        assert "\u202e" not in said.out + said.err
    assert "Rose" in desk.type("holds", *options).out
