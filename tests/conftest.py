"""The stage of all tests: a Monday morning, a desk with its people, and real databases."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from helpdesk.store import Store
from tests import shared_statements
from tests.memory_folder import keep_in_memory

__all__ = ["shared_statements"]  # to import it is all that it needs

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def pytest_configure(config: pytest.Config) -> None:
    config.add_cleanup(keep_in_memory())  # before anybody asks for a folder


class FakeClock:
    """A clock that stands still until it is told how much time goes by."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **spans: float) -> None:
        self.now += timedelta(**spans)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty desk, made once by the real migrations."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite"
    made = Store(f"sqlite:///{path}", FakeClock())
    made.create()
    made.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "helpdesk.sqlite"
    shutil.copy(sqlite_template, path)
    path.chmod(0o600)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server, without a database: given, or started here."""
    if given := os.environ.get("HELPDESK_TEST_PG"):
        yield given.rstrip("/")
        return
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not binaries:
        pytest.skip("no PostgreSQL here: install Debian's postgresql, or set HELPDESK_TEST_PG")
    with tempfile.TemporaryDirectory(prefix="helpdesk-pg-") as folder:
        yield from serve_postgres(binaries[-1].parent, Path(folder))


def serve_postgres(binaries: Path, folder: Path, fsync: str = "off") -> Iterator[str]:
    """Run a PostgreSQL server of our own, its files in `folder`; its address."""
    # PostgreSQL refuses to run as root; Debian's package brings a user for it.
    user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    user = user if os.getuid() == 0 else []
    if user:
        shutil.chown(folder, "postgres", "postgres")
    store, port = folder / "data", _free_port()
    make = [*user, binaries / "initdb", "-D", store, "-U", "desk", "--auth=trust", "-E", "UTF8"]
    subprocess.run([*make, "--no-sync", "--locale=C.UTF-8"], check=True, capture_output=True)
    serve = [*user, binaries / "postgres", "-D", store, "-p", str(port), "-k", folder]
    serve += [
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        f"fsync={fsync}",
        "-c",
        "timezone=Asia/Tokyo",
    ]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(serve, stdout=log, stderr=log)
    try:
        _wait_for(port)
        yield f"postgresql://desk@127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the PostgreSQL server did not start")


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """How a database is made that is an empty desk's."""
    version = _administer(postgres_server, "CREATE DATABASE template_desk")
    made = Store(f"{postgres_server}/template_desk", FakeClock())
    made.create()
    made.engine.dispose()
    # To copy the files takes a tenth of the time of writing the log; older ones do nothing else.
    return "TEMPLATE template_desk" + (" STRATEGY FILE_COPY" if version >= LOGS_COPIES else "")


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    name = f"desk_{time.monotonic_ns()}"
    _administer(postgres_server, f"CREATE DATABASE {name} {postgres_template}")
    yield f"{postgres_server}/{name}"
    _administer(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


LOGS_COPIES = 150_000
"""The version of PostgreSQL that began to write a copied database into its log."""


def _administer(server: str, statement: str) -> int:
    """Do that on the server; its version."""
    import psycopg  # noqa: PLC0415  # only where PostgreSQL is

    deadline = time.monotonic() + 30
    while True:
        try:
            with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
                connection.execute(statement.encode())
                return connection.info.server_version
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """The address of an empty desk's database: each test that asks runs on both engines."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def store(url: str, clock: FakeClock) -> Iterator[Store]:
    made = Store(url, clock)
    yield made
    made.engine.dispose()
