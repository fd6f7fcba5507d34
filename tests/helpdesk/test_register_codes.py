"""Codes and CQC ids as people write them are read, repaired where that is safe, or refused."""

import pytest

from helpdesk.errors import BadValue
from helpdesk.register.codes import (
    ids_in,
    is_code,
    parent_in,
    read_cqc_id,
    read_parent,
    read_site,
    site_in,
)


def test_a_code_written_as_it_should_be_is_taken_without_a_word():
    assert read_site("VL0A1") == ("VL0A1", "", "")
    assert read_parent("A0A1") == ("A0A1", "", "")
    assert read_parent("C0A1") == ("C0A1", "", "")


@pytest.mark.parametrize("given", ["vl0a1", " VL0A1 ", "VL 0A1", "vl-0a1", "VL\u20130A1", "VL0A1."])
def test_case_spaces_and_dashes_do_not_matter(given):
    assert read_site(given) == ("VL0A1", "", "")


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("VLOIS", "VL015"),
        ("VLBZA", "VL82A"),
        ("VMNNU", "VMNNV"),
        ("UL0A1", "VL0A1"),
    ],
)
def test_look_alikes_are_repaired_and_told(given, value):
    code = read_site(given)

    assert code.value == value
    assert f"read {value} for {given}" in code.repaired


def test_the_repair_names_each_letter_that_was_misread():
    assert "O for 0, I for 1" in read_parent("AOOI").repaired


def test_a_first_letter_never_becomes_a_digit():
    for given in ("BL0A1", "SL0A1", "OL0A1"):
        with pytest.raises(BadValue):
            read_site(given)
    with pytest.raises(BadValue):
        read_parent("80A1")


def test_a_site_code_that_begins_like_no_other_is_taken_with_a_warning():
    code = read_site("VX0A1")

    assert code.value == "VX0A1"
    assert "VL, VM, VN" in code.warning


def test_a_code_of_the_other_level_is_refused_by_its_name():
    with pytest.raises(BadValue, match="'A0A1' is a parent code; a site code is wanted"):
        read_site("A0A1")
    with pytest.raises(BadValue, match="'VL0A1' is a site code; a parent code is wanted"):
        read_parent("VL0A1")


@pytest.mark.parametrize("given", ["", "V", "VL0A", "VL0A11", "X0A1", "VL0\u0391A", "Rose Cottage"])
def test_what_is_no_code_is_refused_with_the_shape_that_is_wanted(given):
    with pytest.raises(BadValue, match="not a site code; give V and 4 more"):
        read_site(given)


def test_codes_of_both_levels_are_known_by_their_shape():
    assert is_code("vl oa1")
    assert is_code("C0A1")
    assert not is_code("1-100000001")
    assert not is_code("Rose Cottage")
    assert not is_code("")


@pytest.mark.parametrize(
    "given",
    ["1-1000000001", " 1 - 1000000001 ", "1\u20131000000001", "1\u22121000000001", "1 1000000001"],
)
def test_a_cqc_id_is_read_with_any_dash(given):
    assert read_cqc_id(given) == "1-1000000001"


def test_a_missing_prefix_or_dash_of_a_cqc_id_is_put_right_where_only_one_reading_is_left():
    assert read_cqc_id("200000001") == "1-200000001"
    assert read_cqc_id("2000000001") == "1-2000000001"
    assert read_cqc_id("120000000001") == "1-20000000001"


WRITTEN = (
    "1-312 717 396", "l-312717396", "I-312717396", "https://www.cqc.org.uk/location/1-312717396",
    "1-312717396.", "1_312717396", "(1-312717396)", "1-3I27I7396", "CQC id: 1-312717396",
    "1--312717396", "1 - 312717396 0161 624 1908", "CQC ID 312717396", "1 312717396",
)  # fmt: skip


@pytest.mark.parametrize("given", WRITTEN)
def test_a_cqc_id_is_read_however_it_is_written(given):
    assert ids_in(given) == ("1-312717396",)
    assert read_cqc_id(given) == "1-312717396"


def test_all_ids_in_one_box_and_both_readings_of_digits_alone_are_found():
    assert ids_in("1-312717396 / 1-1850346011") == ("1-312717396", "1-1850346011")
    assert ids_in("1205813619") == ("1-205813619", "1-1205813619")
    assert ids_in("0161 624 1908") == ids_in("1-1234 by phone") == ()


@pytest.mark.parametrize(
    ("given", "site"),
    [
        *(("care.vn2r0@nhs.net", "VN2R0"), ("ODS code: VLD29", "VLD29"), ("VLN9K (site)", "VLN9K")),
        *(("it is VNHWE", "VNHWE"), ("vnhwe", "VNHWE"), ("the valve", ""), ("A7E0 parent", "")),
    ],
)
def test_a_site_code_is_found_among_words(given, site):
    assert site_in(given) == site


def test_a_parent_code_is_found_among_words():
    assert (parent_in("A7E0 (parent)"), parent_in("our care home")) == ("A7E0", "")


@pytest.mark.parametrize(
    "given",
    ["", "1-12345678", "1-123456789012", "1234567890", "2-100000001", "01632960000", "home"],
)
def test_what_is_no_cqc_id_or_might_be_two_is_refused(given):
    with pytest.raises(BadValue, match="give 1- and the 9 to 11 digits"):
        read_cqc_id(given)


def test_a_trust_goes_by_its_ods_code():
    assert read_cqc_id("rxx") == "RXX"
    assert read_cqc_id("RXX01") == "RXX01"
