"""Places for mail that are closed, crowded, or changed by other programs in the meantime."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from helpdesk.intake import sources


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"Subject: Code\n\nHello")
    return path


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "box" / name).mkdir(parents=True)
    return tmp_path / "box"


def told(path: Path, kind: str) -> str:
    """What a person who is not root is told of a source that may not be looked into."""
    program = (
        "import os, sys; from pathlib import Path\n"
        "from helpdesk.errors import FileUnreadable; from helpdesk.intake import sources\n"
        "if os.getuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        f"try: list({kind}(Path(sys.argv[1])).waiting(lambda _: ()))\n"
        "except FileUnreadable as error: print(error)"
    )
    command = [sys.executable, "-c", program, str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.parametrize("mode", [0o000, 0o444])
@pytest.mark.parametrize(
    "kind", ["sources.MaildirSource", "sources.FolderSource", "sources.source_for"]
)
def test_a_folder_that_may_not_be_looked_into_says_what_to_do(mode: int, kind: str):
    with tempfile.TemporaryDirectory() as outside:  # pytest's own folders are closed to others
        Path(outside).chmod(0o755)
        box = Path(outside) / "box"
        put(box / "new" / "a.eml")
        put(box / "a.eml")
        box.chmod(mode)

        message = told(box, kind)
        box.chmod(0o700)

    assert "cannot be read: Permission denied (see that" in message


def test_a_maildir_whose_mails_may_not_be_looked_at_says_what_to_do():
    with tempfile.TemporaryDirectory() as outside:
        Path(outside).chmod(0o755)
        new = put(Path(outside) / "box" / "new" / "a").parent
        new.parent.chmod(0o755)
        new.chmod(0o444)

        message = told(new.parent, "sources.source_for")
        new.chmod(0o700)

    assert "new cannot be read: Permission denied (see that" in message


def test_thousands_of_mails_that_were_looked_at_are_settled_in_seconds(maildir: Path):
    for number in range(2000):
        (maildir / "cur" / f"{number}.M1:2,S").touch()
    source = sources.MaildirSource(maildir)
    begun = time.process_time()

    for number in range(2000):
        source.settle(f"{number}.M1")

    assert not list((maildir / "cur").iterdir())
    assert time.process_time() - begun < 4


def test_a_mail_that_was_moved_or_came_since_is_settled_all_the_same(maildir: Path):
    one = put(maildir / "cur" / "one:2,")
    source = sources.MaildirSource(maildir)
    list(source.waiting(lambda _: ()))
    one.rename(maildir / "cur" / "one:2,S")
    put(maildir / "cur" / "two:2,")

    source.settle("one")
    source.settle("two")

    settled = maildir / ".Processed" / "cur"
    assert sorted(path.name for path in settled.iterdir()) == ["one:2,S", "two:2,"]
