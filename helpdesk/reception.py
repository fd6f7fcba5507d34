"""What arrives: each mail is stored byte for byte first, and only then read and acted on."""

import hashlib
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from helpdesk.desk import holds
from helpdesk.desk.again import is_long_over
from helpdesk.desk.raising import raised
from helpdesk.errors import FileUnreadable, HelpdeskError
from helpdesk.intake import Delivery, Message, Request, Source, form, mail
from helpdesk.intake.automatic import WEAK_SIGNS
from helpdesk.journal import Journal, Who
from helpdesk.lives import is_dead, mine
from helpdesk.models import Attachment, Call, MailState, ReceivedMail
from helpdesk.models import Message as MessageRow
from helpdesk.references import reference
from helpdesk.store import Answer, Store, Tx
from notifications.headers import BadAddress, mailbox
from notifications.letters import Audience
from workflows.lifecycle import Outcome, State

INTAKE = Who("intake", "intake")

TRIES = 3
"""A mail that could not be handled this often is set aside for a person."""

LEASE = timedelta(minutes=10)
"""For how long a mail is left to the process of another machine that reads it."""

RECEIPTS_A_DAY = 3
"""How many automatic receipts one address gets in 24 hours: a loop ends here at the latest."""

LOG = logging.getLogger(__name__)


