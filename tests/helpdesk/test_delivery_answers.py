"""What a mail server answers, and what becomes of the letter: the table, row by row."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from helpdesk.app import App, build
from helpdesk.config.settings import Config
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.delivery import deliver
from helpdesk.store import Tx
from tests.helpdesk.made import Office, moment_of, rows, waiting_letters

ANNE = "anne@home0.example"


class Moody(Office):
    """Answers one command as it is told; None hangs up."""

    def __init__(self) -> None:
        self.answers: dict[str, str | None] = {}
        super().__init__()

    async def handle_MAIL(  # noqa: N802  # as aiosmtpd calls it
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self._answer("MAIL", server) or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self._answer("RCPT", server) or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        taken = await super().handle_DATA(server, session, envelope)
        return self._answer("DATA", server) or taken

    def _answer(self, command: str, server: Any) -> str:
        answer = self.answers.get(command, "")
        if answer is None:
            server.transport.abort()
        return answer or ""


@pytest.fixture
def office() -> Iterator[Moody]:
    made = Moody()
    yield made
    made.stop()


@pytest.fixture
def app(sqlite_url: str, clock: Any) -> Iterator[App]:
    made = build(Config(store=StoreSettings(database=sqlite_url)), clock)
    yield made
    made.store.engine.dispose()


def letter(app: App) -> dict[str, Any]:
    (row,) = rows(app.store, "SELECT * FROM letter")
    return row


WHOLE_CHANNEL = [
    ("MAIL", "421 4.3.2 closing"),
    ("MAIL", "432 4.3.2 too many connections"),
    ("MAIL", "452 4.3.1 no room"),
    ("MAIL", None),
    ("MAIL", "550 5.7.60 you may not send as this user"),
    ("RCPT", "432 4.3.2 too many connections"),
    ("RCPT", "530 5.7.57 log in first"),
    ("RCPT", "550 5.7.1 no relaying"),
    ("DATA", "432 4.3.2 too many threads"),
    ("DATA", "554 5.2.0 SendAsDenied"),
    ("DATA", "550 5.1.90 no more today"),
]


@pytest.mark.parametrize(("command", "answer"), WHOLE_CHANNEL)
def test_what_is_no_letters_fault_burns_no_try(
    app: App, office: Moody, command: str, answer: str | None
) -> None:
    waiting_letters(app.store, app.journal, 1)
    office.answers[command] = answer

    found = deliver(app.store, office.mailer)

    assert found.stopped
    assert found.sent == found.postponed == found.given_up == 0
    assert (letter(app)["state"], letter(app)["tries"]) == ("waiting", 0)
    assert letter(app)["error"] == found.stopped
    assert not letter(app)["maybe_twice"]


@pytest.mark.parametrize(
    ("command", "answer", "twice"),
    [
        ("RCPT", "421 4.7.0 too many for this name", False),
        ("RCPT", "450 4.2.1 greylisted", False),
        ("RCPT", "451 4.7.1 later", False),
        ("RCPT", "452 4.2.2 mailbox full", False),
        ("RCPT", None, False),
        ("DATA", "451 4.3.0 later", False),
        ("DATA", None, True),
    ],
)
def test_a_letter_that_may_go_later_is_tried_again(
    app: App, office: Moody, clock: Any, command: str, answer: str | None, *, twice: bool
) -> None:
    waiting_letters(app.store, app.journal, 1)
    office.answers[command] = answer

    first = deliver(app.store, office.mailer)
    tried, maybe_twice = letter(app)["tries"], bool(letter(app)["maybe_twice"])
    office.answers.clear()
    clock.passes(minutes=2)
    second = deliver(app.store, office.mailer)

    assert (first.postponed, first.stopped) == (1, "")
    assert (tried, maybe_twice) == (1, twice)
    assert second.sent == 1
    assert len(office.copies()) == 1  # the same bytes with the same Message-ID, each time


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("RCPT", "550 5.1.1 no such user"),
        ("RCPT", "553 5.1.3 no such name"),
        ("DATA", "552 5.3.4 too big"),
        ("DATA", "554 5.6.0 cannot be read"),
    ],
)
def test_a_letter_that_will_never_be_taken_is_given_up_at_once(
    app: App, office: Moody, clock: Any, command: str, answer: str
) -> None:
    waiting_letters(app.store, app.journal, 1)
    office.answers[command] = answer

    found = deliver(app.store, office.mailer)

    assert (found.given_up, found.stopped) == (1, "")
    assert (letter(app)["state"], letter(app)["error"]) == ("failed", answer)
    assert moment_of(letter(app)["undelivered_at"]) == clock.now


@pytest.mark.parametrize("column", ["to_address", "envelope_sender"])
def test_a_letter_that_we_made_wrong_is_given_up_loudly_and_holds_up_none(
    app: App, office: Moody, caplog: pytest.LogCaptureFixture, column: str
) -> None:
    waiting_letters(app.store, app.journal, 2)

    def spoil(tx: Tx) -> None:
        setattr(tx.letter(1), column, "anné, and bart")

    app.store.run(spoil)

    found = deliver(app.store, office.mailer)

    assert (found.sent, found.given_up) == (1, 1)
    (told,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert told.getMessage() == "letter 1 was made wrong, and cannot be sent"
    assert told.exc_info
