"""`brief`, `forecast`, `next` and the long lists: what an agent sees without being asked."""

import json
import re
import sqlite3

import pytest

from helpdesk.models import Role
from tests.helpdesk.cli.typed_at import BARTS, RECEIVED

# The calls of the desk are of March: whatever was due then is overdue by now.


def test_a_brief_ends_each_line_with_the_command_to_type(desk):
    said = desk.type("brief")

    assert said.code == 0
    rows = [line.split("\t") for line in said.out.splitlines()]
    assert [row[:2] for row in rows] == [["due", "ODS-000001"], ["due", "ODS-000003"]]
    assert [row[-1] for row in rows] == [
        "helpdesk acknowledge ODS-000001",
        "helpdesk allocate ODS-000003",
    ]
    assert rows[0][3].startswith("acknowledge overdue by ")
    assert said.err == "5 calls in all (2 yours, 1 nobody's): helpdesk list\n"


def test_an_empty_morning_is_one_sentence(desk):
    for call in (RECEIVED, "3", "6"):
        desk.type("give", call, "bart")

    said = desk.type("brief")

    assert (said.code, said.out) == (0, "")
    assert said.err == "nothing needs you now; 5 calls in all\n"


def test_a_brief_is_json_if_asked(desk):
    found = json.loads(desk.type("brief", "--json").out)

    assert [call["about"] for call in found["calls"]] == ["due", "due"]
    assert found["waiting"] == 5
    assert set(found) == {"calls", "since", "waiting", "mine", "nobodys", "resting"}


def test_a_screen_names_each_part_once_and_counts_what_it_leaves_out(desk):
    for number in range(7):
        desk.type("raise", "--organisation", f"Lilac House {number}")
        desk.type("urgent", str(number + 7), "--reason", "they go live")

    drawn = desk.drawn("brief")
    piped = desk.type("brief").out

    assert re.search("ABOUT.*CALL.*ORGANISATION.*WHY.*TYPE", drawn)
    assert drawn.count("urgent") == 1
    assert drawn.count("Lilac House") == 5
    assert re.search(r"and 2 more +helpdesk list", drawn)
    assert piped.count("Lilac House") == 7


def test_the_calls_of_who_is_away_are_shown_as_nobodys(desk):
    said = desk.type("agent", "away", "bart", "--until", "5 days")

    assert re.match(r"bart is away until \w{3} \d+ \w{3} \d{4} \d\d:\d\d\n", said.out)
    assert "2 open calls of theirs show as nobody's meanwhile" in said.err
    assert "bart is away until" in desk.type("brief").out
    assert "bart is away until" in desk.type("list").out
    assert "bart has it (bart is away until" in desk.type("show", BARTS).out
    assert re.search(r"bart.*until \w{3} \d", desk.type("agent", "list").out)
    desk.type("give", RECEIVED, "sue")
    assert desk.type("next").out.startswith("ODS-000002\t")
    assert "bart is away until" in desk.type("next").err


def test_who_is_back_has_their_calls_again(desk):
    desk.type("agent", "away", "bart")
    until_told = desk.type("agent", "list").out

    said = desk.type("agent", "back", "bart")

    assert "until further notice" in until_told
    assert said.out == "bart is back\n"
    assert "away" not in desk.type("list").out
    assert desk.type("agent", "back", "bart").out == "bart is not away\n"


def test_the_same_absence_twice_is_one(desk):
    desk.type("agent", "away", "bart", "--until", "2035-03-05")
    before = desk.events()

    said = desk.type("agent", "away", "bart", "--until", "2035-03-05")

    assert said.out.startswith("bart is away until Mon 5 Mar 2035 09:00 already")
    assert desk.events() == before


@pytest.mark.parametrize(
    ("role", "words", "code", "fragment"),
    [
        (Role.AGENT, "agent away bart", 6, "only a supervisor, or bart, says whether bart is away"),
        (Role.AGENT, "agent back bart", 6, "only a supervisor, or bart"),
        (Role.SUPERVISOR, "agent away nobody", 3, "there is no agent 'nobody'"),
        (Role.SUPERVISOR, "agent away bart --until 2020-01-02", 2, "'2020-01-02' has passed"),
        (Role.SUPERVISOR, "agent away bart --until never", 2, "'never' names no day"),
        (Role.SUPERVISOR, "forecast --until never", 2, "'never' names no day"),
        (Role.SUPERVISOR, "forecast --until 2020-01-02", 2, "'2020-01-02' has passed"),
        (Role.SUPERVISOR, "list --all --closed", 2, "give one of --all and --closed"),
        (Role.SUPERVISOR, "list --mine --agent bart", 2, "give one of --mine and --agent"),
        (Role.SUPERVISOR, "list --closed --limit 0", 2, "0 is not in the range"),
    ],
)
def test_what_will_not_do_is_refused_in_a_sentence(desk_as, role, words, code, fragment):
    desk = desk_as(role)
    before = desk.events()

    said = desk.type(*words.split())

    assert (said.code, said.out) == (code, "")
    assert fragment in said.err
    assert desk.events() == before


