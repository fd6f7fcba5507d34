"""The tour: what it prints is what its desk holds, it can be had again, and it harms nothing."""

import io
import re
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import NamedTuple

import pytest

from helpdesk.cli import run
from helpdesk.clock import utc_now
from helpdesk.database import moment, reading
from helpdesk.tour import ground
from helpdesk.views import worklist
from workflows.sla import Standing

SECTIONS = [
    "A DESK, TEN DAYS OLD",
    "THE REGISTER",
    "TEN DAYS OF MAIL",
    "THE WORKLIST, NOW",
    "ONE CALL, ALL OF IT",
    "HOW A DUE CAME ABOUT",
    "ONE CALL, FROM ITS MAIL TO ITS CODE",
    "THE LETTERS",
    "IS THE DESK WELL?",
    "WHERE TO LOOK NEXT",
]


class Tour(NamedTuple):
    """A tour that was had."""

    folder: Path
    code: int
    printed: str

    def rows(self, sql: str) -> list[dict[str, object]]:
        with self.reading() as reader:
            return [dict(row) for row in reader.rows(sql)]

    def reading(self):
        return reading(f"sqlite:///{self.folder / 'helpdesk.sqlite'}")

    def section(self, heading: str) -> str:
        return self.printed.partition(f"\n{heading} -")[2].partition("---\n")[2].partition("---")[0]


def have(folder: Path) -> Tour:
    page = io.StringIO()
    with redirect_stdout(page), redirect_stderr(page):
        code = run(["demo", str(folder)])
    return Tour(folder, code, page.getvalue())


@pytest.fixture(scope="module")
def tour(tmp_path_factory):
    return have(tmp_path_factory.mktemp("tour") / "demo")


def test_it_ends_well_and_prints_its_sections_in_order(tour):
    headings = re.findall(r"^([A-Z][A-Z ,?]+) -{10,}$", tour.printed, re.MULTILINE)

    assert tour.code == 0
    assert headings == SECTIONS


def test_nothing_that_it_prints_is_an_error_or_a_colour(tour):
    assert not [each for each in ("helpdesk: ", "\x1b", "{") if each in tour.printed]


def test_it_is_readable_in_a_hundred_columns(tour):
    # Where the tests have their folders is no matter, and may have a long name.
    printed = tour.printed.replace(str(tour.folder), "/home/somebody/desks/helpdesk-demo-tour")

    assert max(map(len, printed.splitlines())) <= 100
    assert len(printed.splitlines()) <= 280


def test_the_register_finds_a_home_whose_name_is_misspelt(tour):
    page = tour.section("THE REGISTER")

    assert "#" not in page  # no bar that grew: only what a terminal shows in the end
    assert "$ helpdesk register find quary hill" in page
    assert "1-9000000112   Quarry Hill, ZZ92 2AP" in page


def test_all_that_came_is_accounted_for(tour):
    states = tour.rows("SELECT state, count(*) AS n FROM received_mail GROUP BY state")

    assert {row["state"]: row["n"] for row in states} == {"taken": 12, "filed": 1, "duplicate": 1}
    assert len(list((tour.folder / "inbox").glob("*.eml"))) == 14
    assert len(re.findall(r"^\d\d-\S+ ", tour.section("TEN DAYS OF MAIL"), re.MULTILINE)) == 14


def test_mails_arrived_over_the_last_ten_days(tour):
    arrived = [moment(row["arrived_at"]) for row in tour.rows("SELECT * FROM received_mail")]
    ages = sorted(utc_now() - each for each in arrived)

    assert ages[0] < timedelta(hours=3)
    assert timedelta(days=9) < ages[-1] < timedelta(days=10)


