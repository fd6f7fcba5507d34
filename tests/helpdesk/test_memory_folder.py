"""The tests' own files lie in memory where they can, and elsewhere without a word."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from helpdesk.doctor.ground import file_system
from tests.memory_folder import PREFIX, keep_in_memory


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the machine's memory; temporary files are as before afterwards."""
    monkeypatch.setattr(tempfile, "tempdir", tempfile.tempdir)
    (tmp_path / "memory").mkdir()
    return tmp_path / "memory"


def test_temporary_files_go_where_memory_is_and_are_gone_afterwards(memory: Path):
    env: dict[str, str] = {}

    end = keep_in_memory(env, memory, room=0)
    (folder,) = memory.iterdir()
    (folder / "file").touch()

    assert env == {"TMPDIR": str(folder)}
    assert folder.stat().st_mode & 0o777 == 0o755
    end()
    assert (env, list(memory.iterdir())) == ({}, [])


def test_what_a_killed_run_left_behind_is_taken_away_and_what_is_in_use_stays(memory: Path):
    (memory / f"{PREFIX}left" / "deep").mkdir(parents=True)
    (memory / "not-ours").mkdir()
    first = keep_in_memory({}, memory, room=0)
    there = {each.name for each in memory.iterdir()}

    second = keep_in_memory({}, memory, room=0)

    assert f"{PREFIX}left" not in there
    assert there < {each.name for each in memory.iterdir()}
    first()
    second()
    assert [each.name for each in memory.iterdir()] == ["not-ours"]


@pytest.mark.parametrize("named", ["TMPDIR", "", "nowhere"])
def test_nothing_happens_where_a_folder_is_named_or_memory_is_scarce(memory: Path, named: str):
    env = {named: "/elsewhere"}
    where = memory / "nothing-here" if named == "nowhere" else memory

    keep_in_memory(env, where, room=0 if named else 1 << 62)()

    assert env == {named: "/elsewhere"}
    assert list(memory.iterdir()) == []


def test_child_processes_keep_theirs_there_too():
    asked = [sys.executable, "-c", "import tempfile; print(tempfile.gettempdir())"]

    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout

    assert told.strip() == tempfile.gettempdir()


def test_the_kind_of_a_file_system_is_that_of_what_is_mounted_there():
    if not Path("/proc/self/mounts").exists():
        pytest.skip("this system does not say what is mounted")

    assert file_system(Path("/proc/self")) == "proc"
