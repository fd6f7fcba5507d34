"""Letters into a folder."""

import os
import stat
from pathlib import Path

import pytest

from notifications.mailer import ChannelDown, FolderMailer

ANNE, DESK = "anne@rosecottage.example", "ods@desk.example"


def _mail(message_id: str, text: str = "hello") -> bytes:
    return f"Message-ID: {message_id}\r\nSubject: a letter\r\n\r\n{text}\r\n".encode()


def test_each_letter_is_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    folder = tmp_path / "post" / "out"

    with FolderMailer(folder).connected() as post:
        post.send(_mail("<17.received@desk.example>"), ANNE, "")
        post.send(_mail("<18.received@desk.example>"), ANNE, DESK)

    files = sorted(folder.iterdir())
    assert [file.read_bytes() for file in files] == [
        _mail("<17.received@desk.example>"),
        _mail("<18.received@desk.example>"),
    ]
    assert all(file.name.endswith(".eml") for file in files)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_letter_that_is_posted_again_replaces_itself(tmp_path: Path) -> None:
    with FolderMailer(tmp_path).connected() as post:
        post.send(_mail("<17@desk.example>", "first"), ANNE, DESK)
        post.send(_mail("<17@desk.example>", "again"), ANNE, DESK)

    (file,) = tmp_path.iterdir()
    assert file.read_bytes() == _mail("<17@desk.example>", "again")


@pytest.mark.parametrize(
    "message_id",
    ["<../../etc/passwd@x>", "", "<" + "x" * 900 + "@y>", "<\u200b.\u00e9@x>", "<.@.>"],
)
def test_no_message_id_leads_out_of_the_folder(tmp_path: Path, message_id: str) -> None:
    folder = tmp_path / "post"

    with FolderMailer(folder).connected() as post:
        post.send(_mail(message_id), ANNE, DESK)
        post.send(_mail("<17@desk.example>"), ANNE, DESK)

    assert len([*folder.iterdir()]) == 2
    assert [*tmp_path.iterdir()] == [folder]


def test_a_folder_that_cannot_be_made_is_told_to_the_operator(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with (
        pytest.raises(ChannelDown, match=r"cannot be written to .*file/post: Not a directory"),
        FolderMailer(tmp_path / "file" / "post").connected(),
    ):
        pass


def test_half_a_letter_is_never_left(tmp_path: Path) -> None:
    raw = _mail("<17@desk.example>")
    with FolderMailer(tmp_path).connected() as post:
        post.send(raw, ANNE, DESK)
        (file,) = tmp_path.iterdir()
        file.unlink()
        file.mkdir()  # now nothing can be put there

        with pytest.raises(ChannelDown, match="name another folder"):
            post.send(raw, ANNE, DESK)

    assert [*tmp_path.iterdir()] == [file]


def test_a_letter_is_written_where_a_folder_cannot_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "O_DIRECTORY", raising=False)  # as on Windows
    raw = _mail("<17@desk.example>")

    with FolderMailer(tmp_path).connected() as post:
        post.send(raw, ANNE, DESK)

    (file,) = tmp_path.iterdir()
    assert file.read_bytes() == raw
