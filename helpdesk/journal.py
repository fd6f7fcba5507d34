"""The journal: what happened to a call, and the letters that it calls for, in one transaction."""

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from helpdesk.config.settings import Config
from helpdesk.intake import Kind
from helpdesk.models import Call, Clock, Event, Letter
from helpdesk.store import Tx
from notifications import message
from notifications.headers import BadAddress, mailbox
from notifications.letters import Audience, letters_for
from workflows import sla
from workflows.lifecycle import WITHOUT_A_CODE, State
from workflows.targets import TARGETS

FIELDS = {
    "requester_name": "your name",
    "organisation": "the name of your organisation",
    "requester_phone": "your telephone number",
    "requester_email": "your e-mail address",
}
"""What a request can lack, as a letter asks for it."""

KINDS = {Kind.CARE_HOME: "care home", Kind.DOMICILIARY: "home care", None: ""}

AUTOMATIC = frozenset({"received", "at_risk", "breached"})
"""Events whose letters no person's deed calls for."""

PRIORITIES = {"breached": 1, "at_risk": 2, "received": 8}
"""What goes first, the lower the sooner; a receipt never holds up an alert."""
PRIORITY, URGENT_PRIORITY = 5, 3

LOG = logging.getLogger(__name__)

Addresses = Mapping[Audience, Sequence[str]]


class Who(NamedTuple):
    """Who did something: the agent (or part of the desk), and whose hands it was."""

    by: str
    actor: str


@dataclass(frozen=True)
class Journal:
    """Writes events down, moves the clocks that they start and stop, and posts their letters."""

    config: Config

    def entered(
        self,
        tx: Tx,
        call: Call,
        state: State,
        who: Who,
        *,
        at: datetime | None = None,
        **facts: Any,
    ) -> Event:
        """Note that `call` entered `state`, at `at` or now; its clocks start and stop with that."""
        moment = at or tx.now
        call.state = state
        self._move_clocks(tx, call, state, moment)
        return self.note(tx, call, state.value, who, at=moment, state=state, **facts)

    def note(
        self,
        tx: Tx,
        call: Call | None,
        kind: str,
        who: Who,
        *,
        at: datetime | None = None,
        state: State | None = None,
        clock: Clock | None = None,
        **facts: Any,
    ) -> Event:
        """Note that something happened to `call`, with the plain facts of it."""
        return tx.add(
            Event(
                call_id=call.id if call else None,
                kind=kind,
                state=state,
                target=clock.target if clock else None,
                cycle=clock.cycle if clock else None,
                at=at or tx.now,
                recorded_at=tx.now,
                by=who.by,
                actor=who.actor,
                facts={name: value for name, value in facts.items() if value not in (None, "")},
            )
        )

    def changed_urgency(self, tx: Tx, call: Call) -> None:
        """Let the running clocks of `call` warn as early as its urgency wants."""
        for row in tx.clocks(call):
            row.keep(sla.with_urgency(row.reading, urgent=call.urgent))

    def tell(
        self, tx: Tx, call: Call, event: Event, kind: str, addresses: Addresses, **facts: object
    ) -> list[Letter]:
        """Post the letters about `call` that `kind` calls for."""
        known = {**self.about_desk(), **self.about_call(tx, call), **facts}
        first = tx.first_message(call)
        return self.post(
            tx, event, kind, addresses, known, call=call, thread=first.message_id if first else None
        )

    def post(
        self,
        tx: Tx,
        event: Event | None,
        kind: str,
        addresses: Addresses,
        facts: Mapping[str, object],
        *,
        call: Call | None = None,
        thread: str | None = None,
    ) -> list[Letter]:
        """Put the letters that `kind` calls for into the outbox, built into their bytes."""
        usable = {audience: _usable(each) for audience, each in addresses.items()}
        return [
            tx.add(self._letter(tx, letter, event, call, thread))
            for letter in letters_for(kind, facts, usable)
        ]

    def requester(self, call: Call) -> Addresses:
        """Where letters to the requester of `call` go."""
        return {Audience.REQUESTER: [call.requester_email]}

    def missing(self, call: Call) -> list[str]:
        """What the call still lacks, as a letter asks for it."""
        return [words for name, words in FIELDS.items() if not getattr(call, name)]

    def about_desk(self) -> dict[str, object]:
        """What every letter may say of the desk."""
        desk = self.config.desk
        about = {"name": desk.name, "address": desk.address, "phone": desk.phone}
        return {"desk": about, "zone": desk.zone}

    def about_call(self, tx: Tx, call: Call) -> dict[str, object]:
        """What a letter may say of a call."""
        owner = tx.agent_numbered(call.owner_id)
        dues: dict[str, datetime | None] = {target.name: None for target in TARGETS}
        dues.update({row.target: row.due_at for row in tx.clocks(call)})
        about = {
            "reference": call.reference,
            "requester_name": call.requester_name,
            "organisation": call.organisation,
            "kind": KINDS[call.kind],
            "urgent": call.urgent,
            "urgent_reason": call.urgent_reason,
            "received_at": call.received_at,
            "promise_at": call.promise_at,
            "owner": owner.full_name if owner else "",
            "missing": self.missing(call),
        }
        return {"call": about, "due": dues}

    def _move_clocks(self, tx: Tx, call: Call, state: State, at: datetime) -> None:
        rows = {row.target: row for row in tx.clocks(call)}  # of each target the newest cycle
        for target in TARGETS:
            row = rows.get(target.name)
            if row and row.stopped_at is None:
                if target.stops is state:
                    row.keep(sla.stop(row.reading, at))
                elif state is State.CLOSED and call.outcome in WITHOUT_A_CODE:
                    row.keep(sla.cancel(row.reading, at))
            if target.starts is state and row is None:
                policy = self.config.sla.policies[target.name]
                clock = sla.start(target.name, policy, at, urgent=call.urgent)
                tx.add(Clock.begun(call, clock))

    def _letter(
        self, tx: Tx, letter: Any, event: Event | None, call: Call | None, thread: str | None
    ) -> Letter:
        desk, automatic = self.config.desk, letter.event in AUTOMATIC
        kind = f"{letter.event}.{letter.audience.value}"
        stem = call.reference.lower() if call else letter.event
        message_id = f"<{stem}.{secrets.token_hex(10)}@{desk.address.partition('@')[2]}>"
        raw = message.build(
            letter,
            sender=f"{desk.name} <{desk.address}>",
            reply_to=None,
            message_id=message_id,
            date=tx.now,
            in_reply_to=thread,
            references=[thread] if thread else [],
            automatic=automatic,
        )
        urgent = bool(call and call.urgent)
        null = automatic and self.config.smtp.null_sender
        return Letter(
            key=f"{event.id if event else message_id}:{kind}:{letter.to}",
            call_id=call.id if call else None,
            event_id=event.id if event else None,
            kind=kind,
            to_address=letter.to,
            envelope_sender="" if null else desk.address,
            subject=letter.subject,
            message_id=message_id,
            raw=raw,
            priority=PRIORITIES.get(letter.event, URGENT_PRIORITY if urgent else PRIORITY),
            posted_at=tx.now,
            send_at=tx.now,
        )


def _usable(addresses: Sequence[str]) -> list[str]:
    """Those that mail can be sent to: a bad one must not keep a letter from the others."""
    return [address for address in dict.fromkeys(addresses) if _can_be_sent_to(address)]


def _can_be_sent_to(address: str) -> bool:
    try:
        mailbox(address)
    except BadAddress:
        if address:
            LOG.warning("a letter was not posted: its address cannot be used")
        return False
    return True
