"""Mail servers on this machine: a real one, and ones that misbehave."""

import asyncio
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from notifications.mailer import Security, SmtpMailer

Close = Callable[[Any], Any]
Context = Callable[..., ssl.SSLContext]


class Reachable:
    """Something that a mailer can be set to."""

    port: int

    def mailer(self, **settings: Any) -> SmtpMailer:
        loopback = {"host": "127.0.0.1", "security": Security.INSECURE_LOOPBACK}
        return SmtpMailer(**loopback | {"port": self.port} | settings)


class Office(Reachable, Controller):
    """aiosmtpd on a port of its own; it keeps what it is given."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(self, hostname="127.0.0.1", port=0, **settings)
        self.taken: list[tuple[str, list[str], bytes]] = []
        self.greeted: list[bool] = []
        self.start()

    def _trigger_server(self) -> None:
        assert self.server
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    async def handle_EHLO(  # noqa: N802  # as aiosmtpd calls it
        self, server: Any, session: Any, envelope: Any, hostname: str, answers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.greeted.append(session.ssl is not None)
        return answers

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if answer := re.match(r"refuse-(\d+)-(\d)(\d)(\d)@", address):
            code, *enhanced = answer.groups()
            return f"{code} {'.'.join(enhanced)} not for <{address}>"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return "250 taken"


class SlowOffice(Office):
    """It thinks about each letter that it has read."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(1.5)
        return await super().handle_DATA(server, session, envelope)


class Script(Reachable):
    """A server that says what it is told to, and remembers every line that it hears in clear."""

    OPENING = "220 ready"

    def __init__(self, answers: dict[str, Any], tls: ssl.SSLContext | None = None) -> None:
        self.answers = {"EHLO": "250 hello", "MAIL": "250 ok", "RCPT": "250 ok", "QUIT": "221 bye"}
        self.answers |= {"DATA": "354 go on", ".": "250 taken", "RSET": "250 ok"} | answers
        self.tls = tls
        self.heard: list[str] = []
        self.calls = 0
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        for one in (self._listening, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._thread.join(5)

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self.calls += 1
                self._open.append(connection)
                with suppress(OSError):
                    self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        secret = False
        in_content = False
        self._say(connection, self.answers.get("open", self.OPENING))
        connection.settimeout(self.answers.get("patience"))
        reader = connection.makefile("rb")
        while raw := self._line_of(reader):
            line = raw.decode("latin-1").rstrip("\r\n")
            if not secret:
                self.heard.append(line)
            verb = "." if line == "." else "" if in_content else line.split(" ")[0].upper()
            if not verb:
                continue
            answer = self._answer(verb)
            if answer is None:  # hang up
                break
            self._say(connection, answer)
            in_content = verb == "DATA" and answer.startswith("354")
            if verb == "STARTTLS" and answer.startswith("220") and self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
                reader, secret = connection.makefile("rb"), True
        reader.close()
        connection.close()

    def _line_of(self, reader: Any) -> bytes:
        try:
            return bytes(reader.readline())
        except TimeoutError:  # it has waited long enough
            return b""

    def _answer(self, verb: str) -> str | None:
        answer = self.answers.get(verb, "502 no such command")
        if isinstance(answer, list):
            return answer.pop(0) if len(answer) > 1 else answer[0]
        return answer

    def _say(self, connection: socket.socket, answer: str) -> None:
        time.sleep(self.answers.get("pause", 0))
        if answer:
            connection.sendall(f"{answer}\r\n".encode())


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


@pytest.fixture
def served_by(authority: trustme.CA) -> Callable[..., ssl.SSLContext]:
    """What a server needs that shows a certificate for `host`."""

    def context(
        host: str = "127.0.0.1", issuer: trustme.CA = authority, **dates: datetime
    ) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issuer.issue_cert(host, **dates).configure_cert(made)
        return made

    return context


@pytest.fixture
def closing() -> Iterator[Callable[[Any], Any]]:
    """Remembers servers, and stops them when the test is over."""
    servers: list[Any] = []

    def remember(server: Any) -> Any:
        servers.append(server)
        return server

    yield remember
    for server in reversed(servers):  # who calls hangs up before who is called
        server.stop()


@pytest.fixture
def office(closing: Close) -> Office:
    return closing(Office())


@pytest.fixture
def slow_office(closing: Close) -> SlowOffice:
    return closing(SlowOffice())


@pytest.fixture
def open_office(closing: Close) -> Callable[..., Office]:
    """Opens an office with the settings of aiosmtpd that it is given."""
    return lambda **settings: closing(Office(**settings))


@pytest.fixture
def scripted(closing: Close) -> Callable[..., Script]:
    def start(answers: dict[str, Any], tls: ssl.SSLContext | None = None) -> Script:
        return closing(Script(answers, tls))

    return start


@pytest.fixture
def locked_office(closing: Close, served_by: Context) -> Office:
    """Bart's password is sesame; nothing is said to it before STARTTLS."""

    def admits(server: Any, session: Any, envelope: Any, mechanism: str, login: Any) -> AuthResult:
        good = login == LoginPassword(b"bart", b"sesame")
        return AuthResult(success=good, handled=False)

    return closing(
        Office(
            tls_context=served_by(),
            require_starttls=True,
            auth_required=True,
            authenticator=admits,
        )
    )
