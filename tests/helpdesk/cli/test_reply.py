"""`reply`: an agent's own words, with the desk's signature, on the call's thread."""

import pytest

from helpdesk.journal import posting
from tests.helpdesk.cli.received import ANSWER, FIRST, arrives
from tests.helpdesk.cli.replied import last_letter, replies, text


def test_a_reply_carries_the_words_the_name_and_the_desk(desk, anne):
    with desk.config.open("a") as config:
        config.write('phone = "01632 960000"\nsignature = "Open from nine to five"\n')

    said = desk.type("reply", anne, "--body", "Which home is it?\n\nWe go on then.")

    assert said.code == 0
    assert said.out == "a letter to anne@rosecottage.example is posted\n"
    mail = last_letter(desk)
    assert mail["Subject"] == "[ODS-000007] Re: A code for our home"
    assert mail["In-Reply-To"] == "<answer@rosecottage.example>"
    assert mail["Auto-Submitted"] is None
    words = text(mail)
    assert "Which home is it?\n\nWe go on then.\n\nMo Moss\nThe ODS desk\ndesk@ods" in words
    assert "Telephone 01632 960000\nOpen from nine to five" in words


def test_a_reply_answers_what_waited_and_moves_nothing(desk, anne):
    desk.type("acknowledge", anne)
    before = desk.rows("SELECT state, step FROM call WHERE id = 7")

    said = desk.type("reply", anne, "--body", "Thank you.")

    assert said.err == ""
    assert desk.rows("SELECT state, step FROM call WHERE id = 7") == before
    assert desk.rows("SELECT reply_waiting FROM call WHERE id = 7")[0]["reply_waiting"] == 0
    assert "replied  to: anne@rosecottage.example" in desk.type("show", anne).out
    assert desk.type("sla", "rebuild", "--check").code == 0


def test_a_reply_is_no_acknowledgement_and_says_so(desk, anne):
    said = desk.type("reply", anne, "--body", "Thank you.")

    assert said.err == "a reply is no acknowledgement: helpdesk acknowledge ODS-000007\n"
    assert "acknowledge  due" in desk.type("show", anne).out


def test_on_a_closed_call_the_reply_still_waits_for_its_answer(desk):
    arrives(desk, FIRST)
    desk.type("acknowledge", "7")
    desk.type("close", "7", "--outcome", "withdrawn")
    arrives(desk, ANSWER)

    said = desk.type("reply", "7", "--body", "It is withdrawn.")

    assert "its reply still waits: helpdesk no-action ODS-000007, or helpdesk reopen" in said.err
    assert desk.rows("SELECT reply_waiting FROM call WHERE id = 7")[0]["reply_waiting"] == 1


def test_the_same_words_go_once_a_day(desk, anne):
    desk.type("reply", anne, "--body", "Thank you.")

    again = desk.type("reply", anne, "--body", "Thank you.")
    wanted = desk.type("reply", anne, "--body", "Thank you.", "--again")

    assert "that was done already" in again.err
    assert wanted.code == 0
    assert len(replies(desk)) == 2


def test_the_words_may_come_from_standard_input(desk, anne):
    said = desk.program("reply", anne, "--body", "-", given="Grüße\n".encode())

    assert said.code == 0
    assert "Grüße" in text(last_letter(desk))


def test_words_that_are_not_in_utf_8_are_refused_and_none_of_them_is_lost_unseen(desk, anne):
    said = desk.program("reply", anne, "--body", "-", given="Grüße\n".encode("latin-1"))

    assert (said.code, said.out) == (2, "")
    assert "is not UTF-8 text" in said.err
    assert replies(desk) == []


def test_what_is_too_long_for_a_letter_is_refused_and_kept(desk, anne):
    words = b"word " * 30_000

    said = desk.program("reply", anne, "--body", "-", given=words)

    assert said.code == 2
    assert "the reply has 149,999 characters, and a letter may have 100,000: shorten it" in said.err
    assert "your words are kept: helpdesk reply 7 --body - < " in said.err
    assert replies(desk) == []


def test_it_may_go_to_somebody_else(desk, anne):
    desk.type("reply", anne, "--body", "Please see.", "--to", "carl@rosecottage.example")

    assert last_letter(desk)["To"] == "carl@rosecottage.example"


def test_a_subject_is_answered_once_however_often_it_was(desk):
    arrives(desk, FIRST.replace("Subject: A", "Subject: RE: Re: [ODS-000003] re: A"))

    desk.type("reply", "7", "--body", "Yes.")

    assert last_letter(desk)["Subject"] == "[ODS-000007] Re: A code for our home"


def test_a_hostile_subject_writes_no_header(desk):
    evil = "=?utf-8?q?a=0D=0ABcc:_x=40y.test?="
    arrives(desk, FIRST.replace("A code for our home", evil))

    desk.type("reply", "7", "--body", "Yes.")

    assert last_letter(desk)["Bcc"] is None


def test_who_never_wrote_a_mail_gets_a_subject_of_ours(desk):
    desk.type("reply", "1", "--body", "Yes.")

    assert last_letter(desk)["Subject"] == "[ODS-000001] Your request for an ODS code"


@pytest.mark.parametrize(
    ("words", "code", "fragment"),
    [
        ("--body hello", 2, "say which call: helpdesk reply REF"),
        ("99 --body hello", 3, "there is no call ODS-000099"),
        ("7 --body hello --canned provided", 2, "give one of --body and --canned, not both"),
        ("7 --canned banana", 2, "there is no canned text 'banana'; there are: cqc_details"),
        ("7 --body hello --to nonsense", 2, "--to: not an address that mail can be sent to"),
        ("8 --body hello", 2, "has no e-mail address: give one with --to"),
    ],
)
def test_what_will_not_do_is_refused_in_a_sentence(desk, anne, words, code, fragment):
    desk.type("raise", "--organisation", "Nobody's Home")
    before = desk.events()

    said = desk.type("reply", *words.split())

    assert (said.code, said.out) == (code, "")
    assert fragment in said.err
    assert desk.events() == before


def test_a_reply_is_no_automatic_mail():
    assert "reply" in posting.BY_HAND


def test_an_address_that_does_not_exist_is_told(desk, anne):
    desk.app().store.run(lambda tx: tx.flag_address("anne@rosecottage.example", "5.1.1 nobody"))

    said = desk.type("reply", anne, "--body", "Hello?")

    assert "by its own server's word nobody has anne@rosecottage.example: 5.1.1" in said.err
