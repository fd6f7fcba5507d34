"""A desk that has a key of CQC's API, and the API that it is for."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpdesk.app import build
from helpdesk.cli.context import os_user
from helpdesk.config import settings
from helpdesk.database import reading
from tests.cqc_api import KEY, CqcApi, cqc_api_at_work, location, provider
from tests.helpdesk.cli.typed_at import MONDAY, TypedAt

CONFIG = """\
[desk]
address = "desk@ods.example"
[store]
database = "{url}"
[cqc]
api_url = "{api}"
api_key_file = "key"
per_minute = {per_minute}
"""


@pytest.fixture
def cqc() -> Iterator[CqcApi]:
    """An API with twelve homes and their provider."""
    with cqc_api_at_work([location(n) for n in range(1, 13)] + [provider(1)]) as made:
        yield made


@pytest.fixture
def fetching_at(
    tmp_path: Path, cqc: CqcApi, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], TypedAt]:
    """Gives a desk with that database, and the key of the API; its folder is the current one."""

    def made(url: str, per_minute: int = 60_000) -> TypedAt:
        folder = tmp_path / "fetching"
        folder.mkdir()
        text = CONFIG.format(url=url, api=cqc.url, per_minute=per_minute)
        (folder / "config.toml").write_text(text, encoding="utf-8")
        (folder / "key").write_text(KEY, encoding="utf-8")
        monkeypatch.chdir(folder)
        app = build(settings.load(folder / "config.toml"), lambda: MONDAY)
        app.desk.first_agent(os_user(), "Mo Moss")
        app.close()
        return TypedAt(folder)

    return made


def names(url: str) -> list[str]:
    with reading(url) as reader:
        return [row["name"] for row in reader.rows("SELECT name FROM location ORDER BY cqc_id")]
