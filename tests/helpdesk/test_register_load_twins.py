"""What CQC says of a place and what ODS says of it become one row, if they are one place."""

import os
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from sqlmodel import select

from helpdesk.models import Call, Location, Provider
from tests.conftest import MONDAY
from tests.helpdesk.loaded import LILAC, ROSE, ROSE_BEFORE, ROSE_CARE, ods

UNKNOWN_TO_CQC = None


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_codes_reach_the_row_that_cqc_knows_in_whatever_order_the_files_come(register, order):
    files = (
        register.documents(ROSE),
        register.directory("Rose Cottage,,ZZ1 1AA,,,Rose Care Ltd,1-100000001,1-200000001"),
        register.sites(ods("VQ00A", parent="A0A1")),
        register.documents(ROSE_CARE, name="provider.json"),
    )

    for number in order:
        register.load(files[number])

    row = register.location()
    assert (row.cqc_id, row.code, row.parent_code) == ("1-100000001", "VQ00A", "A0A1")
    assert (row.name, row.phone) == ("Rose Cottage", "01632960123")
    assert (row.status, row.registered_on) == ("Registered", date(2011, 1, 20))


def test_a_code_that_cqc_gives_joins_the_row_of_ods_though_the_name_differs(register):
    register.load(register.sites(ods("VQ00A", name="ROSE COTT.", parent="A0A1")))

    register.load(register.documents(ROSE | {"odsCode": "VQ00A"}))

    row = register.location()
    assert (row.cqc_id, row.name, row.parent_code) == ("1-100000001", "Rose Cottage", "A0A1")


def test_a_parent_code_reaches_the_provider_that_cqc_knows(register):
    register.load(
        register.parents(ods("A0A1", name="ROSE CARE LIMITED")), register.documents(ROSE_CARE)
    )

    provider = register.provider()
    assert (provider.cqc_id, provider.code) == ("1-200000001", "A0A1")


def test_two_rows_that_turn_out_to_be_one_are_merged_and_the_calls_and_codes_follow(
    register, clock
):
    elsewhere = register.documents(ROSE | {"postalCode": "ZZ9 9ZZ"}, name="before.json")
    register.load(register.sites(ods("VQ00A")), elsewhere)

    def called(tx):
        of_ods = tx.session.exec(select(Location).where(Location.code == "VQ00A")).one()
        call = Call(received_at=MONDAY, recorded_at=MONDAY, promise_at=MONDAY)
        call.location_id = of_ods.id
        tx.add(call)

    register.store.run(called)
    clock.passes(days=1)

    register.load(register.documents(ROSE))

    row = register.location()
    assert (row.cqc_id, row.code) == ("1-100000001", "VQ00A")
    assert row.loaded_at == MONDAY + timedelta(days=1)
    assert register.rows("SELECT location_id, version FROM call") == [
        {"location_id": row.id, "version": 2}
    ]
    assert register.rows("SELECT value, location_id FROM code") == [
        {"value": "VQ00A", "location_id": row.id}
    ]
    words = register.rows("SELECT DISTINCT location_id FROM location_word")
    assert words == [{"location_id": row.id}]


def test_a_new_place_takes_the_row_and_the_code_that_ods_had_for_it(register):
    register.load(register.sites(ods("VQ00A")))
    (before,) = register.rows("SELECT location_id FROM code")

    summary = register.load(register.documents(ROSE))

    row = register.location()
    assert (row.id, row.cqc_id, row.code) == (before["location_id"], "1-100000001", "VQ00A")
    assert (summary.new, summary.changed) == (0, 1)


def test_the_code_of_an_earlier_registration_is_not_given_to_the_home_that_followed(register):
    anew = ROSE | {"registrationDate": "2024-06-01"}

    register.load(register.documents(anew), register.sites(ods("VQ00A", opened="20110120")))

    assert register.codes() == {("1-100000001", ""), (UNKNOWN_TO_CQC, "VQ00A")}


def test_a_closed_code_is_not_given_to_a_registered_home(register):
    register.load(register.documents(ROSE), register.sites(ods("VQ00A", closed="20200501")))

    assert register.codes() == {("1-100000001", ""), (UNKNOWN_TO_CQC, "VQ00A")}


