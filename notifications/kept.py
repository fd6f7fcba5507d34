"""The one line of a mailer to its server: opened when it is needed, kept for a while after that."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from notifications.mailer import Post, SmtpMailer
from notifications.smtp import Line


class KeptLine:
    """The one connection of a mailer: for one thread at a time, kept for a while after its use."""

    def __init__(self, settings: SmtpMailer) -> None:
        self._settings = settings
        self._lock = Lock()
        self._open: tuple[asyncio.Runner, Line] | None = None
        self._used = 0.0

    @contextmanager
    def connected(self) -> Iterator[Post]:
        """The connection, if it is still good, or a new one; ChannelDown if there is none."""
        with self._lock:
            if self._is_idle() or not self._answers():
                self._close()
            line = self._open[1] if self._open else self._new()
            try:
                yield line
            except BaseException:
                self._close()
                raise
            self._used = time.monotonic()
            if not self._settings.idle:
                self._close()

    def close_idle(self) -> None:
        if self._lock.acquire(blocking=False):  # what is in use is not idle
            try:
                if self._is_idle():
                    self._close()
            finally:
                self._lock.release()

    def close(self) -> None:
        with self._lock:
            self._close()

    def _is_idle(self) -> bool:
        return time.monotonic() - self._used >= self._settings.idle

    def _answers(self) -> bool:
        if self._open is None:
            return False
        runner, line = self._open
        return runner.run(line.answers())

    def _new(self) -> Line:
        runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        line = Line(self._settings, runner)
        self._open = runner, line
        try:
            runner.run(line.open())
        except BaseException:
            self._close()
            raise
        return line

    def _close(self) -> None:
        if self._open is None:
            return
        (runner, line), self._open = self._open, None
        with runner:
            try:
                runner.run(line.close())
            finally:
                runner.run(asyncio.sleep(0))  # what was hung up needs a turn of the loop to be gone
