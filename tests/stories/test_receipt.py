"""Whoever writes gets one automatic receipt at once, that says nothing a stranger wrote."""

import pytest

AUTOMATIC = (
    {"auto_submitted": "auto-replied"},
    {"return_path": "<>"},
    {"precedence": "bulk"},
    {"x_auto_response_suppress": "OOF, AutoReply"},
    {"x_autoreply": "yes"},
    {"list_id": "<care.lists.example>"},
    {"subject": "Out of office: ODS code"},
    {"subject": "Undelivered Mail Returned to Sender"},
    {"sender": "Mail Delivery <mailer-daemon@rosecottage.example>"},
    {"sender": "The ODS desk <desk@ods.example>"},
)

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)


def test_it_comes_at_once_and_says_the_reference_and_what_happens_next_and_when(story):
    story.anne_writes()

    (letter,) = story.post()

    words = " ".join(letter.text.split())
    assert letter.to == "anne@rosecottage.example"
    assert letter.subject == "[ODS-000001] We have your request for an ODS code"
    assert "ODS-000001" in words
    assert "It arrived on Monday 2 March 2026 at 09:00" in words
    assert "write to you by Wednesday 4 March 2026 at 09:00" in words
    assert "your ODS code by Wednesday 11 March 2026 at 09:00" in words
    assert "nothing you need to do now" in words


def test_it_says_what_is_missing_from_the_request(story):
    story.anne_writes("Postcode: ZZ1 1AA\n")

    (letter,) = story.post()

    assert "- the name of your organisation" in letter.text
    assert "- your telephone number" in letter.text


def test_it_says_nothing_that_a_stranger_wrote(story):
    story.arrives(
        story.mail(
            "Name: Buy Pills Now\nOrganisation: www.evil.example\nTelephone: 01632 960666\n",
            sender="Cheap Loans <anne@rosecottage.example>",
            subject="You have won a prize",
        )
    )

    (letter,) = story.post()

    everything = letter.raw.decode() + letter.text
    for word in ("Pills", "evil", "Loans", "prize", "960666"):
        assert word not in everything


def test_it_goes_to_the_sender_and_to_nobody_that_the_mail_only_names(story):
    story.anne_writes(
        "Organisation: Rose Cottage\nE-mail: victim@elsewhere.example\n",
        reply_to="victim@elsewhere.example",
    )

    assert [letter.to for letter in story.post()] == ["anne@rosecottage.example"]


@pytest.mark.parametrize(
    "signs", AUTOMATIC, ids=lambda signs: " ".join(map(": ".join, signs.items()))
)
def test_automatic_mail_is_filed_and_never_answered(story, signs):
    taken = story.arrives(story.mail("We will be back on Monday.", **signs))

    assert taken.filed == 1
    assert story.references() == []
    assert story.post() == []
    (row,) = story.rows("SELECT state, reason, raw FROM received_mail")
    assert row["state"] == "filed"
    assert row["reason"]
    assert row["raw"]


@pytest.mark.parametrize(
    "signs",
    [{"precedence": "list"}, {"list_id": "<care.lists.example>"}, {"subject": "On leave cover"}],
    ids=str,
)
def test_a_request_that_only_looks_automatic_is_a_call_and_gets_no_receipt(story, signs):
    taken = story.arrives(story.mail("Care home: Rose Cottage\nPostcode: OL4 2QU\n", **signs))

    assert taken.raised == 1
    assert story.post() == []


def test_it_comes_once_for_each_call(story):
    story.anne_writes()
    (receipt,) = story.post()

    taken = story.arrives(story.mail("And here is more.", in_reply_to=receipt.mail["Message-ID"]))

    assert taken.threaded == 1
    assert story.post() == []


@on_both
def test_one_address_gets_three_a_day_and_its_calls_are_raised_all_the_same(story, clock):
    for _ in range(5):
        story.anne_writes()

    assert len(story.references()) == 5
    assert len(story.post()) == 3
    clock.passes(hours=23)
    story.anne_writes()
    assert story.post() == []
    clock.passes(hours=2)
    story.anne_writes()
    assert len(story.post()) == 1


def test_the_limit_of_one_address_is_none_for_another(story):
    for _ in range(4):
        story.anne_writes()
    story.arrives(story.mail(sender="Dora <dora@lilac.example>"))

    assert "dora@lilac.example" in {letter.to for letter in story.post()}


def test_an_answering_machine_ends_the_exchange(story):
    story.anne_writes()
    for _ in range(10):
        for letter in story.post():
            headers = {"in_reply_to": letter.mail["Message-ID"], "auto_submitted": "auto-replied"}
            story.arrives(story.mail("I am away.", **headers))

    assert len(story.rows("SELECT id FROM letter")) == 1
    assert len(story.references()) == 1
    assert not story.call("1")["reply_waiting"]


def test_it_says_that_a_program_sent_it(story):
    story.anne_writes()

    (letter,) = story.post()

    assert letter.mail["Auto-Submitted"] == "auto-replied"
    assert letter.mail["X-Auto-Response-Suppress"] == "All"
