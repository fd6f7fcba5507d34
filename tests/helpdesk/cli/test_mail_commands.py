"""`mail list`, `show` and `raw`: what came, and what became of it."""

import pytest

from helpdesk.clock import utc_now
from helpdesk.intake import Delivery
from helpdesk.reception import keep
from tests.helpdesk.cli.received import FIRST, arrives, listed


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
