"""What a policy promises, and when it warns: in elapsed time, and in desk time."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.calendar import ALWAYS, OFFICE, Calendar
from workflows.lifecycle import ACKNOWLEDGE, ODS_CODE, PROVIDE
from workflows.targets import Policy, default_policies, policy_from

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EASTER = Calendar(OFFICE.hours, frozenset({date(2026, 4, 3), date(2026, 4, 6)}))
TWO_DESK_DAYS = Policy(16 * HOUR, lead=2 * HOUR, staffed=4 * HOUR, working=True)


def at(day, clock):
    return datetime.fromisoformat(f"{day}T{clock}+00:00")


def test_the_promises_are_48_hours_and_seven_days():
    assert ACKNOWLEDGE.policy.within == 48 * HOUR
    assert PROVIDE.policy.within == 7 * DAY
    assert default_policies(ODS_CODE.targets) == {
        "acknowledge": ACKNOWLEDGE.policy,
        "provide": PROVIDE.policy,
    }


def test_they_warn_so_long_before():
    leads = [(policy.lead, policy.staffed) for _, _, _, policy, *_ in ODS_CODE.targets]

    assert leads == [(12 * HOUR, 4 * HOUR), (48 * HOUR, 8 * HOUR)]


@pytest.mark.parametrize(
    ("started", "due"),
    [
        (MONDAY, at("2026-03-04", "09:00")),
        (at("2026-03-28", "12:00"), at("2026-03-30", "12:00")),  # clocks go forward
        (at("2026-10-24", "12:00"), at("2026-10-26", "12:00")),  # and back
        (at("2028-02-28", "09:00"), at("2028-03-01", "09:00")),  # a leap day
        (at("2027-02-28", "09:00"), at("2027-03-02", "09:00")),
        (at("2026-12-31", "09:00"), at("2027-01-02", "09:00")),
    ],
)
def test_48_hours_are_48_hours_that_pass(started, due):
    assert ACKNOWLEDGE.policy.due(started) == due
    assert ACKNOWLEDGE.policy.spent(started, due) == 48 * HOUR


@pytest.mark.parametrize(
    ("started", "due"),
    [
        (MONDAY, at("2026-03-03", "17:00")),
        (at("2026-03-06", "18:00"), at("2026-03-10", "17:00")),  # on a Friday, after hours
        (at("2026-03-27", "09:00"), at("2026-03-30", "16:00")),  # clocks go forward
        (at("2026-10-23", "08:00"), at("2026-10-26", "17:00")),  # and back
        (at("2026-04-02", "12:00"), at("2026-04-08", "12:00")),  # over Easter
        (at("2028-02-28", "13:00"), at("2028-03-01", "13:00")),  # a leap day, a Tuesday
    ],
)
def test_sixteen_desk_hours_are_two_days_of_the_desk(started, due):
    policy = TWO_DESK_DAYS._replace(calendar=EASTER)

    assert policy.due(started) == due
    assert policy.spent(started, due) == 16 * HOUR


def test_what_a_clock_stood_still_counts_as_the_rest():
    assert ACKNOWLEDGE.policy.due(MONDAY, DAY) == MONDAY + 3 * DAY
    assert TWO_DESK_DAYS.due(MONDAY, 8 * HOUR) == at("2026-03-04", "17:00")


def test_the_earlier_of_the_two_leads_warns():
    policy = Policy(48 * HOUR, lead=12 * HOUR, staffed=4 * HOUR)

    # Four desk hours before Wednesday at nine is Tuesday at one: earlier than 12 hours before.
    assert policy.at_risk(at("2026-03-04", "09:00"), urgent=False) == at("2026-03-03", "13:00")
    # 12 hours before Tuesday at noon is midnight; four desk hours are left at Monday, four o'clock.
    assert policy.at_risk(at("2026-03-03", "12:00"), urgent=False) == at("2026-03-02", "16:00")
    # 12 hours before five o'clock is five in the morning: earlier than one o'clock.
    assert policy.at_risk(at("2026-03-04", "17:00"), urgent=False) == at("2026-03-04", "05:00")


def test_urgent_doubles_both_leads():
    by_lead = Policy(7 * DAY, lead=48 * HOUR, staffed=8 * HOUR, calendar=ALWAYS)
    by_desk = Policy(7 * DAY, lead=timedelta(), staffed=8 * HOUR)
    due = at("2026-03-13", "17:00")

    assert by_lead.at_risk(due, urgent=False) == due - 48 * HOUR
    assert by_lead.at_risk(due, urgent=True) == due - 96 * HOUR
    assert by_desk.at_risk(due, urgent=False) == at("2026-03-13", "09:00")
    assert by_desk.at_risk(due, urgent=True) == at("2026-03-12", "09:00")


def test_over_a_long_weekend_the_warning_comes_while_somebody_is_there():
    policy = PROVIDE.policy._replace(calendar=EASTER)

    # Due on the Tuesday after Easter, at one: eight desk hours before is the Thursday, at one.
    assert policy.at_risk(at("2026-04-07", "12:00"), urgent=False) == at("2026-04-02", "12:00")


def test_without_desk_hours_the_lead_alone_warns():
    policy = Policy(48 * HOUR, lead=12 * HOUR)

    assert policy.at_risk(MONDAY, urgent=False) == MONDAY - 12 * HOUR
    assert not policy.working
    assert policy.calendar == OFFICE


@pytest.mark.parametrize("policy", [ACKNOWLEDGE.policy, PROVIDE.policy, TWO_DESK_DAYS])
def test_a_policy_is_kept_as_plain_values(policy):
    kept = json.loads(json.dumps(policy.values()))

    assert policy_from(kept, policy.calendar) == policy
    assert kept["calendar"] == policy.calendar.key


def test_a_policy_kept_before_there_were_desk_hours_is_read_without():
    policy = policy_from({"within": 172_800, "lead": 43_200}, EASTER)

    assert policy == Policy(48 * HOUR, 12 * HOUR, timedelta(), working=False, calendar=EASTER)


@settings(deadline=None)
@given(
    started=st.integers(0, 400 * 86_400).map(lambda each: MONDAY + timedelta(seconds=each)),
    minutes=st.integers(1, 60 * 60),
    held=st.integers(0, 60 * 60),
)
def test_before_it_is_due_less_has_been_spent_than_is_allowed(started, minutes, held):
    for policy in (TWO_DESK_DAYS._replace(calendar=EASTER), ACKNOWLEDGE.policy):
        policy = policy._replace(within=timedelta(minutes=minutes))  # noqa: PLW2901
        allowed = timedelta(minutes=minutes + held)

        due = policy.due(started, timedelta(minutes=held))

        assert policy.spent(started, due) == allowed
        assert policy.spent(started, due - timedelta(seconds=1)) == allowed - timedelta(seconds=1)
