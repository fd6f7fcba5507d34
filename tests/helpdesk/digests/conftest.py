"""The desk whose daemon looks, on either engine, with a supervisor and an operator."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpdesk.app import build
from helpdesk.config.settings import Config, Outbox, People
from helpdesk.config.settings import Store as StoreSettings
from tests.helpdesk.digests.looks import OPERATOR, SUE, Desk


@pytest.fixture
def desk(url: str, clock: Any, tmp_path: Path) -> Iterator[Desk]:
    config = Config(
        store=StoreSettings(database=url),
        people=People(supervisors=(SUE,), operator=(OPERATOR,)),
        outbox=Outbox(folder=tmp_path / "outbox"),
    )
    app = build(config, clock)
    app.desk.first_agent("sue", "Sue Shah")
    yield Desk(app, clock)
    app.store.engine.dispose()