def test_of_an_old_and_a_new_registration_each_gets_its_own_code(register):
    sites = register.sites(
        ods("VQ00A", opened="20050301", closed="20110119"), ods("VQ00C", opened="20110120")
    )

    register.load(sites, register.documents(ROSE_BEFORE, ROSE))

    assert register.codes() == {("1-100000001", "VQ00C"), ("1-100000009", "VQ00A")}


def test_two_codes_for_one_place_are_told_apart_by_the_day_of_opening(register):
    sites = register.sites(ods("VQ00A", opened="20110120"), ods("VQ00C", opened="20190701"))

    register.load(register.documents(ROSE), sites)

    assert register.codes() == {("1-100000001", "VQ00A"), (UNKNOWN_TO_CQC, "VQ00C")}


def test_where_nothing_tells_two_codes_apart_a_person_decides(register):
    directory = register.directory("Rose Cottage,,ZZ1 1AA,,,,1-100000001,")

    register.load(directory, register.sites(ods("VQ00A"), ods("VQ00C")))

    assert register.codes() == {
        ("1-100000001", ""),
        (UNKNOWN_TO_CQC, "VQ00A"),
        (UNKNOWN_TO_CQC, "VQ00C"),
    }


def test_the_same_name_elsewhere_is_another_place(register):
    register.load(
        register.documents(ROSE | {"postalCode": "ZZ2 2AA"}), register.sites(ods("VQ00A"))
    )

    assert len(register.all(Location)) == 2


def test_a_closing_date_of_ods_deregisters_only_what_cqc_does_not_know(register):
    register.load(register.documents(ROSE | {"odsCode": "VQ00A"}))

    register.load(
        register.sites(ods("VQ00A", closed="20260101"), ods("VQ00C", "IVY", closed="20260101"))
    )

    status = {row.cqc_id: (row.status, row.deregistered_on) for row in register.all(Location)}
    assert status == {
        UNKNOWN_TO_CQC: ("Deregistered", date(2026, 1, 1)),
        "1-100000001": ("Registered", None),
    }


def test_a_file_of_successions_names_the_successor_by_its_cqc_id(register):
    register.load(
        register.documents(ROSE_BEFORE | {"odsCode": "VQ00A"}, ROSE | {"odsCode": "VQ00C"})
    )

    register.load(register.file("ecarehomesucc.csv", '"VQ00A","VQ00C","20110119","Y"'))

    successors = {row.cqc_id: row.successors for row in register.all(Location)}
    assert successors == {"1-100000001": "", "1-100000009": "1-100000001"}


def test_a_successor_that_only_ods_knows_is_named_by_its_code(register):
    register.load(register.sites(ods("VQ00A", closed="20260101"), ods("VQ00C", "IVY HOUSE")))

    register.load(register.file("ecarehomesucc.csv", '"VQ00A","VQ00C","20260101","Y"'))

    successors = {row.code: row.successors for row in register.all(Location)}
    assert successors == {"VQ00A": "VQ00C", "VQ00C": ""}


def test_what_cqc_says_of_a_successor_outranks_what_ods_says(register):
    succeeded = {"relationships": [{"relatedLocationId": "1-100000002", "type": "HSCA Successor"}]}
    register.load(
        register.documents(
            ROSE_BEFORE | succeeded | {"odsCode": "VQ00A"}, ROSE | {"odsCode": "VQ00C"}, LILAC
        )
    )

    register.load(register.file("ecarehomesucc.csv", '"VQ00A","VQ00C","20110119","Y"'))

    successors = {row.cqc_id: row.successors for row in register.all(Location)}
    assert successors["1-100000009"] == "1-100000002"


REAL = os.environ.get("HELPDESK_REAL_DATA")


@pytest.mark.skipif(not REAL, reason="HELPDESK_REAL_DATA names no folder with real files")
def test_each_real_location_gets_the_code_that_is_its_own(register):
    folder = Path(str(REAL)) / "register"
    truth = {
        fields[0]: fields[1]
        for line in (folder / "oldham_asc_truth.csv").read_text("utf-8-sig").splitlines()
        if (fields := line.split(","))
    }

    register.load(*sorted(folder.glob("e*.csv")), folder / "cqc_api", *folder.glob("CQC*.csv"))

    known = [row for row in register.all(Location) if row.cqc_id]
    assert len(known) > 150
    assert [row.cqc_id for row in known if row.code != truth[row.cqc_id]] == []
    assert register.claims() == []
    assert register.all(Provider)
