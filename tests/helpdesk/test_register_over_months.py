"""What a person, or ODS, said of a code stays, month after month, though CQC's files lag behind."""

from datetime import timedelta

import pytest

from helpdesk.desk.providing import Wish
from helpdesk.desk.recoding import Moving, Recoding
from helpdesk.desk.steps import Choice
from helpdesk.errors import CallChanged
from helpdesk.intake import Request
from helpdesk.register import codebook
from helpdesk.register.asking import Doubtful
from helpdesk.register.search import location_by
from tests.helpdesk.loaded import LILAC, ROSE, ROSE_CARE, listed, ods
from tests.helpdesk.test_register_loads_at_once import Between
from workflows.refused import StepNotAllowed

CODED = ROSE | {"odsCode": "VQ00A"}
CLOSED = ods("VQ00A", closed="20260105")
IVY = ods("VQ00A", name="IVY HOUSE").replace("ZZ1 1AA", "ZZ9 9ZZ")
MARCH = CODED | {"alsoKnownAs": "the Cottage"}


def rose(register, number="1-100000001"):
    return register.store.run(lambda tx: location_by(tx, number))


def provided(register, wish=None, number="1-100000001"):
    """The codes that a call about it is provided now."""
    call = register.traced(number)
    register.app.desk.allocate(call, register.bart, wish or Wish())
    asked = f"SELECT site_code, parent_code FROM call WHERE id = {int(call[4:])}"
    (row,) = register.rows(asked)
    return row["site_code"], row["parent_code"]


@pytest.mark.parametrize("ods_too", [True, False])
def test_a_code_that_ods_closed_does_not_come_back_by_cqcs_next_file(register, clock, ods_too):
    register.load(register.documents(CODED), register.sites(CLOSED))
    assert provided(register, Wish(site="VQ00E"))[0] == "VQ00E"
    clock.passes(days=30)

    files = [register.sites(CLOSED, ods("VQ00E", opened="20260106"), name="march.csv")]
    register.load(*(files if ods_too else []), register.documents(MARCH, name="march.json"))

    assert (rose(register).site_code, rose(register).also_known_as) == ("VQ00E", "the Cottage")
    assert rose(register).code_closed_on is None


def test_a_code_that_was_moved_instead_of_another_stays_though_cqc_says_that_again(register, clock):
    register.load(register.documents(CODED), register.sites(ods("VQ00C")))
    moving = Moving("1-100000001", "ODS says so", instead=True)
    register.app.desk.move_code("VQ00C", register.bart, moving)
    clock.passes(days=30)

    register.load(register.documents(MARCH, name="march.json"))

    assert provided(register)[0] == "VQ00C"


def test_a_settled_code_that_ods_closes_under_another_name_is_closed(register, clock):
    register.load(register.documents(CODED), register.sites(IVY))
    register.app.desk.move_code("VQ00A", register.bart, Moving("1-100000001", "ODS says so"))
    clock.passes(days=30)

    closed = IVY.replace('"20110120",""', '"20110120","20260105"')
    register.load(register.sites(closed, name="march.csv"))

    with pytest.raises(StepNotAllowed, match="ODS closed its code VQ00A"):
        provided(register)


@pytest.mark.parametrize("ods_first", [True, False])
def test_a_home_that_was_renamed_and_moved_at_once_is_in_no_dispute_with_ods(register, ods_first):
    files = [register.documents(CODED), register.sites(ods("VQ00A"))]
    for file in files[::-1] if ods_first else files:
        register.load(file)

    moved = CODED | {"name": "Elm Court", "postalCode": "ZZ5 5ZZ"}
    register.load(register.documents(moved, name="march.json"))
    register.load(register.sites(ods("VQ00A"), ods("VQ00F", name="OAK"), name="march.csv"))

    assert register.claims() == []


def test_a_code_that_will_be_closed_is_provided_until_then(register, clock):
    register.load(register.documents(CODED), register.sites(ods("VQ00A", closed="20260401")))
    assert provided(register)[0] == "VQ00A"

    clock.passes(days=31)

    with pytest.raises(StepNotAllowed, match="ODS closed"):
        provided(register)


def test_the_code_of_a_registration_that_is_gone_goes_to_no_other(register):
    rest = [f"Ivy House {n},,ZZ{n} 9ZZ,,,Ivy,1-3{n:08},1-200000001" for n in range(1, 21)]
    old, new = (f"Rose Cottage,,ZZ1 1AA,,,Rose,1-{n}00000001,1-200000001" for n in (1, 9))
    register.load(register.directory(old, *rest, name="1 January 2026.csv"))
    register.load(register.directory(new, *rest, name="1 March 2026.csv"))

    register.load(register.sites(ods("VQ00A")))

    assert dict(register.codes())["1-900000001"] == ""