def test_an_agent_may_be_away_by_their_own_word(desk_as):
    assert desk_as(Role.AGENT).type("agent", "away", "me").code == 0


def test_a_forecast_names_what_breaches_by_agent(desk):
    desk.type("raise", "--organisation", "Lilac House")
    desk.type("raise", "--organisation", "Lilac Lodge")
    desk.type("give", "8", "bart")

    said = desk.type("forecast", "--until", "5 days")

    rows = [line.split("\t") for line in said.out.splitlines()]
    assert [(row[0], row[1], row[3]) for row in rows] == [
        ("nobody", "ODS-000007", "acknowledge"),
        ("bart", "ODS-000008", "acknowledge"),
    ]
    assert rows[0][-1] == "helpdesk acknowledge ODS-000007"
    assert re.match(
        r"2 promises break before .*, and there are \d+ desk hours.* until then;"
        r" 4 are breached already: helpdesk list\n",
        said.err,
    )


def test_an_empty_forecast_is_one_sentence(desk):
    said = desk.type("forecast", "--until", "1 minute")

    assert (said.code, said.out) == (0, "")
    assert re.match(r"no promise breaks before .*; 4 are breached already", said.err)


def test_a_forecast_is_json_if_asked(desk):
    desk.type("raise", "--organisation", "Lilac House")

    found = json.loads(desk.type("forecast", "--until", "3 days", "--json").out)

    assert (found["breached"], len(found["calls"])) == (4, 1)
    assert found["calls"][0]["reference"] == "ODS-000007"
    assert set(found) == {"until", "staffed", "breached", "calls"}


def test_a_forecast_needs_no_until(desk):
    assert "before " in desk.type("forecast").err


def test_what_breaches_today_is_named_five_at_most(desk):
    now = "strftime('%Y-%m-%d %H:%M:%f', 'now', '+1 second')"
    for number in range(7):
        desk.type("raise", "--organisation", f"Lilac House {number}")
        desk.type("give", str(number + 7), "bart")
    with sqlite3.connect(desk.folder / "helpdesk.sqlite") as connection:
        connection.execute(f"UPDATE clock SET due_at = {now} || '000' WHERE call_id > 6")
    connection.close()

    said = desk.type("next")

    note = "not urgent, but due today: ODS-000007, ODS-000008, ODS-000009, ODS-000010, ODS-000011"
    assert f"note: {note} and 2 more (helpdesk list)\n" in said.err


def test_closed_calls_are_listed_when_they_are_asked_for(desk):
    desk.type("close", "6")

    closed = [line.split("\t") for line in desk.type("list", "--closed").out.splitlines()]
    everything = desk.type("list", "--all").out.splitlines()

    assert [row[0] for row in closed] == ["ODS-000006", "ODS-000004"]
    assert closed[0][8].startswith("provided, ")
    assert closed[1][2:4] == ["closed", "cancelled"]
    assert [line[:10] for line in everything][-2:] == ["ODS-000006", "ODS-000004"]
    assert len(everything) == 6


def test_a_limit_says_what_it_leaves_out(desk):
    desk.type("close", "6")

    said = desk.type("list", "--closed", "--limit", "1")

    assert len(said.out.splitlines()) == 1
    assert said.err == "the 1 closed last are shown, of 2: --limit N shows more\n"


@pytest.mark.parametrize("words", ["cottage 4", "ROSE 4", "ods-000004", "4"])
def test_words_find_a_closed_call(desk, words):
    said = desk.type("list", *words.split())

    assert "ODS-000004\t\tclosed\tcancelled" in said.out


def test_words_and_options_go_together(desk):
    assert desk.type("list", "--mine", "rose").out.count("ODS-") == 2
    assert desk.type("list", "--closed", "rose").out.startswith("ODS-000004\t")
    assert desk.type("list", "--agent", "bart", "cottage", "5").out.startswith("ODS-000005\t")
    nothing = desk.type("list", "there", "is", "none")
    assert (nothing.code, nothing.out) == (0, "")


def test_a_terminal_says_that_nothing_was_found(desk):
    assert "no such call" in desk.drawn("list", "nonesuch")


@pytest.mark.parametrize("words", ["%", "_", "'", "\\", "--", ":agent", "\x1b[31m", "\u202e"])
def test_odd_words_find_nothing_and_break_nothing(desk, words):
    said = desk.type("list", "--", words)

    assert (said.code, said.out, said.err) == (0, "", "")


def test_the_first_sweep_of_a_desk_that_was_moved_mails_nobody(desk):
    desk.config.write_text(
        desk.config.read_text() + '[people]\nsupervisors = ["sue@ods.example"]\n'
    )

    said = desk.type("sweep", "--baseline")
    again = desk.type("sweep")

    assert said.code == 0
    assert "4 breached" in said.out
    assert again.out == "nothing to flag\n"
    assert desk.rows("SELECT * FROM letter WHERE kind LIKE 'breached%'") == []
