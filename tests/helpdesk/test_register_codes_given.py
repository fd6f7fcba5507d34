"""A code is one organisation's for ever: what a second is told to have is a claim, and told."""

import pytest
import sqlalchemy as sa

from helpdesk.cli.loaded import disputes
from helpdesk.desk.providing import Wish
from helpdesk.desk.recoding import Moving
from helpdesk.models import Location
from helpdesk.register import codebook
from tests.helpdesk.loaded import LILAC, ROSE, ROSE_CARE, ods
from workflows.refused import StepNotAllowed

CODED = ROSE | {"odsCode": "VQ00A"}
KNOWN = "SELECT value, level, name, origin FROM code ORDER BY value"


def words(register, value):
    found = register.store.run(lambda tx: codebook.history(tx, value))
    return list(found.lines("Europe/London"))


def test_every_code_of_the_register_is_known_with_whose_it_is(register):
    register.load(
        register.documents(CODED, ROSE_CARE | {"odsCode": "A0A1"}),
        register.sites(ods("VQ00C", name="IVY", parent="A0A3")),
    )

    known = [tuple(row.values()) for row in register.rows(KNOWN)]

    assert known == [
        ("A0A1", "parent", "Rose Care Ltd", "register"),
        ("A0A3", "parent", "IVY", "register"),
        ("VQ00A", "site", "Rose Cottage", "register"),
        ("VQ00C", "site", "IVY", "register"),
    ]


def test_a_parent_that_was_known_by_its_sites_alone_is_known_by_its_name_in_the_end(register):
    register.load(register.sites(ods("VQ00C", name="IVY", parent="A0A3")))

    register.load(register.parents(ods("A0A3", name="IVY CARE")))

    (parent,) = register.rows("SELECT name, provider_id FROM code WHERE value = 'A0A3'")
    assert parent == {"name": "IVY CARE", "provider_id": register.provider().id}


@pytest.mark.parametrize("together", [True, False])
def test_a_code_that_a_file_gives_to_a_second_organisation_is_a_claim(register, together):
    first, second = CODED, LILAC | {"odsCode": "VQ00A"}
    if together:
        summary = register.load(register.documents(first, second))
    else:
        register.load(register.documents(first))
        summary = register.load(register.documents(second, name="next.json"))

    assert register.codes() == {("1-100000001", "VQ00A"), ("1-100000002", "")}
    assert register.claims() == ["VQ00A"]
    assert summary.claims[0].endswith("gives Lilac House (1-100000002) VQ00A, which is another's")
    assert "in dispute" in words(register, "VQ00A")[-1]


def test_a_claim_that_is_made_again_is_kept_once(register):
    register.load(register.documents(CODED, LILAC | {"odsCode": "VQ00A"}))

    register.load(register.documents(LILAC | {"odsCode": "VQ00A"}, CODED, name="next.json"))

    assert register.claims() == ["VQ00A"]


def test_a_code_that_a_place_had_before_is_not_given_to_another(register):
    register.load(register.documents(CODED))
    register.load(register.documents(ROSE | {"odsCode": "VQ00C"}, name="moved.json"))

    register.load(register.documents(LILAC | {"odsCode": "VQ00A"}, name="next.json"))

    assert register.codes() == {("1-100000001", "VQ00C"), ("1-100000002", "")}
    assert register.claims() == ["VQ00A"]
    assert words(register, "VQ00A")[0] == "VQ00A was the site code of Rose Cottage (1-100000001)"


def test_a_code_that_a_place_has_had_for_one_line_only_is_its_own(register):
    register.load(register.documents(CODED, ROSE | {"odsCode": "VQ00C"}, CODED))

    assert register.codes() == {("1-100000001", "VQ00A")}
    assert register.claims() == []


def test_a_file_of_ods_that_tells_of_a_former_code_makes_no_place_of_it(register):
    register.load(register.documents(CODED))
    register.load(register.documents(ROSE | {"odsCode": "VQ00C"}, name="moved.json"))

    for name in ("one.csv", "two.csv"):
        register.load(register.sites(ods("VQ00A"), ods("VQ00C"), name=name), again=True)

    assert register.codes() == {("1-100000001", "VQ00C")}
    assert register.claims() == []


def test_no_site_bears_the_code_of_a_provider(register):
    summary = register.load(
        register.documents(ROSE_CARE | {"odsCode": "A0A1"}, LILAC | {"odsCode": "A0A1"})
    )

    assert register.provider().code == "A0A1"
    assert register.codes() == {("1-100000002", "")}
    assert summary.files[0].odd_codes == (f"A0A1 of {LILAC['name']}",)


