"""What was loaded is remembered: which files, when they are of, and what each of them changed."""

from datetime import timedelta

import pytest

from helpdesk.models import Location
from helpdesk.register import loads
from helpdesk.register.asking import Doubtful
from tests.conftest import MONDAY
from tests.helpdesk.loaded import LILAC, ROSE, ROSE_CARE, listed, ods

TEN = tuple(range(1, 11))


def differences(register, **which):
    """What the last load changed, or those that are asked for: kind, id, and in words."""
    found = register.store.run(lambda tx: list(loads.differences(tx, **which)))
    return [(each.kind, each.number, each.words) for each in found]


def statuses(register):
    return {row.name: row.status for row in register.all(Location)}


def test_the_same_bytes_are_known_and_not_read_again(register, clock):
    file = register.documents(ROSE)
    register.load(file)
    clock.passes(days=1)

    (again,) = register.load(file).files

    assert (again.known.at, again.known.by, again.read) == (MONDAY, "bart", 0)
    assert len(register.rows("SELECT * FROM register_load")) == 1


def test_bytes_that_are_known_are_read_again_if_that_is_asked_for(register):
    file = register.documents(ROSE)
    register.load(file)

    (again,) = register.load(file, again=True).files

    assert (again.known, again.read, again.unchanged) == (None, 1, 1)
    assert len(register.rows("SELECT * FROM register_load")) == 2


def test_several_files_of_one_shape_are_known_together(register):
    earlier = register.documents(ROSE | {"name": "Rose House"}, name="earlier.json")
    later = register.documents(ROSE, name="later.json")
    register.load(earlier, later)

    again = register.load(earlier, later)

    assert all(each.known for each in again.files)
    assert register.location().name == "Rose Cottage"


def test_a_file_is_read_again_if_another_of_its_shape_was_loaded_since(register):
    first = register.documents(ROSE, name="first.json")
    register.load(first)
    register.load(register.documents(ROSE | {"name": "Rose House"}, name="second.json"))

    (again,) = register.load(first).files

    assert (again.known, again.changed) == (None, 1)
    assert register.location().name == "Rose Cottage"


def test_an_older_file_of_the_same_shape_is_doubtful_and_loaded_if_it_is_meant(register):
    register.load(register.active(listed(1), name="01_March_2026_list.csv"))
    older = register.active(listed(1, name="Fern House"), name="01_February_2026_list.csv")

    with pytest.raises(Doubtful, match="of 1 February 2026, and that of 1 March 2026 is loaded"):
        register.load(older)
    assert list(statuses(register)) == ["Ivy House 1"]

    register.load(older, sure=True)
    assert list(statuses(register)) == ["Fern House 1"]


def test_of_files_that_are_loaded_together_the_newest_has_the_last_word(register):
    older = register.active(listed(1, name="Fern House"), name="01_February_2026_list.csv")
    newer = register.active(listed(1), name="01_March_2026_list.csv")

    register.load(newer, older)

    assert list(statuses(register)) == ["Ivy House 1"]


def test_a_list_that_takes_more_than_a_tenth_away_is_doubtful(register):
    register.load(register.active(*map(listed, TEN)))
    shorter = register.active(*map(listed, TEN[:-2]), name="shorter.csv")

    with pytest.raises(Doubtful, match="2 of 10 locations would not be registered any more"):
        register.load(shorter)

    assert set(statuses(register).values()) == {"Registered"}
    assert len(register.rows("SELECT * FROM register_load")) == 1


def test_a_tenth_goes_without_a_question(register):
    register.load(register.active(*map(listed, TEN)))

    (file,) = register.load(register.active(*map(listed, TEN[:-1]), name="shorter.csv")).files

    assert (file.unlisted, file.changed) == (1, 1)
    assert statuses(register)["Ivy House 10"] == "Deregistered"


def test_a_list_that_is_meant_takes_away_what_it_lacks(register):
    register.load(register.active(*map(listed, TEN)))

    register.load(register.active(*map(listed, TEN[:-2]), name="shorter.csv"), sure=True)

    gone = [name for name, status in statuses(register).items() if status == "Deregistered"]
    assert gone == ["Ivy House 9", "Ivy House 10"]


def test_an_extract_takes_nothing_away(register):
    register.load(register.active(*map(listed, TEN)))

    (file,) = register.load(register.active(listed(1), name="part.csv"), extract=True).files

    assert file.unlisted == 0
    assert set(statuses(register).values()) == {"Registered"}


