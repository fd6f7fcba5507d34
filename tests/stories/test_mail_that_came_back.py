"""A letter that came back is marked; that its address is bad is taken from its own server alone."""

import pytest

from helpdesk.desk.steps import Choice, Ending
from tests.stories.clients import ANNE, EVE
from tests.stories.postmasters import REPORTERS, exchange, postfix
from tests.stories.story import REQUEST, request_for

BY_SERVER = pytest.mark.parametrize("reports", REPORTERS, ids=lambda each: each.__name__)


@pytest.fixture
def letter(story):
    """Bart's acknowledgement to Anne, as it went out."""
    story.arrives(ANNE.writes(REQUEST))
    story.post()
    story.bart.acknowledge("1")
    (letter,) = story.post()
    return letter


def undelivered(story):
    """Which letters are known not to have arrived."""
    found = story.rows("SELECT kind FROM letter WHERE undelivered_at IS NOT NULL ORDER BY id")
    return [row["kind"] for row in found]


def bad_addresses(story):
    return [row["address"] for row in story.rows("SELECT address FROM bad_address")]


def marks(story, reference="ODS-000001"):
    return next((each.marks for each in story.worklist() if each.reference == reference), None)


@BY_SERVER
def test_an_acknowledgement_that_nobody_got_is_marked_on_the_worklist(story, letter, reports):
    taken = story.arrives(reports(letter))

    assert taken.filed == 1
    assert undelivered(story) == ["acknowledged.requester"]
    assert "NOT DELIVERED" in marks(story)
    (event,) = story.events("1", "bounced")
    assert event["facts"]["to"] == "anne@rosecottage.example"
    assert event["facts"]["why"].startswith("5.1.1 550 5.1.1")
    assert story.sheet("1").messages[-1]["trust"] == "automatic"


@BY_SERVER
def test_its_address_is_known_not_to_exist_from_then_on(story, letter, reports):
    story.arrives(reports(letter))

    assert bad_addresses(story) == ["anne@rosecottage.example"]


@BY_SERVER
@pytest.mark.parametrize("status", ["5.2.2", "5.7.1"])
def test_a_full_mailbox_or_a_policy_says_nothing_about_the_address(story, letter, reports, status):
    story.arrives(reports(letter, status))

    assert undelivered(story) == ["acknowledged.requester"]
    assert "NOT DELIVERED" in marks(story)
    assert bad_addresses(story) == []


@BY_SERVER
@pytest.mark.parametrize("status", ["4.4.1", "4.2.2"])
def test_a_letter_that_was_tried_for_days_and_given_up_did_not_arrive(
    story, letter, reports, status
):
    story.arrives(reports(letter, status))

    assert undelivered(story) == ["acknowledged.requester"]
    assert bad_addresses(story) == []


@BY_SERVER
@pytest.mark.parametrize("status", ["4.4.1", "4.2.2"])
def test_a_letter_that_is_only_late_is_not_marked(story, letter, reports, status):
    taken = story.arrives(reports(letter, status, action="delayed"))

    assert taken.filed == 1
    assert undelivered(story) == bad_addresses(story) == []
    assert marks(story) == ()
    assert story.events("1", "bounced") == []
    assert story.events("1", "automatic_mail")


def test_a_letter_that_arrived_and_is_said_so_is_not_marked(story, letter):
    story.arrives(postfix(letter, action="delivered"))

    assert undelivered(story) == bad_addresses(story) == []


def test_a_report_finds_its_letter_by_the_id_in_the_copy_whoever_it_names(story, letter):
    story.arrives(exchange(letter, recipient="anne.archer@mail.rosecottage.example"))

    assert undelivered(story) == ["acknowledged.requester"]
    assert bad_addresses(story) == ["anne@rosecottage.example"]


def test_it_finds_it_by_the_sealed_address_that_it_came_to(story):
    smtp = story.app.config.smtp
    story.reconfigure(smtp=smtp.model_copy(update={"plus_addresses": True}))
    story.arrives(ANNE.writes(REQUEST))
    (receipt,) = story.post()
    story.bart.acknowledge("1")
    story.post()

    story.arrives(postfix(receipt, copy=False, recipient="a.archer@elsewhere.example"))

    assert undelivered(story) == []  # it speaks of somebody to whom we never wrote
    story.arrives(postfix(receipt, copy=False))
    assert undelivered(story) == ["received.requester"]


