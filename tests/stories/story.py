"""A desk in the middle of things, as the stories tell of it: through the app, and no deeper."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from itertools import count
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

from helpdesk import duties, views
from helpdesk.app import build
from helpdesk.config import settings
from helpdesk.database import moment, reading
from helpdesk.desk import people
from helpdesk.desk.holds import Holding
from helpdesk.desk.rebuilding import Difference, check
from helpdesk.desk.recalculating import Moved, recalc
from helpdesk.desk.steps import Choice
from helpdesk.intake import Reads
from helpdesk.intake.sources import one
from helpdesk.reading.reads import read
from helpdesk.reception import keep, take_in_one, take_in_stored
from helpdesk.references import number_of
from helpdesk.register.memory import remembered
from helpdesk.store import Store
from helpdesk.sweep import sweep
from tests.stories.post_office import Posted, PostOffice
from workflows.lifecycle import Hold

HOUR = timedelta(hours=1)

ANNE = "Anne Archer <anne@rosecottage.example>"
REQUEST = """Hello, we need the ODS code of our care home for the DSPT.

Name: Anne Archer
Organisation: Rose Cottage
Telephone: 01632 960123
Postcode: ZZ1 1AA
CQC location ID: 1-100000001
"""


def request_for(number: int) -> str:
    """The request of the mail with that number: a home is asked for once, then it is chased."""
    if number == 1:
        return REQUEST
    return REQUEST.replace("ZZ1 1AA", f"ZZ{number} 9ZZ").replace("1-10000000", f"1-9{number:07}")


def london(text: str) -> datetime:
    """The moment at which clocks in London show "2026-03-06 18:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)


def posted_at(letter: Posted) -> datetime:
    return parsedate_to_datetime(letter.mail["Date"]).astimezone(UTC)


def words(letter: Posted) -> str:
    """What the letter says, wherever its lines end."""
    return " ".join(letter.text.split())


class Died(BaseException):
    """The process is gone: nothing in it may catch this."""


@dataclass(frozen=True)
class MortalStore(Store):
    """A store whose process dies when it has done `lives` units of work."""

    lives: Iterator[int] = field(default_factory=count)

    def run(self, unit: Callable[[Any], Any]) -> Any:
        if next(self.lives, None) is None:
            raise Died
        return super().run(unit)


class Hands:
    """An agent at work: each verb of the desk, done by them."""

    def __init__(self, story: "Story", name: str) -> None:
        self.story, self.name = story, name

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        desk = self.story.app.desk
        who = desk.who(self.name, None)
        return lambda first, *rest, **named: getattr(desk, verb)(first, who, *rest, **named)


