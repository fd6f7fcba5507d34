"""Letters to a mail server: a real one, and ones that misbehave."""

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from notifications.mailer import (
    ChannelDown,
    ChannelUnreachable,
    DeliveryFailed,
    Security,
    SmtpMailer,
)

ANNE, DESK = "anne@rosecottage.example", "ods@desk.example"
MAIL = b"Message-ID: <17@desk.example>\r\nSubject: a letter\r\n\r\n.\r\n..hello\r\n"

Close = Callable[[Any], Any]
Context = Callable[..., ssl.SSLContext]


class Office(Controller):
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


class Script:
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
        reader = connection.makefile("rb")
        while raw := reader.readline():
            line = raw.decode("latin-1").rstrip("\r\n")
            if not secret:
                self.heard.append(line)
            verb = "." if line == "." else "" if in_content else line.split(" ")[0].upper()
            if not verb:
                continue
            answer = self._answer(verb)
            if answer is None:  # hang up
                connection.close()
                reader.close()
                return
            self._say(connection, answer)
            in_content = verb == "DATA" and answer.startswith("354")
            if verb == "STARTTLS" and answer.startswith("220") and self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
                reader, secret = connection.makefile("rb"), True

    def _answer(self, verb: str) -> str | None:
        answer = self.answers.get(verb, "502 no such command")
        if isinstance(answer, list):
            return answer.pop(0) if len(answer) > 1 else answer[0]
        return answer

    def _say(self, connection: socket.socket, answer: str) -> None:
        time.sleep(self.answers.get("pause", 0))
        if answer:
            connection.sendall(f"{answer}\r\n".encode())


def _mailer(server: Any, **settings: Any) -> SmtpMailer:
    return SmtpMailer(
        **{"host": "127.0.0.1", "port": server.port, "security": Security.INSECURE_LOOPBACK}
        | settings
    )


@pytest.fixture
def office(closing: Close) -> Office:
    return closing(Office())


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


def test_twenty_letters_go_over_one_connection(office: Office) -> None:
    with _mailer(office).connected() as post:
        for n in range(20):
            post.send(MAIL, f"anne{n}@rosecottage.example", DESK)

    assert [to for _, to, _ in office.taken] == [
        [f"anne{n}@rosecottage.example"] for n in range(20)
    ]
    assert len(office.greeted) == 1


def test_a_letter_arrives_byte_by_byte_even_if_its_lines_begin_with_dots(office: Office) -> None:
    raw = MAIL + b"x" * 900 + b"\r\n.\r\n"

    with _mailer(office).connected() as post:
        post.send(raw, ANNE, DESK)

    ((_, _, content),) = office.taken
    assert content == raw


def test_mail_that_must_not_be_answered_has_no_sender(office: Office) -> None:
    with _mailer(office).connected() as post:
        post.send(MAIL, ANNE, "")
        post.send(MAIL, ANNE, DESK)

    assert [sender for sender, _, _ in office.taken] == ["<>", DESK]


def test_letters_go_encrypted_after_a_log_in(locked_office: Office, ca_file: Path) -> None:
    mailer = _mailer(
        locked_office,
        security=Security.STARTTLS,
        ca_file=ca_file,
        user="bart",
        password="sesame",
    )

    with mailer.connected() as post:
        post.send(MAIL, ANNE, DESK)

    assert locked_office.greeted == [False, True]
    assert len(locked_office.taken) == 1


def test_letters_go_to_a_server_that_speaks_tls_from_the_first_byte(
    closing: Close, served_by: Context, ca_file: Path
) -> None:
    office = closing(Office(ssl_context=served_by()))

    with _mailer(office, security=Security.TLS, ca_file=ca_file).connected() as post:
        post.send(MAIL, ANNE, DESK)

    assert len(office.taken) == 1


