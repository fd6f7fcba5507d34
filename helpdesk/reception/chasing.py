"""Mail without a thread that asks for what an open call asks for already: it goes to that call."""

import re
from typing import NamedTuple

from helpdesk.intake import Message, Request
from helpdesk.models import Call
from helpdesk.reception.threads import Sender
from helpdesk.register import memory
from helpdesk.register.codes import read_id
from helpdesk.register.keys import are_alike
from helpdesk.register.memory import DOMAIN, SENDER, About, Remembered
from helpdesk.store import Tx

_CHASES = re.compile(
    r"\b(?:chas(?:e|ing|er)|any (?:news|update|progress)|follow(?:ing)?[- ]up|reminder|still wait"
    r"|not (?:yet )?(?:heard|received)|have(?:n't| not) (?:yet )?(?:heard|received|had)"
    r"|when (?:will|can|might) (?:we|i)\b|further to (?:my|our)|as requested before"
    r"|status of (?:my|our)|update on (?:my|our))\b",
    re.IGNORECASE,
)
"""What people say who have asked before."""


class Chase(NamedTuple):
    """The call that a mail goes on with, and what shows it; "" if a thread does."""

    call: Call
    why: str = ""


def chased_by(tx: Tx, message: Message, request: Request, sender: Sender) -> Chase | None:
    """The open call that `message` is about, though no thread says so; None if it asks anew.

    It has to come from the sender of that call, or from the same organisation's domain, and name
    the same organisation by an id, a code, or its postcode and name. Of who says that they asked
    before, the name alone will do, or nothing at all if they have one open call. Any doubt makes
    a call of its own: two are merged more easily than one is found.
    """
    if sender.is_desk or sender.is_doubted:
        return None
    about = About(
        request.organisation,
        request.postcode,
        message.sender.address,
        (request.cqc_location_id,),
        (request.given_code,),
    )
    alike = memory.alike(tx, list(memory.keys_of(about)), request.organisation, tx.now)
    theirs = [each for each in alike if each.is_open and {SENDER, DOMAIN} & set(each.shared)]
    same = [each for each in theirs if each.is_same and not _is_other(request, each)]
    if not same and _CHASES.search(f"{message.subject}\n{message.own}"):
        same = [each for each in theirs if _may_be_meant(request, each)]
    if len(same) != 1:
        return None
    why = " and ".join(memory.WHYS[kind] for kind in same[0].shared)
    return Chase(tx.call(same[0].reference), why)


def _is_other(request: Request, call: Remembered) -> bool:
    """Whether it names another organisation than `call`, whatever else the two have in common.

    Many homes share their provider's id, which may stand in the wrong box; and two registrations
    share many a building.
    """
    mine, theirs = read_id(request.cqc_location_id), read_id(call.location_id)
    if mine and theirs and mine != theirs:
        return True
    names = (request.organisation, call.organisation)
    return all(names) and not are_alike(*names)


def _may_be_meant(request: Request, call: Remembered) -> bool:
    """Whether who asked before may mean `call`: they name it by its name alone, or not at all."""
    ids = (request.cqc_location_id, request.cqc_provider_id, request.given_code)
    if request.postcode or any(ids):
        return False
    if request.organisation:
        return are_alike(request.organisation, call.organisation)
    return SENDER in call.shared
