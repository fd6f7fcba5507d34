"""What the digest of a morning tells: new, old, over, and what comes today."""

from helpdesk.app import build
from helpdesk.config.settings import Ladder
from tests.helpdesk.reports.reported import Made, feb, mar
from workflows.lifecycle import Hold, Outcome


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
