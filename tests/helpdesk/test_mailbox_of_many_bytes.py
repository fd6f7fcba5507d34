"""Big mails come piece by piece and whole, and very many mails are found all the same."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from helpdesk.errors import FileUnreadable
from helpdesk.mailbox import ImapSource
from helpdesk.mailbox.line import PIECE
from tests.dovecot import Dovecot
from tests.mailboxes import fresh_user, mail, nothing_known, password, source_at, waiting
from tests.oddserver import OddServer, odd_server


def big(size: int) -> bytes:
    """A mail of so many bytes, no two of its lines alike."""
    lines = b"".join(b"%076d\r\n" % n for n in range(size // 78 + 1))
    return (mail("big") + lines)[: size - 2] + b"\r\n"


@pytest.mark.parametrize("size", [PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 4711])
def test_a_big_mail_comes_whole(imap_server: Dovecot, size: int):
    user = fresh_user()
    imap_server.put(big(size), user=user)

    with source_at(imap_server, user) as source:
        (found,) = waiting(source)

    assert found.raw == big(size)
    assert not found.cut


def test_between_two_pieces_it_is_asked_whether_to_go_on(imap_server: Dovecot):
    user, asked = fresh_user(), count(1)
    imap_server.put(big(3 * PIECE), user=user)

    with source_at(imap_server, user) as source:
        stopped = list(source.waiting(nothing_known, lambda: next(asked) < 3))
        (later,) = waiting(source)

    assert (stopped, next(asked)) == ([], 4)
    assert later.raw == big(3 * PIECE)


@contextmanager
def server_of(raw: bytes, size: int, over: str = "", *, whole: bool = False) -> Iterator[OddServer]:
    """A server with one mail, which says that it has `size`, and `over` when it is over."""
    mark = f'* 1 FETCH (UID 1 INTERNALDATE "02-Mar-2026 09:00:00 +0000" RFC822.SIZE {size})'
    with odd_server(UID_FETCH=mark) as server:
        for start in range(0, 40 * PIECE, PIECE):
            piece = raw if whole else raw[start : start + PIECE]
            given = f"BODY[]{'' if whole else f'<{start}>'} {{{len(piece)}}}\r\n{piece.decode()}"
            asked = f"UID FETCH 1 (BODY.PEEK[]<{start}."
            server.answers[asked] = f"* 1 FETCH (UID 1 {given})" if piece else over
        rest = f"UID FETCH 1 (BODY.PEEK[]<{len(raw)}."
        server.answers.setdefault(rest, over)
        yield server


@contextmanager
def source_of(server: OddServer) -> Iterator[ImapSource]:
    source = ImapSource(server.mailbox(), password)
    try:
        yield source
    finally:
        source.close()


@pytest.mark.parametrize(
    "over",
    [
        "",
        '* 1 FETCH (UID 1 BODY[]<0> "")',
        "* 1 FETCH (UID 1 BODY[]<0> NIL)",
        "NO more",
        "BAD what",
    ],
    ids=["nothing", "empty", "NIL", "refused", "not understood"],
)
@pytest.mark.parametrize("told", [2 * PIECE, 2 * PIECE + 10, 4 * PIECE], ids=["2", "2+", "4"])
@pytest.mark.parametrize("size", [PIECE + 10, 2 * PIECE - 1], ids=["1+", "2-"])
def test_a_mail_that_is_smaller_than_the_server_says_is_whole(size: int, told: int, over: str):
    with server_of(big(size), told, over) as server, source_of(server) as source:
        (found,) = waiting(source)

    assert found.raw == big(size)


def test_a_mail_that_is_bigger_than_the_server_says_is_whole():
    with server_of(big(3 * PIECE + 10), PIECE + 1) as server, source_of(server) as source:
        (found,) = waiting(source)

    assert found.raw == big(3 * PIECE + 10)


def test_a_server_that_knows_no_pieces_gives_the_whole_once():
    raw = big(2 * PIECE)
    with server_of(raw, len(raw), whole=True) as server, source_of(server) as source:
        (found,) = waiting(source)

    assert found.raw == raw


def test_a_mail_whose_rest_the_server_does_not_give_is_not_taken_for_whole():
    with server_of(big(PIECE), 3 * PIECE, "NO more") as server, source_of(server) as source:
        assert waiting(source) == waiting(source) == []
        with pytest.raises(FileUnreadable, match="uid 1 "):
            waiting(source)


def test_of_a_mail_that_turns_out_too_big_only_the_head_is_taken():
    with server_of(big(33 * PIECE), 2 * PIECE) as server, source_of(server) as source:
        server.answers["UID FETCH 1 (BODY.PEEK[HEADER]"] = (
            "* 1 FETCH (UID 1 BODY[HEADER]<0> {14}\r\nSubject: big\r\n)"
        )
        (found,) = waiting(source)

    assert (found.raw, found.cut) == (b"Subject: big\r\n", True)


def test_very_many_mails_are_searched_for_in_ranges():
    ranges = {"1:60000": [1, 60000], "60001:120000": [60001], "120001:*": [130000]}
    with odd_server(SELECT="* 120000 EXISTS\r\n* OK [UIDVALIDITY 7] valid") as server:
        server.answers["UID SEARCH 50000,100000"] = "* SEARCH 120000 60000"
        for some, uids in ranges.items():
            found = "* SEARCH " + " ".join(map(str, uids))
            server.answers[f"UID SEARCH UNDELETED UID {some}"] = found
        with source_of(server) as source:
            lying = source.lying()

    assert lying == [("7", uid) for uid in ("1", "60000", "60001", "130000")]


def test_mails_beyond_what_one_answer_holds_are_all_found(dovecot_with: Callable[..., Dovecot]):
    server, user, number = dovecot_with(), fresh_user(), 50_001
    server.put(mail("one"), user=user)
    copies(server.folder / "mail" / user, number - 1)

    with source_at(server, user) as source:
        lying = source.lying()

    assert len(lying) == len(set(lying)) == number


def copies(maildir: Path, number: int) -> None:
    """Lay a mailbox's mail into it again, so many times."""
    (one,) = [*maildir.glob("cur/*"), *maildir.glob("new/*")]
    for n in range(number):
        (maildir / "new" / f"1772442000.M{n}.made").hardlink_to(one)
