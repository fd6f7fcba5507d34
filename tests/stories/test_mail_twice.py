"""The same mail twice is one; two mails of one id are two, and that is said; nothing is dropped."""

import pytest

from helpdesk.intake.sources import one
from helpdesk.reception import TRIES, TakenIn, keep, take_in_stored
from tests.stories.clients import ANNE, DORA, EVE
from tests.stories.story import REQUEST, request_for

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)

ONCE = ANNE.writes(REQUEST)


def other_route(raw: bytes = ONCE) -> bytes:
    """The same mail as another server handed it on."""
    return (
        b"Return-Path: <anne@rosecottage.example>\r\nDelivered-To: ods@ods.example\r\n"
        b"Received: from rosecottage.example by mx2.ods.example; Mon, 2 Mar 2026 09:00:02 GMT\r\n"
    ) + raw


@on_both
def test_the_same_bytes_from_another_mailbox_are_the_same_mail(story):
    assert story.arrives(ONCE, mailbox="imap:desk") == TakenIn(raised=1)
    assert story.arrives(ONCE, mailbox="imap:old-desk") == TakenIn(duplicates=1)

    first, second = story.rows("SELECT * FROM received_mail ORDER BY id")
    assert (first["state"], second["state"]) == ("taken", "duplicate")
    assert second["reason"] == "the same bytes as mail 1"
    assert (bytes(first["raw"]), second["raw"]) == (ONCE, None)
    assert second["call_id"] == first["call_id"]
    assert (len(story.references()), len(story.post())) == (1, 1)


@on_both
@pytest.mark.parametrize("tries", [0, TRIES])
def test_a_copy_that_came_while_the_mail_waited_goes_to_its_call(story, tries):
    copies = [one(ONCE, story.clock(), box) for box in ("imap:desk", "imap:old-desk")]
    store = story.app.store
    store.run(lambda tx: keep(tx, *copies))
    store.run(lambda tx: setattr(tx.mail(1), "tries", tries))

    take_in_stored(store, story.app.journal)

    first, second = story.rows("SELECT * FROM received_mail ORDER BY id")
    assert second["state"] == "duplicate"
    assert first["call_id"] == second["call_id"] == 1


def test_the_same_bytes_from_the_same_place_are_nothing_new(story):
    assert story.arrives(ONCE).raised == 1
    assert story.arrives(ONCE) == TakenIn()

    assert len(story.rows("SELECT id FROM received_mail")) == 1


@on_both
def test_one_mail_that_came_by_two_routes_is_one_call(story):
    assert story.arrives(ONCE, mailbox="imap:desk").raised == 1

    assert story.arrives(other_route(), mailbox="imap:old-desk") == TakenIn(duplicates=1)

    _, second = story.rows("SELECT * FROM received_mail ORDER BY id")
    assert (second["state"], bytes(second["raw"])) == ("duplicate", other_route())
    assert second["reason"] == "the same message as mail 1, by another way"
    assert (len(story.references()), len(story.post())) == (1, 1)
    assert not story.call("1")["reply_waiting"]


def test_so_is_an_answer_that_came_by_two_routes(story):
    story.arrives(ONCE)
    (receipt,) = story.post()
    answer = ANNE.answers(receipt.raw, "It is the one in the High Street.")

    assert story.arrives(answer, mailbox="imap:desk").threaded == 1
    assert story.arrives(other_route(answer), mailbox="imap:old-desk").duplicates == 1

    assert len(story.sheet("1").messages) == 2
    assert len(story.events("1", "reply")) == 1


def test_a_mail_sent_anew_after_weeks_is_read_anew(story, clock):
    story.arrives(ONCE)
    clock.passes(days=20)

    assert story.arrives(other_route()) == TakenIn(threaded=1)

    assert story.call("1")["reply_waiting"]


@on_both
@pytest.mark.parametrize("writer", [ANNE, EVE], ids=["the_same", "another"])
def test_two_mails_of_one_id_are_both_kept_and_it_is_said(story, writer):
    message_id = "<0001@rosecottage.example>"
    story.arrives(ANNE.writes(REQUEST, message_id=message_id))

    second = writer.writes(f"{request_for(2)}\nAnd one more.", message_id=message_id)
    assert story.arrives(second).raised == 1

    assert story.references() == ["ODS-000001", "ODS-000002"]
    (event,) = story.events("2", "same_message_id")
    assert event["facts"] == {"other": "ODS-000001", "mail": 1}
    assert "And one more." in story.sheet("2").messages[0]["text"]
    kept = story.rows("SELECT raw FROM received_mail ORDER BY id")
    assert bytes(kept[1]["raw"]) == second


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Another subject"},
        {"from": "Eve Eden <eve@elsewhere.example>"},
        {"date": "Mon, 02 Mar 2026 09:30:00 +0000"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_same_words_under_one_id_are_two_mails_if_their_heads_differ(story, change):
    message_id = "<0001@rosecottage.example>"
    story.arrives(ANNE.writes(REQUEST, message_id=message_id))

    taken = story.arrives(ANNE.writes(REQUEST, message_id=message_id, **change))

    assert (taken.duplicates, taken.raised + taken.threaded) == (0, 1)
    assert story.events(story.references()[-1], "same_message_id")


def test_the_same_words_with_another_file_are_two_mails(story):
    message_id = "<0001@rosecottage.example>"
    same = {"message_id": message_id, "subject": "Our form"}
    for inner in (EVE.writes("The old form."), EVE.writes("The new form.")):
        raw = ANNE.forwards(inner, "It is attached.", whole=True, **same)
        assert story.arrives(raw).raised == 1

    assert len(story.rows("SELECT DISTINCT sha256 FROM attachment")) == 2


def test_who_copies_an_id_before_it_is_used_keeps_nobody_out(story):
    message_id = "<0001@rosecottage.example>"
    story.arrives(EVE.writes("I was here first.", message_id=message_id))

    assert story.arrives(ANNE.writes(REQUEST, message_id=message_id)).raised == 1

    assert story.call("2")["organisation"] == "Rose Cottage"
    assert ANNE.address in [letter.to for letter in story.post()]


def test_mails_without_an_id_are_never_taken_for_one_another(story):
    for writer in (ANNE, DORA):
        assert story.arrives(writer.writes(REQUEST, message_id="")).duplicates == 0

    assert len(story.rows("SELECT id FROM message")) == 2


def test_a_copy_of_what_was_filed_is_filed_with_it(story):
    away = ANNE.writes("I am away.", auto_submitted="auto-replied")
    assert story.arrives(away).filed == 1

    assert story.arrives(other_route(away)).duplicates == 1
    assert story.references() == []
