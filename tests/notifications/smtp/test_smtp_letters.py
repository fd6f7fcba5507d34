"""Letters to a real mail server, which takes them or refuses them."""

import threading
from typing import Any

import pytest

from notifications.mailer import ChannelDown, DeliveryFailed

ANNE, DESK = "anne@rosecottage.example", "ods@desk.example"
MAIL = b"Message-ID: <17@desk.example>\r\nSubject: a letter\r\n\r\n.\r\n..hello\r\n"


def test_twenty_letters_go_over_one_connection(office: Any) -> None:
    with office.mailer().connected() as post:
        for n in range(20):
            post.send(MAIL, f"anne{n}@rosecottage.example", DESK)

    assert [to for _, to, _ in office.taken] == [
        [f"anne{n}@rosecottage.example"] for n in range(20)
    ]
    assert len(office.greeted) == 1


def test_a_letter_arrives_byte_by_byte_even_if_its_lines_begin_with_dots(office: Any) -> None:
    raw = MAIL + b"x" * 900 + b"\r\n.\r\n"

    with office.mailer().connected() as post:
        post.send(raw, ANNE, DESK)

    ((_, _, content),) = office.taken
    assert content == raw


def test_mail_that_must_not_be_answered_has_no_sender(office: Any) -> None:
    with office.mailer().connected() as post:
        post.send(MAIL, ANNE, "")
        post.send(MAIL, ANNE, DESK)

    assert [sender for sender, _, _ in office.taken] == ["<>", DESK]


def test_one_bad_address_does_not_silence_the_others(office: Any) -> None:
    failures = []

    with office.mailer().connected() as post:
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


def test_a_refusal_that_speaks_of_us_stops_the_channel(office: Any) -> None:
    with (
        pytest.raises(ChannelDown, match=r"550 5\.7\.1"),
        office.mailer().connected() as post,
    ):
        post.send(MAIL, "refuse-550-571@x.example", DESK)


def test_a_channel_that_has_carried_a_letter_is_not_stopped_by_one_address(office: Any) -> None:
    with office.mailer().connected() as post:
        post.send(MAIL, ANNE, DESK)
        with pytest.raises(DeliveryFailed) as told:
            post.send(MAIL, "refuse-550-571@x.example", DESK)
        post.send(MAIL, ANNE, DESK)

    assert not told.value.permanent
    assert len(office.taken) == 2


def test_a_channel_that_refuses_one_after_the_other_for_what_we_are_is_stopped(
    office: Any,
) -> None:
    with pytest.raises(ChannelDown), office.mailer().connected() as post:
        post.send(MAIL, ANNE, DESK)
        for to in ("571", "511", "571", "520"):  # that there is no such user proves nothing
            with pytest.raises(DeliveryFailed):
                post.send(MAIL, f"refuse-550-{to}@x.example", DESK)
        post.send(MAIL, "refuse-550-571@x.example", DESK)


@pytest.mark.parametrize(
    ("to", "sender"),
    [("a@x.example, b@y.example", DESK), ("anné@x.example", DESK), (ANNE, "no address")],
)
def test_an_address_that_is_none_fails_for_good_and_loudly(
    office: Any, to: str, sender: str
) -> None:
    with office.mailer().connected() as post:
        with pytest.raises(DeliveryFailed, match="not an address") as told:
            post.send(MAIL, to, sender)
        post.send(MAIL, ANNE, DESK)

    assert told.value.permanent
    assert len(office.taken) == 1
    assert len(office.greeted) == 1


def test_letters_can_be_posted_from_a_daemons_thread(office: Any) -> None:
    def work() -> None:
        with office.mailer().connected() as post:
            post.send(MAIL, ANNE, DESK)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)

    assert len(office.taken) == 1
