"""How forms made with a spreadsheet program are read, and what their zip files may not do."""

import io
import time
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from helpdesk.intake import docx, xlsx, zipped
from helpdesk.intake.unopened import FormUnreadable

SECONDS = 4


def sheet(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def facts(content: bytes) -> dict[str, str]:
    return {pair.fact: pair.value for pair in xlsx.fields(content)}


@pytest.mark.parametrize(
    "rows",
    [
        [("Your name", "Anne Archer"), ("Telephone", "01632 960123")],
        [("Your name", None, None, "Anne Archer"), ("Telephone", None, "01632 960123")],
        [("Your name", "Telephone"), ("Anne Archer", "01632 960123")],
        [("Your name",), ("Anne Archer",), ("Telephone",), (1632960123,)],
        [
            ("Request",),
            (None,),
            (None, "Your name", "Anne Archer"),
            (None, "Telephone", 1632960123.0),
        ],
    ],
)
def test_answers_stand_right_of_their_labels_or_below(rows: list[tuple[object, ...]]):
    found = facts(sheet(*rows))

    assert found["requester_name"] == "Anne Archer"
    assert found["requester_phone"] in {"01632 960123", "1632960123"}


def test_dates_and_ticks_become_words():
    found = facts(sheet(("Needed by", date(2026, 3, 9)), ("Care home", True), ("DSPT", False)))

    assert found == {"needed_by": "9 March 2026", "care_home": "yes", "dspt": "no"}


def test_an_empty_answer_keeps_its_column():
    found = facts(
        sheet(("Your name", "Organisation", "Postcode"), ("Anne Archer", None, "ZZ1 1AA"))
    )

    assert found == {"requester_name": "Anne Archer", "postcode": "ZZ1 1AA"}


def test_hidden_sheets_are_passed_over():
    book = Workbook()
    book.active.append(("Postcode", "ZZ1 1AA"))
    hidden = book.create_sheet("lists")
    hidden.append(("Your name", "Bart Baker"))
    hidden.sheet_state = "hidden"

    assert facts(saved(book)) == {"postcode": "ZZ1 1AA"}


def packed(packing: int = zipfile.ZIP_DEFLATED, **parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/") + ".xml", content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is damaged, or not a spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "it is an old Office file"),
        (packed(word__document=b"<document/>"), "it is damaged, or not a spreadsheet"),
        (packed(xl__workbook=b'<!DOCTYPE w [<!ENTITY a "b">]><w>&a;</w>'), "document type"),
        (packed(xl__workbook=b" " * 30_000_000), "too big"),
        (packed(**{f"xl__worksheets__s{n}": bytes(900_000) for n in range(80)}), "too big"),
        (packed(zipfile.ZIP_BZIP2, xl__workbook=b" " * 99_000_000), "packed in a way"),
    ],
    ids=["empty", "old", "another kind", "entity", "bomb", "many bombs", "no bound"],
)
def test_what_is_no_safe_spreadsheet_is_not_opened(content: bytes, reason: str):
    begun = time.process_time()

    with pytest.raises(FormUnreadable, match=reason):
        xlsx.fields(content)

    assert time.process_time() - begun < SECONDS


def overlapping() -> bytes:
    """Two entries that both point at the same bytes."""
    made = packed(xl__workbook=b"<w/>", xl__styles=b"<s/>")
    first, second = made.index(b"PK\x01\x02"), made.rindex(b"PK\x01\x02")
    offset = made[first + 42 : first + 46]
    return made[: second + 42] + offset + made[second + 46 :]


def test_entries_that_share_bytes_are_refused():
    with pytest.raises(FormUnreadable, match="damaged"):
        zipped.Package(overlapping(), "a spreadsheet")


def test_a_part_with_a_password_is_refused():
    made = bytearray(packed(word__document=b"<document/>"))
    made[6] |= 1
    made[made.index(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(FormUnreadable, match="password"):
        docx.rows(bytes(made))
