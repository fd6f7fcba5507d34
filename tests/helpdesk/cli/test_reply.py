"""`reply`: an agent's own words, with the desk's signature, on the call's thread."""

import json
import re
import sys
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from helpdesk.journal import posting
from notifications import canned
from notifications.checking import _asked, _is_declared
from notifications.facts import CANNED
from tests.helpdesk.cli.received import ANSWER, FIRST, arrives
from workflows.lifecycle import Outcome

WRITES = """#!/bin/sh
cp "$1" "{folder}/seen"
printf '{words}' > "$1"
{meanwhile}
"""
HAS_NO_ADDRESS = f"""{sys.executable} - <<'END'
import sqlite3
store = sqlite3.connect("helpdesk.sqlite")
store.execute("UPDATE call SET requester_email = 'nonsense' WHERE id = 7")
store.commit()
store.close()
END"""


@pytest.fixture
def anne(desk):
    """Anne's call: her request, and her answer, which waits to be read."""
    arrives(desk, FIRST, ANSWER)
    return "7"


@pytest.fixture
def editor(desk, monkeypatch):
    """Gives the agent an editor that writes those words; what it was shown lies in `seen`."""

    def writes(words, meanwhile=""):
        path = desk.folder / "editor"
        path.write_text(WRITES.format(folder=desk.folder, words=words, meanwhile=meanwhile))
        path.chmod(0o700)
        monkeypatch.setenv("VISUAL", str(path))

    return writes


def last_letter(desk):
    """The mail that was posted last."""
    row = desk.rows("SELECT raw FROM letter ORDER BY id DESC LIMIT 1")[0]
    return message_from_bytes(bytes(row["raw"]), policy=policy.default)


def replies(desk):
    return desk.rows("SELECT * FROM letter WHERE kind = 'reply.requester'")