def test_it_finds_the_last_letter_to_a_recipient_if_it_names_nothing_else(story, letter):
    story.arrives(postfix(letter, copy=False))

    assert undelivered(story) == ["acknowledged.requester"]


def test_a_report_that_names_nothing_but_a_recipient_flags_no_address(story, letter):
    story.arrives(postfix(letter, copy=False))

    assert bad_addresses(story) == []


def test_it_looks_back_ten_days_for_that_and_no_longer(story, letter, clock):
    clock.passes(days=11)

    assert story.arrives(postfix(letter, copy=False)).filed == 1

    assert undelivered(story) == bad_addresses(story) == []


def test_a_code_that_never_came_brings_a_closed_call_back_to_the_worklist(story, register):
    call = story.traced()
    story.bart.allocate(call)
    story.bart.close(call, Ending())
    codes = next(each for each in story.post() if "codes" in each.subject)
    assert story.order() == []

    story.arrives(postfix(codes))

    assert story.order() == [call]
    assert "NOT DELIVERED" in marks(story)
    assert story.call(call)["state"] == "closed"
    assert story.cycles(call, "acknowledge") == [1]


def test_once_it_is_sent_again_the_mark_is_gone(story, letter, clock):
    story.arrives(postfix(letter))
    (row,) = story.rows("SELECT id FROM letter WHERE undelivered_at IS NOT NULL")

    story.bart.retry_letter(row["id"])
    (again,) = story.post()

    assert again.raw == letter.raw
    assert marks(story) == ()
    story.arrives(exchange(letter))
    assert "NOT DELIVERED" in marks(story)


def test_the_same_report_from_two_servers_is_one_mark(story, letter):
    story.arrives(postfix(letter))
    first = story.rows("SELECT undelivered_at, error FROM letter WHERE undelivered_at IS NOT NULL")

    story.arrives(exchange(letter))

    again = story.rows("SELECT undelivered_at, error FROM letter WHERE undelivered_at IS NOT NULL")
    assert again == first
    assert len(bad_addresses(story)) == 1


def test_a_report_on_somebody_elses_letter_marks_nothing(story, letter):
    theirs = letter._replace(
        to="fay@elsewhere.example",
        raw=letter.raw.replace(b"<ods-", b"<sender-"),
    )

    for reports in REPORTERS:
        assert story.arrives(reports(theirs, to="desk@ods.example")).filed == 1

    assert undelivered(story) == bad_addresses(story) == []
    assert marks(story) == ()


def test_a_forged_report_with_nothing_of_ours_marks_nothing(story, letter):
    seal = letter.mail["Message-ID"].partition("@")[0][-16:].encode()
    forged = letter._replace(raw=letter.raw.replace(seal, b"a" * 16), to="eve@elsewhere.example")

    for reports in REPORTERS:
        story.arrives(reports(forged, to=f"desk+ods-000001.{'0' * 16}.{'a' * 16}@ods.example"))

    assert undelivered(story) == bad_addresses(story) == []
    assert story.events("1", "bounced") == []


def test_a_person_who_passes_a_report_on_flags_nobody(story, letter):
    story.arrives(EVE.forwards(exchange(letter), "What does this mean?"))

    assert undelivered(story) == bad_addresses(story) == []


def test_letters_of_other_calls_to_the_same_address_stay_as_they_are(story, letter, register):
    story.arrives(ANNE.writes(request_for(2)))
    story.bart.acknowledge("2")
    story.bart.trace("2", Choice(location="1-100000002"))
    story.post()

    story.arrives(postfix(letter))

    assert marks(story, "ODS-000002") == ()
    assert undelivered(story) == ["acknowledged.requester"]


def test_an_alert_that_came_back_is_known_too(story, clock):
    story.arrives(ANNE.writes(REQUEST))
    clock.passes(hours=48)
    story.sweeps()
    (alert,) = story.letters_to("sue@ods.example")

    assert story.arrives(postfix(alert)).filed == 1

    assert undelivered(story) == ["breached.supervisor"]
    assert bad_addresses(story) == ["sue@ods.example"]