def test_a_wrong_password_stops_the_channel(locked_office: Office, ca_file: Path) -> None:
    mailer = _mailer(
        locked_office, security=Security.STARTTLS, ca_file=ca_file, user="bart", password="open"
    )

    with pytest.raises(ChannelDown, match="refuses the log-in: 535") as told, mailer.connected():
        pass

    assert told.value.mend == "correct user and password"
    assert "open" not in f"{told.value}"


def test_a_password_is_in_no_repr() -> None:
    mailer = SmtpMailer("mail.desk.example", 587, user="bart", password="sesame")

    assert "sesame" not in f"{mailer!r} {mailer}"


@pytest.mark.parametrize(
    "settings",
    [
        {"host": "mail.desk.example"},
        {"host": "10.0.0.1"},
        {"host": "localhost", "user": "bart", "password": "sesame"},
        {"host": "localhost", "user": "bart"},
        {"host": "localhost", "security": Security.TLS, "password": "sesame"},
    ],
)
def test_settings_that_would_send_anything_in_clear_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"in clear|or neither"):
        SmtpMailer(**{"port": 25, "security": Security.INSECURE_LOOPBACK} | settings)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_a_server_on_this_machine_needs_no_encryption(host: str) -> None:
    assert SmtpMailer(host, 25, Security.INSECURE_LOOPBACK).host == host


STRANGERS = trustme.CA()
LONG_AGO = {
    "not_before": datetime(2019, 1, 1, tzinfo=UTC),
    "not_after": datetime(2020, 1, 1, tzinfo=UTC),
}
OFFERS = "250-hello\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS"
STRIPPED = "250-hello\r\n250 AUTH PLAIN LOGIN"

UNSAFE: dict[str, tuple[dict[str, Any], dict[str, Any] | None, Security, str]] = {
    # name: what the server says, its certificate if any, our setting, what the operator reads
    "stripped": ({"EHLO": STRIPPED}, None, Security.STARTTLS, "cannot be used safely"),
    "refused": (
        {"EHLO": OFFERS, "STARTTLS": "554 no"},
        None,
        Security.STARTTLS,
        "refuses to serve",
    ),
    "put off": ({"EHLO": OFFERS, "STARTTLS": "454 later"}, None, Security.STARTTLS, "is busy"),
    "no handshake": (
        {"EHLO": OFFERS, "STARTTLS": "220 go"},
        None,
        Security.STARTTLS,
        "no encrypted connection|cannot be reached",
    ),
    "wrong host": (
        {"EHLO": OFFERS, "STARTTLS": "220 go"},
        {"host": "mail.elsewhere.example"},
        Security.STARTTLS,
        "cannot be trusted: .*mismatch",
    ),
    "expired": (
        {"EHLO": OFFERS, "STARTTLS": "220 go"},
        LONG_AGO,
        Security.STARTTLS,
        "cannot be trusted: certificate has expired",
    ),
    "unknown authority": (
        {"EHLO": OFFERS, "STARTTLS": "220 go"},
        {"issuer": STRANGERS},
        Security.STARTTLS,
        "cannot be trusted: .*local issuer",
    ),
    "plain where tls was meant": ({}, None, Security.TLS, "no encrypted connection"),
    "plain, with an offer": ({"EHLO": OFFERS}, None, Security.TLS, "no encrypted connection"),
}


@pytest.mark.parametrize("case", sorted(UNSAFE))
def test_an_unsafe_server_hears_no_password_and_no_mail(
    case: str, scripted: Callable[..., Script], served_by: Context, ca_file: Path
) -> None:
    answers, certificate, security, told = UNSAFE[case]
    server = scripted(dict(answers), served_by(**certificate) if certificate else None)
    mailer = _mailer(
        server, security=security, ca_file=ca_file, user="bart", password="sesame", timeout=2
    )

    with pytest.raises(ChannelDown, match=told), mailer.connected() as post:
        post.send(MAIL, ANNE, DESK)

    assert not [line for line in server.heard if line.startswith(("AUTH", "MAIL", "RCPT"))]
    assert "sesame" not in str(server.heard)