def text(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def test_a_reply_carries_the_words_the_name_and_the_desk(desk, anne):
    with desk.config.open("a") as config:
        config.write('phone = "01632 960000"\nsignature = "Open from nine to five"\n')

    said = desk.type("reply", anne, "--body", "Which home is it?\n\nWe go on then.")

    assert said.code == 0
    assert said.out == "a letter to anne@rosecottage.example is posted\n"
    mail = last_letter(desk)
    assert mail["Subject"] == "[ODS-000007] Re: A code for our home"
    assert mail["In-Reply-To"] == "<answer@rosecottage.example>"
    assert mail["Auto-Submitted"] is None
    words = text(mail)
    assert "Which home is it?\n\nWe go on then.\n\nMo Moss\nThe ODS desk\ndesk@ods" in words
    assert "Telephone 01632 960000\nOpen from nine to five" in words


def test_a_reply_answers_what_waited_and_moves_nothing(desk, anne):
    desk.type("acknowledge", anne)
    before = desk.rows("SELECT state, step FROM call WHERE id = 7")

    said = desk.type("reply", anne, "--body", "Thank you.")

    assert said.err == ""
    assert desk.rows("SELECT state, step FROM call WHERE id = 7") == before
    assert desk.rows("SELECT reply_waiting FROM call WHERE id = 7")[0]["reply_waiting"] == 0
    assert "replied  to: anne@rosecottage.example" in desk.type("show", anne).out
    assert desk.type("sla", "rebuild", "--check").code == 0


def test_a_reply_is_no_acknowledgement_and_says_so(desk, anne):
    said = desk.type("reply", anne, "--body", "Thank you.")

    assert said.err == "a reply is no acknowledgement: helpdesk acknowledge ODS-000007\n"
    assert "acknowledge  due" in desk.type("show", anne).out


def test_on_a_closed_call_the_reply_still_waits_for_its_answer(desk):
    arrives(desk, FIRST)
    desk.type("acknowledge", "7")
    desk.type("close", "7", "--outcome", "withdrawn")
    arrives(desk, ANSWER)

    said = desk.type("reply", "7", "--body", "It is withdrawn.")

    assert "its reply still waits: helpdesk no-action ODS-000007, or helpdesk reopen" in said.err
    assert desk.rows("SELECT reply_waiting FROM call WHERE id = 7")[0]["reply_waiting"] == 1


def test_the_same_words_go_once_a_day(desk, anne):
    desk.type("reply", anne, "--body", "Thank you.")

    again = desk.type("reply", anne, "--body", "Thank you.")
    wanted = desk.type("reply", anne, "--body", "Thank you.", "--again")

    assert "that was done already" in again.err
    assert wanted.code == 0
    assert len(replies(desk)) == 2


def test_the_words_may_come_from_standard_input(desk, anne):
    said = desk.program("reply", anne, "--body", "-", given="Grüße\n".encode())

    assert said.code == 0
    assert "Grüße" in text(last_letter(desk))


def test_words_that_are_not_in_utf_8_are_refused_and_none_of_them_is_lost_unseen(desk, anne):
    said = desk.program("reply", anne, "--body", "-", given="Grüße\n".encode("latin-1"))

    assert (said.code, said.out) == (2, "")
    assert "is not UTF-8 text" in said.err
    assert replies(desk) == []


def test_what_is_too_long_for_a_letter_is_refused_and_kept(desk, anne):
    words = b"word " * 30_000

    said = desk.program("reply", anne, "--body", "-", given=words)

    assert said.code == 2
    assert "the reply has 149,999 characters, and a letter may have 100,000: shorten it" in said.err
    assert "your words are kept: helpdesk reply 7 --body - < " in said.err
    assert replies(desk) == []


def test_it_may_go_to_somebody_else(desk, anne):
    desk.type("reply", anne, "--body", "Please see.", "--to", "carl@rosecottage.example")

    assert last_letter(desk)["To"] == "carl@rosecottage.example"


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


def test_a_canned_text_can_go_as_it_is(desk, anne):
    said = desk.type("reply", anne, "--canned", "more_details", "--no-edit")

    assert said.code == 0
    words = text(last_letter(desk))
    assert "Hello Anne Archer," in words
    assert "for Rose Cottage we need a little more from you" in " ".join(words.split())


def test_what_was_typed_is_kept_if_it_cannot_be_sent(desk, anne, editor):
    editor("My long letter.\\n", meanwhile=HAS_NO_ADDRESS)

    said = desk.type("reply", anne)

    assert said.code == 2
    kept = said.err.partition("--body - < ")[2].splitlines()[0]
    assert Path(kept).read_text() == "My long letter.\n"
    assert Path(kept).stat().st_mode & 0o777 == 0o600
    assert replies(desk) == []
    Path(kept).unlink()


def test_the_list_names_the_canned_texts_and_what_they_are_for(desk):
    rows = {
        row["name"]: row["about"] for row in json.loads(desk.type("reply", "--list", "--json").out)
    }

    assert {str(each) for each in Outcome} - {"spam"} | {"more_details", "which_home"} == set(rows)
    assert rows["which_home"] == "Which of several homes or branches it is for."


@pytest.fixture
def own(desk):
    """The desk's own folder of canned texts."""
    folder = desk.folder / "texts"
    folder.mkdir()
    with desk.config.open("a") as config:
        config.write('[replies]\nfolder = "texts"\n')
    return folder


def test_the_desks_own_texts_are_added_and_replace_ours(desk, anne, own):
    (own / "parking.txt").write_text("{# Where to park. #}\nPark at {{ call.organisation }}.\n")
    (own / "provided.txt").write_text("Ours no more.\n")

    listed = desk.type("reply", "--list").out
    desk.type("reply", anne, "--canned", "parking", "--no-edit")

    assert "parking\tWhere to park.\n" in listed
    assert "provided\tOurs no more.\n" in listed
    assert "Park at Rose Cottage." in text(last_letter(desk))


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("Hello\n{{ call.colour }}\n", 2),
        ("Hello\n\n{% if %}\n", 3),
        ("{{ nothing }}\n", 1),
        ("\n{{ 1 / 0 }}\n", 2),
    ],
)
def test_a_broken_text_of_the_desks_own_is_told_with_its_file_and_line(
    desk, anne, own, template, line
):
    (own / "broken.txt").write_text(template)

    said = desk.type("reply", anne, "--canned", "broken", "--no-edit")

    assert said.code == 78
    assert f"{own / 'broken.txt'}:{line}: " in said.err
    assert replies(desk) == []


