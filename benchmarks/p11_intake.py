"""P11: mails of 75 KB with a form become calls, beside django-helpdesk's process_email.

Ours is all that the daemon does with them: each is stored from a Maildir, read in the child
process, its form too, acted on, answered with a receipt in the outbox, and moved away. The peer
reads no form. Bars: 8 times as many a second on SQLite, 3 times on PostgreSQL.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from pathlib import Path
from random import Random

from benchmarks import desks, peers
from benchmarks.harness import Result, not_measured
from benchmarks.peers import Measure, Where
from helpdesk.app import App, build
from helpdesk.config.settings import Config, Intake
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.duties import collect
from helpdesk.intake import request_form
from tests.conftest import serve_postgres

MAILS, ROUNDS, SIZE = 100, 5, 75_000
PROCESS_EMAIL = "django_helpdesk_mail.py"


def measure() -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="helpdesk-p11-") as scratch:
        folder = Path(scratch)
        mails = folder / "mails"
        mails.mkdir()
        for number in range(MAILS):
            (mails / f"{number:04}.eml").write_bytes(_mail(number))
        os.environ["HELPDESK_MAILS"] = str(mails)
        peers.PLAIN["HELPDESK_MAILS"] = str(mails)
        found = []
        for name, bar, opened in (("SQLite", 8, _on_sqlite), ("PostgreSQL", 3, _on_postgres)):
            with opened(folder) as url:
                found += _beside_peer(folder, mails, url, name, bar)
        return found


def _beside_peer(folder: Path, mails: Path, url: str | None, name: str, bar: float) -> list[Result]:
    path = f"intake of {MAILS} mails of 75 KB with a form, on {name}"
    if url is None:
        return [not_measured("P11", path, "process_email", 1 / bar, f"there is no {name} here")]
    intake = Intake(receipts_per_hour=1_000_000)
    config = Config(store=StoreSettings(database=url), intake=intake)
    app = replace(build(config), reads_in_child=True)
    app.store.create()
    measures = [Measure(PROCESS_EMAIL, "whole", "django-helpdesk's process_email", 1 / bar)]
    where = Where(folder / name, MAILS, MAILS)
    where.folder.mkdir()
    try:
        return peers.measured("P11", path, _taken_in(app, mails), measures, where, ROUNDS)
    finally:
        app.close()
        app.store.close()


def _taken_in(app: App, mails: Path) -> Callable[[], float]:
    rounds = iter(range(1000))

    def once() -> float:
        number = next(rounds)
        with tempfile.TemporaryDirectory() as folder:
            new = Path(folder) / "new"
            new.mkdir()
            for each in mails.iterdir():
                # The same bytes again would be the same mail.
                raw = each.read_bytes().replace(b"round.0", f"round.{number + 1}".encode())
                (new / each.stem).write_bytes(raw)
            began = time.perf_counter()
            collected = collect(app, [Path(folder)], ())
            took = time.perf_counter() - began
        assert collected.taken.raised == MAILS, collected
        return took

    return once


def _mail(number: int) -> bytes:
    random = Random(number)  # noqa: S311  # the same mails at each run
    mail = EmailMessage(policy.SMTP)
    mail["From"] = f"Anne Ash <anne@home{number}.example>"
    mail["To"] = "ods.desk@example.org"
    mail["Subject"] = f"A code for Rose Cottage {number}"
    mail["Message-ID"] = f"<{number}.round.0@home{number}.example>"
    mail["Date"] = "Mon, 2 Mar 2026 09:00:00 +0000"
    mail.set_content("Hello,\n\nplease find our form attached.\n\nAnne Ash\n")
    form = request_form.filled(replace(desks.REQUEST, organisation=f"Home {number}"), "")
    mail.add_attachment(
        form,
        maintype="application",
        subtype="vnd.openxmlformats-officedocument.wordprocessingml.document",
        filename="request form.docx",
    )
    rest = (SIZE - len(mail.as_bytes())) * 3 // 4
    if rest > 0:
        mail.add_attachment(
            random.randbytes(rest), maintype="image", subtype="jpeg", filename="home.jpg"
        )
    return mail.as_bytes()


@contextmanager
def _on_sqlite(folder: Path) -> Iterator[str | None]:
    yield desks.url_of(folder / "p11.sqlite")


@contextmanager
def _on_postgres(folder: Path) -> Iterator[str | None]:
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not binaries:
        yield None
        return
    place = folder / "postgres"
    place.mkdir()
    for above in (folder, place):
        above.chmod(0o755)
    running = serve_postgres(binaries[-1].parent, place, fsync="on")
    try:
        yield f"{next(running)}/postgres"
    finally:
        running.close()
        shutil.rmtree(place, ignore_errors=True)
