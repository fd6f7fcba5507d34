"""The program that reads mail, as it is started, asked and ended."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import PIPE, Popen, TimeoutExpired
from typing import IO, cast

from helpdesk.errors import NotInstalled
from helpdesk.reading import frames
from helpdesk.reading.frames import Answer

TO_START = 60.0
"""Seconds for the process to be there, on a machine with much else to do."""

TO_END = 1.0
"""Seconds for it to be gone once it speaks no more."""

PASSED_ON = frozenset(
    {"LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPYCACHEPREFIX"}
    | {"SYSTEMROOT", "TEMP", "TMP", "TMPDIR"}
)
"""What the process gets of our environment: nothing that could be a secret."""


class NoReader(NotInstalled):
    """the program that reads mail does not start; no mail is to blame, and none is lost"""


class Program:
    """One process that reads mails, each with so many seconds of the processor and megabytes."""

    def __init__(self, seconds: float, megabytes: int) -> None:
        """Start it. Raises NoReader if it does not come up."""
        self._seconds = seconds
        self._process = _started(str(seconds), str(megabytes))
        self._questions = cast("IO[bytes]", self._process.stdin)  # for a pipe was asked for
        self._answers = cast("IO[bytes]", self._process.stdout)
        is_up = False
        try:
            with self._killed_after(TO_START):
                is_up = frames.received(self._answers) == frames.READY
        finally:
            if not is_up:
                self.end()
        if not is_up:
            raise NoReader

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def asked(self, raw: bytes, patience: float) -> Answer:
        """What it says of a mail; if the mail ends it, or takes too long, how that was."""
        with self._killed_after(patience) as overran:
            content = self._answer(raw)
        if overran.is_set():
            return Answer(None, f"reading it took more than {patience:g} seconds")
        if content is not None:
            return frames.understood(content)
        return Answer(None, self._cause_of_death(self._exit_code()))

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._questions, self._answers):
            with suppress(OSError):  # What it was never told is still there to be written.
                pipe.close()

    @contextmanager
    def _killed_after(self, seconds: float) -> Iterator[threading.Event]:
        """Kill it if this takes longer, and tell of it: a pipe by itself knows no deadline."""
        overran = threading.Event()

        def kill() -> None:
            overran.set()
            self._process.kill()

        timer = threading.Timer(seconds, kill)
        timer.daemon = True
        timer.start()
        try:
            yield overran
        finally:
            timer.cancel()
            timer.join()  # So it cannot strike while the next mail is read.

    def _answer(self, raw: bytes) -> bytes | None:
        with suppress(OSError):  # What it said before it went still counts.
            frames.send(self._questions, raw)
        return frames.received(self._answers)

    def _exit_code(self) -> int:
        try:
            return self._process.wait(TO_END)
        except TimeoutExpired:  # It is still there, and only talks nonsense.
            self._process.kill()
            return self._process.wait()

    def _cause_of_death(self, code: int) -> str:
        if sys.platform != "win32" and code == -signal.SIGPROF:
            return f"reading it took more than {self._seconds:g} seconds"
        how = f"signal {-code}" if code < 0 else f"exit {code}"
        return f"it ended the program that read it ({how})"


def _started(*limits: str) -> Popen[bytes]:
    """The process, which finds the modules where we do, wherever it starts."""
    environment = {name: kept for name, kept in os.environ.items() if name in PASSED_ON}
    environment["PYTHONPATH"] = os.pathsep.join(str(Path(each).absolute()) for each in sys.path)
    command = [sys.executable, "-P", "-m", "helpdesk.reading.child", *limits]
    try:
        return Popen(  # noqa: S603  # our own program
            command,
            stdin=PIPE,
            stdout=PIPE,
            env=environment,
            cwd=Path(sys.executable).anchor,
            process_group=0,  # What a terminal sends to us is not meant for it.
        )
    except OSError as error:
        raise NoReader(f"the program that reads mail does not start: {error.strerror}") from None
