"""Figures of a week and of a morning, each worked out by hand for a made-up desk.

The week is that of Monday 2 March 2026, at a desk that has the default promises and hours:

    A  received Mon  2 Mar 09:00, acknowledged 10:00; held at the desk Tue 10:00 until it was
       allocated, Wed 10:00; closed
    B  received Mon 23 Feb 09:00, acknowledged 12:00; held for the requester Thu 26 Feb 12:00 to
       Mon 2 Mar 12:00; allocated Wed 4 Mar 12:00; closed
    C  received Mon  2 Mar 09:00, acknowledged Thu 09:00, a day late; withdrawn Fri 09:00
    D  received Fri  6 Mar 18:00, acknowledged Sun 12:00: no desk time lay before its due
    E  received Sat  7 Mar 10:00, and nobody answered
    F  received Tue  3 Mar 09:00, closed as spam 10:00
    G  received Mon 23 Feb 09:00, and nobody answered: breached Wed 25 Feb 09:00
"""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from helpdesk import reports
from helpdesk.app import App, build
from helpdesk.config.settings import Config, Desk, Ladder, People
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.database import reading
from helpdesk.desk.holds import Holding
from helpdesk.desk.people import Person
from helpdesk.desk.steps import Choice, Ending
from helpdesk.duties import load_register
from helpdesk.intake import Request
from helpdesk.reports import days, numbers
from helpdesk.reports.figures import Ended, EndToEnd, Held, Kept, Week
from helpdesk.sweep import sweep
from notifications.facts import FACTS
from workflows.lifecycle import Hold, Outcome

PLACE = {
    "locationId": "1-100000001",
    "providerId": "1-200000001",
    "name": "Rose Cottage",
    "odsCode": "VN1A2",
    "registrationStatus": "Registered",
}
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "|cmd", "%0A=1"]


def feb(day: int, hour: int) -> datetime:
    return datetime(2026, 2, day, hour, tzinfo=UTC)


