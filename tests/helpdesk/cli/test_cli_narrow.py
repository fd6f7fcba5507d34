"""What a narrow terminal shows: marks in initials, and nothing that is cut off."""

import re
import sqlite3

import pytest

from helpdesk.cli.lines import AWAY, CLOSED, INITIALS
from helpdesk.views.lines import MARKS
from tests.helpdesk.cli.typed_at import BARTS, BARTS_TRACED, RECEIVED, TRACED

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
LOST = """UPDATE letter SET state = 'sent', send_at = NULL, undelivered_at = posted_at
WHERE call_id IN (2, 3)"""


@pytest.fixture
def marked(desk):
    """A desk with an urgent call, one on hold, two replies that wait, and two letters lost."""
    desk.type("urgent", RECEIVED, "--reason", "they go live")
    desk.type("hold", TRACED, "--for", "requester", "--note", "which home?")
    with sqlite3.connect(desk.folder / "helpdesk.sqlite") as connection:
        connection.execute(LOST)
        connection.execute(
            f"UPDATE call SET reply_waiting = 1 WHERE id IN ({BARTS}, {BARTS_TRACED})"
        )
    connection.close()
    return desk


def row(drawn, number):
    return next(line for line in drawn.splitlines() if line.startswith(f"ODS-00000{number}"))


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_the_marks_outlive_a_narrow_terminal(marked, columns):
    drawn = COLOURS.sub("", marked.drawn("list", columns=columns))

    assert row(drawn, RECEIVED).split()[1] == "!"
    assert row(drawn, BARTS).rstrip().endswith("RW ND")
    assert row(drawn, TRACED).rstrip().endswith("ND OH")
    assert "RW: reply waiting, ND: NOT DELIVERED, OH: on hold\n" in drawn
    assert "\u2026" not in "".join(line for line in drawn.splitlines() if "ODS-" in line)


def test_a_wide_terminal_says_the_marks_in_words(marked):
    drawn = COLOURS.sub("", marked.drawn("list"))

    assert row(drawn, BARTS).rstrip().endswith("reply waiting, NOT DELIVERED")
    assert "RW" not in drawn


def test_a_legend_says_no_more_than_is_shown(desk):
    assert "reply waiting" not in desk.drawn("list", columns=60)


def test_each_mark_has_initials_of_its_own():
    assert set(INITIALS) == {*MARKS.values(), AWAY, CLOSED}
    assert len(set(INITIALS.values())) == len(INITIALS)


def test_a_narrow_brief_keeps_its_commands_whole(marked):
    drawn = COLOURS.sub("", marked.drawn("brief", columns=60))

    assert f"helpdesk allocate ODS-00000{TRACED}" in drawn
    assert "\u2026" not in drawn


def test_a_letter_that_did_not_arrive_is_told_in_the_morning(marked):
    marked.type("take", BARTS)

    rows = [line.split("\t") for line in marked.type("brief").out.splitlines()]

    (why,) = [each[3] for each in rows if each[1] == "ODS-000002"]
    assert "a letter was NOT DELIVERED" in why


def test_a_call_that_only_lost_a_letter_is_a_part_of_the_morning_of_its_own(desk):
    with sqlite3.connect(desk.folder / "helpdesk.sqlite") as connection:
        connection.execute(LOST.replace("(2, 3)", "(6)"))
    connection.close()

    rows = [line.split("\t") for line in desk.type("brief").out.splitlines()]

    (found,) = [each for each in rows if each[1] == "ODS-000006"]
    assert (found[0], found[-1]) == ("NOT DELIVERED", "helpdesk show ODS-000006")


def test_next_names_the_calls_whose_letters_did_not_arrive(marked):
    said = marked.type("next")
    marked.type("close", RECEIVED, "--outcome", "spam")
    then = marked.type("next")

    assert "note: a letter was NOT DELIVERED: ODS-000003" in said.err
    assert then.out.startswith("ODS-000003\t")
    assert "which letter, and why: helpdesk show ODS-000003" in then.err
