"""How a place stands is told: registered, gone with its successors, one of two in a building."""

import pytest

from helpdesk.register.proposing import proposed
from tests.helpdesk.searched import IVY, ROSE, ROSE_BEFORE


def test_the_registered_come_before_the_deregistered_of_the_same_building(searched):
    searched.holds(ROSE_BEFORE, ROSE)

    assert searched.ids(organisation="Rose Cottage", postcode="ZZ1 1AA") == [
        "1-100000001",
        "1-100000009",
    ]


def test_what_an_old_registration_became_comes_before_it_but_is_not_proposed(searched):
    searched.holds(ROSE_BEFORE, ROSE)

    found = searched.candidates(
        location_id="1-100000009", organisation="Rose Cottage", postcode="ZZ1 1AA"
    )

    first, second = found
    assert (first.place.cqc_id, first.succeeds) == ("1-100000001", True)
    assert first.differs == (("CQC location id", "1-100000009", "1-100000001"),)
    assert second.place.cqc_id == "1-100000009"
    assert second.words == (
        "deregistered on 28 December 2010; its successor is Rose Cottage (1-100000001)",
    )
    assert proposed(found) is None


def test_a_chain_of_successors_is_followed_to_its_end_whether_by_id_or_code(searched):
    first = ROSE_BEFORE | {"cqc_id": "1-100000007", "code": "VL0A7", "successors": "VL0A9"}
    searched.holds(first, ROSE_BEFORE, ROSE)

    place = searched.location("VL0A7")

    assert place.living_heir.number == "1-100000001"
    assert place.words[0].endswith("its successor is Rose Cottage (1-100000001)")


def test_a_chain_that_bites_its_tail_ends(searched):
    one = ROSE_BEFORE | {"successors": "1-100000008"}
    other = ROSE_BEFORE | {
        "cqc_id": "1-100000008", "code": "VL0A8", "successors": "1-100000009"
    }  # fmt: skip
    searched.holds(one, other)

    assert searched.location("1-100000009").heirs == ()


def test_a_successor_that_is_gone_as_well_is_told_as_such(searched):
    last = ROSE | {"status": "Deregistered"}
    searched.holds(ROSE_BEFORE, last)

    words = searched.location("1-100000009").words[0]

    assert words.endswith("is Rose Cottage (1-100000001), no longer registered either")


def test_a_dual_registration_is_told(searched):
    searched.holds(ROSE, ROSE | {"cqc_id": "1-100000003", "code": "VL0A3"})

    found = searched.candidates(organisation="Rose Cottage", postcode="ZZ1 1AA")

    assert len(found) == 2
    assert all("dual registration" in each.words[1] for each in found)


def test_an_old_registration_of_the_building_is_no_dual_registration(searched):
    searched.holds(ROSE, ROSE_BEFORE)

    (first, _) = searched.candidates(organisation="Rose Cottage", postcode="ZZ1 1AA")

    assert first.words == ("registered since 29 December 2010",)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (IVY, ("registered",)),
        (IVY | {"dormant": True}, ("registered", "dormant")),
        (IVY | {"code": ""}, ("registered", "not yet coded")),
        (
            ROSE_BEFORE | {"successors": "", "code": ""},
            ("deregistered on 28 December 2010; it has no successor", "no code is known"),
        ),
        (
            ROSE_BEFORE | {"successors": "1-100000001 1-100000002"},
            ("deregistered on 28 December 2010; its successors are 1-100000001, 1-100000002",),
        ),
        (IVY | {"cqc_id": None, "status": ""}, ("known to ODS alone",)),
    ],
)
def test_how_a_place_stands_is_told_in_plain_words(searched, row, words):
    searched.holds(row)

    (found,) = searched.candidates(organisation=row["name"], postcode="ZZ1 1AA")

    assert found.words == words
