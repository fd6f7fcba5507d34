"""One connection serves one delivery after another, and is let go when it is idle."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from notifications.mailer import ChannelDown, DeliveryFailed, Security

ANNE, DESK = "anne@rosecottage.example", "ods@desk.example"
MAIL = b"Message-ID: <17@desk.example>\r\nSubject: a letter\r\n\r\nhello\r\n"

Close = Callable[[Any], Any]


def post_one(mailer: Any, to: str = ANNE) -> None:
    with mailer.connected() as post:
        post.send(MAIL, to, DESK)


class Closing:
    """Closes a mailer as fixtures close servers."""

    def __init__(self, mailer: Any) -> None:
        self.stop = mailer.close


@pytest.fixture
def kept(closing: Close) -> Callable[..., Any]:
    """A mailer for a server, which keeps its connection for a minute."""

    def make(server: Any, **settings: Any) -> Any:
        mailer = server.mailer(**{"idle": 60} | settings)
        closing(Closing(mailer))
        return mailer

    return make


def test_two_deliveries_within_a_minute_share_a_connection(
    office: Any, kept: Callable[..., Any]
) -> None:
    mailer = kept(office)

    post_one(mailer)
    post_one(mailer)

    assert len(office.taken) == 2
    assert len(office.greeted) == 1


def test_encrypting_and_logging_in_is_done_once(
    locked_office: Any, ca_file: Path, kept: Callable[..., Any]
) -> None:
    login = {"user": "bart", "password": "sesame"}
    mailer = kept(locked_office, security=Security.STARTTLS, ca_file=ca_file, **login)

    for _ in range(3):
        post_one(mailer)

    assert len(locked_office.taken) == 3
    assert locked_office.greeted == [False, True]


def test_nothing_is_kept_unless_it_is_asked_for(scripted: Callable[..., Any]) -> None:
    server = scripted({})

    post_one(server.mailer())
    post_one(server.mailer())

    assert server.calls == server.heard.count("QUIT") == 2


def test_what_was_idle_for_too_long_is_left_politely_before_the_next_letters(
    scripted: Callable[..., Any], kept: Callable[..., Any]
) -> None:
    server = scripted({})
    mailer = kept(server, idle=0.05)
    post_one(mailer)

    time.sleep(0.1)
    post_one(mailer)

    assert server.calls == 2
    assert server.heard.count("QUIT") == 1


def test_an_idle_connection_is_closed_by_who_asks_now_and_then(
    scripted: Callable[..., Any], kept: Callable[..., Any]
) -> None:
    server = scripted({})
    mailer = kept(server, idle=0.2)
    post_one(mailer)

    mailer.close_idle()
    at_once = server.heard.count("QUIT")
    time.sleep(0.25)
    mailer.close_idle()
    mailer.close_idle()

    assert (at_once, server.heard.count("QUIT")) == (0, 1)


def test_what_is_in_use_is_not_idle(scripted: Callable[..., Any], kept: Callable[..., Any]) -> None:
    server = scripted({})
    mailer = kept(server, idle=0.01)

    with mailer.connected() as post:
        post.send(MAIL, ANNE, DESK)
        time.sleep(0.05)
        mailer.close_idle()
        post.send(MAIL, ANNE, DESK)

    assert server.calls == 1


def test_a_server_that_hung_up_meanwhile_is_called_again_and_no_letter_suffers(
    scripted: Callable[..., Any], kept: Callable[..., Any]
) -> None:
    server = scripted({"patience": 0.2, "NOOP": "250 here"})
    mailer = kept(server)
    post_one(mailer)

    time.sleep(0.4)
    post_one(mailer)

    assert server.heard.count(".") == server.calls == 2
    assert "NOOP" not in server.heard


@pytest.mark.parametrize("answer", [None, "421 idle for too long", "500 what"])
def test_a_server_that_no_longer_answers_is_called_again(
    scripted: Callable[..., Any], kept: Callable[..., Any], answer: str | None
) -> None:
    server = scripted({"NOOP": answer})
    mailer = kept(server)

    post_one(mailer)
    post_one(mailer)

    assert server.heard.count(".") == server.calls == 2


def test_after_a_failed_delivery_the_next_one_calls_anew(
    scripted: Callable[..., Any], kept: Callable[..., Any]
) -> None:
    server = scripted({"MAIL": ["452 no room", "250 ok"], "NOOP": "250 here"})
    mailer = kept(server)

    with pytest.raises(ChannelDown):
        post_one(mailer)
    post_one(mailer)

    assert server.calls == 2
    assert server.heard.count(".") == 1


def test_a_refused_letter_costs_no_connection(office: Any, kept: Callable[..., Any]) -> None:
    mailer = kept(office)

    with mailer.connected() as post, pytest.raises(DeliveryFailed):
        post.send(MAIL, "refuse-550-511@x.example", DESK)
    post_one(mailer)

    assert len(office.greeted) == 1


def test_that_the_channel_worked_last_time_proves_nothing_now(
    office: Any, kept: Callable[..., Any]
) -> None:
    mailer = kept(office)
    post_one(mailer)

    with pytest.raises(ChannelDown):
        post_one(mailer, "refuse-550-571@x.example")


def test_a_connection_of_one_thread_is_closed_by_another(
    scripted: Callable[..., Any], kept: Callable[..., Any]
) -> None:
    server = scripted({})
    mailer = kept(server)
    thread = threading.Thread(target=post_one, args=[mailer])
    thread.start()
    thread.join(10)

    mailer.close()
    mailer.close()

    assert server.heard[-1] == "QUIT"


def test_two_threads_take_turns(office: Any, kept: Callable[..., Any]) -> None:
    mailer = kept(office)
    threads = [threading.Thread(target=post_one, args=[mailer]) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(10)

    assert len(office.taken) == 4
    assert len(office.greeted) == 1


def test_a_mailer_that_was_closed_opens_again(office: Any, kept: Callable[..., Any]) -> None:
    mailer = kept(office)
    post_one(mailer)
    mailer.close()

    post_one(mailer)

    assert len(office.taken) == 2
