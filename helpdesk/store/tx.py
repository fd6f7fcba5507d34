"""One transaction, and the questions that it answers."""

from collections.abc import Sequence

from sqlmodel import col, func, select

from helpdesk.errors import NotFound
from helpdesk.models import Agent, Call, Duty, Event, Operation
from helpdesk.references import number_of
from helpdesk.references import reference as reference_of
from helpdesk.store.arriving import ArrivingQuestions
from helpdesk.store.flagging import FlagQuestions
from helpdesk.store.mail import MailQuestions
from helpdesk.store.post import PostQuestions
from helpdesk.store.promises import PromiseQuestions
from helpdesk.store.unit import HELD


class Tx(PostQuestions, MailQuestions, ArrivingQuestions, PromiseQuestions, FlagQuestions):
    """One transaction. All that it writes happens at `now`."""

    # People

    def agent(self, name: str) -> Agent | None:
        return self.session.exec(select(Agent).where(Agent.name == name)).first()

    def agent_of(self, os_user: str) -> Agent | None:
        return self.session.exec(select(Agent).where(Agent.os_user == os_user)).first()

    def agent_numbered(self, agent_id: int | None) -> Agent | None:
        return None if agent_id is None else self.session.get(Agent, agent_id)

    def agents(self) -> Sequence[Agent]:
        return self.session.exec(select(Agent).order_by(col(Agent.name))).all()

    def open_calls_of(self, agent: Agent) -> int:
        """How many open calls that agent has."""
        theirs = (Call.owner_id == agent.id, col(Call.closed_at).is_(None))
        return self.session.exec(select(func.count()).select_from(Call).where(*theirs)).one()

    # Calls

    def call(self, reference: str) -> Call:
        """The call with that reference, held for this transaction. NotFound if there is none."""
        number = number_of(reference)
        found = self.session.get(Call, number, with_for_update=HELD)
        if found is None:
            raise NotFound(
                f"there is no call {reference_of(number)}; helpdesk list shows the open ones"
            )
        return found

    def last_event(self, call: Call, kind: str) -> Event | None:
        """The newest event of that kind that happened to the call."""
        mine = select(Event).where(Event.call_id == call.id, Event.kind == kind)
        return self.session.exec(mine.order_by(col(Event.id).desc())).first()

    def events(self, call: Call) -> list[Event]:
        """All that happened to the call, in the order in which it was written down."""
        mine = select(Event).where(Event.call_id == call.id).order_by(col(Event.id))
        return list(self.session.exec(mine).all())

    def calls_with_hold_due(self, limit: int) -> Sequence[Call]:
        """Calls on hold to which something comes now, the earliest first."""
        due = (
            select(Call)
            .where(col(Call.hold_check) <= self.now)
            .order_by(col(Call.hold_check), col(Call.id))
            .limit(limit)
        )
        return self.session.exec(due.with_for_update(key_share=True, skip_locked=True)).all()

    def forget_operation(self, key: str) -> None:
        """Let a unit of work be done again that may have been done under this key."""
        if done := self.session.get(Operation, key):
            self.session.delete(done)

    # Duties

    def duty(self, name: str) -> Duty:
        """The record of the duty, made if it has none yet."""
        found = self.session.get(Duty, name, with_for_update=True)
        return found or self.add(Duty(name=name))
