"""Mail without a thread that asks for what an open call asks for already: it goes to that call."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from helpdesk.intake import Message, Request, form
from helpdesk.models import Call
from helpdesk.reception.naming import named
from helpdesk.reception.threads import Sender
from helpdesk.register import memory
from helpdesk.register.codes import read_id
from helpdesk.register.keys import are_alike, name_key, postcode_key
from helpdesk.register.memory import DOMAIN, SENDER, About, Remembered
from helpdesk.store import Tx
from workflows.lifecycle import Hold

_CHASES = re.compile(
    r"\b(?:chas(?:ed?|ing|er)|any (?:news|update|progress)|follow(?:ing)?[- ]up|reminder"
    r"|still wait(?:ing)?|not (?:yet )?(?:heard|received)"
    r"|have(?:n['\u2019]t| not) (?:yet )?(?:heard|received|had)"
    r"|when (?:will|can|might) (?:we|i)\b|further to (?:my|our)|as requested before"
    r"|status of (?:my|our)|update on (?:my|our))\b",
    re.IGNORECASE,
)
"""What people say who have asked before."""


class Chase(NamedTuple):
    """The call that a mail goes on with, and what shows it; "" if a thread does."""

    call: Call
    why: str = ""
    others: tuple[str, ...] = ()  #: open calls of its sender that it may as well be about


def chased_by(tx: Tx, message: Message, request: Request, sender: Sender) -> Chase | None:
    """The open call that `message` is about, though no thread says so; None if it asks anew.

    It has to come from the sender of that call, or from the same organisation's domain, and name
    the same organisation by an id, a code, or its postcode and name. Of who says that they asked
    before, the name alone will do, or nothing at all. Should that be so of several calls, it is
    the one of these that waits for the desk, for the longest: who waits asks how it goes. Any other
    doubt makes a call of its own: two are merged more easily than one is found.
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
    meant = sorted(_meant(message, request, theirs), key=_waits)
    if not meant:
        return None
    first, *others = meant
    why = " and ".join(memory.WHYS[kind] for kind in first.shared)
    return Chase(tx.call(first.reference), why, tuple(each.reference for each in others))


def _meant(
    message: Message, request: Request, theirs: Sequence[Remembered]
) -> Sequence[Remembered]:
    """Those of their open calls that the mail may be about, as far as it says; () if none is."""
    same = [each for each in theirs if each.is_same and not _is_other(request, each)]
    chases = _CHASES.search(f"{message.subject}\n{message.own}") is not None
    if len(theirs) > 1 and chases and not _is_stated(request):
        return _named_in_passing(message, request, theirs)
    if not same and chases:
        same = [each for each in theirs if _may_be_meant(request, each)]
    if len(same) > 1:
        same = [each for each in same if _is_called(request, each)]
    return same


def _named_in_passing(
    message: Message, request: Request, theirs: Sequence[Remembered]
) -> Sequence[Remembered]:
    """Of several calls, those that a mail names that only asks how it goes; all, if it names none.

    If it names anything else, it is about none of them.
    """
    known, others = named(message, [each.organisation for each in theirs])
    if others:
        return ()
    called = [theirs[place] for place in known]
    if not _is_signed(request, "postcode") and (key := postcode_key(request.postcode)):
        return [each for each in called or theirs if postcode_key(each.postcode) == key]
    if called:
        return called
    by_signature = [each for each in theirs if _is_called(request, each)]
    mine = [each for each in theirs if SENDER in each.shared]
    return by_signature if len(by_signature) == 1 else mine


def _is_stated(request: Request) -> bool:
    """Whether the mail says outright which organisation it is about."""
    return _is_numbered(request) or bool(
        request.organisation and not _is_signed(request, "organisation")
    )


def _is_numbered(request: Request) -> bool:
    return any((request.cqc_location_id, request.cqc_provider_id, request.given_code))


def _is_signed(request: Request, fact: str) -> bool:
    """Whether the signature alone says that: of where somebody is, not of what they ask for."""
    found = request.found_in.get(fact)
    return found is not None and found.place == form.SIGNATURE


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


def _is_called(request: Request, call: Remembered) -> bool:
    """Whether it names the organisation of `call`, and not only one with a name like it."""
    mine, theirs = read_id(request.cqc_location_id), read_id(call.location_id)
    if mine and mine == theirs:
        return True
    return bool(request.organisation) and name_key(request.organisation) == name_key(
        call.organisation
    )


def _may_be_meant(request: Request, call: Remembered) -> bool:
    """Whether who asked before may mean `call`: they name it by its name alone, or not at all."""
    if request.postcode or _is_numbered(request):
        return False
    if request.organisation:
        return are_alike(request.organisation, call.organisation)
    return SENDER in call.shared


def _waits(call: Remembered) -> tuple[bool, datetime, int]:
    """Orders calls by how likely they are chased: those that wait for their sender come last."""
    return call.hold == Hold.AWAITING_REQUESTER.value, call.received_at, call.number
