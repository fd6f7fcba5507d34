"""`hold`, `resume` and `holds`: how an agent lets a call wait, and sees what waits."""

import json
from datetime import timedelta

import pytest

from helpdesk.clock import utc_now
from helpdesk.intake import Request
from helpdesk.sweep.flags import SWEEP
from tests.helpdesk.cli.typed_at import CLOSED, RECEIVED


@pytest.fixture
def call(desk):
    """A call that was acknowledged just now."""
    desk.type("raise", "--organisation", "Rose Cottage", "--email", "anne@rosecottage.example")
    desk.type("acknowledge", "7")
    return "7"


def test_a_call_waits_for_its_requester_and_its_clock_with_it(desk, call):
    said = desk.type("hold", call, "--for", "requester", "--note", "which of the two homes?")

    assert said.code == 0
    assert said.out == "ODS-000007 waits for the requester\n"
    assert "its provide clock stands still" in said.err
    assert "the requester is asked again" in said.err
    (row,) = desk.rows("SELECT hold, hold_note FROM call WHERE id = 7")
    assert row == {"hold": "awaiting_requester", "hold_note": "which of the two homes?"}


def test_an_internal_hold_lets_the_clock_go_on_and_says_so(desk, call):
    said = desk.type("hold", call, "--for", "internal", "--until", "5 days")

    assert said.code == 0
    assert "waits at the desk until" in said.out
    assert "note: its clock goes on" in said.err


def test_a_question_goes_out_at_once_if_it_is_to(desk, call):
    said = desk.type("hold", call, "--for", "requester", "--ask", "--note", "which home?")

    assert "a letter to anne@rosecottage.example is posted" in said.err
    (letter,) = desk.rows("SELECT raw FROM letter WHERE kind = 'asked.requester'")
    assert b"which home?" in letter["raw"]


def test_the_same_hold_twice_is_one(desk, call):
    desk.type("hold", call, "--for", "cqc", "--note", "their postcode")
    before = desk.events()

    said = desk.type("hold", call, "--for", "cqc", "--note", "their postcode")

    assert (said.code, desk.events()) == (0, before)
    assert "ODS-000007 is on hold already, since" in said.out


def test_a_call_goes_on_when_it_is_told_to(desk, call):
    desk.type("hold", call, "--for", "requester")

    said = desk.type("resume", call, "--why", "they telephoned")

    assert said.code == 0
    assert said.out.startswith("ODS-000007 goes on; its provide is due ")
    assert desk.rows("SELECT hold FROM call WHERE id = 7") == [{"hold": None}]
    assert "why: they telephoned" in desk.type("show", call).out
    assert desk.type("resume", call).out == "ODS-000007 is not on hold\n"


@pytest.mark.parametrize(
    ("until", "fragment"),
    [
        ("2020-01-02", "'2020-01-02' has passed: it is "),
        ("2020-01-04", "'2020-01-04' has passed"),  # a Saturday, from which we opened later
        ("2020-01-02 23:59", "has passed"),
        ("someday", "'someday' names no day; write for example 2026-03-09"),
        ("when they answer", "'when they answer' is not a moment"),
        ("", "'' is not a moment"),
        ("2026-02-30", "there is no such day"),
        ("mon 25:00", "there is no such time; write for example '17:00'"),
        ("0 days", "'0 days' is no time at all"),
        ("20 years", "'20 years' is not a moment"),
        ("999 weeks", "'999 weeks' is more than ten years away"),
        ("99999999999999999999 days", "is more than ten years away"),
        ("9999-12-31", "is more than ten years away"),
    ],
)
def test_until_a_moment_that_will_not_do_is_told_and_changes_nothing(desk, call, until, fragment):
    before = desk.events()

    said = desk.type("hold", call, "--for", "cqc", "--until", until)

    assert (said.code, said.out) == (2, "")
    assert fragment in said.err
    assert "Traceback" not in said.err
    assert desk.events() == before


@pytest.mark.parametrize(
    ("words", "code", "fragment"),
    [
        ("hold 7", 2, "Missing option '--for'"),
        ("hold 7 --for nobody", 2, "'nobody' is not one of"),
        ("hold 7 --for internal", 2, "say until when the desk itself makes a call wait"),
        ("hold 7 --for cqc --ask --note why", 2, "it goes with --for requester"),
        ("hold 7 --for requester --ask", 2, "say what the requester is to be asked"),
        (f"hold {RECEIVED} --for cqc", 5, "helpdesk acknowledge ODS-000001 comes first"),
        (f"hold {CLOSED} --for cqc", 5, "cannot be put on hold"),
        ("hold 99 --for cqc", 3, "there is no call ODS-000099"),
        ("resume 99", 3, "there is no call ODS-000099"),
    ],
)
def test_a_hold_that_will_not_do_is_refused_in_a_sentence(desk, call, words, code, fragment):
    before = desk.events()

    said = desk.type(*words.split())

    assert (said.code, said.out) == (code, "")
    assert fragment in said.err
    assert desk.events() == before


