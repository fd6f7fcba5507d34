"""A location or provider is looked up by its id or code, and bears the parent code it should."""

import pytest

from helpdesk.errors import BadValue
from tests.helpdesk.searched import IVY, ROSE, ROSE_CARE


@pytest.mark.parametrize("text", ["1-100000001", "1 \u2013 100000001", "vl0a1", "VLOA1"])
def test_a_location_is_looked_up_by_its_id_or_code(searched, text):
    searched.holds(ROSE, IVY)

    assert searched.location(text).name == "Rose Cottage"


@pytest.mark.parametrize("text", ["1-200000001", "a0a1"])
def test_a_provider_is_looked_up_by_its_id_or_code(searched, text):
    searched.holds()

    assert searched.provider(text).name == "Rose Care Ltd"


def test_what_is_not_there_is_none_and_what_is_neither_id_nor_code_is_refused(searched):
    searched.holds(ROSE)

    assert searched.location("1-999999999") is None
    assert searched.provider("A0A9") is None
    with pytest.raises(BadValue, match="a site code is wanted"):
        searched.location("A0A1")
    with pytest.raises(BadValue, match="not a CQC id"):
        searched.provider("Rose Cottage")


def test_a_provider_bears_the_parent_code_that_its_locations_agree_on(searched):
    stub = ROSE_CARE | {"code": ""}
    searched.holds(ROSE | {"parent_code": "A0C1"}, IVY | {"parent_code": "A0C1"}, providers=[stub])

    assert searched.provider("1-200000001").parent_code == "A0C1"


def test_a_trust_bears_the_code_that_it_goes_by(searched):
    searched.holds(ROSE | {"provider_cqc_id": "RXX"}, providers=())

    assert searched.location("1-100000001").parent_code == "RXX"
