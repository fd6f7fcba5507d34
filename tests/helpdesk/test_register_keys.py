"""The same name, postcode or telephone number is found however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.register.keys import name_agreement, name_key, phone_key, postcode_key


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
    ("one", "other"),
    [
        ("Rose Cottage", "ROSE COTTAGE LTD"),
        ("Rose Cottage", "Rose Cottage Residential Care Home"),
        ("Rose Cotage", "Rose Cottage"),
        ("Rosecottage", "Rose Cottage"),
    ],
)
def test_names_of_one_place_agree(one, other):
    assert name_agreement(one, other) >= 0.8


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rose Cottage Care Home", "Ash Grange Care Home"),
        ("Rose Cottage Care Home", "Rose Court Care Home"),
        ("26 Mill Street", "28 Mill Street"),
        ("Care Home", "Rose Cottage"),
    ],
)
def test_names_of_two_places_do_not_agree_for_their_common_words(one, other):
    assert name_agreement(one, other) < 0.8


@given(st.text(max_size=60), st.text(max_size=60))
def test_agreement_is_a_share_and_the_same_both_ways(one, other):
    there, back = name_agreement(one, other), name_agreement(other, one)

    assert 0 <= there <= 1
    assert there == pytest.approx(back)


@given(st.text(max_size=60))
def test_a_name_agrees_with_itself(name):
    assert name_agreement(name, name) == pytest.approx(1 if name_key(name) else 0)
