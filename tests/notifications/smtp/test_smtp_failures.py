"""What a mail server does wrong, and what becomes of the letter."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from notifications.mailer import (
    ChannelDown,
    ChannelUnreachable,
    DeliveryFailed,
    Security,
    SmtpMailer,
)

ANNE, DESK = "anne@rosecottage.example", "ods@desk.example"
MAIL = b"Message-ID: <17@desk.example>\r\nSubject: a letter\r\n\r\n.\r\n..hello\r\n"


@pytest.mark.parametrize(
    ("answers", "permanent", "maybe_sent"),
    [
        ({"RCPT": "421 closing"}, False, False),
        ({"RCPT": "450 4.2.1 greylisted"}, False, False),
        ({"RCPT": "452 mailbox full"}, False, False),
        ({"RCPT": "550 5.1.1 no such user"}, True, False),
        ({"RCPT": "553 no such name"}, True, False),
        ({"DATA": "451 not now"}, False, False),
        ({"DATA": "554 no"}, True, False),
        ({".": "552 5.3.4 too big"}, True, False),
        ({".": "554 5.6.0 cannot be read"}, True, False),
        ({".": "452 disk full"}, False, False),
        ({"RCPT": None}, False, False),
        ({".": None}, False, True),
        ({".": ""}, False, True),  # says nothing until the time is up
        ({".": "gibberish"}, False, True),
        ({"RCPT": ""}, False, False),
        ({"RCPT": "gibberish"}, False, False),
        ({"RCPT": "553 no", "RSET": "500 what"}, True, False),
        ({"RCPT": "553 no", "RSET": None}, True, False),
    ],
)
def test_a_failure_says_whether_to_try_again_and_whether_it_may_have_arrived(
    scripted: Callable[..., Any], answers: dict[str, Any], *, permanent: bool, maybe_sent: bool
) -> None:
    server = scripted(answers)

    with (
        pytest.raises(DeliveryFailed) as told,
        server.mailer(timeout=0.5, answer_timeout=0.5).connected() as post,
    ):
        post.send(MAIL, ANNE, DESK)

    assert (told.value.permanent, told.value.maybe_sent) == (permanent, maybe_sent)
    assert told.value.reason


@pytest.mark.parametrize(
    "answers",
    [
        {"MAIL": "550 who are you"},
        {"MAIL": "501 5.1.7 no such sender"},
        {"MAIL": "530 5.7.57 log in first"},
        {"RCPT": "530 log in first"},
        {"RCPT": "550 5.1.8 you send too much that nobody wants"},
        {"RCPT": "550-5.1.90 too many\r\n550 5.1.90 recipients today"},
        {".": "554 5.2.0 SendAsDenied"},
        {".": "535 5.7.3 log in again"},
        {"DATA": "554 5.7.708 traffic not accepted from this address"},
    ],
)
def test_what_only_the_operator_can_mend_burns_no_letter(
    scripted: Callable[..., Any], answers: dict[str, Any]
) -> None:
    server = scripted(answers)

    with (
        pytest.raises(ChannelDown, match="send under its address") as told,
        server.mailer().connected() as post,
    ):
        post.send(MAIL, ANNE, DESK)

    assert not isinstance(told.value, ChannelUnreachable)


@pytest.mark.parametrize(
    "answers",
    [
        {"MAIL": "421 4.3.2 closing"},
        {"MAIL": "432 4.3.2 too many connections"},
        {"MAIL": "452 4.3.1 no room"},
        {"MAIL": None},
        {"MAIL": ""},
        {"RCPT": "432 4.3.2 too many connections"},
        {".": "432 4.3.2 too many connections"},
    ],
)
def test_a_server_that_is_too_busy_for_any_letter_burns_none(
    scripted: Callable[..., Any], answers: dict[str, Any]
) -> None:
    server = scripted(answers)

    with (
        pytest.raises(ChannelUnreachable),
        server.mailer(timeout=0.5).connected() as post,
    ):
        post.send(MAIL, ANNE, DESK)


@pytest.mark.parametrize("farewell", [None, "421 idle for too long"])
def test_a_server_that_hung_up_between_two_letters_is_called_again(
    scripted: Callable[..., Any], farewell: str | None
) -> None:
    server = scripted({"MAIL": ["250 ok", farewell, "250 ok"]})

    with server.mailer().connected() as post:
        post.send(MAIL, ANNE, DESK)
        post.send(MAIL, ANNE, DESK)

    assert server.heard.count(".") == 2
    assert server.calls == 2


def test_a_server_that_keeps_hanging_up_is_not_called_for_ever(
    scripted: Callable[..., Any],
) -> None:
    server = scripted({"MAIL": None})

    with pytest.raises(ChannelUnreachable), server.mailer().connected() as post:
        post.send(MAIL, ANNE, DESK)

    assert server.calls == 2  # it may have hung up because it had waited long


def test_a_letter_that_is_lost_costs_the_next_one_only_another_call(
    scripted: Callable[..., Any],
) -> None:
    server = scripted({"RCPT": [None, None, "250 ok"]})

    with server.mailer().connected() as post:
        with pytest.raises(DeliveryFailed):
            post.send(MAIL, ANNE, DESK)
        post.send(MAIL, ANNE, DESK)

    assert server.calls == 3
    assert server.heard.count(".") == 1


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({"open": "421 too many"}, ChannelUnreachable),
        ({"open": "554 go away"}, ChannelDown),
        ({"open": "gibberish"}, ChannelDown),
        ({"open": "SSH-2.0-OpenSSH_9.2"}, ChannelDown),
        ({"open": ""}, ChannelUnreachable),
        ({"EHLO": "421 not now"}, ChannelUnreachable),
        ({"EHLO": "550 go away"}, ChannelDown),
        ({"EHLO": None}, ChannelUnreachable),
    ],
)
def test_a_server_that_does_not_let_us_in_costs_no_letter_a_try(
    scripted: Callable[..., Any], answers: dict[str, Any], kind: type[ChannelDown]
) -> None:
    server = scripted(answers)

    with pytest.raises(ChannelDown) as told, server.mailer(timeout=0.5).connected():
        pass

    assert type(told.value) is kind


def test_a_server_that_answers_each_word_but_takes_all_day_is_left(
    scripted: Callable[..., Any],
) -> None:
    server = scripted({"pause": 0.35})

    with (
        pytest.raises(ChannelUnreachable, match="no answer in time"),
        server.mailer(timeout=0.5).connected(),
    ):
        pass


def test_a_server_may_take_its_time_for_a_letter_that_it_has_whole(slow_office: Any) -> None:
    with slow_office.mailer(timeout=0.5).connected() as post:
        post.send(MAIL, ANNE, DESK)

    assert len(slow_office.taken) == 1


def test_who_is_told_to_stop_waits_no_longer_for_a_letter_than_for_a_word(
    scripted: Callable[..., Any],
) -> None:
    server = scripted({".": ""})
    goes_on = iter([True])

    with (
        pytest.raises(DeliveryFailed, match="no answer in time") as told,
        server.mailer(timeout=0.5).connected() as post,
    ):
        post.send(MAIL, ANNE, DESK, lambda: next(goes_on, False))

    assert (told.value.permanent, told.value.maybe_sent) == (False, True)


def test_who_is_told_to_stop_still_hears_an_answer_that_comes_soon(slow_office: Any) -> None:
    with slow_office.mailer(timeout=5).connected() as post:
        post.send(MAIL, ANNE, DESK, lambda: False)

    assert len(slow_office.taken) == 1


def test_a_server_that_is_not_there_is_told_with_its_name() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with (
        pytest.raises(ChannelUnreachable, match=f"127.0.0.1:{port} cannot be reached"),
        SmtpMailer("127.0.0.1", port, Security.INSECURE_LOOPBACK).connected(),
    ):
        pass
