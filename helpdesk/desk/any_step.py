"""A step of any workflow that the desk is told of: what its definition says, and no more."""

from collections.abc import Mapping

from helpdesk.desk import holds
from helpdesk.desk.answers import answer, local, told
from helpdesk.desk.organisations import agent_of
from helpdesk.errors import BadValue
from helpdesk.intake import characters
from helpdesk.journal import Journal, Who
from helpdesk.models import Call
from helpdesk.store import Answer, Tx
from workflows import machine
from workflows.lifecycle import ODS_CODE


def take(  # a step, and all that an agent can say of it
    tx: Tx,
    journal: Journal,
    reference: str,
    who: Who,
    step: str,
    outcome: str | None,
    facts: Mapping[str, str],
) -> Answer:
    """Move a call of another workflow than the desk's own; `facts` are what its needs name.

    The requester is told if there is a letter that bears the names of the workflow and the state.
    """
    call = tx.call(reference)
    if call.workflow == ODS_CODE.name:
        raise BadValue(
            f"{call.reference} is a call for an ODS code: helpdesk acknowledge, trace, allocate..."
        )
    workflow, given = journal.workflow(call), _lines(facts)
    if unknown := sorted(set(given) - set(workflow.needs)):
        names = ", ".join(workflow.needs)
        raise BadValue(
            f"{unknown[0]!r} is no fact that {workflow.name} asks for; it asks for: {names}"
        )
    agent = agent_of(tx, who)
    state = machine.after(workflow, call.state, step, {"agent", *_known(tx, call), *given}, outcome)
    call.owner_id = call.owner_id or agent.id
    over = {workflow.last, *(target.stops for target in workflow.targets if target.pausable)}
    if call.hold is not None and state in over:
        holds.end(tx, journal, call, who, tx.now, why=f"it is {state}")
    if state == workflow.last:
        call.closed_at, call.outcome, call.reply_waiting = tx.now, outcome, False
    elif call.closed_at is not None:
        call.closed_at, call.outcome = None, None
    event = journal.entered(tx, call, state, who, outcome=outcome, known=given or None)
    kind, to = f"{workflow.name}_{state}", journal.requester(call)
    letters = journal.tell(tx, call, event, kind, to, agent=agent.full_name)
    dues = [row for row in tx.clocks(call) if row.stopped_at is None]
    due = f"; {dues[0].target} is due {local(journal, dues[0].due_at)}" if dues else ""
    return answer(call, f"{call.reference} is {state}{due}", told(call, letters) if letters else "")


def _lines(facts: Mapping[str, str]) -> dict[str, str]:
    return {name: line for name, value in facts.items() if (line := characters.line(value))}


def _known(tx: Tx, call: Call) -> set[str]:
    """The facts that earlier steps gave."""
    return {name for event in tx.events(call) for name in event.facts.get("known", {})}
