"""Did it work? Do it again: it happens once, and the second time says that it was done before."""

import subprocess
import sys
from datetime import timedelta

import pytest

from helpdesk.desk.steps import Choice, Ending
from helpdesk.duties import load_register
from helpdesk.intake import Request
from helpdesk.reception import acting
from workflows.lifecycle import Outcome

ROSE = Choice(location="1-100000001")
DEEDS = {
    "acknowledge": ((), lambda agent, call: agent.acknowledge(call)),
    "trace": (("acknowledge",), lambda agent, call: agent.trace(call, ROSE)),
    "allocate": (("acknowledge", "trace"), lambda agent, call: agent.allocate(call)),
    "close": (
        ("acknowledge", "trace", "allocate"),
        lambda agent, call: agent.close(call, Ending()),
    ),
    "withdraw": (
        ("acknowledge",),
        lambda agent, call: agent.close(call, Ending(Outcome.WITHDRAWN)),
    ),
    "urgent": ((), lambda agent, call: agent.set_urgent(call, "they go live")),
    "take": ((), lambda agent, call: agent.give(call, "bart")),
    "correct": ((), lambda agent, call: agent.correct(call, {"organisation": "Rose House"})),
    "note": ((), lambda agent, call: agent.note(call, "they called back")),
}

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)


@pytest.mark.parametrize("deed", DEEDS)
def test_the_same_deed_twice_happens_once_and_says_so(story, register, clock, deed):
    call = story.anne_writes()
    before, again = DEEDS[deed]
    for step in before:
        DEEDS[step][1](story.bart, call)
    again(story.bart, call)
    first = story.sheet(call)

    clock.passes(minutes=2)
    done = again(story.bart, call)

    second = story.sheet(call)
    assert [dict(row) for row in second.clocks] == [dict(row) for row in first.clocks]
    assert len(second.events) == len(first.events)
    assert len(second.letters) == len(first.letters)
    assert done.repeated or "already" in done.answer["said"][0]


@on_both
def test_the_same_telephone_call_on_one_day_is_one_unless_it_is_said_to_be_another(story, clock):
    request = Request(organisation="Rose Cottage")
    first = story.bart.raise_call(request, None)
    clock.passes(minutes=2)

    second = story.bart.raise_call(request, None)
    assert second.repeated
    assert second.at == first.at
    assert second.answer["reference"] == first.answer["reference"]
    assert second.answer["said"][-1] == "that was done already, Mon 2 Mar 2026 09:00, by you"
    assert len(story.references()) == 1

    story.bart.raise_call(request, None, again=True)
    story.cris.raise_call(request, None)
    assert len(story.references()) == 3


def test_the_same_note_on_another_day_is_another(story, clock):
    call = story.anne_writes()
    story.bart.note(call, "no answer on the telephone")
    clock.passes(days=1)

    story.bart.note(call, "no answer on the telephone")

    assert len(story.events(call, "note")) == 2


def test_the_same_register_twice_changes_nothing(story, register):
    before = story.rows("SELECT * FROM location ORDER BY id")

    summary = load_register(story.app, [register], story.app.desk.who("sue", None))

    assert (summary.new, summary.changed) == (0, 0)
    assert [each.known.by for each in summary.files] == ["sue"]
    assert story.rows("SELECT * FROM location ORDER BY id") == before


def test_the_outbox_emptied_twice_sends_each_letter_once(story):
    story.anne_writes()

    assert len(story.post()) == 1
    assert story.post() == []


def test_two_deliveries_at_once_send_each_letter_once(story, office, tmp_path):
    for number in range(12):
        story.arrives(story.mail(sender=f"Anne <anne{number}@rosecottage.example>"))
    config = tmp_path / "config.toml"
    smtp = f'host = "127.0.0.1"\nport = {office.port}\nsecurity = "insecure_loopback"'
    config.write_text(f'[store]\ndatabase = "{story.app.store.url}"\n[smtp]\n{smtp}\n')

    deliver = [sys.executable, "-m", "helpdesk", "--config", config, "deliver"]
    programs = [subprocess.Popen(deliver, stdout=subprocess.PIPE) for _ in range(2)]
    said = [program.communicate(timeout=60)[0] for program in programs]

    assert [program.returncode for program in programs] == [0, 0]
    assert sum(int(words.split()[0]) for words in said if words[:1].isdigit()) == 12
    assert len(office.offered) == 12
    assert len({letter.mail["Message-ID"] for letter in office.offered}) == 12


@pytest.mark.parametrize("lives", range(4))
def test_an_answer_to_a_command_that_was_lost_is_given_again(story, lives):
    request = Request(organisation="Rose Cottage")
    who = story.app.desk.who("bart", None)
    mortal = type(story.app.desk)(story.mortal(lives), story.app.journal)

    story.though_it_may_die(lambda: mortal.raise_call(request, who, None))
    story.bart.raise_call(request, None)

    assert len(story.references()) == 1


def test_urgency_for_another_reason_is_a_change(story):
    call = story.anne_writes()
    story.bart.set_urgent(call, "they go live")

    story.bart.set_urgent(call, "they go live a week earlier")

    assert len(story.events(call, "urgent")) == 2


def test_a_receipts_limit_is_not_stretched_by_the_same_mail_again(story):
    raw = story.mail()

    for _ in range(5):
        story.arrives(raw)

    assert len(story.references()) == 1
    assert len(story.post()) == 1
    assert timedelta(hours=24) / acting.RECEIPTS_A_DAY == timedelta(hours=8)
