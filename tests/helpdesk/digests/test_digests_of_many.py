"""A digest of more breaches than a letter has room for."""

import time
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from helpdesk.app import build
from helpdesk.config.settings import Config, People
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.models import Call, Clock
from tests.helpdesk.digests.looks import SUE, Desk, moment
from workflows.lifecycle import ACKNOWLEDGE
from workflows.sla import Standing


def test_ten_thousand_breaches_are_a_short_letter_with_true_totals(
    sqlite_url: str, clock: Any
) -> None:
    config = Config(store=StoreSettings(database=sqlite_url), people=People(supervisors=(SUE,)))
    desk = Desk(build(config, clock), clock)
    desk.looks()
    _breached(desk, 10_000)
    desk.at(moment(3, 3))
    started = time.perf_counter()

    assert desk.looks() == 1

    assert time.perf_counter() - started < 1
    (letter,) = desk.letters()
    assert letter.subject == "Digest: 2,500 new, 7,500 still missed, 0 at risk today"
    assert letter.text.count("late by") == 100
    assert "and 2,450 more" in letter.text
    assert "and 7,450 more" in letter.text
    desk.app.store.engine.dispose()


def _breached(desk: Desk, number: int) -> None:
    """Calls that nobody answered: a quarter of the breaches was found just now."""
    now, hour = desk.clock.now, timedelta(hours=1)
    policy_, begun = ACKNOWLEDGE.policy.values(), now - timedelta(days=9)
    calls = [
        {"id": n, "state": "received", "step": "acknowledge", "organisation": f"Home {n}"}
        | {"received_at": begun, "recorded_at": begun, "promise_at": now}
        for n in range(1, number + 1)
    ]
    clocks = [
        {"call_id": n, "target": "acknowledge", "policy": policy_, "started_at": begun}
        | {"due_at": begun + 48 * hour, "gross_due_at": begun + 48 * hour, "version": 1}
        | {"at_risk_at": begun + 36 * hour, "standing": Standing.BREACHED}
        | {"detected_at": now + hour if n % 4 == 0 else now - hour}
        for n in range(1, number + 1)
    ]

    def unit(tx: Any) -> None:
        tx.session.execute(sa.insert(Call).values(version=1), calls)
        tx.session.execute(sa.insert(Clock), clocks)

    desk.app.store.run(unit)