def test_the_worklist_holds_calls_in_every_standing_the_most_pressing_first(tour):
    with tour.reading() as reader:
        lines = worklist(reader, utc_now())

    assert [(each.organisation, each.state, each.standing, each.owner) for each in lines] == [
        ("Bramble House", "traced", Standing.BREACHED, "Bart"),
        ("Fernleigh", "received", Standing.BREACHED, ""),
        ("", "received", Standing.AT_RISK, ""),
        ("Quarry Hill", "acknowledged", Standing.ON_TRACK, "Cris"),
        ("Larch View", "traced", Standing.AT_RISK, "Cris"),
        ("", "received", Standing.ON_TRACK, ""),
        ("Willow Bank", "acknowledged", Standing.ON_TRACK, "Bart"),
        ("Primrose Lodge", "traced", Standing.ON_TRACK, "Bart"),
        ("Ashgrove Manor", "acknowledged", Standing.ON_TRACK, "Cris"),
    ]


def test_a_hold_moved_a_due_and_an_answer_ended_it(tour):
    page = tour.section("HOW A DUE CAME ABOUT")

    assert "awaiting requester (Cris)" in page
    assert tour.rows("SELECT kind FROM event WHERE kind IN ('held', 'resumed')") == [
        {"kind": "held"},
        {"kind": "resumed"},
    ]


def test_the_worklist_that_it_prints_is_the_one_before_the_walk(tour):
    section = tour.section("THE WORKLIST, NOW")

    assert len(re.findall(r"^ODS-\d{6}  ", section, re.MULTILINE)) == 10
    assert re.search(r"^ODS-000011 .* Rose Cottage", section, re.MULTILINE)


def test_what_no_program_could_read_waits_for_a_person_and_is_at_risk(tour):
    (call,) = tour.rows("SELECT id, state, unreadable FROM call WHERE unreadable <> ''")

    assert call["state"] == "received"
    assert "could not be opened" in str(call["unreadable"])
    assert f"helpdesk show ODS-{call['id']:06}" in tour.section("WHERE TO LOOK NEXT")


def test_one_call_went_to_its_code_before_the_readers_eyes(tour):
    (rose,) = tour.rows("SELECT * FROM call WHERE organisation = 'Rose Cottage'")
    walk = tour.section("ONE CALL, FROM ITS MAIL TO ITS CODE")

    assert (rose["state"], rose["outcome"], rose["urgent"]) == ("closed", "provided", 1)
    assert (rose["site_code"], rose["parent_code"]) == ("VX9A1", "A9X1")
    assert "site code VX9A1 (Rose Cottage), parent code A9X1 (Thistle Care Limited)" in walk
    assert "Rose Cottage, ZZ91 1AA  PROPOSED" in walk
    assert walk.count("$ helpdesk") == 8


def test_calls_ended_with_a_code_and_without(tour):
    ended = tour.rows("SELECT organisation, outcome FROM call WHERE state = 'closed' ORDER BY id")

    assert [(row["organisation"], row["outcome"]) for row in ended] == [
        ("Kestrel Home Care", "provided"),
        ("Sunny Corner", "not_cqc_registered"),
        ("Rose Cottage", "provided"),
    ]


def test_each_breach_is_flagged_at_its_own_moment_and_told(tour):
    breaches = tour.rows(
        "SELECT c.organisation, e.target, e.at = k.due_at AS exact, k.late_start FROM event e"
        " JOIN call c ON c.id = e.call_id"
        " JOIN clock k ON k.call_id = c.id AND k.target = e.target"
        " WHERE e.kind = 'breached' ORDER BY e.id"
    )
    untold = tour.rows("SELECT id FROM alert WHERE letter_id IS NULL AND stage <> 'level_2'")

    assert [(row["organisation"], row["target"]) for row in breaches] == [
        ("Quarry Hill", "acknowledge"),
        ("Bramble House", "provide"),
        ("Fernleigh", "acknowledge"),
    ]
    assert all(row["exact"] for row in breaches)
    assert untold == []


def test_who_leads_hears_of_breaches_to_which_nothing_happened_for_a_day(tour):
    told = tour.rows("SELECT subject FROM letter WHERE kind = 'level_2.lead' ORDER BY id")

    assert [row["subject"] for row in told] == [
        "LEVEL 2: ODS-000003 acknowledge",
        "LEVEL 2: ODS-000002 provide",
    ]


