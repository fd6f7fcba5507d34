"""`sla`: what it explains, what it finds, and what a new policy moves."""

import json
import sqlite3

import pytest

from tests.helpdesk.cli.typed_at import BARTS, RECEIVED


@pytest.fixture
def held(desk):
    """A call that was just put on hold for its requester."""
    desk.type("acknowledge", RECEIVED)
    desk.type("hold", RECEIVED, "--for", "requester", "--note", "which \x1b[31mhome?")
    return RECEIVED


def tampered(desk, sql):
    with sqlite3.connect(desk.folder / "helpdesk.sqlite") as connection:
        connection.execute(sql)


def test_it_explains_a_due_from_its_start_to_who_was_told(desk, held):
    said = desk.type("sla", "explain", held)

    assert said.code == 0
    assert "provide: " in said.out
    assert "promised   7 days" in said.out
    assert "stood still from" in said.out
    assert "awaiting requester (me)" in said.out
    assert "\x1b" not in said.out


def test_it_explains_to_programs_too(desk, held):
    clocks = json.loads(desk.type("sla", "explain", held, "--json").out)

    assert [clock["target"] for clock in clocks] == ["acknowledge", "provide"]
    assert [pause["end"] for pause in clocks[1]["pauses"]] == [None]


def test_a_store_that_says_what_its_events_say_is_told_so(desk, held):
    said = desk.type("sla", "rebuild", "--check")

    assert (said.code, said.err) == (0, "")
    assert said.out.endswith("calls looked at: every clock is as its events say\n")


def test_what_differs_is_found_and_mended(desk, held):
    tampered(desk, "UPDATE clock SET cancelled = 1 WHERE id = 1")

    found = desk.type("sla", "rebuild", "--check")
    mended = desk.type("sla", "rebuild")
    again = desk.type("sla", "rebuild", "--check")

    assert (found.code, mended.code, again.code) == (1, 0, 0)
    assert "acknowledge 1 cancelled\tTrue\tFalse" in found.out
    assert "1 value not as events say" in found.err


def test_a_new_policy_moves_what_runs_once_somebody_says_so(desk, held):
    text = desk.config.read_text(encoding="utf-8")
    desk.config.write_text(f'{text}\n[sla.provide]\nwithin = "10 days"\n', encoding="utf-8")
    before = desk.type("show", BARTS, "--json").out

    dry = desk.type("sla", "recalc", "--dry-run")
    unmoved = desk.type("show", BARTS, "--json").out
    done = desk.type("sla", "recalc")
    again = desk.type("sla", "recalc")

    assert unmoved == before
    assert dry.out == done.out
    assert BARTS in dry.out
    assert "would be put under the policy in force" in dry.err
    assert (again.out, again.err) == ("", "every clock that runs is under the policy in force\n")
    assert desk.type("sla", "rebuild", "--check").code == 0


def test_an_unknown_call_is_no_traceback(desk):
    said = desk.type("sla", "explain", "4711")

    assert said.code == 3
    assert "there is no call ODS-004711" in said.err
