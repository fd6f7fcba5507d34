"""Calls on hold: put there, and how a hold ends."""

from datetime import datetime, timedelta
from typing import NamedTuple

from helpdesk.desk.answers import answer, local, told
from helpdesk.desk.awaiting import awaited, in_words, kept
from helpdesk.desk.organisations import agent_of
from helpdesk.errors import BadValue
from helpdesk.intake import characters
from helpdesk.journal import Journal, Who
from helpdesk.journal.posting import usable
from helpdesk.models import Call, Event
from helpdesk.store import Answer, Tx
from workflows import holds
from workflows.holds import Waiting
from workflows.lifecycle import Hold
from workflows.refused import StepNotAllowed

WAITS = {
    Hold.AWAITING_REQUESTER: "waits for the requester",
    Hold.AWAITING_CQC: "waits for CQC",
    Hold.INTERNAL: "waits at the desk",
}


class Holding(NamedTuple):
    """How an agent puts a call on hold."""

    reason: Hold
    until: datetime | None = None  #: None: as long as the reason allows
    note: str = ""  #: what is waited for: of the requester, what our chasers ask
    ask: bool = False  #: whether the note goes to the requester at once
    change: tuple[str, ...] = ()  #: what CQC has to change, by the names of WATCHED


def hold(tx: Tx, journal: Journal, reference: str, who: Who, holding: Holding) -> Answer:
    call, note = tx.call(reference), characters.line(holding.note)
    if call.hold is holding.reason:
        note = note or call.hold_note  # what was said of the hold holds, until something else is
    _check(tx, journal, call, holding, note)
    if _is_so(tx, call, holding, note):
        since = local(journal, call.hold_since or tx.now)
        return answer(call, f"{call.reference} is on hold already, since {since}")
    if call.hold is holding.reason:
        _place(call, holding, note, call.hold_since or tx.now)
        until, asked = _iso(holding.until), holding.ask or None
        waits = awaited(tx, call, holding.change) if holding.change else None
        event = journal.note(
            tx, call, "hold_changed", who, note=note, until=until, asked=asked, awaited=waits
        )
    else:
        if call.hold is not None:
            end(tx, journal, call, who, tx.now, why="held for something else")
        _place(call, holding, note, tx.now)
        event = _held(tx, journal, call, who, holding, note)
    call.reply_waiting = False  # who decides what a call waits for has read what came for it
    letters = []
    if holding.ask:
        agent = agent_of(tx, who).full_name
        to, needed = journal.requester(call), journal.missing(call)
        letters = journal.tell(tx, call, event, "asked", to, note=note, needed=needed, agent=agent)
    schedule(tx, journal, call)
    return answer(
        call,
        f"{call.reference} {WAITS[holding.reason]}{_until(journal, call)}",
        in_words(kept(tx, call)) if holding.reason is Hold.AWAITING_CQC else "",
        _what_its_clock_does(tx, journal, call),
        told(call, letters) if holding.ask else "",
        _what_comes(tx, journal, call),
    )


def resume(tx: Tx, journal: Journal, reference: str, who: Who, why: str) -> Answer:
    call = tx.call(reference)
    if call.hold is None:
        return answer(call, f"{call.reference} is not on hold")
    end(tx, journal, call, who, tx.now, why=characters.line(why) or "by an agent")
    running = [row for row in tx.clocks(call) if row.stopped_at is None]
    due = f"; its {running[0].target} is due {local(journal, running[0].due_at)}" if running else ""
    return answer(call, f"{call.reference} goes on{due}")


def end(tx: Tx, journal: Journal, call: Call, who: Who, at: datetime, *, why: str) -> None:
    """End the hold of `call` as of `at`: or earlier, if its date had come before."""
    pause_ends = waiting(tx, call).pause_ends
    moment = min(at, call.hold_until) if call.hold_until else at
    if pause_ends and pause_ends < moment:
        journal.note(tx, call, "pause_ended", who, at=pause_ends)
    call.hold, call.hold_until, call.hold_check = None, None, None
    journal.note(tx, call, "resumed", who, at=moment, why=why)


def waiting(tx: Tx, call: Call) -> Waiting:
    """The hold that `call` is on, as the rules see it."""
    events = tx.events(call)
    since = call.hold_since or tx.now
    begun = next(event for event in reversed(events) if event.kind == "held")
    later = [event for event in events if (event.id or 0) > (begun.id or 0)]
    ends = begun.facts.get("pause_ends")
    over = any(event.kind == "pause_ended" for event in later)
    return Waiting(
        reason=call.hold or Hold.INTERNAL,
        since=since,
        until=call.hold_until,
        last_message=tx.last_message_at(call),
        chased=tuple(event.at for event in later if event.kind == "chased"),
        can_chase=bool(usable([call.requester_email])),
        pause_ends=datetime.fromisoformat(ends) if ends and not over else None,
    )


