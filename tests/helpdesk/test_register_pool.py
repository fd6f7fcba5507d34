"""New codes come from the desk's ranges: in order, never twice, and never one that is known."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from helpdesk.desk.providing import Wish
from helpdesk.errors import BadValue
from helpdesk.register import giving
from helpdesk.register.pool import ALPHABET, Span, spans_of
from tests.helpdesk.loaded import LILAC, ROSE, ods

NEW = Wish(new=True)


def taken(register, *ranges, number=1):
    """As many codes of these ranges as are asked for, in one transaction."""

    def unit(tx):
        return [giving.next_of_pool(tx, spans_of(ranges), "site code") for _ in range(number)]

    return register.store.run(unit)


def test_a_range_is_counted_in_the_letters_that_codes_have():
    span = Span("VX000", "VX9YY")

    assert span.size == 10 * len(ALPHABET) ** 2
    assert (span.at(0), span.at(9), span.at(10), span.at(29)) == (
        *("VX000", "VX009", "VX00A", "VX00Y"),
    )
    assert (span.at(30), span.at(span.size - 1)) == ("VX010", "VX9YY")


def test_no_code_of_a_range_holds_a_letter_that_is_misread():
    span = Span("VX000", "VXYYY")

    codes = [span.at(place) for place in range(span.size)]

    assert len(set(codes)) == len(ALPHABET) ** 3
    assert not set("BIOSUZ") & set("".join(codes))
    assert codes == sorted(codes)


def test_codes_are_taken_in_order_and_go_on_in_the_next_range(register):
    assert taken(register, "VX00A-VX00C", "VX100-VX101", number=3) == ["VX00A", "VX00C", "VX100"]
    assert taken(register, "VX00A-VX00C", "VX100-VX101") == ["VX101"]
    used = register.store.run(giving.used_of_pools)
    assert used == {"VX00A-VX00C": 2, "VX100-VX101": 2}


def test_a_range_that_is_used_up_is_told_with_what_to_do(register):
    taken(register, "VX00A-VX00C", number=2)

    with pytest.raises(BadValue, match=r"no new site code left.*\[codes\] site_pool.*--site CODE"):
        taken(register, "VX00A-VX00C")


def test_a_code_that_the_register_has_already_is_skipped(register):
    register.load(register.sites(ods("VX000"), ods("VX002", name="IVY", parent="AX00")))
    register.load(register.documents(LILAC))

    call = register.traced("1-100000002")
    register.app.desk.allocate(call, register.bart, NEW)

    assert ("1-100000002", "VX001") in register.codes()
    assert register.rows("SELECT value FROM code WHERE origin = 'pool' ORDER BY value") == [
        {"value": "AX01"},
        {"value": "VX001"},
    ]
    assert taken(register, "VX000-VX9YY") == ["VX003"]


def test_a_step_that_is_refused_gives_its_codes_back(register):
    register.load(register.documents(ROSE, LILAC))
    call = register.traced("1-100000001")

    with pytest.raises(BadValue):
        register.app.desk.allocate(call, register.bart, Wish(parent="VQ00A", new=True))
    with pytest.raises(ZeroDivisionError):
        register.store.run(
            lambda tx: giving.next_of_pool(tx, spans_of(("VX000-VX9YY",)), "site code") and 1 / 0
        )

    assert register.store.run(giving.used_of_pools) == {}
    register.app.desk.allocate(call, register.bart, NEW)
    assert ("1-100000001", "VX000") in register.codes()


def test_two_at_once_are_never_given_the_same_code(register):
    homes = [
        ROSE | {"locationId": f"1-{100000000 + n}", "providerId": f"1-{200000000 + n}"}
        for n in range(8)
    ]
    register.load(
        register.documents(*homes),
        register.documents(
            *({"providerId": each["providerId"], "name": "Rose Care"} for each in homes),
            name="providers.json",
        ),
    )
    calls = [register.traced(each["locationId"]) for each in homes]
    all_there = Barrier(4)

    def allocate(mine):
        all_there.wait()
        for call in mine:
            register.app.desk.allocate(call, register.bart, NEW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(allocate, (calls[n::4] for n in range(4))))

    given = register.rows("SELECT site_code, parent_code FROM call ORDER BY id")
    assert {row["site_code"] for row in given} == {f"VX00{n}" for n in range(8)}
    assert {row["parent_code"] for row in given} == {f"AX0{n}" for n in range(8)}
    assert {code for _, code in register.codes()} == {f"VX00{n}" for n in range(8)}
