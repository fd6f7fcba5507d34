"""The same name, postcode or telephone number is found however it is written."""

import pytest

from helpdesk.register.keys import (
    name_key,
    phone_key,
    postcode_agreement,
    postcode_key,
    postcode_readings,
)


@pytest.mark.parametrize("written", ["ZZ1 1AA", "zz11aa", " ZZ1  1AA.", "ZZ1-1AA"])
def test_a_postcode_is_the_same_however_it_is_written(written):
    assert postcode_key(written) == "ZZ11AA"


@pytest.mark.parametrize(
    "written",
    [
        "01632 960123",
        "(01632) 960-123",
        "+44 1632 960123",
        "+44 (0)1632 960123",
        "0044 1632 960123",
        "1632960123",
        "01632 960123 ext 4",
        "01632 960123 / 07700 900123",
        "01632 960123 07700 900123",
        "01632 960123 (option 2)",
        "01632 960123 opt 1, Mon-Fri 9-5",
        "Ext 3 01632 960123",
        "tel: 01632.960.123",
        "44 1632 960123",
        "O1632 96O123",
    ],
)
def test_a_telephone_number_is_the_same_however_it_is_written(written):
    assert phone_key(written) == "1632960123"


def test_a_text_without_digits_is_no_telephone_number():
    assert phone_key("none") == phone_key("") == ""


@pytest.mark.parametrize(
    "written",
    [
        "Rose Cottage Care Ltd",
        "ROSE COTTAGE CARE LIMITED",
        "The Rose Cottage Care",
        "Ros\u00e9 Cottage, Care",
        "Care Rose-Cottage",
    ],
)
def test_a_name_is_the_same_without_case_accents_signs_order_or_legal_form(written):
    assert name_key(written) == "care cottage rose"


def test_an_and_is_the_same_however_it_is_written():
    assert name_key("Rose & Ivy") == name_key("Rose and Ivy") == name_key("ROSE + IVY")


def test_an_apostrophe_does_not_divide_a_word():
    assert name_key("St Anne\u2019s") == name_key("St Annes") == name_key("ST ANNE'S")


def test_a_name_that_is_nothing_but_a_legal_form_keeps_it():
    assert name_key("Limited") == "limited"


@pytest.mark.parametrize(
    ("written", "reading"),
    [
        ("OL4 2QU", "OL42QU"),
        ("0L4 2QU", "OL42QU"),
        ("OL4 2QU, Oldham", "OL42QU"),
        ("S01 1AA", "SO11AA"),
        ("OL42 9LS", "OL429LS"),
        ("BSI 5TH", "BS15TH"),
    ],
)
def test_look_alikes_in_a_postcode_are_put_right(written, reading):
    assert reading in postcode_readings(written)


@pytest.mark.parametrize("written", ["", "none", "Z" * 200_000, "\0", "\u202e", "\u0661\u0662"])
def test_what_is_no_postcode_is_read_as_little(written):
    assert len(postcode_readings(written)) <= 5


@pytest.mark.parametrize(
    ("given", "degree"),
    [("ZZ1 1AA", 1.0), ("ZZ1 1AB", 0.6), ("ZZ1 A1A", 0.6), ("ZZ1 1A", 0.6), ("ZZ1 9XY", 0.25),
     ("ZZ2 9XY", 0.0)],
)  # fmt: skip
def test_a_postcode_agrees_less_the_more_of_it_differs(given, degree):
    assert postcode_agreement(postcode_readings(given), "ZZ11AA") == degree
