"""What a verb answers, in the words that an agent reads."""

from datetime import datetime
from zoneinfo import ZoneInfo

from helpdesk.errors import BadValue, CallChanged
from helpdesk.journal import Journal, Who
from helpdesk.models import Call, Letter
from helpdesk.store import Answer, Tx
from workflows.lifecycle import ODS_CODE


def answer(call: Call, *said: str) -> Answer:
    return {"reference": call.reference, "state": call.state, "said": [*filter(None, said)]}


def check_ours(call: Call, step: str) -> None:
    """Refuse the desk's own verb for a call of another workflow, and name the one for it."""
    if call.workflow != ODS_CODE.name:
        raise BadValue(
            f"{call.reference} is a call of the workflow {call.workflow}:"
            f" helpdesk step {step} {call.reference}"
        )


def local(journal: Journal, moment: datetime) -> str:
    """A moment as the desk says it: "Mon 2 Mar 2026 09:00"."""
    there = moment.astimezone(ZoneInfo(journal.config.desk.zone))
    return f"{there:%a} {there.day} {there:%b %Y %H:%M}"


def local_day(journal: Journal, moment: datetime) -> str:
    """The day of a moment, as the desk says it: "Mon 2 Mar"."""
    there = moment.astimezone(ZoneInfo(journal.config.desk.zone))
    return f"{there:%a} {there.day} {there:%b}"


def done_already(tx: Tx, journal: Journal, call: Call, state: str, who: Who) -> Answer | None:
    """What to answer if the call is in `state`, or went through it, already; None if not.

    Who did it themselves is told so; anybody else is told what changed, with CallChanged.
    """
    event = tx.last_event(call, state)
    order = journal.workflow(call).states
    if event is None or order.index(call.state) < order.index(state):
        return None
    when = local(journal, event.at)
    if event.by == who.by:
        return answer(call, f"{call.reference} was {state} by you already, {when}")
    now = "" if call.state == state else f"; it is {call.state} now"
    raise CallChanged(
        f"{call.reference} was {state} by {event.by} already, {when}{now}"
        f" (helpdesk show {call.reference})"
    )


def told(call: Call, letters: list[Letter]) -> str:
    """What became of the letter to the requester."""
    if letters:
        return f"a letter to {letters[0].to_address} is posted"
    by_phone = f"; tell them by telephone: {call.requester_phone}" if call.requester_phone else ""
    return f"no letter was posted: the call has no e-mail address that can be used{by_phone}"


def still_waits(call: Call) -> str:
    """What answers a reply on a closed call, as nothing else does."""
    return (
        f"its reply still waits: helpdesk no-action {call.reference}, or helpdesk reopen"
        f" {call.reference} --reason '...'"
    )


def whose(tx: Tx, call: Call, who: Who) -> str:
    """A word to an agent who works on somebody else's call."""
    owner = tx.agent_numbered(call.owner_id)
    if owner is None or owner.name == who.by:
        return ""
    return f"note: {owner.name} has this call (helpdesk take {call.reference} makes it yours)"
