"""What letters and tables say of a week, and the numbers in them."""

import csv
import io
from datetime import timedelta

import pytest

from helpdesk import reports
from helpdesk.database import reading
from helpdesk.reports import numbers
from helpdesk.reports.figures import Ended, EndToEnd, Week
from notifications.facts import FACTS
from tests.helpdesk.reports.reported import Made, feb, hours, mar

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "|cmd", "%0A=1"]


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


def test_a_moment_may_be_asked_for_in_either_way(made: Made) -> None:
    made.raised("Rose Cottage")
    question = "SELECT count(*) AS n FROM call WHERE received_at >= :at AND received_at <= :at"

    for at, number in ((feb(23, 9), 1), (feb(23, 9) + timedelta.resolution, 0)):
        with reading(made.app.store.url) as reader:
            assert reader.rows(question, at=at)[0]["n"] == number
        assert made.app.store.run(lambda tx: tx.rows(question, at=at))[0]["n"] == number  # noqa: B023  # run at once
