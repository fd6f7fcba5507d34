"""Where CQC and ODS, or an old list and a new one, do not say the same, a person decides."""

from datetime import timedelta

import pytest

from helpdesk.desk.providing import Wish
from helpdesk.desk.recoding import Moving
from helpdesk.register import codebook
from tests.helpdesk.loaded import LILAC, ROSE, listed, ods
from workflows.refused import StepNotAllowed

CODED = ROSE | {"odsCode": "VQ00A"}
IVY = ods("VQ00A", name="IVY HOUSE").replace("ZZ1 1AA", "ZZ9 9ZZ")
SAME = ods("VQ00A")


def claimed(register):
    return register.store.run(lambda tx: [each.words for each in codebook.claims(tx)])


def test_a_code_that_ods_gives_to_another_name_and_address_is_in_dispute(register):
    register.load(register.documents(CODED))

    summary = register.load(register.sites(IVY))

    told = "ecarehomesite.csv gives IVY HOUSE, ZZ9 9ZZ VQ00A, which is that of Rose Cottage"
    assert summary.claims == (f"{told} (1-100000001)",)
    assert claimed(register) == [f"{told} (1-100000001)"]
    assert register.location().phone == "01632960123"
    with pytest.raises(StepNotAllowed, match="ask ODS whose it is"):
        register.app.desk.allocate(register.traced("1-100000001"), register.bart)


def test_a_code_that_cqc_gives_to_another_name_and_address_than_ods_is_in_dispute(register):
    register.load(register.sites(IVY))

    register.load(register.documents(CODED))

    assert register.codes() == {("1-100000001", ""), (None, "VQ00A")}
    told = "cqc.json gives Rose Cottage (1-100000001) VQ00A, which is that of IVY HOUSE"
    assert claimed(register) == [told]


@pytest.mark.parametrize("ods_first", [True, False])
def test_it_is_in_dispute_in_whatever_order_both_come_in_one_load(register, ods_first):
    files = [register.sites(IVY), register.documents(CODED)]

    register.load(*(files if ods_first else files[::-1]))

    assert len(claimed(register)) == 1


AGREEING = (
    ods("VQ00A", name="THE COTTAGE (ROSE) LTD").replace("ZZ1 1AA", "ZZ9 9ZZ"),  # it moved
    ods("VQ00A", name="IVY HOUSE"),  # it was renamed
    ods("VQ00A", name="IVY HOUSE").replace("ZZ1 1AA", ""),  # nothing tells them apart
)


@pytest.mark.parametrize("line", AGREEING)
@pytest.mark.parametrize("ods_first", [True, False])
def test_what_moved_or_was_renamed_alone_is_one_place(register, line, ods_first):
    files = [register.sites(line), register.documents(CODED)]

    for file in files if ods_first else files[::-1]:
        register.load(file)

    assert register.codes() == {("1-100000001", "VQ00A")}
    assert claimed(register) == []


def test_a_code_that_one_file_of_ods_gives_to_two_is_in_dispute(register):
    register.load(register.sites(ods("VQ00A"), IVY))

    row = register.location()
    assert (row.name, row.postcode) == ("ROSE COTTAGE", "ZZ1 1AA")
    told = "ecarehomesite.csv gives IVY HOUSE, ZZ9 9ZZ VQ00A, which is that of ROSE COTTAGE"
    assert claimed(register) == [told]


def test_what_ods_alone_knows_may_be_renamed_and_move(register):
    register.load(register.sites(ods("VQ00A")))

    register.load(register.sites(IVY, name="next.csv"))

    assert (register.location().name, claimed(register)) == ("IVY HOUSE", [])


def test_the_dispute_is_over_once_ods_says_the_same_as_cqc(register):
    register.load(register.documents(CODED), register.sites(IVY))
    register.load(register.documents(CODED | {"website": "x"}, name="again.json"))
    assert len(claimed(register)) == 1

    register.load(register.sites(SAME, name="next.csv"))

    assert claimed(register) == []


def test_the_dispute_is_over_once_cqc_says_another_code(register):
    register.load(register.documents(CODED), register.sites(IVY))

    register.load(register.documents(ROSE | {"odsCode": "VQ00C"}, name="next.json"))

    assert claimed(register) == []


def test_a_supervisor_settles_it_for_the_one_who_has_the_code_too(register):
    register.load(register.documents(CODED), register.sites(IVY))

    moving = Moving("1-100000001", "ODS says so")
    (word,) = register.app.desk.move_code("VQ00A", register.bart, moving).answer["said"]
    register.load(register.sites(IVY, ods("VQ00E", name="ELM"), name="next.csv"))

    assert word.startswith("VQ00A stays that of Rose Cottage (1-100000001)")
    assert claimed(register) == []
    register.app.desk.allocate(register.traced("1-100000001"), register.bart)


def test_a_parent_code_that_ods_gives_to_another_is_in_dispute_too(register):
    provider = {"providerId": "1-200000001", "name": "Rose Care Ltd", "odsCode": "A0A1"}
    register.load(register.documents(ROSE, provider | {"postalCode": "ZZ1 1AA"}))

    register.load(register.parents(ods("A0A1", name="IVY GROUP").replace("ZZ1 1AA", "ZZ9 9ZZ")))

    assert len(claimed(register)) == 1


GONE = ROSE | {"registrationStatus": "Deregistered", "deregistrationDate": "2026-02-10"}
LISTED = "1-100000001,Rose Cottage,,ZZ1 1AA,01632960123,Y,1-200000001,Rose Care"


def statuses(register):
    return {row["cqc_id"]: row["status"] for row in register.rows("SELECT * FROM location")}


