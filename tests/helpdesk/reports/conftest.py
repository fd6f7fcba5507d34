"""Figures of a week and of a morning, each worked out by hand for a made-up desk.

The week is that of Monday 2 March 2026, at a desk that has the default promises and hours:

    A  received Mon  2 Mar 09:00, acknowledged 10:00; held at the desk Tue 10:00 until it was
       allocated, Wed 10:00; closed
    B  received Mon 23 Feb 09:00, acknowledged 12:00; held for the requester Thu 26 Feb 12:00 to
       Mon 2 Mar 12:00; allocated Wed 4 Mar 12:00; closed
    C  received Mon  2 Mar 09:00, acknowledged Thu 09:00, a day late; withdrawn Fri 09:00
    D  received Fri  6 Mar 18:00, acknowledged Sun 12:00: no desk time lay before its due
    E  received Sat  7 Mar 10:00, and nobody answered
    F  received Tue  3 Mar 09:00, closed as spam 10:00
    G  received Mon 23 Feb 09:00, and nobody answered: breached Wed 25 Feb 09:00
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpdesk.app import build
from helpdesk.config.settings import Config, Desk, People
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.desk.people import Person
from helpdesk.duties import load_register
from tests.helpdesk.reports.reported import PLACE, Made, feb, mar
from workflows.lifecycle import Hold, Outcome


@pytest.fixture
def made(url: str, clock: Any, tmp_path: Path) -> Iterator[Made]:
    clock.now = feb(23, 9)
    config = Config(
        store=StoreSettings(database=url),
        people=People(supervisors=("sue@ods.example",)),
        desk=Desk(address="desk@ods.example"),
    )
    app = build(config, clock)
    app.desk.first_agent("sue", "Sue Shah")
    app.desk.add_agent(Person("bart", "Bart Brown", "bart@ods.example", "bart"), "sue")
    register = tmp_path / "register.json"
    register.write_text(json.dumps([PLACE]), encoding="utf-8")
    load_register(app, [register], app.desk.who("sue", None))
    yield Made(app, clock)
    app.store.engine.dispose()


@pytest.fixture
def a_week(made: Made) -> Made:
    """The desk of the first lines of this file, on the Monday after."""
    b, _g = made.raised("B"), made.raised("G")
    made.at(feb(23, 12)).acknowledged(b)
    made.at(feb(26, 12)).held(b, Hold.AWAITING_REQUESTER)
    made.at(mar(2, 9))
    a, c = made.raised("A"), made.raised("C")
    made.at(mar(2, 10)).acknowledged(a)
    made.at(mar(2, 12)).app.desk.resume(b, made.bart)
    f = made.at(mar(3, 9)).raised("F")
    made.at(mar(3, 10)).closed(f, Outcome.SPAM)
    made.held(a, Hold.INTERNAL, until=mar(20))
    made.at(mar(4, 10)).provided(a)
    made.at(mar(4, 12)).provided(b)
    made.at(mar(5, 9)).acknowledged(c)
    made.at(mar(6, 9)).closed(c, Outcome.WITHDRAWN)
    d = made.at(mar(6, 18)).raised("D")
    made.at(mar(7, 10)).raised("E")
    made.at(mar(8, 12)).acknowledged(d)
    return made.at(mar(9, 9))
