"""The steps of a call's life: acknowledge, trace, allocate, close."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from helpdesk.desk import checking, holds, organisations, providing
from helpdesk.desk.answers import answer, check_ours, done_already, local, told, whose
from helpdesk.desk.organisations import Choice
from helpdesk.desk.providing import NO_WISH, Wish
from helpdesk.desk.remembering import remember
from helpdesk.errors import BadValue, CallChanged
from helpdesk.journal import Journal, Who
from helpdesk.models import Call, Letter, Location
from helpdesk.register import giving
from helpdesk.store import Answer, Tx
from workflows import machine
from workflows.lifecycle import Outcome, State, Step
from workflows.refused import StepNotAllowed
from workflows.standing import outcome_words

__all__ = ["Choice", "Ending", "acknowledge", "allocate", "close", "trace"]


SILENT = (Outcome.PROVIDED, Outcome.SPAM)
"""Ways of ending of which the requester hears nothing: they have their code, or asked for none."""


NOT_IN_REGISTER = "not_in_register"

_ANY_LOCATION = sa.select(col(Location.id)).limit(1)


class Ending(NamedTuple):
    """How an agent ends a call."""

    outcome: str | None = None
    note: str = ""  #: for the requester: it stands in the letter
    original: str = ""  #: the reference of the call that this one duplicates


def acknowledge(
    tx: Tx, journal: Journal, reference: str, who: Who, *, silently: bool = False
) -> Answer:
    """Take note that the desk has the call. `silently`: another letter says so, in a moment."""
    call = tx.call(reference)
    check_ours(call, "acknowledge")
    if already := done_already(tx, journal, call, State.ACKNOWLEDGED, who):
        return already
    agent = organisations.agent_of(tx, who)
    state = machine.after(journal.workflow(call), call.state, Step.ACKNOWLEDGE, {"agent"})
    call.owner_id = call.owner_id or agent.id
    event = journal.entered(tx, call, state, who, missing=journal.missing(call))
    to = {} if silently else journal.requester(call)
    letters = journal.tell(tx, call, event, "acknowledged", to, agent=agent.full_name)
    due = next(clock.due_at for clock in tx.clocks(call) if clock.target == "provide")
    return answer(
        call,
        f"{call.reference} is acknowledged; its code is due by {local(journal, due)}",
        "" if silently else told(call, letters),
        whose(tx, call, who),
    )


def trace(tx: Tx, journal: Journal, reference: str, who: Who, choice: Choice) -> Answer:
    call = tx.call(reference)
    check_ours(call, "trace")
    earlier = tx.last_event(call, State.TRACED) if call.state == State.TRACED else None
    # The rules are asked before the register: a call in the wrong state needs no search.
    state = machine.after(journal.workflow(call), call.state, Step.TRACE, {"organisation"})
    if choice.none:
        return _not_found(tx, journal, call, who)
    found = organisations.chosen(tx, call, choice)
    if earlier and (call.location_id, call.provider_id) == (found.location_id, found.provider_id):
        when = f"by {earlier.by}, {local(journal, earlier.at)}"
        return answer(call, f"{call.reference} was traced to {found.words} already, {when}")
    if earlier and earlier.by != who.by and not choice.instead:
        raise CallChanged(
            f"{call.reference} was traced by {earlier.by}, {local(journal, earlier.at)}, to"
            f" {earlier.facts.get('name', 'another organisation')}; to trace it to {found.words}"
            " instead, say --instead"
        )
    call.location_id, call.provider_id = found.location_id, found.provider_id
    call.matched_by = found.matched_by
    journal.entered(tx, call, state, who, **found.facts)
    remember(tx, call, found.facts["cqc_id"], anew=earlier is not None)
    codes = providing.registered_codes(tx, call)
    instead = f" instead of {earlier.facts.get('name', 'another')}" if earlier else ""
    return answer(
        call,
        f"{call.reference} is traced to {found.words}{instead}, by {found.matched_by}",
        *found.warnings,
        f"the register has: {codes.words}",
        whose(tx, call, who),
    )


def allocate(tx: Tx, journal: Journal, reference: str, who: Who, wish: Wish = NO_WISH) -> Answer:
    giving.alone(tx)
    call = tx.call(reference)
    check_ours(call, "allocate")
    if call.state != State.TRACED and (
        already := done_already(tx, journal, call, State.ALLOCATED, who)
    ):
        providing.check_same(tx, call, wish)
        return already
    # Asked first without codes, so that a call in the wrong state says that and no more.
    machine.after(journal.workflow(call), call.state, Step.ALLOCATE, {"code"})
    checking.check_traced(tx, call, who.by, wish.site or wish.parent)
    codes = providing.codes_for(tx, call, wish, journal.config.codes)
    known = {"code"} if codes.has_any else ()
    try:
        state = machine.after(journal.workflow(call), call.state, Step.ALLOCATE, known)
    except StepNotAllowed as refused:
        ranges = journal.config.codes
        if not (ranges.site_pool or ranges.parent_pool):
            raise
        raise StepNotAllowed(f"{refused}, or --new for one of the desk's own ranges") from None
    if call.hold is not None:
        holds.end(tx, journal, call, who, tx.now, why="its code is provided")
    wrong = codes.without((call.site_code, call.parent_code))
    call.site_code, call.parent_code = codes.site, codes.parent
    providing.keep(tx, call, codes, who)
    remember(tx, call)
    event = journal.entered(
        tx, call, state, who, site=codes.site, parent=codes.parent, new=bool(codes.given) or None
    )
    agent = organisations.agent_of(tx, who).full_name
    # Who was given another code in this call before has to hear which is not to be used.
    letter, more = ("recoded", {"wrong": wrong, "note": ""}) if wrong else ("allocated", {})
    facts = {"codes": codes.facts, "agent": agent, **more}
    letters = journal.tell(tx, call, event, letter, journal.requester(call), **facts)
    return answer(
        call,
        f"{call.reference} is allocated: {codes.words}",
        *codes.remarks,
        *codes.missing,
        told(call, letters),
        whose(tx, call, who),
    )


def close(tx: Tx, journal: Journal, reference: str, who: Who, ending: Ending) -> Answer:
    call = tx.call(reference)
    check_ours(call, "close")
    outcome = ending.outcome or _natural(tx, call)
    if call.state == State.CLOSED and outcome in (None, call.outcome):
        already = done_already(tx, journal, call, State.CLOSED, who)
        return already or answer(call, f"{call.reference} is closed already")
    machine.after(journal.workflow(call), call.state, Step.CLOSE, (), outcome)
    original = _original(tx, call, ending, outcome)
    agent = organisations.agent_of(tx, who).full_name
    letters = end(tx, journal, call, who, str(outcome), ending.note, original, agent)
    return answer(
        call,
        f"{call.reference} is closed: {outcome_words(str(outcome))}",
        "" if outcome in SILENT else told(call, letters),
    )


def end(  # noqa: PLR0913  # all that the end of a call is made of
    tx: Tx,
    journal: Journal,
    call: Call,
    who: Who,
    outcome: str,
    note: str = "",
    original: Call | None = None,
    agent: str = "",
) -> list[Letter]:
    """Close `call`, whoever or whatever decided that, and post the letter that says why."""
    workflow = journal.workflow(call)
    state = machine.after(workflow, call.state, Step.CLOSE, (), outcome)
    if call.hold is not None:
        holds.end(tx, journal, call, who, tx.now, why="closed")
    call.outcome, call.closed_at, call.reply_waiting = outcome, tx.now, False
    call.original_id = original.id if original else None
    reference = original.reference if original else ""
    event = journal.entered(tx, call, state, who, outcome=outcome, note=note, original=reference)
    if outcome in SILENT:
        return []
    return journal.tell(
        tx,
        call,
        event,
        f"closed_{outcome}",
        journal.requester(call),
        note=note,
        original=reference,
        differences=organisations.differences(tx, call),
        agent=agent,
        reopen_days=journal.config.calls.reopen_within.days,
    )


def _not_found(tx: Tx, journal: Journal, call: Call, who: Who) -> Answer:
    """Note that the organisation is not in the register, with what was looked for, and in what."""
    if call.state != State.ACKNOWLEDGED:
        raise StepNotAllowed(
            f"{call.reference} was traced already; trace it elsewhere with --instead, or close it"
        )
    if tx.session.execute(_ANY_LOCATION).first() is None:
        raise StepNotAllowed("the register is empty: load it first (helpdesk register load FILE)")
    looked_for = {
        name: value for name, value in organisations.wanted(call)._asdict().items() if value
    }
    like = organisations.like(tx, call)
    journal.note(
        tx,
        call,
        NOT_IN_REGISTER,
        who,
        looked_for=looked_for,
        like=like,
        **organisations.against(tx),
    )
    return answer(
        call,
        f"{call.reference} is noted as not in the register",
        f"note: what comes nearest is {like[0]}" if like else "",
        f"to tell the requester: helpdesk close {call.reference}",
    )


def _natural(tx: Tx, call: Call) -> Outcome | None:
    """How a call ends if nobody says otherwise: by what became of it."""
    if call.state == State.ALLOCATED:
        return Outcome.PROVIDED
    is_missing = call.state == State.ACKNOWLEDGED and tx.last_event(call, NOT_IN_REGISTER)
    return Outcome.NOT_CQC_REGISTERED if is_missing else None


def _original(tx: Tx, call: Call, ending: Ending, outcome: str | None) -> Call | None:
    if outcome != Outcome.DUPLICATE:
        return None
    if not ending.original:
        raise BadValue("to close a call as a duplicate, say of which: --of ODS-000012")
    original = tx.call(ending.original)
    if original.id == call.id:
        raise BadValue(
            f"{call.reference} cannot be a duplicate of itself; give the other with --of"
        )
    if original.state == State.CLOSED and original.outcome != Outcome.PROVIDED:
        raise BadValue(
            f"{original.reference} is closed without a code, so nobody works on it; give another"
        )
    return original
