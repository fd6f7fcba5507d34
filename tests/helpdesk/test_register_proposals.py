"""Nothing is proposed that a careful person would ask about first: another may be meant."""

from datetime import date

import pytest

from helpdesk.cli.places import values_of_all
from helpdesk.register.proposing import proposed
from tests.helpdesk.searched import ROSE

BLOOM = {"cqc_id": "1-200000009", "name": "Bloomcare Ltd"}
SHAW = ROSE | {
    "cqc_id": "1-300000001",
    "name": "Shaw House",
    "postcode": "OL2 8SP",
    "code": "VL0C1",
    "phone": "01632 960301",
    "provider_cqc_id": "1-200000009",
    "address": "2 Mill Street, Shaw, Oldham",
}
MILLER = SHAW | {
    "cqc_id": "1-300000002",
    "name": "Miller House",
    "phone": "01632 960302",
    "code": "VL0C3",
}
BATH = SHAW | {
    "cqc_id": "1-300000003",
    "name": "Bridging Gaps - Bath",
    "postcode": "BA1 1AA",
    "phone": "01632 960303",
    "code": "VL0C4",
    "address": "3 High Street, Bath",
}
OXFORD = BATH | {
    "cqc_id": "1-300000004",
    "name": "Bridging Gaps - Oxford",
    "postcode": "OX4 3EX",
    "phone": "01632 960304",
    "code": "VL0C5",
    "address": "4 Low Street, Oxford",
}


@pytest.fixture
def register(searched):
    searched.holds(ROSE, SHAW, MILLER, BATH, OXFORD, providers=[BLOOM])
    return searched


def best(register, **asked):
    found = proposed(register.candidates(**asked))
    return found.place.name if found else None


def test_a_home_is_not_proposed_for_its_providers_name_beside_that_of_a_sister(register):
    asked = {"organisation": "Bloomcare T/A Shaw House Care Home", "postcode": "OL2 8SP"}

    assert best(register, **asked) == "Shaw House"
    assert best(register, **asked, location_id="1-300000002") is None


def test_a_sister_is_not_proposed_by_its_own_telephone_if_another_bears_the_name(register):
    asked = {"organisation": "Bridging Gaps - Bath", "phone": "01632 960304"}

    assert register.candidates(**asked)[0].place.name == "Bridging Gaps - Bath"
    assert best(register, **asked) is None


@pytest.mark.parametrize("more", [{}, {"location_id": "1-300000004"}])
def test_a_sister_is_not_proposed_by_its_postcode_if_another_bears_the_name(register, more):
    asked = {"organisation": "Bridging Gaps - Bath", "postcode": "OX4 3EX"}

    assert best(register, **asked, **more) is None


@pytest.mark.parametrize("name", ["Oxford", "Oxford Homecare", "Shaw Bridging Gaps Oxford"])
def test_nothing_is_proposed_by_a_town_alone_or_against_a_telling_word(register, name):
    asked = {"organisation": name, "postcode": "OX4 3EX"}

    assert register.candidates(**asked)[0].place.name == "Bridging Gaps - Oxford"
    assert best(register, **asked) is None


def test_what_postcode_and_telephone_both_tell_is_proposed_whatever_words_are_added(register):
    asked = {"organisation": "Bridging Gaps Oxford, Cottage", "postcode": "OX4 3EX"}

    assert best(register, **asked) is None
    assert best(register, **asked, phone="01632 960304") == "Bridging Gaps - Oxford"


@pytest.mark.parametrize("name", ["Shaw House", "Shhaw House Care Home"])
def test_of_sisters_the_one_that_is_named_comes_before_the_one_whose_id_was_given(register, name):
    found = register.candidates(organisation=name, postcode="OL2 8SP", location_id=MILLER["cqc_id"])

    assert [each.place.name for each in found[:2]] == ["Shaw House", "Miller House"]
    assert proposed(found) is None


def test_a_home_is_not_proposed_because_its_provider_is_called_like_its_sister(register):
    provider = {"cqc_id": "1-200000019", "name": "Elm Lodge Limited"}
    lodge = SHAW | {
        "cqc_id": "1-300000021",
        "name": "Elm Lodge Care Home",
        "phone": "01632 960321",
        "provider_cqc_id": "1-200000019",
        "code": "",
    }
    ash = lodge | {"cqc_id": "1-300000022", "name": "Ash Court", "phone": "01632 960322"}
    register.holds(lodge, ash, providers=[provider])

    asked = {"organisation": "Elm Lodge Care Home Oldham", "phone": "01632 960322"}

    assert register.candidates(**asked)[0].place.name == "Elm Lodge Care Home"
    assert best(register, **asked) is None


def test_an_id_is_not_believed_against_name_and_telephone(register):
    asked = {"organisation": "Shaw House", "postcode": "OL2 8SP", "phone": "01632 960301"}

    found = register.candidates(**asked, location_id="1-300000002")

    assert found[0].place.name == "Shaw House"
    assert proposed(found) is None


def test_of_two_readings_of_an_id_the_one_that_the_register_has_counts(register):
    (found,) = register.candidates(location_id="1300000001")

    assert (found.place.name, found.found_by) == ("Shaw House", "CQC location id")


def test_an_id_that_nobody_bears_is_no_reading_of_a_box_that_holds_another(register):
    found = register.candidates(organisation="Shaw House", location_id="1-300000001 1-999999999")

    assert found[0].differs == ()


@pytest.mark.parametrize(
    "name",
    [
        *(
            "ShawHouse",
            "www.shaw-house.co.uk",
            "info@shawhouse.org.uk",
            "Bloomcare (t/a Shaw House)",
        ),
        *("Shaw House, part of Bloomcare", "Shw House", "Shaw Hosue"),
        "shawhousebloomcare.co.uk",
    ],
)
def test_a_name_is_found_however_people_write_it(register, name):
    assert register.candidates(organisation=name, postcode="OL2 8SP")[0].place.name == "Shaw House"


def test_of_places_that_are_gone_the_last_one_comes_first(register):
    gone = SHAW | {"status": "Deregistered", "code": ""}
    register.holds(
        gone | {"cqc_id": "1-100000010", "registered_on": date(2010, 10, 1)},
        gone | {"cqc_id": "1-400000010", "registered_on": date(2019, 10, 1)},
        providers=(),
    )

    _, *found = register.candidates(organisation="Shaw House", postcode="OL2 8SP")

    assert [each.place.cqc_id for each in found[:2]] == ["1-400000010", "1-100000010"]


def test_programs_read_which_candidate_is_proposed(register):
    found = register.candidates(organisation="Shaw House", postcode="OL2 8SP")

    values = values_of_all(found)

    assert [each["place"]["name"] for each in values if each["proposed"]] == ["Shaw House"]
    assert len(values) > 1
