"""Digests and weekly letters: each slot once, whoever looks."""

import logging
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from helpdesk import daemon, duties
from helpdesk.app import App, build
from helpdesk.config.settings import DeskHours, Ladder
from tests.helpdesk.digests.looks import SUE, Desk, errors, moment
from tests.helpdesk.made import due_calls


def test_the_first_look_ever_tells_nothing(desk: Desk) -> None:
    due_calls(desk.app, 1, timedelta(days=3))

    assert desk.at(moment(3, 2, 15)).looks() == 0
    assert desk.at(moment(3, 3, 8, 59)).looks() == 0
    assert desk.at(moment(3, 3)).looks() == 1


def test_the_digest_comes_once_at_nine(desk: Desk) -> None:
    desk.looks()
    due_calls(desk.app, 1, timedelta(days=3))

    told = [desk.at(moment(3, 3, 9, minute)).looks() for minute in range(4)]

    assert told == [1, 0, 0, 0]
    (letter,) = desk.letters()
    assert letter.to == SUE
    assert letter.subject == "Digest: 1 new, 0 still missed, 0 at risk today"


def test_what_was_new_is_still_missed_a_day_later(desk: Desk) -> None:
    desk.looks()
    due_calls(desk.app, 1, timedelta(days=3))
    duties.sweep_now(desk.at(moment(3, 2, 9, 1)).app)

    desk.at(moment(3, 3)).looks()
    desk.at(moment(3, 4)).looks()

    digests_ = [subject for subject in desk.subjects() if subject.startswith("Digest")]
    assert digests_ == [
        "Digest: 1 new, 0 still missed, 0 at risk today",
        "Digest: 0 new, 1 still missed, 0 at risk today",
    ]


def test_nothing_to_tell_is_not_told_but_on_mondays(desk: Desk) -> None:
    desk.looks()

    told = [desk.at(moment(3, day, 9)).looks() for day in range(3, 17)]

    assert told == [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]
    assert desk.subjects() == ["All clear: Monday 9 March 2026", "All clear: Monday 16 March 2026"]


def test_after_a_silence_the_latest_digest_alone_is_made_up_for(desk: Desk) -> None:
    desk.looks()
    due_calls(desk.app, 1, timedelta(days=3))

    assert desk.at(moment(3, 6, 14)).looks() == 1  # asleep since Monday
    assert desk.at(moment(3, 6, 15)).looks() == 0
    assert "How the promises stand on Friday 6 March 2026" in desk.letters()[0].text


def test_the_digest_of_a_bank_holiday_comes_on_the_day_after(desk: Desk) -> None:
    desk.at(moment(4, 2, 12)).looks()  # Thursday before Easter

    told = [desk.at(moment(4, day, hour)).looks() for day in range(3, 8) for hour in (8, 10)]

    # 09:00 in London is 08:00 in UTC, as it is summer there.
    assert told == [0] * 8 + [1, 0]
    assert desk.subjects() == ["All clear: Tuesday 7 April 2026"]
    assert "once a week" in desk.letters()[0].text


def test_the_weekly_letter_of_a_bank_holiday_is_of_the_same_week(desk: Desk) -> None:
    desk.at(moment(4, 2, 12)).looks(duties.weekly_now)

    assert desk.at(moment(4, 6, 9)).looks(duties.weekly_now) == 0
    assert desk.at(moment(4, 7, 8)).looks(duties.weekly_now) == 1
    (subject,) = desk.subjects()
    assert subject == "Weekly report: Monday 30 March 2026 to Sunday 5 April 2026"


def test_the_weekly_letter_brings_its_table(desk: Desk) -> None:
    desk.looks(duties.weekly_now)
    due_calls(desk.app, 1, timedelta(hours=1))
    desk.at(moment(3, 4, 12)).app.desk.acknowledge("ODS-000001", desk.app.desk.who("sue", None))

    told = [desk.at(moment(3, day, 9, 1)).looks(duties.weekly_now) for day in range(5, 12)]

    assert told == [0, 0, 0, 0, 1, 0, 0]
    (letter,) = [each for each in desk.letters() if each.to == SUE]
    assert letter.subject == "Weekly report: Monday 2 March 2026 to Sunday 8 March 2026"
    assert "Breached:    1" in letter.text
    ((name, content),) = letter.files
    assert name == "week.csv"
    heading, line, rest = content.removeprefix("\ufeff").split("\r\n", 2)
    assert heading.startswith("reference,target,cycle")
    assert line.startswith("ODS-000001,acknowledge,1,2026-03-02T08:00:00+00:00")
    assert rest.strip() == ""


