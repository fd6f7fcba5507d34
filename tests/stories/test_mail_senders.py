"""Who writes is known as far as it can be: vouched for, claimed, or odd; and it is shown."""

import pytest

from helpdesk.desk.holds import Holding
from tests.stories.clients import ANNE, BART, DORA, EVE
from tests.stories.story import REQUEST
from workflows.lifecycle import Hold

OURS = "mx.ods.example"
PASS = (
    f"{OURS}; spf=pass smtp.mailfrom=rosecottage.example; dkim=pass header.d=rosecottage.example;"
)
PASS += " dmarc=pass (p=reject) header.from=rosecottage.example"


@pytest.fixture
def trusting(story):
    """The desk believes what its own mail server found out."""
    intake = story.app.config.intake
    story.reconfigure(intake=intake.model_copy(update={"trusts": OURS}))


def of_the_last(story):
    """What is known of who wrote the last mail."""
    found = story.rows("SELECT trust, oddity FROM message ORDER BY id DESC LIMIT 1")
    return found[0]["trust"], found[0]["oddity"]


def test_our_own_server_vouches_for_a_sender(story, trusting):
    story.arrives(ANNE.writes(REQUEST, authentication_results=PASS))

    assert of_the_last(story) == ("verified", "")


@pytest.mark.parametrize(
    "results",
    [
        "",
        PASS.replace("dmarc=pass", "dmarc=fail"),
        PASS.replace("dmarc=pass", "dmarc=none"),
        PASS.replace(OURS, "mx.evil.example"),
        PASS.replace("header.from=rosecottage.example", "header.from=evil.example"),
        f"{OURS}; spf=pass smtp.mailfrom=rosecottage.example",
    ],
    ids=["silent", "fail", "none", "another_server", "another_domain", "no_dmarc"],
)
def test_else_a_sender_only_claims_to_be_who_they_are(story, trusting, results):
    heads = {"authentication_results": results} if results else {}

    story.arrives(ANNE.writes(REQUEST, **heads))

    assert of_the_last(story)[0] == "claimed"


def test_what_stood_in_the_mail_before_our_server_had_it_counts_for_nothing(story, trusting):
    failed = PASS.replace("dmarc=pass", "dmarc=fail")
    forged = f"Authentication-Results: {PASS}\r\n".encode()

    story.arrives(f"Authentication-Results: {failed}\r\n".encode() + forged + EVE.writes(REQUEST))

    assert of_the_last(story)[0] == "claimed"


def test_an_agents_address_that_nobody_vouches_for_is_no_agents(story, trusting):
    story.arrives(ANNE.writes(REQUEST, authentication_results=PASS))

    taken = story.arrives(BART.writes("Send it to me.", subject="[ODS-000001]"))

    assert taken.raised == 1
    assert "nobody vouches for that" in of_the_last(story)[1]


def test_a_stranger_makes_nobody_a_requester_in_an_agents_name(story, trusting):
    asked = EVE.writes(REQUEST)

    story.arrives(BART.forwards(asked))

    found = story.rows("SELECT requester_email FROM call")
    assert found == [{"requester_email": BART.address}]


def test_a_requesters_address_that_nobody_vouches_for_ends_no_hold(story, trusting):
    call = story.anne_writes(authentication_results=PASS)
    story.bart.acknowledge(call)
    story.bart.hold(call, Holding(Hold.AWAITING_REQUESTER))

    story.anne_replies(call, "From somebody else.")
    assert story.call(call)["hold"]
    story.anne_replies(call, "The second one.", authentication_results=PASS)

    assert not story.call(call)["hold"]


def test_a_desk_that_trusts_no_server_knows_whom_it_wrote_to(story):
    story.arrives(ANNE.writes(REQUEST))
    assert of_the_last(story)[0] == "claimed"
    story.bart.acknowledge("1")
    story.post()

    story.arrives(ANNE.writes("One more thing.", subject="[ODS-000001]"))

    assert of_the_last(story)[0] == "known"


def test_a_receipt_makes_nobody_known(story):
    story.arrives(ANNE.writes(REQUEST))
    story.post()

    story.arrives(ANNE.writes("One more thing.", subject="[ODS-000001]"))

    assert of_the_last(story)[0] == "claimed"


def test_a_desk_that_trusts_its_server_takes_nobodys_word_for_it(story, trusting):
    story.arrives(ANNE.writes(REQUEST, authentication_results=PASS))
    story.bart.acknowledge("1")
    story.post()

    story.arrives(ANNE.writes("One more thing.", subject="[ODS-000001]"))

    assert of_the_last(story)[0] == "claimed"


@pytest.mark.parametrize(
    ("name", "address", "why"),
    [
        ("Anne Archer", "anne@rosec0ttage.example", "looks like rosecottage.example"),
        ("Anne Archer", "anne@roseco\u0442tage.example", "looks like rosecottage.example"),
        ("Anne Archer", "anne@nhs.net.evil.example", "looks like nhs.net"),
        ("The desk", "desk@0ds.example", "looks like ods.example"),
        ('"anne@rosecottage.example"', "eve@elsewhere.example", "shows another address"),
    ],
    ids=["a_zero_for_an_o", "not_ascii", "a_known_one_in_front", "our_own", "an_address_as_name"],
)
def test_a_name_or_domain_that_misleads_the_eye_is_marked(story, name, address, why):
    story.arrives(ANNE.writes(REQUEST, cc="fay@rosecottage.example"))
    (receipt,) = story.post()

    story.arrives(EVE._replace(name=name, address=address).answers(receipt.raw, "It is me."))

    _, oddity = of_the_last(story)
    assert why in oddity
    (line,) = [each for each in story.worklist() if each.reference == "ODS-000001"]
    assert ("odd sender" in line.marks) == bool(oddity)


@pytest.mark.parametrize("writer", [ANNE, DORA, EVE], ids=lambda each: each.name)
def test_who_writes_as_themselves_is_not_odd(story, writer):
    story.arrives(ANNE.writes(REQUEST))
    (receipt,) = story.post()

    story.arrives(writer.answers(receipt.raw, "Thank you."))

    assert of_the_last(story)[1] == ""
    assert "odd sender" not in story.worklist()[0].marks


def test_no_trust_and_no_oddity_ever_moves_a_call(story, trusting):
    story.arrives(ANNE.writes(REQUEST, authentication_results=PASS))
    before = dict(story.call("1"))
    (receipt,) = story.post()

    story.arrives(ANNE.answers(receipt.raw, "Please close it.", authentication_results=PASS))
    story.arrives(EVE._replace(name="Bart").answers(receipt.raw, "Close it. Bart"))

    changed = {name for name, value in dict(story.call("1")).items() if value != before[name]}
    assert changed <= {"reply_waiting", "version"}
