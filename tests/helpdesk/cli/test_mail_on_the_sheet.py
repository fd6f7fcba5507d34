"""What the sheet, the doctor and the digest say of mail."""

import json
from datetime import timedelta

import pytest

from helpdesk.app import build
from helpdesk.clock import utc_now
from helpdesk.config import settings
from helpdesk.database import reading
from helpdesk.desk.raising import raised
from helpdesk.intake import Found, Request, Surety
from helpdesk.reports.morning import morning
from tests.helpdesk.cli.received import FIRST, arrives, is_set_aside
from tests.helpdesk.cli.typed_at import MONDAY

REQUEST = Request(
    requester_name="Anne Archer",
    organisation="Rose Cottage",
    postcode="ZZ1 1AA",
    found_in={
        "requester_name": Found("form request.docx", Surety.SURE),
        "organisation": Found("text of the mail", Surety.GUESSED),
        "postcode": Found("signature", Surety.LIKELY),
    },
    doubts=("the form says ZZ1 1AA, and the mail ZZ1 1AB",),
)
MAILBOX = """[[intake.mailboxes]]
host = "mail.ods.example"
user = "desk"
password_file = "password"
"""
NAME = "imap:desk@mail.ods.example:993/INBOX"
CHASER = """From: Anne Archer <anne@rosecottage.example>
Subject: Hello
Message-ID: <chaser@rosecottage.example>

Any news on our code?
"""


def test_a_mail_that_may_be_about_another_call_says_how_to_lay_it_there(desk):
    other = FIRST.replace("first@", "other@").replace("Rose Cottage", "Lilac House")
    arrives(desk, FIRST, other, CHASER)

    words = "  or is mail 3 about ODS-000008? helpdesk mail attach 3 ODS-000008\n"
    assert words in desk.type("show", "7").out
    assert words not in desk.type("show", "8").out

    desk.type("mail", "attach", "3", "8")
    assert words not in desk.type("show", "7").out
    assert "Any news on our code?" in desk.type("show", "8").out


def test_facts_say_where_they_were_read_and_how_sure_that_is(desk):
    app = desk.app(utc_now)
    who = app.desk.who("bart-of-nowhere", None)
    app.store.run(lambda tx: raised(tx, app.journal, REQUEST, who, MONDAY, source="mail").id)
    app.store.close()

    said = desk.type("show", "7").out

    assert "Anne Archer  (from the form request.docx)" in said
    assert "Rose Cottage  (guessed from the text of the mail)" in said
    assert "ZZ1 1AA  (likely, from the signature)" in said
    assert "  in doubt: the form says ZZ1 1AA, and the mail ZZ1 1AB\n" in said
    assert said.count("text of the mail") == 1


def test_a_fact_that_was_corrected_names_who_did_so(desk):
    app = desk.app(utc_now)
    who = app.desk.who("bart-of-nowhere", None)
    app.store.run(lambda tx: raised(tx, app.journal, REQUEST, who, MONDAY, source="mail").id)
    app.store.close()

    desk.type("correct", "7", "--postcode", "ZZ1 1AB")

    said = desk.type("show", "7").out
    assert "ZZ1 1AB  (corrected by me)" in said
    assert "Anne Archer  (from the form request.docx)" in said
    assert "likely, from the signature" not in said


def test_a_mail_that_is_too_big_says_where_all_of_it_is(desk):
    arrives(desk, FIRST)
    desk.app().store.run(
        lambda tx: tx.rows("UPDATE received_mail SET cut = TRUE, mailbox = 'inbox' RETURNING id")
    )
    words = "it has more than 32 MB, so only its beginning is kept here: all of it lies in inbox"

    raw = desk.program("mail", "raw", "1")

    assert words in desk.type("show", "7").out
    assert words in desk.type("mail", "show", "1").out
    assert (raw.out, words in raw.err) == (FIRST, True)
    assert json.loads(desk.type("mail", "show", "1", "--json").out)["cut"] is True


@pytest.mark.parametrize("trust", ["verified", "known"])
def test_who_is_only_known_by_address_is_not_called_verified(desk, trust):
    arrives(desk, FIRST)
    desk.app().store.run(lambda tx: tx.rows(f"UPDATE message SET trust = '{trust}' RETURNING id"))

    said = desk.type("mail", "list").out + desk.type("mail", "show", "1").out
    said += desk.type("show", "7").out

    assert said.count("known address") == 3
    assert "verified" not in said
    assert ("nobody vouches" in said) == (trust == "known")


@pytest.fixture
def mailbox(desk):
    """A desk with a mailbox on a server; gives what writes down how it fares."""
    with desk.config.open("a") as config:
        config.write(MAILBOX)
    (desk.folder / "password").write_text("let-desk-in")
    (desk.folder / "password").chmod(0o600)

    def fares(minutes=0, **facts):
        app = build(settings.load(desk.config))

        def unit(tx):
            row = tx.mailbox(NAME)
            row.looked_at = tx.now - timedelta(minutes=minutes)
            for name, value in facts.items():
                setattr(row, name, value)

        app.store.run(unit)
        app.store.close()

    return fares


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"held_by": "host:1:2", "lying": 3}, f"well\t{NAME}, last read less than a minute ago"),
        ({"held_by": "host:1:2"}, "by host:1:2"),
        ({"lying": 3}, "; 3 lie there"),
        (
            {"error": "the password is refused"},
            f"ILL\t{NAME}: the password is refused (last",
        ),
        ({"minutes": 11}, f"ILL\t{NAME} was last read 11 minutes ago: is helpdesk daemon running?"),
        ({"error": "the password is refused"}, "; set to tls, a password)"),
        ({"minutes": 11}, "(set to tls, a password)"),
        ({}, "; set to tls, a password"),
        ({"unknown": 2}, f"ILL\t2 lie in {NAME} that the desk does not hold: helpdesk mail check"),
    ],
)
def test_the_doctor_sees_how_a_mailbox_fares(desk, mailbox, facts, words):
    mailbox(**facts)

    assert words in desk.type("doctor").out


def test_the_doctor_names_no_address_that_a_mail_server_quotes(desk):
    app = desk.app()
    said = "450 4.2.0 <anne@rosecottage.example>: greylisted"
    app.store.run(lambda tx: setattr(tx.letter(1), "error", said))
    app.store.close()

    out = desk.type("doctor").out

    assert "could not be sent yet: 450 4.2.0 <(address)>: greylisted" in out


def test_a_mailbox_that_was_never_read_is_ill(desk, mailbox):
    assert f"ILL\t{NAME} was never read: is helpdesk daemon running?" in desk.type("doctor").out


def told(desk):
    config = settings.load(desk.config)
    with reading(config.store.database) as reader:
        return morning(reader, config, MONDAY, MONDAY)["mail"]


def test_the_digest_names_a_mailbox_in_trouble(desk, mailbox):
    assert told(desk) == []

    mailbox(error="the password is refused")

    assert told(desk) == [
        {
            "what": "the mailbox of desk (INBOX on mail.ods.example) cannot be read",
            "error": "the password is refused",
            "command": "helpdesk doctor",
        }
    ]


def test_the_digest_names_what_was_set_aside_until_somebody_has_read_it(desk):
    is_set_aside(desk, FIRST)

    (row,) = told(desk)
    assert row["what"] == "a mail of ODS-000007 was set aside, and nobody has read it"
    assert row["command"] == "helpdesk mail show 1"

    desk.type("correct", "7", "--organisation", "Rose Cottage")
    assert told(desk) == []