def test_daemons_that_look_at_once_post_one_letter(desk: Desk) -> None:
    desk.looks()
    desk.looks(duties.weekly_now)
    due_calls(desk.app, 3, timedelta(days=3))
    desk.at(moment(3, 9))
    gate, told = Barrier(6), []

    def look(duty: Callable[[App], Any]) -> None:
        app = build(desk.app.config, desk.clock)
        gate.wait()
        told.append(duty(app).letters)

    each = [duties.digest_now, duties.weekly_now] * 3
    threads = [Thread(target=look, args=(duty,)) for duty in each]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == [0, 0, 0, 0, 1, 1]
    assert sorted(desk.subjects()) == [
        "Digest: 3 new, 0 still missed, 0 at risk today",
        "Weekly report: Monday 2 March 2026 to Sunday 8 March 2026",
    ]


def test_a_clock_that_is_set_back_brings_no_second_digest(desk: Desk) -> None:
    desk.looks()
    due_calls(desk.app, 1, timedelta(days=3))

    assert desk.at(moment(3, 3, 9, 30)).looks() == 1
    assert desk.at(moment(3, 3, 8, 30)).looks() == 0
    assert desk.at(moment(3, 3, 9, 30)).looks() == 0
    assert desk.at(moment(3, 4)).looks() == 1


def test_what_happened_between_a_late_digest_and_the_next_is_new_once(desk: Desk) -> None:
    desk.looks()
    due_calls(desk.app, 1, timedelta(days=3))
    desk.at(moment(3, 3, 13))
    duties.sweep_now(desk.app)
    desk.at(moment(3, 3, 14)).looks()

    desk.at(moment(3, 4)).looks()

    assert desk.subjects()[-1] == "Digest: 0 new, 1 still missed, 0 at risk today"


def test_the_digest_keeps_to_the_hours_that_are_configured(desk: Desk) -> None:
    sections = {"ladder": Ladder(digest="07:30"), "calendar": DeskHours(monday="", friday="")}
    desk = desk.configured(**sections)
    desk.looks()
    due_calls(desk.app, 1, timedelta(days=3))

    assert desk.at(moment(3, 3, 7, 29)).looks() == 0
    assert desk.at(moment(3, 3, 7, 30)).looks() == 1
    assert [desk.at(moment(3, day)).looks() for day in range(4, 11)] == [1, 1, 0, 0, 0, 0, 1]


def test_a_digest_that_cannot_be_written_stops_nothing_and_is_tried_again(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.looks()
    desk.looks(duties.weekly_now)
    due_calls(desk.app, 1, timedelta(days=3))
    _spoil(desk)
    desk.at(moment(3, 9))
    running = daemon._Daemon(desk.app)  # noqa: SLF001  # as APScheduler calls it

    with caplog.at_level(logging.ERROR):
        for duty in duties.DUTIES:
            running._do(duty)  # noqa: SLF001

    assert "digest failed" in caplog.text
    assert [subject[:6] for subject in desk.subjects()] == ["BREACH", "Weekly"]
    assert errors(desk) == ["digest"]

    _mend(desk)
    assert desk.looks() == 1
    assert errors(desk) == []


def _spoil(desk: Desk) -> None:
    """Let the digest ask for what is not there; what else asks for that is no matter here."""
    desk.app.store.run(
        lambda tx: tx.session.execute(sa.text("ALTER TABLE received_mail RENAME TO away"))
    )


def _mend(desk: Desk) -> None:
    desk.app.store.run(
        lambda tx: tx.session.execute(sa.text("ALTER TABLE away RENAME TO received_mail"))
    )


def test_an_idle_look_writes_nothing(desk: Desk) -> None:
    desk.looks()
    desk.looks(duties.weekly_now)
    duties.sweep_now(desk.app)
    desk.at(moment(3, 2, 9, 1))
    sent: list[str] = []

    @sa.event.listens_for(desk.app.store.engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    for duty in (duties.digest_now, duties.weekly_now):
        duty(desk.app)
        asked = [each for each in sent if not each.startswith("BEGIN")]
        assert len(asked) == 1
        assert not {"BEGIN IMMEDIATE"} & set(sent)
        sent.clear()
    duties.watch_now(desk.app)
    assert all(each.startswith(("BEGIN DEFERRED", "SELECT")) for each in sent)
