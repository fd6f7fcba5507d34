"""Files are loaded into the register: once or twice, in whatever order, without a loss."""

from datetime import timedelta

import pytest
from sqlmodel import select

from helpdesk.errors import FileUnreadable
from helpdesk.intake import Kind
from helpdesk.models import Location, Provider
from tests.conftest import MONDAY
from tests.helpdesk.loaded import LILAC, ROSE, ROSE_BEFORE, ROSE_CARE, listed, ods
from tests.helpdesk.made_sheets import HEADINGS, SPACES, row, sheet
from tests.helpdesk.made_sheets import ROSE as SHEET_ROSE
from tests.helpdesk.made_sheets import ods as made_ods

TUESDAY = MONDAY + timedelta(days=1)


def test_a_document_becomes_a_location_with_its_keys(register):
    register.load(register.documents(ROSE | {"odsCode": "VQ00A"}))

    row = register.location()
    assert (row.cqc_id, row.code, row.kind) == ("1-100000001", "VQ00A", Kind.CARE_HOME)
    assert (row.postcode_key, row.name_key) == ("ZZ11AA", "cottage rose")
    assert row.phone_key == "1632960123"
    assert (row.source, row.loaded_at) == ("cqc.json", MONDAY)


def test_the_summary_counts_what_came_of_each_file(register):
    dentist = ROSE | {"type": "Primary Dental Care"}
    documents = register.documents(ROSE, dentist, {"name": "Nobody"})
    sites = register.sites(ods("VQ00A"), ods("VQ00C", name="IVY HOUSE"))

    summary = register.load(documents, sites)

    cqc, of_ods = summary.files
    assert (cqc.file, cqc.read, cqc.new, cqc.changed) == ("cqc.json", 3, 1, 0)
    assert cqc.skipped == {"not adult social care": 1}
    assert [reject.file for reject in cqc.rejected] == ["cqc.json"]
    assert (of_ods.read, of_ods.new, of_ods.changed, of_ods.unchanged) == (2, 1, 1, 0)
    assert (summary.read, summary.new, summary.changed, summary.unchanged) == (5, 2, 1, 0)
    assert (summary.skipped, len(summary.rejected)) == (1, 1)


def test_reading_the_same_again_changes_nothing(register, clock):
    files = (
        register.documents(ROSE, ROSE_BEFORE, ROSE_CARE),
        register.directory("Rose Cottage,2 Lane,ZZ1 1AA,,,Rose Care,1-100000001,1-200000001"),
        register.sites(ods("VQ00A", parent="A0A1"), ods("VQ00C", name="IVY HOUSE")),
        register.parents(ods("A0A1", name="ROSE CARE LTD")),
    )
    register.load(*files)
    clock.passes(days=1)

    again = register.load(*files, again=True)

    assert (again.new, again.changed) == (0, 0)
    assert {row.loaded_at for row in (*register.all(Location), *register.all(Provider))} == {MONDAY}


def test_a_row_that_changed_bears_the_moment_and_the_file(register, clock):
    register.load(register.documents(ROSE, ROSE_BEFORE))
    clock.passes(days=1)

    summary = register.load(register.documents(ROSE | {"name": "Rose House"}, name="new.json"))

    assert (summary.new, summary.changed) == (0, 1)
    changed, untouched = register.all(Location)
    assert (changed.name, changed.name_key) == ("Rose House", "house rose")
    assert (changed.source, changed.loaded_at) == ("new.json", TUESDAY)
    assert (untouched.source, untouched.loaded_at) == ("cqc.json", MONDAY)


def test_what_a_file_is_silent_about_stays(register, clock):
    register.load(register.documents(ROSE | {"odsCode": "VQ00A", "dormancy": "Y"}))
    clock.passes(days=1)

    summary = register.load(register.directory("Rose Cottage,,,,,,1-100000001,"))

    row = register.location()
    assert (row.code, row.phone, row.postcode) == ("VQ00A", "01632960123", "ZZ1 1AA")
    assert (row.dormant, row.kind) == (True, Kind.CARE_HOME)
    assert (summary.changed, summary.unchanged) == (0, 1)


def test_that_a_list_has_a_place_is_no_change_of_it(register, clock):
    register.load(register.documents(ROSE))
    clock.passes(days=1)

    register.load(register.directory("Rose Cottage,,,,,,1-100000001,"))

    assert (register.location().listed, register.location().loaded_at) == (True, MONDAY)
    assert register.rows("SELECT * FROM register_change") == []


def test_an_address_without_its_county_is_no_change(register):
    register.load(register.documents(ROSE))

    summary = register.load(register.directory("Rose Cottage,1 Rose Lane,ZZ1 1AA,,,,1-100000001,"))

    assert summary.changed == 0
    assert register.location().address == "1 Rose Lane, Oldshire"