def test_words_slipped_in_before_the_encryption_are_not_believed(
    scripted: Callable[..., Script], served_by: Context, ca_file: Path
) -> None:
    injected = "220 go\r\n250-evil\r\n250 AUTH PLAIN"
    server = scripted({"EHLO": OFFERS, "STARTTLS": injected}, served_by())
    mailer = _mailer(server, security=Security.STARTTLS, ca_file=ca_file, timeout=2)

    with suppress(ChannelDown), mailer.connected() as post:
        post.send(MAIL, ANNE, DESK)

    assert [line.split(" ")[0] for line in server.heard] == ["EHLO", "STARTTLS"]


def test_a_list_of_authorities_that_cannot_be_read_stops_the_channel(tmp_path: Path) -> None:
    mailer = SmtpMailer("127.0.0.1", 587, ca_file=tmp_path / "none.pem")

    with pytest.raises(ChannelDown, match="correct ca_file"), mailer.connected():
        pass


def test_one_bad_address_does_not_silence_the_others(office: Office) -> None:
    failures = []

    with _mailer(office).connected() as post:
        for to in ("refuse-550-511@x.example", "refuse-451-471@x.example", ANNE):
            try:
                post.send(MAIL, to, DESK)
            except DeliveryFailed as failure:
                failures.append((failure.permanent, failure.maybe_sent, failure.reason))

    assert failures == [
        (True, False, "550 5.1.1 not for <refuse-550-511@x.example>"),
        (False, False, "451 4.7.1 not for <refuse-451-471@x.example>"),
    ]
    assert [to for _, to, _ in office.taken] == [[ANNE]]
    assert len(office.greeted) == 1


def test_a_refusal_that_speaks_of_us_stops_the_channel(office: Office) -> None:
    with (
        pytest.raises(ChannelDown, match=r"550 5\.7\.1"),
        _mailer(office).connected() as post,
    ):
        post.send(MAIL, "refuse-550-571@x.example", DESK)


def test_a_channel_that_has_carried_a_letter_is_not_stopped_by_one_address(office: Office) -> None:
    with _mailer(office).connected() as post:
        post.send(MAIL, ANNE, DESK)
        with pytest.raises(DeliveryFailed) as told:
            post.send(MAIL, "refuse-550-571@x.example", DESK)
        post.send(MAIL, ANNE, DESK)

    assert not told.value.permanent
    assert len(office.taken) == 2


@pytest.mark.parametrize(
    ("answers", "permanent", "maybe_sent"),
    [
        ({"MAIL": "432 too many connections"}, False, False),
        ({"MAIL": "421 closing"}, False, False),
        ({"RCPT": "452 mailbox full"}, False, False),
        ({"RCPT": "553 no such name"}, True, False),
        ({"DATA": "451 not now"}, False, False),
        ({"DATA": "554 no"}, True, False),
        ({".": "552 too big"}, True, False),
        ({".": "452 disk full"}, False, False),
        ({"RCPT": None}, False, False),
        ({".": None}, False, True),
        ({".": ""}, False, True),  # says nothing until the time is up
        ({".": "gibberish"}, False, True),
        ({"RCPT": ""}, False, False),
        ({"RCPT": "553 no", "RSET": "500 what"}, True, False),
        ({"RCPT": "553 no", "RSET": None}, True, False),
    ],
)
def test_a_failure_says_whether_to_try_again_and_whether_it_may_have_arrived(
    scripted: Callable[..., Script], answers: dict[str, Any], *, permanent: bool, maybe_sent: bool
) -> None:
    server = scripted(answers)

    with (
        _mailer(server, timeout=0.5).connected() as post,
        pytest.raises(DeliveryFailed) as told,
    ):
        post.send(MAIL, ANNE, DESK)

    assert (told.value.permanent, told.value.maybe_sent) == (permanent, maybe_sent)
    assert told.value.reason