def schedule(tx: Tx, journal: Journal, call: Call) -> None:
    """Let the sweep see to `call` when something comes next to its hold."""
    coming = holds.next_moment(
        journal.config.holds.rules, waiting(tx, call), journal.config.hours, tx.now
    )
    call.hold_check = coming[0] if coming else None


def _check(tx: Tx, journal: Journal, call: Call, holding: Holding, note: str) -> None:
    pausable = {target.name for target in journal.workflow(call).targets if target.pausable}
    if not any(row.target in pausable and row.stopped_at is None for row in tx.clocks(call)):
        mend = f"; helpdesk {call.step} {call.reference} comes first" if call.step else ""
        raise StepNotAllowed(f"a call that is {call.state} cannot be put on hold{mend}")
    if holding.until is not None and holding.until <= tx.now:
        raise BadValue(f"{local(journal, holding.until)} is no time to wait until: it has come")
    if holding.until is None and holding.reason is Hold.INTERNAL:
        raise BadValue("say until when the desk itself makes a call wait: --until 2026-03-09")
    if holding.change and holding.reason is not Hold.AWAITING_CQC:
        raise BadValue("--change says what CQC has to change: it goes with --for cqc")
    if holding.ask and holding.reason is not Hold.AWAITING_REQUESTER:
        raise BadValue("--ask writes to the requester: it goes with --for requester")
    if holding.ask and not note:
        raise BadValue("say what the requester is to be asked: --note 'which of the two homes?'")


def _is_so(tx: Tx, call: Call, holding: Holding, note: str) -> bool:
    """Whether the call waits in this way already, and the requester was asked if they are to be."""
    if (call.hold, call.hold_note, call.hold_until) != (holding.reason, note, holding.until):
        return False
    if holding.change:
        return False
    said = [event for event in tx.events(call) if event.kind in {"held", "hold_changed"}]
    return not holding.ask or bool(said[-1].facts.get("asked"))


def _place(call: Call, holding: Holding, note: str, since: datetime) -> None:
    call.hold, call.hold_note = holding.reason, note
    call.hold_since, call.hold_until = since, holding.until


def _held(tx: Tx, journal: Journal, call: Call, who: Who, holding: Holding, note: str) -> Event:
    rules = journal.config.holds.rules
    allowed = holds.allowance(rules, holding.reason, _paused_before(tx, call, holding.reason))
    pauses = allowed is None or allowed > timedelta()
    due = next((row.due_at for row in tx.clocks(call) if row.stopped_at is None), None)
    return journal.note(
        tx,
        call,
        "held",
        who,
        reason=holding.reason.value,
        note=note,
        until=_iso(holding.until),
        asked=holding.ask or None,
        pauses=pauses or None,
        pause_ends=_iso(tx.now + allowed) if allowed and pauses else None,
        due=_iso(due),
        awaited=awaited(tx, call, holding.change) if holding.reason is Hold.AWAITING_CQC else None,
    )


def _paused_before(tx: Tx, call: Call, reason: Hold) -> timedelta:
    """For how long a clock of this cycle stood still for `reason` already."""
    total, since = timedelta(), None
    for event in tx.events(call):
        if event.kind == "held" and event.facts.get("pauses"):
            since = event.at if event.facts.get("reason") == reason.value else None
        elif event.kind in {"resumed", "pause_ended"} and since:
            total, since = total + max(event.at - since, timedelta()), None
        elif event.kind == "reopened":
            total, since = timedelta(), None
    return total


def _until(journal: Journal, call: Call) -> str:
    return f" until {local(journal, call.hold_until)}" if call.hold_until else ""


def _what_its_clock_does(tx: Tx, journal: Journal, call: Call) -> str:
    paused = next((row for row in tx.clocks(call) if row.paused_at and not row.stopped_at), None)
    if paused is None:
        return "note: its clock goes on"
    ends = waiting(tx, call).pause_ends
    until = f", at most until {local(journal, ends)}" if ends else ""
    return f"its {paused.target} clock stands still{until}"


def _what_comes(tx: Tx, journal: Journal, call: Call) -> str:
    """A word on the chasers, so that an agent need not keep them in mind."""
    if call.hold is not Hold.AWAITING_REQUESTER:
        return ""
    if not waiting(tx, call).can_chase:
        return "note: no letter can chase them: the call has no e-mail address that can be used"
    if call.hold_check is None or call.hold_check == call.hold_until:
        return ""
    return f"the requester is asked again {local(journal, call.hold_check)}"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
