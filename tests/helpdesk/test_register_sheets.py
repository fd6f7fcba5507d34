"""CQC's lists are read from spreadsheets as from CSV, whichever program wrote them."""

from datetime import UTC, date, datetime

import pytest

from helpdesk.errors import FileUnreadable
from helpdesk.register.entries import Reject
from helpdesk.register.files import opened
from helpdesk.register.shapes import Shape
from tests.helpdesk.made_sheets import (
    DUAL,
    HEADINGS,
    ROSE,
    bare_xlsx,
    cell,
    ods,
    packed,
    read,
    row,
    sheet,
    xlsx,
)

README = [["CQC care directory"], ["This data was produced on 1 September 2025"]]
README += [["Location ID", "the number by which CQC knows a location"]]
DUALS = [DUAL, ["1-100000001", "Rose Cottage", "1-200000001", "Rose Care Ltd", "1-100000002"]]


def in_both(tmp_path, *sheets):
    yield xlsx(tmp_path / "a.xlsx", {f"sheet {at}": rows for at, rows in enumerate(sheets)})
    yield ods(tmp_path / "a.ods", *(sheet(*(row(*each) for each in rows)) for rows in sheets))


def test_a_list_is_the_same_from_each_kind_of_workbook(tmp_path):
    for path in in_both(tmp_path, [HEADINGS, ROSE]):
        (entry,) = read(path)

        assert (entry.cqc_id, entry.code, entry.name) == ("1-100000001", "VQ00A", "Rose Cottage")
        assert (entry.provider_cqc_id, entry.provider_name) == ("1-200000001", "Rose Care Ltd")
        assert (entry.phone, entry.postcode) == ("01632960123", "ZZ1 1AA")
        assert entry.registered_on == date(2011, 1, 20)
        assert entry.status == "Registered"


def test_the_sheet_with_the_headings_is_read_and_neither_the_explanations_nor_the_duals(tmp_path):
    for sheets in ([README, [HEADINGS, ROSE], DUALS], [DUALS, README, [HEADINGS, ROSE]]):
        for path in in_both(tmp_path, *sheets):
            source = opened(path)

            assert [entry.name for entry in source.pieces] == ["Rose Cottage"]
            assert source.shape is Shape.ACTIVE
            assert source.published_on == date(2025, 9, 1)


def test_headings_may_stand_in_the_seventh_row(tmp_path):
    above = [["Location list"], ["produced on 11 August 2025"], [], [], [], []]
    for path in in_both(tmp_path, [*above, HEADINGS, ROSE]):
        source = opened(path)

        assert [entry.name for entry in source.pieces] == ["Rose Cottage"]
        assert source.published_on == date(2025, 8, 11)


def test_the_directory_is_known_in_a_workbook_too(tmp_path):
    headings = ["Name", "Postcode", "CQC Location (for office use only", "CQC Provider ID"]
    rose = ["Rose Cottage", "ZZ1 1AA", "1-100000001", "1-200000001"]
    for path in in_both(tmp_path, [headings, rose]):
        source = opened(path)

        assert source.shape is Shape.DIRECTORY
        assert [entry.name for entry in source.pieces] == ["Rose Cottage"]


def test_a_row_that_cannot_be_used_is_rejected_with_its_number(tmp_path):
    for path in in_both(tmp_path, [HEADINGS, ROSE, [], ["unknown", *ROSE[1:]], ROSE]):
        good, bad, also_good = read(path)

        assert good == also_good
        assert isinstance(bad, Reject)
        assert bad.line == 4


def test_a_row_may_end_early_in_a_sheet(tmp_path):
    for path in in_both(tmp_path, [HEADINGS, [*ROSE[:4]]]):
        (entry,) = read(path)

        assert (entry.name, entry.provider_cqc_id) == ("Rose Cottage", "")


def test_days_come_as_text_as_cells_of_a_day_or_as_the_count_of_days(tmp_path):
    day = datetime(2011, 1, 20, tzinfo=UTC).replace(tzinfo=None)
    rows = [[*ROSE[:1], value, *ROSE[2:]] for value in (day, 40563, 40563.5, "40563", "2011-01-20")]
    counted = 'office:value-type="float" office:value="40563"'
    dated = 'office:value-type="date" office:date-value="2011-01-20T00:00:00"'
    cells = [cell("20 Jan", dated), cell("40,563", counted), "2011-01-20", "20/01/2011"]
    excel = xlsx(tmp_path / "a.xlsx", {"one": [HEADINGS, *rows]})
    table = [row(*ROSE[:1], each, *ROSE[2:]) for each in cells]

    for path in (excel, ods(tmp_path / "a.ods", sheet(row(*HEADINGS), *table))):
        assert {entry.registered_on for entry in read(path)} == {date(2011, 1, 20)}


