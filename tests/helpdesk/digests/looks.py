"""A desk whose daemon looks for digests and silences when a test says so."""

from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any, NamedTuple

from helpdesk import duties
from helpdesk.app import App, build
from tests.helpdesk.made import rows

SUE, OPERATOR = "sue@ods.example", "ops@ods.example"


def moment(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment by the clocks of UTC: in London's summer an hour behind those of the wall."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


class Read(NamedTuple):
    """A letter as it waits in the outbox."""

    to: str
    subject: str
    text: str
    files: list[tuple[str, str]]


class Desk:
    """A desk whose daemon looks when a test says so."""

    def __init__(self, app: App, clock: Any) -> None:
        self.app, self.clock = app, clock

    def at(self, at: datetime) -> "Desk":
        self.clock.now = at
        return self

    def looks(self, duty: Callable[[App], Any] = duties.digest_now) -> int:
        return int(duty(self.app).letters)

    def letters(self) -> list[Read]:
        found = rows(self.app.store, "SELECT to_address, raw FROM letter ORDER BY id")
        return [_read(row["to_address"], bytes(row["raw"])) for row in found]

    def subjects(self) -> list[str]:
        return [letter.subject for letter in self.letters()]

    def configured(self, **sections: Any) -> "Desk":
        return Desk(build(self.app.config.model_copy(update=sections), self.clock), self.clock)


def _read(to: str, raw: bytes) -> Read:
    mail = message_from_bytes(raw, policy=policy.default)
    body = mail.get_body(("plain",))
    files = [(each.get_filename() or "", each.get_content()) for each in mail.iter_attachments()]
    return Read(to, str(mail["Subject"]), str(body.get_content()) if body else "", files)


def errors(desk: Desk) -> list[str]:
    found = rows(desk.app.store, "SELECT name FROM duty WHERE error <> '' ORDER BY name")
    return [row["name"] for row in found if row["name"] != "take_in"]
