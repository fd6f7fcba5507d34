"""An acknowledgement or a code that does not arrive is seen by those who can do something."""

from datetime import timedelta

import pytest

from helpdesk import duties
from helpdesk.database import reading
from helpdesk.desk.holds import Holding
from helpdesk.desk.steps import Ending
from helpdesk.views import mails, outbox
from helpdesk.views.closed import closed
from tests.stories.story import ANNE, words
from workflows.lifecycle import Hold, Outcome

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)

REPORT = """From: Mail Delivery System <mailer-daemon@mail.example>
To: desk@ods.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <{number}@mail.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your letter could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; anne@rosecottage.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user here

--b
Content-Type: text/rfc822-headers

Message-ID: {letter}
Subject: [ODS-000001] something

--b--
"""


def comes_back(story, letter):
    """The mail server of the requester sends that letter back."""
    report = REPORT.format(number=letter.id, letter=_message_id(story, letter.id))
    story.arrives(report.encode())


def _message_id(story, number):
    return story.rows("SELECT message_id FROM letter WHERE id = :n", n=number)[0]["message_id"]


def the_letter(story, kind):
    """The letter of that kind, as the outbox lists it."""
    with reading(story.app.config.store.database) as reader:
        found = outbox.letters(reader, outbox.Which.ALL, 100).letters
    return next(each for each in found if each.kind == kind)


def looks(story):
    duties.digest_now(story.app)


def digest(story):
    """The last digest, in words."""
    posted = story.letters_to("sue@ods.example", "Digest")
    return words(posted[-1]) if posted else ""


@on_both
def test_a_code_that_came_back_shows_until_somebody_tells_them_otherwise(story, clock, register):
    looks(story)
    call = story.traced()
    story.bart.allocate(call)
    story.post()

    comes_back(story, the_letter(story, "allocated.requester"))

    (line,) = story.worklist()
    assert "NOT DELIVERED" in line.marks
    clock.passes(days=1)
    looks(story)
    which = f"our letter with the codes to Anne Archer of Rose Cottage ({call})"
    assert f"{which} came back" in digest(story)
    clock.passes(days=1)
    looks(story)
    assert "came back 5.1.1" in digest(story)

    number = the_letter(story, "allocated.requester").id
    desk, bart = story.app.desk, story.app.desk.who("bart", None)
    desk.cancel_letter(number, bart, "told by telephone")
    clock.passes(days=1)
    looks(story)
    assert digest(story) == ""
    assert story.worklist()[0].marks == ()


@on_both
def test_a_letter_sent_again_to_a_mended_mailbox_is_the_same_letter(story, register):
    call = story.anne_writes()
    story.bart.acknowledge(call)
    first = next(each for each in story.post() if "in hand" in each.subject)
    comes_back(story, the_letter(story, "acknowledged.requester"))

    number = the_letter(story, "acknowledged.requester").id
    story.app.desk.retry_letter(number, story.app.desk.who("bart", None))

    (again,) = story.post()
    assert again.raw == first.raw
    assert story.standing(call, "acknowledge") == "met"
    assert story.worklist()[0].marks == ()


@on_both
def test_once_their_address_is_corrected_the_words_go_there_as_a_letter_of_its_own(story):
    story.reconfigure(smtp=story.app.config.smtp.model_copy(update={"plus_addresses": True}))
    call = story.anne_writes()
    story.bart.acknowledge(call)
    first = next(each for each in story.post() if "in hand" in each.subject)
    old = the_letter(story, "acknowledged.requester")
    comes_back(story, old)
    story.bart.correct(call, {"requester_email": "office@rosecottage.example"})

    story.bart.retry_letter(old.id)

    (again,) = story.post()
    assert again.to == "office@rosecottage.example"
    assert again.mail["To"] == "office@rosecottage.example"
    assert again.mail["Message-ID"] != first.mail["Message-ID"]
    assert again.sender != first.sender
    assert again.mail["Reply-To"] != first.mail["Reply-To"]
    assert again.mail["References"] == first.mail["References"]
    assert again.mail.get_body().get_content() == first.mail.get_body().get_content()
    assert story.worklist()[0].marks == ()
    (event,) = story.events(call, "letter_readdressed")
    facts = event["facts"]
    assert (facts["before"], facts["to"]) == (old.to, "office@rosecottage.example")


