"""Which call a mail goes on with, and who writes it: what it proves, and what it only says."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from helpdesk.config.settings import Config
from helpdesk.desk.addresses import is_of_the_desk
from helpdesk.intake import Message, authenticity
from helpdesk.models import Call, Trust
from helpdesk.references import number_of, reference
from helpdesk.store import Tx
from workflows.lifecycle import Outcome

_TAG = re.compile(r"\bODS-(\d{1,9})\b", re.IGNORECASE)

WELL_KNOWN = ("nhs.net", "nhs.uk", "cqc.org.uk")
"""Domains that a stranger would like to be taken for."""


class Thread(NamedTuple):
    """The call that a mail goes on with, and a call that it only names."""

    call: Call | None = None
    claims: Call | None = None  #: its subject names it, and its sender has no part in it


class Sender(NamedTuple):
    """Who wrote a mail, as far as that can be known."""

    is_desk: bool  #: an agent, or the desk itself
    trust: Trust
    oddity: str  #: in what way the name or the address misleads; "" if it does not
    is_doubted: bool  #: the desk's mail server vouches for senders, and not for this one


def thread_of(tx: Tx, config: Config, message: Message, sender: Sender) -> Thread:
    """The call of the thread that `message` belongs to.

    Our sealed ids count first, then every Message-ID that is stored: colleagues answer the
    requester's own mail. A reference in the subject counts for those alone who have a part in the
    call, for anybody can write one, and anybody's address above it.
    """
    answered = [*message.in_reply_to, *reversed(message.references)]
    seal = tx.seal()
    for text in (*answered, *_plus(config, message)):
        stem = seal.opened(text)
        if stem and (call := _numbered(tx, stem)):
            return Thread(going_on(tx, call))
    if call := tx.call_with(answered):
        return Thread(going_on(tx, call))
    named = next(_tagged(tx, message.subject), None)
    if named is None:
        return Thread()
    if sender.is_desk or has_part_in(tx, named, message, sender):
        return Thread(going_on(tx, named))
    return Thread(claims=named)


def has_part_in(tx: Tx, call: Call, message: Message, sender: Sender) -> bool:
    """Whether who wrote `message` belongs to `call`, as far as anybody can tell."""
    return not sender.is_doubted and tx.belongs_to(call, message.sender.address)


def sender_of(tx: Tx, config: Config, message: Message) -> Sender:
    """Who wrote `message`. The desk's own mail server is believed, and nobody else's.

    Where it vouches for senders, an agent for whom it does not is none.
    """
    name, address = message.sender
    domain = address.rpartition("@")[2]
    trust = _trust(tx, config, message, domain)
    is_doubted = bool(config.intake.trusts) and trust is Trust.CLAIMED
    is_desk = is_of_the_desk(tx, config, address)
    oddity = authenticity.deceives(name, address, {_domain(config.desk.address), *WELL_KNOWN})
    if is_desk and is_doubted:
        oddity = "it says that it comes from the desk, and nobody vouches for that"
    return Sender(is_desk and not is_doubted, trust, oddity, is_doubted)


def oddity_beside(call: Call, message: Message, sender: Sender) -> str:
    """In what way the sender misleads those who work `call`: they know its requester's domain."""
    known = {_domain(call.requester_email)} - {""}
    return sender.oddity or authenticity.deceives(*message.sender, known)


def going_on(tx: Tx, call: Call) -> Call:
    """Of merged calls, the one that is left."""
    while call.original_id and call.outcome == Outcome.DUPLICATE:
        call = tx.call(reference(call.original_id))
    return call


def _domain(address: str) -> str:
    return address.lower().rpartition("@")[2]


def _trust(tx: Tx, config: Config, message: Message, domain: str) -> Trust:
    if message.automatic:
        return Trust.AUTOMATIC
    server = config.intake.trusts
    if server:
        passed = authenticity.dmarc_passed(message.authenticated, server, domain)
        return Trust.VERIFIED if passed else Trust.CLAIMED
    return Trust.KNOWN if tx.knows(message.sender.address) else Trust.CLAIMED


def _plus(config: Config, message: Message) -> Iterator[str]:
    """What stands behind the plus sign of the desk's address, where mail was sent to."""
    local, _, domain = config.desk.address.lower().partition("@")
    for address in message.addressed:
        if address.startswith(f"{local}+") and address.endswith(f"@{domain}"):
            yield address


def _tagged(tx: Tx, subject: str) -> Iterator[Call]:
    for found in _TAG.finditer(subject):
        if call := _numbered(tx, found[0]):
            yield call


def _numbered(tx: Tx, text: str) -> Call | None:
    found = _TAG.fullmatch(text)
    return tx.call_numbered(number_of(text)) if found else None
