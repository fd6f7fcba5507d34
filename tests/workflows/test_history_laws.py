"""What holds of every call's clocks, whatever happens to it and in whatever order."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from workflows import history, sla
from workflows.calendar import OFFICE, Calendar
from workflows.definition import Move, Workflow
from workflows.history import Happening, Life
from workflows.lifecycle import ODS_CODE, State
from workflows.sla import WORTH_A_FLAG, Standing
from workflows.targets import Policy, Target

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOTHING = timedelta()
EASTER = Calendar(OFFICE.hours, frozenset({date(2026, 4, 3), date(2026, 4, 6)}))

# Everything in it can wait, and it leads back to where it begins.
RING = Workflow(
    "ring",
    ("asked", "tried", "over"),
    (
        Move("try", "asked", "tried"),
        Move("back", "tried", "asked"),
        Move("end", "tried", "over"),
        Move("again", "over", "asked"),
    ),
    (
        Target("answer", "asked", "tried", Policy(2 * DAY, lead=HOUR), pausable=True),
        Target("whole", "asked", "over", Policy(9 * DAY, lead=DAY), pausable=True),
        Target("rest", "tried", "over", Policy(5 * DAY, lead=DAY, staffed=HOUR), pausable=True),
    ),
)

KINDS = [
    *["moved"] * 6,
    *["held"] * 3,
    *["resumed"] * 2,
    "pause_ended",
    "reply",
    "no_action",
    "urgent",
    "not_urgent",
    "recalculated",
    "joined",
    "note",
]


@st.composite
def policies(draw, *, working):
    within = draw(st.integers(1, 200)) * HOUR
    lead, staffed = draw(st.integers(0, 60)) * HOUR, draw(st.integers(0, 16)) * HOUR
    return Policy(within, lead, staffed, working and draw(st.booleans()), EASTER)


class Noted(NamedTuple):
    """A happening, the moment at which it is noted, and the life before and after."""

    now: datetime
    happening: Happening
    before: Life
    after: Life

    @property
    def pairs(self):
        """Each clock before and after."""
        return zip(self.before.clocks, self.after.clocks, strict=False)


@st.composite
def lives(draw, *, workflow=None, working=True):
    """All that happens to a call. Mail may have arrived before it is noted."""
    workflow = workflow or draw(st.sampled_from([ODS_CODE, RING]))
    state, now, life, noted = workflow.first, MONDAY, Life(), []
    chosen = policies(working=working)
    for kind in ["begun", *draw(st.lists(st.sampled_from(KINDS), max_size=25))]:
        now += draw(st.integers(0, 5 * 86_400)) * SECOND
        known = {target.name: draw(chosen) for target in workflow.targets if draw(st.booleans())}
        if kind == "moved":
            state = draw(st.sampled_from([move.dest for move in workflow.moves_from(state)]))
        arrived = draw(st.sampled_from([0, 0, 90_000])) * SECOND
        happening = Happening(
            kind,
            now - arrived if kind in {"resumed", "pause_ended", "reply"} else now,
            state if kind in {"begun", "moved"} else None,
            known,
            pauses=draw(st.booleans()),
            received=MONDAY - draw(st.integers(0, 99)) * HOUR,
        )
        before, life = life, history.after(workflow, life, happening)
        noted.append(Noted(now, happening, before, life))
    return noted


@settings(deadline=None)
@given(lives())
def test_a_finished_clock_never_changes(noted):
    for each in noted:
        for before, after in each.pairs:
            assert before.stopped is None or after == before


@settings(deadline=None)
@given(lives())
def test_a_breach_is_a_fact_that_nothing_moves_or_clears(noted):
    for each in noted:
        for before, after in each.pairs:
            if sla.standing(before, each.now) is Standing.BREACHED:
                assert after.due == before.due
                assert sla.standing(after, each.now) is Standing.BREACHED


@settings(deadline=None)
@given(lives())
def test_no_clock_is_ever_lost(noted):
    for each in noted:
        assert len(each.after.clocks) >= len(each.before.clocks)
        for before, after in each.pairs:
            assert (before.target, before.cycle) == (after.target, after.cycle)


@settings(deadline=None)
@given(lives())
def test_the_cycles_of_each_target_are_counted_from_one_and_only_the_newest_runs(noted):
    for each in noted:
        for target in {clock.target for clock in each.after.clocks}:
            mine = [clock for clock in each.after.clocks if clock.target == target]
            assert [clock.cycle for clock in mine] == list(range(1, len(mine) + 1))
            assert all(clock.stopped is not None for clock in mine[:-1])
            assert each.after.newest(target) is mine[-1]


@settings(deadline=None)
@given(lives(workflow=ODS_CODE), st.integers(0, 26))
def test_a_life_replayed_in_pieces_is_the_life_replayed_whole(noted, cut):
    happenings = [each.happening for each in noted]

    life = history.replayed(ODS_CODE, happenings[:cut])
    for happening in happenings[cut:]:
        life = history.after(ODS_CODE, life, happening)

    assert life == history.replayed(ODS_CODE, happenings) == noted[-1].after


@settings(deadline=None)
@given(lives(working=False))
def test_in_elapsed_time_net_and_gross_differ_by_the_time_it_stood_still(noted):
    stood = {}
    for each in noted:
        for before, after in each.pairs:
            which = (before.target, before.cycle)
            late = before.paused is not None and before.due <= before.paused
            if before.paused is not None and after.paused is None and not late:
                length = max(each.happening.at - before.paused, NOTHING)
                stood[which] = stood.get(which, NOTHING) + length
            assert after.due - after.gross_due == stood.get(which, NOTHING)


@settings(deadline=None)
@given(lives())
def test_no_hold_ever_shortens_a_promise(noted):
    for each in noted:
        for before, after in each.pairs:
            assert after.held >= NOTHING
            if each.happening.kind not in {"recalculated", "joined"}:
                assert after.due >= before.due
                assert after.gross_due == before.gross_due


@settings(deadline=None)
@given(lives())
def test_only_a_merge_moves_a_start_and_only_to_an_earlier_one(noted):
    for each in noted:
        for before, after in each.pairs:
            assert after.started <= before.started
            assert after.started == before.started or each.happening.kind == "joined"


@settings(deadline=None)
@given(lives(workflow=ODS_CODE))
def test_an_answer_never_waits(noted):
    for clock in noted[-1].after.clocks:
        assert clock.target != "acknowledge" or (clock.paused, clock.held) == (None, NOTHING)


@settings(deadline=None)
@given(lives(workflow=ODS_CODE))
def test_a_closed_call_promises_no_code_and_an_answer_only_to_a_reply(noted):
    waits = False
    for each in noted:
        running = [clock.target for clock in each.after.clocks if clock.stopped is None]
        state, kind = each.after.state, each.happening.kind
        if state == State.CLOSED:
            waits = kind == "reply" or (waits and kind != "no_action")
            assert running == ["acknowledge"] * waits
        else:
            waits = False
            promised = {State.RECEIVED: ["acknowledge"], State.ALLOCATED: []}
            assert running == promised.get(state, ["provide"])


@settings(deadline=None)
@given(lives())
def test_urgent_is_what_was_said_last(noted):
    said = [each.happening.kind for each in noted if "urgent" in each.happening.kind]
    life = noted[-1].after

    assert life.urgent == (said[-1:] == ["urgent"])
    for clock in life.clocks:
        assert clock.stopped is not None or clock.urgent == life.urgent


@settings(deadline=None)
@given(lives())
def test_a_sweep_flags_each_clock_once_for_each_stage_and_then_lets_it_be(noted):
    flags = {}
    for each in noted:
        for clock in each.after.clocks:
            mine = flags.setdefault((clock.target, clock.cycle), [])
            standing = sla.standing(clock, each.now)
            turn = sla.next_check(clock, history.noted(mine))
            if turn is not None and turn <= each.now:
                assert standing in WORTH_A_FLAG
                assert standing not in mine
                mine.append(standing)
                turn = sla.next_check(clock, history.noted(mine))
                assert turn is None or turn > each.now
            assert standing not in WORTH_A_FLAG or standing in mine or Standing.BREACHED in mine
