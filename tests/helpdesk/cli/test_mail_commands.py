"""`mail`: what came, what became of it, and how a person sets it right."""

import json

import pytest

from helpdesk.clock import utc_now
from helpdesk.intake import Delivery
from helpdesk.models import Role
from helpdesk.reception import keep
from tests.helpdesk.cli.received import ANSWER, AWAY, FIRST, ZED, arrives, is_poison, is_set_aside


@pytest.fixture
def mails(desk):
    """Anne's request (mail 1, ODS-000007) and her answer, an automatic mail, and Zed's."""
    arrives(desk, FIRST, ANSWER, AWAY, ZED)
    return desk


def listed(desk, *options):
    return {row["id"]: row for row in json.loads(desk.type("mail", "list", *options, "--json").out)}


def call_of(desk, number):
    return desk.rows(f"SELECT * FROM call WHERE id = {number}")[0]


def events(desk, number):
    found = desk.rows(f"SELECT kind, facts FROM event WHERE call_id = {number} ORDER BY id")
    return {row["kind"]: json.loads(row["facts"]) for row in found}


def test_the_list_says_who_wrote_and_what_became_of_it(mails):
    rows = listed(mails)

    assert list(rows) == [4, 3, 2, 1]
    assert [(row["became"], row["trust"]) for row in rows.values()] == [
        ("raised ODS-000008", "claimed"),
        ("filed: it says that it is an automatic answer", "automatic"),
        ("on ODS-000007", "claimed"),
        ("raised ODS-000007", "claimed"),
    ]
    assert rows[1]["sender"] == "Anne Archer <anne@rosecottage.example>"
    assert rows[4]["claims"] == "ODS-000007"


def test_mail_alone_lists(mails):
    assert mails.type("mail").out == mails.type("mail", "list").out
    assert mails.type("mail").out.count("\n") == 4


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (["--filed"], [3]),
        (["--waiting"], []),
        (["--quarantined", "--filed"], [3]),
        (["--unattached"], [3]),
        (["--from", "ZED"], [4]),
        (["--from", "%"], []),
        (["--from", "rosecottage", "--limit", "2"], [3, 2]),
        (["--since", "2026-01-01"], [4, 3, 2, 1]),
        (["--since", "2999-01-01"], []),
    ],
)
def test_the_list_can_be_narrowed(mails, options, numbers):
    assert list(listed(mails, *options)) == numbers


def test_what_is_not_shown_is_counted(mails):
    said = mails.type("mail", "list", "--limit", "3")

    assert said.err == "the last 3 are shown, of 4: --limit N shows more\n"


def test_one_mail_shows_what_its_writer_wrote_and_folds_what_they_quote(mails):
    short, whole = mails.type("mail", "show", "2").out, mails.type("mail", "show", "2", "--all").out

    assert "Mail 2  on ODS-000007" in short
    assert "claimed: nobody vouches for the sender" in short
    assert "  | Organisation: Lilac House" in short
    assert "> Name: Anne Archer" not in short
    assert "> Name: Anne Archer" in whole


def test_quoted_lines_are_counted(desk):
    arrives(desk, FIRST)
    desk.app().store.run(
        lambda tx: tx.rows(
            "UPDATE message SET text = 'Yes.\n\n> a\n> b', own = 'Yes.' RETURNING id"
        )
    )

    assert "  | Yes.\n  (3 quoted lines: --all shows them)\n" in desk.type("mail", "show", "1").out
    assert "(3 quoted lines: helpdesk mail show 1 --all)" in desk.type("show", "7").out


def test_a_claim_is_told_with_the_mail_and_on_the_sheet(mails):
    words = "claims ODS-000007, but its sender has no part in it"

    assert words in mails.type("mail", "show", "4").out
    assert words in mails.type("show", "8").out


def test_raw_gives_the_very_bytes(mails):
    said = mails.program("mail", "raw", "1")

    assert (said.code, said.out) == (0, FIRST)


def test_raw_is_harmless_on_a_terminal(desk):
    arrives(desk, FIRST + "\x1b]52;c;ZXZpbA==\x07 evil\n")

    drawn = desk.drawn("mail", "raw", "1")

    assert "evil" in drawn
    assert "\x1b" not in drawn


def test_raw_is_saved_and_nothing_is_written_over(mails):
    said = mails.type("mail", "raw", "1", "--save", "first.eml")
    again = mails.type("mail", "raw", "1", "--save", "first.eml")

    assert (said.code, said.out) == (0, "first.eml\n")
    assert (mails.folder / "first.eml").read_text() == FIRST
    assert (mails.folder / "first.eml").stat().st_mode & 0o777 == 0o600
    assert again.code == 73
    assert "first.eml is there already" in again.err


