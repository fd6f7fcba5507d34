"""Files are loaded into the register: once or twice, in whatever order, without a loss."""

import json
import os
from datetime import UTC, date, datetime
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlmodel import Session, create_engine, select

from helpdesk.errors import FileUnreadable
from helpdesk.intake import Kind
from helpdesk.models import METADATA, Call, Location, Provider
from helpdesk.register.load import load

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)

ROSE = {
    "locationId": "1-100000001",
    "providerId": "1-200000001",
    "name": "Rose Cottage",
    "registrationStatus": "Registered",
    "registrationDate": "2011-01-20",
    "careHome": "Y",
    "postalAddressLine1": "1 Rose Lane",
    "postalAddressCounty": "Oldshire",
    "postalCode": "ZZ1 1AA",
    "mainPhoneNumber": "01632960123",
}
ROSE_BEFORE = ROSE | {
    "locationId": "1-100000009",
    "registrationStatus": "Deregistered",
    "registrationDate": "2005-03-01",
    "deregistrationDate": "2011-01-19",
}
ROSE_CARE = {
    "providerId": "1-200000001",
    "name": "Rose Care Ltd",
    "registrationDate": "2010-10-01",
    "registrationStatus": "Registered",
    "postalCode": "ZZ1 1AA",
}
DIRECTORY_HEADINGS = (
    "Name,Address,Postcode,Phone number,Service types,Provider name,CQC Location ID,CQC Provider ID"
)


class Tx(NamedTuple):
    session: Session

    def alone(self, name: str) -> None:
        """Nobody else is here."""


