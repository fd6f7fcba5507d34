"""What is typed wrongly is told in a sentence, with its exit code, and changes nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from helpdesk.models import Role
from tests.helpdesk.cli.typed_at import (
    ALLOCATED,
    BARTS,
    BARTS_TRACED,
    CLOSED,
    RECEIVED,
    TRACED,
)

WRONG = (
    # There is nothing of that name.
    ("acknowledge 99", 3, "there is no call ODS-000099"),
    ("show ODS-000099", 3, "there is no call ODS-000099; helpdesk list shows the open ones"),
    (f"give {RECEIVED} nobody", 3, "there is no agent 'nobody'; the agents are: bart, me, sue"),
    (f"--as nobody acknowledge {RECEIVED}", 3, "there is no agent 'nobody'"),
    (f"trace {BARTS} --location 1-199999999", 3, "the register has no location 1-199999999"),
    (f"trace {BARTS} --location 1-200000001", 3, "say --provider 1-200000001"),
    (f"close {BARTS} --outcome duplicate --of 99", 3, "there is no call ODS-000099"),
    # That cannot be understood.
    ("show banana", 2, "'banana' is not a reference; write for example ODS-000017"),
    ("acknowledge ODS-", 2, "'ODS-' is not a reference"),
    ("show", 2, "Missing argument 'REF'"),
    ("acknowlege 1", 2, "there is no command 'acknowlege', did you mean 'acknowledge'?"),
    ("xyzzy", 2, "there is no command 'xyzzy'; see: helpdesk --help"),
    (f"urgent {RECEIVED} --resaon x", 2, "No such option '--resaon'"),
    (f"urgent {RECEIVED}", 2, "say why it is urgent"),
    (f"urgent {RECEIVED} --reason x --needed-by tomorrow", 2, "'tomorrow' is not a day"),
    (f"urgent {RECEIVED} --reason x --needed-by 2026-02-30", 2, "'2026-02-30' is not a day"),
    (f"note {RECEIVED} ", 2, "a note needs words"),
    ("raise --name= --organisation=", 2, "say at least who or what it is about"),
    ("raise", 2, "say at least who or what it is about"),
    ("raise --name Anne --kind hospital", 2, "'hospital' is not one of"),
    ("raise --name Anne --email nonsense", 2, "--email: not an address"),
    ("raise --name Anne --received-at yesterday", 2, "'yesterday' is not a moment"),
    ("raise --name Anne --received-at 2999-01-01T09:00", 2, "has not come yet"),
    (f"correct {RECEIVED}", 2, "say what is to be corrected"),
    (f"correct {RECEIVED} --email nonsense", 2, "--email: not an address"),
    (f"trace {BARTS} --location 1-100000001 --best", 2, "give one of --location, --provider"),
    (f"trace {BARTS} --location banana", 2, "'banana' is not a CQC id"),
    (f"allocate {TRACED} --site banana", 2, "'banana' is not a site code"),
    (f"allocate {TRACED} --site A1C2", 2, "'A1C2' is a parent code; a site code is wanted here"),
    (f"allocate {TRACED} --site VN1A2", 2, "VN1A2 is the code of Rose Cottage (1-100000001)"),
    (f"allocate {BARTS_TRACED} --site VN9A9", 2, "the register has VN1A2 for Rose Cottage"),
    (f"close {BARTS} --outcome nonsense", 2, "'nonsense' is not one of"),
    (f"close {BARTS} --outcome duplicate", 2, "say of which: --of"),
    (f"close {BARTS} --outcome duplicate --of {BARTS}", 2, "cannot be a duplicate of itself"),
    ("intake", 2, "say where the mail is"),
    ("agent add bart --full-name Another", 2, "there is an agent 'bart' already"),
    # The rules refuse.
    (f"allocate {RECEIVED}", 5, "a call that is received cannot take the step allocate"),
    (f"trace {RECEIVED} --best", 5, "it can do next: acknowledge or close"),
    (f"close {RECEIVED}", 5, "give its outcome: spam"),
    (f"close {RECEIVED} --outcome withdrawn", 5, "cannot end as withdrawn; it can end as: spam"),
    (f"close {ALLOCATED} --outcome withdrawn", 5, "cannot end as withdrawn"),
    (f"trace {BARTS} --best", 5, "nothing that is sure enough"),
    (f"allocate {TRACED}", 5, "give its site code or its parent code"),
    (f"trace {CLOSED} --location 1-100000001", 5, "what it can do next: reopen"),
    # Another agent was faster.
    (f"acknowledge {BARTS}", 4, "was acknowledged by bart already"),
    (f"trace {BARTS_TRACED} --location 1-100000002", 4, "say --instead"),
    (f"urgent {CLOSED} --reason x", 5, "to take it up again: helpdesk reopen ODS-000004"),
    # Files and places.
    ("intake /nowhere", 66, "/nowhere is no folder"),
    ("register load /nowhere.csv", 66, "/nowhere.csv"),
    ("register load words.txt", 66, "words.txt"),
    ("form config.toml", 73, "config.toml is there already; say --force"),
    ("form config.toml/form.docx", 73, "cannot be written"),
    ("form nowhere/form.docx", 73, "cannot be written"),
    (f"show {RECEIVED} --save config.toml/files", 73, "cannot be written to"),
)


@pytest.mark.parametrize(("words", "code", "fragment"), WRONG, ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_told_in_a_sentence_and_changes_nothing(desk, words, code, fragment):
    before = desk.events()

    said = desk.type(*words.split(" "))

    assert (said.code, said.out) == (code, "")
    assert fragment in said.err
    assert "Traceback" not in said.err
    assert desk.events() == before


def test_two_wrong_files_are_told_before_anything_is_loaded(desk):
    Path("rows.csv").write_text("one,two\n1,2\n", encoding="utf-8")

    said = desk.type("register", "load", "register.json", "rows.csv")

    assert (said.code, said.out) == (66, "")
    assert "rows.csv" in said.err


def test_a_blank_is_no_name(desk):
    said = desk.type("raise", "--organisation", "  ")

    assert (said.code, said.out) == (2, "")
    assert "say at least who or what it is about" in said.err


def test_an_outcome_may_be_written_as_the_refusal_writes_it(desk):
    assert "not_cqc_registered" in desk.type("close", BARTS).err

    assert desk.type("close", BARTS, "--outcome", "not_cqc_registered").code == 0


def test_look_alikes_in_a_code_are_put_right_and_said(desk):
    said = desk.type("allocate", TRACED, "--site", "UNIA9")

    assert said.code == 0
    assert "VN1A9" in said.out
    assert "read VN1A9 for UNIA9" in said.err


@pytest.mark.parametrize(
    "words", [f"acknowledge {RECEIVED}", f"note {RECEIVED} x", "raise --name x"]
)
def test_whoever_is_no_agent_is_told_how_to_become_one(desk_as, words):
    said = desk_as(None).type(*words.split())

    assert (said.code, said.out) == (6, "")
    assert (
        "are not an agent of this desk; a supervisor adds you with: helpdesk agent add" in said.err
    )


def test_whoever_is_no_agent_may_look(desk_as):
    desk = desk_as(None)

    assert desk.type("list").code == 0
    assert desk.type("show", RECEIVED).code == 0


@pytest.mark.parametrize(
    ("words", "fragment"),
    [
        (f"--as bart acknowledge {RECEIVED}", "only a supervisor may speak for another agent"),
        ("agent add dora", "only a supervisor adds agents"),
    ],
)
def test_an_agent_may_not_do_what_is_a_supervisors(desk_as, words, fragment):
    desk = desk_as(Role.AGENT)
    before = desk.events()

    said = desk.type(*words.split())

    assert (said.code, said.out) == (6, "")
    assert fragment in said.err
    assert desk.events() == before


def test_an_empty_mail_is_still_a_call(desk):
    said = desk.program("intake", "-", given=b"")

    assert (said.code, said.out) == (0, "1 raised\n")
    assert "read it" in desk.type("list").out


def test_bytes_that_are_no_text_are_told(desk):
    said = desk.program("note", RECEIVED, b"caf\xe9")

    assert (said.code, said.out) == (2, "")
    assert (
        said.err == "helpdesk: 'caf\\udce9' is not UTF-8 text; type it anew, or rename the file\n"
    )


def test_a_reader_that_has_had_enough_is_no_error(desk):
    raw = b"From: anne@r.example\nSubject: long\n\n" + b"word " * 50_000
    assert desk.program("intake", "-", given=raw).code == 0

    command = f"{sys.executable} -m helpdesk show 7 --json | head -c 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=desk.folder, capture_output=True, check=True)

    assert (done.stdout, done.stderr) == (b"{0\n", b"")