class Story:
    """A desk in the middle of things: what is done to it, and what can be seen of it."""

    def __init__(self, config: settings.Config, clock: Any, office: PostOffice) -> None:
        self.app, self.clock, self.office = build(config, clock), clock, office
        self.bart, self.cris, self.sue = (Hands(self, name) for name in ("bart", "cris", "sue"))
        self._numbers = count(1)

    def reconfigure(self, **sections: Any) -> None:
        """Start anew with other settings, on the same database."""
        self.app = build(self.app.config.model_copy(update=sections), self.clock)

    def mail(self, text: str = "", sender: str = ANNE, **headers: str) -> bytes:
        """A mail to the desk: a request, each for another home, unless it has a `text`.

        `message_id` and other headers are written with underscores.
        """
        mail = EmailMessage(policy.SMTP)
        number = next(self._numbers)
        named = {"subject": "ODS code", "message_id": f"<{number}@rosecottage.example>"}
        for name, value in {**named, **headers}.items():
            mail[name.replace("_", "-").title()] = value
        mail["From"], mail["To"] = sender, self.app.config.desk.address
        mail.set_content(text or request_for(number))
        return mail.as_bytes()

    def arrives(self, raw: bytes, arrived: datetime | None = None, mailbox: str = "stdin") -> Any:
        """A mail arrives now, or arrived earlier, and is taken in now; what became of it."""
        delivery = one(raw, arrived or self.clock(), mailbox)
        return take_in_one(self.app.store, self.app.journal, delivery)

    def waits(self, raw: bytes) -> None:
        """A mail arrives, and nothing is done about it yet."""
        self.app.store.run(lambda tx: keep(tx, one(raw, self.clock())))

    def takes_in(self, reads: Reads = read) -> Any:
        """What became of all mails that wait."""
        return take_in_stored(self.app.store, self.app.journal, reads=reads)

    def anne_writes(self, text: str = "", **headers: str) -> str:
        """The reference of the call that Anne's mail raises."""
        assert self.arrives(self.mail(text, **headers)).raised == 1
        return self.references()[-1]

    def anne_replies(
        self,
        reference: str,
        text: str = "The second one.",
        arrived: datetime | None = None,
        **headers: str,
    ) -> Any:
        """Anne answers the last mail about the call; what became of her answer."""
        last = self.rows(
            "SELECT message_id FROM message WHERE call_id = :number UNION ALL"
            " SELECT message_id FROM letter WHERE call_id = :number",
            number=number_of(reference),
        )[-1]["message_id"]
        mail = self.mail(text, in_reply_to=last, subject="Re: ODS code", **headers)
        return self.arrives(mail, arrived)

    def traced(self, location: str = "1-100000001", **headers: str) -> str:
        """A call by Anne that Bart acknowledged, and traced."""
        reference = self.anne_writes(**headers)
        self.bart.acknowledge(reference)
        self.bart.trace(reference, Choice(location=location))
        return reference

    def hold(self, reference: str, note: str = "") -> Any:
        """Bart lets the call wait for Anne."""
        return self.bart.hold(reference, Holding(Hold.AWAITING_REQUESTER, note=note))

    def agent_has(self, name: str, **facts: object) -> None:
        """The agent's row says so from now on."""
        self.app.store.run(lambda tx: people.known(tx, name).sqlmodel_update(facts))

    def recalculates(self, *, dry_run: bool = False) -> list[Moved]:
        """Sue puts the clocks that run under the policy in force; those that this moves."""
        who = self.app.desk.who("sue", None)
        return self.app.store.run(
            lambda tx: recalc(tx, self.app.journal, who, 0, dry_run=dry_run).moved
        )

    def differences(self) -> list[Difference]:
        """Where the store does not say what its events say."""
        return self.app.store.run(lambda tx: check(tx, self.app.journal, 0, mend=False).differences)

    def sweeps(self) -> Any:
        return duties.sweep_now(self.app)

    def sweeps_until(self, end: datetime, every: timedelta = HOUR) -> None:
        """The daemon is awake until `end`: it sweeps now, and at each hour, and then."""
        while self.clock.now < end:
            sweep(self.app.store, self.app.journal)
            self.clock.now = min(self.clock.now + every, end)
        self.sweeps()

    def post(self) -> list[Posted]:
        """The letters that the mail server takes when the outbox is emptied now."""
        duties.deliver_now(self.app)
        self.app.mailer.close()
        return self.office.empty()

    def letters_to(self, address: str, about: str = "") -> list[Posted]:
        """Those of the letters posted to them, their subjects beginning with `about`."""
        posted = self.post()
        return [each for each in posted if each.to == address and each.subject.startswith(about)]

    def rows(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        with reading(self.app.config.store.database) as reader:
            return [dict(row) for row in reader.rows(sql, **parameters)]

    def references(self) -> list[str]:
        return [f"ODS-{row['id']:06}" for row in self.rows("SELECT id FROM call ORDER BY id")]

    def sheet(self, reference: str) -> views.Sheet:
        with reading(self.app.config.store.database) as reader:
            return views.sheet(reader, number_of(reference))

    def remembers(self, reference: str) -> str:
        """What is said of other calls about the same organisation, on the sheet of this one."""
        with reading(self.app.store.url) as reader:
            organisation = self.call(reference)["organisation"]
            found = remembered(reader, number_of(reference), organisation, self.clock())
        return "\n".join(each.words for each in found)

    def call(self, reference: str) -> Any:
        return self.sheet(reference).call

    def events(self, reference: str, kind: str = "") -> list[Any]:
        """What happened to the call, in its order; of one kind if that is given."""
        found = self.sheet(reference).events
        return [event for event in found if kind in ("", event["kind"])]

    def clock_of(self, reference: str, target: str, cycle: int = 1) -> dict[str, Any]:
        """One clock of the call, its moments aware, and how it stands now."""
        clocks = self.sheet(reference).clocks
        row = next(row for row in clocks if (row["target"], row["cycle"]) == (target, cycle))
        moments = {name: moment(row[name]) for name in row.keys() if name.endswith("_at")}  # noqa: SIM118  # a row of sqlite3 iterates over its values
        return {**dict(row), **moments, "standing": views.clock_standing(row, self.clock()).value}

    def standing(self, reference: str, target: str, cycle: int = 1) -> str:
        return str(self.clock_of(reference, target, cycle)["standing"])

    def cycles(self, reference: str, target: str) -> list[int]:
        """The cycles that the target has gone through."""
        return [row["cycle"] for row in self.sheet(reference).clocks if row["target"] == target]

    def worklist(self, owner: str | None = None) -> list[views.Line]:
        with reading(self.app.config.store.database) as reader:
            return views.worklist(reader, self.clock(), owner)

    def order(self) -> list[str]:
        return [line.reference for line in self.worklist()]

    def mortal(self, lives: int) -> Store:
        """The store, for a process that dies after `lives` units of work."""
        return MortalStore(self.app.store.url, self.clock, lives=iter(range(lives)))

    def though_it_may_die(self, deed: Callable[[], Any]) -> None:
        """Do something in a process that may die on the way, as suddenly as in a power cut."""
        with suppress(Died):
            deed()

    def at_once(self, *deeds: Callable[[], Any]) -> list[Any]:
        """All deeds at the same time; what each gave, or the error that it raised."""
        start = Barrier(len(deeds))

        def done(deed: Callable[[], Any]) -> Any:
            start.wait(timeout=10)
            try:
                return deed()
            except Exception as error:  # noqa: BLE001  # the story asks which
                return error

        with ThreadPoolExecutor(len(deeds)) as pool:
            return list(pool.map(done, deeds))
