"""The shape of a register file is told by what is in it; one of no known shape is refused."""

import hashlib
import json
from datetime import date

import pytest

from helpdesk.errors import FileUnreadable
from helpdesk.register.entries import LocationEntry, ProviderEntry
from helpdesk.register.files import listing, opened
from helpdesk.register.shapes import Shape, dated, said_to_be_of
from tests.helpdesk.made_sheets import read

DOCUMENT = {"locationId": "1-100000001", "name": "Rose Cottage"}


def test_a_folder_is_read_for_documents_however_deep_they_lie(write, tmp_path):
    (tmp_path / "providers").mkdir()
    write("location.json", json.dumps(DOCUMENT))
    write("providers/one.json", json.dumps({"providerId": "1-200000001", "name": "Rose Care Ltd"}))

    assert {type(entry) for entry in read(tmp_path)} == {LocationEntry, ProviderEntry}


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("active.xlsx", b"PK\x03\x04rest", "is damaged"),
        ("active.ods", b"PK\x03\x04rest", "is damaged"),
        ("old.xls", b"\xd0\xcf\x11\xe0rest", r"an old Excel file \(.xls\); save it as .xlsx or"),
        ("photo.csv", b"\x89PNG\x00\x00", "not a text file"),
        ("empty.csv", b"\xef\xbb\xbf\r\n", "is empty"),
        ("letter.txt", b"Dear Sue,\nplease find\n", "none of the register files"),
        ("other.csv", b"a,b,c\n1,2,3\n", "none of the register files"),
    ],
)
def test_a_file_of_no_known_shape_is_refused_with_the_mend(write, name, content, why):
    with pytest.raises(FileUnreadable, match=why):
        read(write(name, content))


def test_a_missing_file_and_a_folder_without_documents_are_refused(tmp_path):
    with pytest.raises(FileUnreadable, match="there is no such file"):
        read(tmp_path / "missing.csv")
    with pytest.raises(FileUnreadable, match=r"holds no \.json files"):
        read(tmp_path)


def test_a_folder_lists_its_documents_as_one_and_each_table_and_what_is_left_out(write, tmp_path):
    (tmp_path / "sub").mkdir()
    names = ["sites.csv", "sub/HQ.CSV", "sub/list.ods", "sub/list.xlsx"]
    for name in (*names, "one.json", "sub/TWO.JSONL", "read me.txt"):
        write(name, "")

    found = listing([tmp_path])

    assert found.sources == (tmp_path, *(tmp_path / name for name in names))
    assert found.left_out == (tmp_path / "read me.txt",)


def test_a_file_that_is_named_is_never_left_out(write):
    path = write("directory.txt", "")

    assert listing([path]) == ((path,), ())


def test_a_folder_that_holds_nothing_to_read_is_refused(write, tmp_path):
    write("read me.txt", "")

    with pytest.raises(FileUnreadable, match=r"holds no \.json, \.csv, \.xlsx or \.ods files"):
        listing([tmp_path])


DIRECTORY = "Name,CQC Location ID (for office use only),CQC Provider ID (for office use only)\r\n"
ACTIVE = "Location ID,Location Name,Location HSCA End Date,Provider ID\r\n1-100000001,Rose Cottage,"
PARENT = '"A0A1","ROSE CARE LTD"' + ',""' * 8 + ',"20110120"' + ',""' * 16
SITE = PARENT.replace("A0A1", "VQ00A")


@pytest.mark.parametrize(
    ("name", "content", "shape", "is_complete"),
    [
        ("a.csv", DIRECTORY, "CQC directory", True),
        ("a.csv", f"{ACTIVE},1-200000001", "CQC active locations", True),
        ("a.csv", f"{ACTIVE}01/05/2020,1-200000001", "CQC deactivated locations", False),
        ("a.json", json.dumps(DOCUMENT), "CQC API documents", False),
        ("a.csv", SITE, "ODS sites", False),
        ("a.csv", PARENT, "ODS parents", False),
        ("a.csv", '"VQ00A","VQ00C","R","20200501","1"', "ODS successions", False),
        ("a.json", '{"resourceType": "Organization"}', "ODS FHIR organisations", False),
    ],
)
def test_a_file_says_what_it_is_and_whether_it_lists_all_that_is_registered(
    write, name, content, shape, is_complete
):
    source = opened(write(name, content))

    assert source.shape is Shape(shape)
    assert source.is_complete is is_complete


def test_a_file_is_known_again_by_its_bytes_and_a_folder_by_those_of_its_documents(write, tmp_path):
    (tmp_path / "sub").mkdir()
    table = write("a.csv", DIRECTORY)
    one, two = write("sub/one.json", json.dumps(DOCUMENT)), write("sub/two.json", "{}")
    before = opened(tmp_path / "sub").sha256

    assert opened(table).sha256 == hashlib.sha256(DIRECTORY.encode()).hexdigest()
    assert opened(tmp_path / "sub").sha256 == before
    two.write_text("[]", encoding="utf-8")
    assert opened(tmp_path / "sub").sha256 not in (before, opened(one).sha256)


def test_the_day_of_a_file_is_what_its_preamble_says_else_what_its_name_does(write):
    said = "CQC Locations data\r\n\r\nThis data was produced on 11 August 2025,,\r\n,,\r\n"

    assert opened(write("a 1 July 2025.csv", said + DIRECTORY)).published_on == date(2025, 8, 11)
    assert opened(write("a 1 July 2025.csv", DIRECTORY)).published_on == date(2025, 7, 1)
    assert opened(write("a.csv", DIRECTORY)).published_on is None


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("01_September_2025_HSCA_Active_Locations", date(2025, 9, 1)),
        ("Deactivated_locations_01_April_2021", date(2021, 4, 1)),
        ("20170801 De-activated locations", date(2017, 8, 1)),
        ("2026-08-04_HSCA_Active_Locations", date(2026, 8, 4)),
        ("April_2021_HSCA_Active_Locations", date(2021, 4, 1)),
        ("1st-Feb-2025", date(2025, 2, 1)),
        ("list of 11/08/2025", date(2025, 8, 11)),
        ("31_February_2025", None),
        ("ecarehomesite", None),
        ("1-2026080412", None),
    ],
)
def test_the_day_in_a_name_is_found_however_it_is_written(name, day):
    assert dated(name) == day


def test_a_day_in_a_sentence_counts_only_where_it_is_that_of_the_file():
    assert said_to_be_of("Data extracted: 1st September 2025") == date(2025, 9, 1)
    assert said_to_be_of("Ratings began on 1 October 2014") is None


def test_the_share_that_is_read_of_a_file_and_of_a_folder_grows_to_all(write, tmp_path):
    (tmp_path / "sub").mkdir()
    for name in ("one", "two", "three"):
        write(f"sub/{name}.json", json.dumps([DOCUMENT] * 300))
    rows = "Rose Cottage,1-100000001,1-200000001\r\n" * 20_000

    for path in (tmp_path / "sub", write("a.csv", DIRECTORY + rows)):
        source = opened(path)
        shares = [source.share() for _ in source.pieces]

        assert shares == sorted(shares)
        assert 0 < shares[0] < 0.5
        assert source.share() == 1
