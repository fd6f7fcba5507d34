"""P10: the outbox emptied into a mail server of this machine, beside the bare bytes and a peer.

Ours claims, sends and notes each letter; its bytes were built once, when it was posted. Bars: a
fifth of the speed at which aiosmtplib alone sends those bytes over one connection; three times
that of an outbox as one writes it first, on the same database and libraries: it builds each mail
when it goes, and calls the server anew for each. The same with STARTTLS and a log-in, to compare.
"""

import asyncio
import sqlite3
import ssl
import tempfile
import time
from contextlib import closing
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Any, NamedTuple

import aiosmtplib
from sqlmodel import Session, select

from benchmarks import desks
from benchmarks.harness import Result, beside, result
from benchmarks.sink import PASSWORD, USER, certified, sink
from helpdesk.app import App
from helpdesk.clock import utc_now
from helpdesk.delivery import deliver
from helpdesk.desk.raising import raised
from helpdesk.intake import Request
from helpdesk.journal import Who
from helpdesk.models import Letter, LetterState
from helpdesk.store import Tx
from notifications.mailer import Security, SmtpMailer

LETTERS = 300
ROUNDS = 9
FEWER, FEW_ROUNDS = 40, 5
"""Where each letter has a connection of its own, encrypted."""

DESK, INTAKE = "ods@desk.example", Who("intake", "intake")

TO_COME = "SELECT to_address, envelope_sender, raw FROM letter WHERE state = 'waiting'"
AGAIN = "UPDATE letter SET state = 'waiting', tries = 0, sent_at = NULL, send_at = posted_at"
WORDS = "Dear Anne Ash,\n\nWe have your request for a code.\n\nThe ODS desk\n" * 12
PAGE = f"<html><body><p>{WORDS}</p></body></html>"


def measure() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.sqlite"
        desks.with_open_calls(path, 1).close()
        outbox = Outbox(path)
        return [*_in_clear(outbox), *_encrypted(outbox, Path(folder))]


class Mail(NamedTuple):
    to: str
    sender: str
    raw: bytes


class Outbox:
    """Letters that wait to be sent, and wait again for each measurement."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.app = desks.app_of(path)
        self.app.store.run(lambda tx: _post(self.app, tx))

    def waiting(self, number: int) -> list[Mail]:
        """The first `number` of them, all waiting; what is beyond is put aside."""
        with closing(sqlite3.connect(self._path)) as connection:
            connection.execute(f"{AGAIN} WHERE id <= {number}")
            connection.execute(f"UPDATE letter SET state = 'cancelled' WHERE id > {number}")
            connection.commit()
            return [Mail(*row) for row in connection.execute(TO_COME)]

    def delivered(self, mailer: SmtpMailer, number: int) -> float:
        """The seconds that our delivery takes."""
        self.waiting(number)
        began = time.perf_counter()
        found = deliver(self.app.store, mailer)
        took = time.perf_counter() - began
        assert found.sent == number, found
        return took

    def bare(self, port: int, number: int) -> float:
        """The seconds in which the library alone sends the same bytes."""
        return asyncio.run(_bare(port, self.waiting(number)))

    def naive(self, number: int, **server: Any) -> float:
        """The seconds of an outbox that builds a mail when it goes, and calls anew for each."""
        self.waiting(number)
        with Session(self.app.store.engine, expire_on_commit=False) as session:
            return asyncio.run(_naive(session, server))


def _in_clear(outbox: Outbox) -> list[Result]:
    with sink() as port:
        mailer = SmtpMailer("127.0.0.1", port, Security.INSECURE_LOOPBACK)

        def ours() -> float:
            return outbox.delivered(mailer, LETTERS)

        bare = beside(ours, lambda: outbox.bare(port, LETTERS), ROUNDS)
        naive = beside(ours, lambda: outbox.naive(LETTERS, port=port, start_tls=False), ROUNDS)
    words = f"outbox, {LETTERS} letters"
    return [
        result("P10", words, "the bare bytes, one connection", bare, bar=5),
        result("P10", words, "an outbox as one writes it first", naive, bar=1 / 3),
    ]


def _encrypted(outbox: Outbox, folder: Path) -> list[Result]:
    own, authority = certified(folder)
    context = ssl.create_default_context(cafile=authority)
    with sink(own) as port:
        mailer = SmtpMailer(
            "127.0.0.1", port, user=USER, password=PASSWORD, ca_file=authority, idle=60
        )
        server = {"port": port, "start_tls": True, "tls_context": context}
        login = {"username": USER, "password": PASSWORD}
        times = beside(
            lambda: outbox.delivered(mailer, FEWER),
            lambda: outbox.naive(FEWER, **server, **login),
            FEW_ROUNDS,
        )
        mailer.close()
    words = f"outbox, {FEWER} letters, STARTTLS and log-in"
    return [result("P10", words, "an outbox as one writes it first", times, 1 / 3, "to compare")]


def _post(app: App, tx: Tx) -> None:
    for n in range(LETTERS):
        request = Request("Anne Ash", f"anne@home{n}.example", "01632 960017", f"Home {n}")
        call = raised(tx, app.journal, request, INTAKE, tx.now, source="mail")
        event = app.journal.note(tx, call, "received", INTAKE)
        app.journal.tell(tx, call, event, "received", app.journal.requester(call))


async def _bare(port: int, letters: list[Mail]) -> float:
    began = time.perf_counter()
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        for each in letters:
            await client.mail(each.sender)
            await client.rcpt(each.to)
            await client.data(each.raw)
    return time.perf_counter() - began


async def _naive(session: Session, server: dict[str, Any]) -> float:
    began = time.perf_counter()
    for letter in session.exec(select(Letter).where(Letter.state == LetterState.WAITING)).all():
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = DESK, letter.to_address, letter.subject
        mail["Date"] = formatdate()
        mail.set_content(WORDS)
        mail.add_alternative(PAGE, subtype="html")
        await aiosmtplib.send(mail, hostname="127.0.0.1", **server)
        letter.state, letter.sent_at = LetterState.SENT, utc_now()
        session.commit()
    return time.perf_counter() - began
