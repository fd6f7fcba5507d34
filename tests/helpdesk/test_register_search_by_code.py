"""A location or provider is looked up by its id or code, and bears the parent code it should."""

import pytest

from helpdesk.errors import BadValue
from tests.helpdesk.searched import IVY, ROSE, ROSE_CARE, Register


@pytest.fixture
def register(tmp_path):
    made = Register(tmp_path)
    yield made
    made.engine.dispose()


@pytest.mark.parametrize("text", ["1-100000001", "1 \u2013 100000001", "vl0a1", "VLOA1"])
def test_a_location_is_looked_up_by_its_id_or_code(register, text):
    register.holds(ROSE, IVY)

    assert register.location(text).name == "Rose Cottage"


@pytest.mark.parametrize("text", ["1-200000001", "a0a1"])
def test_a_provider_is_looked_up_by_its_id_or_code(register, text):
    register.holds()

    assert register.provider(text).name == "Rose Care Ltd"


def test_what_is_not_there_is_none_and_what_is_neither_id_nor_code_is_refused(register):
    register.holds(ROSE)

    assert register.location("1-999999999") is None
    assert register.provider("A0A9") is None
    with pytest.raises(BadValue, match="a site code is wanted"):
        register.location("A0A1")
    with pytest.raises(BadValue, match="not a CQC id"):
        register.provider("Rose Cottage")


def test_a_provider_bears_the_parent_code_that_its_locations_agree_on(register):
    stub = ROSE_CARE | {"code": ""}
    register.holds(ROSE | {"parent_code": "A0C1"}, IVY | {"parent_code": "A0C1"}, providers=[stub])

    assert register.provider("1-200000001").parent_code == "A0C1"


def test_a_trust_bears_the_code_that_it_goes_by(register):
    register.holds(ROSE | {"provider_cqc_id": "RXX"}, providers=())

    assert register.location("1-100000001").parent_code == "RXX"
