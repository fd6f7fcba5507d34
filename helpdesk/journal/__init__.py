"""The journal: what happened to a call, and the letters that it calls for, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from helpdesk.config.settings import Config
from helpdesk.intake import Kind
from helpdesk.journal import clocks
from helpdesk.journal.posting import frozen, usable
from helpdesk.models import Call, Event, Letter
from helpdesk.store import Tx
from notifications.letters import Audience, letters_for
from notifications.letters import Letter as Words
from notifications.message import Attachment
from workflows.definition import Workflow
from workflows.lifecycle import ODS_CODE
from workflows.targets import Policies

FIELDS = {
    "requester_name": "your name",
    "organisation": "the name of your organisation",
    "requester_phone": "your telephone number",
    "requester_email": "your e-mail address",
}
"""What a request can lack, as a letter asks for it."""

KINDS = {Kind.CARE_HOME: "care home", Kind.DOMICILIARY: "home care", None: ""}

Addresses = Mapping[Audience, Sequence[str]]


class Who(NamedTuple):
    """Who did something: the agent (or part of the desk), and whose hands it was."""

    by: str
    actor: str


@dataclass(frozen=True)
class Journal:
    """Writes events down, moves the clocks that they start and stop, and posts their letters."""

    config: Config

    def workflow(self, call: Call) -> Workflow:
        """The life cycle that `call` runs through."""
        return self.config.workflow(call.workflow)

    def policies(self, workflow: Workflow) -> Policies:
        """The policies in force for the targets of `workflow`."""
        return self.config.sla.policies_of(workflow, self.config.hours)

    def entered(
        self,
        tx: Tx,
        call: Call,
        state: str,
        who: Who,
        *,
        at: datetime | None = None,
        **facts: Any,
    ) -> Event:
        """Note that `call` entered `state`, at `at` or now; its clocks start and stop with that."""
        return self.note(tx, call, str(state), who, at=at, state=str(state), **facts)

    def note(
        self,
        tx: Tx,
        call: Call | None,
        kind: str,
        who: Who,
        *,
        at: datetime | None = None,
        state: str | None = None,
        **facts: Any,
    ) -> Event:
        """Note that something happened to `call`, with the plain facts of it.

        Its clocks move with that, by the rules of its workflow; this is the only way in which
        they do.
        """
        known = {name: value for name, value in facts.items() if value not in (None, "")}
        if call is not None and clocks.moves_clocks(kind, state):
            known |= self._moved(tx, call, kind, at or tx.now, state, known)
        return tx.write(
            Event(
                call_id=call.id if call else None,
                kind=kind,
                state=state,
                at=at or tx.now,
                recorded_at=tx.now,
                by=who.by,
                actor=who.actor,
                facts=known,
            )
        )

    def tell(
        self, tx: Tx, call: Call, event: Event, kind: str, addresses: Addresses, **facts: object
    ) -> list[Letter]:
        """Post the letters about `call` that `kind` calls for."""
        known = {**self.about_desk(), **self.about_call(tx, call), **facts}
        return self.post(tx, event, kind, addresses, known, call=call, thread=tx.thread_of(call))

    def post(  # noqa: PLR0913  # where it belongs, besides what it says
        self,
        tx: Tx,
        event: Event | None,
        kind: str,
        addresses: Addresses,
        facts: Mapping[str, object],
        *,
        call: Call | None = None,
        thread: Sequence[str] = (),
        key: str = "",
        attachments: Sequence[Attachment] = (),
    ) -> list[Letter]:
        """Put the letters that `kind` calls for into the outbox, built into their bytes.

        `key` tells the letters of one occasion from those of another, where no event does.
        """
        occasion, seal = str(event.id) if event else key, tx.seal()
        return [
            tx.add(
                frozen(self.config, tx.now, words, occasion, event, call, thread, attachments, seal)
            )
            for words in self.written(kind, addresses, facts)
        ]

    def written(self, kind: str, addresses: Addresses, facts: Mapping[str, object]) -> list[Words]:
        """The letters that `kind` calls for, in words: what takes long, and needs no lock."""
        reached = {audience: usable(each) for audience, each in addresses.items()}
        return letters_for(kind, facts, reached)

    def post_written(self, tx: Tx, letters: Sequence[Words]) -> list[Letter]:
        """Put letters into the outbox that are `written`, and are about no one call."""
        seal = tx.seal()
        return [
            tx.add(frozen(self.config, tx.now, each, "", None, None, (), (), seal))
            for each in letters
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
        targets = (*ODS_CODE.targets, *self.workflow(call).targets)
        dues: dict[str, datetime | None] = {target.name: None for target in targets}
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

    def _moved(
        self,
        tx: Tx,
        call: Call,
        kind: str,
        at: datetime,
        state: str | None,
        facts: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Move the clocks of `call`; what its event has to say of them besides `facts`."""
        workflow = self.workflow(call)
        policies = clocks.policies_of(facts, tx.calendar, self.policies(workflow))
        what = clocks.happening(kind, at, state, facts, policies)
        ended, named = clocks.move(tx, workflow, call, what)
        for row in ended:
            tx.forget_warnings(row)
        if state is not None:
            call.state, call.step = state, command_from(workflow, state)
        return {"policies": named} if named else {}


def command_from(workflow: Workflow, state: str) -> str:
    """The command that takes the usual step from `state`; its reference follows."""
    step = workflow.usual_step(state)
    if step is None:
        return ""
    return str(step) if workflow is ODS_CODE else f"step {step}"
