"""What a load asks first: is a file known, is it old, would it take too much away?"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from helpdesk.errors import HelpdeskError
from helpdesk.models import Load
from helpdesk.register.places import day_in_words
from helpdesk.register.plan import Plan
from helpdesk.register.shapes import Shape, Source

TOO_MUCH = 0.1
"""The share of the registered locations that no load takes away without being told to."""


TOMORROW = timedelta(days=1)


class Doubtful(HelpdeskError):
    """a load that looks wrong was not made; nothing was changed"""

    exit_code = 65


class Loading(NamedTuple):
    """How files are to be loaded, and by whom."""

    by: str
    sure: bool = False  #: although it looks wrong
    extract: bool = False  #: its lists hold a part of what is registered, and take nothing away
    again: bool = False  #: although the very same bytes were loaded before


class Earlier(NamedTuple):
    """When the same file was loaded before, and by whom."""

    at: datetime
    by: str


def earlier(connection: sa.Connection, sources: Sequence[Source]) -> Mapping[str, Earlier]:
    """By their sums, those of `sources` that were loaded and need not be read again.

    Of a shape these are all or none, for what one file says another may have to put back; and none
    if yet another file of that shape was loaded since.
    """
    found: dict[str, Earlier] = {}
    for shape in {source.shape for source in sources}:
        given = {source.sha256 for source in sources if source.shape is shape}
        known = dict(_lately(connection, shape, given))
        if known.keys() == given:
            found |= known
    return found


def check_before(
    connection: sa.Connection, sources: Sequence[Source], loading: Loading, today: date
) -> None:
    """Doubtful if a newer file of the same shape was loaded before, or a file is of tomorrow."""
    for source in sources:
        if loading.sure or source.published_on is None:
            continue
        if source.published_on > today + TOMORROW:
            raise Doubtful(
                f"{source.name} says that it is of {day_in_words(source.published_on)}, which is"
                " yet to come, and would make all others old; put its day right, in its name or its"
                " first lines"
            )
        newest: date | None = connection.execute(
            sa.select(sa.func.max(col(Load.published_on))).where(
                col(Load.shape) == source.shape.value
            )
        ).scalar()
        if newest and source.published_on < newest:
            raise Doubtful(
                f"{source.name} is of {day_in_words(source.published_on)}, and that of"
                f" {day_in_words(newest)} is loaded already; if it is meant all the same, say --yes"
            )


def check_plan(plan: Plan, loading: Loading) -> None:
    """Doubtful if too many locations would not be registered any more."""
    if loading.sure or plan.lost <= plan.registered_before * TOO_MUCH:
        return
    names = ", ".join(source.name for source, _ in plan.tallies)
    raise Doubtful(
        f"after {names}, {plan.lost} of {plan.registered_before} locations would not be registered"
        " any more; if it holds only a part of them, say --extract, so that the rest stays; if it"
        " is right, say --yes"
    )


def _lately(
    connection: sa.Connection, shape: Shape, given: Collection[str]
) -> Iterator[tuple[str, Earlier]]:
    """What was loaded last of a shape, as long as it is what is given now; the newest last."""
    asked = sa.select(col(Load.sha256), col(Load.loaded_at), col(Load.by))
    theirs = asked.where(col(Load.shape) == shape.value).order_by(col(Load.id).desc())
    last = takewhile(lambda row: row[0] in given, connection.execute(theirs).all())
    for sha256, at, by in reversed(list(last)):
        yield sha256, Earlier(at, by)