class TakenIn(NamedTuple):
    """What became of the mails that were waiting."""

    raised: int = 0
    threaded: int = 0  #: laid to a call that was there
    filed: int = 0  #: automatic mail
    duplicates: int = 0
    quarantined: int = 0
    failed: int = 0  #: to be tried again

    def __add__(self, other: tuple[int, ...]) -> "TakenIn":  # type: ignore[override]  # adds, not joins
        return TakenIn(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


Still = Callable[[], bool]


def take_in(store: Store, journal: Journal, source: Source, still: Still = lambda: True) -> TakenIn:
    """Take in all that waits at `source`, and what an earlier run stored and did not finish.

    A mail is put away at its source only when the store holds what became of it. FileUnreadable,
    once all the others are taken in, if some could not be read.
    """
    places = store.run(lambda tx: tx.places_in(source.mailbox))
    seen: set[str] = set()

    def known(validity: str, uid: str) -> bool:
        seen.add(uid)
        return (validity, uid) in places

    unreadable = None
    try:
        for delivery in source.waiting(known):
            store.run(partial(keep, delivery=delivery))
            seen.add(delivery.uid)
            if not still():
                break
    except FileUnreadable as error:
        unreadable = error
    result = take_in_stored(store, journal, still)
    for uid, state in store.run(lambda tx: tx.states_in(source.mailbox, seen)):
        if state is not MailState.WAITING:
            source.settle(uid, quarantined=state is MailState.QUARANTINED)
    if unreadable:
        raise unreadable
    return result


def take_in_one(store: Store, journal: Journal, delivery: Delivery) -> TakenIn:
    """Take in one mail that somebody hands over, as a mail server's pipe does."""
    store.run(lambda tx: keep(tx, delivery))
    return take_in_stored(store, journal)


def take_in_stored(store: Store, journal: Journal, still: Still = lambda: True) -> TakenIn:
    """Act on every mail that is stored and waits, the oldest first, as long as `still()`."""
    result = TakenIn()
    for mail_id in store.run(lambda tx: tx.waiting_mail()):
        if not still():
            break
        result += _take_in_one(store, journal, mail_id)
    return result


def keep(tx: Tx, delivery: Delivery) -> int:
    """Store a mail's bytes, once for each place where it lay; its number."""
    if known := tx.mail_at(delivery.mailbox, delivery.validity, delivery.uid):
        return known.id or 0
    sha256 = hashlib.sha256(delivery.raw).hexdigest()
    tx.alone(f"mail {sha256}")
    same = tx.mail_with(sha256)
    row = ReceivedMail(
        mailbox=delivery.mailbox,
        validity=delivery.validity,
        uid=delivery.uid,
        sha256=sha256,
        size=len(delivery.raw),
        raw=None if same else delivery.raw,
        arrived_at=min(delivery.arrived_at, tx.now),
        stored_at=tx.now,
        state=MailState.DUPLICATE if same else MailState.WAITING,
        reason=f"the same bytes as mail {same.id}" if same else "",
        call_id=same.call_id if same else None,
    )
    return tx.add(row).id or 0


def _take_in_one(store: Store, journal: Journal, mail_id: int) -> TakenIn:
    tries, raw = store.run(lambda tx: _count_try(tx, mail_id))
    if not tries:
        return TakenIn()  # another daemon was faster
    if tries > TRIES:
        return store.run(lambda tx: _set_aside(tx, journal, mail_id, "it ended this program"))
    try:
        message = mail.read(raw)
        work = _Work(journal, mail_id, message, form.read(message))
        done = store.once(f"mail:{mail_id}", "take in", INTAKE.by, work.act)
    except HelpdeskError:
        with suppress(HelpdeskError):  # the store itself is away: the mail is not to blame
            store.run(lambda tx: _give_back(tx, mail_id))
        raise
    except Exception as bug:
        LOG.exception("mail %d could not be taken in", mail_id)
        reason = f"{type(bug).__name__}: {bug}"[:500]
        return store.run(lambda tx: _failed(tx, journal, mail_id, reason))
    became = None if done.repeated else done.answer.get("became")
    return TakenIn(**{became: 1}) if became else TakenIn()


def _count_try(tx: Tx, mail_id: int) -> tuple[int, bytes]:
    """Count a try before it is made, so that a mail that kills the process is counted too."""
    row = tx.mail(mail_id)
    holder, until = row.claimed_by, row.claimed_until
    held = holder not in ("", mine()) and until and until > tx.now and not is_dead(holder)
    if row.state is not MailState.WAITING or held:
        return 0, b""
    # Who claimed it and is still alive was kept from it by the database, not by the mail.
    row.tries += holder != mine()
    row.claimed_by, row.claimed_until = mine(), tx.now + LEASE
    return row.tries, row.raw or b""


def _give_back(tx: Tx, mail_id: int) -> None:
    """Leave a mail as if it had not been tried."""
    row = tx.mail(mail_id)
    if row.claimed_by == mine() and row.state is MailState.WAITING:
        row.tries, row.claimed_by = row.tries - 1, ""


def _failed(tx: Tx, journal: Journal, mail_id: int, reason: str) -> TakenIn:
    row = tx.mail(mail_id)
    row.reason = reason if row.state is MailState.WAITING else row.reason
    row.claimed_by = ""
    return _set_aside(tx, journal, mail_id, reason) if row.tries >= TRIES else TakenIn(failed=1)


def _set_aside(tx: Tx, journal: Journal, mail_id: int, reason: str) -> TakenIn:
    """Give up reading a mail, and raise a call for a person to read it."""
    row = tx.mail(mail_id)
    if row.state is not MailState.WAITING:
        return TakenIn()  # done already, perhaps by us before the connection was lost
    words = f"no program could read this mail ({reason}); helpdesk show --save FOLDER has it"
    request = Request(unreadable=words)
    call = raised(tx, journal, request, INTAKE, row.arrived_at, source="mail")
    row.state, row.reason, row.call_id = MailState.QUARANTINED, reason, call.id
    return TakenIn(quarantined=1)


class _Work(NamedTuple):
    """What is to be done about one mail, once it is read."""

    journal: Journal
    mail_id: int
    message: Message
    request: Request

    def act(self, tx: Tx) -> Answer:
        """Lay the mail to its call, file it, or raise a call for it."""
        row = tx.mail(self.mail_id)
        if row.state is not MailState.WAITING:
            return {}  # set aside meanwhile
        message = self.message
        call = self._going_on(tx, [*message.in_reply_to, *reversed(message.references)])
        why = message.automatic or self._loop()
        if why and (call or why not in WEAK_SIGNS or not form.asks(self.request)):
            return self._file(tx, row, call, why)
        if call is not None and not is_long_over(self.journal, call, row.arrived_at):
            return self._lay(tx, row, call)
        return self._raise(tx, row, why, follows=call)

    @staticmethod
    def _going_on(tx: Tx, thread: Sequence[str]) -> Call | None:
        """The call that the thread belongs to now: of merged ones, the one that is left."""
        call = tx.call_of_thread(thread)
        while call and call.original_id and call.outcome == Outcome.DUPLICATE:
            call = tx.call(reference(call.original_id))
        return call

    def _loop(self) -> str | None:
        mine = self.journal.config.desk.address.casefold()
        return "it comes from the desk itself" if self.message.sender.address == mine else None

    def _file(self, tx: Tx, row: ReceivedMail, call: Call | None, why: str) -> Answer:
        row.state, row.reason = MailState.FILED, why
        self._keep_message(tx, row, call, why)
        if call is not None:
            self.journal.note(tx, call, "automatic_mail", INTAKE, at=row.arrived_at, why=why)
        return {"became": "filed"}

    def _lay(self, tx: Tx, row: ReceivedMail, call: Call) -> Answer:
        """Lay a reply to its call. No mail ever changes a state: an agent reads it."""
        row.state = MailState.TAKEN
        if call.hold is not None:
            holds.end(tx, self.journal, call, INTAKE, row.arrived_at, why="a reply came")
        self._keep_message(tx, row, call, None)
        call.reply_waiting = True
        self.journal.note(tx, call, "reply", INTAKE, at=row.arrived_at, mail=row.id)
        return {"became": "threaded", "reference": call.reference}

    def _raise(
        self, tx: Tx, row: ReceivedMail, automatic: str | None, follows: Call | None
    ) -> Answer:
        """Raise a call; one for what looks automatic and asks for a code too, but no receipt."""
        row.state = MailState.TAKEN
        twin = tx.call_of_thread([self.message.message_id] if self.message.message_id else [])
        call = raised(tx, self.journal, self.request, INTAKE, row.arrived_at, source="mail")
        self._keep_message(tx, row, call, automatic)
        if twin is not None:
            self.journal.note(tx, call, "same_message_id", INTAKE, other=twin.reference)
        if follows is not None:
            call.follows_id = follows.id
            self.journal.note(tx, call, "follows", INTAKE, other=follows.reference)
        if automatic is None:
            self._send_receipt(tx, call)
        return {"became": "raised", "reference": call.reference}

    def _send_receipt(self, tx: Tx, call: Call) -> None:
        """Tell the sender, and nobody that the mail only names, that the desk has it."""
        to = self.message.sender.address
        try:
            mailbox(to)
        except BadAddress:
            return
        yesterday = tx.now - timedelta(hours=24)
        if tx.letters_to(to, "received.requester", yesterday) >= RECEIPTS_A_DAY:
            return
        event = tx.last_event(call, State.RECEIVED)
        if event:
            self.journal.tell(tx, call, event, "received", {Audience.REQUESTER: [to]})

    def _keep_message(
        self, tx: Tx, row: ReceivedMail, call: Call | None, automatic: str | None
    ) -> None:
        message = self.message
        row.call_id = call.id if call else None
        kept = tx.add(
            MessageRow(
                received_mail_id=self.mail_id,
                call_id=row.call_id,
                message_id=message.message_id,
                sender_name=message.sender.name,
                sender_address=message.sender.address,
                recipients=", ".join(each.address for each in message.recipients),
                subject=message.subject,
                sent_at=message.sent_at,
                arrived_at=row.arrived_at,
                text=message.text,
                automatic=automatic,
                truncated=message.truncated,
            )
        )
        for file in message.attachments:
            tx.add(
                Attachment(
                    message_id=kept.id or 0,
                    name=file.name,
                    content_type=file.content_type,
                    size=len(file.content),
                    sha256=hashlib.sha256(file.content).hexdigest(),
                    content=file.content,
                )
            )
