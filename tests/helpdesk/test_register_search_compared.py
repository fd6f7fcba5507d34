"""What was given is laid beside what is registered: what agrees, what differs, and how far."""

import pytest

from tests.helpdesk.searched import ROSE, ROSE_CARE


def test_what_was_given_wrong_is_shown_beside_what_is_registered(searched):
    searched.holds(ROSE)

    (found,) = searched.candidates(
        location_id="1-100000001",
        organisation="Rose Cottage",
        postcode="ZZ2 2BB",
        phone="01632 960555",
    )

    assert found.agrees == ("CQC location id", "name")
    assert found.differs == (
        ("postcode", "ZZ2 2BB", "ZZ1 1AA"),
        ("phone", "01632 960555", "01632 960123"),
    )
    assert found.score == 0.562


def test_a_telephone_number_that_differs_is_told_and_lowers_no_score(searched):
    other = {"cqc_id": "1-100000003", "code": "VL0A3", "phone": "01632 960777"}
    searched.holds(ROSE, ROSE | other)

    same, other = searched.candidates(
        organisation="Rose Cottage", postcode="ZZ1 1AA", phone="01632 960777"
    )

    assert (same.place.cqc_id, same.score, same.differs) == ("1-100000003", 1.0, ())
    assert (other.place.cqc_id, other.score) == ("1-100000001", 1.0)
    assert other.differs == (("phone", "01632 960777", "01632 960123"),)


@pytest.mark.parametrize("given", [{"organisation": "Rose Cottage"}, {"postcode": "ZZ1 1AA"}])
def test_one_fact_beside_a_telephone_number_that_differs_never_decides(searched, given):
    searched.holds(ROSE)

    (found,) = searched.candidates(phone="07700 900123", **given)

    assert found.score == 0.8


def test_a_telephone_number_that_differs_counts_where_it_is_the_only_fact(searched):
    searched.holds(ROSE)

    (found,) = searched.candidates(location_id="1-100000001", phone="07700 900123")

    assert found.score == 0.0


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"location_id": "1-100000001"}, "CQC location id"),
        ({"provider_id": "1-100000001"}, "CQC location id"),
        ({"location_id": "1-200000001"}, "CQC provider id"),
        ({"provider_id": "1-200000001"}, "CQC provider id"),
        ({"code": "VL0A1"}, "ODS site code"),
        ({"code": "A0A1"}, "ODS parent code"),
    ],
)
def test_the_key_that_found_a_place_is_among_what_agrees(searched, given, key):
    searched.holds(ROSE)

    (found,) = searched.candidates(**given, organisation="Elm Court")

    assert (found.found_by, found.agrees) == (key, (key,))


def test_a_provider_without_places_agrees_by_the_id_of_a_provider(searched):
    searched.holds()

    (found,) = searched.candidates(location_id="1-200000001")

    assert (found.place.location_id, found.agrees) == (None, ("CQC provider id",))


def test_an_id_is_compared_with_its_like_whatever_box_it_was_written_in(searched):
    other = ROSE_CARE | {"cqc_id": "1-200000002", "code": "", "name": "Elm Care"}
    searched.holds(ROSE, providers=[ROSE_CARE, other])

    found, _ = searched.candidates(
        location_id="1-200000002", organisation="Rose Cottage", postcode="ZZ1 1AA"
    )

    assert found.place.cqc_id == "1-100000001"
    assert found.differs == (("CQC provider id", "1-200000002", "1-200000001"),)


def test_an_id_that_the_register_has_nothing_to_lay_beside_differs_from_nothing(searched):
    searched.holds(ROSE | {"cqc_id": None, "provider_cqc_id": "", "code": ""})

    (found,) = searched.candidates(
        location_id="1-100000007",
        provider_id="1-200000007",
        code="VL0A7",
        organisation="Rose Cottage",
        postcode="ZZ1 1AA",
    )

    assert (found.differs, found.score) == ((), 0.8)


def test_what_is_not_given_or_not_registered_counts_for_nothing(searched):
    searched.holds(ROSE | {"phone": ""})

    (found,) = searched.candidates(
        organisation="Rose Cottage", postcode="ZZ1 1AA", phone="01632 960123"
    )

    assert found.score == 1.0


def test_how_far_each_fact_agrees_is_told(searched):
    searched.holds(ROSE)

    (found,) = searched.candidates(
        organisation="Rose Cotage", postcode="ZZ1 1AB", phone="07700 900123"
    )

    assert found.comparison == "name 0.98, postcode 0.60, phone differs"


@pytest.mark.parametrize("given", [{"location_id": "1-999999999"}, {"code": "VL0A7"}])
def test_an_id_or_code_of_another_leaves_the_decision_to_a_person(searched, given):
    searched.holds(ROSE)

    (found,) = searched.candidates(organisation="Rose Cottage", postcode="ZZ1 1AA", **given)

    assert found.score == 0.8
    assert found.differs[0][1] in given.values()


def test_what_the_requester_wrote_in_the_box_of_an_id_need_not_be_one(searched):
    searched.holds(ROSE)

    (found,) = searched.candidates(
        location_id="not sure", code="n/a", organisation="Rose Cottage", postcode="ZZ1 1AA"
    )

    assert found.score == 1.0
