"""Made-up desks of any size, in the tables that the migrations make, and calls that fall due.

The first calls are raised as an agent raises them; SQL multiplies them.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from helpdesk.app import App, build
from helpdesk.clock import utc_now
from helpdesk.config import settings
from helpdesk.config.settings import Config, People
from helpdesk.intake import Request
from helpdesk.journal import Who
from helpdesk.store import Store
from workflows.sla import Standing

SEED = 100
"""How many calls are raised."""

ARRIVALS = timedelta(days=1)
"""The calls came one after another within this time."""

SOONEST = timedelta(hours=2)
"""No clock is due for a check within this time."""

AGENT = Who("bart", "bart")
PEOPLE = People(supervisors=("sue@desk.example",), desk=("desk@desk.example",))
LADDER = settings.Ladder(quiet=False)
"""Letters go out at once, on whatever day this is run."""

REQUEST = Request(
    requester_name="Anne Ash",
    requester_email="anne@rosecottage.example",
    requester_phone="01632 960017",
    organisation="Rose Cottage Residential Home",
    postcode="ZZ1 1ZZ",
    purposes=("DSPT", "NHSmail"),
)

TURNS = {Standing.AT_RISK: "at_risk_at", Standing.BREACHED: "due_at"}
"""The moment from which a clock stands so."""

KEPT = {"id", "call_id", "cycle", "version"}
"""What a clock keeps when it is set to another time."""

Clock = Mapping[str, object]
"""The columns of a clock, as the driver gives them."""


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def app_of(path: Path) -> App:
    """The desk at `path`, as its daemon builds it, with people to write to."""
    config = Config(store=settings.Store(database=url_of(path)), people=PEOPLE, ladder=LADDER)
    return build(config, daemon=True)


def with_open_calls(path: Path, number: int) -> Store:
    """A new desk with `number` open calls, none due for a check within the next two hours."""
    app = app_of(path)
    app.store.create()
    now = utc_now()
    for each in range(min(number, SEED)):
        _raise(app, now - ARRIVALS * each / SEED)
    app.store.close()
    soon = {"soon": f"{now + SOONEST:%Y-%m-%d %H:%M:%S.%f}"}
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        for table, shifted in (("call", {"id"}), ("clock", {"id", "call_id"})):
            _multiply(connection, table, shifted, number)
        # On a Saturday some are at risk from their first minute: but none is to be due.
        connection.execute("UPDATE clock SET next_check = :soon WHERE next_check < :soon", soon)
        connection.execute("ANALYZE")
        connection.commit()
    return app.store


@contextmanager
def copy_of_desk(number: int) -> Iterator[Path]:
    """A desk with `number` open calls, to write into: a copy of the one that is made once a run."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.sqlite"
        shutil.copyfile(_made(number), path)
        yield path


def kept() -> Path:
    """A folder that lasts as long as the run."""
    return Path(_folder().name)


def spread(size: int, number: int) -> range:
    """The numbers of `number` calls, evenly spread over a desk of `size`."""
    return range(1, size + 1, size // number)[:number]


def crossing(path: Path, standing: Standing) -> Clock:
    """How the first clock of a call is set that came to stand so a short while ago, unnoticed."""
    app, turn = app_of(path), TURNS[standing]
    now = utc_now()
    received = now
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        while True:  # where only staffed time counts, the first guess may be off
            clock = dict(_clock_of(connection, _raise(app, received)))
            late = now - datetime.fromisoformat(str(clock[turn])).replace(tzinfo=now.tzinfo)
            if late > timedelta():
                break
            received += late - timedelta(seconds=1)
        mine = connection.execute("DELETE FROM clock WHERE id >= ?", (clock["id"],))
        assert mine.rowcount
        connection.commit()
    app.store.close()
    return {name: value for name, value in clock.items() if name not in KEPT}


def let_cross(path: Path, calls: range, clock: Clock, cycle: int) -> None:
    """Set the first clocks of `calls` to `clock`, in another `cycle`: so that they cross again."""
    settings = ", ".join(f"{name} = :{name}" for name in clock)
    with closing(sqlite3.connect(path)) as connection:
        done = connection.execute(
            f"UPDATE clock SET {settings}, cycle = :cycle, version = version + 1"
            " WHERE target = :target AND call_id BETWEEN :first AND :last"
            " AND (call_id - :first) % :step = 0",
            {**clock, "cycle": cycle, "first": calls[0], "last": calls[-1], "step": calls.step},
        )
        assert done.rowcount == len(calls), (done.rowcount, len(calls))
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


@cache
def _made(number: int) -> Path:
    """A desk that is made once a run."""
    path = kept() / f"{number}.sqlite"
    with_open_calls(path, number).close()
    return path


def _raise(app: App, received: datetime) -> int:
    """The number of a new call that came in then."""
    done = app.desk.raise_call(REQUEST, AGENT, received, again=True)
    return int(str(done.answer["reference"]).rpartition("-")[2])


def _clock_of(connection: sqlite3.Connection, call: int) -> sqlite3.Row:
    found = connection.execute("SELECT * FROM clock WHERE call_id = ? ORDER BY id", (call,))
    row: sqlite3.Row = found.fetchone()
    return row


def _multiply(connection: sqlite3.Connection, table: str, shifted: set[str], number: int) -> None:
    """Repeat the first rows of `table` until there are `number`, each with numbers of its own."""
    names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    values = [f"{table}.{name} + n * {SEED}" if name in shifted else name for name in names]
    connection.execute(
        "WITH RECURSIVE step (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM step WHERE n < :steps)"
        f" INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)}"
        f" FROM step CROSS JOIN {table} WHERE {table}.id <= {SEED}"
        f" AND {table}.id + n * {SEED} <= :number",
        {"steps": max(1, number // SEED), "number": number},
    )
