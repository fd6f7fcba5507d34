"""Names agree by their words, each of the weight that its rarity gives it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.register.names import ALL, Weights, agreement, likeness, named, nearest, overlap

BORNE = {ALL: 60_000, "care": 30_000, "home": 15_000, "house": 8_000, "mill": 300, "hill": 500}
BORNE |= {"rose": 300, "cottage": 400, "northgate": 90, "southgate": 80, "support": 4_000}


def agree(one, other, explained=""):
    common = overlap(named(one), named(other))
    return agreement(common, named(explained).words, Weights(BORNE))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rose Cottage", "ROSE COTTAGE LTD"),
        ("Rose Cottage", "Rose Cottage Residential Care Home"),
        ("Rose Cotage", "Rose Cottage"),
        ("Rosecottage", "Rose Cottage"),
        ("Rose Cottage", "Rosecottage Care Home"),
        ("Saint Anne's Lodge", "St Annes Lodge"),
        ("Rose & Ivy Care", "Rose and Ivy Care"),
        ("Nightingales Lodge", "Nightingale Lodge"),
    ],
)
def test_names_of_one_place_agree(one, other):
    assert agree(one, other) >= 0.8


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rose Cottage Care Home", "Ash Grange Care Home"),
        ("Rose Cottage Care Home", "Rose Court Care Home"),
        ("26 Mill Street", "28 Mill Street"),
        ("Mill House", "Hill House"),
        ("Care Home", "Rose Cottage"),
        ("Care - Northgate", "Care - Southgate"),
    ],
)
def test_names_of_two_places_do_not_agree_for_their_common_words(one, other):
    assert agree(one, other) < 0.8


def test_a_word_that_few_bear_weighs_more_than_one_that_all_bear():
    weights = Weights(BORNE)

    assert weights.of("care") < weights.of("hill") < weights.of("northgate") < weights.of("xyz")
    assert weights.of("xyz") == 1.0


def test_a_town_too_many_costs_little_where_the_address_explains_it():
    unexplained = agree("Rose Cottage Northgate", "Rose Cottage")

    explained = agree("Rose Cottage Northgate", "Rose Cottage", "1 Mill Lane, Northgate")

    assert unexplained < 0.8 < explained


def test_an_address_does_not_explain_the_number_of_another_house():
    assert agree("28 Mill Street", "26 Mill Street", "26 Mill Street, Northgate") < 0.8


@pytest.mark.parametrize(
    ("one", "other"), [("cottage", "cotage"), ("cottage", "cottgae"), ("sevacare", "sevacar")]
)
def test_a_slip_of_the_pen_leaves_words_alike(one, other):
    assert likeness(one, other) >= 0.84


@pytest.mark.parametrize(
    ("one", "other"), [("elm", "ela"), ("12345", "12346"), ("rose", "ash"), ("neonate", "neville")]
)
def test_short_words_numbers_and_other_words_are_not_alike(one, other):
    assert likeness(one, other) < 0.84


def test_the_nearest_words_are_found_whatever_their_order():
    words = ["cottage", "cottager", "courtyard", "collage"]

    assert next(iter(nearest("cottgae", words, 3))) == "cottage"
    assert nearest("cottgae", words, 3) == nearest("cottgae", words[::-1], 3)


@given(st.text(max_size=60), st.text(max_size=60))
def test_agreement_is_a_share(one, other):
    assert 0 <= agree(one, other) <= 1.0000001


@given(st.text(max_size=60))
def test_a_name_agrees_with_itself(name):
    assert agree(name, name) == float(bool(named(name).words))
