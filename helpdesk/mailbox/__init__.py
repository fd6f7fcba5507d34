"""A mailbox on an IMAP server, as a place that mail arrives at."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from helpdesk.clock import ticks
from helpdesk.config.post import Mailbox
from helpdesk.config.settings import secret
from helpdesk.errors import ConfigError, FileUnreadable, HelpdeskError
from helpdesk.intake import Delivery, Known, Place, Still
from helpdesk.mailbox.line import Line
from helpdesk.mailbox.link import Link
from helpdesk.mailbox.opening import Key

__all__ = ["ImapSource", "Key", "password_of"]

T = TypeVar("T")

ROUNDS = 3
"""How often a mail may come without its bytes before the operator is told."""


class ImapSource:
    """A mailbox, for one thread. It keeps its connection between two looks, and makes it anew.

    Every method raises MailboxDown if the mailbox cannot be used, with what mends it, and then
    lets it rest: 1 second, 2, 4 up to 5 minutes, in which the same is raised at once. What the
    server holds is changed by `settle` alone; no mail is marked as read.
    """

    def __init__(self, mailbox: Mailbox, key: Key) -> None:
        """ConfigError if a password would travel in clear."""
        self.mailbox = mailbox.name
        self._settings = mailbox
        self._link = Link(mailbox, key)
        self._validity = ""  # what the uids of the last look belong to
        self._told_of = ("", 0)  # the validity and the uid up to which mail was seen or told of
        self._empty: Counter[tuple[str, int]] = Counter()

    def waiting(self, known: Known, still: Still = lambda: True, /) -> Iterator[Delivery]:
        """The mails in the folder, oldest first, but for those that `known` tells of.

        Of a mail above 32 MB only the head is fetched. A mail whose bytes the server does not
        give is passed over; FileUnreadable, once all the others were given, when that happened
        three times. While much is fetched, `still()` is asked for each megabyte.
        """
        validity, uids = self._link.do(lambda line: (line.look(), line.lying()))
        self._validity, self._told_of = validity, (validity, max(uids, default=0))
        held = known([(validity, str(uid)) for uid in uids])
        unknown = [uid for uid in uids if (validity, str(uid)) not in held]
        marks = self._ask(lambda line: line.marks(unknown, still)) if unknown else []
        if marks is None:
            return  # the uids mean other mails by now, or we are to stop: the next look finds them
        bare = set(unknown) - {mark.uid for mark in marks}
        for mark in sorted(marks):
            found = self._ask(partial(Line.content, mark=mark, still=still))
            if found is None:
                return
            raw, cut = found
            if raw:
                yield Delivery(self.mailbox, validity, str(mark.uid), raw, mark.arrived_at, cut=cut)
            else:
                bare.add(mark.uid)
        self._tell_of(bare)

    def settle(self, uid: str, *, quarantined: bool = False) -> None:
        """Move the mail to the processed folder, or to quarantine; one that is gone is no error.

        The uid is one that the last look found. If the server has numbered its mails anew since,
        nothing is moved, and the next look finds the mail under its new number.
        """
        place = self._settings.quarantine if quarantined else self._settings.processed
        self._ask(lambda line: line.put_away(int(uid), place))

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait until there is new mail, `seconds` are over, or `stop` is set.

        True if it is worth a look now; each mail is told of once. A mailbox that is down raises
        nothing here: it is waited for as long as it rests, and the look tells of it. Back within
        a second after `stop`, or within 30 where a server keeps silent just then.
        """
        until = ticks() + seconds
        try:
            return self._link.do(lambda line: self._told(line, until, stop))
        except HelpdeskError:
            stop.wait(min(max(0.0, until - ticks()), self._link.rest))
            return not stop.is_set()
        finally:
            if stop.is_set():
                self._link.drop()

    def lying(self) -> list[Place]:
        """Where the mails in the folder lie now, in the order of the uids."""
        validity, uids = self._link.do(lambda line: (line.look(), line.lying()))
        return [(validity, str(uid)) for uid in uids]

    def remarks(self) -> list[str]:
        """What the operator should know of this server, in sentences."""
        return self._link.do(Line.remarks)

    def close(self) -> None:
        self._link.drop(politely=True)

    def _ask(self, work: Callable[[Line], T]) -> T | None:
        """What `work` gives; None if the uids of the last look do not mean the same any more."""

        def checked(line: Line) -> T | None:
            return work(line) if line.validity == self._validity else None

        return self._link.do(checked)

    def _told(self, line: Line, until: float, stop: threading.Event) -> bool:
        # Each mail is told of once: where looks fail, there is no cause to rush.
        validity, highest = self._told_of
        above = highest if line.validity == validity else 0
        if newer := line.came(above):
            self._told_of = (line.validity, max(newer))
            return True
        return line.waits(until - ticks(), stop)

    def _tell_of(self, bare: set[int]) -> None:
        """Count the mails that came without bytes, and forget those that did not again."""
        self._empty = Counter(
            {(self._validity, uid): self._empty[self._validity, uid] + 1 for uid in bare}
        )
        often = sorted(uid for (_, uid), times in self._empty.items() if times >= ROUNDS)
        if often:
            uids = ", ".join(map(str, often))
            raise FileUnreadable(
                f"{self.mailbox}: the server gives no bytes of the mail with uid {uids} (look at "
                "it in a mail program, and forward it to the desk or move it away and back)"
            )


def password_of(mailbox: Mailbox) -> Key:
    """The key that the mailbox's password is. It is read at each log-in: it may be changed."""

    def password(*, anew: bool = False) -> str:  # noqa: ARG001  # there is no other password
        found = secret("imap_password", mailbox.password_file)
        if found is None:
            raise ConfigError(
                f"there is no password for {mailbox.name} (set password_file, or "
                "HELPDESK_IMAP_PASSWORD in the environment)"
            )
        return found.get_secret_value()

    return password
