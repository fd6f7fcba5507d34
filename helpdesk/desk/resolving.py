"""A call whose code is simply looked up: all its steps in one go, each with its own event."""

from helpdesk.desk import organisations, providing, steps
from helpdesk.desk.answers import answer, check_ours, local
from helpdesk.desk.organisations import Choice
from helpdesk.desk.steps import Ending
from helpdesk.journal import Journal, Who
from helpdesk.models import Call
from helpdesk.register import giving
from helpdesk.register.search import compared
from helpdesk.store import Answer, Tx
from workflows.lifecycle import State
from workflows.refused import StepNotAllowed


def resolve_now(tx: Tx, journal: Journal, reference: str, who: Who, choice: Choice) -> Answer:
    """Acknowledge, trace, allocate and close the call, from wherever it stands: all or nothing.

    Each step has its event, and both promises are kept; the requester hears of all of them in the
    letter with the codes. StepNotAllowed if the register has no code for it, or does not say for
    sure which it is, or if nothing that was given agrees with what the agent chose.
    """
    giving.alone(tx)
    call = tx.call(reference)
    check_ours(call, "resolve-now")
    if call.state in (State.ALLOCATED, State.CLOSED):
        return _is_over(tx, journal, call, who)
    first = call.step
    said: list[str] = []
    if call.state == State.RECEIVED:
        said += steps.acknowledge(tx, journal, reference, who, silently=True)["said"]
    if call.state == State.ACKNOWLEDGED or choice.location or choice.provider:
        traced = steps.trace(tx, journal, reference, who, choice._replace(verb="resolve-now"))
        said += traced["said"]
        _check_agrees(tx, call, first)
    if not providing.registered_codes(tx, call).has_any:
        raise StepNotAllowed(
            f"the register has no code for {call.organisation or call.reference} to look up;"
            f" nothing was done: go step by step, helpdesk {first} {call.reference}"
        )
    said += steps.allocate(tx, journal, reference, who)["said"]
    said += steps.close(tx, journal, reference, who, Ending())["said"]
    return answer(call, *said)


def _is_over(tx: Tx, journal: Journal, call: Call, who: Who) -> Answer:
    """What to say of a call that has its code; one that ended without is refused."""
    given = tx.last_event(call, State.ALLOCATED)
    if given is None:
        raise StepNotAllowed(
            f"{call.reference} is closed; to take it up again: helpdesk reopen {call.reference}"
            " --reason '...'"
        )
    codes = " and ".join(filter(None, (call.site_code, call.parent_code)))
    by = "you" if given.by == who.by else given.by
    words = f"{call.reference} was given {codes} by {by} already, {local(journal, given.at)}"
    if call.state == State.CLOSED:
        return answer(call, words)
    raise StepNotAllowed(f"{words}; to end it: helpdesk close {call.reference}")


def _check_agrees(tx: Tx, call: Call, first: str) -> None:
    place = organisations.place_of(tx, call)
    if place is None:
        return
    found = compared(tx, place, "", organisations.wanted(call))
    if found.differs and not found.agrees:
        raise StepNotAllowed(
            f"nothing that was given agrees with {place.title}; if it is the one all the same, go"
            f" step by step: helpdesk {first} {call.reference}"
        )
