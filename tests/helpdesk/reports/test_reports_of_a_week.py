"""The figures of a week, worked out by hand for the desk of conftest.py."""

from datetime import UTC, date, datetime, timedelta

from helpdesk import reports
from helpdesk.config.settings import Config, Ladder
from helpdesk.reports import days
from helpdesk.reports.figures import EndToEnd, Held, Kept
from tests.helpdesk.reports.reported import Made, feb, hours, mar
from workflows.lifecycle import Hold, Outcome


def test_acknowledge_is_kept_by_those_that_somebody_could_keep(a_week: Made) -> None:
    acknowledge, _ = a_week.week().targets

    assert acknowledge == Kept(
        target="acknowledge",
        promised="48 hours",
        finished=2,  # A after 1 hour, C after 72
        met_net=1,
        met_gross=1,
        p50=hours(1),
        p90=hours(72),
        breached=1,  # C; G was the week before
        unwinnable=1,  # D
        cancelled=1,  # F
    )


def test_provide_is_met_net_where_the_hold_is_left_out_and_gross_where_it_is_not(
    a_week: Made,
) -> None:
    _, provide = a_week.week().targets

    assert provide == Kept(
        target="provide",
        promised="7 days",
        finished=2,  # A after 2 days, B after 9, of which it waited 4
        met_net=2,
        met_gross=1,
        p50=timedelta(days=2),
        p90=timedelta(days=9),
        breached=0,
        unwinnable=0,
        cancelled=1,  # C
    )


def test_end_to_end_is_from_the_request_to_the_code_whatever_waited(a_week: Made) -> None:
    # A after 2 days and an hour; B after 9 days and 3 hours, 3 hours after its promise.
    assert a_week.week().end_to_end == EndToEnd(
        provided=2, in_time=1, p50=hours(49), p90=hours(9 * 24 + 3)
    )


def test_ageing_is_how_old_open_calls_were_when_the_week_ended(a_week: Made) -> None:
    assert a_week.week().ageing == {
        "under 1 day": 0,
        "1 to 3 days": 2,  # D and E
        "3 to 7 days": 0,
        "7 to 14 days": 1,  # G
        "over 14 days": 0,
    }


def test_time_on_hold_is_what_of_it_lay_in_the_week(a_week: Made) -> None:
    assert a_week.week().holds == (
        Held("internal", 1, hours(24)),  # A
        Held("awaiting_requester", 1, hours(12)),  # B: the rest lay in the week before
    )
    assert a_week.week(date(2026, 2, 23)).holds == (Held("awaiting_requester", 1, hours(3.5 * 24)),)


def test_calls_are_counted_as_they_came_and_went(a_week: Made) -> None:
    week = a_week.week()

    assert week.outcomes == {"provided": 2, "spam": 1, "withdrawn": 1}
    assert (week.received, week.closed, week.open) == (5, 4, 3)


def test_a_breach_counts_in_the_week_in_which_it_fell_due_though_nothing_ended(
    a_week: Made,
) -> None:
    acknowledge, _ = a_week.week(date(2026, 2, 23)).targets

    assert (acknowledge.finished, acknowledge.met_net, acknowledge.breached) == (1, 1, 1)


def test_what_happens_later_changes_no_week_that_is_past(a_week: Made) -> None:
    before = a_week.week()
    a_week.app.desk.reopen("ODS-000003", a_week.bart, "the code is for another home")
    a_week.acknowledged("ODS-000002")
    a_week.at(mar(10, 9)).closed("ODS-000002", Outcome.NO_REPLY)

    again = a_week.week()

    assert again.outcomes == before.outcomes
    assert again.ageing == before.ageing
    assert again.targets == before.targets


def test_each_cycle_is_a_promise_of_its_own(a_week: Made) -> None:
    a_week.app.desk.reopen("ODS-000003", a_week.bart, "the code is for another home")
    a_week.at(mar(10, 9)).provided("ODS-000003")
    a_week.at(mar(10, 10))

    _, provide = a_week.week(date(2026, 3, 9)).targets

    assert (provide.finished, provide.met_net, provide.p50) == (1, 1, timedelta(days=1))
    assert a_week.week(date(2026, 3, 9)).end_to_end.provided == 0  # it had its code before


def test_a_week_that_is_not_over_is_told_up_to_now(made: Made) -> None:
    call = made.at(mar(2, 9)).raised("Rose Cottage")
    made.acknowledged(call)
    made.held(call, Hold.AWAITING_CQC)
    made.at(mar(3, 9))

    week = made.week()

    assert (week.end, week.open) == (mar(3, 9), 1)
    assert week.holds == (Held("awaiting_cqc", 1, hours(24)),)


def test_what_is_due_at_the_very_end_of_a_week_belongs_to_the_next(made: Made) -> None:
    made.at(mar(7)).raised("Rose Cottage")  # due Monday 9 March 00:00
    made.at(mar(9, 9))

    assert made.week().targets[0].breached == 0
    assert made.week(date(2026, 3, 9)).targets[0].breached == 1


def test_a_week_in_which_nothing_was_done_has_no_percentages(made: Made) -> None:
    made.at(mar(9, 9))

    facts = reports.weekly_facts(made.week(), made.app.config)

    assert [each["percent_net"] for each in facts["targets"]] == ["-", "-"]
    assert [each["p50"] for each in facts["targets"]] == ["-", "-"]
    assert (facts["ageing"], facts["holds"], facts["outcomes"]) == ([], [], [])
    assert facts["week"] == {"begins": "Monday 2 March 2026", "ends": "Sunday 8 March 2026"}


def test_a_week_begins_at_local_midnight_on_the_day_of_the_report() -> None:
    config = Config()

    # Clocks go forward on Sunday 29 March: that week has an hour less.
    span = days.week_with(config, date(2026, 3, 29))

    assert span == (mar(23), mar(29, 23))
    assert days.last_week(config, datetime(2026, 3, 30, 8, tzinfo=UTC)) == span
    fridays = config.model_copy(update={"ladder": Ladder(weekly="friday")})
    assert days.week_with(fridays, date(2026, 3, 5)) == (feb(27, 0), mar(6))
