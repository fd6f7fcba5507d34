"""An older desk's register comes along: each code with one bearer, calls known by their keys."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from helpdesk.database import KNOWN_SCHEMAS, reading
from helpdesk.register import loads, memory
from helpdesk.register.asking import Loading
from helpdesk.register.comparing import Wanted
from helpdesk.register.load import load
from helpdesk.register.memory import About
from helpdesk.register.search import candidates
from helpdesk.store import Store
from tests.helpdesk.loaded import ROSE
from tests.helpdesk.made import rows
from tests.helpdesk.older import NOW, OlderDesk, emptied

PLACES = (
    # CQC id, name, code, status, registered on
    ("1-100000002", "Ash Court", "VQ00A", "Deregistered", "2019-01-01"),
    ("1-100000003", "Ash Court", "VQ00A", "Registered", "2024-01-01"),
    ("1-100000004", "Ash House", "VQ00A", "Registered", None),
    ("1-100000005", "Elm House", "", "Registered", None),
    (None, "ELM LODGE", "VQ00C", "Registered", "2024-01-01"),
    ("1-100000006", "Elm Lodge", "VQ00C", "Registered", None),
)
KNOWN_BY = {
    1: "cqc_location_id = '1-100000007', given_code = 'vq00e', postcode = 'zz1 1aa',"
    " requester_email = 'Anne@Rose.Example'",
    2: "given_code = 'the one of ours', requester_email = ''",
    4: "site_code = 'VLX7K'",
}
BEFORE_CODES_WERE_GIVEN_ONCE = [each for each in KNOWN_SCHEMAS if each < "0005"]
COUNTS = "SELECT (SELECT COUNT(*) FROM location) AS l, (SELECT COUNT(*) FROM provider) AS p"


class Older(OlderDesk):
    """A desk whose register has codes that several bear, as older versions let them."""

    def _fill(self) -> None:
        super()._fill()
        known = {"source": "made up", "loaded_at": NOW, "dormant": False}
        for cqc_id, name, code, status, day in PLACES:
            row = {"cqc_id": cqc_id, "name": name, "code": code, "status": status, **known}
            self._add("location", **row, parent_code="A0A3" if code else "")
            last = "(SELECT MAX(id) FROM location)"
            if day:
                self._execute(f"UPDATE location SET registered_on = '{day}' WHERE id = {last}")
        for number in (2, 3):
            row = {"cqc_id": f"1-20000000{number}", "name": f"Ash Care {number}", "code": "A0A1"}
            self._add("provider", **row, status="Registered", **known)
        for number, known_by in KNOWN_BY.items():
            self._execute(f"UPDATE call SET {known_by} WHERE id = {number}")

    def _execute(self, sql: str) -> None:
        self._connection.exec_driver_sql(sql)


@pytest.fixture(params=["0004"])
def upgraded(request: pytest.FixtureRequest, url: str, clock: Any) -> Iterator[Store]:
    older = Older(emptied(url, clock), request.param)
    older.store.create()
    yield older.store
    older.engine.dispose()


def keys(store: Store, number: int) -> set[str]:
    asked = f"SELECT key FROM call_key WHERE call_id = {number}"
    return {row["key"] for row in rows(store, asked)}


@pytest.mark.parametrize("upgraded", BEFORE_CODES_WERE_GIVEN_ONCE, indirect=True)
def test_all_places_and_providers_come_along(upgraded: Store) -> None:
    assert rows(upgraded, COUNTS) == [{"l": len(PLACES) + 1, "p": 3}]


def test_a_code_that_several_bear_stays_with_the_one_that_was_registered_last(
    upgraded: Store,
) -> None:
    borne = rows(upgraded, "SELECT cqc_id, code FROM location WHERE code <> '' ORDER BY code")
    claimed = rows(
        upgraded,
        "SELECT q.code, l.cqc_id FROM code_claim q JOIN location l ON l.id = q.location_id"
        " ORDER BY q.id",
    )

    assert [(row["cqc_id"], row["code"]) for row in borne] == [
        ("1-100000001", "VLX7K"),
        ("1-100000003", "VQ00A"),
        ("1-100000006", "VQ00C"),
    ]
    assert sorted((row["code"], row["cqc_id"] or "") for row in claimed) == [
        ("VQ00A", "1-100000002"),
        ("VQ00A", "1-100000004"),
        ("VQ00C", ""),
    ]
    assert rows(upgraded, "SELECT name FROM provider WHERE code = 'A0A1'") == [
        {"name": "Ash Care 2"}
    ]


def test_each_code_is_known_with_whose_it_is(upgraded: Store) -> None:
    known = rows(upgraded, "SELECT value, level, name, origin FROM code ORDER BY value")

    assert [tuple(row.values()) for row in known] == [
        ("A0A1", "parent", "Ash Care 2", "register"),
        ("A0A3", "parent", "Ash Court", "register"),
        ("A9QT", "parent", "Cottage Care", "register"),
        ("VLX7K", "site", "Rose Cottage", "register"),
        ("VQ00A", "site", "Ash Court", "register"),
        ("VQ00C", "site", "Elm Lodge", "register"),
    ]


def test_no_two_may_bear_one_code_from_then_on(upgraded: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError), upgraded.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE location SET code = 'VQ00A' WHERE id = 1")


def test_calls_are_known_by_what_they_are_about(upgraded: Store) -> None:
    about = About("Rose Cottage 1", "zz1 1aa", "Anne@Rose.Example", ("1-100000007",), ("vq00e",))

    assert keys(upgraded, 1) == set(memory.keys_of(about))
    assert keys(upgraded, 2) == set()
    sender = {"sender anne@rose.example", "domain rose.example"}
    assert keys(upgraded, 3) == {"cqc 1-100000001"} | sender
    assert keys(upgraded, 4) == {"cqc 1-100000001", "code VLX7K"} | sender


@pytest.mark.parametrize("upgraded", BEFORE_CODES_WERE_GIVEN_ONCE, indirect=True)
def test_places_are_found_by_their_words_at_once(upgraded: Store) -> None:
    with reading(upgraded.url) as reader:
        found = candidates(reader, Wanted("Court of Asch"))

    assert [each.place.name for each in found][:2] == ["Ash Court", "Ash Court"]


def test_a_call_that_comes_now_finds_those_of_before(upgraded: Store) -> None:
    found = list(memory.keys_of(About("Rose Cottage", sender="anne@rose.example")))

    with reading(upgraded.url) as reader:
        others = memory.alike(reader, found, "Rose Cottage", NOW)

    assert "ODS-000003" in [other.reference for other in others]


def test_the_register_goes_on_from_there(upgraded: Store, tmp_path: Path) -> None:
    path = tmp_path / "cqc.json"
    path.write_text(json.dumps(ROSE | {"odsCode": "VLX7K"}), encoding="utf-8")

    summary = load(upgraded, [path], Loading("bart"))

    assert (summary.new, summary.changed, summary.claims) == (0, 1, ())
    assert upgraded.run(loads.counts)["claims"] == 4
    assert rows(upgraded, "SELECT places FROM register_word WHERE word = 'ash'") == [{"places": 3}]
    assert upgraded.run(loads.standing)
