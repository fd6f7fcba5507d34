"""How a call begins: from a mail that arrived, or by an agent who was told of it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from helpdesk.desk.addresses import check_address
from helpdesk.desk.answers import answer, local
from helpdesk.desk.remembering import others, remember
from helpdesk.errors import BadValue
from helpdesk.intake import Request, characters
from helpdesk.journal import FIELDS, Journal, Who
from helpdesk.models import Call
from helpdesk.register.codes import code_of_mailbox
from helpdesk.store import Answer, Tx

READ = (
    "requester_name",
    "requester_email",
    "requester_phone",
    "organisation",
    "postcode",
    "kind",
    "cqc_location_id",
    "cqc_provider_id",
    "given_code",
    "urgent_reason",
)
"""The facts of a request that a call keeps as they are."""


def raise_by_hand(
    tx: Tx, journal: Journal, request: Request, who: Who, received_at: datetime | None
) -> Answer:
    """Raise a call that an agent was told of. BadValue for an impossible address or moment."""
    clean: dict[str, Any] = {
        name: characters.line(value)
        for name, value in vars(request).items()
        if isinstance(value, str)
    }
    request = replace(request, **clean)
    if request.requester_email:
        check_address(request.requester_email)
        code = request.given_code or code_of_mailbox(request.requester_email)
        request = replace(request, given_code=code)
    if received_at and received_at > tx.now:
        raise BadValue(
            f"--received-at: {local(journal, received_at)} has not come yet;"
            f" it is {local(journal, tx.now)}"
        )
    call = raised(tx, journal, request, who, received_at or tx.now, source="agent")
    missing = [
        words.removeprefix("your ") for name, words in FIELDS.items() if not getattr(call, name)
    ]
    return answer(
        call,
        f"{call.reference} is raised",
        f"still missing: {', '.join(missing)}" if missing else "",
        *(each.words for each in others(tx, call)[:3]),
    )


def raised(
    tx: Tx, journal: Journal, request: Request, who: Who, received_at: datetime, source: str
) -> Call:
    """A new call for `request`, its first clock running from the moment that it arrived."""
    workflow = journal.config.workflow(request.workflow)
    call = Call(
        workflow=workflow.name,
        received_at=received_at,
        recorded_at=tx.now,
        promise_at=workflow.promise(received_at, journal.policies(workflow)),
    )
    complete(call, request)
    tx.add(call)
    remember(tx, call)
    places = request.found_in
    journal.entered(
        tx,
        call,
        workflow.first,
        who,
        at=received_at,
        source=source,
        found_in={name: [found.place, found.surety.value] for name, found in places.items()},
        doubts=list(request.doubts) or None,
        promise=call.promise_at.isoformat(),
    )
    return call


def complete(call: Call, request: Request) -> None:
    """Write what was read later into `call`, where nothing stood yet."""
    for name in READ:
        if not getattr(call, name):
            setattr(call, name, getattr(request, name))
    call.purposes = call.purposes or ", ".join(request.purposes)
    call.suggests_urgent = call.suggests_urgent or request.suggests_urgent
    call.unreadable = request.unreadable
