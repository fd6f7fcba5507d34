"""A code that ODS closed does not go out, and whoever provided it hears of it."""

import json
from datetime import date

import pytest

from helpdesk.desk.providing import Wish
from helpdesk.desk.recoding import Moving
from helpdesk.errors import BadValue
from helpdesk.register import codebook, loads
from helpdesk.register.search import location_by
from tests.helpdesk.loaded import ROSE, ROSE_CARE, ods
from workflows.refused import StepNotAllowed

CODED = ROSE | {"odsCode": "VQ00A"}
CLOSED = ods("VQ00A", closed="20260105")
NEXT = ods("VQ00C", name="ROSE LODGE", opened="20260106")


@pytest.fixture
def closed(register):
    """Rose Cottage is registered, ODS closed its code, and another followed on it."""
    register.load(register.documents(CODED))
    register.load(
        register.sites(CLOSED, NEXT), register.file("succ.csv", '"VQ00A","VQ00C","20260105","Y"')
    )
    return register


def place(register, number="1-100000001"):
    return register.store.run(lambda tx: location_by(tx, number))


def test_the_place_stays_registered_and_is_told_to_have_a_closed_code(closed):
    rose = place(closed)

    assert rose.is_registered
    assert rose.words[-1] == "ODS closed its code VQ00A on 5 January 2026, and VQ00C followed on it"


def test_no_closed_code_is_let_out(closed):
    call = closed.traced("1-100000001")

    with pytest.raises(StepNotAllowed, match=r"ODS closed its code VQ00A .* --site CODE"):
        closed.app.desk.allocate(call, closed.bart)
    with pytest.raises(StepNotAllowed, match="ODS closed"):
        closed.app.desk.allocate(call, closed.bart, Wish(new=True))


def test_an_agent_whom_ods_told_that_it_is_right_all_the_same_may_insist(closed):
    call = closed.traced("1-100000001")

    closed.app.desk.allocate(call, closed.bart, Wish(site="VQ00A"))

    assert closed.rows("SELECT site_code FROM call") == [{"site_code": "VQ00A"}]


def test_a_new_code_that_ods_told_takes_the_place_of_a_closed_one(closed):
    call = closed.traced("1-100000001")

    closed.app.desk.allocate(call, closed.bart, Wish(site="VQ00E"))

    assert place(closed).words == ("registered since 20 January 2011",)
    assert ("1-100000001", "VQ00E") in closed.codes()


def test_the_code_that_followed_is_moved_to_the_home_and_ods_own_row_becomes_one_with_it(closed):
    call = closed.traced("1-100000001")
    with pytest.raises(BadValue, match=r"helpdesk codes move VQ00C --to 1-100000001"):
        closed.app.desk.allocate(call, closed.bart, Wish(site="VQ00C"))

    closed.app.desk.move_code("VQ00C", closed.bart, Moving("1-100000001", "ODS says so"))
    closed.app.desk.allocate(call, closed.bart)

    assert closed.codes() == {("1-100000001", "VQ00C")}
    assert closed.rows("SELECT site_code FROM call") == [{"site_code": "VQ00C"}]
    words = closed.rows("SELECT DISTINCT location_id FROM location_word")
    assert words == [{"location_id": closed.location().id}]
    assert closed.location().successors == ""


def test_a_code_that_ods_opens_again_is_let_out(closed, clock):
    clock.passes(days=30)

    closed.load(closed.sites(ods("VQ00A"), NEXT, name="february.csv"))

    assert place(closed).code_closed_on is None


def test_a_succession_alone_closes_no_code_for_ods_tells_of_that_in_its_own_row(register):
    register.load(register.documents(CODED))

    register.load(register.file("succ.csv", '"VQ00A","VQ00C","20150105","Y"'))

    assert (place(register).code_closed_on, place(register).successors) == (None, ("VQ00C",))


def test_an_organisation_of_ods_that_is_active_no_more_has_a_closed_code(register):
    site = {
        "resourceType": "Organization",
        "id": "VQ00A",
        "name": "ROSE COTTAGE",
        "active": False,
        "meta": {"lastUpdated": "2026-01-05T10:00:00Z"},
        "address": [{"postalCode": "ZZ1 1AA"}],
        "type": [{"coding": [{"code": "RO101"}]}],
    }
    register.load(register.documents(CODED))

    register.load(register.file("ods.json", json.dumps(site)))

    assert place(register).code_closed_on == date(2026, 1, 5)


def test_what_ods_alone_knows_is_open_again_once_ods_says_so(register):
    register.load(register.sites(CLOSED))
    assert register.location().status == "Deregistered"

    register.load(register.sites(ods("VQ00A"), name="next.csv"))

    row = register.location()
    assert (row.status, row.deregistered_on, row.code_closed_on) == ("", None, None)


def test_another_code_that_cqc_says_is_not_closed(closed):
    closed.load(closed.documents(ROSE | {"odsCode": "VQ00E"}, name="next.json"))

    assert place(closed).code_closed_on is None


def test_a_closed_parent_code_is_left_out(register):
    home = ROSE | {"odsCode": "VQ00A"}
    register.load(register.documents(home, ROSE_CARE | {"odsCode": "A0A1"}))
    register.load(register.parents(ods("A0A1", name="ROSE CARE", closed="20260105")))
    call = register.traced("1-100000001")

    said = register.app.desk.allocate(call, register.bart).answer["said"]

    assert register.rows("SELECT site_code, parent_code FROM call") == [
        {"site_code": "VQ00A", "parent_code": ""}
    ]
    assert any("A0A1 was closed by ODS on 5 January 2026" in line for line in said)


def test_a_code_tells_that_it_is_closed(closed):
    found = closed.store.run(lambda tx: codebook.history(tx, "VQ00A"))

    assert "  ODS closed it on 5 January 2026" in found.lines("Europe/London")


def test_the_difference_and_the_counts_tell_of_closed_codes(closed, clock):
    def told():
        return closed.store.run(lambda tx: [each.words for each in loads.differences(tx)])

    assert "ODS closed its code on 2026-01-05" in told()[-1]
    assert closed.store.run(loads.counts)["closed_codes"] == 1
    (listed,) = closed.store.run(codebook.closed)
    assert listed == ("VQ00A", date(2026, 1, 5), "VQ00C", "1-100000001", "Rose Cottage")
    clock.passes(days=30)
    closed.load(closed.sites(ods("VQ00A"), NEXT, name="february.csv"))
    assert told()[-1] == "its code is open again"
    assert closed.store.run(loads.counts)["closed_codes"] == 0
