"""`register fetch` goes on where it was stopped, loads what came, and remembers until when."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from helpdesk.app import build
from helpdesk.cli.context import os_user
from helpdesk.config import settings
from helpdesk.database import reading
from tests.cqc_api import KEY, CqcApi, cqc_api_at_work, location, provider
from tests.helpdesk.cli.typed_at import MONDAY, TypedAt

CONFIG = """\
[desk]
address = "desk@ods.example"
[store]
database = "{url}"
[cqc]
api_url = "{api}"
api_key_file = "key"
per_minute = {per_minute}
"""


@pytest.fixture
def api() -> Iterator[CqcApi]:
    """An API with twelve homes and their provider."""
    with cqc_api_at_work([location(n) for n in range(1, 13)] + [provider(1)]) as made:
        yield made


@pytest.fixture
def desk_at(
    tmp_path: Path, api: CqcApi, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], TypedAt]:
    """Gives a desk with that database, and the key of the API; its folder is the current one."""

    def made(url: str, per_minute: int = 60_000) -> TypedAt:
        folder = tmp_path / "fetching"
        folder.mkdir()
        text = CONFIG.format(url=url, api=api.url, per_minute=per_minute)
        (folder / "config.toml").write_text(text, encoding="utf-8")
        (folder / "key").write_text(KEY, encoding="utf-8")
        monkeypatch.chdir(folder)
        app = build(settings.load(folder / "config.toml"), lambda: MONDAY)
        app.desk.first_agent(os_user(), "Mo Moss")
        app.close()
        return TypedAt(folder)

    return made


@pytest.fixture
def desk(desk_at: Callable[[str], TypedAt], sqlite_url: str) -> TypedAt:
    return desk_at(sqlite_url)


def fetched_into(desk: TypedAt) -> Path:
    (found,) = desk.folder.glob("cqc-api-*.jsonl")
    return found


def names(url: str) -> list[str]:
    with reading(url) as reader:
        return [row["name"] for row in reader.rows("SELECT name FROM location ORDER BY cqc_id")]


def test_what_the_api_has_is_fetched_and_loaded(desk: TypedAt, sqlite_url: str) -> None:
    said = desk.type("register", "fetch")

    assert said.code == 0, said.err
    assert "13 documents to look at: less than a minute at 60,000 a minute" in said.err
    assert f"13 documents of adult social care in {fetched_into(desk).name}" in said.err
    assert names(sqlite_url) == [f"Rose Cottage {n}" for n in range(1, 13)]
    assert [path.name for path in desk.folder.glob("cqc-api-*")] == [fetched_into(desk).name]


def test_as_json_it_says_what_came_of_it(desk: TypedAt) -> None:
    said = desk.type("register", "fetch", "--into", "mine.jsonl", "--json")

    assert json.loads(said.out) == {
        "file": "mine.jsonl",
        "documents": 13,
        "other": 0,
        "gone": 0,
        "failed": [],
        "missed": 0,
        "strange": 0,
        "loaded": {"new": 13, "changed": 0, "unchanged": 0},
    }


def test_the_file_alone_can_be_had_and_be_loaded_later(desk: TypedAt, sqlite_url: str) -> None:
    said = desk.type("register", "fetch", "--no-load", "--into", "mine.jsonl")
    assert (said.code, said.out) == (0, "mine.jsonl\n")
    assert names(sqlite_url) == []

    assert desk.type("register", "load", "mine.jsonl").code == 0

    assert len(names(sqlite_url)) == 12


def test_a_file_that_is_there_is_not_written_over(desk: TypedAt, api: CqcApi) -> None:
    (desk.folder / "mine.jsonl").write_text("a diary", encoding="utf-8")

    said = desk.type("register", "fetch", "--into", "mine.jsonl")

    assert said.code == 73
    assert "mine.jsonl is there already: load it (helpdesk register load mine.jsonl)" in said.err
    assert (desk.folder / "mine.jsonl").read_text(encoding="utf-8") == "a diary"
    assert api.asked == []


def test_later_only_what_changed_since_is_fetched(
    desk: TypedAt, api: CqcApi, sqlite_url: str
) -> None:
    said = desk.type("register", "fetch", "--since", "last")
    assert said.code == 2
    assert "nothing was fetched and loaded yet: leave out --since" in said.err
    desk.type("register", "fetch")
    api.documents[2]["name"], api.changed, api.asked = "Lilac House", ["1-100000003"], []

    said = desk.type("register", "fetch", "--since", "last", "--into", "changed.jsonl")

    assert said.code == 0, said.err
    assert names(sqlite_url)[2] == "Lilac House"
    assert list(api.asked_for) == ["locations/1-100000003"]


def test_a_fetch_that_was_not_loaded_is_not_the_last(desk: TypedAt) -> None:
    desk.type("register", "fetch", "--no-load")

    assert desk.type("register", "fetch", "--since", "last").code == 2


def test_since_a_day_begins_with_the_day_where_the_desk_is(desk: TypedAt, api: CqcApi) -> None:
    said = desk.type("register", "fetch", "--since", "2025-07-01")

    assert said.code == 0, said.err
    assert "startTimestamp=2025-06-30T23%3A00%3A00Z&" in api.asked[0]


def test_that_nothing_changed_is_said_and_is_no_error(desk: TypedAt) -> None:
    said = desk.type("register", "fetch", "--since", "2025-07-01")

    assert (said.code, said.out) == (0, "")
    assert said.err == "there is nothing to fetch\n0 documents of adult social care\n"
    assert desk.type("register", "fetch", "--since", "last", "--json").code == 0


@pytest.mark.parametrize("since", ["yesterday", "2026-02-30", "01/02/2026", "last week"])
def test_what_is_no_day_is_told(desk: TypedAt, since: str) -> None:
    said = desk.type("register", "fetch", "--since", since)

    assert said.code == 2
    assert f"--since {since!r} is no day: write for example 2026-02-27, or last" in said.err


def test_a_day_that_is_yet_to_come_is_told(desk: TypedAt) -> None:
    said = desk.type("register", "fetch", "--since", "2999-01-01")

    assert said.code == 2
    assert "--since 2999-01-01 is yet to come" in said.err


def test_without_a_key_nothing_is_asked(desk: TypedAt, api: CqcApi) -> None:
    desk.config.write_text(f'[cqc]\napi_url = "{api.url}"\n', encoding="utf-8")
    (desk.folder / "key").unlink()

    said = desk.type("register", "fetch")

    assert said.code == 78
    assert "no key for CQC's API (set cqc.api_key_file, or HELPDESK_CQC_API_KEY" in said.err
    assert api.asked == []


def test_a_wrong_key_is_told_and_never_shown(desk: TypedAt) -> None:
    (desk.folder / "key").write_text("wrong-0123456789", encoding="utf-8")

    said = desk.type("register", "fetch")

    assert said.code == 77
    assert "does not take the key (401)" in said.err
    assert "wrong-0123456789" not in said.out + said.err


def test_what_could_not_be_had_is_named(desk: TypedAt, api: CqcApi) -> None:
    api.troubles = {"locations/1-100000004": ["huge"]}
    api.listed_too = ["1-100000099"]
    api.documents[0] |= {"type": "Primary Dental Care", "inspectionDirectorate": "Dentists"}

    said = desk.type("register", "fetch")

    assert said.code == 0
    assert "1 are none of adult social care, and left out\n1 were listed, and are not" in said.err
    assert "1 could not be had\n  locations/1-100000004: it is larger than 4 MB" in said.err


def test_a_load_that_looks_wrong_waits_for_a_yes_and_fetches_nothing_again(
    desk: TypedAt, api: CqcApi, sqlite_url: str
) -> None:
    desk.type("register", "fetch", "--into", "first.jsonl")
    for each in api.documents[:6]:
        each["registrationStatus"] = "Deregistered"
    said = desk.type("register", "fetch", "--into", "second.jsonl")
    assert said.code == 65
    assert "6 of 12 locations would not be registered any more" in said.err
    api.asked = []

    said = desk.type("register", "fetch", "--into", "second.jsonl", "--yes")

    assert said.code == 0, said.err
    assert api.asked == []
    with reading(sqlite_url) as reader:
        (row,) = reader.rows("SELECT count(*) AS n FROM location WHERE status = 'Deregistered'")
    assert row["n"] == 6


def test_a_fetch_of_something_else_is_not_gone_on_with(desk: TypedAt, api: CqcApi) -> None:
    api.troubles = {"locations/1-100000001": ["status 401"]}
    assert desk.type("register", "fetch", "--into", "mine.jsonl").code == 77

    said = desk.type("register", "fetch", "--into", "mine.jsonl", "--since", "2026-02-02")

    assert said.code == 2
    assert "mine.jsonl.part was begun with no --since: say the same" in said.err


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_killed_in_the_middle_the_same_command_goes_on_from_there(
    desk_at: Callable[..., TypedAt], api: CqcApi, request: pytest.FixtureRequest, engine: str
) -> None:
    url = str(request.getfixturevalue(f"{engine}_url"))
    api.documents = [location(n) for n in range(1, 200)] + [provider(1)]
    api.page_size, api.pause = 1000, 0.1
    desk = desk_at(url)
    command = [sys.executable, "-m", "helpdesk", "--config", "config.toml", "register", "fetch"]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) as fetching:
        _wait_for(lambda: len(_answers(desk)) > 50)
        fetching.send_signal(signal.SIGKILL)
    answered = len(_answers(desk))
    assert answered < 200
    api.asked, api.pause = [], 0.0

    said = desk.type("register", "fetch")

    assert said.code == 0, said.err
    assert f"200 documents to look at, {answered} of them here already" in said.err
    assert sum(api.asked_for.values()) == 200 - answered
    assert len(names(url)) == 199


def _answers(desk: TypedAt) -> list[bytes]:
    """The whole lines that are written of a fetch that is under way, but for its plan."""
    found = [path.read_bytes() for path in desk.folder.glob("*.part")]
    return found[0].split(b"\n")[1:-1] if found else []


def _wait_for(what: Callable[[], Any]) -> None:
    for _ in range(600):
        if what():
            return
        time.sleep(0.05)
    pytest.fail("it did not come so far")
