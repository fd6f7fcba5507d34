"""`register fetch --since` brings what changed, and leaves no gap after the last fetch."""

from collections.abc import Callable

import pytest

from helpdesk.app import build
from helpdesk.config import settings
from tests.cqc_api import CqcApi
from tests.helpdesk.cli.fetching_at import names
from tests.helpdesk.cli.typed_at import MONDAY, TypedAt


@pytest.fixture
def desk(fetching_at: Callable[[str], TypedAt], sqlite_url: str) -> TypedAt:
    return fetching_at(sqlite_url)


def test_later_only_what_changed_since_is_fetched(
    desk: TypedAt, cqc: CqcApi, sqlite_url: str
) -> None:
    said = desk.type("register", "fetch", "--since", "last")
    assert said.code == 2
    assert "nothing was fetched and loaded yet: leave out --since" in said.err
    desk.type("register", "fetch")
    cqc.documents[2]["name"], cqc.changed, cqc.asked = "Lilac House", ["1-100000003"], []

    said = desk.type("register", "fetch", "--since", "last", "--into", "changed.jsonl")

    assert said.code == 0, said.err
    assert names(sqlite_url)[2] == "Lilac House"
    assert list(cqc.asked_for) == ["locations/1-100000003"]


def test_a_fetch_that_leaves_a_gap_is_not_the_last(
    desk: TypedAt, cqc: CqcApi, sqlite_url: str
) -> None:
    desk.type("register", "fetch")
    cqc.changed = ["1-100000003"]
    store = build(settings.load(desk.config)).store
    store.run(lambda tx: setattr(tx.duty("fetch"), "good_at", MONDAY))
    store.close()

    desk.type("register", "fetch", "--since", "2026-03-05")
    cqc.asked, cqc.changed = [], []
    desk.type("register", "fetch", "--since", "last")

    assert "startTimestamp=2026-02-28T09%3A00%3A00Z&" in cqc.asked[0]
    assert len(list(desk.folder.glob("cqc-api-*.jsonl"))) == 2  # of the last nothing came


def test_a_fetch_that_was_not_loaded_is_not_the_last(desk: TypedAt) -> None:
    desk.type("register", "fetch", "--no-load")

    assert desk.type("register", "fetch", "--since", "last").code == 2


def test_since_a_day_begins_with_the_day_where_the_desk_is(desk: TypedAt, cqc: CqcApi) -> None:
    said = desk.type("register", "fetch", "--since", "2025-07-01")

    assert said.code == 0, said.err
    assert "startTimestamp=2025-06-30T23%3A00%3A00Z&" in cqc.asked[0]


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
