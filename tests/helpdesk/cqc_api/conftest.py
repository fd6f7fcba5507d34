"""CQC's API with seven locations and two providers, and somebody who fetches from it."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from helpdesk.register.api import Caller, Fetched, Part, fetch, planned
from tests.conftest import MONDAY
from tests.cqc_api import CqcApi, calling, cqc_api_at_work, location, provider

PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def api() -> Iterator[CqcApi]:
    """An API with seven locations and two providers."""
    documents = [location(n) for n in range(1, 8)] + [provider(1), provider(2)]
    with cqc_api_at_work(documents) as made:
        yield made


@pytest.fixture
def caller(api: CqcApi) -> Iterator[Caller]:
    with calling(api) as made:
        yield made


@pytest.fixture
def fetched(api: CqcApi, tmp_path: Path) -> Callable[..., Fetched]:
    """Fetches all there is into a file."""

    def fetch_all(since: datetime | None = None, **how: Any) -> Fetched:
        with calling(api, **how) as caller, Part(tmp_path / "cqc.jsonl") as part:
            plan = part.plan
            if plan is None:
                plan = planned(caller, "", since, MONDAY)
                part.begin(plan)
            done = fetch(caller, part, plan, lambda _done, _total: None)
            part.let_go()
            return done

    return fetch_all


@pytest.fixture
def lines(tmp_path: Path) -> Callable[[], list[dict[str, Any]]]:
    """The documents in the file."""
    path = tmp_path / "cqc.jsonl"
    return lambda: [json.loads(each) for each in path.read_text(encoding="utf-8").splitlines()]
