"""What a transaction asks of the post: mail that came in, and letters that go out."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col, select

from helpdesk.models import METADATA, Call, Letter, LetterState, Message
from helpdesk.store.unit import Unit

_LETTER = METADATA.tables["letter"]
_LETTERS = _LETTER.c
_SENT = (
    sa.update(_LETTER)
    .where(_LETTERS.id == sa.bindparam("letter_id"))
    .values(
        state=LetterState.SENT,
        sent_at=sa.bindparam("now"),
        send_at=None,
        claimed_by="",
        error="",
        tries=_LETTERS.tries + 1,
        version=_LETTERS.version + 1,
    )
)
"""That a server took a letter: one statement, for it is done for each."""


class LetterInHand(NamedTuple):
    """What is needed to send a letter."""

    id: int
    raw: bytes
    to_address: str
    envelope_sender: str


class PostQuestions(Unit):
    """Letters, and what passed between the desk and a requester."""

    def claim_letters(self, limit: int, holder: str, until: datetime) -> Sequence[LetterInHand]:
        """Put waiting letters whose moment has come into the hands of `holder` until then.

        The most important first, then the oldest. Those at which the channel stopped come last,
        lest one letter hold up all others.
        """
        due = (Letter.state == LetterState.WAITING, col(Letter.send_at) <= self.now)
        first = (col(Letter.refusals), col(Letter.priority), col(Letter.send_at))
        order = select(Letter.id).where(*due).order_by(*first).limit(limit)
        chosen = self.session.exec(order.with_for_update(skip_locked=True)).all()
        held = {"claimed_by": holder, "send_at": until, "version": _LETTERS.version + 1}
        connection = self.session.connection()
        connection.execute(sa.update(_LETTER).where(_LETTERS.id.in_(chosen)).values(held))
        in_hand = sa.select(*(_LETTERS[name] for name in LetterInHand._fields))
        found = {row.id: row for row in connection.execute(in_hand.where(_LETTERS.id.in_(chosen)))}
        return [LetterInHand(*found[each]) for each in chosen]

    def number_of_letters_due(self) -> int:
        due = (Letter.state == LetterState.WAITING, col(Letter.send_at) <= self.now)
        return self.session.exec(select(sa.func.count(col(Letter.id))).where(*due)).one()

    def letters_gone(self, since: datetime) -> int:
        """How many letters were sent after `since`, or are in the hands of a process."""
        gone = (
            (col(Letter.sent_at) > since,),
            (col(Letter.state) == LetterState.WAITING, col(Letter.claimed_by) != ""),
        )
        number = select(sa.func.count(col(Letter.id)))
        return sum(self.session.exec(number.where(*where)).one() for where in gone)

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

    def note_sent(self, letter_id: int) -> None:
        """Note that a letter was sent now, whoever holds it: that the server took it is a fact."""
        here = {"letter_id": letter_id, "now": self.now}
        self.session.connection().execute(_SENT, here)

    def letter(self, letter_id: int) -> Letter:
        return self.session.get_one(Letter, letter_id, with_for_update=True)

    def last_message_at(self, call: Call) -> datetime | None:
        """When the last mail passed between the desk and the requester, chasers left out."""
        theirs = select(sa.func.max(col(Message.arrived_at))).where(
            Message.call_id == call.id, col(Message.automatic).is_(None)
        )
        ours = select(sa.func.max(col(Letter.posted_at))).where(
            Letter.call_id == call.id,
            col(Letter.kind).like("%.requester"),
            Letter.kind != "chaser.requester",
        )
        found = [self.session.exec(question).one() for question in (theirs, ours)]
        return max((moment for moment in found if moment), default=None)
