"""A register file that is damaged, or made to harm, is refused in a sentence, at little cost."""

import json
import os
import struct
import tracemalloc

import pytest

from helpdesk.errors import FileUnreadable
from helpdesk.register.entries import LocationEntry, Reject
from helpdesk.register.files import opened
from tests.helpdesk.made_sheets import (
    HEADINGS,
    ROSE,
    bare_xlsx,
    ods,
    packed,
    read,
    row,
    sheet,
    xlsx,
)

MUCH = 40_000_000


def cost(path):
    """The megabytes that reading takes at the most, and what is read."""
    tracemalloc.start()
    try:
        pieces = list(read(path))
    except FileUnreadable as refused:
        pieces = [str(refused)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6, pieces


def test_a_cell_that_inflates_to_much_is_cut_short(tmp_path):
    name = f"<table:table-cell><text:p>{'x' * MUCH}</text:p></table:table-cell>"
    table = sheet(row(*HEADINGS), row(*ROSE[:3], name, *ROSE[4:]))

    peak, (entry,) = cost(ods(tmp_path / "a.ods", table))

    assert len(entry.name) == 200
    assert peak < 5


def test_a_text_of_excel_that_inflates_to_much_is_cut_short(tmp_path):
    strings = f"<si><t>{'x' * MUCH}</t></si>"
    cells = "".join(f'<c t="inlineStr"><is><t>{each}</t></is></c>' for each in HEADINGS)

    peak, _ = cost(bare_xlsx(tmp_path / "a.xlsx", f"<row>{cells}</row>", strings))

    assert peak < 5


def test_a_name_in_the_xml_that_does_not_end_is_refused(tmp_path):
    table = sheet(f'<table:table-row table:style-name="{"x" * MUCH}"/>')

    with pytest.raises(FileUnreadable, match="not as any program writes such a file"):
        opened(ods(tmp_path / "a.ods", table))


def test_parts_that_lie_in_each_other_without_end_are_refused(tmp_path):
    deep = "<a>" * 1_000_000
    for path in (
        ods(tmp_path / "a.ods", sheet(deep)),
        bare_xlsx(tmp_path / "a.xlsx", deep),
    ):
        with pytest.raises(FileUnreadable, match="not as any program writes such a file"):
            opened(path)


def test_names_without_number_are_refused(tmp_path):
    names = "".join(f"<a{number}/>" for number in range(20_000))

    with pytest.raises(FileUnreadable, match="not as any program writes such a file"):
        opened(ods(tmp_path / "a.ods", sheet(names)))


def test_a_document_type_is_refused_and_with_it_every_entity(tmp_path):
    content = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'

    with pytest.raises(FileUnreadable, match="holds a document type"):
        opened(ods(tmp_path / "a.ods", content=content))


def test_a_million_columns_are_not_laid_out(tmp_path):
    wide = '<table:table-cell table:number-columns-repeated="1000000"><text:p>x</text:p>'
    table = sheet(*[row(f"{wide}</table:table-cell>")] * 5, row(*HEADINGS), row(*ROSE))

    peak, (entry,) = cost(ods(tmp_path / "a.ods", table))

    assert entry.name == "Rose Cottage"
    assert peak < 5


def test_a_million_columns_of_a_csv_are_rejected_and_the_rest_is_read(tmp_path):
    path = tmp_path / "a.csv"
    lines = [",".join(HEADINGS), "x," * 1_000_000, ",".join(ROSE)]
    path.write_text("\n".join(lines), encoding="utf-8")

    *rejects, last = read(path)

    assert {type(piece) for piece in rejects} == {Reject}
    assert rejects[0].why == "it has more than 2,000 columns"
    assert isinstance(last, LocationEntry)


def test_a_line_without_an_end_is_not_held_in_memory(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"{','.join(HEADINGS)}\n{','.join(ROSE)}\n{'x' * MUCH}", encoding="utf-8")

    peak, pieces = cost(path)

    assert isinstance(pieces[0], LocationEntry)
    assert all(isinstance(piece, Reject) for piece in pieces[1:])
    assert peak < 5


def test_documents_on_one_endless_line_are_let_go_one_by_one(tmp_path):
    path = tmp_path / "a.json"
    document = {"locationId": "1-100000001", "name": "Rose Cottage", "reports": "x" * 10_000}
    path.write_text(json.dumps([document] * 3_000), encoding="utf-8")

    tracemalloc.start()
    count = sum(isinstance(piece, LocationEntry) for piece in read(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == 3_000
    assert peak < 5_000_000


def test_a_sheet_that_says_that_it_inflates_to_too_much_is_refused(tmp_path):
    path = ods(tmp_path / "a.ods", sheet(row(*HEADINGS), row(*ROSE)))
    content = bytearray(path.read_bytes())
    contents = content.index(b"PK\x01\x02")
    content[contents + 24 : contents + 28] = struct.pack("<I", 3 << 30)
    path.write_bytes(content)

    with pytest.raises(FileUnreadable, match="too big when unpacked; save it as"):
        opened(path)


def test_a_package_of_very_many_files_is_refused_before_it_is_opened(tmp_path):
    path = packed(tmp_path / "a.ods", {f"{number}": "" for number in range(2_100)})

    with pytest.raises(FileUnreadable, match="too many files"):
        opened(path)


@pytest.mark.parametrize("keep", [40, 400, 0.5, 0.9])
def test_a_workbook_that_breaks_off_is_refused(tmp_path, keep):
    for path in (
        ods(tmp_path / "a.ods", sheet(row(*HEADINGS), *[row(*ROSE)] * 200)),
        xlsx(tmp_path / "a.xlsx", {"one": [HEADINGS, *[ROSE] * 200]}),
    ):
        whole = path.read_bytes()
        path.write_bytes(whole[: keep if keep > 1 else int(len(whole) * keep)])

        with pytest.raises(FileUnreadable, match="is damaged; fetch it again"):
            list(read(path))


def test_a_workbook_with_one_wrong_byte_is_refused_or_read_and_never_breaks_the_reader(tmp_path):
    path = ods(tmp_path / "a.ods", sheet(row(*HEADINGS), *[row(*ROSE)] * 3))
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x15]) + whole[at + 1 :])

        _, pieces = cost(path)

        assert pieces


