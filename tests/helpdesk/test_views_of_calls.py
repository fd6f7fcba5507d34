"""Lists of calls, on both engines: on hold, closed, with certain words."""

from datetime import timedelta

import pytest

from helpdesk.desk.holds import Holding
from helpdesk.desk.steps import Ending
from helpdesk.sweep import sweep
from helpdesk.views import worklist
from helpdesk.views.closed import closed
from helpdesk.views.on_hold import on_hold
from tests.helpdesk.looking import BART, CRIS, acknowledged, raised, seen, staffed
from workflows.holds import Next, Rules
from workflows.lifecycle import Hold, Outcome
from workflows.standing import Standing


@pytest.fixture
def desk(store):
    return staffed(store)


# Holds


def test_what_comes_next_to_a_hold_is_what_the_sweep_does_then(desk, url, clock):
    call = acknowledged(desk)
    desk.hold(call, BART, Holding(Hold.AWAITING_REQUESTER, clock.now + timedelta(days=30)))
    seen_next = []
    while True:
        (held,) = seen(url, on_hold, Rules(), clock.now) or (None,)
        if held is None:
            break
        seen_next.append(held.coming)
        clock.now = held.coming_at
        sweep(desk.store, desk.journal)

    assert seen_next == [Next.CHASE, Next.CHASE, Next.NO_REPLY]
    assert [line.reference for line in seen(url, closed, 9).lines] == [call]


def test_cqc_keeps_a_clock_still_for_so_long_and_then_the_hold_goes_on(desk, url, clock):
    call = acknowledged(desk)
    desk.hold(call, BART, Holding(Hold.AWAITING_CQC, clock.now + timedelta(days=40)))
    (before,) = seen(url, on_hold, Rules(), clock.now)

    clock.now = before.coming_at
    sweep(desk.store, desk.journal)
    (after,) = seen(url, on_hold, Rules(), clock.now)

    assert (before.coming, after.coming) == (Next.PAUSE_ENDS, Next.ENDS)
    assert (before.stands_still, after.stands_still) == (True, False)
    assert before.coming_at == before.since + timedelta(days=28)
    assert after.coming_at == after.until
    assert after.reference == call


def test_a_hold_past_its_date_and_one_before_a_due_are_remarkable(desk, url, clock):
    call = acknowledged(desk)
    clock.passes(days=6, hours=1)
    desk.hold(call, BART, Holding(Hold.AWAITING_CQC, clock.now + timedelta(hours=1)))
    clock.passes(hours=2)  # and no sweep

    (held,) = seen(url, on_hold, Rules(), clock.now)

    assert held.remarks == ("placed shortly before it was due", "past its date")


# Closed calls, and words


def ended(desk, clock, number):
    calls = []
    for each in range(number):
        calls.append(raised(desk, f"Rose Cottage {each}"))
        clock.passes(minutes=1)
        desk.close(calls[-1], BART, Ending(Outcome.SPAM))
    return calls


def test_closed_calls_come_newest_first_and_are_counted(desk, url, clock):
    calls = ended(desk, clock, 5)

    some, all_of_them = seen(url, closed, 2), seen(url, closed, 5)

    assert [line.reference for line in some.lines] == calls[:2:-1]
    assert (some.total, all_of_them.total) == (5, 5)
    line = some.lines[0]
    assert (line.state, line.outcome, line.standing) == ("closed", "spam", Standing.CANCELLED)
    assert seen(url, worklist, clock.now) == []


def test_a_closed_call_stands_as_its_worst_clock_did(desk, url, clock):
    late, in_time = raised(desk), None
    clock.passes(hours=49)
    in_time = acknowledged(desk)
    desk.acknowledge(late, BART)
    for call in (late, in_time):
        desk.close(call, BART, Ending(Outcome.WITHDRAWN))

    found = {line.reference: line.standing for line in seen(url, closed, 9).lines}

    assert found == {late: Standing.BREACHED, in_time: Standing.MET}


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        (["rose"], True),
        (["ROSE", "cottage"], True),
        (["cottage", "anne"], True),
        (["lilac"], False),
        (["rose", "lilac"], False),
        (["anne@rosecottage"], True),
        (["zz11aa"], True),
        (["ZZ1", "1aa"], True),
        (["01632960123"], True),
        (["ods-1"], True),
        (["1"], True),
        (["ODS-000002"], False),
        (["café"], True),
        (["CAFÉ"], True),
        (["100%"], True),
        (["%"], True),
        (["r%e"], False),
        (["r_se"], False),
        (["_"], False),
        (["!"], False),
        (["'"], True),
        (["' OR 1=1 --"], False),
        ([":word_0_0"], False),
        (["\\"], False),
    ],
)
def test_words_find_calls_open_and_closed(desk, url, clock, words, is_found):
    call = raised(
        desk,
        "Rose Cottage, 100% O'Brien's Café",
        requester_name="Anne Archer",
        requester_email="anne@rosecottage.example",
        requester_phone="01632 960 123",
        postcode="ZZ1 1AA",
    )
    found = [call] if is_found else []

    assert [line.reference for line in seen(url, worklist, clock.now, None, words)] == found
    desk.close(call, BART, Ending(Outcome.SPAM))
    assert [line.reference for line in seen(url, closed, 9, None, words).lines] == found


def test_words_and_an_agent_go_together(desk, url, clock):
    mine = acknowledged(desk)
    hers = acknowledged(desk, CRIS)
    for call in (mine, hers):
        desk.close(call, BART, Ending(Outcome.WITHDRAWN))

    assert [line.reference for line in seen(url, closed, 9, "cris", ["rose"]).lines] == [hers]
    assert seen(url, closed, 1, "cris", ["rose"]).total == 1
