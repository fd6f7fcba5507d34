"""Reads mail in a process of its own, so that no mail takes the desk down."""

import threading

from helpdesk.intake import Read
from helpdesk.reading.program import NoReader, Program
from helpdesk.reading.reads import Unreadable

__all__ = ["ChildReader", "NoReader"]

MOST_MAILS = 2000
"""After so many a new process takes over: in a long-lived one memory falls to pieces."""


class ChildReader:
    """Reads mails one at a time, whoever asks, each within limits of processor and memory.

    Its process is started when it is first needed, and anew after a mail that could not be read.
    Where the system knows no such limits, `patience` alone holds: seconds by the clock on the
    wall, many more than `seconds`, for that the machine is busy is no fault of the mail.
    """

    def __init__(
        self, seconds: float = 5.0, megabytes: int = 512, *, patience: float = 30.0
    ) -> None:
        self._seconds, self._megabytes, self._patience = seconds, megabytes, patience
        self._alone = threading.Lock()
        self._program: Program | None = None
        self._mails = 0

    @property
    def pid(self) -> int | None:
        """The process that reads; None while there is none."""
        return self._program.pid if self._program else None

    def __call__(self, raw: bytes) -> Read:
        """As `read`."""
        return self.read(raw)

    def read(self, raw: bytes) -> Read:
        """Read a mail. Raises Unreadable if that cannot be done, and NoReader if nobody can."""
        with self._alone:
            program, found = self._ready(), None
            self._mails += 1
            try:
                answer = program.asked(raw, self._patience)
                found = answer.read
            finally:
                if found is None or self._mails >= MOST_MAILS:
                    self._end()  # Nobody knows what a mail that cannot be read has left behind.
        if found is None:
            raise Unreadable(answer.trouble)
        return found

    def close(self) -> None:
        """End the process, if there is one; a mail that is being read is read first."""
        with self._alone:
            self._end()

    def _ready(self) -> Program:
        """The process, alive: it may have been ended by others since it was last asked."""
        if self._program and not self._program.is_alive:
            self._end()
        if not self._program:
            self._program, self._mails = Program(self._seconds, self._megabytes), 0
        return self._program

    def _end(self) -> None:
        if self._program:
            self._program.end()
        self._program = None
