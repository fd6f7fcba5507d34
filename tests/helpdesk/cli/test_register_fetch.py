"""`register fetch` brings what CQC's API has, loads it, and goes on where it was stopped."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpdesk.database import reading
from tests.cqc_api import KEY, CqcApi, cqc_api_at_work, location, provider
from tests.helpdesk.cli.fetching_at import names
from tests.helpdesk.cli.typed_at import TypedAt
from tests.proxy import proxy_at_work


@pytest.fixture
def desk(fetching_at: Callable[[str], TypedAt], sqlite_url: str) -> TypedAt:
    return fetching_at(sqlite_url)


def fetched_into(desk: TypedAt) -> Path:
    (found,) = desk.folder.glob("cqc-api-*.jsonl")
    return found


def test_what_the_api_has_is_fetched_and_loaded(desk: TypedAt, sqlite_url: str) -> None:
    said = desk.type("register", "fetch")

    assert said.code == 0, said.err
    assert "13 documents to look at: less than a minute at 60,000 a minute" in said.err
    assert f"13 documents of adult social care in {fetched_into(desk).name}" in said.err
    assert names(sqlite_url) == [f"Rose Cottage {n}" for n in range(1, 13)]
    assert [path.name for path in desk.folder.glob("cqc-api-*")] == [fetched_into(desk).name]


def test_through_a_proxy_that_signs_anew_all_is_fetched(
    desk: TypedAt, cqc: CqcApi, certificate: Path, authority_file: Path, sqlite_url: str
) -> None:
    text = desk.config.read_text().replace(cqc.url, "https://127.0.0.1/public/v1")
    with (
        cqc_api_at_work(cqc.documents, certificate) as signed,
        proxy_at_work(signed.server_address[1]) as proxy,
    ):
        desk.config.write_text(f'{text}proxy = "{proxy.url}"\nca_file = "{authority_file}"\n')

        said = desk.type("register", "fetch")

    assert said.code == 0, said.err
    assert len(names(sqlite_url)) == 12
    assert set(proxy.asked) == {"127.0.0.1:443"}


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


def test_a_file_that_is_there_is_not_written_over(desk: TypedAt, cqc: CqcApi) -> None:
    (desk.folder / "mine.jsonl").write_text("a diary", encoding="utf-8")

    said = desk.type("register", "fetch", "--into", "mine.jsonl")

    assert said.code == 73
    assert "mine.jsonl is there already: load it (helpdesk register load mine.jsonl)" in said.err
    assert (desk.folder / "mine.jsonl").read_text(encoding="utf-8") == "a diary"
    assert cqc.asked == []


def test_without_a_key_nothing_is_asked(desk: TypedAt, cqc: CqcApi) -> None:
    text = desk.config.read_text(encoding="utf-8")
    desk.config.write_text(text.replace('api_key_file = "key"', ""), encoding="utf-8")

    said = desk.type("register", "fetch")

    assert said.code == 78
    assert "no key for CQC's API (set cqc.api_key_file, or HELPDESK_CQC_API_KEY" in said.err
    assert cqc.asked == []


def test_a_wrong_key_is_told_and_never_shown(desk: TypedAt) -> None:
    (desk.folder / "key").write_text("wrong-0123456789", encoding="utf-8")

    said = desk.type("register", "fetch")

    assert said.code == 77
    assert "does not take the key (401)" in said.err
    assert "wrong-0123456789" not in said.out + said.err


def test_what_could_not_be_had_is_named(desk: TypedAt, cqc: CqcApi) -> None:
    cqc.troubles = {"locations/1-100000004": ["huge"]}
    cqc.listed_too = ["1-100000099"]
    cqc.documents[0] |= {"type": "Primary Dental Care", "inspectionDirectorate": "Dentists"}

    said = desk.type("register", "fetch")

    assert said.code == 0
    assert "1 are none of adult social care, and left out\n1 were listed, and are not" in said.err
    assert "1 could not be had\n  locations/1-100000004: it is larger than 4 MB" in said.err


def test_a_load_that_looks_wrong_waits_for_a_yes_and_fetches_nothing_again(
    desk: TypedAt, cqc: CqcApi, sqlite_url: str
) -> None:
    desk.type("register", "fetch", "--into", "first.jsonl")
    for each in cqc.documents[:6]:
        each["registrationStatus"] = "Deregistered"
    said = desk.type("register", "fetch", "--into", "second.jsonl")
    assert said.code == 65
    assert "6 of 12 locations would not be registered any more" in said.err
    cqc.asked = []

    said = desk.type("register", "fetch", "--into", "second.jsonl", "--yes")

    assert said.code == 0, said.err
    assert cqc.asked == []
    with reading(sqlite_url) as reader:
        (row,) = reader.rows("SELECT count(*) AS n FROM location WHERE status = 'Deregistered'")
    assert row["n"] == 6


def test_a_fetch_of_something_else_is_not_gone_on_with(desk: TypedAt, cqc: CqcApi) -> None:
    cqc.troubles = {"locations/1-100000001": ["status 401"]}
    assert desk.type("register", "fetch", "--into", "mine.jsonl").code == 77

    said = desk.type("register", "fetch", "--into", "mine.jsonl", "--since", "2026-02-02")

    assert said.code == 2
    assert "mine.jsonl.part was begun with no --since: say the same" in said.err


def test_whoever_looks_sees_how_far_it_is(desk: TypedAt) -> None:
    drawn = desk.drawn("register", "fetch")

    assert "\r  0%  0 a minute, ? left\x1b[K" in drawn
    assert "\r\x1b[K13 documents of adult social care" in drawn


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (KEY, "CQC's API  well  there is a key"),
        ("", "the file of cqc_api_key"),
        (None, "the file of cqc_api_key"),
    ],
)
def test_the_doctor_looks_whether_there_is_a_key(
    desk: TypedAt, cqc: CqcApi, key: str | None, words: str
) -> None:
    (desk.folder / "key").unlink()
    if key is not None:
        (desk.folder / "key").write_text(key, encoding="utf-8")

    said = desk.type("doctor")

    assert words in said.out.replace("\t", "  ")
    assert cqc.asked == []


@pytest.mark.parametrize(
    ("engine", "end", "code"),
    [
        ("sqlite", signal.SIGKILL, -9),
        ("postgres", signal.SIGKILL, -9),
        ("sqlite", signal.SIGINT, 130),
    ],
)
def test_stopped_in_the_middle_the_same_command_goes_on_from_there(
    fetching_at: Callable[..., TypedAt],
    cqc: CqcApi,
    request: pytest.FixtureRequest,
    engine: str,
    end: signal.Signals,
    code: int,
) -> None:
    url = str(request.getfixturevalue(f"{engine}_url"))
    cqc.documents = [location(n) for n in range(1, 200)] + [provider(1)]
    cqc.page_size, cqc.pause = 1000, 0.4
    desk = fetching_at(url)
    # What runs in the background of a shell ignores Ctrl-C, and so would what it starts.
    heeding = ["env", "--default-signal=INT"]
    command = [*heeding, sys.executable, "-m", "helpdesk", "--config", "config.toml"]
    command += ["register", "fetch"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as fetching:
        _wait_for(lambda: len(_answers(desk)) > 50)
        fetching.send_signal(end)
    answered = len(_answers(desk))
    assert (fetching.returncode, answered < 200) == (code, True)
    cqc.asked, cqc.pause = [], 0.0

    said = desk.type("register", "fetch")

    assert said.code == 0, said.err
    assert f"200 documents to look at, {answered} of them here already" in said.err
    assert sum(cqc.asked_for.values()) == 200 - answered
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
