"""The folder that a tour takes place in: made anew each time, and nobody else's."""

import shutil
from pathlib import Path

from helpdesk.errors import CannotWrite

MARK = "# A made-up desk. `helpdesk demo` writes all that is in this folder, and replaces it."

CONFIG = f"""\
{MARK}

[desk]
name = "The ODS desk (demo)"
address = "ods.desk@desk.example"
phone = "01632 960000"

[store]
database = "sqlite:///helpdesk.sqlite"

[intake]
paths = ["inbox"]      # a folder of .eml files; a Maildir would do as well

[smtp]
host = ""              # no mail server: letters are written into the folder outbox

[people]
supervisors = ["sue@desk.example"]

[calendar]             # staffed day and night, so that a tour is the same on each day of the week
holidays = ""
monday = "00:00-24:00"
tuesday = "00:00-24:00"
wednesday = "00:00-24:00"
thursday = "00:00-24:00"
friday = "00:00-24:00"
saturday = "00:00-24:00"
sunday = "00:00-24:00"
"""

FILES = ("helpdesk.sqlite", "helpdesk.sqlite-wal", "helpdesk.sqlite-shm")
FOLDERS = ("inbox", "outbox", "register")
"""What a tour makes besides config.toml, and so what the next one takes away."""


def prepare(folder: Path) -> None:
    """Make `folder` ready for a tour. CannotWrite, and nothing is touched, if it is not ours."""
    try:
        _clear(folder)
        folder.mkdir(parents=True, exist_ok=True)
        # The mark comes first: a tour that breaks off can be replaced all the same.
        (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
        (folder / "inbox").mkdir()
    except OSError as error:
        raise CannotWrite(
            f"no tour can be made in {folder}: {error.strerror}; name a folder that you may write"
            " to: helpdesk demo FOLDER"
        ) from error


def _clear(folder: Path) -> None:
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not _is_former_tour(folder):
        raise CannotWrite(
            f"{folder} holds something else than a former tour, and stays as it is; name a folder"
            " that is new: helpdesk demo FOLDER"
        )
    for name in FILES:
        (folder / name).unlink(missing_ok=True)
    for name in FOLDERS:
        if (folder / name).is_dir():
            shutil.rmtree(folder / name)


def _is_former_tour(folder: Path) -> bool:
    config = folder / "config.toml"
    return config.is_file() and config.read_bytes().startswith(MARK.encode())