def test_a_workbook_with_a_password_is_refused_with_the_mend(tmp_path):
    locked = b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    path = tmp_path / "a.xlsx"
    path.write_bytes(locked)
    manifest = {"META-INF/manifest.xml": "<manifest:encryption-data/>"}
    sealed = packed(tmp_path / "a.ods", {"content.xml": b"\x00\x01"} | manifest)

    for each in (path, sealed):
        with pytest.raises(FileUnreadable, match="has a password; save it without one"):
            opened(each)


def test_a_folder_that_is_called_like_a_workbook_is_read_as_a_folder(tmp_path):
    folder = tmp_path / "a.ods"
    folder.mkdir()

    with pytest.raises(FileUnreadable, match=r"holds no \.json files"):
        opened(folder)


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\n".join([",".join(HEADINGS), *[",".join(ROSE)] * 9]), encoding="utf-8")
    pieces = read(path)
    next(pieces)
    with path.open("a", encoding="utf-8") as file:
        file.write("\nunknown")

    with pytest.raises(FileUnreadable, match="was changed while it was read; load it again"):
        list(pieces)


def test_a_file_that_is_replaced_while_it_is_read_is_refused(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", {"one": [HEADINGS, *[ROSE] * 9]})
    source = opened(path)
    os.utime(path, (1, 1))

    with pytest.raises(FileUnreadable, match="was changed while it was read; load it again"):
        list(source.pieces)


def test_no_name_of_a_person_is_taken_or_told_though_the_columns_be_shifted(tmp_path):
    to_the_right = [ROSE[6], *ROSE[:6], *ROSE[7:]]
    to_the_left = [*ROSE[:6], *ROSE[7:9], *ROSE[6:8], ROSE[10]]
    rows = [HEADINGS, ROSE, to_the_right, to_the_left, [*ROSE[:9], ROSE[6], ROSE[10]]]
    paths = [
        xlsx(tmp_path / "a.xlsx", {"one": rows}),
        ods(tmp_path / "a.ods", sheet(*(row(*each) for each in rows))),
        tmp_path / "a.csv",
        tmp_path / "a.json",
    ]
    paths[2].write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    document = {"locationId": "Secretperson", "providerId": "1-200000001", "name": "Rose Cottage"}
    manager = {"regulatedActivities": [{"contacts": [{"personFamilyName": "Secretperson"}]}]}
    paths[3].write_text(json.dumps([document, document | manager]), encoding="utf-8")

    for path in paths:
        pieces = list(read(path))

        assert any(isinstance(piece, Reject) for piece in pieces)
        assert not [piece for piece in pieces if "Secretperson" in repr(piece)]
