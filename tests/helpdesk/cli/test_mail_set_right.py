"""`mail retry`, `attach` and `split`: how a person sets it right."""

import pytest

from helpdesk.models import Role
from tests.helpdesk.cli.received import (
    ANSWER,
    FIRST,
    arrives,
    call_of,
    events,
    is_poison,
    is_set_aside,
    listed,
)


def test_a_mail_that_was_set_aside_is_read_again(desk):
    is_set_aside(desk, FIRST)
    assert listed(desk, "--quarantined")[1]["became"].startswith("QUARANTINED: ValueError in")
    assert "It was not read: helpdesk mail raw 1" in desk.type("mail", "show", "1").out

    said = desk.type("mail", "retry", "1")

    assert (said.code, said.out) == (0, "mail 1 is read again\n")
    assert said.err == "mail 1: raised ODS-000007\n"
    assert call_of(desk, 7)["organisation"] == "Rose Cottage"
    assert events(desk, 7)["mail_retried"]["mail"] == 1


def test_a_mail_that_is_not_set_aside_is_not_read_again(mails):
    before = mails.events()

    said = mails.type("mail", "retry", "1")

    assert (said.code, said.out) == (0, "mail 1 is not quarantined: it is taken, ODS-000007\n")
    assert mails.events() == before


def test_a_mail_is_laid_to_the_call_that_it_belongs_to(mails):
    said = mails.type("mail", "attach", "2", "1")

    assert (said.code, said.out) == (0, "mail 2 is laid to ODS-000001\n")
    assert listed(mails)[2]["became"] == "on ODS-000001"
    assert call_of(mails, 1)["reply_waiting"]
    assert events(mails, 1)["mail_attached"] == {"mail": 2, "other": "ODS-000007"}
    assert events(mails, 7)["mail_detached"] == {"mail": 2, "other": "ODS-000001"}
    assert "a reply still shows as waiting on ODS-000007" in said.err
    assert "Lilac House" in mails.type("show", "1").out


def test_to_attach_it_twice_is_said(mails):
    mails.type("mail", "attach", "2", "1")
    before = mails.events()

    said = mails.type("mail", "attach", "2", "ODS-000001")

    assert (said.code, said.out) == (0, "mail 2 is laid to ODS-000001 already\n")
    assert mails.events() == before


def test_automatic_mail_that_is_attached_waits_for_no_answer(mails):
    mails.type("mail", "attach", "3", "1")

    assert listed(mails)[3]["became"] == "on ODS-000001"
    assert not call_of(mails, 1)["reply_waiting"]


def test_a_call_without_a_mail_left_is_named_with_the_command_that_ends_it(mails):
    said = mails.type("mail", "attach", "4", "7")

    assert "ODS-000008 has no mail left" in said.err
    assert "helpdesk merge ODS-000008 --into ODS-000007" in said.err
    assert mails.type("merge", "8", "--into", "7").code == 0


def test_a_mail_of_a_call_becomes_a_call_of_its_own(mails):
    letters = mails.rows("SELECT count(*) AS n FROM letter")

    said = mails.type("mail", "split", "2")

    assert (said.code, said.out) == (0, "mail 2 is ODS-000009 now, and no longer of ODS-000007\n")
    call, mail = call_of(mails, 9), mails.rows("SELECT * FROM received_mail WHERE id = 2")[0]
    assert call["organisation"] == "Lilac House"
    assert call["received_at"] == mail["arrived_at"]
    assert events(mails, 9)["split_from"] == {"mail": 2, "other": "ODS-000007"}
    assert events(mails, 7)["mail_split"] == {"mail": 2, "other": "ODS-000009"}
    assert mails.rows("SELECT count(*) AS n FROM letter") == letters
    assert mails.type("sla", "rebuild", "--check").code == 0


def test_to_split_it_twice_is_said(mails):
    mails.type("mail", "split", "2")
    before = mails.events()

    said = mails.type("mail", "split", "2")

    assert (said.code, said.out) == (0, "ODS-000009 began with mail 2 already\n")
    assert mails.events() == before


def test_a_call_began_with_its_first_mail_even_if_an_older_one_is_laid_to_it(mails):
    mails.type("mail", "attach", "3", "8")

    assert "ODS-000008 began with mail 4 already" in mails.type("mail", "split", "4").out
    assert listed(mails)[4]["became"] == "raised ODS-000008"


@pytest.mark.parametrize(
    ("words", "code", "fragment"),
    [
        ("show 99", 3, "there is no mail 99; helpdesk mail list shows what came"),
        ("show 99999999999999999999", 2, "99999999999999999999 is not in the range"),
        ("raw 99", 3, "there is no mail 99"),
        ("retry 99", 3, "there is no mail 99"),
        ("attach 99 1", 3, "there is no mail 99"),
        ("split 99", 3, "there is no mail 99"),
        ("attach 2 99", 3, "there is no call ODS-000099"),
        ("attach 2 nonsense", 2, "'nonsense' is not a reference"),
        ("split 3", 2, "mail 3 belongs to no call; to lay it to one: helpdesk mail attach 3 REF"),
        ("list --since tomorrow", 2, "'tomorrow' is no date; write for example 2026-03-02"),
        ("shred 1", 2, "No such command 'shred'"),
    ],
)
def test_what_will_not_do_is_refused_in_a_sentence(mails, words, code, fragment):
    before = mails.events()

    said = mails.type("mail", *words.split())

    assert (said.code, said.out) == (code, "")
    assert fragment in said.err
    assert mails.events() == before


def test_what_could_not_be_read_is_not_moved_about(desk):
    is_set_aside(desk, FIRST)

    attached, split = desk.type("mail", "attach", "1", "1"), desk.type("mail", "split", "1")

    assert (attached.code, split.code) == (2, 2)
    assert "helpdesk merge ODS-000007 --into ODS-000001" in attached.err
    assert "helpdesk mail retry 1" in split.err


def test_what_nobody_acted_on_yet_is_not_moved_about(desk):
    arrives(desk, FIRST, reads=is_poison)

    said = desk.type("mail", "attach", "1", "1")

    assert said.code == 2
    assert "mail 1 was not taken in yet" in said.err
    assert listed(desk, "--waiting")[1]["became"].startswith("waiting, tried 1 times: ValueError")


def test_a_mail_is_not_laid_to_a_call_that_was_merged(mails):
    mails.type("merge", "8", "--into", "7")

    said = mails.type("mail", "attach", "2", "8")

    assert said.code == 2
    assert "ODS-000008 is merged into ODS-000007: helpdesk mail attach 2 ODS-000007" in said.err


def test_the_doctor_names_what_was_set_aside(desk):
    is_set_aside(desk, FIRST)

    said = desk.type("doctor").out

    assert "1 mails could not be read by program (1): helpdesk mail list --quarantined" in said


def test_an_agent_may_set_mail_right_as_a_supervisor_may(desk_as):
    desk = desk_as(Role.AGENT)
    arrives(desk, FIRST, ANSWER)

    assert desk.type("mail", "attach", "2", "1").code == 0