def mar(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


class Made:
    """A desk to which things happen at moments that a test names, in their order."""

    def __init__(self, app: App, clock: Any) -> None:
        self.app, self.clock = app, clock
        self.bart = app.desk.who("bart", None)

    def at(self, moment: datetime) -> "Made":
        assert moment >= self.clock.now
        self.clock.now = moment
        return self

    def raised(self, organisation: str) -> str:
        request = Request(organisation=organisation, requester_email="anne@rosecottage.example")
        answer = self.app.desk.raise_call(request, self.bart, None, again=True).answer
        return str(answer["reference"])

    def acknowledged(self, call: str) -> None:
        self.app.desk.acknowledge(call, self.bart)

    def provided(self, call: str) -> None:
        self.app.desk.trace(call, self.bart, Choice(location="1-100000001"))
        self.app.desk.allocate(call, self.bart)
        self.closed(call)

    def held(self, call: str, reason: Hold, until: datetime | None = None) -> None:
        self.app.desk.hold(call, self.bart, Holding(reason, until))

    def closed(self, call: str, outcome: Outcome | None = None) -> None:
        self.app.desk.close(call, self.bart, Ending(outcome))

    def week(self, day: date = date(2026, 3, 2)) -> Week:
        with reading(self.app.store.url) as reader:
            config = self.app.config
            return reports.week(reader, config, *reports.week_with(config, day), self.clock.now)

    def morning(self, since: datetime) -> dict[str, Any]:
        with reading(self.app.store.url) as reader:
            return reports.morning(reader, self.app.config, self.clock.now, since)

    def sweeps(self) -> None:
        sweep(self.app.store, self.app.journal)


@pytest.fixture
def made(url: str, clock: Any, tmp_path: Path) -> Iterator[Made]:
    clock.now = feb(23, 9)
    config = Config(
        store=StoreSettings(database=url),
        people=People(supervisors=("sue@ods.example",)),
        desk=Desk(address="desk@ods.example"),
    )
    app = build(config, clock)
    app.desk.first_agent("sue", "Sue Shah")
    app.desk.add_agent(Person("bart", "Bart Brown", "bart@ods.example", "bart"), "sue")
    register = tmp_path / "register.json"
    register.write_text(json.dumps([PLACE]), encoding="utf-8")
    load_register(app, [register], app.desk.who("sue", None))
    yield Made(app, clock)
    app.store.engine.dispose()


@pytest.fixture
def a_week(made: Made) -> Made:
    """The desk of the first lines of this file, on the Monday after."""
    b, _g = made.raised("B"), made.raised("G")
    made.at(feb(23, 12)).acknowledged(b)
    made.at(feb(26, 12)).held(b, Hold.AWAITING_REQUESTER)
    made.at(mar(2, 9))
    a, c = made.raised("A"), made.raised("C")
    made.at(mar(2, 10)).acknowledged(a)
    made.at(mar(2, 12)).app.desk.resume(b, made.bart)
    f = made.at(mar(3, 9)).raised("F")
    made.at(mar(3, 10)).closed(f, Outcome.SPAM)
    made.held(a, Hold.INTERNAL, until=mar(20))
    made.at(mar(4, 10)).provided(a)
    made.at(mar(4, 12)).provided(b)
    made.at(mar(5, 9)).acknowledged(c)
    made.at(mar(6, 9)).closed(c, Outcome.WITHDRAWN)
    d = made.at(mar(6, 18)).raised("D")
    made.at(mar(7, 10)).raised("E")
    made.at(mar(8, 12)).acknowledged(d)
    return made.at(mar(9, 9))


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


def test_a_letter_tells_the_week_in_words(a_week: Made) -> None:
    facts = reports.weekly_facts(a_week.week(), a_week.app.config)

    provide = facts["targets"][1]
    assert (provide["percent_net"], provide["percent_gross"]) == ("100.0 %", "50.0 %")
    assert (provide["share_net"], provide["share_gross"]) == (100, 50)
    assert facts["end_to_end"]["p90"] == "9 days 3 hours"
    assert facts["holds"] == [
        {"reason": "internal", "calls": 1, "time": "1 day", "share": 67},
        {"reason": "awaiting the requester", "calls": 1, "time": "12 hours", "share": 33},
    ]
    assert [each["share"] for each in facts["ageing"]] == [0, 67, 0, 33, 0]


def test_the_table_has_a_line_for_each_clock_that_ended_and_no_requester(a_week: Made) -> None:
    content = reports.csv_of(a_week.week(), "Europe/London")

    assert content.startswith(b"\xef\xbb\xbf")
    assert b"anne" not in content.lower()
    lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [(line["reference"], line["target"]) for line in lines] == [
        ("ODS-000003", "acknowledge"),  # A
        ("ODS-000005", "acknowledge"),  # F
        ("ODS-000003", "provide"),
        ("ODS-000001", "provide"),  # B
        ("ODS-000004", "acknowledge"),  # C
        ("ODS-000004", "provide"),
        ("ODS-000006", "acknowledge"),  # D
    ]
    assert lines[3] == {
        "reference": "ODS-000001",
        "target": "provide",
        "cycle": "1",
        "started": "2026-02-23T12:00:00+00:00",
        "due": "2026-03-06T12:00:00+00:00",
        "gross due": "2026-03-02T12:00:00+00:00",
        "stopped": "2026-03-04T12:00:00+00:00",
        "standing": "met",
        "net met": "yes",
        "gross met": "no",
        "unwinnable": "no",
        "cancelled": "no",
        "held hours": "96.00",
        "owner": "bart",
    }
    assert [line["cancelled"] + line["net met"] for line in (lines[1], lines[5])] == ["yes", "yes"]
    assert (lines[6]["unwinnable"], lines[6]["net met"]) == ("yes", "yes")


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_the_table_is_a_formula(formula: str) -> None:
    span = (mar(2), mar(9), mar(9), mar(3))
    line = Ended("ODS-1", "x", 1, *span, "met", False, False, hours(0), formula, 1.0)  # noqa: FBT003  # as a row has them
    week = Week(mar(2), mar(9), (), EndToEnd(0, 0, None, None), {}, (), {}, 0, (line,))

    content = reports.csv_of(week, "Europe/London").decode("utf-8-sig")

    (row,) = list(csv.DictReader(io.StringIO(content, newline="")))
    assert row["owner"] == f"'{formula}"


@pytest.mark.parametrize("event", ["weekly", "digest"])
def test_letters_are_given_the_facts_that_they_may_ask_for(a_week: Made, event: str) -> None:
    a_week.sweeps()
    facts = (
        reports.weekly_facts(a_week.week(), a_week.app.config)
        if event == "weekly"
        else a_week.morning(since=mar(8, 9))
    )

    declared = FACTS[event]

    assert facts.keys() == declared.keys() - {"desk", "zone"}
    for name, parts in declared.items():
        told = facts.get(name)
        for each in told if isinstance(told, list) else [told] if parts and told else []:
            assert each.keys() == parts


def test_a_percentile_is_a_time_that_did_happen() -> None:
    spans = [hours(number) for number in (10, 1, 2, 9, 3, 8, 4, 7, 5, 6)]

    assert numbers.percentile(spans, 50) == hours(5)
    assert numbers.percentile(spans, 90) == hours(9)
    assert numbers.percentile(spans[:1], 90) == hours(10)
    assert numbers.percentile([], 50) is None


def test_nearly_all_is_not_told_as_all_nor_nearly_none_as_none() -> None:
    assert numbers.percent_words(9_999, 10_000) == "99.9 %"
    assert numbers.percent_words(1, 10_000) == "0.1 %"
    assert numbers.percent_words(10_000, 10_000) == "100.0 %"
    assert [numbers.share(part, 1000) for part in (0, 1, 999, 1000)] == [0, 1, 99, 100]


def test_a_week_begins_at_local_midnight_on_the_day_of_the_report() -> None:
    config = Config()

    # Clocks go forward on Sunday 29 March: that week has an hour less.
    span = days.week_with(config, date(2026, 3, 29))

    assert span == (mar(23), mar(29, 23))
    assert days.last_week(config, datetime(2026, 3, 30, 8, tzinfo=UTC)) == span
    fridays = config.model_copy(update={"ladder": Ladder(weekly="friday")})
    assert days.week_with(fridays, date(2026, 3, 5)) == (feb(27, 0), mar(6))


def test_a_morning_tells_new_from_old_and_from_what_is_over(made: Made) -> None:
    old = made.raised("Old Mill")
    made.at(feb(25, 10)).sweeps()
    cleared = made.at(feb(26, 9)).raised("Ivy Lodge")
    new = made.at(feb(27, 9)).raised("Rose Cottage")
    made.at(mar(2, 9)).sweeps()
    made.at(mar(2, 10)).acknowledged(cleared)

    facts = made.at(mar(2, 11)).morning(since=feb(27, 9))

    assert [row["reference"] for row in facts["new"]] == [new]
    assert [row["reference"] for row in facts["still"]] == [old]
    assert facts["still"][0] == {
        "reference": old,
        "organisation": "Old Mill",
        "owner": "",
        "target": "acknowledge",
        "promised": "48 hours",
        "due": feb(25, 9),
        "urgent": False,
        "command": f"helpdesk acknowledge {old}",
        "late": "5 days 2 hours",
        "desk_late": "26 desk hours",  # Wed 8, Thu 8, Fri 8, Mon 2
    }
    assert facts["cleared"] == [
        {
            "reference": cleared,
            "organisation": "Ivy Lodge",
            "owner": "Bart Brown",
            "target": "acknowledge",
            "how": "answered 2 days 1 hour late",
        }
    ]
    assert facts["digest"] == {"day": "Monday 2 March 2026", "all_clear": False, "monday": True}


def test_a_morning_looks_ahead_to_midnight(made: Made) -> None:
    # Due Wednesday 4 March at 17:00: at risk from 05:00; urgent from Tuesday 17:00, a day before.
    made.at(mar(2, 17))
    calm, urgent = made.raised("Calm"), made.raised("Urgent")
    made.app.desk.set_urgent(urgent, made.bart, "a system goes live")

    tuesday, wednesday = (
        made.at(mar(3, 9)).morning(mar(2, 9)),
        made.at(mar(4, 9)).morning(mar(3, 9)),
    )

    assert [row["reference"] for row in tuesday["at_risk_today"]] == [urgent]
    assert [row["reference"] for row in wednesday["at_risk_today"]] == [calm, urgent]
    assert wednesday["at_risk_today"][0]["left"] == "8 hours"
    assert wednesday["at_risk_today"][0]["desk_left"] == "8 desk hours"


def test_a_breach_that_no_sweep_has_seen_is_in_the_morning_all_the_same(made: Made) -> None:
    call = made.raised("Rose Cottage")

    facts = made.at(feb(25, 9)).morning(since=feb(24, 9))

    assert [row["reference"] for row in facts["new"]] == [call]
    assert facts["new"][0]["late"] == "less than a minute"


def test_a_call_whose_clock_stands_still_is_not_at_risk(made: Made) -> None:
    call = made.raised("Rose Cottage")
    made.acknowledged(call)
    made.at(feb(24, 9)).held(call, Hold.AWAITING_REQUESTER)

    facts = made.at(mar(4, 9)).morning(since=mar(3, 9))

    assert facts["digest"]["all_clear"]
    assert facts["at_risk_today_total"] == facts["new_total"] == 0


def test_the_audit_of_holds_is_in_the_morning(made: Made) -> None:
    early, late = made.raised("Early"), made.raised("Late")
    made.acknowledged(early)
    made.acknowledged(late)
    made.at(feb(24, 9)).held(early, Hold.AWAITING_REQUESTER)
    made.at(mar(1, 10)).held(late, Hold.AWAITING_CQC, until=mar(20, 9))  # due mar(2, 9)

    facts = made.at(mar(3, 9)).morning(since=mar(2, 9))

    assert facts["holds"] == [
        {
            "reference": late,
            "organisation": "Late",
            "owner": "Bart Brown",
            "reason": "awaiting CQC",
            "until": mar(20, 9),
            "remarks": "placed shortly before it was due",
            "command": f"helpdesk show {late}",
        }
    ]
    assert facts["holds_total"] == 1


def test_a_closed_call_whose_breach_ends_with_it_is_cleared_as_such(made: Made) -> None:
    call = made.raised("Rose Cottage")
    made.at(feb(25, 11)).closed(call, Outcome.SPAM)

    facts = made.morning(since=feb(24, 9))

    assert [row["how"] for row in facts["cleared"]] == ["closed as spam, 2 hours late"]


def test_mail_that_did_not_get_through_is_in_the_morning(made: Made) -> None:
    call = made.raised("Rose Cottage")
    made.acknowledged(call)
    made.app.store.run(
        lambda tx: tx.rows(
            "UPDATE letter SET state = 'failed', error = '550 no', undelivered_at = posted_at"
            " RETURNING id"
        )
    )

    facts = made.at(feb(24, 9)).morning(since=feb(23, 9))

    assert facts["mail"] == [
        {
            "what": "our acknowledgement to anne@rosecottage.example of Rose Cottage"
            f" ({call}) was not delivered",
            "error": "550 no",
            "command": f"helpdesk show {call}",
        }
    ]
    assert made.at(mar(3, 9)).morning(since=mar(2, 9))["mail"] == facts["mail"]
    made.app.store.run(
        lambda tx: tx.rows("UPDATE letter SET kind = 'received.requester' RETURNING id")
    )
    assert made.at(mar(3, 9)).morning(since=mar(2, 9))["mail"] == []


def test_lists_are_cut_and_totals_are_not(made: Made) -> None:
    for number in range(5):
        made.raised(f"Home {number}")
    ladder = Ladder(rows=3)
    made.app = build(made.app.config.model_copy(update={"ladder": ladder}), made.clock)

    facts = made.at(feb(26, 9)).morning(since=feb(25, 9))

    assert (len(facts["new"]), facts["new_total"]) == (3, 5)


def test_a_moment_may_be_asked_for_in_either_way(made: Made) -> None:
    made.raised("Rose Cottage")
    question = "SELECT count(*) AS n FROM call WHERE received_at >= :at AND received_at <= :at"

    for at, number in ((feb(23, 9), 1), (feb(23, 9) + timedelta.resolution, 0)):
        with reading(made.app.store.url) as reader:
            assert reader.rows(question, at=at)[0]["n"] == number
        assert made.app.store.run(lambda tx: tx.rows(question, at=at))[0]["n"] == number  # noqa: B023  # run at once
