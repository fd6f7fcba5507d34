"""Made-up desks, mails and a real mail server, for the tests that kill, cut and repeat."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from aiosmtpd.controller import Controller

from helpdesk import app as wiring
from helpdesk.clock import utc_now
from helpdesk.config import settings
from helpdesk.desk.raising import raised
from helpdesk.intake import Request
from helpdesk.journal import Journal, Who
from helpdesk.models import METADATA
from helpdesk.store import Store, Tx
from notifications.mailer import Security, SmtpMailer
from workflows.calendar import DAYS

SUE, ANNE = "sue@desk.example", "anne@rosecottage.example"
INTAKE = Who("intake", "intake")
COMMAND = (sys.executable, "-m", "helpdesk")


class Office(Controller):
    """A mail server on a port of its own: it keeps what it takes, and refuses as it is told."""

    def __init__(self, **settings_: Any) -> None:
        super().__init__(self, hostname="127.0.0.1", port=0, **settings_)
        self.taken: list[tuple[str, bytes]] = []
        self.refused: dict[str, str] = {}  #: what is answered to a recipient
        self.before_answer: Callable[[], None] = lambda: None  #: runs once a letter has been read
        self.start()

    def _trigger_server(self) -> None:
        assert self.server
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    async def handle_RCPT(  # noqa: N802  # as aiosmtpd calls it
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if answer := self.refused.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken += [(to, envelope.original_content) for to in envelope.rcpt_tos]
        self.before_answer()
        return "250 taken"

    @property
    def mailer(self) -> SmtpMailer:
        return SmtpMailer("127.0.0.1", self.port, Security.INSECURE_LOOPBACK, timeout=5)

    def copies(self) -> Counter[tuple[str, str, str]]:
        """How often each letter came."""
        return told_apart(self.taken)


def told_apart(letters: Iterable[tuple[str, bytes]]) -> Counter[tuple[str, str, str]]:
    """How many there are of each, by recipient, Message-ID, and the digest of all bytes."""
    return Counter((to, message_id(raw), sha256(raw).hexdigest()) for to, raw in letters)


def message_id(raw: bytes) -> str:
    found = re.search(rb"^Message-ID:\s*(<[^>]+>)", raw, re.MULTILINE | re.IGNORECASE)
    assert found
    return found[1].decode()


@dataclass(frozen=True)
class MadeDesk:
    """A desk in a folder of its own, worked by real processes."""

    folder: Path
    url: str

    @property
    def maildir(self) -> Path:
        return self.folder / "box"

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """One `helpdesk` command, running."""
        return subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    def app(self, clock: Callable[[], datetime] = utc_now) -> wiring.App:
        return wiring.build(settings.load(self.folder / "config.toml"), clock)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        return rows(self.app().store, sql)

    def receive(self, mails: Iterable[bytes]) -> None:
        """Deliver mails into the Maildir, as a mail server does: written aside, then moved."""
        for each in mails:
            name = f"{int(utc_now().timestamp())}.M{len(list(self.maildir.rglob('*.M*')))}.made"
            (self.maildir / "tmp" / name).write_bytes(each)
            (self.maildir / "tmp" / name).rename(self.maildir / "new" / name)


def made_desk(
    folder: Path, url: str, port: int = 0, supervisors: Sequence[str] = (SUE,)
) -> MadeDesk:
    """A desk with the database at `url`, a Maildir, and a mail server on `port` if there is one.

    It is staffed day and night, for it goes by the real clock, whatever the day of the week.
    """
    folder.mkdir(exist_ok=True)
    host = "127.0.0.1" if port else ""
    (folder / "config.toml").write_text(
        f"""
[desk]
address = "ods.desk@desk.example"
[store]
database = "{url}"
[intake]
paths = ["box"]
receipts_per_hour = 1000000
[smtp]
host = "{host}"
port = {port or 25}
security = "insecure_loopback"
per_minute = 0
per_day = 0
[people]
supervisors = {list(supervisors)}
desk = ["desk@desk.example"]
[daemon]
take_in = "1 s"
sweep = "1 s"
deliver = "1 s"
[calendar]
holidays = ""
"""
        + "".join(f'{day} = "00:00-24:00"\n' for day in DAYS)
    )
    desk = MadeDesk(folder, url)
    for name in ("new", "cur", "tmp"):
        (desk.maildir / name).mkdir(parents=True, exist_ok=True)
    app = desk.app()
    app.store.create()
    app.desk.first_agent("sue", "Sue")
    return desk


def request_mail(n: int) -> bytes:
    """A mail in which somebody asks for a code."""
    return (
        f"From: Anne Archer <anne@home{n}.example>\r\nTo: ods.desk@example.org\r\n"
        f"Subject: A code for Rose Cottage {n}\r\nMessage-ID: <request.{n}@home{n}.example>\r\n"
        "Date: Mon, 2 Mar 2026 09:00:00 +0000\r\n\r\n"
        f"Organisation: Rose Cottage {n}\r\nPostcode: ZZ1 1AA\r\nTelephone: 01632 960 123\r\n"
    ).encode()


def automatic_mail(n: int) -> bytes:
    return b"Auto-Submitted: auto-replied\r\n" + request_mail(n)


def due_calls(app: wiring.App, number: int, age: timedelta) -> None:
    """Raise calls that arrived `age` ago, in one go."""

    def unit(tx: Tx) -> None:
        for n in range(number):
            request = Request("Anne Archer", ANNE, "01632 960 123", f"Rose Cottage {n}")
            raised(tx, app.journal, request, INTAKE, tx.now - age, source="mail")

    app.store.run(unit)


def waiting_letters(store: Store, journal: Journal, number: int, kind: str = "received") -> None:
    """Post letters to `number` requesters."""

    def unit(tx: Tx) -> None:
        for n in range(number):
            request = Request("Anne", f"anne@home{n}.example", "01632 960 123", f"Home {n}")
            call = raised(tx, journal, request, INTAKE, tx.now, source="mail")
            event = journal.note(tx, call, kind, INTAKE)
            journal.tell(tx, call, event, kind, journal.requester(call))

    store.run(unit)


def rows(store: Store, sql: str) -> list[dict[str, Any]]:
    """What `sql` answers."""
    return store.run(lambda tx: [dict(row) for row in tx.rows(sql)])


def dump(store: Store) -> dict[str, list[Any]]:
    """All that the database holds, table by table."""
    with store.engine.connect().execution_options(read=True) as connection:
        return {
            table.name: connection.execute(
                sa.select(table).order_by(*table.primary_key.columns)
            ).fetchall()
            for table in METADATA.sorted_tables
        }


def moment_of(value: Any) -> datetime:
    """A moment as either driver gives it."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
