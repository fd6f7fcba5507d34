"""A person answers within 48 hours of the mail's arrival: at the due moment it is too late."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from helpdesk import duties
from helpdesk.database import moment
from helpdesk.desk.steps import Ending
from helpdesk.errors import BadValue
from helpdesk.intake import Request
from workflows.lifecycle import Outcome

SECOND = timedelta(seconds=1)

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)


def this_week(moment):
    """A moment of the week of Monday 2 March 2026: "Tue 13:00"."""
    day, _, hour = moment.partition(" ")
    number = 2 + ["Mon", "Tue", "Wed", "Thu", "Fri"].index(day)
    return datetime.fromisoformat(f"2026-03-{number:02}T{hour}+00:00")


def test_it_is_due_48_hours_after_the_mail_arrived(story, clock):
    call = story.anne_writes()

    assert story.clock_of(call, "acknowledge")["due_at"] == clock.now + timedelta(hours=48)


@pytest.mark.parametrize(
    ("passed", "standing"),
    [
        (timedelta(hours=28) - SECOND, "on_track"),
        (timedelta(hours=28), "at_risk"),
        (timedelta(hours=48) - SECOND, "at_risk"),
        (timedelta(hours=48), "breached"),
        (timedelta(days=30), "breached"),
    ],
)
def test_at_due_it_is_breached_and_one_second_before_it_is_not(story, clock, passed, standing):
    call = story.anne_writes()

    clock.now += passed
    swept = story.sweeps()

    assert story.standing(call, "acknowledge") == standing
    assert swept.at_risk == (standing == "at_risk")
    assert swept.breached == (standing == "breached")


@pytest.mark.parametrize("late", [timedelta(), SECOND, timedelta(days=3)])
def test_it_was_breached_at_due_whenever_a_sweep_came_to_see_it(story, clock, late):
    call = story.anne_writes()
    due = clock.now + timedelta(hours=48)

    clock.now = due + late
    story.sweeps()

    (event,) = story.rows("SELECT * FROM event WHERE kind = 'breached'")
    row = story.clock_of(call, "acknowledge")
    assert moment(event["at"]) == due
    assert moment(event["recorded_at"]) == due + late
    assert row["detected_at"] == due + late


def test_an_automatic_receipt_does_not_stop_it(story, clock):
    call = story.anne_writes()
    assert len(story.post()) == 1

    clock.passes(hours=48)
    story.sweeps()

    assert story.standing(call, "acknowledge") == "breached"


@pytest.mark.parametrize(
    ("passed", "standing"),
    [(timedelta(hours=48) - SECOND, "met"), (timedelta(hours=48), "breached")],
)
def test_a_person_stops_it(story, clock, passed, standing):
    call = story.anne_writes()

    clock.now += passed
    story.bart.acknowledge(call)

    assert story.standing(call, "acknowledge") == standing
    assert story.clock_of(call, "acknowledge")["stopped_at"] == clock.now
    clock.passes(days=30)
    assert story.standing(call, "acknowledge") == standing


def test_a_breach_is_never_cleared(story, clock):
    call = story.anne_writes()
    clock.passes(hours=50)
    story.sweeps()

    story.bart.acknowledge(call)
    story.bart.close(call, Ending(Outcome.WITHDRAWN))
    clock.passes(days=1)
    story.sweeps()

    assert story.standing(call, "acknowledge") == "breached"
    assert len(story.events(call, "breached")) == 1


def test_what_was_done_in_time_is_never_flagged(story, clock):
    call = story.anne_writes()
    story.bart.acknowledge(call)
    story.bart.close(call, Ending(Outcome.WITHDRAWN))

    clock.passes(days=30)

    assert not any(story.sweeps())


def test_it_counts_from_when_the_mail_arrived_and_not_from_when_it_was_taken_in(
    story, clock, tmp_path
):
    arrived = clock.now - timedelta(hours=60)
    mail = tmp_path / "inbox" / "new" / f"{int(arrived.timestamp())}.M1.desk"
    mail.parent.mkdir(parents=True)
    mail.write_bytes(story.mail())
    os.utime(mail, (arrived.timestamp(), arrived.timestamp()))
    intake = story.app.config.intake.model_copy(update={"paths": (tmp_path / "inbox",)})
    story.reconfigure(intake=intake)

    duties.take_in_now(story.app)
    story.sweeps()

    (call,) = story.references()
    row = story.clock_of(call, "acknowledge")
    assert row["started_at"] == arrived
    assert row["due_at"] == arrived + timedelta(hours=48)
    assert moment(story.events(call, "received")[0]["recorded_at"]) == clock.now
    assert moment(story.events(call, "breached")[0]["at"]) == arrived + timedelta(hours=48)


def test_a_call_by_telephone_may_have_come_earlier_but_never_later(story, clock):
    request = Request(organisation="Rose Cottage")
    earlier = clock.now - timedelta(hours=3)

    story.bart.raise_call(request, earlier)
    with pytest.raises(BadValue, match="has not come yet"):
        story.bart.raise_call(request, clock.now + SECOND)

    (call,) = story.references()
    assert story.clock_of(call, "acknowledge")["started_at"] == earlier


@on_both
def test_48_hours_are_48_hours_when_the_clocks_change(story, clock):
    clock.now = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)

    call = story.anne_writes()

    due = story.clock_of(call, "acknowledge")["due_at"]
    assert due == datetime(2026, 3, 30, 12, 0, tzinfo=UTC)
    assert "Monday 30 March 2026 at 13:00" in story.post()[0].text


@pytest.mark.parametrize(
    ("arrived", "usual", "urgent"),
    [
        # Due on Wednesday at 17:00: its last desk hours lie within the 12 hours before that.
        ("Mon 17:00", "Wed 05:00", "Tue 17:00"),
        # Due on Wednesday at 09:00: 12 hours before would ring in an empty room.
        ("Mon 09:00", "Tue 13:00", "Tue 09:00"),
        # Due on Sunday: nobody is there after Friday; of an urgent one 8 desk hours never were.
        ("Fri 12:00", "Fri 13:00", "Fri 12:00"),
    ],
)
def test_at_risk_is_12_hours_or_4_desk_hours_before_and_twice_that_if_urgent(
    story, clock, arrived, usual, urgent
):
    clock.now = this_week(arrived)
    calls = story.anne_writes(), story.anne_writes()
    story.bart.set_urgent(calls[1], "the system goes live on Thursday")

    moments = [story.clock_of(call, "acknowledge")["at_risk_at"] for call in calls]

    assert moments == [this_week(usual), this_week(urgent)]
    clock.now = this_week(usual)
    assert story.sweeps().at_risk == 2


def test_the_desk_hears_once_that_a_call_is_at_risk_that_nobody_has(story, clock):
    call = story.anne_writes()
    clock.passes(hours=28, minutes=40)

    for _ in range(3):
        story.sweeps()

    (letter,) = story.letters_to("desk-room@ods.example")
    assert letter.subject == f"AT RISK: {call} acknowledge"
    assert "acknowledge within 48 hours" in letter.text
    assert "19 hours 20 minutes" in letter.text
    assert "3 desk hours 20 minutes" in letter.text
    assert f"helpdesk acknowledge {call}" in letter.text
