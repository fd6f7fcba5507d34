"""The doctor says when the register is old, in dispute, or out of new codes."""

import json
from pathlib import Path
from typing import Any

import pytest

from helpdesk.app import App, build
from helpdesk.config.settings import Codes, Config
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.database import reading
from helpdesk.doctor import Patient, examine
from helpdesk.duties import load_register
from helpdesk.journal import Who
from helpdesk.models import Code, CodeClaim, CodePool, Origin
from helpdesk.store import Tx

BART = Who("bart", "bart")
ROSE = {
    "locationId": "1-100000001",
    "name": "Rose Cottage",
    "odsCode": "VN1A2",
    "registrationStatus": "Registered",
}


@pytest.fixture
def app(url: str, clock: Any) -> App:
    return build(Config(store=StoreSettings(database=url)), clock)


@pytest.fixture
def loaded(app: App, tmp_path: Path) -> App:
    """A desk whose register holds Rose Cottage alone, since just now."""
    path = tmp_path / "cqc.json"
    path.write_text(json.dumps([ROSE]), encoding="utf-8")
    load_register(app, [path], BART)
    return app


def found(app: App, about: str, **codes: tuple[str, ...]) -> list[tuple[str, str]]:
    """What the doctor says about that, of a desk with these ranges of codes."""
    config = app.config.model_copy(update={"codes": Codes(**codes)})
    with reading(app.store.url) as reader:
        findings = examine(Patient(config, reader, app.store.clock()))
    return [(each.health.value, each.words) for each in findings if each.about == about]


def given(tx: Tx, *codes: str) -> None:
    for code in codes:
        about = {"value": code, "level": "site", "name": "Lilac House", "by": "bart"}
        tx.write(Code(**about, origin=Origin.REGISTER, since=tx.now))


def test_a_register_that_is_empty_is_said_to_be_so(app: App) -> None:
    words = "it is empty, so nothing can be traced: helpdesk register load FILE..."

    assert found(app, "register") == [("note", words)]
    assert found(app, "codes") == []


def test_a_register_is_well_for_45_days_after_its_last_load(loaded: App, clock: Any) -> None:
    clock.passes(days=45)
    ((health, words),) = found(loaded, "register")
    assert (health, "1 locations, loaded last 45 days ago: " in words) == ("well", True)
    assert words.endswith("(cqc.json)")

    clock.passes(minutes=1)

    ((health, words),) = found(loaded, "register")
    assert health == "note"
    assert words.endswith("(cqc.json); load a newer file: helpdesk register load FILE...")


def test_a_register_that_nobody_knows_the_age_of_is_to_be_loaded(loaded: App) -> None:
    loaded.store.run(lambda tx: tx.rows("DELETE FROM register_change RETURNING id"))
    loaded.store.run(lambda tx: tx.rows("DELETE FROM register_load RETURNING id"))

    ((health, words),) = found(loaded, "register")

    assert (health, "nobody knows how old" in words) == ("note", True)


def test_codes_in_dispute_are_counted_once_each(loaded: App) -> None:
    def dispute(tx: Tx) -> None:
        for _ in range(2):
            tx.write(CodeClaim(code="VN1A2", since=tx.now, source="ods.csv"))

    assert found(loaded, "codes") == []
    loaded.store.run(dispute)

    words = "1 in dispute between two organisations: helpdesk register status"
    assert found(loaded, "codes") == [("note", words)]


def test_codes_that_ods_closed_of_places_that_are_registered_are_counted(loaded: App) -> None:
    closed = "UPDATE location SET status = 'Registered', code_closed_on = '2026-01-05'"
    with loaded.store.engine.begin() as connection:
        count = connection.exec_driver_sql(closed).rowcount

    words = f"{count} of registered places were closed by ODS: helpdesk codes closed"
    assert found(loaded, "codes") == [("note", words)]


@pytest.mark.parametrize(
    ("used", "health"), [(0, "well"), (810, "well"), (811, "note"), (899, "note"), (900, "ILL")]
)
def test_ranges_that_are_nearly_used_up_are_named(app: App, used: int, health: str) -> None:
    app.store.run(lambda tx: tx.add(CodePool(span="VX000-VX0YY", used=used)))

    ((said, words),) = found(app, "codes", site_pool=("VX000-VX0YY",))

    assert said == health
    assert words.startswith(f"{900 - used} of 900 new site codes are left")
    mend = "name another range in config.toml, [codes] site_pool"
    assert words.endswith(mend) == (health != "well")


def test_a_small_range_is_nearly_used_up_when_fewer_than_20_are_left(app: App) -> None:
    app.store.run(lambda tx: tx.add(CodePool(span="AX00-AX0Y", used=10)))
    assert found(app, "codes", parent_pool=("AX00-AX0Y",))[0][0] == "well"

    app.store.run(lambda tx: tx.rows("UPDATE code_pool SET used = 11 RETURNING used"))

    ((said, words),) = found(app, "codes", parent_pool=("AX00-AX0Y",))
    assert (said, words.partition(":")[0]) == ("note", "19 of 30 new parent codes are left")


def test_a_range_that_is_used_up_is_well_while_another_is_not(app: App) -> None:
    app.store.run(lambda tx: tx.add(CodePool(span="VX000-VX00Y", used=30)))

    pools = ("VX000-VX00Y", "VX100-VX10Y")

    assert found(app, "codes", site_pool=pools) == [("well", "30 of 60 new site codes are left")]


def test_codes_of_a_range_that_others_have_are_not_left_and_no_fault(app: App) -> None:
    def unit(tx: Tx) -> None:
        tx.add(CodePool(span="VX000-VX01Y", used=2))
        given(tx, "VX001", "VX002", "VX01Y", "VX020")  # used before, left out later, beyond

    app.store.run(unit)

    assert found(app, "codes", site_pool=("VX000-VX01Y",)) == [
        ("well", "56 of 60 new site codes are left")
    ]