@on_both
def test_a_late_report_on_the_first_letter_says_nothing_of_the_second(story):
    call = story.anne_writes()
    story.bart.acknowledge(call)
    story.post()
    old = the_letter(story, "acknowledged.requester")
    comes_back(story, old)
    story.bart.retry_letter(old.id, to="office@rosecottage.example")
    story.post()

    comes_back(story, old)

    assert "NOT DELIVERED" not in story.worklist()[0].marks
    answer = story.mail("Thank you", in_reply_to=_message_id(story, old.id + 1))
    assert story.arrives(answer).threaded == 1


@on_both
def test_a_question_that_never_arrived_wakes_the_call_that_waits_for_its_answer(story, register):
    call = story.traced()
    asking = Holding(Hold.AWAITING_REQUESTER, note="which home is it?", ask=True)
    story.bart.hold(call, asking)
    story.post()
    assert story.worklist()[0].rests

    comes_back(story, the_letter(story, "asked.requester"))

    assert not story.worklist()[0].rests


@on_both
def test_a_closed_call_whose_letter_came_back_stays_on_the_worklist(story):
    call = story.anne_writes()
    story.bart.acknowledge(call)
    story.app.desk.close(call, story.app.desk.who("bart", None), Ending(Outcome.WITHDRAWN))
    story.post()

    comes_back(story, the_letter(story, "closed_withdrawn.requester"))

    (line,) = story.worklist()
    assert (line.reference, line.marks) == (call, ("NOT DELIVERED",))
    with reading(story.app.config.store.database) as reader:
        assert closed(reader, 10).lines == []


@on_both
def test_a_reply_goes_on_the_thread_and_a_held_call_is_chased_later(story, clock, register):
    call = story.traced()
    story.hold(call, "which home is it?")
    before = story.call(call)["hold_check"]
    clock.passes(days=2)

    story.app.desk.reply(call, story.app.desk.who("bart", None), "Have you seen my question?")

    letter = next(each for each in story.post() if "Re: ODS code" in each.subject)
    assert letter.subject == f"[{call}] Re: ODS code"
    assert letter.mail["Auto-Submitted"] is None
    assert str(story.call(call)["hold_check"]) > str(before)
    assert story.anne_replies(call).threaded == 1


@on_both
def test_mail_is_laid_elsewhere_and_split_and_every_clock_is_as_events_say(story, clock):
    first, second = story.anne_writes(), story.anne_writes()
    clock.passes(hours=3)
    story.anne_replies(first, "Organisation: Lilac House")
    desk, bart = story.app.desk, story.app.desk.who("bart", None)
    before = story.clock_of(second, "acknowledge")

    desk.attach_mail(3, second, bart)

    assert story.clock_of(second, "acknowledge") == before
    assert story.call(second)["reply_waiting"]
    request = story.app.reads(_raw(story, 3)).request
    done = desk.split_mail(3, request, bart)
    third = done.answer["reference"]
    assert third == "ODS-000003"
    assert story.clock_of(third, "acknowledge")["started_at"] == clock.now
    assert len(story.sheet(second).messages) == 1


def _raw(story, number):
    with reading(story.app.config.store.database) as reader:
        return mails.raw(reader, number)


@on_both
def test_mails_and_letters_are_listed_and_narrowed(story, clock):
    story.anne_writes()
    clock.passes(hours=1)
    story.arrives(
        story.mail(
            "I am away.", sender="Élodie <e@elsewhere.example>", auto_submitted="auto-replied"
        )
    )
    moment = clock.now - timedelta(minutes=30)

    with reading(story.app.config.store.database) as reader:
        every = mails.mails(reader, mails.Wanted(), 10)
        one = mails.mails(reader, mails.Wanted(), 1)
        asked = [
            mails.mails(reader, wanted, 10)
            for wanted in (
                mails.Wanted(states=("filed", "quarantined")),
                mails.Wanted(unattached=True),
                mails.Wanted(sender="ÉLODIE"),
                mails.Wanted(since=moment),
            )
        ]
        lost, late = mails.without_a_call(reader), mails.waiting_since(reader, clock.now)
        lying = mails.lying(reader, "stdin", [("", "unheard-of")])
        receipts = outbox.letters(reader, outbox.Which.OPEN, 10)

    assert [each.raised for each in every.mails] == [False, True]
    assert (len(one.mails), one.total) == (1, 2)
    assert [[each.id for each in found.mails] for found in asked] == [[2], [2], [2], [2]]
    assert (lost, late) == ([], [])
    assert (lying.lying, lying.unknown) == (1, 1)
    assert [each.to for each in receipts.letters] == [ANNE.partition("<")[2].rstrip(">")]
