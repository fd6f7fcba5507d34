"""A line to a mailbox that is kept open, and made anew when it broke."""

import random
from collections.abc import Callable
from typing import TypeVar

from helpdesk.clock import ticks
from helpdesk.config.post import Mailbox
from helpdesk.errors import HelpdeskError
from helpdesk.mailbox.line import Line
from helpdesk.mailbox.opening import Key, check, hang_up, opened
from helpdesk.mailbox.troubles import TROUBLE, down

LONGEST_REST = 300.0
"""Seconds: rests begin at one and double, so that a server that is ill is not pressed."""

JITTER = 0.2

T = TypeVar("T")


class Link:
    """The way to one mailbox, for one thread. Raises ConfigError for settings that are unsafe."""

    def __init__(self, mailbox: Mailbox, key: Key) -> None:
        check(mailbox)
        self._mailbox = mailbox
        self._key = key
        self._line: Line | None = None
        self._failures = 0
        self._rests_until = 0.0
        self._failure: HelpdeskError | None = None

    def do(self, work: Callable[[Line], T]) -> T:
        """What `work` gives; it is begun again on a new line, once, if the one that was kept broke.

        Raises MailboxDown, or why there is no password or token. After that, the mailbox rests
        for a while, in which the same is raised and nobody is called.
        """
        if self._line:
            try:
                return work(self._line)
            except HelpdeskError as error:
                self._rest(error)
                raise
            except TROUBLE:
                self.drop()  # it may have died since it was last used, unnoticed
        try:
            self._line = self._opened()
            found = work(self._line)
        except HelpdeskError as error:
            self._rest(error)
            raise
        except TROUBLE as error:
            failure = down(self._mailbox, error)
            self._rest(failure)
            raise failure from error
        self._failures = 0
        return found

    @property
    def rest(self) -> float:
        """For how many seconds the mailbox is left alone yet."""
        return max(0.0, self._rests_until - ticks())

    def drop(self, *, politely: bool = False) -> None:
        line, self._line = self._line, None
        if line:
            line.drop(politely=politely)

    def _opened(self) -> Line:
        if self._failure and self.rest:
            raise type(self._failure)(str(self._failure))
        client = opened(self._mailbox, self._key)
        try:
            return Line(self._mailbox, client)
        except BaseException:
            hang_up(client)
            raise

    def _rest(self, failure: HelpdeskError) -> None:
        self.drop()
        if self.rest:
            return  # nobody was called
        jitter = random.random()  # noqa: S311  # it spreads tries over time, and guards nothing
        seconds = min(LONGEST_REST, 2.0**self._failures) * (1 + JITTER * jitter)
        self._failures = min(self._failures + 1, 10)
        self._rests_until, self._failure = ticks() + seconds, failure
