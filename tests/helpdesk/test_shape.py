"""What makes the desk quick, without a stop-watch: query plans, statements, modules imported."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from helpdesk import config, database, views
from helpdesk.config.settings import Config
from helpdesk.desk import Desk
from helpdesk.desk.holds import Holding
from helpdesk.intake import Request
from helpdesk.journal import Journal, Who
from helpdesk.store import Store
from helpdesk.sweep import sweep
from workflows.lifecycle import Hold

BART = Who("bart", "bart")

SLOW = ["alembic", "apscheduler", "dataclasses", "inspect", "jinja2", "notifications", "pathlib"]
SLOW += ["pydantic", "rich", "sqlalchemy", "sqlmodel", "tomllib", "transitions"]
"""Modules that take as long to import as a worklist takes to be read, or far longer."""

IMPORTED = """
import json, sys
from helpdesk import __main__
slow = json.loads(sys.argv.pop())
__main__.os._exit = lambda code: print(
    "imported:", json.dumps([name for name in slow if name in sys.modules]), file=sys.stderr
)
__main__.main()
"""


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """The SQL that is sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    sa.event.listen(store.engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(store.engine, "before_cursor_execute", note)


@pytest.fixture
def desk(store: Store) -> Desk:
    made = Desk(store, Journal(Config()))
    made.first_agent("bart", "Bart Simms")
    for number in range(20):
        made.raise_call(Request(organisation=f"Rose Cottage {number}"), BART, None)
    return made


def plan(store: Store, statement: str, values: tuple[object, ...]) -> str:
    with store.engine.connect().execution_options(read=True) as connection:
        found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return "\n".join(row[-1] for row in found)


def test_a_sweep_with_nothing_due_looks_once_and_begins_no_writing(desk: Desk) -> None:
    with statements(desk.store) as sent:
        swept = sweep(desk.store, desk.journal)

    assert not any(swept)
    # Is the moment come of a hold, of a clock, or of an alert? On SQLite, in a BEGIN of its own.
    assert len([each for each in sent if not each.startswith("BEGIN")]) == 1
    assert "BEGIN IMMEDIATE" not in sent


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("moment", "index", "least"),
    [
        ("clock.next_check", "ix_clock_next_check (next_check<?)", 3),  # the look, and two batches
        ("call.hold_check", "ix_call_hold_check (hold_check<?)", 2),
        ("alert.tell_at", "ix_alert_tell_at (tell_at<?)", 2),  # the look, and who is told
    ],
)
def test_a_sweep_asks_for_those_whose_moment_has_come_and_scans_no_table(
    desk: Desk, clock: Any, moment: str, index: str, least: int
) -> None:
    desk.acknowledge("1", BART)
    desk.hold("1", BART, Holding(Hold.AWAITING_REQUESTER, until=clock.now + timedelta(hours=1)))
    clock.passes(hours=54)
    with desk.store.engine.begin() as connection:  # known to be small, a table is soon scanned
        connection.exec_driver_sql("ANALYZE")
    with statements(desk.store) as sent:
        sweep(desk.store, desk.journal)
    asked = [each for each in sent if f"{moment} <=" in each and each.startswith("SELECT")]

    plans = [plan(desk.store, each, (str(clock.now),) * each.count("?")) for each in asked]

    assert len(plans) >= least
    for found in plans:
        assert f"INDEX {index}" in found
        assert not re.search(r"^SCAN (alert|call|clock)", found, re.MULTILINE)


def test_a_worklist_takes_three_statements_however_long_it_is(desk: Desk, url: str) -> None:
    counted: list[str] = []

    class Counting:
        def __init__(self, reader: database.Reader) -> None:
            self.reader = reader

        def rows(self, sql: str, **parameters: object) -> Any:
            counted.append(sql)
            return self.reader.rows(sql, **parameters)

    with database.reading(url) as reader:
        database.check_schema(database.schema_of(Counting(reader), url), url)
        lines = views.worklist(Counting(reader), desk.store.clock())

    assert len(lines) == 20
    assert len(counted) == 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk on SQLite with one open call, made through the command line."""
    made = tmp_path_factory.mktemp("desk")
    for words in (["init", "."], ["raise", "--organisation", "Rose Cottage"]):
        command = [sys.executable, "-m", "helpdesk", *words]
        subprocess.run(command, cwd=made, check=True, capture_output=True)
    return made


def imported(folder: Path, *words: str, **environment: str) -> list[str]:
    """Which of SLOW the command imports when its output is piped."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED, *words, json.dumps(SLOW)],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str] = json.loads(done.stderr.rpartition("imported:")[2])
    return found


@pytest.mark.parametrize(
    "words",
    [
        ("list",),
        ("next",),
        ("show", "1"),
        ("list", "--json"),
        ("brief",),
        ("mail",),
        ("outbox",),
        ("--version",),
    ],
)
def test_what_only_reads_imports_nothing_slow(folder: Path, words: tuple[str, ...]) -> None:
    assert imported(folder, *words) == []


def test_help_imports_nothing_slow_but_what_tidies_its_paragraphs(folder: Path) -> None:
    assert imported(folder, "--help") == ["inspect"]


def test_completing_a_reference_imports_nothing_slow(folder: Path) -> None:
    completing = {
        "_HELPDESK_COMPLETE": "bash_complete",
        "COMP_WORDS": "helpdesk show 1",
        "COMP_CWORD": "2",
    }

    assert imported(folder, **completing) == []


def test_an_acknowledgement_imports_neither_migrations_nor_the_other_engine(folder: Path) -> None:
    look = (
        "from helpdesk import app; import sys;"
        " print([name for name in sys.modules if name in ('alembic', 'apscheduler', 'rich')"
        " or name.startswith('sqlalchemy.dialects.postgresql')])"
    )

    done = subprocess.run(
        [sys.executable, "-c", look], cwd=folder, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


LINES = [
    "[store]", "[desk]", "[ store ]", "[store.more]", 'database = "a"', 'database="b"  # a word',
    "database = 'c'", 'zone = "Z"', r'zone = "\u005a"', '"zone" = "Y"', 'store.database = "d"',
    'store = {database = "e"}', '# database = "f"', 'name = "g"  # zone', "paths = [", '"zone",',
    "]", 'database = """h"""', 'name = "[store]"',
]  # fmt: skip


def test_the_quick_look_at_the_configuration_agrees_with_the_toml_reader() -> None:
    agreed = 0
    for lines in permutations(LINES, 3):
        text = "\n".join(lines)
        try:
            whole = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            continue
        quick = config.plainly(text)
        if quick is not None:
            agreed += 1
            for section, name in (("store", "database"), ("desk", "zone")):
                wanted = whole.get(section, {}).get(name)
                assert quick.get(section, {}).get(name) == wanted, text

    assert agreed > 50
