"""Ten days of the desk: what arrived, what Bart and Cris did, and what the clock did to it."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from helpdesk import duties
from helpdesk.app import App
from helpdesk.delivery import deliver
from helpdesk.desk import Desk
from helpdesk.desk.holds import Holding
from helpdesk.desk.steps import Choice, Ending
from helpdesk.journal import Who
from helpdesk.models import Call, ReceivedMail
from helpdesk.reception import TakenIn
from helpdesk.store import Done, Tx
from helpdesk.sweep import sweep
from helpdesk.tour import mails, outbox
from helpdesk.tour.mails import CALLER, DELIVERED_TWICE, MAILS, Mail
from workflows import spans
from workflows.lifecycle import Hold, Outcome

LENGTH = timedelta(days=10)
SWEEP_EVERY = timedelta(hours=1)

BART, CRIS = Who("Bart", "Bart"), Who("Cris", "Cris")

RANG = ("1d 2h", "willow")
"""When somebody rang, and what the tour calls that call."""


class Deed(NamedTuple):
    """Something that an agent did: a verb of the desk, and what it was given."""

    ago: str
    who: Who
    key: str
    verb: Callable[..., Done]
    given: tuple[Any, ...] = ()  # each verb takes its own


BEST = (Choice(best=True),)
NOT_REGISTERED = Ending(
    Outcome.NOT_CQC_REGISTERED,
    note="CQC takes some weeks to register a home, so apply in good time.",
)

WHICH_HOME = Holding(
    Hold.AWAITING_REQUESTER,
    note="CQC has your id as Ashgrove Court, ZZ91 7AJ. Is that your home?",
    ask=True,
)

DEEDS = (
    Deed("9d 15h", BART, "kestrel", Desk.acknowledge),
    Deed("9d 14h", BART, "kestrel", Desk.trace, BEST),
    Deed("9d 14h", BART, "kestrel", Desk.allocate),
    Deed("9d 13h", BART, "kestrel", Desk.close, (Ending(),)),
    Deed("9d", BART, "bramble", Desk.acknowledge),  # and then no more of it: late by two days
    Deed("8d 21h", BART, "bramble", Desk.trace, BEST),
    Deed("6d 20h", CRIS, "sunny", Desk.acknowledge),
    Deed("6d 4h", CRIS, "sunny", Desk.close, (NOT_REGISTERED,)),
    Deed("5d 12h", CRIS, "larch", Desk.acknowledge),
    Deed("5d 10h", CRIS, "larch", Desk.trace, (Choice("1-9000000103"),)),
    Deed("5d 10h", CRIS, "larch", Desk.note, ("rang both numbers: nobody answers",)),
    Deed("4d 12h", CRIS, "quarry", Desk.acknowledge),  # late: it had 48 hours, and took 84
    Deed("2d 20h", CRIS, "ashgrove", Desk.acknowledge),
    Deed("2d 19h", CRIS, "ashgrove", Desk.hold, (WHICH_HOME,)),  # until she answers
    Deed("1d 1h", BART, "willow", Desk.acknowledge),
    Deed("1d", BART, "primrose", Desk.acknowledge),
    Deed("23h", BART, "primrose", Desk.trace, BEST),
)


class TheClock:
    """The clock of a desk on a stage: it stands where the tour puts it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Arrival(NamedTuple):
    """What became of one mail."""

    mail: Mail
    taken: TakenIn
    kept: ReceivedMail
    call: Call | None


class Days(NamedTuple):
    """What is left of the ten days."""

    arrivals: list[Arrival]
    references: dict[str, str]  #: the key of a mail -> the call that it raised


def live_through(app: App, clock: TheClock, folder: Path) -> Days:
    """Play the ten days that end now on `app`, whose clock is `clock`; its desk is in `folder`."""
    now, stage = clock.now, _Stage(app, clock, folder, Days([], {}))
    for moment, happen in sorted(_happenings(stage, now), key=itemgetter(0)):
        clock.now = moment
        happen()
        sweep(app.store, app.journal)
        deliver(app.store, app.mailer)
    clock.now = now
    for duty in duties.DUTIES:
        duty.run(app, lambda: True)
    return stage.days


class _Stage(NamedTuple):
    app: App
    clock: TheClock
    folder: Path
    days: Days

    def receive(self, mail: Mail) -> None:
        """Let a mail lie in the inbox as if it came just now, and take it in."""
        came = len(self.days.arrivals) + 1
        path = self.folder / "inbox" / f"{came:02}-{mail.key.replace(' ', '-')}.eml"
        path.write_bytes(self._bytes(mail))
        # No mail can have come after its file was written, so the file is dated back too.
        os.utime(path, (self.clock.now.timestamp(),) * 2)
        taken = duties.take_in_now(self.app)
        arrival = self.app.store.run(lambda tx: _arrival(tx, mail, came, taken))
        self.days.arrivals.append(arrival)
        if arrival.call and taken.raised:
            self.days.references[mail.key] = arrival.call.reference

    def hear(self) -> None:
        """Let somebody ring, and Bart note what they say."""
        done = self.app.desk.raise_call(CALLER, BART, self.clock.now)
        self.days.references[RANG[1]] = done.answer["reference"]

    def do(self, deed: Deed) -> None:
        deed.verb(self.app.desk, self.days.references[deed.key], deed.who, *deed.given)

    def _bytes(self, mail: Mail) -> bytes:
        earlier = (each.kept.raw for each in self.days.arrivals if each.mail is mail)
        answered = outbox.last_to(self.folder, mails.address(mail)) if mail.answers else ""
        return next(earlier, None) or mails.raw(mail, self.clock.now, answered)


def _happenings(stage: _Stage, now: datetime) -> Iterator[tuple[datetime, Callable[[], object]]]:
    """All that happens, and when: the sweeps between the deeds too."""
    for mail in MAILS:
        yield now - spans.read(mail.ago), partial(stage.receive, mail)
    again, key = DELIVERED_TWICE
    twice = next(mail for mail in MAILS if mail.key == key)
    yield now - spans.read(again), partial(stage.receive, twice)
    yield now - spans.read(RANG[0]), stage.hear
    for deed in DEEDS:
        yield now - spans.read(deed.ago), partial(stage.do, deed)
    for number in range(LENGTH // SWEEP_EVERY):
        yield now - number * SWEEP_EVERY, lambda: None


def _arrival(tx: Tx, mail: Mail, number: int, taken: TakenIn) -> Arrival:
    kept = tx.mail(number)
    call = tx.session.get(Call, kept.call_id) if kept.call_id else None
    return Arrival(mail, taken, kept, call)
