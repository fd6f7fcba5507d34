"""How fast something is asked: a steady rate for many threads, and pauses that hold for all."""

import threading

from helpdesk.clock import ticks


class Pace:
    """Lets threads go on one after the other, so many in a minute."""

    def __init__(self, per_minute: int) -> None:
        self._interval = 60 / per_minute
        self._lock = threading.Lock()
        self._next = ticks()
        self._stopped = threading.Event()

    def wait(self) -> bool:
        """Wait for one's turn; False if it will not come any more."""
        while not self._stopped.is_set():
            with self._lock:
                now = ticks()
                left = self._next - now
                if left <= 0:
                    self._next = now + self._interval
                    return True
            self.rest(left)
        return False

    def hold(self, seconds: float) -> None:
        """Let nobody go on for so long."""
        with self._lock:
            self._next = max(self._next, ticks() + seconds)

    def rest(self, seconds: float) -> None:
        """Let the caller alone wait so long, or until all is over."""
        self._stopped.wait(seconds)

    def stop(self) -> None:
        """Let nobody go on any more, and wake whoever waits."""
        self._stopped.set()
