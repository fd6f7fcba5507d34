"""A mail that no program can read is set aside for a person, is told of, and holds up nobody."""

from datetime import timedelta

import pytest

from helpdesk.errors import NotFound
from helpdesk.intake import Read
from helpdesk.reading.reads import Unreadable, read
from helpdesk.reception import TRIES, TakenIn
from tests.stories.clients import ANNE, DORA, EVE
from tests.stories.story import REQUEST, request_for, words

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)

POISON = EVE.writes(f"{REQUEST}\nThis is the poison, of 01632 960666.", subject="A horrid mail")


def stumbles(raw: bytes) -> Read:
    """A reader for whom one mail takes too long."""
    if b"poison" in raw:
        raise Unreadable("it took longer than 5 seconds")
    return read(raw)


def breaks(raw: bytes) -> Read:
    """A reader with a bug, whose complaint quotes the mail."""
    if b"poison" in raw:
        raise ValueError(raw.decode())
    return read(raw)


def set_aside(story, raw=POISON, reads=stumbles):
    """The mail arrives, and is tried until it is given up."""
    story.waits(raw)
    return [story.takes_in(reads) for _ in range(TRIES)]


@on_both
@pytest.mark.parametrize("reads", [stumbles, breaks])
def test_it_is_tried_three_times_and_then_set_aside(story, reads):
    assert set_aside(story, reads=reads) == [
        TakenIn(failed=1),
        TakenIn(failed=1),
        TakenIn(quarantined=1),
    ]

    assert story.takes_in(reads) == TakenIn()
    (row,) = story.rows("SELECT state, tries, raw FROM received_mail")
    assert (row["state"], row["tries"], bytes(row["raw"])) == ("quarantined", 3, POISON)


def test_it_is_a_call_for_a_person_that_has_waited_since_it_arrived(story, clock):
    arrived = clock.now
    story.waits(POISON)
    for _ in range(TRIES):
        clock.passes(hours=1)
        story.takes_in(stumbles)

    (line,) = story.worklist()
    assert "read it" in line.marks
    assert line.due == arrived + timedelta(hours=48)
    assert story.call("1")["unreadable"] == (
        "no program could read this mail (it took longer than 5 seconds):"
        " helpdesk mail raw 1 shows it"
    )
    assert story.letters_to("eve@elsewhere.example") == []


def test_no_other_mail_is_held_up_by_it(story):
    story.waits(ANNE.writes(REQUEST))
    story.waits(POISON)
    story.waits(DORA.writes(request_for(2)))

    assert story.takes_in(stumbles) == TakenIn(raised=2, failed=1)
    assert [letter.to for letter in story.post()] == [ANNE.address, DORA.address]


@pytest.mark.parametrize("reads", [stumbles, breaks])
def test_the_operator_is_told_where_it_lies_and_not_what_it_says(story, reads):
    people = story.app.config.people
    operator = {"operator": ("olga@ods.example",)}
    story.reconfigure(people=people.model_copy(update=operator))

    set_aside(story, reads=reads)

    (letter,) = story.post()
    assert letter.to == "olga@ods.example"
    assert "ODS-000001" in words(letter)
    assert "helpdesk mail retry 1" in words(letter)
    everything = letter.raw.decode() + letter.text
    assert not [word for word in ("horrid", "This is the", "960666", "Eve") if word in everything]


def test_without_an_operator_the_supervisors_are_told(story):
    set_aside(story)

    assert [letter.to for letter in story.post()] == ["sue@ods.example"]


def test_they_are_told_once_an_hour_however_many_there_are(story, clock):
    for n in range(5):
        set_aside(story, POISON + b"%d" % n)
    assert len(story.post()) == 1

    clock.passes(hours=1)
    for n in range(5, 8):
        set_aside(story, POISON + b"%d" % n)

    assert len(story.post()) == 1
    assert len(story.references()) == 8


@on_both
def test_read_again_it_completes_the_call_that_was_raised_for_it(story):
    set_aside(story)

    story.bart.retry_mail(1)
    assert story.takes_in() == TakenIn(threaded=1)

    call = story.call("1")
    assert (call["organisation"], call["unreadable"]) == ("Rose Cottage", "")
    assert story.references() == ["ODS-000001"]
    assert story.events("1", "read_again")
    assert "poison" in story.sheet("1").messages[0]["text"]
    (row,) = story.rows("SELECT state, tries, reason FROM received_mail")
    assert (row["state"], row["tries"], row["reason"]) == ("taken", 1, "")


def test_what_a_person_wrote_into_the_call_meanwhile_stays(story):
    set_aside(story)
    story.bart.correct("1", {"organisation": "Rose Cottage Care Home"})

    story.bart.retry_mail(1)
    story.takes_in()

    call = story.call("1")
    assert call["organisation"] == "Rose Cottage Care Home"
    assert call["requester_phone"] == "01632 960123"


def test_who_wrote_it_belongs_to_the_call_once_it_is_read(story):
    set_aside(story)
    story.bart.retry_mail(1)
    story.takes_in()

    assert story.arrives(EVE.writes("More.", subject="[ODS-000001]")).threaded == 1


def test_it_can_fail_again_and_is_still_one_call(story):
    set_aside(story)

    story.bart.retry_mail(1)
    again = [story.takes_in(stumbles) for _ in range(TRIES)]

    assert again[-1] == TakenIn(quarantined=1)
    assert story.references() == ["ODS-000001"]


def test_a_mail_that_is_not_there_cannot_be_read_again(story):
    with pytest.raises(NotFound, match="no mail 7"):
        story.bart.retry_mail(7)


def test_the_log_says_where_our_mistake_is_and_no_word_of_the_mail(story, caplog):
    set_aside(story, reads=breaks)

    assert "ValueError in breaks" in caplog.text
    assert "horrid" not in caplog.text
    assert "960666" not in caplog.text