def test_a_telephone_number_that_was_kept_as_a_number_is_written_out(tmp_path):
    number = '<table:table-cell office:value-type="float" office:value="1.63296E+9"/>'
    excel = bare_xlsx(
        tmp_path / "a.xlsx", _excel_row(1, *HEADINGS) + _excel_row(2, *ROSE, phone="1.63296E+9")
    )
    table = sheet(row(*HEADINGS), row(*ROSE[:5], number, *ROSE[6:]))

    for path in (excel, ods(tmp_path / "a.ods", table)):
        assert [entry.phone for entry in read(path)] == ["1632960000"]


def test_cells_and_rows_that_are_repeated_keep_their_places(tmp_path):
    empty = "<table:table-cell table:number-columns-repeated='2'/>"
    covered = "<table:covered-table-cell table:number-columns-repeated='2'/>"
    table = sheet(
        row(*HEADINGS[:3], *HEADINGS[3:]),
        row("<table:table-cell/>", attributes='table:number-rows-repeated="7"'),
        row(
            ROSE[0], empty, ROSE[3], covered, *ROSE[6:], attributes='table:number-rows-repeated="2"'
        ),
        row("unknown", *ROSE[1:]),
        row(
            "<table:table-cell table:number-columns-repeated='16384'/>",
            attributes='table:number-rows-repeated="1000000"',
        ),
    )

    entry, bad = read(ods(tmp_path / "a.ods", table))

    assert (entry.name, entry.code, entry.postcode) == ("Rose Cottage", "", "ZZ1 1AA")
    assert bad.line == 11


def test_the_text_of_a_cell_is_put_together_and_a_remark_on_it_left_out(tmp_path):
    remark = "<office:annotation><text:p>ask Secretperson</text:p></office:annotation>"
    name = (
        f"<table:table-cell>{remark}<text:p>Rose<text:s text:c='3'/><text:span>Cott</text:span>age"
        "</text:p><text:p>(North)</text:p></table:table-cell>"
    )

    (entry,) = read(ods(tmp_path / "a.ods", sheet(row(*HEADINGS), row(*ROSE[:3], name, *ROSE[4:]))))

    assert entry.name == "Rose Cottage (North)"


def test_texts_in_a_sheet_of_excel_are_found_wherever_they_stand(tmp_path):
    strings = "<si><r><t>Rose </t></r><r><t>Cottage</t></r><rPh><t>spoken</t></rPh></si>"
    cells = (
        '<c t="inlineStr"><is><t>1-100000001</t></is></c><c/><c t="str"><f>1+1</f><v>Y</v></c>'
        '<c t="s"><v>0</v></c><c r="F2" t="e"><v>#N/A</v></c><c t="s"><v>99</v></c>'
    )
    path = bare_xlsx(tmp_path / "a.xlsx", _excel_row(1, *HEADINGS) + f"<row>{cells}</row>", strings)

    (entry,) = read(path)

    assert (entry.cqc_id, entry.name, entry.phone) == ("1-100000001", "Rose Cottage", "")


def test_a_workbook_that_counts_its_days_otherwise_is_refused(tmp_path):
    path = bare_xlsx(tmp_path / "a.xlsx", "", book='<workbookPr date1904="1"/>')

    with pytest.raises(FileUnreadable, match="counts its days from 1904; save it as"):
        opened(path)


def test_a_workbook_without_a_known_sheet_is_refused(tmp_path):
    for path in in_both(tmp_path, README, DUALS):
        with pytest.raises(FileUnreadable, match="none of the register files"):
            opened(path)


def test_the_kind_of_a_workbook_is_told_by_what_is_in_it_and_not_by_its_name(tmp_path):
    for path in in_both(tmp_path, [HEADINGS, ROSE]):
        swapped = path.rename(tmp_path / f"{path.suffix[1:]}.csv")

        assert [entry.name for entry in read(swapped)] == ["Rose Cottage"]


def test_a_zip_file_that_holds_no_sheet_is_refused(tmp_path):
    with pytest.raises(FileUnreadable, match="no spreadsheet: unpack it"):
        opened(packed(tmp_path / "a.zip", {"list.csv": "Name"}))


def test_the_share_that_is_read_grows_to_all(tmp_path):
    for path in in_both(tmp_path, [HEADINGS, *[ROSE] * 3000]):
        source = opened(path)

        shares = [source.share() for _ in source.pieces]

        assert shares == sorted(shares)
        assert shares[0] < 0.9
        assert source.share() == 1


def _excel_row(number, *cells, phone=None):
    made = [f'<c t="inlineStr"><is><t>{each}</t></is></c>' for each in cells]
    if phone:
        made[5] = f"<c><v>{phone}</v></c>"
    return f'<row r="{number}">{"".join(made)}</row>'