def test_a_code_of_ods_takes_the_place_of_one_from_the_desks_own_ranges(register, clock):
    register.load(register.documents(ROSE, ROSE_CARE | {"odsCode": "A0A1"}))
    assert provided(register, Wish(new=True))[0] == "VX000"
    clock.passes(days=30)

    summary = register.load_told(register.sites(ods("VQ00C")))

    assert register.codes() == {("1-100000001", "VQ00C")}
    assert summary.displaced == ("ODS-000001",)


def test_where_ods_has_another_code_the_way_out_that_is_named_is_one(register):
    register.load(register.documents(CODED), register.sites(ods("VQ00C")))

    assert provided(register, Wish(site="VQ00E"))[0] == "VQ00E"
    assert rose(register).site_code == "VQ00E"


def test_a_disputed_code_that_is_the_others_gives_way_to_the_one_that_ods_told(register):
    register.load(register.documents(CODED), register.sites(IVY))

    assert provided(register, Wish(site="VQ00E"))[0] == "VQ00E"
    assert register.claims() == []


def test_a_councils_code_may_be_said(register):
    council = {"providerId": "1-200000001", "name": "Oldshire Council", "odsCode": "926"}
    register.load(register.documents(ROSE, council))

    assert provided(register, Wish(parent="926")) == ("", "926")


def test_a_list_notes_of_when_it_is_although_nothing_else_changed(register):
    rows = [listed(number) for number in range(1, 21)]
    register.load(register.active(*rows, name="1 January 2026.csv"))

    register.load(register.active(*rows, listed(30), name="1 March 2026.csv"))

    days = register.rows("SELECT DISTINCT status_on FROM location WHERE listed")
    assert {str(row["status_on"]) for row in days} == {"2026-03-01"}


def test_a_file_of_a_day_that_is_yet_to_come_is_asked_about(register):
    with pytest.raises(Doubtful, match="yet to come"):
        register.load(register.active(listed(1), name="1 October 2031.csv"))


def test_the_mailbox_of_who_rings_tells_the_code_that_they_have(register):
    request = Request(organisation="Rose", requester_email="care.vq00a@nhs.net")

    register.app.desk.raise_call(request, register.bart, None)

    assert register.rows("SELECT given_code FROM call") == [{"given_code": "VQ00A"}]


def test_a_load_sees_what_was_written_by_somebody_whose_clock_is_behind(register, clock):
    register.load(register.documents(CODED, LILAC))
    clock.passes(minutes=1)
    register.load(register.documents(LILAC | {"alsoKnownAs": "other"}, name="b.json"))

    def move():
        now, clock.now = clock.now, clock.now - timedelta(seconds=30)
        register.app.desk.move_code("VQ00A", register.bart, Moving("1-100000002", "so ODS"))
        clock.now = now

    renamed = register.documents(CODED | {"name": "Rose House"}, LILAC, name="next.json")
    register.load(renamed, progress=Between(move))

    assert register.codes() == {("1-100000001", ""), ("1-100000002", "VQ00A")}


def test_an_agent_provides_no_code_of_a_place_that_a_colleague_traced_it_to_meanwhile(register):
    register.load(register.documents(CODED, LILAC | {"odsCode": "VQ00C"}))
    call = register.traced("1-100000001")
    cris = register.colleague("cris")
    register.app.desk.trace(call, cris, Choice(location="1-100000002", instead=True))

    with pytest.raises(CallChanged, match=r"traced to Lilac House by cris .* --site CODE"):
        register.app.desk.allocate(call, register.bart)

    register.app.desk.allocate(call, register.bart, Wish(site="VQ00C"))


def test_a_code_remembers_the_calls_that_it_was_provided_in_though_they_were_put_right(register):
    register.load(register.documents(CODED))
    call = register.traced("1-100000001")
    register.app.desk.allocate(call, register.bart)
    register.load(register.documents(ROSE | {"odsCode": "VQ00C"}, name="next.json"))
    register.app.desk.recode(call, register.bart, Recoding("ODS gave another"))

    for code in ("VQ00A", "VQ00C"):
        found = register.store.run(lambda tx, code=code: codebook.history(tx, code))
        assert found.provided_in == (call,)
