"""No mail loop goes round, and nobody can make the desk shout."""

from collections.abc import Callable, Mapping

import pytest

from helpdesk.app import build
from tests.stories.clients import ANNE, EVE, GMAIL, NHSMAIL, Writer
from tests.stories.post_office import Posted
from tests.stories.story import REQUEST, request_for

ROUNDS = 20
BUSY = Writer("Reception", "reception@rosecottage.example", NHSMAIL)

Answers = Callable[[Posted, int], bytes]


def on_the_thread(**heads: str) -> Answers:
    return lambda letter, n: BUSY.answers(letter.raw, f"We are away ({n}).", **heads)


def off_the_thread(**heads: str) -> Answers:
    return lambda letter, n: BUSY.writes(f"We are away ({n}).", **heads)


RESPONDERS: Mapping[str, Answers] = {
    "Exchange": on_the_thread(
        subject="Automatic reply: your letter",
        auto_submitted="auto-generated",
        x_auto_response_suppress="All",
    ),
    "Gmail": on_the_thread(auto_submitted="auto-replied", precedence="bulk", x_autoreply="yes"),
    "vacation": off_the_thread(
        subject="Re: We have your request", auto_submitted="auto-replied (zippy)"
    ),
    "a web host's": off_the_thread(subject="We got it", x_autorespond="We got it", x_loop="us"),
    "a ticket system": lambda letter, n: BUSY.writes(
        f"Your request INC{n:07} was logged.",
        subject=f"INC{n:07} opened: {letter.subject}",
        auto_submitted="auto-generated",
        x_servicenow_generated="true",
    ),
    "Notes": off_the_thread(subject="AUTO: Reception is out of the office"),
    "an unmarked one": on_the_thread(),
    "one that sends back what it got": lambda letter, _: letter.raw.replace(
        b"From: ", b"From: Reception <reception@rosecottage.example>\r\nX-From: ", 1
    ),
}
"""Programs that answer every letter. The last but one writes as people do."""


@pytest.mark.parametrize("answers", RESPONDERS.values(), ids=RESPONDERS)
def test_who_answers_every_letter_gets_one_receipt(story, clock, answers):
    story.arrives(BUSY.writes(REQUEST))

    rounds = [exchange(story, clock, answers, n) for n in range(ROUNDS)]

    assert rounds == [1] + [0] * (ROUNDS - 1)
    assert story.references() == ["ODS-000001"]
    assert story.cycles("1", "acknowledge") == [1]
    assert story.call("1")["state"] == "received"


def test_an_unmarked_one_that_never_threads_gets_three_a_day_at_most(story, clock):
    story.arrives(BUSY.writes(REQUEST))
    answers = off_the_thread(subject="Thank you for your mail")

    rounds = [exchange(story, clock, answers, n) for n in range(ROUNDS)]

    assert sum(rounds) == 3
    assert len(story.references()) == 4


def test_it_is_counted_in_the_database_whichever_daemon_answers(story, clock):
    for n in range(6):
        story.app = build(story.app.config, clock)
        story.arrives(ANNE.writes(request_for(n + 1)))

    assert len(story.post()) == 3


def test_nobody_can_make_the_desk_write_to_hundreds_of_strangers(story):
    for n in range(200):
        story.waits(forged(n))

    assert story.takes_in().raised == 200

    letters = story.post()
    assert len(letters) == 20
    assert not any(word in each.raw + each.text.encode() for each in letters for word in THEIRS)


def test_an_hour_later_the_next_ones_hear_from_it_again(story, clock):
    intake = story.app.config.intake
    story.reconfigure(intake=intake.model_copy(update={"receipts_per_hour": 2}))
    for n in range(3):
        story.arrives(forged(n))
    assert len(story.post()) == 2

    clock.passes(hours=1, seconds=1)
    for n in range(3, 6):
        story.arrives(forged(n))

    assert len(story.post()) == 2


def test_whom_the_desks_own_mail_server_vouches_for_is_not_among_them(story):
    intake = story.app.config.intake
    limits = {"receipts_per_hour": 0, "trusts": "mx.ods.example"}
    story.reconfigure(intake=intake.model_copy(update=limits))

    story.arrives(EVE.writes(REQUEST))
    passed = "mx.ods.example; dmarc=pass header.from=rosecottage.example"
    story.arrives(ANNE.writes(REQUEST, authentication_results=passed))

    assert [letter.to for letter in story.post()] == ["anne@rosecottage.example"]


def test_whom_the_desk_wrote_to_before_is_not_among_them(story):
    intake = story.app.config.intake
    story.reconfigure(intake=intake.model_copy(update={"receipts_per_hour": 0}))
    story.arrives(ANNE.writes(REQUEST))
    story.bart.acknowledge("1")
    story.post()

    story.arrives(ANNE.writes(request_for(2)))
    story.arrives(EVE.writes(request_for(3)))

    (receipt,) = story.post()
    assert (receipt.to, "[ODS-000002]" in receipt.mail["Subject"]) == (ANNE.address, True)


THEIRS = (b"Cheap", b"pills", b"prize", b"evil.example", b"960666")


def forged(n: int) -> bytes:
    """A mail in the name of somebody who never wrote it, each of another."""
    text = (
        "Name: Cheap pills\nOrganisation: http://evil.example/prize\nTelephone: 01632 960666\n"
        f"Postcode: ZZ1 1AA\nNumber: {n}\n"
    )
    victim = Writer("Cheap pills", f"victim{n}@home{n}.example", GMAIL)
    return victim.writes(text, subject="You have won a prize at http://evil.example")


def exchange(story, clock, answers: Answers, n: int) -> int:
    """What the desk writes is answered; how many letters it wrote."""
    letters = story.post()
    clock.passes(minutes=1)
    for letter in letters:
        story.arrives(answers(letter, n))
    return len(letters)
