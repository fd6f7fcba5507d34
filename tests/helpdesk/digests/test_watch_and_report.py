"""`watch` and `report`, as they are typed."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.helpdesk.made import MadeDesk, due_calls, made_desk

# The commands


@pytest.fixture
def typed(sqlite_url: str, tmp_path: Path) -> MadeDesk:
    return made_desk(tmp_path / "desk", sqlite_url)


def test_watch_ends_well_when_the_daemon_sweeps(typed: MadeDesk) -> None:
    typed.run("sweep")

    said = typed.run("watch")

    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == "the last good sweep was less than a minute ago\n"


def test_watch_tells_of_a_dead_daemon_at_once(typed: MadeDesk) -> None:
    typed.run("sweep")
    late = {"good_at": typed.app().store.clock() - timedelta(minutes=20)}
    typed.app().store.run(lambda tx: tx.duty("sweep").sqlmodel_update(late))

    said = [typed.run("watch") for _ in range(2)]

    assert [each.returncode for each in said] == [1, 1]
    assert said[0].stdout.startswith("no good sweep for 20 minutes: is helpdesk daemon running?")
    assert "letter" in said[0].stderr
    assert said[1].stderr == ""
    assert typed.rows("SELECT kind, state FROM letter") == [
        {"kind": "daemon_silent.operator", "state": "sent"}
    ]


def test_watch_at_a_desk_that_never_swept_says_what_to_start(typed: MadeDesk) -> None:
    said = typed.run("watch")

    assert said.returncode == 1
    assert said.stdout == "there was no good sweep yet: start helpdesk daemon\n"


def test_report_prints_what_the_weekly_letter_says(typed: MadeDesk) -> None:
    due_calls(typed.app(), 2, timedelta(days=3))
    due = (typed.app().store.clock() - timedelta(days=1)).date().isoformat()

    plain, as_json = typed.run("report", "--week", due), typed.run("report", "--json")

    assert plain.returncode == as_json.returncode == 0
    lines = [line.split("\t") for line in plain.stdout.splitlines()]
    assert ["targets", "acknowledge", "48 hours", "0", "-", "-", "", "", "2"] in lines
    assert [line[2] for line in lines if line[0] == "ageing"].count("2") == 1
    assert '"end_to_end"' in as_json.stdout


def test_report_writes_the_table(typed: MadeDesk) -> None:
    said = typed.run("report", "--csv", "week.csv")

    assert said.returncode == 0
    assert (typed.folder / "week.csv").read_bytes().startswith(b"\xef\xbb\xbfreference,target")
    assert typed.run("report", "--csv", "-").stdout.startswith("\ufeffreference,target")


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        (["--week", "monday"], 2, "2026-03-02"),
        (["--week", "2999-01-01"], 2, "not begun"),
        (["--week", "9999-12-31"], 2, "not a day"),
        (["--csv", "nowhere/week.csv"], 73, "cannot be written"),
        (["--digest", "--csv", "x"], 2, "--digest"),
    ],
)
def test_report_says_what_is_wrong(typed: MadeDesk, words: list[str], code: int, hint: str) -> None:
    said = typed.run("report", *words)

    assert said.returncode == code
    assert hint in said.stderr


def test_report_prints_the_digest_as_the_letter_would(typed: MadeDesk) -> None:
    clear = typed.run("report", "--digest")
    due_calls(typed.app(), 2, timedelta(days=3))
    typed.run("sweep")

    digest = typed.run("report", "--digest")

    assert clear.stdout.startswith("All clear: ")
    assert digest.stdout.startswith("Digest: 2 new, 0 still missed, 0 at risk today\n")
    assert "helpdesk acknowledge ODS-000002" in digest.stdout
    assert typed.rows("SELECT kind FROM letter WHERE kind LIKE 'digest%'") == []