@pytest.mark.parametrize("odd", ["A1CC", "lowercase", "V10\x1b1", "VN1SZ", "VN1234", "-"])
def test_what_can_be_no_code_is_left_out_and_the_good_one_stays(register, odd):
    register.load(register.documents(LILAC | {"odsCode": "VL0A2"}))

    summary = register.load(register.documents(LILAC | {"odsCode": odd}))

    assert register.codes() == {("1-100000002", "VL0A2")}
    assert len(summary.files[0].odd_codes) == 1


def test_a_claim_is_over_once_the_file_says_another_code(register):
    register.load(register.documents(CODED, LILAC | {"odsCode": "VQ00A"}))

    register.load(register.documents(LILAC | {"odsCode": "VQ00C"}, name="mended.json"))

    assert register.claims() == []
    assert register.codes() == {("1-100000001", "VQ00A"), ("1-100000002", "VQ00C")}


def test_a_claim_is_over_within_one_load_too(register):
    register.load(
        register.documents(CODED, LILAC | {"odsCode": "VQ00A"}, name="a.json"),
        register.documents(LILAC | {"odsCode": "VQ00C"}, name="b.json"),
    )

    assert register.claims() == []


def test_a_file_that_says_nothing_of_codes_ends_no_claim(register):
    register.load(register.documents(CODED, LILAC | {"odsCode": "VQ00A"}))

    register.load(register.directory("Lilac Home,,,,Residential homes,,1-100000002,"))

    assert register.claims() == ["VQ00A"]


def test_no_code_in_dispute_is_let_out(register):
    register.load(register.documents(CODED, LILAC | {"odsCode": "VQ00A"}))
    call = register.traced("1-100000002")

    with pytest.raises(StepNotAllowed, match="ask ODS whose it is"):
        register.app.desk.allocate(call, register.bart, Wish(new=True))


def test_a_code_that_was_moved_stays_where_it_was_moved(register):
    register.load(register.documents(CODED, LILAC | {"odsCode": "VQ00A"}))
    register.app.desk.move_code("VQ00A", register.bart, Moving("1-100000002", "ODS says so"))

    register.load(register.documents(CODED, LILAC | {"odsCode": "VQ00A"}, name="next.json"))

    assert register.codes() == {("1-100000001", ""), ("1-100000002", "VQ00A")}
    assert words(register, "VQ00A")[0] == "VQ00A is the site code of Lilac House (1-100000002)"


def test_a_code_that_was_a_places_own_is_given_back_to_it(register):
    register.load(register.documents(CODED, LILAC | {"odsCode": "VQ00C"}))
    register.app.desk.move_code(
        "VQ00C", register.bart, Moving("1-100000001", "ODS says so", instead=True)
    )
    register.app.desk.move_code("VQ00C", register.bart, Moving("1-100000002", "they were wrong"))
    call = register.traced("1-100000001")

    register.app.desk.allocate(call, register.bart, Wish(site="VQ00A", parent="A0A1"))

    assert register.codes() == {("1-100000001", "VQ00A"), ("1-100000002", "VQ00C")}


WRONGS = (
    "DELETE FROM code",
    "UPDATE code SET value = 'VQ00E'",
    "UPDATE code SET level = 'parent'",
    "INSERT INTO code SELECT * FROM code WHERE value = 'VQ00A'",
    "UPDATE location SET code = 'VQ00A'",
)


@pytest.mark.parametrize("wrong", WRONGS)
def test_the_database_itself_lets_no_code_go_and_none_be_given_twice(register, wrong):
    register.load(register.documents(CODED, LILAC | {"odsCode": "VQ00C"}))

    with pytest.raises(sa.exc.DBAPIError), register.store.engine.begin() as connection:
        connection.exec_driver_sql(wrong)

    assert register.codes() == {("1-100000001", "VQ00A"), ("1-100000002", "VQ00C")}
    assert len(register.rows(KNOWN)) == 2


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_sqlite_replaces_no_code(register, verb):
    register.load(register.documents(CODED, LILAC))
    lilac = register.all(Location)[1].id
    copied = f"'VQ00A', 'site', {lilac}, NULL, 'Lilac', origin, since, \"by\", NULL FROM code"

    with pytest.raises(sa.exc.DBAPIError), register.store.engine.begin() as connection:
        connection.exec_driver_sql(f"{verb} INTO code SELECT {copied}")

    assert words(register, "VQ00A")[0] == "VQ00A is the site code of Rose Cottage (1-100000001)"


def test_of_many_disputes_the_first_are_told_and_the_rest_counted():
    assert disputes(["one", "two"]) == ["in dispute: one", "in dispute: two"]

    said = disputes([f"claim {number}" for number in range(30)])

    assert said[-1].endswith("more in dispute: helpdesk codes disputed")
    assert len(said) + int(said[-1].split()[0]) - 1 == 30