def test_a_list_of_before_its_end_does_not_revive_a_place(register):
    register.load(register.documents(GONE))

    register.load(register.active(LISTED, name="1 February 2026.csv"))
    assert statuses(register) == {"1-100000001": "Deregistered"}

    register.load(register.active(LISTED, listed(1), name="1 March 2026.csv"))
    assert statuses(register)["1-100000001"] == "Registered"


def test_an_older_list_of_another_shape_does_not_revive_what_a_newer_one_had_no_more(register):
    ids = range(1, 21)
    rows = [listed(number) for number in ids]
    register.load(register.active(*rows, name="1 January 2026.csv"))
    directory = [f"Ivy House {n},,ZZ{n} 9ZZ,,,Ivy Care,1-3{n:08},1-200000001" for n in ids]
    register.load(register.directory(*directory[1:], name="directory 1 March 2026.csv"))
    assert statuses(register)["1-300000001"] == "Deregistered"

    register.load(register.active(*rows, listed(30), name="1 February 2026.csv"))

    found = statuses(register)
    assert found.pop("1-300000001") == "Deregistered"
    assert found.pop("1-300000030") == ""  # the newer list lacks it, so it may be gone by now
    assert set(found.values()) == {"Registered"}


def test_an_older_list_counts_if_somebody_says_so(register):
    register.load(register.documents(GONE))

    register.load(register.active(LISTED, name="1 February 2026.csv"), sure=True)

    assert statuses(register) == {"1-100000001": "Registered"}


def directory_of(register, *lines):
    return register.directory(*lines, name="directory.csv")


def dated(number):
    """A home that CQC and ODS both date, with an id as old as its registration."""
    opened = f"20{10 + number:02}0120"
    home = ROSE | {
        "locationId": f"1-{100 + number}000000",
        "name": f"Home {number}",
        "postalCode": f"ZZ{number} 1AA",
        "registrationDate": f"{opened[:4]}-{opened[4:6]}-{opened[6:]}",
    }
    return home, ods(f"VQ0{number:02}", name=f"HOME {number}", opened=opened)


@pytest.mark.parametrize(("number", "code"), [("1-150000000", ""), ("1-104500000", "VQ00A")])
def test_an_id_that_is_much_younger_than_a_code_does_not_get_it(register, number, code):
    register.load(register.documents(*(dated(each)[0] for each in range(10, 16))))
    register.load(register.documents(*(dated(each)[0] for each in range(3, 10)), name="b.json"))

    rose = f"Rose Cottage,,ZZ1 1AA,,,Rose Care,{number},1-200000001"
    register.load(directory_of(register, rose), register.sites(ods("VQ00A", opened="20110120")))

    codes = dict(register.codes())
    assert codes[number] == code


def test_where_too_few_ids_are_known_the_only_code_is_taken(register):
    rose = "Rose Cottage,,ZZ1 1AA,,,Rose Care,1-190000000,1-200000001"

    register.load(directory_of(register, rose), register.sites(ods("VQ00A", opened="20110120")))

    assert register.codes() == {("1-190000000", "VQ00A")}


def test_a_home_for_which_cqc_and_ods_have_different_codes_gets_neither(register):
    register.load(register.documents(CODED), register.sites(ods("VQ00C")))
    call = register.traced("1-100000001")

    with pytest.raises(StepNotAllowed, match=r"VQ00C \(opened on .* --site CODE"):
        register.app.desk.allocate(call, register.bart)

    register.app.desk.allocate(call, register.bart, Wish(site="VQ00A"))


def test_a_code_of_before_its_registration_keeps_no_home_from_its_own(register):
    register.load(register.documents(CODED), register.sites(ods("VQ00C", opened="20050101")))

    register.app.desk.allocate(register.traced("1-100000001"), register.bart)

    assert register.rows("SELECT site_code FROM call") == [{"site_code": "VQ00A"}]


def test_a_code_that_ods_may_have_for_a_home_without_one_is_named(register):
    provider = {"providerId": "1-200000001", "name": "Rose Care Ltd", "odsCode": "A0A1"}
    register.load(
        register.documents(ROSE, provider), register.sites(ods("VQ00C", opened="20050301"))
    )

    with pytest.raises(StepNotAllowed, match=r"ODS has VQ00C \(opened on 1 March 2005\)"):
        register.app.desk.allocate(register.traced("1-100000001"), register.bart)


def test_who_provided_a_code_hears_that_it_is_in_dispute_or_was_closed(register, clock):
    register.load(register.documents(CODED, LILAC | {"odsCode": "VQ00C"}))
    for number in ("1-100000001", "1-100000002"):
        register.app.desk.allocate(register.traced(number), register.bart)
    clock.passes(days=1)
    closed = (clock() - timedelta(days=30)).strftime("%Y%m%d")
    lilac = ods("VQ00C", name="LILAC HOUSE", closed=closed).replace("ZZ1 1AA", "ZZ2 2AA")

    summary = register.load_told(register.sites(IVY, lilac))

    assert summary.displaced == ("ODS-000001", "ODS-000002")
    told = register.rows("SELECT facts FROM event WHERE kind = 'register_changed' ORDER BY call_id")
    assert "given to IVY HOUSE, ZZ9 9ZZ by ecarehomesite.csv" in str(told[0])
    assert "closed by ODS on 1 February 2026" in str(told[1])
    clock.passes(days=1)
    assert register.load_told(register.sites(IVY, lilac, ods("VQ00E", name="ELM"))).displaced == ()


def test_nobody_hears_of_a_code_that_is_closed_after_it_was_provided(register, clock):
    register.load(register.documents(CODED))
    register.app.desk.allocate(register.traced("1-100000001"), register.bart)
    clock.passes(days=90)

    summary = register.load_told(register.sites(ods("VQ00A", closed="20260501")))

    assert summary.displaced == ()