def test_a_folder_of_texts_that_is_not_there_is_told(desk, own):
    own.rmdir()

    said = desk.type("reply", "--list")

    assert said.code == 78
    assert f"{own}: there is no such folder" in said.err


def test_what_a_requester_wrote_is_not_run_in_a_canned_text(desk):
    arrives(desk, FIRST.replace("Rose Cottage", "{{ 7*7 }}"))

    desk.type("reply", "7", "--canned", "which_home", "--no-edit")

    assert "{{ 7*7 }}" in text(last_letter(desk))


@pytest.mark.parametrize("name", sorted(canned.texts()))
def test_our_canned_texts_ask_for_declared_facts_alone(name):
    asked = set(_asked(canned.OURS, f"{name}.txt", {}))

    assert [each for each in asked if not _is_declared(each, CANNED)] == []


def test_the_facts_for_a_canned_text_are_those_that_are_declared(desk, anne):
    app = desk.app()

    facts = app.desk.facts_for_reply(anne, app.desk.who("bart-of-nowhere", None))

    assert set(facts) == set(CANNED)
    for name, parts in CANNED.items():
        assert not parts or parts <= set(facts[name])
    app.store.close()


def test_a_subject_is_answered_once_however_often_it_was(desk):
    arrives(desk, FIRST.replace("Subject: A", "Subject: RE: Re: [ODS-000003] re: A"))

    desk.type("reply", "7", "--body", "Yes.")

    assert last_letter(desk)["Subject"] == "[ODS-000007] Re: A code for our home"


def test_a_hostile_subject_writes_no_header(desk):
    evil = "=?utf-8?q?a=0D=0ABcc:_x=40y.test?="
    arrives(desk, FIRST.replace("A code for our home", evil))

    desk.type("reply", "7", "--body", "Yes.")

    assert last_letter(desk)["Bcc"] is None


def test_who_never_wrote_a_mail_gets_a_subject_of_ours(desk):
    desk.type("reply", "1", "--body", "Yes.")

    assert last_letter(desk)["Subject"] == "[ODS-000001] Your request for an ODS code"


@pytest.mark.parametrize(
    ("words", "code", "fragment"),
    [
        ("--body hello", 2, "say which call: helpdesk reply REF"),
        ("99 --body hello", 3, "there is no call ODS-000099"),
        ("7 --body hello --canned provided", 2, "give one of --body and --canned, not both"),
        ("7 --canned banana", 2, "there is no canned text 'banana'; there are: cqc_details"),
        ("7 --body hello --to nonsense", 2, "--to: not an address that mail can be sent to"),
        ("8 --body hello", 2, "has no e-mail address: give one with --to"),
    ],
)
def test_what_will_not_do_is_refused_in_a_sentence(desk, anne, words, code, fragment):
    desk.type("raise", "--organisation", "Nobody's Home")
    before = desk.events()

    said = desk.type("reply", *words.split())

    assert (said.code, said.out) == (code, "")
    assert fragment in said.err
    assert desk.events() == before


def test_a_reply_is_no_automatic_mail():
    assert "reply" in posting.BY_HAND


def test_an_address_that_does_not_exist_is_told(desk, anne):
    desk.app().store.run(lambda tx: tx.flag_address("anne@rosecottage.example", "5.1.1 nobody"))

    said = desk.type("reply", anne, "--body", "Hello?")

    assert "by its own server's word nobody has anne@rosecottage.example: 5.1.1" in said.err
