"""Mail is read by another process: what it costs is bounded, and what it kills is not the desk."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk.reading import ChildReader, Unreadable, parent, read
from tests.helpdesk.hostile import HEAD, with_file
from tests.helpdesk.made import request_mail

GOOD = request_mail(1)
HEAVY = HEAD + b"Subject: A code\n\n" + b"Organisation: Rose Cottage\n" * 800_000

KILLED = """
import os, signal, sys
from helpdesk.reading import ChildReader
reader = ChildReader()
reader.read(b"From: anne@rosecottage.example")
print(reader.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def reader() -> Iterator[ChildReader]:
    made = ChildReader()
    yield made
    made.close()


def why_unreadable(reader: ChildReader, raw: bytes) -> str:
    """Why this mail cannot be read; the next one can, by another process."""
    before = reader.pid
    with pytest.raises(Unreadable) as refused:
        reader.read(raw)
    assert reader.pid is None or reader.pid != before
    return str(refused.value)


@pytest.mark.parametrize(
    "raw", [GOOD, b"", with_file(bytes(range(256)) * 200, "form.docx"), b"Date: Mon, 2 Mar 2026"]
)
def test_another_process_reads_what_this_one_would(reader: ChildReader, raw: bytes) -> None:
    assert reader(raw) == read(raw)


def test_one_process_reads_many_mails_and_then_another_takes_over(reader: ChildReader) -> None:
    reader.read(GOOD)
    first = reader.pid
    for _ in range(parent.MOST_MAILS - 2):
        reader.read(b"")
    assert reader.pid == first

    reader.read(b"")
    found = reader.read(GOOD)

    assert reader.pid != first
    assert found == read(GOOD)


def test_a_mail_that_takes_long_is_given_up() -> None:
    reader = ChildReader(seconds=0.05)

    why = why_unreadable(reader, HEAVY)

    assert why == "reading it took more than 0.05 seconds"
    assert reader.read(GOOD) == read(GOOD)
    reader.close()


def test_a_mail_that_takes_much_memory_is_given_up() -> None:
    reader = ChildReader(megabytes=8)

    why = why_unreadable(reader, HEAVY)

    assert why == "reading it took more than 8 MB"
    assert reader.read(GOOD) == read(GOOD)
    reader.close()


def test_the_time_is_each_mails_own() -> None:
    reader = ChildReader(seconds=0.2)

    for _ in range(500):  # taken together, they take longer
        assert reader.read(GOOD).message.sender.name == "Anne Archer"

    reader.close()


def test_a_process_that_stands_still_is_given_up() -> None:
    reader = ChildReader(patience=0.2)
    reader.read(GOOD)
    assert reader.pid
    os.kill(reader.pid, signal.SIGSTOP)

    why = why_unreadable(reader, GOOD)

    assert why == "reading it took more than 0.2 seconds"
    reader.close()


def test_a_mail_that_kills_its_reader_is_given_up(reader: ChildReader) -> None:
    reader.read(GOOD)
    pid = reader.pid
    assert pid
    threading.Timer(0.05, os.kill, (pid, signal.SIGSEGV)).start()

    why = why_unreadable(reader, HEAVY)

    assert why == "it ended the program that read it (signal 11)"
    assert reader.read(GOOD) == read(GOOD)


def test_no_mail_is_to_blame_for_a_reader_that_somebody_ended(reader: ChildReader) -> None:
    reader.read(GOOD)
    assert reader.pid
    os.kill(reader.pid, signal.SIGKILL)
    wait_for_end(reader.pid)

    assert reader.read(GOOD) == read(GOOD)


def test_threads_take_turns(reader: ChildReader) -> None:
    found: list[str] = []

    def ask(number: int) -> None:
        found.append(reader.read(request_mail(number)).request.organisation)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == sorted(f"Rose Cottage {number}" for number in range(20))


def test_a_stop_that_is_meant_for_the_desk_does_not_end_its_reader(reader: ChildReader) -> None:
    reader.read(GOOD)
    before = reader.pid
    assert before
    for stop in (signal.SIGINT, signal.SIGTERM):
        os.kill(before, stop)
    time.sleep(0.05)

    found = reader.read(GOOD)

    assert found == read(GOOD)
    assert reader.pid == before


def test_the_reader_dies_with_the_desk_even_when_that_is_killed() -> None:
    desk = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, check=False)

    assert desk.returncode == -signal.SIGKILL
    wait_for_end(int(desk.stdout))


def test_the_reader_knows_no_secrets_and_holds_no_folder(
    reader: ChildReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELPDESK_SMTP_PASSWORD", "canary")
    monkeypatch.setenv("PGPASSWORD", "canary")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "json.py").write_text("raise SystemExit('not this one')")

    reader.read(GOOD)

    running = Path(f"/proc/{reader.pid}")
    assert b"canary" not in (running / "environ").read_bytes()
    assert (running / "cwd").readlink() != tmp_path


def test_a_reader_that_does_not_start_is_no_mails_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    with pytest.raises(parent.NoReader):
        ChildReader().read(GOOD)


def wait_for_end(pid: int) -> None:
    """Until the process has ended, though nobody may have been told yet."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return
        if state == "Z":
            return
        time.sleep(0.02)
    pytest.fail(f"process {pid} is still there")
