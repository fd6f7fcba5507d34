"""The shape of a register file is told by what is in it; one of no known shape is refused."""

import json

import pytest

from helpdesk.errors import FileUnreadable
from helpdesk.register.entries import LocationEntry, ProviderEntry
from helpdesk.register.files import listing, read

DOCUMENT = {"locationId": "1-100000001", "name": "Rose Cottage"}


@pytest.fixture
def write(tmp_path):
    def write(name, content, encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def test_a_folder_is_read_for_documents_however_deep_they_lie(write, tmp_path):
    (tmp_path / "providers").mkdir()
    write("location.json", json.dumps(DOCUMENT))
    write("providers/one.json", json.dumps({"providerId": "1-200000001", "name": "Rose Care Ltd"}))

    assert {type(entry) for entry in read(tmp_path)} == {LocationEntry, ProviderEntry}


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("active.xlsx", b"PK\x03\x04rest", "save it as CSV"),
        ("active.ods", b"PK\x03\x04rest", "save it as CSV"),
        ("old.xls", b"\xd0\xcf\x11\xe0rest", "save it as CSV"),
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
    for name in ("one.json", "sub/TWO.JSON", "sites.csv", "sub/HQ.CSV", "read me.txt"):
        write(name, "")

    found = listing([tmp_path])

    assert found.sources == (tmp_path, tmp_path / "sites.csv", tmp_path / "sub/HQ.CSV")
    assert found.left_out == (tmp_path / "read me.txt",)


def test_a_file_that_is_named_is_never_left_out(write):
    path = write("directory.txt", "")

    assert listing([path]) == ((path,), ())


def test_a_folder_that_holds_nothing_to_read_is_refused(write, tmp_path):
    write("read me.txt", "")

    with pytest.raises(FileUnreadable, match=r"holds no \.json or \.csv files"):
        listing([tmp_path])
