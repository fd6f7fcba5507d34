"""Two write into the register at a time: the second sees what the first wrote."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest

from helpdesk.desk.providing import Wish
from helpdesk.desk.recoding import Moving
from helpdesk.errors import StoreBusy
from helpdesk.models import Location
from tests.helpdesk.loaded import LILAC, ROSE, listed

CODED = ROSE | {"odsCode": "VQ00A"}


class Between:
    """Something that is done whenever a file was read to its end, as often as it says."""

    def __init__(self, deed, times=1):
        self.deed, self.times, self.told = deed, times, 0

    def __call__(self, _name, _share):
        self.told += 1
        at_end = self.told % 2 == 0  # so short a file is told of when it is begun, and at its end
        if at_end and self.times:
            self.times -= 1
            self.deed()


def test_a_load_is_worked_out_anew_if_another_came_between(register):
    register.load(register.documents(ROSE, LILAC, name="before.json"))
    between = partial(register.load, register.documents(CODED, name="between.json"))
    renamed = register.documents(ROSE | {"name": "Rose House"}, name="next.json")

    summary = register.load(renamed, progress=Between(between))

    rose, _ = register.all(Location)
    assert (rose.name, rose.code, summary.changed) == ("Rose House", "VQ00A", 1)
    assert [row["file"] for row in register.rows("SELECT file FROM register_load")] == [
        *("before.json", "between.json", "next.json"),
    ]


def test_a_code_that_an_agent_is_given_meanwhile_is_not_lost(register):
    register.load(register.documents(ROSE, LILAC))
    call = register.traced("1-100000001")
    allocate = partial(register.app.desk.allocate, call, register.bart, Wish(new=True))
    renamed = register.documents(ROSE | {"name": "Rose House"}, name="next.json")

    register.load(renamed, progress=Between(allocate))

    rose, _ = register.all(Location)
    assert (rose.name, rose.code) == ("Rose House", "VX000")


def test_a_code_that_is_given_meanwhile_is_given_to_nobody_else(register):
    register.load(register.documents(ROSE, LILAC))
    call = register.traced("1-100000001")
    allocate = partial(register.app.desk.allocate, call, register.bart, Wish(new=True))
    same = register.documents(LILAC | {"odsCode": "VX000"}, name="next.json")

    summary = register.load(same, progress=Between(allocate))

    assert register.codes() == {("1-100000001", "VX000"), ("1-100000002", "")}
    assert len(summary.claims) == 1


def test_a_code_that_is_moved_meanwhile_stays_moved(register, clock):
    register.load(register.documents(CODED, LILAC))

    def move():
        clock.passes(minutes=1)
        register.app.desk.move_code("VQ00A", register.bart, Moving("1-100000002", "so ODS"))

    renamed = register.documents(
        ROSE | {"name": "Rose House"}, LILAC | {"name": "Lilac Court"}, name="next.json"
    )

    register.load(renamed, progress=Between(move))

    assert register.codes() == {("1-100000001", ""), ("1-100000002", "VQ00A")}
    assert [row.name for row in register.all(Location)] == ["Rose House", "Lilac Court"]


def test_a_former_code_that_a_place_is_given_back_meanwhile_is_not_lost(register, clock):
    register.load(register.documents(CODED, LILAC | {"odsCode": "VQ00C"}))
    desk, bart = register.app.desk, register.bart
    desk.move_code("VQ00C", bart, Moving("1-100000001", "ODS says so", instead=True))
    desk.move_code("VQ00C", bart, Moving("1-100000002", "they were wrong"))
    call = register.traced("1-100000001")

    def give_back():
        clock.passes(minutes=1)
        desk.allocate(call, bart, Wish(site="VQ00A", parent="A0A1"))

    renamed = register.documents(ROSE | {"name": "Rose House"}, name="next.json")
    register.load(renamed, progress=Between(give_back))

    assert register.codes() == {("1-100000001", "VQ00A"), ("1-100000002", "VQ00C")}


def test_a_load_that_others_always_come_before_gives_up_and_changes_nothing(register):
    register.load(register.documents(ROSE))
    names = iter("abcde")

    def between():
        name = next(names)
        register.load(register.documents(ROSE | {"alsoKnownAs": name}, name=f"{name}.json"))

    renamed = register.documents(ROSE | {"name": "Rose House"}, name="next.json")

    with pytest.raises(StoreBusy, match="type the same command again"):
        register.load(renamed, progress=Between(between, times=5))

    rose = register.location()
    assert (rose.name, rose.also_known_as) == ("Rose Cottage", "e")


def test_two_loads_at_once_are_as_good_as_one_after_the_other(register):
    files = [
        register.active(*(listed(number) for number in range(1, 400)), name="one.csv"),
        register.documents(*(ROSE | {"locationId": f"1-{300000000 + n}", "name": f"Rose {n}",
                                     "odsCode": f"V{n:04}"} for n in range(1, 400))),
    ]  # fmt: skip
    both = Barrier(2)

    def load(file):
        both.wait()
        return register.load(file)

    with ThreadPoolExecutor(2) as pool:
        summaries = list(pool.map(load, files))

    found = register.all(Location)
    assert len(found) == 399
    assert all(row.code and row.listed for row in found)
    assert sorted(sum(each.new for each in summary.files) for summary in summaries) in (
        [0, 400],  # of locations, and the one provider that the list names
        [1, 399],
    )
    assert len(register.rows("SELECT * FROM register_load")) == 2
    assert len(register.rows("SELECT value FROM code")) == 399
