"""What agents do with a call besides moving it on: urgency, notes, and whose it is."""

from collections.abc import Mapping
from datetime import date
from enum import Enum

from helpdesk.desk import holds
from helpdesk.desk.addresses import check_address
from helpdesk.desk.answers import answer, local, still_waits
from helpdesk.desk.people import known
from helpdesk.desk.remembering import remember
from helpdesk.errors import BadValue
from helpdesk.intake import characters
from helpdesk.journal import Journal, Who
from helpdesk.models import Call
from helpdesk.store import Answer, Tx
from workflows.refused import StepNotAllowed
from workflows.standing import outcome_words


def set_urgent(
    tx: Tx, journal: Journal, reference: str, who: Who, reason: str, needed_by: date | None
) -> Answer:
    call, reason = _open_call(tx, reference), characters.line(reason)
    if not reason:
        raise BadValue("say why it is urgent, for those who wait longer for it: --reason '...'")
    if call.urgent and (reason, needed_by) == (call.urgent_reason, call.needed_by):
        return answer(call, _urgent_already(tx, journal, call))
    call.urgent, call.urgent_reason, call.needed_by = True, reason, needed_by
    until = needed_by.isoformat() if needed_by else None
    journal.note(tx, call, "urgent", who, reason=reason, needed_by=until)
    tx.tell_now(call)
    return answer(call, f"{call.reference} is urgent: {reason}")


def set_not_urgent(tx: Tx, journal: Journal, reference: str, who: Who, reason: str) -> Answer:
    call = _open_call(tx, reference)
    if not call.urgent:
        return answer(call, f"{call.reference} is not urgent")
    call.urgent = False
    journal.note(tx, call, "not_urgent", who, reason=reason)
    return answer(call, f"{call.reference} is no longer urgent")


def note(tx: Tx, journal: Journal, reference: str, who: Who, text: str) -> Answer:
    call, text = tx.call(reference), characters.text(text)
    if not text.strip():
        raise BadValue("a note needs words: helpdesk note REF 'the words'")
    if not call.reply_waiting and (last := tx.last_event(call, "note")):
        # Of a reply that came since, the same words say something new: that it was read too.
        same = (last.by, last.facts.get("text"), last.at.date()) == (who.by, text, tx.now.date())
        if same:
            return answer(call, f"noted on {call.reference} already, {local(journal, last.at)}")
    journal.note(tx, call, "note", who, text=text)
    if call.reply_waiting and call.closed_at is not None:
        return answer(call, f"noted on {call.reference}", still_waits(call))
    call.reply_waiting = False  # who writes about a call has read what came for it
    return answer(call, f"noted on {call.reference}")


def correct(
    tx: Tx, journal: Journal, reference: str, who: Who, facts: Mapping[str, object]
) -> Answer:
    """Write facts that were learnt later into the call; what they were is kept in its history."""
    call = _open_call(tx, reference)
    facts = {
        name: characters.line(value) if isinstance(value, str) else value
        for name, value in facts.items()
    }
    new = {name: value for name, value in facts.items() if getattr(call, name) != value}
    if not new:
        return answer(call, f"{call.reference} says so already")
    if "requester_email" in new:
        check_address(str(new["requester_email"]))
    before = {name: _plain(getattr(call, name)) for name in new}
    now = {name: _plain(value) for name, value in new.items()}
    call.sqlmodel_update(new)
    if call.organisation:
        call.unreadable = ""  # a person has read it
    journal.note(tx, call, "corrected", who, now=now, before=before)
    remember(tx, call)
    if call.hold is not None:
        holds.schedule(tx, journal, call)  # an address that letters go to can be asked again
    names = ", ".join(name.replace("_", " ") for name in new)
    return answer(call, f"{call.reference} is corrected: {names}")


def give(tx: Tx, journal: Journal, reference: str, who: Who, to: str) -> Answer:
    """Make `to` the owner; what is so already is said."""
    call = _open_call(tx, reference)
    agent, before = known(tx, to), tx.agent_numbered(call.owner_id)
    mine = "you" if to == who.by else to
    if before and before.id == agent.id:
        return answer(call, f"{mine} {'have' if mine == 'you' else 'has'} {call.reference} already")
    call.owner_id = agent.id
    journal.note(tx, call, "given", who, to=agent.name, before=before.name if before else None)
    instead = f", instead of {before.name}" if before else ""
    return answer(
        call, f"{mine} {'have' if mine == 'you' else 'has'} {call.reference} now{instead}"
    )


def _open_call(tx: Tx, reference: str) -> Call:
    call = tx.call(reference)
    if call.closed_at is not None:
        outcome = f" ({outcome_words(call.outcome)})" if call.outcome else ""
        raise StepNotAllowed(
            f"{call.reference} is closed{outcome}; to take it up again: helpdesk reopen"
            f" {call.reference} --reason '...'"
        )
    return call


def _urgent_already(tx: Tx, journal: Journal, call: Call) -> str:
    event = tx.last_event(call, "urgent")
    by = f", since {local(journal, event.at)} by {event.by}" if event else ""
    return f"{call.reference} is urgent already{by}: {call.urgent_reason}"


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value
