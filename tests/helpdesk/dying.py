"""A process that dies before any statement that a test names, and then again before the next."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from helpdesk.store import Store


class Death(BaseException):
    """The process ends here, as far as the unit of work can tell."""


@contextmanager
def dying_at(engine: sa.Engine, statement: int) -> Iterator[None]:
    """Let the process die before its n-th statement."""
    seen = 0

    def count(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == statement:
            raise Death

    sa.event.listen(engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        sa.event.remove(engine, "before_cursor_execute", count)


def deaths(store: Store, act: Callable[[], object], after: Callable[[], None]) -> int:
    """Let `act` die at its first statement, its second, ... until it lives; how often it died."""
    for statement in range(1, 500):
        try:
            with dying_at(store.engine, statement):
                act()
        except Death:
            after()
        else:
            return statement - 1
    pytest.fail("it never came to its end")
