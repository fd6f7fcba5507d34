"""One mail, one call: whatever dies, and however often and from wherever the mail comes."""

import os
from datetime import timedelta

import pytest

from helpdesk import reception
from helpdesk.intake.sources import source_for

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def inbox(tmp_path):
    """A Maildir."""
    for name in ("new", "cur", "tmp"):
        (tmp_path / "inbox" / name).mkdir(parents=True)
    return tmp_path / "inbox"


@pytest.fixture
def laid_into(inbox, clock):
    """Lays a mail into the Maildir, as the mail server does."""

    def lay(raw, name="1.M1.desk"):
        path = inbox / "new" / f"{int(clock.now.timestamp())}.{name}"
        path.write_bytes(raw)
        moment = (clock.now + timedelta(seconds=1)).timestamp()
        os.utime(path, (moment, moment))
        return path

    return lay


def test_a_mail_is_taken_in_once_and_put_away(story, inbox, laid_into):
    mail = laid_into(story.mail())

    first = _take_in(story, inbox)
    second = _take_in(story, inbox)

    assert (first.raised, second.raised) == (1, 0)
    assert not mail.exists()
    assert len(list((inbox / ".Processed" / "cur").iterdir())) == 1


@on_both
def test_an_intake_that_dies_half_way_is_made_up_for_by_the_next(story, inbox, laid_into):
    for lives in range(9):
        for sender in (f"anne{lives}@rosecottage.example", f"dora{lives}@lilac.example"):
            laid_into(story.mail(sender=sender), sender)

        story.though_it_may_die(lambda: _take_in(story, inbox, story.mortal(lives)))  # noqa: B023  # called at once
        _take_in(story, inbox)

        assert len(story.references()) == 2 * (lives + 1)
        assert len(story.post()) == 2
        assert not list((inbox / "new").iterdir())


def test_a_mail_that_a_person_looked_at_meanwhile_is_the_same_mail(story, inbox, laid_into):
    mail = laid_into(story.mail())
    story.though_it_may_die(lambda: _take_in(story, inbox, story.mortal(2)))

    mail.rename(inbox / "cur" / f"{mail.name}:2,S")
    _take_in(story, inbox)

    assert len(story.references()) == 1
    assert len(story.rows("SELECT id FROM received_mail")) == 1


@on_both
def test_two_who_take_in_at_once_raise_each_call_once(story, inbox, laid_into):
    for number in range(4):
        laid_into(story.mail(), f"M{number}.desk")

    story.at_once(lambda: _take_in(story, inbox), lambda: _take_in(story, inbox))
    _take_in(story, inbox)

    assert len(story.references()) == 4
    assert len(story.rows("SELECT id FROM message")) == 4


def test_the_same_bytes_from_another_place_are_the_same_mail(story, inbox, laid_into):
    raw = story.mail()
    story.arrives(raw)
    laid_into(raw)

    assert _take_in(story, inbox).raised == 0

    assert len(story.references()) == 1
    states = [row["state"] for row in story.rows("SELECT state FROM received_mail ORDER BY id")]
    assert states == ["taken", "duplicate"]


def test_the_same_message_id_with_other_words_is_another_mail_and_that_is_said(story):
    first = story.anne_writes(message_id="<same@rosecottage.example>")

    second = story.anne_writes("Organisation: Lilac\n", message_id="<same@rosecottage.example>")

    assert story.references() == [first, second]
    (event,) = story.events(second, "same_message_id")
    assert event["facts"]["other"] == first


@on_both
def test_the_bytes_are_kept_as_they_came(story):
    raw = story.mail() + b"\r\n\x00\xff\xfe tail"

    story.arrives(raw)

    (row,) = story.rows("SELECT raw FROM received_mail")
    assert bytes(row["raw"]) == raw


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\x00" * 100, b"From: \xff\xfe\n\n\xff"])
def test_no_mail_holds_up_another(story, inbox, laid_into, raw):
    laid_into(story.mail(), "M1.desk")
    laid_into(raw, "M2.desk")
    laid_into(story.mail(), "M3.desk")

    _take_in(story, inbox)

    assert len(story.references()) == 3
    assert not story.rows("SELECT id FROM received_mail WHERE state = 'waiting'")


def test_a_reply_is_laid_to_its_call_and_raises_nothing(story):
    call = story.anne_writes()
    (receipt,) = story.post()
    before = story.call(call)["state"]

    taken = story.arrives(
        story.mail("My number is 1-100000001.", references=receipt.mail["Message-ID"])
    )

    assert taken.threaded == 1
    assert story.references() == [call]
    assert story.call(call)["state"] == before
    assert story.call(call)["reply_waiting"]
    assert len(story.sheet(call).messages) == 2


def test_a_colleague_who_answers_the_requesters_own_mail_is_laid_to_the_call_too(story):
    call = story.anne_writes(message_id="<first@rosecottage.example>")

    taken = story.arrives(
        story.mail(
            sender="Dora <dora@rosecottage.example>", in_reply_to="<first@rosecottage.example>"
        )
    )

    assert taken.threaded == 1
    assert story.references() == [call]


def test_a_stranger_cannot_get_into_a_call_by_its_reference_in_the_subject(story):
    call = story.anne_writes()

    story.arrives(story.mail(sender="Eve <eve@evil.example>", subject=f"Re: [{call}] your request"))

    assert len(story.references()) == 2
    assert len(story.sheet(call).messages) == 1
    assert not story.call(call)["reply_waiting"]


def test_automatic_mail_on_a_call_is_filed_there_and_changes_nothing(story):
    call = story.anne_writes(message_id="<first@rosecottage.example>")

    taken = story.arrives(
        story.mail(
            "I am away.", in_reply_to="<first@rosecottage.example>", auto_submitted="auto-replied"
        )
    )

    assert taken.filed == 1
    assert not story.call(call)["reply_waiting"]
    assert len(story.sheet(call).messages) == 2
    assert len(story.events(call, "automatic_mail")) == 1


def _take_in(story, inbox, store=None):
    return reception.take_in(store or story.app.store, story.app.journal, source_for(inbox))
