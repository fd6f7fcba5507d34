"""Stdout is for data and stderr for talk: a table on a terminal, tabs in a pipe, JSON if asked."""

import json
import re

import pytest

from helpdesk.cli.context import os_user
from tests.helpdesk.cli.typed_at import BARTS, RECEIVED, TRACED

TABLES = ("list", "list --mine", "agent list", "doctor", "register load register.json")
VERBS = (
    "raise --name Anne",
    f"acknowledge {RECEIVED}",
    f"trace {TRACED} --location 1-100000002",
    f"allocate {TRACED} --site VN9A9",
    f"close {RECEIVED} --outcome spam",
    f"correct {RECEIVED} --postcode ZZ11AA",
    f"urgent {RECEIVED} --reason soon",
    f"note {RECEIVED} words",
    f"take {RECEIVED}",
    f"give {RECEIVED} bart",
    "agent add dora",
)
OTHERS = ("next", f"show {RECEIVED}", "config", "intake .", "sweep", "deliver")


@pytest.mark.parametrize("words", TABLES)
def test_a_pipe_gets_tabs_and_no_heading(desk, words):
    said = desk.type(*words.split())

    rows = said.out.splitlines()
    assert rows
    assert len({row.count("\t") for row in rows}) == 1
    assert rows[0].count("\t") >= 2
    assert not re.search(r"\b(CALL|NAME|ABOUT|FILE)\b", rows[0])
    assert "\x1b" not in said.out


def test_what_is_piped_is_exact(desk):
    first, *_ = (line.split("\t") for line in desk.type("list").out.splitlines())

    assert first[0] == "ODS-000001"
    assert first[2:5] == ["received", "breached", "2026-03-04T09:00:00+00:00"]
    assert re.fullmatch(r"-\d+", first[5])
    assert first[6] == "Rose Cottage 1"


@pytest.mark.parametrize("words", [*TABLES, *VERBS, *OTHERS])
def test_json_is_json_wherever_it_is_offered(desk, words):
    said = desk.type(*words.split(), "--json")

    assert said.code in (0, 1)
    assert json.loads(said.out)
    assert "\x1b" not in said.out


def test_json_says_the_same_as_the_table(desk):
    table = [line.split("\t")[0] for line in desk.type("list").out.splitlines()]

    found = json.loads(desk.type("list", "--json").out)

    assert [row["reference"] for row in found] == table
    assert {"reference", "state", "standing", "due", "promise", "owner", "step"} <= set(found[0])


@pytest.mark.parametrize("words", VERBS)
def test_a_verb_says_one_sentence_on_stdout_and_the_rest_on_stderr(desk, words):
    said = desk.type(*words.split())

    assert said.code == 0
    assert len(said.out.splitlines()) == 1
    assert re.match(r"ODS-\d{6} |noted on ODS-|you have ODS-|bart has ODS-|dora ", said.out)


def test_next_prints_the_call_and_its_command_and_explains_on_stderr(desk):
    said = desk.type("next")

    assert said.out == "ODS-000001\thelpdesk acknowledge ODS-000001\n"
    assert "Rose Cottage 1: received" in said.err


def test_next_is_never_another_agents_call(desk):
    said = desk.type("--as", "bart", "next")
    desk.type("take", "1")
    after = desk.type("--as", "bart", "next")

    assert said.out.startswith("ODS-000001\t")
    assert after.out.startswith("ODS-000002\t")


def test_what_is_empty_is_no_error(desk):
    said = desk.type("list", "--agent", "sue")

    assert (said.code, said.out) == (0, "")
    assert json.loads(desk.type("list", "--agent", "sue", "--json").out) == []
    assert desk.type("intake", ".").out == "nothing new\n"


@pytest.mark.parametrize(
    ("words", "heading"),
    [
        ("list", "CALL.*STATE.*STANDING.*DUE.*LEFT.*ORGANISATION.*AGENT"),
        ("agent list", "NAME.*FULL NAME.*ROLE"),
        ("doctor", "ABOUT.*HEALTH.*FOUND"),
    ],
)
def test_a_terminal_gets_a_table_with_a_heading(desk, words, heading):
    drawn = desk.drawn(*words.split())

    assert re.search(heading, drawn)
    assert "\u2500" in drawn
    assert "\t" not in drawn


def test_a_terminal_shows_moments_in_the_desks_zone_and_lengths_in_short(desk):
    drawn = desk.drawn("list")

    assert "Wed 4 Mar 09:00" in drawn
    assert re.search(r"-\d+d \d+h", drawn)


def test_a_breach_stands_out_by_its_word_and_by_its_colour(desk):
    assert re.search(r"\x1b\[1;31mbreached", desk.drawn("list"))


def test_show_tells_the_whole_story_of_a_call(desk):
    lines = desk.type("show", BARTS).out.splitlines()

    assert lines[0] == "ODS-000002  acknowledged, bart has it"
    assert "  next: helpdesk trace ODS-000002" in lines
    text = "\n".join(lines)
    assert re.search(r"organisation +Rose Cottage 2", text)
    assert re.search(r"acknowledge +due Wed 4 Mar 09:00 +met", text)
    assert re.search(r"provide +due Mon 9 Mar 09:00 +breached .* overdue", text)
    assert "\nHistory\n" in text
    assert "\x1b" not in text


def test_doctor_ends_with_1_when_somebody_has_to_act(desk):
    said = desk.type("doctor")

    assert said.code == 1
    assert "supervisors\tILL\tnobody hears of breaches" in said.out


def test_config_shows_what_is_in_force_and_no_password(desk, monkeypatch):
    monkeypatch.setenv("HELPDESK_SMTP_PASSWORD", "canary")

    said, values = desk.type("config"), json.loads(desk.type("config", "--json").out)

    assert "desk.address\tdesk@ods.example" in said.out
    assert "sla.acknowledge.within\t2d" in said.out
    assert values["desk"]["address"] == "desk@ods.example"
    assert "canary" not in said.out + said.err


@pytest.mark.parametrize("by_option", [True, False])
def test_who_speaks_for_another_is_kept_with_both_names(desk, monkeypatch, by_option):
    if by_option:
        said = desk.type("--as", "bart", "acknowledge", RECEIVED)
    else:
        monkeypatch.setenv("HELPDESK_AGENT", "bart")
        said = desk.type("acknowledge", RECEIVED)

    assert said.code == 0
    (event,) = desk.rows("SELECT * FROM event WHERE call_id = 1 AND kind = 'acknowledged'")
    assert (event["by"], event["actor"]) == ("bart", os_user())
    shown = json.loads(desk.type("show", RECEIVED, "--json").out)
    assert (shown["events"][-1]["by"], shown["events"][-1]["actor"]) == ("bart", os_user())
    assert f"bart (by {os_user()})" in desk.type("show", RECEIVED).out


def test_init_twice_leaves_everything_as_it_is(desk):
    before = desk.config.read_text(), desk.events()

    said = desk.type("init", ".")

    assert said.code == 0
    assert (desk.config.read_text(), desk.events()) == before