def test_a_place_that_no_list_ever_had_is_not_taken_away_by_one(register):
    register.load(register.documents(ROSE), register.active(listed(1)))

    register.load(register.active(listed(1), listed(2), name="next.csv"))

    assert statuses(register)["Rose Cottage"] == "Registered"


def test_a_list_of_another_shape_takes_nothing_away_that_a_newer_one_has(register):
    register.load(register.active(listed(1), listed(2), name="01_March_2026_list.csv"))
    older = "Ivy House 1,,,,Residential homes,,1-300000001,"

    register.load(register.directory(older, name="2026-02-10_directory.csv"))

    assert set(statuses(register).values()) == {"Registered"}


def test_a_place_that_a_list_has_again_is_registered_again(register, clock):
    register.load(register.active(*map(listed, TEN)))
    register.load(register.active(*map(listed, TEN[:-1]), name="shorter.csv"))
    clock.passes(days=1)

    register.load(register.active(*map(listed, TEN), name="longer.csv"))

    assert differences(register) == [
        ("registered", "1-300000010", "status Deregistered -> Registered")
    ]


def test_a_first_load_tells_of_no_changes_for_all_is_new(register):
    summary = register.load(register.documents(ROSE, LILAC, ROSE_CARE))

    assert summary.new == 3
    assert differences(register) == []


def test_each_change_is_told_by_its_kind_and_in_words(register, clock):
    register.load(register.documents(ROSE, LILAC), register.active(*map(listed, TEN)))
    clock.passes(days=1)

    register.load(
        register.documents(
            ROSE | {"odsCode": "VQ00A", "phone": ""},
            LILAC | {"postalCode": "ZZ3 3AA", "careHome": "N", "gacServiceTypes": [
                {"name": "Domiciliary care service"}]},
            name="next.json",
        ),
        register.active(*map(listed, (*TEN[:-1], 11)), name="next.csv"),
    )  # fmt: skip

    assert differences(register) == [
        ("new", "1-300000011", ""),
        ("coded", "1-100000001", "known now: code"),
        (
            "changed",
            "1-100000002",
            "postcode ZZ2 2AA -> ZZ3 3AA; kind care_home -> domiciliary; known now: service types",
        ),
        ("deregistered", "1-300000010", "status Registered -> Deregistered"),
    ]


def test_differences_are_those_of_a_load_or_since_a_moment(register, clock):
    register.load(register.documents(ROSE))
    for name in ("Rose House", "Rose Court"):
        clock.passes(days=1)
        register.load(register.documents(ROSE | {"name": name}, name=f"{name}.json"))

    house, court = "name Rose Cottage -> Rose House", "name Rose House -> Rose Court"
    assert differences(register) == [("changed", "1-100000001", court)]
    assert differences(register, load=2) == [("changed", "1-100000001", house)]
    both = differences(register, since=MONDAY + timedelta(hours=1))
    assert [words for _, _, words in both] == [house, court]


def test_what_one_file_changed_and_the_next_put_back_is_no_change(register):
    register.load(register.documents(ROSE))

    summary = register.load(
        register.documents(ROSE | {"name": "Rose House"}, name="a.json"),
        register.documents(ROSE, name="b.json"),
    )

    assert (summary.changed, differences(register)) == (0, [])


def test_a_provider_that_changed_is_told_of(register):
    register.load(register.documents(ROSE, ROSE_CARE))

    register.load(register.documents(ROSE_CARE | {"odsCode": "A0A1"}, name="next.json"))

    (difference,) = register.store.run(lambda tx: list(loads.differences(tx)))
    assert (difference.kind, difference.is_provider, difference.number, difference.name) == (
        *("coded", True, "1-200000001", "Rose Care Ltd"),
    )


def test_status_counts_what_the_register_holds(register):
    register.load(
        register.documents(ROSE | {"odsCode": "VQ00A"}, LILAC, ROSE_CARE),
        register.sites(ods("VQ00C", name="IVY", closed="20260101")),
    )

    counted = register.store.run(loads.counts)

    assert counted == {
        "locations": 3, "registered": 2, "care_homes": 2, "home_care": 0, "deregistered": 1,
        "known_to_ods_alone": 1, "not_yet_coded": 1, "closed_codes": 0, "providers": 1,
        "codes": 2, "claims": 0,
    }  # fmt: skip


def test_the_register_says_which_load_it_stands_at(register):
    assert register.store.run(loads.standing) is None

    register.load(register.active(listed(1), name="01_March_2026_list.csv"))

    stands = register.store.run(loads.standing)
    assert (stands.number, stands.loaded_at) == (1, MONDAY)
    assert stands.words == "CQC active locations of 1 March 2026 (01_March_2026_list.csv)"