def test_raw_is_for_agents(desk_as):
    desk = desk_as(None)
    arrives(desk, FIRST)

    assert desk.type("mail", "raw", "1").code == 6
    assert desk.type("mail", "show", "1").code == 0


def test_the_same_bytes_elsewhere_are_shown_as_a_duplicate_with_its_bytes(desk):
    arrives(desk, FIRST)
    app = desk.app(utc_now)
    app.store.run(lambda tx: keep(tx, Delivery("elsewhere", "", "1", FIRST.encode(), utc_now())))
    app.store.close()

    rows = listed(desk)

    assert rows[2]["became"] == "duplicate: the same bytes as mail 1"
    assert desk.program("mail", "raw", "2").out == FIRST
    assert "mail 2 has the same bytes as mail 1: name that one" in (
        desk.type("mail", "attach", "2", "1").err
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


@pytest.fixture
def inbox(desk):
    """A desk that takes its mail from a folder, with one mail in it."""
    (desk.folder / "inbox").mkdir()
    with desk.config.open("a") as config:
        config.write('[intake]\npaths = ["inbox"]\n')
    (desk.folder / "inbox" / "1.eml").write_text(FIRST)
    return desk


def test_what_lies_in_a_mailbox_and_is_not_held_is_told(inbox):
    said = inbox.type("mail", "check")

    assert said.code == 1
    assert said.out.split("\t")[1:] == ["1", "0", "0", "0", "0", "0", "1\n"]
    assert said.err.startswith("1 lie there that the desk does not hold")


def test_once_all_is_taken_in_every_mail_is_accounted_for(inbox):
    inbox.type("intake")

    said = inbox.type("mail", "check")

    assert (said.code, said.err) == (0, "all mail is accounted for\n")
    assert said.out.split("\t")[1:] == ["1", "1", "0", "0", "0", "0", "0\n"]
    (place,) = json.loads(inbox.type("mail", "check", "--json").out)["places"]
    assert (place["lying"], place["taken"], place["unknown"]) == (1, 1, 0)


def test_a_maildir_is_counted_as_it_lies(desk):
    for name in ("new", "cur", "tmp"):
        (desk.folder / "box" / name).mkdir(parents=True)
    (desk.folder / "box" / "new" / "1772442000.1.desk").write_text(FIRST)
    with desk.config.open("a") as config:
        config.write('[intake]\npaths = ["box"]\n')

    before, took, after = (
        desk.type(*words.split()) for words in ("mail check", "intake", "mail check")
    )

    assert (before.code, took.code, after.code) == (1, 0, 0)
    assert after.out.split("\t")[1] == "0"  # it was put away


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("state = 'taken', call_id = NULL", "taken in without a call: mail 1"),
        (
            "state = 'waiting', stored_at = '2026-03-02 09:00:00.000000'",
            "waiting for more than 10 minutes: mail 1",
        ),
    ],
)
def test_mail_that_is_lost_inside_the_desk_is_found(inbox, change, words):
    inbox.type("intake")
    inbox.app().store.run(lambda tx: tx.rows(f"UPDATE received_mail SET {change} RETURNING id"))

    said = inbox.type("mail", "check")

    assert said.code == 1
    assert words in said.err
    assert any(
        words.partition(":")[0].split()[0] in line for line in inbox.type("doctor").out.splitlines()
    )


def test_a_place_that_is_not_there_is_trouble(inbox):
    (inbox.folder / "inbox").rename(inbox.folder / "elsewhere")

    assert inbox.type("mail", "check").code == 66


def test_the_doctor_names_what_was_set_aside(desk):
    is_set_aside(desk, FIRST)

    said = desk.type("doctor").out

    assert "1 mails could not be read by program (1): helpdesk mail list --quarantined" in said


def test_an_agent_may_set_mail_right_as_a_supervisor_may(desk_as):
    desk = desk_as(Role.AGENT)
    arrives(desk, FIRST, ANSWER)

    assert desk.type("mail", "attach", "2", "1").code == 0


def test_a_server_that_is_down_ends_the_count_with_the_code_for_that(inbox):
    with inbox.config.open("a") as config:
        config.write('[[intake.mailboxes]]\nhost = "127.0.0.1"\nport = 1\nuser = "desk"\n')
        config.write('security = "insecure_loopback"\npassword_file = "password"\n')
    (inbox.folder / "password").write_text("let-desk-in")

    before = inbox.type("mail", "check")
    inbox.type("intake")
    after = inbox.type("mail", "check", "--json")

    assert before.code == 1  # what was found to be without a call comes first
    assert after.code == 68
    assert "127.0.0.1:1" in json.loads(after.out)["trouble"][0]
    assert [each["taken"] for each in json.loads(after.out)["places"]] == [1]