def test_holds_tells_what_each_waits_for_and_what_comes_next(desk, call):
    for number in ("8", "9"):
        desk.type("raise", "--organisation", f"Lilac House {number}")
        desk.type("acknowledge", number)
    desk.type("hold", call, "--for", "requester", "--note", "which home?")
    desk.type("hold", "8", "--for", "cqc")
    desk.type("hold", "9", "--for", "internal", "--until", "2 days")

    rows = {row["reference"]: row for row in json.loads(desk.type("holds", "--json").out)}

    asked, cqc, internal = (rows[f"ODS-00000{number}"] for number in (7, 8, 9))
    assert (asked["waits_for"], cqc["waits_for"], internal["waits_for"]) == (
        "requester",
        "CQC",
        "us",
    )
    assert (asked["coming"], cqc["coming"], internal["coming"]) == ("chase", "pause_ends", "ends")
    assert (asked["stands_still"], cqc["stands_still"], internal["stands_still"]) == (
        True,
        True,
        False,
    )
    assert (asked["note"], asked["owner"]) == ("which home?", "me")
    assert internal["coming_at"] == internal["until"]
    assert asked["command"] == "helpdesk resume ODS-000007"


def test_who_cannot_be_chased_waits_for_ever_and_holds_says_so(desk):
    desk.type("raise", "--organisation", "Lilac House")
    desk.type("acknowledge", "7")
    desk.type("hold", "7", "--for", "requester")

    assert "nothing by itself" in desk.type("holds").out


def test_after_two_letters_the_end_comes_next(desk, call):
    desk.type("hold", call, "--for", "requester")
    app = desk.app(utc_now)
    for number in (1, 2):
        app.store.run(
            lambda tx, n=number: app.journal.note(tx, tx.call(call), "chased", SWEEP, number=n)
        )
    app.store.close()

    assert "closed: no reply, " in desk.type("holds").out


def test_an_audit_shows_only_what_is_remarkable(desk, call):
    app = desk.app(lambda: utc_now() - timedelta(days=6, hours=12))
    who = app.desk.who("bart-of-nowhere", None)
    app.desk.raise_call(Request(organisation="Lilac House"), who, None)
    app.desk.acknowledge("8", who)
    app.store.close()
    desk.type("hold", call, "--for", "cqc")
    nothing = desk.type("holds", "--audit")
    desk.type("hold", "8", "--for", "cqc")

    said = desk.type("holds", "--audit")

    assert (nothing.code, nothing.out) == (0, "")
    assert len(said.out.splitlines()) == 1
    assert said.out.startswith("ODS-000008\t")
    assert said.out.endswith("\tplaced shortly before it was due\n")
    assert len(desk.type("holds").out.splitlines()) == 2


def test_no_hold_is_no_error(desk):
    said = desk.type("holds")

    assert (said.code, said.out) == (0, "")
    assert json.loads(desk.type("holds", "--json").out) == []


def test_the_list_marks_a_hold_with_its_day(desk, call):
    desk.type("hold", call, "--for", "cqc", "--until", "tomorrow 12:00")
    (held,) = (row for row in json.loads(desk.type("list", "--json").out) if row["hold"])

    marks = desk.type("list", "7").out.rstrip().rpartition("\t")[2]

    assert marks.startswith("on hold until ")
    assert held["hold"] == "awaiting_cqc"
    assert held["marks"] == ["on hold"]


def test_what_is_waited_for_is_safe_to_look_at(desk, call):
    desk.type("hold", call, "--for", "requester", "--note", "which \x1b[31mhome\x1b]0;x\x07?")

    for words in (("holds",), ("holds", "--json"), ("show", call), ("list",)):
        assert "\x1b" not in desk.type(*words).out
    assert "\x1b]" not in desk.drawn("holds")


def test_next_leaves_a_call_on_hold_alone(desk, call):
    for number in "15":
        desk.type("close", number, "--outcome", "spam")
    for number in "356":
        desk.type("give", number, "bart")
    ready = desk.type("next")

    desk.type("hold", call, "--for", "requester", "--until", "30 days")
    said = desk.type("next")

    assert ready.out.startswith("ODS-000007\t")
    assert (said.code, said.out) == (0, "")
    assert "nothing waits for you; 1 call is on hold until " in said.err
    assert json.loads(desk.type("next", "--json").out) is None
