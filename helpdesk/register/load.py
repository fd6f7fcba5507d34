"""Loads register files into the database: all of them or nothing, and twice is as good as once."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import sqlalchemy as sa

from helpdesk.errors import FileUnreadable, StoreBusy
from helpdesk.register import giving
from helpdesk.register.asking import Earlier, Loading, check_before, check_plan, earlier
from helpdesk.register.entries import Reject
from helpdesk.register.files import listing, opened
from helpdesk.register.held import Tally
from helpdesk.register.plan import Plan, Progress, begun, read_into
from helpdesk.register.shapes import Source
from helpdesk.register.writing import Outdated, Written, write
from helpdesk.store import Store, Tx

TRIES = 5
"""How often a load is worked out, while somebody else writes into the register each time."""


class Loaded(NamedTuple):
    """What came of one file. `new`, `changed` and `unchanged` count rows of the register."""

    file: str
    shape: str  #: what it is, in words
    read: int  #: pieces of the file: what was skipped or rejected too
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: Mapping[str, int] = MappingProxyType({})  #: why -> how many
    rejected: tuple[Reject, ...] = ()
    unlisted: int = 0  #: places that an earlier list had, and this one has not
    spared: int = 0  #: of such places those that stay, for this list is old, or broken in places
    odd_codes: tuple[str, ...] = ()  #: what stood where a code should be, and was left out
    known: Earlier | None = None  #: these very bytes were loaded then, and were not read again


class Summary(NamedTuple):
    """What came of all files of one load."""

    files: tuple[Loaded, ...]
    left_out: tuple[str, ...] = ()  #: files in a folder that are of no kind to be loaded
    claims: tuple[str, ...] = ()  #: of each code that a file gives to a second organisation
    woken: tuple[str, ...] = ()  #: the calls that waited for what it changed
    displaced: tuple[str, ...] = ()  #: the calls that were provided a code that is another now

    @property
    def new(self) -> int:
        return sum(each.new for each in self.files)

    @property
    def changed(self) -> int:
        return sum(each.changed for each in self.files)

    @property
    def unchanged(self) -> int:
        return sum(each.unchanged for each in self.files)

    @property
    def read(self) -> int:
        return sum(each.read for each in self.files)

    @property
    def skipped(self) -> int:
        return sum(sum(each.skipped.values()) for each in self.files)

    @property
    def rejected(self) -> tuple[Reject, ...]:
        return tuple(reject for each in self.files for reject in each.rejected)


class _Ready(NamedTuple):
    """A load that is worked out, and yet to be written."""

    plan: Plan
    known: Sequence[tuple[Source, Earlier]]
    left_out: tuple[str, ...]


Then = Callable[[Tx, Written, Summary], Summary]
"""What else is done in the transaction that writes, and the summary with what came of that."""


Looked = tuple[Mapping[str, Earlier], Plan]
Look = Callable[[Callable[[sa.Connection], Looked]], Looked]
"""Looks into the database as it stands."""


def no_more(_tx: Tx, _written: Written, summary: Summary) -> Summary:
    """Do nothing else."""
    return summary


def unseen(*_: object) -> None:
    """Tell nobody of the progress."""


def load(
    store: Store,
    paths: Sequence[Path],
    loading: Loading,
    then: Then = no_more,
    progress: Progress = unseen,
) -> Summary:
    """Bring the register up to date with the files at `paths`, in whatever order they come.

    Of a folder, its API documents and each of its tables.

    A row is found by its CQC id, else by its code; a row of ODS's joins the one that CQC knows
    (see twins.py). What a file is silent about stays as it was; a place that a list of all places
    has no more is deregistered. The rows that it changed bear the moment as `loaded_at`.

    Files are read, and compared with the register, without a lock: those that say of when they are,
    the oldest first. FileUnreadable, before anything is changed, if a file is none we know;
    Doubtful if the load looks wrong; StoreBusy if others write into the register all the time.
    """
    today = store.clock().date()
    prepare = partial(_ready, paths=paths, loading=loading, progress=progress, today=today)
    try:
        for _ in range(TRIES):
            with suppress(Outdated):
                return _once(store, prepare, loading.by, then)
    except FileUnreadable as refused:
        raise FileUnreadable(f"{refused}; nothing was loaded") from refused
    raise StoreBusy(
        f"others wrote into the register each of the {TRIES} times that the files were read, so"
        " nothing was loaded; type the same command again when fewer codes are given"
    )


def _once(store: Store, prepare: Callable[[Look], _Ready], by: str, then: Then) -> Summary:
    ready = prepare(store.look)
    return store.run(lambda tx: _written(tx, ready, by, then))


def _ready(
    look: Look, *, paths: Sequence[Path], loading: Loading, progress: Progress, today: date
) -> _Ready:
    found = listing(paths)
    sources = [opened(path) for path in found.sources]
    # Files may take minutes: while they are read, nothing is asked of the database.
    looking = partial(_looked, sources=sources, loading=loading, today=today)
    known, plan = look(looking)
    fresh = [source for source in sources if source.sha256 not in known]
    # What ODS says of codes counts after what CQC says, where no day tells which is newer.
    fresh.sort(key=lambda source: (source.published_on or date.max, source.shape.is_of_ods))
    read_into(plan, fresh, progress, today, extract=loading.extract, sure=loading.sure)
    check_plan(plan, loading)
    left_out = tuple(str(path) for path in found.left_out)
    again = [(each, known[each.sha256]) for each in sources if each.sha256 in known]
    return _Ready(plan, again, left_out)


def _looked(
    connection: sa.Connection, sources: Sequence[Source], loading: Loading, today: date
) -> Looked:
    """Which of `sources` are known, and the register as it is."""
    known = {} if loading.again else earlier(connection, sources)
    fresh = [each for each in sources if each.sha256 not in known]
    check_before(connection, fresh, loading, today)
    return known, begun(connection)


def _written(tx: Tx, ready: _Ready, by: str, then: Then) -> Summary:
    giving.alone(tx)
    written = write(tx, ready.plan, by)
    read = (_loaded(source, tally) for source, tally in ready.plan.tallies)
    known = (Loaded(source.name, source.shape.value, 0, known=at) for source, at in ready.known)
    summary = Summary((*read, *known), ready.left_out, written.claims)
    return then(tx, written, summary)


def _loaded(source: Source, tally: Tally) -> Loaded:
    return Loaded(
        tally.file,
        source.shape.value,
        tally.read,
        tally.new,
        tally.changed,
        tally.unchanged,
        dict(tally.skipped),
        tuple(tally.rejected),
        tally.unlisted,
        tally.spared,
        tuple(tally.odd_codes),
    )
