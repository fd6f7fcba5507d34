"""`reply` in an editor: what it shows, and what becomes of what is saved."""

import re
import sys
from pathlib import Path

import pytest

from tests.helpdesk.cli.replied import last_letter, replies, text

HAS_NO_ADDRESS = f"""{sys.executable} - <<'END'
import sqlite3
store = sqlite3.connect("helpdesk.sqlite")
store.execute("UPDATE call SET requester_email = 'nonsense' WHERE id = 7")
store.commit()
store.close()
END"""


def test_the_editor_shows_their_last_mail_and_its_lines_are_not_sent(desk, anne, editor):
    editor("My own words.\\n> not these\\n")

    said = desk.type("reply", anne)

    seen = (desk.folder / "seen").read_text()
    assert said.code == 0
    assert "> Organisation: Lilac House" in seen
    assert seen.startswith("\n")
    assert "My own words." in text(last_letter(desk))
    assert "not these" not in text(last_letter(desk))


@pytest.mark.parametrize("words", ["", " \\n", "> Organisation: Lilac House\\n"])
def test_an_empty_text_sends_nothing(desk, anne, editor, words):
    editor(words)

    said = desk.type("reply", anne)

    assert (said.code, said.out) == (0, "")
    assert said.err == "nothing was written, so nothing was sent\n"
    assert replies(desk) == []


def test_an_editor_that_is_left_without_saving_sends_nothing(desk, anne, monkeypatch):
    monkeypatch.setenv("VISUAL", "true")

    said = desk.type("reply", anne, "--canned", "which_home")

    assert said.err == "nothing was written, so nothing was sent\n"
    assert replies(desk) == []


def test_what_an_editor_saves_in_latin_1_is_refused_and_kept(desk, anne, monkeypatch):
    path = desk.folder / "editor"
    path.write_text("#!/bin/sh\nprintf 'Caf\\351' > \"$1\"\n")
    path.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(path))

    said = desk.type("reply", anne)

    assert said.code == 2
    kept = re.search(r"kept in (\S+);", said.err)
    assert kept
    assert Path(kept[1]).read_bytes() == b"Caf\xe9"
    assert replies(desk) == []


def test_the_editor_begins_with_the_canned_text(desk, anne, editor):
    editor("As I said.\\n")

    desk.type("reply", anne, "--canned", "which-home")

    seen = (desk.folder / "seen").read_text()
    assert seen.startswith("Hello Anne Archer,\n\nthere is more than one home")
    assert "As I said." in text(last_letter(desk))


def test_what_was_typed_is_kept_if_it_cannot_be_sent(desk, anne, editor):
    editor("My long letter.\\n", meanwhile=HAS_NO_ADDRESS)

    said = desk.type("reply", anne)

    assert said.code == 2
    kept = said.err.partition("--body - < ")[2].splitlines()[0]
    assert Path(kept).read_text() == "My long letter.\n"
    assert Path(kept).stat().st_mode & 0o777 == 0o600
    assert replies(desk) == []
    Path(kept).unlink()
