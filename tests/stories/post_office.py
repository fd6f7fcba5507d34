"""A real mail server for the stories: it keeps every letter that it is offered."""

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller


class Posted(NamedTuple):
    """A letter as the mail server got it."""

    sender: str
    to: str
    mail: EmailMessage
    raw: bytes

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"])

    @property
    def text(self) -> str:
        body = self.mail.get_body(("plain",))
        return str(body.get_content()) if body else ""


class PostOffice(Controller):
    """A real mail server on a port of its own. It keeps all that it is offered, taken or not."""

    def __init__(self) -> None:
        self.taken: list[Posted] = []
        self.offered: list[Posted] = []
        self.refusals: dict[str, str] = {}  # address -> answer to RCPT
        self.answers: list[str] = []  # to the next letters; it takes those after them
        super().__init__(self, hostname="127.0.0.1", port=0, loop=asyncio.new_event_loop())

    def _trigger_server(self) -> None:
        assert self.server
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    async def handle_RCPT(  # noqa: N802  # as aiosmtpd calls it
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        raw = envelope.original_content
        mail = message_from_bytes(raw, policy=policy.default)
        letters = [Posted(envelope.mail_from, to, mail, raw) for to in envelope.rcpt_tos]
        answer = self.answers.pop(0) if self.answers else "250 taken"
        self.offered += letters
        self.taken += letters if answer.startswith("2") else []
        return answer

    def empty(self) -> list[Posted]:
        """The letters that were taken since the last time."""
        letters, self.taken = self.taken, []
        return letters
