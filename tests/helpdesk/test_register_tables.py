"""CQC's directory and its lists of locations are read; bad rows are told, not lost."""

import csv
import io
from datetime import date

import pytest

from helpdesk.errors import FileUnreadable
from helpdesk.intake import Kind
from helpdesk.register.entries import LocationEntry, Reject, Skip
from tests.helpdesk.made_sheets import read

HEADINGS = (
    "Name,Also known as,Address,Postcode,Phone number,Service's website (if available),"
    "Service types,Date of latest check,Specialisms/services,Provider name,Local authority,Region,"
    "Location URL,CQC Location ID (for office use only),CQC Provider ID (for office use only)"
)
ROSE = {
    "Name": "Rose Cottage",
    "Address": "1 Rose Lane,Oldtown",
    "Postcode": "ZZ1 1AA",
    "Phone number": "01632960123",
    "Service types": "Residential homes",
    "Provider name": "Rose Care Ltd",
    "Local authority": "Oldtown",
    "CQC Location ID (for office use only)": "1-100000001",
    "CQC Provider ID (for office use only)": "1-200000001",
}


def directory(*rows, headings=HEADINGS, preamble=4):
    out = io.StringIO(newline="")
    out.write("Locations,,,\r\n" * preamble)
    out.write(f"{headings}\r\n")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([row.get(heading, "") for heading in HEADINGS.split(",")])
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252"])
def test_the_directory_is_read_in_each_of_its_encodings(write, encoding):
    path = write("directory.csv", directory(ROSE | {"Name": "Ros\u00e9 Cottage"}), encoding)

    (entry,) = read(path)

    assert entry.name == "Ros\u00e9 Cottage"
    assert entry.cqc_id == "1-100000001"
    assert entry.provider_cqc_id == "1-200000001"
    assert entry.provider_name == "Rose Care Ltd"
    assert entry.address == "1 Rose Lane, Oldtown"
    assert entry.phone == "01632960123"
    assert entry.kind is Kind.CARE_HOME
    assert entry.status == "Registered"


def test_headings_are_known_by_how_they_begin_in_any_case_below_any_preamble(write):
    old = HEADINGS.upper().replace(" (FOR OFFICE USE ONLY)", " (for office use only")

    (entry,) = read(write("old.csv", directory(ROSE, headings=old, preamble=7)))

    assert entry.cqc_id == "1-100000001"


@pytest.mark.parametrize(
    ("services", "kind"),
    [
        ("Homecare agencies|Supported living", Kind.DOMICILIARY),
        ("Homecare agencies|Nursing homes", Kind.CARE_HOME),
        ("Dentist|Homecare agencies", Kind.DOMICILIARY),
        ("", None),
    ],
)
def test_the_kind_of_a_place_is_told_by_its_services(write, services, kind):
    (entry,) = read(write("directory.csv", directory(ROSE | {"Service types": services})))

    assert entry.kind is kind


def test_a_dentist_is_skipped_and_not_rejected(write):
    (piece,) = read(write("directory.csv", directory(ROSE | {"Service types": "Dentist"})))

    assert piece == Skip("not adult social care")


def test_a_bad_row_is_rejected_with_its_line_and_the_rest_is_read(write):
    text = directory(ROSE) + "Ivy House,,\r\n"
    text += directory(ROSE | {HEADINGS.split(",")[13]: "unknown"}, ROSE).split("\r\n", 5)[5]

    good, short, without_id, also_good = read(write("directory.csv", text))

    assert good == also_good
    assert short == Reject("directory.csv", 7, "it breaks off after 3 columns")
    assert (without_id.line, "its location is not a CQC id" in without_id.why) == (8, True)


def test_text_is_freed_of_control_characters_and_does_not_grow_without_end(write):
    path = write(
        "directory.csv", directory(ROSE | {"Name": "Rose\x1b[31m \u202eCottage" + "x" * 500})
    )

    (entry,) = read(path)

    assert entry.name.startswith("Rose [31m Cottagexxx")
    assert len(entry.name) == 200


