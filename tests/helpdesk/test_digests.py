"""Digests and weekly letters: each slot once, whoever looks; and the watch over the daemon."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from threading import Barrier, Thread
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa

from helpdesk import daemon, duties, watching
from helpdesk.app import App, build
from helpdesk.config.settings import Config, DeskHours, Ladder, Outbox, People
from helpdesk.config.settings import Daemon as DaemonSettings
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.models import Call, Clock
from tests.helpdesk.made import MadeDesk, due_calls, made_desk, rows
from workflows.lifecycle import ACKNOWLEDGE
from workflows.sla import Standing

SUE, OPERATOR = "sue@ods.example", "ops@ods.example"


def moment(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment by the clocks of UTC: in London's summer an hour behind those of the wall."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


class Read(NamedTuple):
    """A letter as it waits in the outbox."""

    to: str
    subject: str
    text: str
    files: list[tuple[str, str]]


class Desk:
    """A desk whose daemon looks when a test says so."""

    def __init__(self, app: App, clock: Any) -> None:
        self.app, self.clock = app, clock

    def at(self, at: datetime) -> "Desk":
        self.clock.now = at
        return self

    def looks(self, duty: Callable[[App], Any] = duties.digest_now) -> int:
        return int(duty(self.app).letters)

    def letters(self) -> list[Read]:
        found = rows(self.app.store, "SELECT to_address, raw FROM letter ORDER BY id")
        return [_read(row["to_address"], bytes(row["raw"])) for row in found]

    def subjects(self) -> list[str]:
        return [letter.subject for letter in self.letters()]

    def configured(self, **sections: Any) -> "Desk":
        return Desk(build(self.app.config.model_copy(update=sections), self.clock), self.clock)


def _read(to: str, raw: bytes) -> Read:
    mail = message_from_bytes(raw, policy=policy.default)
    body = mail.get_body(("plain",))
    files = [(each.get_filename() or "", each.get_content()) for each in mail.iter_attachments()]
    return Read(to, str(mail["Subject"]), str(body.get_content()) if body else "", files)


@pytest.fixture
def desk(url: str, clock: Any, tmp_path: Path) -> Iterator[Desk]:
    config = Config(
        store=StoreSettings(database=url),
        people=People(supervisors=(SUE,), operator=(OPERATOR,)),
        outbox=Outbox(folder=tmp_path / "outbox"),
    )
    app = build(config, clock)
    app.desk.first_agent("sue", "Sue Shah")
    yield Desk(app, clock)
    app.store.engine.dispose()


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
    assert _errors(desk) == ["digest"]

    _mend(desk)
    assert desk.looks() == 1
    assert _errors(desk) == []


def _spoil(desk: Desk) -> None:
    """Let the digest ask for what is not there; what else asks for that is no matter here."""
    desk.app.store.run(
        lambda tx: tx.session.execute(sa.text("ALTER TABLE received_mail RENAME TO away"))
    )


def _mend(desk: Desk) -> None:
    desk.app.store.run(
        lambda tx: tx.session.execute(sa.text("ALTER TABLE away RENAME TO received_mail"))
    )


def _errors(desk: Desk) -> list[str]:
    found = rows(desk.app.store, "SELECT name FROM duty WHERE error <> '' ORDER BY name")
    return [row["name"] for row in found if row["name"] != "take_in"]


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


def test_ten_thousand_breaches_are_a_short_letter_with_true_totals(
    sqlite_url: str, clock: Any
) -> None:
    config = Config(store=StoreSettings(database=sqlite_url), people=People(supervisors=(SUE,)))
    desk = Desk(build(config, clock), clock)
    desk.looks()
    _breached(desk, 10_000)
    desk.at(moment(3, 3))
    started = time.perf_counter()

    assert desk.looks() == 1

    assert time.perf_counter() - started < 1
    (letter,) = desk.letters()
    assert letter.subject == "Digest: 2,500 new, 7,500 still missed, 0 at risk today"
    assert letter.text.count("late by") == 100
    assert "and 2,450 more" in letter.text
    assert "and 7,450 more" in letter.text
    desk.app.store.engine.dispose()


def _breached(desk: Desk, number: int) -> None:
    """Calls that nobody answered: a quarter of the breaches was found just now."""
    now, hour = desk.clock.now, timedelta(hours=1)
    policy_, begun = ACKNOWLEDGE.policy.values(), now - timedelta(days=9)
    calls = [
        {"id": n, "state": "received", "step": "acknowledge", "organisation": f"Home {n}"}
        | {"received_at": begun, "recorded_at": begun, "promise_at": now}
        for n in range(1, number + 1)
    ]
    clocks = [
        {"call_id": n, "target": "acknowledge", "policy": policy_, "started_at": begun}
        | {"due_at": begun + 48 * hour, "gross_due_at": begun + 48 * hour, "version": 1}
        | {"at_risk_at": begun + 36 * hour, "standing": Standing.BREACHED}
        | {"detected_at": now + hour if n % 4 == 0 else now - hour}
        for n in range(1, number + 1)
    ]

    def unit(tx: Any) -> None:
        tx.session.execute(sa.insert(Call).values(version=1), calls)
        tx.session.execute(sa.insert(Clock), clocks)

    desk.app.store.run(unit)


# The watch


def test_a_daemon_that_sweeps_is_well(desk: Desk) -> None:
    duties.sweep_now(desk.app)
    desk.at(moment(3, 2, 9, 5))

    assert duties.watch_now(desk.app) == watching.Watched()
    assert desk.letters() == []


def test_a_silence_is_told_once_and_its_end_once(desk: Desk) -> None:
    duties.sweep_now(desk.app)

    looks = [desk.at(moment(3, 2, 9, minute)).looks(duties.watch_now) for minute in range(4, 9)]
    desk.at(moment(3, 2, 12, 20))
    duties.sweep_now(desk.app)
    after = [desk.looks(duties.watch_now) for _ in range(3)]

    assert looks == [0, 0, 1, 0, 0]  # after more than five minutes
    assert after == [1, 0, 0]
    silent, recovered = desk.letters()
    assert {silent.to, recovered.to} == {OPERATOR}
    assert silent.subject.startswith("SILENT: the helpdesk daemon on ")
    assert "no good sweep for 6 minutes" in silent.text
    assert "Last good sweep:  Monday 2 March 2026 at 09:00" in silent.text
    assert "no sweep was tried" in silent.text
    assert recovered.subject.startswith("RECOVERED")
    assert "Silent for:       3 hours 20 minutes" in recovered.text


def test_a_sweep_that_fails_again_and_again_is_a_silence_too(desk: Desk) -> None:
    duties.sweep_now(desk.app)
    desk.at(moment(3, 2, 9, 10))
    duties.note_duty(desk.app, "sweep", "RuntimeError: clock 12 does not move on")

    assert desk.looks(duties.watch_now) == 1
    assert "clock 12 does not move on" in desk.letters()[0].text


def test_a_daemon_that_sweeps_seldom_is_not_silent_in_between(desk: Desk) -> None:
    seldom = DaemonSettings(sweep=timedelta(minutes=10), stale_after=timedelta(minutes=5))
    desk = desk.configured(daemon=seldom)
    duties.sweep_now(desk.app)

    assert desk.at(moment(3, 2, 9, 20)).looks(duties.watch_now) == 0
    assert desk.at(moment(3, 2, 9, 21)).looks(duties.watch_now) == 1


def test_each_silence_is_told(desk: Desk) -> None:
    for hour in (9, 11, 13):
        duties.sweep_now(desk.at(moment(3, 2, hour)).app)
        assert desk.looks(duties.watch_now) == (hour != 9)
        assert desk.at(moment(3, 2, hour + 1)).looks(duties.watch_now) == 1

    kinds = [letter.subject.split(":")[0] for letter in desk.letters()]
    assert kinds == ["SILENT", "RECOVERED", "SILENT", "RECOVERED", "SILENT"]


def test_without_an_operator_supervisors_hear_of_it(desk: Desk) -> None:
    desk = desk.configured(people=People(supervisors=(SUE,)))
    duties.sweep_now(desk.app)

    desk.at(moment(3, 2, 10)).looks(duties.watch_now)

    assert [letter.to for letter in desk.letters()] == [SUE]


def test_looks_at_once_tell_of_a_silence_once(desk: Desk) -> None:
    duties.sweep_now(desk.app)
    desk.at(moment(3, 2, 10))
    gate, told = Barrier(4), []

    def look() -> None:
        app = build(desk.app.config, desk.clock)
        gate.wait()
        told.append(duties.watch_now(app).letters)

    threads = [Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == [0, 0, 0, 1]


def test_a_daemon_that_comes_back_from_a_silence_that_nobody_was_told_of_says_nothing(
    desk: Desk,
) -> None:
    duties.sweep_now(desk.app)
    desk.at(moment(3, 4, 9))

    watching.note_absence(desk.app.store, desk.app.journal)
    looks = [desk.looks(duties.watch_now)]  # its first sweep has not ended yet
    duties.sweep_now(desk.app)
    looks += [desk.looks(duties.watch_now), desk.at(moment(3, 4, 9, 9)).looks(duties.watch_now)]

    assert looks == [0, 0, 1]
    (letter,) = desk.letters()  # of the next silence
    assert "Silent since:     Wednesday 4 March 2026 at 09:01" in letter.text


def test_a_silence_that_could_be_told_to_nobody_has_no_end_to_tell(desk: Desk) -> None:
    nobody = desk.configured(people=People())
    duties.sweep_now(nobody.app)
    assert nobody.at(moment(3, 2, 10)).looks(duties.watch_now) == 0

    duties.sweep_now(desk.app)

    assert desk.looks(duties.watch_now) == 0


def test_a_daemon_that_comes_back_and_cannot_sweep_is_silent_once_more(desk: Desk) -> None:
    duties.sweep_now(desk.app)
    desk.at(moment(3, 4, 9))
    watching.note_absence(desk.app.store, desk.app.journal)

    looks = [desk.at(moment(3, 4, 9, minute)).looks(duties.watch_now) for minute in range(8)]

    assert looks == [0, 0, 0, 0, 0, 0, 1, 0]
    assert "2 days" in desk.letters()[0].text


def test_a_daemon_that_was_told_silent_is_told_recovered_when_it_is_started(desk: Desk) -> None:
    duties.sweep_now(desk.app)
    desk.at(moment(3, 2, 10)).looks(duties.watch_now)
    desk.at(moment(3, 2, 11))

    watching.note_absence(desk.app.store, desk.app.journal)
    duties.sweep_now(desk.app)
    desk.looks(duties.watch_now)

    assert [letter.subject.split(":")[0] for letter in desk.letters()] == ["SILENT", "RECOVERED"]


def test_a_short_restart_is_no_absence(desk: Desk) -> None:
    duties.sweep_now(desk.app)
    desk.at(moment(3, 2, 9, 4))

    watching.note_absence(desk.app.store, desk.app.journal)
    duties.sweep_now(desk.app)

    assert desk.looks(duties.watch_now) == 0
    assert desk.letters() == []


def test_a_new_desk_whose_first_sweep_is_yet_to_come_has_not_fallen_silent(desk: Desk) -> None:
    watching.note_absence(desk.app.store, desk.app.journal)
    assert duties.watch_now(desk.app) == watching.Watched(silent=True)
    duties.sweep_now(desk.app)

    assert duties.watch_now(desk.app) == watching.Watched()
    assert desk.letters() == []


def test_what_kept_the_watch_from_looking_is_forgotten_once_it_looks(desk: Desk) -> None:
    duties.sweep_now(desk.app)
    duties.note_duty(desk.app, "watch", "StoreBusy: later")

    duties.watch_now(desk.app)

    assert _errors(desk) == []


# The commands


@pytest.fixture
def typed(sqlite_url: str, tmp_path: Path) -> MadeDesk:
    return made_desk(tmp_path / "desk", sqlite_url)


def test_watch_ends_well_when_the_daemon_sweeps(typed: MadeDesk) -> None:
    typed.run("sweep")

    said = typed.run("watch")

    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == "the last good sweep was less than a minute ago\n"


def test_watch_tells_of_a_dead_daemon_at_once(typed: MadeDesk) -> None:
    typed.run("sweep")
    late = {"good_at": typed.app().store.clock() - timedelta(minutes=20)}
    typed.app().store.run(lambda tx: tx.duty("sweep").sqlmodel_update(late))

    said = [typed.run("watch") for _ in range(2)]

    assert [each.returncode for each in said] == [1, 1]
    assert said[0].stdout.startswith("no good sweep for 20 minutes: is helpdesk daemon running?")
    assert "letter" in said[0].stderr
    assert said[1].stderr == ""
    assert typed.rows("SELECT kind, state FROM letter") == [
        {"kind": "daemon_silent.operator", "state": "sent"}
    ]


def test_watch_at_a_desk_that_never_swept_says_what_to_start(typed: MadeDesk) -> None:
    said = typed.run("watch")

    assert said.returncode == 1
    assert said.stdout == "there was no good sweep yet: start helpdesk daemon\n"


def test_report_prints_what_the_weekly_letter_says(typed: MadeDesk) -> None:
    due_calls(typed.app(), 2, timedelta(days=3))
    due = (typed.app().store.clock() - timedelta(days=1)).date().isoformat()

    plain, as_json = typed.run("report", "--week", due), typed.run("report", "--json")

    assert plain.returncode == as_json.returncode == 0
    lines = [line.split("\t") for line in plain.stdout.splitlines()]
    assert ["targets", "acknowledge", "48 hours", "0", "-", "-", "", "", "2"] in lines
    assert [line[2] for line in lines if line[0] == "ageing"].count("2") == 1
    assert '"end_to_end"' in as_json.stdout


def test_report_writes_the_table(typed: MadeDesk) -> None:
    said = typed.run("report", "--csv", "week.csv")

    assert said.returncode == 0
    assert (typed.folder / "week.csv").read_bytes().startswith(b"\xef\xbb\xbfreference,target")
    assert typed.run("report", "--csv", "-").stdout.startswith("\ufeffreference,target")


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        (["--week", "monday"], 2, "2026-03-02"),
        (["--week", "2999-01-01"], 2, "not begun"),
        (["--week", "9999-12-31"], 2, "not a day"),
        (["--csv", "nowhere/week.csv"], 73, "cannot be written"),
        (["--digest", "--csv", "x"], 2, "--digest"),
    ],
)
def test_report_says_what_is_wrong(typed: MadeDesk, words: list[str], code: int, hint: str) -> None:
    said = typed.run("report", *words)

    assert said.returncode == code
    assert hint in said.stderr


def test_report_prints_the_digest_as_the_letter_would(typed: MadeDesk) -> None:
    clear = typed.run("report", "--digest")
    due_calls(typed.app(), 2, timedelta(days=3))
    typed.run("sweep")

    digest = typed.run("report", "--digest")

    assert clear.stdout.startswith("All clear: ")
    assert digest.stdout.startswith("Digest: 2 new, 0 still missed, 0 at risk today\n")
    assert "helpdesk acknowledge ODS-000002" in digest.stdout
    assert typed.rows("SELECT kind FROM letter WHERE kind LIKE 'digest%'") == []