def test_a_provider_named_by_a_location_gets_a_row_of_its_own(register):
    register.load(register.directory("Rose Cottage,,,,,Rose Care Ltd,1-100000001,1-200000001"))

    provider = register.provider()
    assert (provider.cqc_id, provider.name) == ("1-200000001", "Rose Care Ltd")
    assert register.location().provider_cqc_id == "1-200000001"


def test_an_unreadable_file_is_told_before_anything_is_loaded(register):
    with pytest.raises(FileUnreadable, match=r"no such file.*; nothing was loaded$"):
        register.load(register.documents(ROSE), register.folder / "missing.csv")

    assert register.all(Location) == []


def test_a_file_without_one_good_row_leaves_the_register_as_it_was(register):
    with pytest.raises(FileUnreadable, match=r"nothing in bad\.json .*; nothing was loaded$"):
        register.load(register.documents(ROSE), register.documents({"name": "No"}, name="bad.json"))

    assert register.all(Location) == []


def test_a_workbook_that_breaks_off_at_its_end_leaves_the_register_as_it_was(register):
    names = [HEADINGS, *([f"1-1{number:08}", *SHEET_ROSE[1:]] for number in range(2_000))]
    content = sheet(*(row(*cells) for cells in names))
    broken = made_ods(
        register.folder / "list.ods", content=f"<office:document-content {SPACES}>{content[:-40]}"
    )

    with pytest.raises(FileUnreadable, match="nothing was loaded"):
        register.load(register.documents(ROSE), broken)

    assert register.all(Location) == []
    assert register.rows("SELECT * FROM register_load") == []


def test_a_file_that_is_written_to_while_it_is_read_leaves_the_register_as_it_was(register):
    many = register.active(*(listed(number) for number in range(1_000)))

    def grow(_name, _share):
        with many.open("a", encoding="utf-8") as file:
            file.write(listed(7) + "\n")

    with pytest.raises(FileUnreadable, match="nothing was loaded"):
        register.load(many, progress=grow)

    assert register.all(Location) == []


def test_a_folder_is_loaded_with_its_documents_and_its_tables(register):
    register.documents(ROSE, name="monthly/one.json")
    register.documents(ROSE_CARE, name="monthly/two.json")
    register.file("monthly/ecarehomesite.csv", ods("VQ00A", parent="A0A1"))
    register.file("monthly/letter.docx", "PK")
    folder = register.folder / "monthly"

    summary = register.load(folder)

    assert [(each.file, each.read) for each in summary.files] == [
        ("monthly", 2),
        ("ecarehomesite.csv", 1),
    ]
    assert summary.left_out == (str(folder / "letter.docx"),)
    assert (register.location().cqc_id, register.location().code) == ("1-100000001", "VQ00A")


def test_more_rows_than_a_batch_are_loaded_and_numbered_as_they_are(register):
    many = [
        ROSE | {"locationId": f"1-{100000000 + number}", "odsCode": f"V{number:04}"}
        for number in range(2_001)
    ]

    first = register.load(register.documents(*many))
    second = register.load(register.documents(*(each | {"name": "Ivy House"} for each in many)))

    assert (first.new, second.changed) == (2_001, 2_001)
    assert {row.name for row in register.all(Location)} == {"Ivy House"}
    borne = "SELECT l.code, c.value FROM code c JOIN location l ON l.id = c.location_id"
    assert all(row["code"] == row["value"] for row in register.rows(borne))
    assert len(register.rows(borne)) == 2_001
    changed = (
        "SELECT DISTINCT l.code FROM register_change n JOIN location l ON l.id = n.location_id"
    )
    assert len(register.rows(changed)) == 2_001


def test_the_share_that_is_read_grows_to_the_whole(register):
    told = []

    register.load(
        register.active(*(listed(number) for number in range(1_200))),
        progress=lambda name, share: told.append((name, share)),
    )

    shares = [share for _, share in told]
    assert {name for name, _ in told} == {"list.csv"}
    assert len(shares) > 2
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_calls_are_about_the_same_places_after_a_load(register):
    register.load(register.documents(ROSE, LILAC))
    call = register.traced("1-100000002")

    register.load(register.documents(LILAC | {"name": "Lilac Home"}, ROSE, name="next.json"))

    asked = (
        f"SELECT l.name FROM call c JOIN location l ON l.id = c.location_id WHERE c.id = {call[-1]}"
    )
    assert register.rows(asked) == [{"name": "Lilac Home"}]
    assert register.store.run(lambda tx: tx.session.exec(select(Location)).first())