def test_a_late_acknowledgement_started_late(tour):
    late = tour.rows(
        "SELECT c.organisation FROM clock k JOIN call c ON c.id = k.call_id WHERE k.late_start"
    )

    assert [row["organisation"] for row in late] == ["Quarry Hill"]


def test_every_letter_lies_in_the_outbox(tour):
    sent = tour.rows("SELECT to_address, subject FROM letter WHERE state = 'sent'")
    unsent = tour.rows("SELECT id FROM letter WHERE state <> 'sent'")
    written = [
        BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        for path in (tour.folder / "outbox").glob("*.eml")
    ]

    assert sorted((each["To"], each["Subject"]) for each in written) == sorted(
        (row["to_address"], row["subject"]) for row in sent
    )
    assert unsent == []
    assert f"{len(sent)} letters lie in" in tour.section("THE LETTERS")


def test_the_letter_in_full_holds_the_codes(tour):
    letter = tour.section("THE LETTERS")

    assert "  | To: anne@rosecottage.example" in letter
    assert "  |   Site code:    VX9A1" in letter
    assert "  |   Parent code:  A9X1" in letter


def test_the_doctor_finds_nothing_to_mend(tour):
    assert "ILL" not in tour.section("IS THE DESK WELL?")
    assert run(["--config", str(tour.folder / "config.toml"), "doctor"]) == 0


def test_the_commands_that_it_proposes_do_what_it_says(tour, capsys):
    config = ["--config", str(tour.folder / "config.toml")]
    proposed = re.findall(r"^  helpdesk (.+?) +#", tour.section("WHERE TO LOOK NEXT"), re.MULTILINE)
    codes = {words: run([*config, *words.split()]) for words in proposed if words != "daemon"}
    said = capsys.readouterr()

    assert len(proposed) == 8
    assert sorted(codes.values()) == [0, 0, 0, 0, 0, 0, 5]
    assert "its successor is Willow Bank (1-9000000105)" in said.err
    assert "ODS-000007 is closed: provided" in said.err
    assert "VX9A1 is the site code of Rose Cottage" in said.out
    assert "nothing to flag" in said.out


def test_it_can_be_had_again_in_the_same_folder(tmp_path):
    first = have(tmp_path / "demo")
    (first.folder / "mine.txt").write_text("kept")
    again = have(tmp_path / "demo")

    assert again.code == 0
    assert again.rows("SELECT count(*) AS n FROM call") == [{"n": 12}]
    assert again.rows("SELECT count(*) AS n FROM letter WHERE state = 'sent'") == [{"n": 35}]
    assert (again.folder / "mine.txt").read_text() == "kept"


def test_a_tour_that_broke_off_is_replaced(tmp_path):
    ground.prepare(tmp_path / "demo")

    ground.prepare(tmp_path / "demo")

    assert [path.name for path in sorted((tmp_path / "demo").iterdir())] == ["config.toml", "inbox"]


@pytest.mark.parametrize("name", ["config.toml", "thesis.txt", "helpdesk.sqlite"])
def test_a_folder_with_anything_else_in_it_is_refused_and_untouched(tmp_path, name):
    (tmp_path / name).write_text("years of work")

    refused = have(tmp_path)

    assert refused.code == 73
    assert "name a folder that is new: helpdesk demo FOLDER" in refused.printed
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [
        (name, "years of work")
    ]


def test_a_place_that_cannot_be_written_to_is_told_with_the_mend(tmp_path):
    (tmp_path / "file").write_text("")

    refused = have(tmp_path / "file" / "demo")

    assert refused.code == 73
    assert "name a folder that you may write to" in refused.printed


def test_the_agent_for_whom_one_speaks_elsewhere_plays_no_part(tmp_path, monkeypatch):
    monkeypatch.setenv("HELPDESK_AGENT", "somebody")
    monkeypatch.setenv("HELPDESK_CONFIG", "/nowhere/config.toml")

    assert have(tmp_path / "demo").code == 0
