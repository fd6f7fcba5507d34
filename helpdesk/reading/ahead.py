"""Reads mails ahead, while those before them are acted on."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from helpdesk.intake import Read, Reads
from helpdesk.reading.parent import ChildReader

Begun = Callable[[], Read]
"""Waits for what is being read from a mail, and gives it, or raises as `read` does."""


@contextmanager
def begins(reads: Reads) -> Iterator[Callable[[bytes], Begun]]:
    """Lets mails be read one after the other; what nobody waited for in the end is not begun.

    In this process no mail is read before somebody waits for it: it gains nothing, and a mail that
    ends the process is always the first of those that are left.
    """
    if not isinstance(reads, ChildReader):
        yield lambda raw: partial(reads, raw)
        return
    reader = ThreadPoolExecutor(1, "reads mail")
    try:
        yield lambda raw: reader.submit(reads, raw).result
    finally:
        reader.shutdown(cancel_futures=True)
