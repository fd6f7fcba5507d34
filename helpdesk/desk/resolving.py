"""A call whose code is simply looked up: all its steps in one go, each with its own event."""

from helpdesk.desk import providing, steps
from helpdesk.desk.answers import answer, check_ours
from helpdesk.desk.organisations import Choice
from helpdesk.desk.steps import Ending
from helpdesk.journal import Journal, Who
from helpdesk.store import Answer, Tx
from workflows.lifecycle import State
from workflows.refused import StepNotAllowed


def resolve_now(tx: Tx, journal: Journal, reference: str, who: Who, choice: Choice) -> Answer:
    """Acknowledge, trace, allocate and close the call, from wherever it stands: all or nothing.

    Its letters are those of the steps, and so are its events; both promises are kept by them.
    StepNotAllowed if the register has no code for it, or does not say for sure which it is.
    """
    providing.alone(tx)
    call = tx.call(reference)
    check_ours(call, "resolve-now")
    if call.state in (State.ALLOCATED, State.CLOSED):
        raise StepNotAllowed(
            f"{call.reference} is {call.state} already; to end a call that has its code:"
            f" helpdesk close {call.reference}"
        )
    said: list[str] = []
    if call.state == State.RECEIVED:
        said += steps.acknowledge(tx, journal, reference, who)["said"]
    if call.state == State.ACKNOWLEDGED or choice != Choice(best=True):
        said += steps.trace(tx, journal, reference, who, choice)["said"]
    if not providing.registered_codes(tx, call).has_any:
        raise StepNotAllowed(
            f"the register has no code for {call.organisation or call.reference} to look up;"
            f" nothing was done: go step by step, helpdesk {call.step} {call.reference}"
        )
    said += steps.allocate(tx, journal, reference, who)["said"]
    said += steps.close(tx, journal, reference, who, Ending())["said"]
    return answer(call, *said)
