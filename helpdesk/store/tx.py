"""One transaction, the moment at which all of it happens, and the questions that it answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from helpdesk.database import Row
from helpdesk.errors import NotFound
from helpdesk.models import (
    Agent,
    Alert,
    Call,
    Clock,
    Duty,
    Event,
    Letter,
    LetterState,
    MailState,
    Message,
    ReceivedMail,
)
from helpdesk.references import number_of
from helpdesk.references import reference as reference_of

T = TypeVar("T")

MOST_AT_ONCE = 1000
"""How many values one question names: databases set a limit to that."""


@dataclass(frozen=True)
class Tx:
    """One transaction. All that it writes happens at `now`."""

    session: Session
    now: datetime

    def add(self, row: T) -> T:
        """Keep a new row; it has its number afterwards."""
        self.session.add(row)
        self.session.flush()
        return row

    def rows(self, sql: str, **parameters: object) -> Sequence[Row]:
        """What `sql` answers: this makes a transaction a Reader."""
        answer = self.session.execute(sa.text(sql), parameters)
        return [dict(row) for row in answer.mappings()]

    def alone(self, name: str) -> None:
        """Let no other transaction do what bears this name before this one ends."""
        if self.session.get_bind().dialect.name == "postgresql":  # SQLite has one writer
            self.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(name))))

    # People

    def agent(self, name: str) -> Agent | None:
        return self.session.exec(select(Agent).where(Agent.name == name)).first()

    def agent_of(self, os_user: str) -> Agent | None:
        return self.session.exec(select(Agent).where(Agent.os_user == os_user)).first()

    def agent_numbered(self, agent_id: int | None) -> Agent | None:
        return None if agent_id is None else self.session.get(Agent, agent_id)

    def agents(self) -> Sequence[Agent]:
        return self.session.exec(select(Agent).order_by(col(Agent.name))).all()

    # Calls

    def call(self, reference: str) -> Call:
        """The call with that reference, held for this transaction. NotFound if there is none."""
        number = number_of(reference)
        found = self.session.get(Call, number, with_for_update=True)
        if found is None:
            raise NotFound(
                f"there is no call {reference_of(number)}; helpdesk list shows the open ones"
            )
        return found

    def clocks(self, call: Call) -> Sequence[Clock]:
        """The call's clocks, in the order in which they started."""
        mine = select(Clock).where(Clock.call_id == call.id)
        return self.session.exec(mine.order_by(col(Clock.id))).all()

    def last_event(self, call: Call, kind: str) -> Event | None:
        """The newest event of that kind that happened to the call."""
        mine = select(Event).where(Event.call_id == call.id, Event.kind == kind)
        return self.session.exec(mine.order_by(col(Event.id).desc())).first()

    def due_clocks(self, limit: int) -> Sequence[tuple[Clock, Call]]:
        """Running clocks whose moment has come, with their calls, the earliest first.

        On PostgreSQL those that another daemon holds are passed over; SQLite has one writer.
        """
        due = (
            select(Clock, Call)
            .join(Call, col(Call.id) == col(Clock.call_id))
            .where(col(Clock.next_check) <= self.now)
            .order_by(col(Clock.next_check))
            .limit(limit)
        )
        return self.session.exec(due.with_for_update(skip_locked=True)).all()

    def stages_told(self, call_ids: Collection[int]) -> set[tuple[int, str, int, str]]:
        """The (call, target, cycle, stage) that these calls were flagged for already."""
        told = select(Alert.call_id, Alert.target, Alert.cycle, Alert.stage)
        return set(self.session.exec(told.where(col(Alert.call_id).in_(call_ids))).all())

    def untold(self, stage: str, audience: str) -> Sequence[tuple[Alert, Clock, Call]]:
        """Alerts that no letter carries yet, the longest overdue first."""
        waiting = (
            select(Alert, Clock, Call)
            .join(Call, col(Call.id) == col(Alert.call_id))
            .join(
                Clock,
                (col(Clock.call_id) == col(Alert.call_id))
                & (col(Clock.target) == col(Alert.target))
                & (col(Clock.cycle) == col(Alert.cycle)),
            )
            .where(Alert.stage == stage, Alert.audience == audience, col(Alert.letter_id).is_(None))
            .order_by(col(Clock.due_at), col(Alert.id))
        )
        return self.session.exec(waiting.with_for_update(of=Alert, skip_locked=True)).all()

    # Mail

    def mail_at(self, mailbox: str, validity: str, uid: str) -> ReceivedMail | None:
        """The mail that was stored from that place."""
        place = (
            ReceivedMail.mailbox == mailbox,
            ReceivedMail.validity == validity,
            ReceivedMail.uid == uid,
        )
        return self.session.exec(select(ReceivedMail).where(*place)).first()

    def places_in(self, mailbox: str) -> set[tuple[str, str]]:
        """The (validity, uid) of all mails that were stored from `mailbox`."""
        where = ReceivedMail.mailbox == mailbox
        found = self.session.exec(select(ReceivedMail.validity, ReceivedMail.uid).where(where))
        return set(found.all())

    def states_in(self, mailbox: str, uids: Collection[str]) -> Sequence[tuple[str, MailState]]:
        """What became of those mails of `mailbox`, by their uid."""
        found: list[tuple[str, MailState]] = []
        asked = sorted(uids)
        for start in range(0, len(asked), MOST_AT_ONCE):
            some = col(ReceivedMail.uid).in_(asked[start : start + MOST_AT_ONCE])
            mine = select(col(ReceivedMail.uid), col(ReceivedMail.state)).where(some)
            found += self.session.exec(mine.where(ReceivedMail.mailbox == mailbox)).all()
        return found

    def mail_with(self, sha256: str) -> ReceivedMail | None:
        """The first mail with those bytes."""
        same = select(ReceivedMail).where(ReceivedMail.sha256 == sha256)
        return self.session.exec(same.order_by(col(ReceivedMail.id))).first()

    def mail(self, mail_id: int) -> ReceivedMail:
        return self.session.get_one(ReceivedMail, mail_id, with_for_update=True)

    def waiting_mail(self) -> Sequence[int]:
        """The mails that nothing was done about yet: those not tried yet first, then the oldest.

        So a mail that ends the process that reads it holds up the others once at most.
        """
        waiting = select(ReceivedMail.id).where(ReceivedMail.state == MailState.WAITING)
        found = self.session.exec(
            waiting.order_by(col(ReceivedMail.tries), col(ReceivedMail.arrived_at))
        )
        return [mail_id for mail_id in found if mail_id is not None]

    def call_of_thread(self, message_ids: Sequence[str]) -> Call | None:
        """The call that the first known one of these Message-IDs belongs to: theirs, or ours."""
        for message_id in message_ids:
            for table in (Letter, Message):
                of = select(table.call_id).where(table.message_id == message_id)
                call_id = self.session.exec(of).first()
                if call_id is not None:
                    return self.session.get_one(Call, call_id, with_for_update=True)
        return None

    def first_message(self, call: Call) -> Message | None:
        mine = select(Message).where(Message.call_id == call.id)
        return self.session.exec(mine.order_by(col(Message.id))).first()

    # Letters

    def letters_to(self, address: str, kind: str, since: datetime) -> int:
        """How many letters of that kind were posted to `address` from `since` on."""
        mine = select(sa.func.count()).select_from(Letter)
        where = (Letter.to_address == address, Letter.kind == kind, Letter.posted_at >= since)
        return self.session.exec(mine.where(*where)).one()

    def letters_due(self, limit: int) -> Sequence[Letter]:
        """Waiting letters whose moment has come: the most important first, then the oldest.

        Those at which the channel stopped come last, lest one letter hold up all others.
        """
        due = select(Letter).where(
            Letter.state == LetterState.WAITING, col(Letter.send_at) <= self.now
        )
        first = (col(Letter.refusals), col(Letter.priority), col(Letter.send_at))
        order = due.order_by(*first).limit(limit)
        return self.session.exec(order.with_for_update(skip_locked=True)).all()

    def letters_claimed(self) -> Sequence[Letter]:
        """Letters that some process holds at the moment, or held when it died."""
        held = select(Letter).where(Letter.state == LetterState.WAITING, Letter.claimed_by != "")
        return self.session.exec(held).all()

    def rest_letters(self, until: datetime, why: str) -> None:
        """Let all letters that are due wait `until` then, and note `why`."""
        self.session.flush()
        due = (col(Letter.state) == LetterState.WAITING, col(Letter.send_at) <= self.now)
        later = {"send_at": until, "error": why, "version": col(Letter.version) + 1}
        self.session.execute(sa.update(Letter).where(*due).values(later))

    def wake_letters(self) -> None:
        """Let the letters that rest until the channel is mended be due at once."""
        self.session.flush()
        resting = (
            col(Letter.state) == LetterState.WAITING,
            col(Letter.claimed_by) == "",
            col(Letter.tries) == 0,
            col(Letter.error) != "",
        )
        now = {"send_at": self.now, "version": col(Letter.version) + 1}
        self.session.execute(sa.update(Letter).where(*resting).values(now))

    def letter(self, letter_id: int) -> Letter:
        return self.session.get_one(Letter, letter_id, with_for_update=True)

    # Duties

    def duty(self, name: str) -> Duty:
        """The record of the duty, made if it has none yet."""
        found = self.session.get(Duty, name, with_for_update=True)
        return found or self.add(Duty(name=name))
