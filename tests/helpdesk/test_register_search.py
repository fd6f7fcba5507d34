"""A trace finds the place that a request means, by whatever is given of it."""

import subprocess
import sys

import pytest

from helpdesk.intake import Kind
from helpdesk.register.proposing import proposed
from tests.helpdesk.searched import IVY, ROSE


def test_an_id_finds_its_location_with_all_that_a_trace_needs(searched):
    searched.holds(ROSE, IVY)

    (found,) = searched.candidates(location_id="1-100000001")

    place = found.place
    assert found.found_by == "CQC location id"
    assert (place.name, place.kind, place.status) == ("Rose Cottage", Kind.CARE_HOME, "Registered")
    assert (place.site_code, place.parent_code) == ("VL0A1", "A0A1")
    assert (place.provider_cqc_id, place.provider_name) == ("1-200000001", "Rose Care Ltd")
    assert place.location_id is not None
    assert place.provider_id is not None
    assert found.words == ("registered since 29 December 2010",)


def test_a_location_id_in_the_box_of_the_provider_finds_the_location(searched):
    searched.holds(ROSE, IVY)

    assert searched.ids(provider_id="1-100000001") == ["1-100000001"]


def test_a_provider_id_in_the_box_of_the_location_finds_what_the_provider_runs(searched):
    searched.holds(ROSE, IVY)

    first, second = searched.candidates(location_id="1-200000001", organisation="Ivy House")

    assert (first.place.cqc_id, first.found_by) == ("1-100000002", "CQC provider id")
    assert second.place.cqc_id == "1-100000001"


def test_a_provider_without_locations_is_a_candidate_itself(searched):
    searched.holds()

    (found,) = searched.candidates(provider_id="1-200000001")

    assert found.place.location_id is None
    assert found.place.provider_id is not None
    assert (found.place.name, found.place.parent_code) == ("Rose Care Ltd", "A0A1")


@pytest.mark.parametrize(
    ("code", "found_by"),
    [("vloa1", "ODS site code"), ("AOA1", "ODS parent code")],
)
def test_a_code_finds_its_place_however_it_is_written(searched, code, found_by):
    searched.holds(ROSE)

    (found,) = searched.candidates(code=code)

    assert (found.place.cqc_id, found.found_by) == ("1-100000001", found_by)


def test_a_parent_code_that_only_the_location_bears_finds_it_too(searched):
    searched.holds(ROSE | {"parent_code": "A0C1"}, providers=())

    (found,) = searched.candidates(code="A0C1")

    assert found.place.parent_code == "A0C1"


def test_postcode_and_name_find_the_place_and_say_so(searched):
    searched.holds(ROSE, IVY)

    first, second = searched.candidates(organisation="rose cottage ltd", postcode="zz11aa")

    assert (first.place.cqc_id, first.found_by) == ("1-100000001", "postcode and name")
    assert (first.agrees, first.differs, first.score) == (("name", "postcode"), (), 1.0)
    assert second.found_by == "postcode"
    assert second.differs == (("name", "rose cottage ltd", "Ivy House"),)
    assert second.score < 0.6


def test_the_name_of_the_provider_agrees_as_well_as_that_of_the_place(searched):
    searched.holds(ROSE)

    (found,) = searched.candidates(organisation="Rose Care", postcode="ZZ1 1AA")

    assert found.agrees == ("name", "postcode")


def test_a_name_alone_finds_places_and_providers_but_never_decides(searched):
    searched.holds(ROSE | {"name": "Ash Grange"})

    (by_place,) = searched.candidates(organisation="ASH GRANGE")
    (by_provider,) = searched.candidates(organisation="Rose Care")

    assert by_place.found_by == "name"
    assert by_provider.found_by == "name of the provider"
    assert by_place.score == by_provider.score == 0.8


def test_a_postcode_alone_never_decides(searched):
    searched.holds(ROSE)

    (found,) = searched.candidates(postcode="ZZ1 1AA")

    assert found.score == 0.8


def test_a_telephone_number_finds_the_place_where_nothing_else_does(searched):
    searched.holds(ROSE)

    (found,) = searched.candidates(organisation="Mrs Smith's", phone="+44 1632 960123")

    assert found.found_by == "phone"
    assert found.differs == (("name", "Mrs Smith's", "Rose Cottage"),)


def test_a_providers_name_alone_proposes_none_of_its_places(searched):
    searched.holds(ROSE | {"name": "Elm Court"})

    found = searched.candidates(organisation="Rose Care", postcode="ZZ1 1AA")

    assert found[0].of_provider
    assert proposed(found) is None


@pytest.mark.parametrize(
    "given",
    [
        {"organisation": "Rosse Cottage"},
        {"organisation": "Cotage"},
        {"organisation": "Rosecottage Ltd"},
        {"organisation": "Sunny Days t/a Rose Cottage"},
        {"organisation": "Nobody", "postcode": "ZZ1 1AB"},
        {"organisation": "Nobody", "postcode": "Z21 1AA"},
    ],
)
def test_a_place_is_found_although_nothing_was_given_quite_right(searched, given):
    searched.holds(ROSE, IVY | {"postcode": "ZZ9 9ZZ"})

    assert searched.ids(**given)[0] == "1-100000001"


@pytest.mark.parametrize(
    "text",
    ["x" * 200_000, "rose " * 40_000, "\0", "&&&", "\u202eegattoc", "%_'\"", "\ud800", "1" * 500],
)
def test_a_hostile_text_is_looked_for_like_any_other(searched, text):
    searched.holds(ROSE)

    found = searched.candidates(
        organisation=text, postcode=text, phone=text, location_id=text, provider_id=text, code=text
    )

    assert len(found) <= 1


def test_an_id_that_is_not_borne_out_by_the_rest_does_not_come_first(searched):
    searched.holds(ROSE, IVY | {"postcode": "ZZ9 9ZZ"})

    assert searched.ids(
        location_id="1-100000002", organisation="Rose Cottage", postcode="ZZ1 1AA"
    ) == ["1-100000001", "1-100000002"]


def test_no_more_are_shown_than_asked_for(searched):
    searched.holds(*(IVY | {"cqc_id": f"1-10000010{n}", "code": ""} for n in range(7)))

    assert len(searched.candidates(postcode="ZZ1 1AA")) == 5
    assert len(searched.candidates(postcode="ZZ1 1AA", limit=2)) == 2


def test_what_is_not_in_the_register_gives_no_candidate(searched):
    searched.holds(ROSE)

    assert searched.candidates(organisation="Elm Court", postcode="ZZ8 8ZZ") == []
    assert searched.candidates() == []


def test_a_search_does_without_the_orm_so_that_it_starts_quickly():
    heavy = "{'sqlmodel', 'sqlalchemy', 'pydantic'} & set(sys.modules)"
    asked = f"import sys; import helpdesk.register.search; sys.exit(str({heavy} or ''))"

    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=False
    )

    assert done.stderr.strip() == ""
