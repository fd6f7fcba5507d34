"""One connection to a mailbox with its folder open: what the desk asks of it, mail by mail."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from imapclient import DELETED
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from helpdesk.clock import ticks
from helpdesk.config.post import Mailbox
from helpdesk.intake import Still
from helpdesk.intake.sources import MOST_BYTES
from helpdesk.mailbox.folders import Folders, selected
from helpdesk.mailbox.opening import Client, hang_up

AT_ONCE = 500
"""For how many mails their size is asked in one question."""

MOST_FOUND = 50_000
"""Among how many mails one search goes: what it finds comes in one line, of 1 MB at most."""

PIECE = 1024 * 1024
"""Of a bigger mail so many bytes are fetched at once: on a slow line they may take minutes."""

MOST_HEAD = 1024 * 1024
"""More of the head of a mail that is too big is not fetched."""

ROUND = 60.0
"""Seconds after which a server that told nothing is asked whether it still is there.

It is less than the nine minutes after which waiting has to be asked for anew.
"""

SLICE = 1.0
"""For how many seconds at most it is not asked whether to stop."""


class Mark(NamedTuple):
    """A mail that lies there, ordered by when it arrived."""

    arrived_at: datetime
    uid: int
    size: int


class Line:
    """A connection that is logged in. Whatever the library raises is for the link to answer."""

    def __init__(self, mailbox: Mailbox, client: Client) -> None:
        self._mailbox = mailbox
        self._client = client
        self._folders = Folders(client)
        self.validity = self.look()

    def look(self) -> str:
        """Open the folder anew; its UIDVALIDITY, which makes a uid mean one mail for good."""
        self.validity, self._number = selected(self._client, self._folders, self._mailbox)
        return self.validity

    def lying(self, above: int = 0) -> list[int]:
        """The uids of the mails in the folder, but for those that somebody deleted."""
        found: set[int] = set()
        for some in [f"{above + 1}:*"] if above else self._ranges():
            found.update(self._client.search(["UNDELETED", "UID", some]))
        return sorted(uid for uid in found if uid > above)  # the last one answers to any `n:*`

    def came(self, above: int) -> list[int]:
        """The uids of the mails that came after that one; of any other, `waits` will tell.

        A server tells of each mail once, and may do so in its answer to any question: after the
        mails were searched for, in the same breath. So it is asked until it has nothing to add.
        """
        news = self._client._imap.response  # noqa: SLF001  # what it said beside its answers
        while True:
            self._client.noop()
            news("EXISTS")
            found = self.lying(above)
            if found or news("EXISTS")[1] in ([None], []):
                return found

    def marks(self, uids: Sequence[int], still: Still) -> list[Mark] | None:
        """When those mails arrived and how big they are; nothing of those that are gone.

        A mail without a date is left out: a server that gives none gives no mail either. None if
        `still()`, which is asked again and again, says no.
        """
        found = []
        for start in range(0, len(uids), AT_ONCE):
            if not still():
                return None
            some = uids[start : start + AT_ONCE]
            answers = self._client.fetch(some, ["INTERNALDATE", "RFC822.SIZE"])
            found += [
                Mark(answer[b"INTERNALDATE"].astimezone(UTC), uid, answer[b"RFC822.SIZE"])
                for uid, answer in answers.items()
                if answer.get(b"INTERNALDATE") and answer.get(b"RFC822.SIZE") is not None
            ]
        return found

    def content(self, mark: Mark, still: Still) -> tuple[bytes, bool] | None:
        """A mail's bytes, and whether it is the head alone, of a mail that is too big.

        The bytes are b"" if the server gives none. The mail stays unread for other programs. None
        if `still()`, which is asked between the pieces of a big mail, says no.
        """
        if mark.size > MOST_BYTES:
            return self._head(mark.uid), True
        if mark.size <= PIECE:
            return self._fetched(mark.uid, "BODY.PEEK[]"), False
        found = self._in_pieces(mark, still)
        if found is None:
            return None
        if len(found) > MOST_BYTES:  # it is bigger than the server said
            return self._head(mark.uid), True
        return found, False

    def put_away(self, uid: int, name: str) -> None:
        """Move one mail into another folder; nothing of any other mail changes."""
        try:
            self._move(uid, self._folders.made(name))
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            if self._client.search(["UID", str(uid)]):
                raise
            # It is gone: some servers say so, most say nothing.

    def remarks(self) -> list[str]:
        """What this server cannot do, and what comes of it."""
        found = []
        if not self._can("MOVE") and not self._can("UIDPLUS"):
            found.append(
                "the server knows neither MOVE nor UIDPLUS: mail that was taken in is copied, and "
                "the original stays in the folder, marked as deleted, until a person clears it"
            )
        if not self._can("IDLE"):
            found.append(
                "the server does not know IDLE: new mail is seen at the next look, not at once"
            )
        return found

    def waits(self, seconds: float, stop: threading.Event) -> bool:
        """Wait until the server tells of new mail, or `stop` is set; whether it did tell.

        Once `stop` is set, the line is good for nothing but to be dropped.
        """
        if not self._can("IDLE"):
            stop.wait(seconds)
            return False
        until = ticks() + seconds
        while (left := until - ticks()) > 0 and not stop.is_set():
            if self._idle(min(left, ROUND), stop):
                return True
        return False

    def drop(self, *, politely: bool = False) -> None:
        hang_up(self._client, politely=politely)

    def _ranges(self) -> list[str]:
        """Ranges of uids that hold all mails, and no more of them than one search may find."""
        lasts = range(MOST_FOUND, self._number, MOST_FOUND)
        uids = sorted(self._client.search([",".join(map(str, lasts))])) if lasts else []
        firsts = [1, *(uid + 1 for uid in uids)]
        return [f"{first}:{last}" for first, last in zip(firsts, [*uids, "*"], strict=True)]

    def _in_pieces(self, mark: Mark, still: Still) -> bytes | None:
        """A mail, piece by piece. None if `still()` says no.

        It ends where the server has no more of it: the size that servers tell may be off. Only
        where it is neither as long as told, nor a piece came short, is nothing more no end.
        """
        found, may_be_over = bytearray(), False
        while len(found) <= MOST_BYTES:
            if not still():
                return None
            piece = self._piece(mark.uid, len(found))
            if not piece:
                return bytes(found) if may_be_over else b""
            found += piece
            is_short, is_long = len(piece) < PIECE, len(found) >= mark.size
            if is_short and is_long:
                break
            may_be_over = is_short or is_long
        return bytes(found)

    def _piece(self, uid: int, start: int) -> bytes:
        """The bytes from `start` on; b"" if there are none, or if the server refuses."""
        try:
            return self._fetched(uid, f"BODY.PEEK[]<{start}.{PIECE}>", start)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:  # some do where a mail is over
            return b""

    def _head(self, uid: int) -> bytes:
        return self._fetched(uid, f"BODY.PEEK[HEADER]<0.{MOST_HEAD}>")

    def _fetched(self, uid: int, asked: str, start: int = 0) -> bytes:
        """What was asked for; b"" if there is none, or if it starts elsewhere."""
        answer = self._client.fetch([uid], [asked]).get(uid, {})
        starts = f"]<{start}>".encode(), *([b"]"] if start == 0 else [])
        for key, content in answer.items():
            if key.startswith(b"BODY[") and key.endswith(starts) and isinstance(content, bytes):
                return content
        return b""

    def _can(self, capability: str) -> bool:
        return bool(self._client.has_capability(capability))

    def _move(self, uid: int, place: str) -> None:
        if self._can("MOVE"):
            self._client.move([uid], place)
            return
        self._client.copy([uid], place)
        self._client.add_flags([uid], [DELETED], silent=True)
        if self._can("UIDPLUS"):  # without it, EXPUNGE would take other people's mail along
            self._client.uid_expunge([uid])

    def _idle(self, seconds: float, stop: threading.Event) -> bool:
        """Idle once. Leaving it is an exchange with the server, so that a dead one is noticed."""
        self._client.idle()
        until, told, live = ticks() + seconds, False, True
        while live and not told and (left := until - ticks()) > 0:
            began, slice_ = ticks(), min(left, SLICE)
            answers = self._client.idle_check(slice_)
            told = _tells(answers)
            # Nothing, and at once: that is how the library shows a line that was hung up.
            live = bool(answers) or ticks() - began >= slice_ / 2
            if stop.is_set():
                return told
        _, answers = self._client.idle_done()
        return told or _tells(answers)


def _tells(answers: Sequence[Any]) -> bool:
    """Whether one of the server's answers is that there is more mail than before."""
    return any(len(each) > 1 and each[1] == b"EXISTS" for each in answers)
