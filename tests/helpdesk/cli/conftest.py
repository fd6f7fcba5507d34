"""The stage of the command line's tests: made-up desks, made once and copied for each test."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from helpdesk.models import Role
from tests.helpdesk.cli.fetching_at import cqc, fetching_at
from tests.helpdesk.cli.received import ANSWER, AWAY, FIRST, ZED, arrives
from tests.helpdesk.cli.replied import anne, editor
from tests.helpdesk.cli.typed_at import TypedAt, make

__all__ = ["anne", "cqc", "editor", "fetching_at"]


@pytest.fixture(autouse=True)
def nobody_elses_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HELPDESK_AGENT", "HELPDESK_CONFIG", "HELPDESK_SMTP_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Role | None], Path]:
    """Gives the folder of a desk where whoever runs this has that role, or none."""
    folders: dict[Role | None, Path] = {}

    def of_role(role: Role | None) -> Path:
        if role not in folders:
            folders[role] = tmp_path_factory.mktemp("desk")
            make(folders[role], role)
        return folders[role]

    return of_role


@pytest.fixture
def desk_as(
    made: Callable[[Role | None], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Role | None], TypedAt]:
    """Gives a desk of one's own, like that of `made`; it is the current folder then."""

    def of_role(role: Role | None) -> TypedAt:
        shutil.copytree(made(role), tmp_path / "desk")
        monkeypatch.chdir(tmp_path / "desk")
        return TypedAt(tmp_path / "desk")

    return of_role


@pytest.fixture
def desk(desk_as: Callable[[Role | None], TypedAt]) -> TypedAt:
    """A desk of which whoever runs this is a supervisor."""
    return desk_as(Role.SUPERVISOR)


@pytest.fixture
def mails(desk: TypedAt) -> TypedAt:
    """Anne's request (mail 1, ODS-000007) and her answer, an automatic mail, and Zed's."""
    arrives(desk, FIRST, ANSWER, AWAY, ZED)
    return desk
