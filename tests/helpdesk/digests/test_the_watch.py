"""The watch over the daemon: each silence is told once, and its end once."""

from datetime import timedelta
from threading import Barrier, Thread

from helpdesk import duties, watching
from helpdesk.app import build
from helpdesk.config.settings import Daemon as DaemonSettings
from helpdesk.config.settings import People
from tests.helpdesk.digests.looks import OPERATOR, SUE, Desk, errors, moment

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

    assert errors(desk) == []
