"""One line that an agent types finds the place, whatever it holds."""

import pytest

from benchmarks import registers
from helpdesk.database import reading
from helpdesk.register.finding import find
from helpdesk.store import Store

ROSE = {
    "cqc_id": "1-100000001",
    "code": "VL0A1",
    "provider_cqc_id": "1-200000001",
    "name": "Rose Cottage",
    "address": "1 Mill Lane, Ashford",
    "postcode": "OL4 2QU",
    "phone": "01632 960123",
    "status": "Registered",
}
IVY = ROSE | {
    "cqc_id": "1-100000002", "code": "VN0A2", "name": "Ivy House", "postcode": "OL9 9ZZ",
    "phone": "01632 960222",
}  # fmt: skip
PETAL = {"cqc_id": "1-200000001", "code": "A0A1", "name": "Petal Care Ltd"}
LONE = {"cqc_id": "1-200000002", "code": "CALM", "name": "Lonely Living Ltd"}


@pytest.fixture
def found(url, clock):
    store = Store(url, clock)
    with store.engine.begin() as connection:
        registers.fill(connection, [ROSE, IVY], [PETAL, LONE])
    store.close()
    with reading(url) as reader:
        yield lambda text: find(reader, text)


@pytest.mark.parametrize(
    "text",
    [
        "rose cottage ol4 2qu",
        "OL4 2QU",
        "0L4 2QU rose",
        "rose",
        "rosecotage",
        "01632 960123",
        "+44 1632 960123 rose",
        "1-100000001",
        "1 \u2013 100000001 (Rose Cottage)",
        "vl0a1",
        "VLOA1 rose cottage",
        "care.VL0A1@nhs.net",
        "Anne <care.vl0a1@nhs.net>",
    ],
)
def test_a_line_finds_the_place_whatever_it_holds(found, text):
    assert found(text)[0].place.name == "Rose Cottage"


@pytest.mark.parametrize("text", ["petal care", "A0A1", "1-200000001"])
def test_the_name_code_or_id_of_a_provider_finds_its_places(found, text):
    assert {each.place.name for each in found(text)} == {"Rose Cottage", "Ivy House"}


@pytest.mark.parametrize("text", ["lonely living", "calm", "1-200000002"])
def test_a_provider_without_places_is_found_itself(found, text):
    assert "Lonely Living Ltd" in {each.place.name for each in found(text)}


def test_two_codes_find_two_places(found):
    assert {each.place.name for each in found("VL0A1 VN0A2")} == {
        "Rose Cottage",
        "Ivy House",
    }


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "&&&", "@", "1-", "x" * 200_000, "\u202eegattoc", "%", "\ud800"]
)
def test_a_line_that_means_nothing_finds_nothing(found, text):
    assert found(text) == []


def test_no_more_are_found_than_asked_for(url, clock):
    store = Store(url, clock)
    many = [ROSE | {"cqc_id": f"1-10000010{n}", "code": ""} for n in range(7)]
    with store.engine.begin() as connection:
        registers.fill(connection, many, [])
    store.close()

    with reading(url) as reader:
        assert len(find(reader, "rose cottage", limit=3)) == 3
