"""What a transaction asks about mail and who writes it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col, select

from helpdesk.models import (
    Attachment,
    BadAddress,
    Call,
    Event,
    Letter,
    Mailbox,
    MailState,
    Message,
    ReceivedMail,
)
from helpdesk.references import number_of
from helpdesk.store.unit import HELD, Unit

FEW, MANY = 20, 500
"""How many places one question names: what lies in a mailbox mostly, and in a folder of files."""


class _Parts(NamedTuple):
    """What the events of a call say of who has a part in it."""

    began: datetime | None  #: when the mail arrived that it began with
    attached: set[int]  #: mails that an agent laid to it
    joined: set[int]  #: calls that were merged into it


class MailQuestions(Unit):
    """Mail, its senders, and the letters that it answers or brings back."""

    def message_of(self, mail: ReceivedMail) -> Message | None:
        """What was read from that mail, if it was read."""
        mine = select(Message).where(Message.received_mail_id == mail.id)
        return self.session.exec(mine).first()

    def files_of(self, message: Message) -> list[str]:
        """The sha256 of each file that came with the message, in order."""
        mine = select(Attachment.sha256).where(Attachment.message_id == message.id)
        return sorted(self.session.exec(mine))

    def call_numbered(self, number: int) -> Call | None:
        """The call with that number, if there is one."""
        return self.session.get(Call, number, with_for_update=HELD)

    def held_of(
        self, mailbox: str, places: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], MailState]:
        """What became of the mails at these (validity, uid) in `mailbox`, if the store has them."""
        held: dict[tuple[str, str], MailState] = {}
        asked, connection = sorted(places), self.session.connection()
        for start in range(0, len(asked), MANY):
            some = asked[start : start + MANY]
            size = FEW if len(some) <= FEW else MANY
            some += some[-1:] * (size - len(some))  # two questions are put together, not hundreds
            values = {f"v{n}": validity for n, (validity, _) in enumerate(some)}
            values |= {f"u{n}": uid for n, (_, uid) in enumerate(some)}
            rows = connection.execute(_held(size), {"mailbox": mailbox, **values})
            held |= {(validity, uid): MailState(state) for validity, uid, state in rows}
        return held

    def mailbox(self, name: str) -> Mailbox:
        """The record of the mailbox, made if it has none yet."""
        found = self.session.get(Mailbox, name, with_for_update=True)
        return found or self.add(Mailbox(name=name))

    def call_with(self, message_ids: Sequence[str]) -> Call | None:
        """The call that the first known one of these Message-IDs belongs to: theirs, or ours."""
        for message_id in message_ids:
            for table in (Letter, Message):
                of = select(table.call_id).where(table.message_id == message_id)
                call_id = self.session.exec(of.order_by(col(table.id))).first()
                if call_id is not None:
                    return self.session.get_one(Call, call_id, with_for_update=HELD)
        return None

    def thread_of(self, call: Call) -> list[str]:
        """The Message-IDs of what passed between the requester and us, in the order it went."""
        theirs = select(Message.arrived_at, Message.message_id).where(
            Message.call_id == call.id, col(Message.automatic).is_(None)
        )
        ours = select(Letter.posted_at, Letter.message_id).where(
            Letter.call_id == call.id, col(Letter.kind).like("%.requester")
        )
        found = [
            *self.session.exec(theirs.order_by(col(Message.id))),
            *self.session.exec(ours.order_by(col(Letter.id))),
        ]
        return [message_id for _, message_id in sorted(found, key=itemgetter(0)) if message_id]

    def has_letters(self, occasion: str) -> bool:
        """Whether letters of that occasion were posted: their keys begin with it."""
        mine = col(Letter.key).startswith(f"{occasion}:", autoescape=True)
        return self.session.exec(select(Letter.id).where(mine).limit(1)).first() is not None

    def letter_with(self, message_id: str) -> Letter | None:
        """The letter of ours that bears this Message-ID."""
        return self.session.exec(select(Letter).where(Letter.message_id == message_id)).first()

    def letter_sealed(self, sealed: str) -> Letter | None:
        """The letter of ours whose Message-ID is made of this sealed id."""
        mine = col(Letter.message_id).startswith(f"<{sealed}@", autoescape=True)
        return self.session.exec(select(Letter).where(mine)).first()

    def last_letter_to(self, addresses: Collection[str], since: datetime) -> Letter | None:
        """The letter about a call that was last sent to one of these addresses."""
        mine = select(Letter).where(
            col(Letter.to_address).in_(addresses),
            col(Letter.call_id).is_not(None),
            col(Letter.sent_at) >= since,
        )
        return self.session.exec(mine.order_by(col(Letter.id).desc())).first()

    def belongs_to(self, call: Call, address: str) -> bool:
        """Whether this is the address of somebody who has a part in `call`.

        Of its requester, of who wrote the mail that it began with or that an agent laid to it, and
        of whoever was copied by one of them; the same for calls that were merged into it.
        """
        if not address:
            return False
        waiting, seen = {call.id or 0}, set[int]()
        while waiting:
            number = waiting.pop()
            one = self.session.get_one(Call, number)
            parts = self._parts_of(one)
            if address in self._members(one, parts):
                return True
            seen.add(number)
            waiting |= parts.joined - seen
        return False

    def flag_address(self, address: str, why: str) -> None:
        """Note that its own server says that nobody has this address."""
        row = self.session.get(BadAddress, address)
        if row is None:
            self.add(BadAddress(address=address, since=self.now, why=why))
        else:
            row.why = why

    def _parts_of(self, call: Call) -> _Parts:
        mine = select(Event.kind, Event.at, Event.facts).where(Event.call_id == call.id)
        events = self.session.exec(mine.order_by(col(Event.id))).all()
        return _Parts(
            began=next((at for _, at, facts in events if facts.get("source") == "mail"), None),
            attached={facts["mail"] for kind, _, facts in events if kind == "mail_attached"},
            joined={number_of(facts["other"]) for kind, _, facts in events if kind == "joined"},
        )

    def _members(self, call: Call, parts: _Parts) -> set[str]:
        mine = select(
            Message.received_mail_id, Message.arrived_at, Message.sender_address, Message.recipients
        ).where(Message.call_id == call.id, col(Message.automatic).is_(None))
        mails = self.session.exec(mine.order_by(col(Message.id))).all()
        first = next((number for number, arrived, *_ in mails if arrived == parts.began), None)
        members = {call.requester_email.lower()}
        for number, _, sender, recipients in mails:
            # Who is copied by a stranger does not belong: else a stranger could bring friends.
            if number == first or number in parts.attached or sender in members:
                members |= {sender, *recipients.lower().split(", ")}
        return members - {""}


@lru_cache
def _held(number: int) -> sa.TextClause:
    """Asks for so many places. In a list, SQLite would look through all mails of the mailbox."""
    places = ", ".join(f"(:v{n}, :u{n})" for n in range(number))
    return sa.text(
        f"WITH asked (validity, uid) AS (VALUES {places})"  # noqa: S608  # names of values alone
        " SELECT mail.validity, mail.uid, mail.state FROM asked JOIN received_mail AS mail"
        " ON mail.mailbox = :mailbox AND mail.validity = asked.validity AND mail.uid = asked.uid"
    )