def test_the_list_of_active_locations_is_read_from_csv(write):
    headings = (
        "Location ID,Location HSCA start date,Dormant (Y/N),Care home?,Location Name,"
        "Location ODS Code,Location Telephone Number,Registered manager,Location Type/Sector,"
        "Location Inspection Directorate,Location Local Authority,Location Street Address,"
        "Location Address Line 2,Location City,Location County,Location Postal Code,Provider ID,"
        "Provider Name,Service type - Domiciliary care service"
    )
    row = (
        "1-100000001,20/01/2011,Y,N,Rose Cottage,VQ00A,01632960123,Secretperson,Social Care Org,"
        "Adult social care,Oldtown,1 Rose Lane,,Oldtown,,ZZ1 1AA,1-200000001,Rose Care Ltd,Y"
    )

    (entry,) = read(write("active.csv", f"{headings}\r\n{row}\r\n"))

    assert entry == LocationEntry(
        cqc_id="1-100000001",
        code="VQ00A",
        provider_cqc_id="1-200000001",
        provider_name="Rose Care Ltd",
        name="Rose Cottage",
        address="1 Rose Lane, Oldtown",
        postcode="ZZ1 1AA",
        phone="01632960123",
        kind=Kind.DOMICILIARY,
        service_types="Domiciliary care service",
        local_authority="Oldtown",
        dormant=True,
        status="Registered",
        registered_on=date(2011, 1, 20),
    )


def test_a_table_that_lacks_a_column_is_refused_by_the_name_of_the_column(write):
    with pytest.raises(FileUnreadable, match="lacks the column 'cqc location'"):
        read(write("cut.csv", "Name,Postcode,CQC Provider ID\r\n"))


def deactivated(*rows):
    headings = (
        "Location ID,Location Name,Location Status,HSCA start date,Location HSCA End Date,"
        "Location Type/Sector,Provider ID,Provider Name"
    )
    return "\r\n".join([headings, *rows, ""])


def test_a_list_of_deactivated_locations_tells_when_each_ended(write):
    row = "1-100000001,Rose Cottage,{},20/01/2011,{},Social Care Org,1-200000001,Rose Care Ltd"
    rows = [("Inactive-Dereg", "01/05/2020"), ("Removed", ""), ("", "-"), ("", "43952")]

    found = list(read(write("old.csv", deactivated(*(row.format(*each) for each in rows)))))

    assert [entry.status for entry in found] == ["Deregistered", "Deregistered", "", "Deregistered"]
    ended = [entry.deregistered_on for entry in found]
    assert ended == [date(2020, 5, 1), None, None, date(2020, 5, 1)]
    assert {entry.registered_on for entry in found} == {date(2011, 1, 20)}


def test_a_list_of_active_locations_may_have_a_column_for_the_end_with_nothing_in_it(write):
    row = "1-100000001,Rose Cottage,Active,20/01/2011,,Social Care Org,1-200000001,Rose Care Ltd"

    (entry,) = read(write("active.csv", deactivated(row)))

    assert (entry.status, entry.deregistered_on) == ("Registered", None)


def test_a_dash_or_a_star_in_a_list_says_nothing(write):
    text = "Location ID,Location Name,Location ODS Code,Location Telephone Number,Provider ID\r\n"

    (entry,) = read(write("active.csv", text + "1-100000001,Rose Cottage,-,*,1-200000001\r\n"))

    assert (entry.code, entry.phone) == ("", "")


def test_an_address_that_an_old_directory_divides_is_put_together(write):
    headings = "Name,Address 1,Address 2,Town/City,County,Postcode,CQC Provider ID,CQC Location ID"
    row = "Rose Cottage,The Lodge,1 Rose Lane,Oldtown,Oldshire,ZZ1 1AA,1-200000001,1-100000001"

    (entry,) = read(write("old.csv", f"{headings}\r\n{row}\r\n"))

    assert entry.address == "The Lodge, 1 Rose Lane, Oldtown, Oldshire"
