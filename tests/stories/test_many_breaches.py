"""Many breaches at once: after an outage, on a desk that was moved here, with two daemons."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from helpdesk import sweep
from helpdesk.clock import ticks, utc_now
from helpdesk.intake import Request
from helpdesk.models import METADATA
from helpdesk.store import Store
from tests.helpdesk.made import Office, made_desk
from tests.stories.story import london, words

MANY = 10_000

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)


@dataclass(frozen=True)
class Interrupted(Store):
    """A store whose users are interrupted, right after they have looked at something."""

    deeds: list[Callable[[], object]] = field(default_factory=list)

    def rows(self, *asked: Any, **values: Any) -> Any:
        found = super().rows(*asked, **values)
        if self.deeds:
            self.deeds.pop()()
        return found


@on_both
def test_of_ten_thousand_breaches_none_is_lost_and_each_supervisor_gets_one_letter(story, clock):
    people = story.app.config.people
    both = ("sue@ods.example", "sami@ods.example")
    story.reconfigure(people=people.model_copy(update={"supervisors": both}))
    story.anne_writes()
    _as_many_more(story, MANY - 1)
    story.post()
    clock.passes(days=3)

    swept = story.sweeps()

    assert (swept.breached, swept.checked, swept.letters) == (MANY, MANY, 2)
    assert _counts(story, "event", "kind") == {"received": MANY, "breached": MANY}
    assert _counts(story, "alert", "stage") == {"breached": MANY, "level_2": MANY}
    letters = story.post()
    assert sorted(letter.to for letter in letters) == sorted(both)
    for letter in letters:
        assert letter.subject == "BREACHED: 10,000 calls"
        assert letter.text.count("Late by:") == 50
        assert "and 9,950 more: helpdesk list shows them all" in words(letter)
    clock.passes(minutes=1)
    assert story.sweeps() == (0, 0, 0, 0, 0)
    assert story.post() == []


def test_a_letter_lists_as_many_as_the_desk_wants_the_worst_of_all(story, clock):
    ladder = story.app.config.ladder
    story.reconfigure(ladder=ladder.model_copy(update={"rows": 2}))
    calls = []
    for _ in range(4):
        calls.append(story.anne_writes())
        clock.passes(minutes=10)
    story.bart.set_urgent(calls[3], "the system goes live")
    clock.passes(hours=48)
    story.sweeps()

    (letter,) = story.letters_to("sue@ods.example", about="BREACHED")

    assert letter.subject == "BREACHED: 4 calls"
    assert [call for call in calls if f"{call}" in letter.text] == [calls[0], calls[3]]
    assert "and 2 more" in letter.text


@on_both
def test_a_desk_that_was_moved_here_notes_what_happened_and_tells_nobody(story, clock):
    breached = story.anne_writes()
    story.bart.give(breached, "bart")
    clock.passes(days=2)
    at_risk = story.anne_writes()
    clock.passes(hours=40)
    story.post()

    swept = sweep.sweep(story.app.store, story.app.journal, baseline=True)

    assert (swept.at_risk, swept.breached, swept.letters) == (1, 1, 0)
    assert len(story.events(breached, "breached")) == len(story.events(at_risk, "at_risk")) == 1
    assert _counts(story, "alert", "stage") == {"breached": 2, "at_risk": 1}
    assert story.clock_of(breached, "acknowledge")["detected_at"] == clock.now
    story.sweeps()
    assert story.post() == []


def test_from_then_on_it_hears_of_what_is_new_and_only_of_that(story, clock):
    breached = story.anne_writes()
    clock.passes(days=2)
    at_risk = story.anne_writes()
    clock.passes(hours=40)
    story.post()
    sweep.sweep(story.app.store, story.app.journal, baseline=True)

    story.sweeps_until(london("2026-03-27 17:00"))

    letters = story.post()
    assert [letter.subject for letter in letters] == [
        f"BREACHED: {at_risk} acknowledge",
        f"LEVEL 2: {at_risk} acknowledge",
    ]
    assert not any(breached in letter.text for letter in letters)


@on_both
def test_what_an_agent_does_while_a_sweep_looks_is_not_flagged(story, clock):
    call, other = story.anne_writes(), story.anne_writes()
    clock.passes(hours=40)
    story.post()
    store = Interrupted(story.app.store.url, clock, deeds=[lambda: story.bart.acknowledge(call)])

    swept = sweep.sweep(store, story.app.journal)

    assert store.deeds == []
    assert swept.at_risk == 1
    assert story.events(call, "at_risk") == []
    assert len(story.events(other, "at_risk")) == 1


@on_both
def test_a_call_that_is_answered_while_its_warning_is_written_is_warned_of_no_more(story, clock):
    clock.now = london("2026-03-03 15:00")
    call = story.anne_writes()
    clock.now = london("2026-03-05 03:00")
    assert story.sweeps().at_risk == 1
    clock.now = london("2026-03-05 09:00")
    story.post()
    store = Interrupted(story.app.store.url, clock, deeds=[lambda: story.bart.acknowledge(call)])

    sweep.sweep(store, story.app.journal)
    story.sweeps()

    assert store.deeds == []
    assert [letter.to for letter in story.post()] == ["anne@rosecottage.example"]


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_two_daemons_at_once_tell_of_each_breach_in_one_letter(engine, request, tmp_path):
    office = Office()
    url = request.getfixturevalue(f"{engine}_url")
    desk = made_desk(tmp_path / "desk", url, office.port)
    urgent = [_long_overdue(desk.app(), number) for number in range(20)]

    daemons = [desk.start("daemon") for _ in range(2)]
    try:
        _until(lambda: len(desk.rows("SELECT 1 FROM letter WHERE state = 'sent'")) >= 1)
        time.sleep(3)  # two more sweeps of each
    finally:
        for daemon in daemons:
            daemon.send_signal(signal.SIGTERM)
        codes = [daemon.wait(timeout=30) for daemon in daemons]
        for daemon in daemons:
            daemon.communicate()
        office.stop()

    assert codes == [0, 0]
    told = desk.rows("SELECT call_id FROM alert WHERE stage = 'breached' ORDER BY call_id")
    noted = desk.rows("SELECT call_id FROM event WHERE kind = 'breached' ORDER BY call_id")
    assert [row["call_id"] for row in told] == [row["call_id"] for row in noted] == urgent
    bodies = b"".join(raw for _, raw in office.taken).decode()
    assert [bodies.count(f". ODS-{number:06} (URGENT), ") for number in urgent] == [1] * 20


def _as_many_more(story, number):
    """So many calls more that are like the first one: quicker than to write so many mails."""

    def unit(tx):
        connection = tx.session.connection()
        for name, column in (("call", "id"), ("event", "call_id"), ("clock", "call_id")):
            table = METADATA.tables[name]
            only = table.select().where(table.c[column] == 1)
            kept = {k: v for k, v in connection.execute(only).mappings().one().items() if k != "id"}
            copies = [{**kept, column: 2 + each} for each in range(number)]
            connection.execute(table.insert(), copies)

    story.app.store.run(unit)


def _long_overdue(app, number):
    """The number of an urgent call: it is told of at any hour."""
    who = app.desk.who("sue", None)
    request = Request(organisation=f"Rose Cottage {number}")
    done = app.desk.raise_call(request, who, utc_now() - timedelta(days=3))
    app.desk.set_urgent(done.answer["reference"], who, "the system goes live")
    return int(done.answer["reference"].removeprefix("ODS-"))


def _until(is_so):
    deadline = ticks() + 30
    while not is_so():
        assert ticks() < deadline, "it took too long"
        time.sleep(0.1)


def _counts(story, table, column):
    found = story.rows(f"SELECT {column} AS name, count(*) AS n FROM {table} GROUP BY {column}")
    return {row["name"]: row["n"] for row in found if row["name"] != "agent_added"}
