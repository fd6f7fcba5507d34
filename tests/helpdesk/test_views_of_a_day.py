"""What the day brings, on both engines: the morning of an agent, and the forecast."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.config.settings import Config
from helpdesk.desk.holds import Holding
from helpdesk.journal import Journal
from helpdesk.sweep import sweep
from helpdesk.views import breaching_today, worklist
from helpdesk.views.breaking import forecast, next_opening
from helpdesk.views.morning import Day, Part, brief
from tests.helpdesk.looking import BART, CRIS, SUE, acknowledged, raised, seen, staffed
from workflows.lifecycle import Hold
from workflows.standing import Standing

HOURS = Config().hours


@pytest.fixture
def desk(store):
    return staffed(store)


def morning(url, clock, agent="bart"):
    """The morning of `agent` by the clocks of London, in winter."""
    begins = clock.now.replace(hour=0, minute=0)
    return seen(url, brief, agent, Day(clock.now, begins, begins + timedelta(days=1)))


def parts(url, clock, agent="bart"):
    return [(each.part, each.line.reference) for each in morning(url, clock, agent).entries]


# The morning


def test_a_morning_names_each_call_once_where_it_matters_most(desk, url, clock):
    overdue, urgent = raised(desk), raised(desk)
    desk.set_urgent(urgent, BART, "they go live")
    clock.passes(hours=47)
    crises = acknowledged(desk, CRIS)
    clock.passes(hours=2)
    raised(desk)  # due in two days

    found = parts(url, clock)

    assert found == [(Part.URGENT, urgent), (Part.DUE, overdue)]
    assert crises not in dict.fromkeys(call for _, call in found)


def test_a_morning_tells_what_colleagues_will_miss_today(desk, url, clock):
    call = raised(desk)
    desk.give(call, CRIS, "cris")
    the_day_before = parts(url, clock)
    clock.passes(hours=47, minutes=59)

    in_time = parts(url, clock)
    clock.passes(minutes=1)
    too_late = parts(url, clock)

    assert the_day_before == []
    assert in_time == [(Part.OTHERS, call)]
    assert too_late == []  # cris and the supervisors are told by letter


def test_what_is_due_at_midnight_is_due_tomorrow(desk, url, clock):
    clock.now = datetime(2026, 3, 3, tzinfo=UTC)
    call = raised(desk)
    clock.now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    lines = seen(url, worklist, clock.now)

    assert parts(url, clock) == []
    assert breaching_today(lines, datetime(2026, 3, 5, tzinfo=UTC)) == []
    (line,) = breaching_today(lines, datetime(2026, 3, 5, microsecond=1, tzinfo=UTC))
    assert line.reference == call


def test_a_call_that_waits_is_nothing_for_the_morning_until_its_hold_ends(desk, url, clock):
    call = acknowledged(desk)
    until = clock.now + timedelta(days=2, hours=5)
    desk.hold(call, BART, Holding(Hold.AWAITING_CQC, until))
    quiet = parts(url, clock)

    clock.passes(days=2)
    ending = parts(url, clock)
    clock.passes(days=1)
    sweep(desk.store, desk.journal)
    ended = morning(url, clock).entries

    assert quiet == []
    assert ending == [(Part.ENDING, call)]
    assert [(each.part, each.line.reference) for each in ended] == [(Part.ENDED, call)]
    assert ended[0].ended == (until, "its date has come")


def test_a_hold_that_one_ended_oneself_is_no_news(desk, url, clock):
    mine, hers = acknowledged(desk), acknowledged(desk)
    for call in (mine, hers):
        desk.hold(call, BART, Holding(Hold.AWAITING_CQC))
    clock.passes(hours=1)
    desk.resume(mine, BART)
    clock.passes(hours=1)
    desk.resume(hers, SUE)
    clock.passes(days=1)

    assert parts(url, clock) == [(Part.ENDED, hers)]
    assert morning(url, clock).since == clock.now - timedelta(days=1, hours=1)
    desk.note(hers, BART, "seen")
    clock.passes(days=1)
    assert parts(url, clock) == []


def test_what_ended_before_one_left_is_known(desk, url, clock):
    call = acknowledged(desk)
    desk.hold(call, BART, Holding(Hold.AWAITING_CQC))
    desk.resume(call, SUE)
    clock.passes(hours=1)
    desk.note(call, BART, "seen")
    clock.passes(days=1)

    assert parts(url, clock) == []


def test_the_calls_of_who_is_away_are_everybodys(desk, url, clock):
    call, urgent = acknowledged(desk, CRIS), acknowledged(desk, CRIS)
    desk.set_urgent(urgent, CRIS, "they go live")
    assert parts(url, clock) == []

    desk.away("cris", clock.now + timedelta(days=7), SUE)

    assert parts(url, clock) == [(Part.URGENT, urgent), (Part.AWAY, call)]
    (line,) = (each for each in seen(url, worklist, clock.now) if each.reference == call)
    assert line.owner_away
    assert line.owner_back == clock.now + timedelta(days=7)
    clock.passes(days=7)  # and then they are back by themselves
    assert (Part.AWAY, call) not in parts(url, clock)
    assert not any(each.owner_away for each in seen(url, worklist, clock.now))


def test_who_never_comes_back_is_away(desk, url, clock):
    call = acknowledged(desk, CRIS)
    desk.store.run(lambda tx: setattr(tx.agent("cris"), "active", False))

    assert parts(url, clock) == [(Part.AWAY, call)]


def test_a_morning_counts_what_waits_in_all(desk, url, clock):
    acknowledged(desk)
    acknowledged(desk, CRIS)
    raised(desk)
    desk.hold(acknowledged(desk), BART, Holding(Hold.AWAITING_CQC))

    found = morning(url, clock)

    assert found.waiting == 4
    assert (found.mine, found.nobodys, found.resting) == (2, 1, 1)
    assert morning(url, clock, agent="").mine == 0


# The forecast


def test_a_forecast_tells_what_breaches_before_the_desk_opens_next(desk, url, clock):
    first = raised(desk)  # due on Wednesday at nine, as the desk opens
    desk.give(first, CRIS, "cris")
    clock.passes(hours=1)
    raised(desk)  # and this one an hour later
    clock.passes(hours=26)  # it is Tuesday, noon

    found = seen(url, forecast, HOURS, clock.now, datetime(2026, 3, 4, 9, tzinfo=UTC))

    (call,) = found.calls
    assert (call.reference, call.owner, call.target) == (first, "cris", "acknowledge")
    assert (call.left, call.staffed) == (timedelta(hours=21), timedelta(hours=5))
    assert call.standing is Standing.ON_TRACK
    assert (found.breached, found.staffed) == (0, timedelta(hours=5))


def test_what_is_breached_already_is_counted_and_no_forecast(desk, url, clock):
    raised(desk)
    clock.passes(hours=48)

    found = seen(url, forecast, HOURS, clock.now, clock.now + timedelta(days=30))

    assert (found.calls, found.breached) == ([], 1)


def test_what_stands_still_does_not_breach(desk, url, clock):
    waiting, internal = acknowledged(desk), acknowledged(desk)
    desk.hold(waiting, BART, Holding(Hold.AWAITING_REQUESTER))
    desk.hold(internal, BART, Holding(Hold.INTERNAL, clock.now + timedelta(days=20)))

    found = seen(url, forecast, HOURS, clock.now, clock.now + timedelta(days=10))

    assert [call.reference for call in found.calls] == [internal]


def test_a_forecast_goes_by_agent_and_nobodys_come_first(desk, url, clock):
    late, early, nobodys = acknowledged(desk), acknowledged(desk, CRIS), raised(desk)
    clock.passes(minutes=1)
    later = acknowledged(desk)

    found = seen(url, forecast, HOURS, clock.now, clock.now + timedelta(days=10))

    assert [call.reference for call in found.calls] == [nobodys, late, later, early]


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-03-02 12:00", "2026-03-03 09:00"),  # on Monday, tomorrow
        ("2026-03-02 08:59", "2026-03-02 09:00"),  # before it opens, today
        ("2026-03-06 16:59", "2026-03-09 09:00"),  # on Friday, after the weekend
        ("2026-03-07 12:00", "2026-03-09 09:00"),
        ("2026-04-02 12:00", "2026-04-07 08:00"),  # over Easter, and in summer time
    ],
)
def test_the_desk_opens_next_when_it_was_closed(now, opens):
    at = datetime.fromisoformat(f"{now}+00:00")
    tomorrow = at.replace(hour=0, minute=0) + timedelta(days=1)

    assert next_opening(HOURS, at, tomorrow) == datetime.fromisoformat(f"{opens}+00:00")


def test_a_warning_about_the_call_of_who_is_away_goes_to_the_desk(desk, url, clock):
    raised(desk)
    desk.give("1", CRIS, "cris")
    desk.away("cris", datetime(2026, 3, 9, 9, tzinfo=UTC), SUE)
    people = Config(people={"desk": ["desk@ods.example"], "supervisors": ["sue@ods.example"]})

    clock.passes(hours=29)  # it is Tuesday, two in the afternoon: three desk hours are left
    sweep(desk.store, Journal(people))

    letters = desk.store.run(lambda tx: tx.rows("SELECT kind, to_address, raw FROM letter"))
    (letter,) = (each for each in letters if each["kind"].startswith("at_risk"))
    assert (letter["kind"], letter["to_address"]) == ("at_risk.desk", "desk@ods.example")
    assert b"Cris (away until Mon 9 Mar)" in bytes(letter["raw"])
