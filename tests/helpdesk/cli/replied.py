"""A call whose requester wrote, an editor to answer in, and what was sent."""

from email import message_from_bytes, policy

import pytest

from tests.helpdesk.cli.received import ANSWER, FIRST, arrives

WRITES = """#!/bin/sh
cp "$1" "{folder}/seen"
printf '{words}' > "$1"
{meanwhile}
"""


@pytest.fixture
def anne(desk):
    """Anne's call: her request, and her answer, which waits to be read."""
    arrives(desk, FIRST, ANSWER)
    return "7"


@pytest.fixture
def editor(desk, monkeypatch):
    """Gives the agent an editor that writes those words; what it was shown lies in `seen`."""

    def writes(words, meanwhile=""):
        path = desk.folder / "editor"
        path.write_text(WRITES.format(folder=desk.folder, words=words, meanwhile=meanwhile))
        path.chmod(0o700)
        monkeypatch.setenv("VISUAL", str(path))

    return writes


def last_letter(desk):
    """The mail that was posted last."""
    row = desk.rows("SELECT raw FROM letter ORDER BY id DESC LIMIT 1")[0]
    return message_from_bytes(bytes(row["raw"]), policy=policy.default)


def replies(desk):
    return desk.rows("SELECT * FROM letter WHERE kind = 'reply.requester'")


def text(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