@pytest.mark.parametrize(
    "answers",
    [
        {"MAIL": "550 who are you"},
        {"MAIL": "530 5.7.57 log in first"},
        {"RCPT": "530 log in first"},
        {".": "554 5.2.0 SendAsDenied"},
        {"DATA": "554 5.7.708 traffic not accepted from this address"},
    ],
)
def test_what_only_the_operator_can_mend_burns_no_letter(
    scripted: Callable[..., Script], answers: dict[str, Any]
) -> None:
    server = scripted(answers)

    with (
        pytest.raises(ChannelDown, match="send under its address") as told,
        _mailer(server).connected() as post,
    ):
        post.send(MAIL, ANNE, DESK)

    assert not isinstance(told.value, ChannelUnreachable)


@pytest.mark.parametrize("farewell", [None, "421 idle for too long"])
def test_a_server_that_hung_up_between_two_letters_is_called_again(
    scripted: Callable[..., Script], farewell: str | None
) -> None:
    server = scripted({"MAIL": ["250 ok", farewell, "250 ok"]})

    with _mailer(server).connected() as post:
        post.send(MAIL, ANNE, DESK)
        post.send(MAIL, ANNE, DESK)

    assert server.heard.count(".") == 2
    assert server.calls == 2


def test_a_server_that_keeps_hanging_up_is_not_called_for_ever(
    scripted: Callable[..., Script],
) -> None:
    server = scripted({"MAIL": None})

    with _mailer(server).connected() as post:
        for _ in range(2):
            with pytest.raises(DeliveryFailed) as told:
                post.send(MAIL, ANNE, DESK)
            assert not told.value.maybe_sent

    assert server.calls == 3  # the first, one more for the first letter, one for the second


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({"open": "421 too many"}, ChannelUnreachable),
        ({"open": "554 go away"}, ChannelDown),
        ({"open": ""}, ChannelUnreachable),
        ({"EHLO": "421 not now"}, ChannelUnreachable),
        ({"EHLO": "550 go away"}, ChannelDown),
        ({"EHLO": None}, ChannelUnreachable),
    ],
)
def test_a_server_that_does_not_let_us_in_costs_no_letter_a_try(
    scripted: Callable[..., Script], answers: dict[str, Any], kind: type[ChannelDown]
) -> None:
    server = scripted(answers)

    with pytest.raises(ChannelDown) as told, _mailer(server, timeout=0.5).connected():
        pass

    assert type(told.value) is kind


def test_a_server_that_answers_each_word_but_takes_all_day_is_left(
    scripted: Callable[..., Script],
) -> None:
    server = scripted({"pause": 0.35})

    with (
        pytest.raises(ChannelUnreachable, match="no answer in time"),
        _mailer(server, timeout=0.5).connected(),
    ):
        pass


def test_a_server_that_is_not_there_is_told_with_its_name() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with (
        pytest.raises(ChannelUnreachable, match=f"127.0.0.1:{port} cannot be reached"),
        SmtpMailer("127.0.0.1", port, Security.INSECURE_LOOPBACK).connected(),
    ):
        pass


@pytest.mark.parametrize(
    ("to", "sender"),
    [("a@x.example, b@y.example", DESK), ("anné@x.example", DESK), (ANNE, "no address")],
)
def test_an_address_that_is_none_fails_for_good_and_loudly(
    office: Office, to: str, sender: str
) -> None:
    with _mailer(office).connected() as post:
        with pytest.raises(DeliveryFailed, match="not an address") as told:
            post.send(MAIL, to, sender)
        post.send(MAIL, ANNE, DESK)

    assert told.value.permanent
    assert len(office.taken) == 1
    assert len(office.greeted) == 1


def test_letters_can_be_posted_from_a_daemons_thread(office: Office) -> None:
    def work() -> None:
        with _mailer(office).connected() as post:
            post.send(MAIL, ANNE, DESK)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)

    assert len(office.taken) == 1
