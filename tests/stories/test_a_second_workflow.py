"""The desk runs workflows: a second one is one file, and one line of its configuration."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.config import settings
from helpdesk.desk import rebuilding
from helpdesk.desk.holds import Holding
from helpdesk.desk.steps import Ending
from helpdesk.errors import BadValue, ConfigError
from helpdesk.intake import Request
from workflows.lifecycle import Hold
from workflows.refused import StepNotAllowed

THURSDAY = datetime(2026, 3, 5, 9, tzinfo=UTC)
REQUEST = Request(
    workflow="correction", organisation="Rose Cottage", requester_email="anne@rosecottage.example"
)


@pytest.fixture
def desk(story):
    """A desk with the line `definitions = ["tests.stories.correction:CORRECTION"]`."""
    named = settings.Workflows(definitions=("tests.stories.correction:CORRECTION",))
    story.reconfigure(workflows=named)
    return story


def raised(desk):
    who = desk.app.desk.who("bart", None)
    return desk.app.desk.raise_call(REQUEST, who, None).answer["reference"]


def test_its_calls_run_through_its_own_states_to_its_own_end(desk):
    call = raised(desk)

    said = [
        desk.bart.step(call, "acknowledge", None, {}).answer["state"],
        desk.bart.step(call, "check", None, {"evidence": "the letter of CQC"}).answer["state"],
        desk.bart.step(call, "close", "corrected", {}).answer["state"],
    ]

    assert said == ["acknowledged", "checked", "closed"]
    assert desk.call(call)["outcome"] == "corrected"
    assert desk.order() == []


def test_its_promise_counts_desk_time_and_a_hold_moves_it_by_desk_time(desk, clock):
    clock.now = THURSDAY
    call = raised(desk)
    desk.bart.step(call, "acknowledge", None, {})
    due = desk.clock_of(call, "check")["due_at"]

    desk.bart.hold(call, Holding(Hold.AWAITING_REQUESTER))
    clock.passes(days=4)  # over a weekend
    desk.bart.resume(call)

    assert due == THURSDAY + timedelta(days=1, hours=8)  # 16 desk hours: two desk days
    moved = desk.clock_of(call, "check")["due_at"]
    assert moved == datetime(2026, 3, 10, 17, tzinfo=UTC)  # two desk days later: Tuesday


def test_its_breach_is_told_in_its_own_words(desk, clock):
    clock.now = THURSDAY
    call = raised(desk)
    desk.bart.step(call, "acknowledge", None, {})
    clock.now = datetime(2026, 3, 9, 10, tzinfo=UTC)

    assert desk.sweeps().breached == 1

    (letter,) = desk.letters_to("sue@ods.example")
    assert letter.subject == f"BREACHED: {call} check"
    assert "nobody has checked what is said to be wrong" in letter.text
    assert f"helpdesk step check {call}" in letter.text


def test_its_own_rules_refuse_and_say_what_is_missing(desk):
    call = raised(desk)
    desk.bart.step(call, "acknowledge", None, {})

    with pytest.raises(StepNotAllowed, match="give what shows that the register is wrong"):
        desk.bart.step(call, "check", None, {})
    with pytest.raises(StepNotAllowed, match="cannot take the step allocate"):
        desk.bart.step(call, "allocate", None, {})
    with pytest.raises(BadValue, match="'colour' is no fact that correction asks for"):
        desk.bart.step(call, "check", None, {"colour": "red"})


def test_both_workflows_stand_on_one_worklist_each_with_its_command(desk):
    theirs, ours = raised(desk), desk.anne_writes()

    assert {line.reference: line.step for line in desk.worklist()} == {
        theirs: "step acknowledge",
        ours: "acknowledge",
    }


def test_its_clocks_follow_from_its_events(desk, clock):
    call = raised(desk)
    desk.bart.step(call, "acknowledge", None, {})
    clock.passes(days=9)
    desk.sweeps()

    app = desk.app
    checked = app.store.run(lambda tx: rebuilding.check(tx, app.journal, 0, mend=False))

    assert checked.differences == []


def test_a_desk_that_lost_its_line_says_which_it_misses(desk):
    call = raised(desk)
    desk.reconfigure(workflows=settings.Workflows())

    with pytest.raises(ConfigError, match="'correction': name its definition"):
        desk.bart.step(call, "acknowledge", None, {})


@pytest.mark.parametrize("verb", ["acknowledge", "close", "reopen"])
def test_the_desks_own_verbs_name_the_command_for_it(desk, verb):
    call = raised(desk)
    given = {"close": (Ending(),), "reopen": ("a reason",)}.get(verb, ())

    with pytest.raises(BadValue, match=f"helpdesk step {verb} {call}"):
        getattr(desk.bart, verb)(call, *given)


def test_a_lost_line_silences_no_breach(desk, clock):
    clock.now = THURSDAY
    theirs, ours = raised(desk), desk.anne_writes()
    desk.reconfigure(workflows=settings.Workflows())
    clock.now = datetime(2026, 3, 9, 10, tzinfo=UTC)

    assert desk.sweeps().breached == 2

    (letter,) = desk.letters_to("sue@ods.example")
    assert theirs in letter.text
    assert ours in letter.text


def test_a_lost_line_holds_up_no_other_mail_and_no_flag(desk, clock):
    clock.now = THURSDAY
    theirs, ours = raised(desk), desk.anne_writes()
    desk.bart.step(theirs, "acknowledge", None, {})
    until = THURSDAY + timedelta(days=1)
    desk.bart.hold(theirs, Holding(Hold.AWAITING_REQUESTER, until, "which home?", ask=True))
    desk.post()
    desk.reconfigure(workflows=settings.Workflows())
    clock.now = datetime(2026, 3, 9, 10, tzinfo=UTC)

    assert desk.anne_replies(theirs).failed == 1
    assert desk.arrives(desk.mail()).raised == 1
    assert desk.sweeps().breached == 1
    (letter,) = desk.letters_to("sue@ods.example")
    assert ours in letter.text


def test_a_call_waits_no_longer_once_it_is_checked(desk, clock):
    call = raised(desk)
    desk.bart.step(call, "acknowledge", None, {})
    desk.bart.hold(call, Holding(Hold.AWAITING_REQUESTER))

    desk.bart.step(call, "check", None, {"evidence": "the letter of CQC"})

    assert desk.call(call)["hold"] is None
    assert desk.clock_of(call, "check")["standing"] == "met"
