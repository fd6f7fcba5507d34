"""What comes after the end of a call: a reply that needs nothing, a re-opening, a merge."""

from datetime import datetime

from helpdesk.desk import holds
from helpdesk.desk.answers import answer, check_ours, local, told
from helpdesk.desk.organisations import agent_of
from helpdesk.errors import BadValue
from helpdesk.intake import characters
from helpdesk.journal import Journal, Who
from helpdesk.models import Call
from helpdesk.store import Answer, Tx
from workflows import machine
from workflows.lifecycle import Outcome, Step
from workflows.refused import StepNotAllowed


def no_action(tx: Tx, journal: Journal, reference: str, who: Who, note: str) -> Answer:
    """Say that a reply on a closed call needs nothing: it was answered, and the call stays."""
    call = tx.call(reference)
    if call.closed_at is None:
        raise StepNotAllowed(
            f"{call.reference} is open; once a reply to it is read: helpdesk note"
            f" {call.reference} 'the words'"
        )
    if not call.reply_waiting:
        return answer(call, f"no reply waits on {call.reference}")
    call.reply_waiting = False
    journal.note(tx, call, "no_action", who, note=characters.line(note))
    return answer(call, f"{call.reference} stays closed; its reply is answered for")


def reopen(tx: Tx, journal: Journal, reference: str, who: Who, reason: str) -> Answer:
    """Take a closed call up again: its code is promised anew, from now on."""
    call, reason = tx.call(reference), characters.line(reason)
    check_ours(call, "reopen")
    if call.closed_at is None:
        return answer(call, f"{call.reference} is open: {call.state}")
    if not reason:
        raise BadValue("say why it is taken up again: --reason 'the code is for another home'")
    if is_long_over(journal, call, tx.now) and not call.reply_waiting:
        days = journal.config.calls.reopen_within.days
        raise StepNotAllowed(
            f"{call.reference} was closed {local(journal, call.closed_at)}, more than {days} days"
            " ago; what comes now is a new call: helpdesk raise"
        )
    agent = agent_of(tx, who)
    state = machine.after(journal.workflow(call), call.state, Step.REOPEN, {"agent"})
    before, call.outcome, call.closed_at = call.outcome, None, None
    call.owner_id, call.original_id, call.reply_waiting = agent.id, None, False
    event = journal.note(tx, call, "reopened", who, state=state, reason=reason, before=before)
    letters = journal.tell(
        tx, call, event, "reopened", journal.requester(call), agent=agent.full_name
    )
    dues = [row.due_at for row in tx.clocks(call) if row.stopped_at is None]
    due = f"; its code is due by {local(journal, dues[-1])}" if dues else ""
    return answer(call, f"{call.reference} is {state} again{due}", told(call, letters))


def merge(tx: Tx, journal: Journal, reference: str, who: Who, into: str) -> Answer:
    """End one of two calls about the same thing; the other has waited since the earlier one."""
    call, survivor = tx.call(reference), tx.call(into)
    if call.id == survivor.id:
        raise BadValue(f"{call.reference} cannot be merged into itself; give the other with --into")
    if call.original_id == survivor.id and call.closed_at is not None:
        return answer(call, f"{call.reference} is merged into {survivor.reference} already")
    if survivor.closed_at is not None or survivor.workflow != call.workflow:
        raise BadValue(f"{survivor.reference} is closed, so nobody works on it; give another")
    state = machine.after(journal.workflow(call), call.state, Step.MERGE, (), Outcome.DUPLICATE)
    if call.hold is not None:
        holds.end(tx, journal, call, who, tx.now, why="merged")
    call.outcome, call.closed_at, call.original_id = str(Outcome.DUPLICATE), tx.now, survivor.id
    waits, call.reply_waiting = call.reply_waiting, False
    event = journal.entered(
        tx, call, state, who, outcome=call.outcome, original=survivor.reference, merged=True
    )
    _join(tx, journal, survivor, call, who)
    survivor.reply_waiting = survivor.reply_waiting or waits
    letters = journal.tell(
        tx,
        call,
        event,
        "closed_duplicate",
        journal.requester(call),
        note="",
        original=survivor.reference,
        agent=agent_of(tx, who).full_name,
    )
    urgent = f"note: {call.reference} was urgent: {call.urgent_reason}"
    return answer(
        call,
        f"{call.reference} is merged into {survivor.reference}",
        told(call, letters),
        urgent if call.urgent and not survivor.urgent else "",
    )


def is_long_over(journal: Journal, call: Call, now: datetime) -> bool:
    """Whether `call` was closed so long ago that what comes now is a new one."""
    within = journal.config.calls.reopen_within
    return call.closed_at is not None and now - call.closed_at > within


def _join(tx: Tx, journal: Journal, survivor: Call, merged: Call, who: Who) -> None:
    workflow = journal.workflow(survivor)
    if survivor.state == workflow.first and merged.received_at < survivor.received_at:
        survivor.received_at = merged.received_at
        policies = journal.policies(workflow)
        survivor.promise_at = workflow.promise(survivor.received_at, policies)
    received = merged.received_at.isoformat()
    journal.note(tx, survivor, "joined", who, other=merged.reference, received=received)
