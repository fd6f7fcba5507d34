"""The ladder of letters, from the warning to the weekly report: each once, at its hour."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from helpdesk import duties
from helpdesk.app import build
from helpdesk.desk.holds import Holding
from helpdesk.desk.steps import Ending
from workflows.lifecycle import Hold, Outcome

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)

FIRST = 1
"""The hour at which the daemon of these stories first looks each day, and then every fourth."""

SUE, DESK = "sue@ods.example", "desk-room@ods.example"


def until(story, clock, *day_and_hour):
    """Let it become so late in 2026; a daemon is at work meanwhile, if only every four hours."""
    end = datetime(2026, *day_and_hour, tzinfo=UTC)
    while clock.now < end:
        works(story)
        clock.now = min(end, clock.now + timedelta(hours=4 - (clock.now.hour - FIRST) % 4))
    works(story)


def works(story):
    """What a daemon does, once."""
    for duty in (duties.sweep_now, duties.digest_now, duties.weekly_now, duties.watch_now):
        duty(story.app)
    duties.deliver_now(story.app)


def told(story, to=SUE):
    """What was told to somebody: when, and of what."""
    found = [(parsedate_to_datetime(each.mail["Date"]), each) for each in story.post()]
    return [
        (f"{moment.astimezone(UTC):%a %d %H:%M}", each.subject)
        for moment, each in found
        if each.to == to
    ]


def digests(story):
    return [each for each in story.letters_to(SUE) if each.subject.startswith(("Dig", "All"))]


@on_both
def test_a_promise_that_nobody_keeps_climbs_the_ladder(story, clock):
    until(story, clock, 3, 2, 9)
    call = story.anne_writes()  # due on Wednesday at nine

    until(story, clock, 3, 4, 8)
    assert told(story, DESK) == [("Tue 03 13:00", f"AT RISK: {call} acknowledge")]

    until(story, clock, 3, 9, 12)
    assert sorted(told(story)) == [
        ("Fri 06 09:00", "Digest: 0 new, 1 still missed, 0 at risk today"),
        ("Mon 09 09:00", "Digest: 0 new, 1 still missed, 0 at risk today"),
        ("Mon 09 09:00", f"LEVEL 2: {call} acknowledge"),  # after three desk days, on the fourth
        ("Mon 09 09:00", "Weekly report: Monday 2 March 2026 to Sunday 8 March 2026"),
        ("Thu 05 09:00", "Digest: 0 new, 1 still missed, 0 at risk today"),
        ("Wed 04 09:00", f"BREACHED: {call} acknowledge"),
        ("Wed 04 09:00", "Digest: 1 new, 0 still missed, 0 at risk today"),
    ]


def test_what_is_answered_in_time_climbs_nothing(story, clock):
    until(story, clock, 3, 2, 9)
    call = story.anne_writes()
    story.bart.acknowledge(call)
    story.bart.close(call, Ending(Outcome.WITHDRAWN))

    until(story, clock, 3, 6, 17)

    assert told(story) == []


@on_both
def test_two_daemons_post_one_digest_and_one_report(story, clock):
    works(story)
    story.anne_writes()
    clock.passes(days=7)
    others = [build(story.app.config, clock) for _ in range(4)]
    each = [duties.digest_now, duties.weekly_now] * 2

    story.at_once(*(lambda a=app, d=duty: d(a) for app, duty in zip(others, each, strict=True)))

    subjects = sorted(letter.subject.split(":")[0] for letter in story.letters_to(SUE))
    assert subjects == ["Digest", "Weekly report"]


def test_a_digest_that_dies_half_way_comes_from_the_next_look(story, clock):
    works(story)
    story.anne_writes()
    for lives in range(2):
        clock.passes(days=3)
        story.though_it_may_die(
            lambda: duties.digests.digest(story.mortal(lives), story.app.journal)  # noqa: B023  # called at once
        )
        duties.digest_now(story.app)
        duties.digest_now(story.app)

        assert len(digests(story)) == 1


def test_three_days_of_sleep_bring_one_digest(story, clock):
    until(story, clock, 3, 2, 17)
    call = story.anne_writes()  # due on Wednesday at five
    story.post()
    clock.now = datetime(2026, 3, 6, 14, tzinfo=UTC)  # no digest on Tuesday, Wednesday, Thursday

    works(story)
    until(story, clock, 3, 7, 9)

    assert sorted(told(story)) == [
        ("Fri 06 14:00", f"BREACHED: {call} acknowledge"),
        ("Fri 06 14:00", "Digest: 1 new, 0 still missed, 0 at risk today"),
    ]


def test_on_mondays_all_clear_is_told_too(story, clock):
    until(story, clock, 3, 16, 12)

    assert told(story) == [
        ("Mon 09 09:00", "All clear: Monday 9 March 2026"),
        ("Mon 09 09:00", "Weekly report: Monday 2 March 2026 to Sunday 8 March 2026"),
        ("Mon 16 09:00", "All clear: Monday 16 March 2026"),
        ("Mon 16 09:00", "Weekly report: Monday 9 March 2026 to Sunday 15 March 2026"),
    ]


def test_at_easter_monday_is_a_tuesday(story, clock):
    until(story, clock, 4, 2, 12)
    story.post()

    until(story, clock, 4, 7, 7)
    until(story, clock, 4, 7, 8)
    until(story, clock, 4, 8, 12)

    assert told(story) == [  # 09:00 in London, where it is summer
        ("Tue 07 08:00", "All clear: Tuesday 7 April 2026"),
        ("Tue 07 08:00", "Weekly report: Monday 30 March 2026 to Sunday 5 April 2026"),
    ]


def test_a_digest_reads_as_a_supervisor_wants_it(story, clock, register):
    works(story)
    late = story.anne_writes()
    held = story.traced()
    clock.passes(hours=46)
    soon = story.anne_writes()
    story.bart.give(soon, "cris")
    clock.passes(days=4, hours=9)  # Sunday, 16:00
    story.bart.hold(held, Holding(Hold.AWAITING_CQC, note="the postcode is wrong"))
    until(story, clock, 3, 9, 9)

    letter = digests(story)[-1]

    words = " ".join(letter.text.split())
    assert "How the promises stand on Monday 9 March 2026" in words
    assert f"{late}, Rose Cottage acknowledge within 48 hours" in words
    assert "due Wednesday 4 March 2026 at 09:00" in words
    assert f"helpdesk acknowledge {soon}" in words
    assert "owner: Cris Cole" in words
    assert f"{held}, Rose Cottage awaiting CQC placed shortly before it was due" in words
    assert "Last good sweep: Monday 9 March 2026 at 09:00" in words
    assert "anne@" not in letter.raw.decode()


def test_what_was_done_too_late_is_cleared(story, clock):
    until(story, clock, 3, 2, 9)
    call = story.anne_writes()
    until(story, clock, 3, 4, 15)
    story.bart.acknowledge(call)
    until(story, clock, 3, 5, 9)

    letter = digests(story)[-1]

    words = " ".join(letter.text.split())
    assert "1 cleared" in words
    assert f"{call}, Rose Cottage acknowledge: answered 6 hours late owner: Bart Brown" in words


def test_a_letter_that_nobody_takes_is_in_the_digest(story, clock):
    works(story)
    story.office.refusals["anne@rosecottage.example"] = "550 5.1.1 no such user here"
    call = story.anne_writes()
    story.bart.acknowledge(call)
    until(story, clock, 3, 3, 9)

    (letter,) = digests(story)

    assert letter.subject.endswith("0 at risk today, 2 mail failures")
    words = " ".join(letter.text.split())
    assert f"our acknowledgement to Anne Archer of Rose Cottage ({call}) was not delivered" in words
    assert "550 5.1.1 no such user here" in letter.text


def test_the_week_is_reported_with_its_table(story, clock, register):
    until(story, clock, 3, 2, 9)
    call = story.traced()
    clock.passes(hours=5)
    story.bart.allocate(call)
    story.bart.close(call, Ending())
    until(story, clock, 3, 9, 9)

    (letter,) = [each for each in story.letters_to(SUE) if each.subject.startswith("Weekly")]

    words = " ".join(letter.text.split())
    assert "Received: 1 call Closed: 1 call Open: 0 calls" in words
    assert "PROVIDE WITHIN 7 DAYS Finished: 1" in words
    assert "100.0 % (1 of 1) P50: 5 hours" in words
    assert "FROM THE REQUEST TO THE CODE Provided: 1" in words
    (table,) = letter.mail.iter_attachments()
    assert table.get_filename() == "week.csv"
    assert table.get_content_type() == "text/csv"
    rows = table.get_content().lstrip("\ufeff").splitlines()
    assert len(rows) == 3
    assert rows[2].startswith(f"{call},provide,1,2026-03-02T09:00:00+00:00")
    assert letter.mail["Auto-Submitted"] == "auto-generated"


@on_both
def test_a_silent_daemon_is_told_and_its_return(story, clock):
    works(story)
    clock.passes(hours=3, minutes=20)
    duties.watch_now(story.app)  # a second daemon, or cron
    duties.watch_now(story.app)
    works(story)
    works(story)

    silent, recovered = [each for each in story.letters_to(SUE) if "daemon" in each.subject]

    assert silent.subject.startswith("SILENT")
    assert "no good sweep for 3 hours 20 minutes" in silent.text
    assert recovered.subject.startswith("RECOVERED")
