"""`mail check`: what lies where mail arrives, and has no call."""

import json

import pytest

from tests.helpdesk.cli.received import (
    FIRST,
)


@pytest.fixture
def inbox(desk):
    """A desk that takes its mail from a folder, with one mail in it."""
    (desk.folder / "inbox").mkdir()
    with desk.config.open("a") as config:
        config.write('[intake]\npaths = ["inbox"]\n')
    (desk.folder / "inbox" / "1.eml").write_text(FIRST)
    return desk


def test_what_lies_in_a_mailbox_and_is_not_held_is_told(inbox):
    said = inbox.type("mail", "check")

    assert said.code == 1
    assert said.out.split("\t")[1:] == ["1", "0", "0", "0", "0", "0", "1\n"]
    assert said.err.startswith("1 lie there that the desk does not hold")


def test_once_all_is_taken_in_every_mail_is_accounted_for(inbox):
    inbox.type("intake")

    said = inbox.type("mail", "check")

    assert (said.code, said.err) == (0, "all mail is accounted for\n")
    assert said.out.split("\t")[1:] == ["1", "1", "0", "0", "0", "0", "0\n"]
    (place,) = json.loads(inbox.type("mail", "check", "--json").out)["places"]
    assert (place["lying"], place["taken"], place["unknown"]) == (1, 1, 0)


def test_a_maildir_is_counted_as_it_lies(desk):
    for name in ("new", "cur", "tmp"):
        (desk.folder / "box" / name).mkdir(parents=True)
    (desk.folder / "box" / "new" / "1772442000.1.desk").write_text(FIRST)
    with desk.config.open("a") as config:
        config.write('[intake]\npaths = ["box"]\n')

    before, took, after = (
        desk.type(*words.split()) for words in ("mail check", "intake", "mail check")
    )

    assert (before.code, took.code, after.code) == (1, 0, 0)
    assert after.out.split("\t")[1] == "0"  # it was put away


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("state = 'taken', call_id = NULL", "taken in without a call: mail 1"),
        (
            "state = 'waiting', stored_at = '2026-03-02 09:00:00.000000'",
            "waiting for more than 10 minutes: mail 1",
        ),
    ],
)
def test_mail_that_is_lost_inside_the_desk_is_found(inbox, change, words):
    inbox.type("intake")
    inbox.app().store.run(lambda tx: tx.rows(f"UPDATE received_mail SET {change} RETURNING id"))

    said = inbox.type("mail", "check")

    assert said.code == 1
    assert words in said.err
    assert any(
        words.partition(":")[0].split()[0] in line for line in inbox.type("doctor").out.splitlines()
    )


def test_a_place_that_is_not_there_is_trouble(inbox):
    (inbox.folder / "inbox").rename(inbox.folder / "elsewhere")

    assert inbox.type("mail", "check").code == 66


def test_a_server_that_is_down_ends_the_count_with_the_code_for_that(inbox):
    with inbox.config.open("a") as config:
        config.write('[[intake.mailboxes]]\nhost = "127.0.0.1"\nport = 1\nuser = "desk"\n')
        config.write('security = "insecure_loopback"\npassword_file = "password"\n')
    (inbox.folder / "password").write_text("let-desk-in")

    before = inbox.type("mail", "check")
    inbox.type("intake")
    after = inbox.type("mail", "check", "--json")

    assert before.code == 1  # what was found to be without a call comes first
    assert after.code == 68
    assert "127.0.0.1:1" in json.loads(after.out)["trouble"][0]
    assert [each["taken"] for each in json.loads(after.out)["places"]] == [1]