class Desk:
    """A database in a file, and a folder to put register files in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = create_engine(f"sqlite:///{folder / 'desk.sqlite'}")
        METADATA.create_all(self.engine)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def documents(self, *documents, name="cqc.json"):
        return self.file(name, json.dumps(documents))

    def directory(self, *rows, name="directory.csv"):
        return self.file(name, "\n".join((DIRECTORY_HEADINGS, *rows)))

    def sites(self, *rows):
        return self.file("ecarehomesite.csv", "\n".join(rows))

    def parents(self, *rows):
        return self.file("ecarehomehq.csv", "\n".join(rows))

    def load(self, *paths, now=MONDAY):
        with Session(self.engine) as session:
            summary = load(Tx(session), paths, now)
            session.commit()
        return summary

    def all(self, model):
        with Session(self.engine) as session:
            return session.exec(select(model).order_by(model.cqc_id)).all()

    def location(self):
        (row,) = self.all(Location)
        return row


def ods(code, name="ROSE COTTAGE", opened="20110120", closed="", parent=""):
    row = [code, name, "", "", "1 ROSE LANE", "", "", "", "", "ZZ1 1AA", opened, closed]
    row += ["", "", parent, "", "", "01632960999", *[""] * 9]
    return ",".join(f'"{cell}"' for cell in row)


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    yield made
    made.engine.dispose()


def test_a_document_becomes_a_location_with_its_keys(desk):
    desk.load(desk.documents(ROSE | {"odsCode": "VQ00A"}))

    row = desk.location()
    assert (row.cqc_id, row.code, row.kind) == ("1-100000001", "VQ00A", Kind.CARE_HOME)
    assert (row.postcode_key, row.name_key) == ("ZZ11AA", "cottage rose")
    assert row.phone_key == "1632960123"
    assert (row.source, row.loaded_at) == ("cqc.json", MONDAY)


def test_the_summary_counts_what_came_of_each_file(desk):
    dentist = ROSE | {"type": "Primary Dental Care"}
    documents = desk.documents(ROSE, dentist, {"name": "Nobody"})
    sites = desk.sites(ods("VQ00A"), ods("VQ00C", name="IVY HOUSE"))

    summary = desk.load(documents, sites)

    cqc, of_ods = summary.files
    assert (cqc.file, cqc.read, cqc.new, cqc.changed) == ("cqc.json", 3, 1, 0)
    assert cqc.skipped == {"not adult social care": 1}
    assert [reject.file for reject in cqc.rejected] == ["cqc.json"]
    assert (of_ods.read, of_ods.new, of_ods.changed, of_ods.unchanged) == (2, 1, 1, 0)
    assert (summary.read, summary.new, summary.changed, summary.unchanged) == (5, 2, 1, 0)
    assert (summary.skipped, len(summary.rejected)) == (1, 1)


def test_loading_the_same_again_changes_nothing(desk):
    files = (
        desk.documents(ROSE, ROSE_BEFORE, ROSE_CARE),
        desk.directory("Rose Cottage,2 Other Lane,ZZ1 1AA,,,Rose Care,1-100000001,1-200000001"),
        desk.sites(ods("VQ00A", parent="A0A1"), ods("VQ00C", name="IVY HOUSE")),
        desk.parents(ods("A0A1", name="ROSE CARE LTD")),
    )
    desk.load(*files)

    again = desk.load(*files, now=TUESDAY)

    assert (again.new, again.changed) == (0, 0)
    assert {row.loaded_at for row in (*desk.all(Location), *desk.all(Provider))} == {MONDAY}


def test_a_row_that_changed_bears_the_moment_and_the_file(desk):
    desk.load(desk.documents(ROSE, ROSE_BEFORE))

    summary = desk.load(desk.documents(ROSE | {"name": "Rose House"}, name="new.json"), now=TUESDAY)

    assert (summary.new, summary.changed) == (0, 1)
    changed, untouched = desk.all(Location)
    assert (changed.name, changed.name_key) == ("Rose House", "house rose")
    assert (changed.source, changed.loaded_at) == ("new.json", TUESDAY)
    assert (untouched.source, untouched.loaded_at) == ("cqc.json", MONDAY)


def test_what_a_file_is_silent_about_stays(desk):
    desk.load(desk.documents(ROSE | {"odsCode": "VQ00A", "dormancy": "Y"}))

    desk.load(desk.directory("Rose Cottage,,,,,,1-100000001,"), now=TUESDAY)

    row = desk.location()
    assert (row.code, row.phone, row.postcode) == ("VQ00A", "01632960123", "ZZ1 1AA")
    assert (row.dormant, row.kind) == (True, Kind.CARE_HOME)
    assert row.loaded_at == MONDAY


def test_an_address_without_its_county_is_no_change(desk):
    desk.load(desk.documents(ROSE))

    summary = desk.load(desk.directory("Rose Cottage,1 Rose Lane,ZZ1 1AA,,,,1-100000001,"))

    assert summary.changed == 0
    assert desk.location().address == "1 Rose Lane, Oldshire"


def test_a_provider_named_by_a_location_gets_a_row_of_its_own(desk):
    desk.load(desk.directory("Rose Cottage,,,,,Rose Care Ltd,1-100000001,1-200000001"))

    (provider,) = desk.all(Provider)
    assert (provider.cqc_id, provider.name) == ("1-200000001", "Rose Care Ltd")
    assert desk.location().provider_cqc_id == "1-200000001"


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_codes_reach_the_row_that_cqc_knows_in_whatever_order_the_files_come(desk, order):
    files = (
        desk.documents(ROSE),
        desk.directory("Rose Cottage,,ZZ1 1AA,,,Rose Care Ltd,1-100000001,1-200000001"),
        desk.sites(ods("VQ00A", parent="A0A1")),
        desk.documents(ROSE_CARE, name="provider.json"),
    )

    for number in order:
        desk.load(files[number])

    row = desk.location()
    assert (row.cqc_id, row.code, row.parent_code) == ("1-100000001", "VQ00A", "A0A1")
    assert (row.name, row.phone) == ("Rose Cottage", "01632960123")
    assert (row.status, row.registered_on) == ("Registered", date(2011, 1, 20))


def test_a_code_that_cqc_gives_joins_the_row_of_ods_though_the_name_differs(desk):
    desk.load(desk.sites(ods("VQ00A", name="ROSE COTT.", parent="A0A1")))

    desk.load(desk.documents(ROSE | {"odsCode": "VQ00A"}))

    row = desk.location()
    assert (row.cqc_id, row.name, row.parent_code) == ("1-100000001", "Rose Cottage", "A0A1")


def test_a_parent_code_reaches_the_provider_that_cqc_knows(desk):
    desk.load(desk.parents(ods("A0A1", name="ROSE CARE LIMITED")), desk.documents(ROSE_CARE))

    (provider,) = desk.all(Provider)
    assert (provider.cqc_id, provider.code) == ("1-200000001", "A0A1")


def test_two_rows_that_turn_out_to_be_one_are_merged_and_the_calls_follow(desk):
    desk.load(desk.sites(ods("VQ00A")), desk.documents(ROSE | {"postalCode": "ZZ9 9ZZ"}))
    with Session(desk.engine) as session:
        of_ods = session.exec(select(Location).where(Location.code == "VQ00A")).one()
        session.add(
            Call(
                received_at=MONDAY,
                recorded_at=MONDAY,
                promise_at=MONDAY,
                location_id=of_ods.id,
            )
        )
        session.commit()

    desk.load(desk.documents(ROSE), now=TUESDAY)

    row = desk.location()
    assert (row.cqc_id, row.code, row.loaded_at) == ("1-100000001", "VQ00A", TUESDAY)
    with Session(desk.engine) as session:
        call = session.exec(select(Call)).one()
        assert (call.location_id, call.version) == (row.id, 2)


def test_the_code_of_an_earlier_registration_is_not_given_to_the_home_that_followed(desk):
    anew = ROSE | {"registrationDate": "2024-06-01"}

    desk.load(desk.documents(anew), desk.sites(ods("VQ00A", opened="20110120")))

    assert {(row.cqc_id, row.code) for row in desk.all(Location)} == {
        ("1-100000001", ""),
        (None, "VQ00A"),
    }


def test_a_closed_code_is_not_given_to_a_registered_home(desk):
    desk.load(desk.documents(ROSE), desk.sites(ods("VQ00A", closed="20200501")))

    assert {(row.cqc_id, row.code) for row in desk.all(Location)} == {
        ("1-100000001", ""),
        (None, "VQ00A"),
    }


def test_of_an_old_and_a_new_registration_each_gets_its_own_code(desk):
    sites = desk.sites(
        ods("VQ00A", opened="20050301", closed="20110119"), ods("VQ00C", opened="20110120")
    )

    desk.load(sites, desk.documents(ROSE_BEFORE, ROSE))

    assert [(row.cqc_id, row.code) for row in desk.all(Location)] == [
        ("1-100000001", "VQ00C"),
        ("1-100000009", "VQ00A"),
    ]


def test_two_codes_for_one_place_are_told_apart_by_the_day_of_opening(desk):
    sites = desk.sites(ods("VQ00A", opened="20110120"), ods("VQ00C", opened="20190701"))

    desk.load(desk.documents(ROSE), sites)

    assert {(row.cqc_id, row.code) for row in desk.all(Location)} == {
        ("1-100000001", "VQ00A"),
        (None, "VQ00C"),
    }


def test_where_nothing_tells_two_codes_apart_a_person_decides(desk):
    directory = desk.directory("Rose Cottage,,ZZ1 1AA,,,,1-100000001,")

    desk.load(directory, desk.sites(ods("VQ00A"), ods("VQ00C")))

    assert {(row.cqc_id, row.code) for row in desk.all(Location)} == {
        ("1-100000001", ""),
        (None, "VQ00A"),
        (None, "VQ00C"),
    }


def test_the_same_name_elsewhere_is_another_place(desk):
    desk.load(desk.documents(ROSE | {"postalCode": "ZZ2 2AA"}), desk.sites(ods("VQ00A")))

    assert len(desk.all(Location)) == 2


def test_a_closing_date_of_ods_deregisters_only_what_cqc_does_not_know(desk):
    desk.load(desk.documents(ROSE | {"odsCode": "VQ00A"}))

    desk.load(desk.sites(ods("VQ00A", closed="20260101"), ods("VQ00C", "IVY", closed="20260101")))

    ivy, rose = desk.all(Location)
    assert (ivy.cqc_id, ivy.status) == (None, "Deregistered")
    assert (rose.status, rose.deregistered_on) == ("Registered", None)


def test_an_unreadable_file_is_told_before_anything_is_loaded(desk):
    with pytest.raises(FileUnreadable, match=r"no such file.*; nothing was loaded$"):
        desk.load(desk.documents(ROSE), desk.folder / "missing.csv")

    assert desk.all(Location) == []


def test_a_file_without_one_good_row_leaves_the_register_as_it_was(desk):
    with pytest.raises(FileUnreadable, match=r"nothing in bad\.json .*; nothing was loaded$"):
        desk.load(desk.documents(ROSE), desk.documents({"name": "Nobody"}, name="bad.json"))

    assert desk.all(Location) == []


def test_a_folder_is_loaded_with_its_documents_and_its_tables(desk):
    folder = desk.folder / "monthly"
    folder.mkdir()
    desk.documents(ROSE, name="monthly/one.json")
    desk.documents(ROSE_CARE, name="monthly/two.json")
    desk.file("monthly/ecarehomesite.csv", ods("VQ00A", parent="A0A1"))
    desk.file("monthly/active.xlsx", "PK")

    summary = desk.load(folder)

    assert [(each.file, each.read) for each in summary.files] == [
        ("monthly", 2),
        ("ecarehomesite.csv", 1),
    ]
    assert summary.left_out == (str(folder / "active.xlsx"),)
    assert (desk.location().cqc_id, desk.location().code) == ("1-100000001", "VQ00A")


def test_more_rows_than_a_batch_are_loaded(desk):
    many = [ROSE | {"locationId": f"1-{100000000 + number}"} for number in range(2_001)]

    first = desk.load(desk.documents(*many))
    second = desk.load(desk.documents(*(each | {"name": "Ivy House"} for each in many)))

    assert (first.new, second.changed) == (2_001, 2_001)
    assert {row.name for row in desk.all(Location)} == {"Ivy House"}


REAL = os.environ.get("HELPDESK_REAL_DATA")


@pytest.mark.skipif(not REAL, reason="HELPDESK_REAL_DATA names no folder with real files")
def test_each_real_location_gets_the_code_that_is_its_own(desk):
    register = Path(str(REAL)) / "register"
    truth = {
        fields[0]: fields[1]
        for line in (register / "oldham_asc_truth.csv").read_text("utf-8-sig").splitlines()
        if (fields := line.split(","))
    }

    desk.load(*sorted(register.glob("e*.csv")), register / "cqc_api", *register.glob("CQC*.csv"))

    known = [row for row in desk.all(Location) if row.cqc_id]
    assert len(known) > 150
    assert [row.cqc_id for row in known if row.code != truth[row.cqc_id]] == []
