"""A made-up IMAP server that answers as it is told: for what no good server does."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from helpdesk.config.settings import Login, Mailbox
from notifications.mailer import Security

ANSWERS = {
    "CAPABILITY": "* CAPABILITY IMAP4rev1 MOVE UIDPLUS AUTH=PLAIN",
    "NAMESPACE": '* NAMESPACE (("" "/")) NIL NIL',
    "LIST": '* LIST () "/" "INBOX"',
    "SELECT": "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] valid",
    "UID SEARCH": "* SEARCH 1",
    "UID FETCH": "",
}
"""What is answered to the start of a command, before its OK."""


class OddServer(socketserver.ThreadingTCPServer):
    """Answers with ANSWERS, or with its own; "NO ..." and "BAD ..." stand in place of the OK."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, greeting: str, answers: dict[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.greeting = greeting
        self.answers = ANSWERS | answers
        self.heard: list[str] = []  #: all that clients said
        self.callers = 0

    def mailbox(self, **settings: Any) -> Mailbox:
        given = {
            "host": "127.0.0.1",
            "port": self.server_address[1],
            "security": Security.INSECURE_LOOPBACK,
            "user": "desk@example.test",
            "login": Login.PASSWORD,
        }
        return Mailbox(**{**given, **settings})

    def answer(self, command: str) -> str:
        """The answer to the longest start of `command` that there is one for."""
        known = [each for each in self.answers if command.upper().startswith(each)]
        return self.answers[max(known, key=len)] if known else ""


class _Talk(socketserver.StreamRequestHandler):
    server: OddServer
    disable_nagle_algorithm = True  # else each small answer waits for an acknowledgement

    def handle(self) -> None:
        self.server.callers += 1
        self._say(self.server.greeting)
        while line := self.rfile.readline().decode("latin-1").rstrip("\r\n"):
            self.server.heard.append(line)
            tag, _, command = line.partition(" ")
            if command.startswith("AUTHENTICATE") and "AUTHENTICATE" not in self.server.answers:
                self._say("+ ")
                self.server.heard.append(self.rfile.readline().decode().rstrip("\r\n"))
            if not self._reply(tag, self.server.answer(command)):
                return

    def _reply(self, tag: str, answer: str) -> bool:
        """Send an answer; whether to go on talking."""
        if answer == "hang up":
            return False
        if re.match("NO|BAD", answer):
            self._say(f"{tag} {answer}")
            return True
        if answer:
            self._say(answer)
        self._say(f"{tag} OK done")
        return True

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode("latin-1") + b"\r\n")


@contextmanager
def odd_server(greeting: str = "* OK at your service", **answers: str) -> Iterator[OddServer]:
    """A server at work. `UID_FETCH="..."` is what it answers to UID FETCH."""
    named = {name.replace("_", " "): answer for name, answer in answers.items()}
    with OddServer(greeting, named) as server:
        working = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        working.start()
        try:
            yield server
        finally:
            server.shutdown()
            working.join()
