"""The program that reads mail for another one: a mail comes in, what it says goes out."""

import os
import signal
import sys
import traceback
from pathlib import Path
from typing import IO

from helpdesk.reading import frames, limits
from helpdesk.reading.frames import Answer
from helpdesk.reading.reads import read

OURS = str(Path(__file__).parents[1])
"""Where our own code lies: a bug is told by its place there, whatever library it came from."""


def main() -> None:
    """Answer until nobody asks any more, or a mail could not be read: who knows what that left."""
    seconds, megabytes = float(sys.argv[1]), int(sys.argv[2])
    questions, answers = _own_pipes()
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.SIG_IGN)  # Both are meant for who started it, and ends it.
    limits.bind(megabytes)
    frames.send(answers, frames.READY)
    try:
        while (raw := frames.received(questions)) is not None:
            limits.allow(seconds)
            content = frames.written(Answer(read(raw)))
            limits.allow(0)
            frames.send(answers, content)
    except MemoryError:
        trouble = f"reading it took more than {megabytes} MB"
    except Exception as bug:  # noqa: BLE001  # whatever it is, the mail is to blame
        trouble = _words(bug)
    else:
        return
    frames.send(answers, frames.written(Answer(None, trouble)))


def _own_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """The two pipes, taken away from all others: no library writes between the answers.

    What libraries say of a mail may hold its text, so it goes nowhere.
    """
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    return questions, answers


def _words(bug: Exception) -> str:
    """What happened, and where, without the bug's own words: they may be the mail's."""
    places = traceback.extract_tb(bug.__traceback__)
    name, line = [(each.filename, each.lineno) for each in places if OURS in each.filename][-1]
    return f"{type(bug).__name__} in {Path(name).name}, line {line}"


if __name__ == "__main__":
    main()
