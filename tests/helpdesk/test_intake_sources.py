"""How mail is fetched from the places where it arrives."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from helpdesk.errors import FileUnreadable
from helpdesk.intake import Delivery, Known, Place, Source, sources

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
STAMP = int(MONDAY.timestamp())


def known(*places: Place) -> Known:
    return lambda asked: set(places) & set(asked)


def waiting(source: Source) -> list[Delivery]:
    return list(source.waiting(known()))


def put(path: Path, raw: bytes = b"Subject: Code\n\nHello", at: datetime = MONDAY) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "box" / name).mkdir(parents=True)
    return tmp_path / "box"


def test_a_maildir_hands_over_what_is_new_and_what_was_looked_at_oldest_first(maildir: Path):
    put(maildir / "new" / f"{STAMP + 60}.M2.host", b"two", MONDAY + timedelta(days=1))
    put(maildir / "cur" / f"{STAMP}.M1.host:2,S", b"one", MONDAY + timedelta(days=1))
    put(maildir / "tmp" / f"{STAMP}.M3.host", b"not there yet")

    first, second = waiting(sources.MaildirSource(maildir))

    assert first == Delivery(f"maildir:{maildir}", "", f"{STAMP}.M1.host", b"one", MONDAY)
    assert second.raw == b"two"
    assert second.arrived_at == MONDAY + timedelta(minutes=1)


@pytest.mark.parametrize("name", ["hello", "99999999999.M1.host", "1.M1.host", f"{STAMP + 900}.M1"])
def test_a_maildir_name_that_tells_no_time_leaves_the_time_of_the_file(maildir: Path, name: str):
    put(maildir / "new" / name)

    assert [each.arrived_at for each in waiting(sources.MaildirSource(maildir))] == [MONDAY]


def test_what_is_known_is_not_read_again(maildir: Path):
    put(maildir / "new" / "one")
    put(maildir / "new" / "two")

    found = sources.MaildirSource(maildir).waiting(known(("", "one")))

    assert [each.uid for each in found] == ["two"]


@pytest.mark.parametrize(("quarantined", "folder"), [(False, ".Processed"), (True, ".Quarantine")])
def test_settled_mail_is_moved_out_of_the_way(maildir: Path, folder: str, *, quarantined: bool):
    put(maildir / "new" / "one.M1", b"one")
    put(maildir / "cur" / "two.M2:2,S", b"two")
    source = sources.MaildirSource(maildir)

    for each in waiting(source):
        source.settle(each.uid, quarantined=quarantined)

    assert not waiting(source)
    assert (maildir / folder / "cur" / "one.M1:2,").read_bytes() == b"one"
    assert (maildir / folder / "cur" / "two.M2:2,S").read_bytes() == b"two"


def test_settling_twice_is_no_error(maildir: Path):
    put(maildir / "new" / "one")
    source = sources.MaildirSource(maildir)

    source.settle("one")
    source.settle("one")
    source.settle("never-was")


@pytest.mark.parametrize("uid", ["../secret", "..%2Fsecret", "/etc/passwd", "", ".", ".."])
def test_a_uid_cannot_reach_out_of_the_maildir(maildir: Path, uid: str):
    secret = put(maildir / "secret")

    sources.MaildirSource(maildir).settle(uid)

    assert secret.exists()


def test_a_mail_that_vanishes_while_it_is_fetched_is_passed_over(maildir: Path):
    put(maildir / "new" / "a", b"one")
    gone = put(maildir / "new" / "b", b"two")
    put(maildir / "new" / "c", b"three")

    found = sources.MaildirSource(maildir).waiting(known())
    first = next(found)
    gone.unlink()

    assert [first.raw, *(each.raw for each in found)] == [b"one", b"three"]


def test_links_pipes_and_hidden_files_are_not_mail(maildir: Path):
    (maildir / "new" / "link").symlink_to("/etc/passwd")
    os.mkfifo(maildir / "new" / "pipe")
    put(maildir / "new" / ".hidden")

    assert not waiting(sources.MaildirSource(maildir))


@pytest.mark.parametrize("name", [b"caf\xe9", b"a\nb", b"a%41", b"\xe2\x80\xae", b"\x1b[31m"])
def test_a_hostile_file_name_gives_a_uid_that_can_be_stored_and_settled(maildir: Path, name: bytes):
    put(maildir / "new" / os.fsdecode(name))
    source = sources.MaildirSource(maildir)

    (delivery,) = waiting(source)
    source.settle(delivery.uid)

    assert delivery.uid.isascii()
    assert delivery.uid.isprintable()
    assert not waiting(source)


def test_a_folder_that_is_no_maildir_says_what_to_do(tmp_path: Path):
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(FileUnreadable, match="neither new nor cur"):
            waiting(sources.MaildirSource(path))
    with pytest.raises(FileUnreadable, match="missing cannot be read: No such file"):
        waiting(sources.FolderSource(tmp_path / "missing"))
    with pytest.raises(FileUnreadable, match="is no folder"):
        sources.source_for(tmp_path / "missing")


def test_a_folder_hands_over_its_eml_files_by_the_date_they_were_received(tmp_path: Path):
    received = b"Received: from a.example by b.example;\n Mon, 2 Mar 2026 10:00:00 +0100 (CET)\n"
    older = b"Received: from z.example by a.example; Sun, 1 Mar 2026 08:00:00 +0000\n\nHello"
    put(tmp_path / "late.EML", b"Subject: x\n\n", MONDAY + timedelta(hours=2))
    put(tmp_path / "early.eml", received + older, MONDAY + timedelta(days=3))
    put(tmp_path / "notes.txt")

    first, second = waiting(sources.FolderSource(tmp_path))

    assert (first.uid, first.arrived_at) == ("early.eml", MONDAY)
    assert (second.uid, second.arrived_at) == ("late.EML", MONDAY + timedelta(hours=2))
    assert first.mailbox == f"folder:{tmp_path}"
    assert first.raw == received + older


def test_a_mail_was_not_received_after_its_file_was_written(tmp_path: Path):
    put(tmp_path / "a.eml", b"Received: by b.example; Tue, 3 Mar 2026 09:00:00 +0000\n\nHello")

    assert [each.arrived_at for each in waiting(sources.FolderSource(tmp_path))] == [MONDAY]


def test_a_file_that_was_written_anew_is_another_mail(tmp_path: Path):
    put(tmp_path / "a.eml", b"one")
    source = sources.FolderSource(tmp_path)
    (before,) = waiting(source)
    put(tmp_path / "a.eml", b"other", MONDAY + timedelta(seconds=1))

    found = list(source.waiting(known((before.validity, before.uid))))

    assert [each.raw for each in found] == [b"other"]
    assert found[0].uid == before.uid


def test_files_of_a_folder_stay_where_they_are(tmp_path: Path):
    path = put(tmp_path / "a.eml")
    source = sources.FolderSource(tmp_path)

    source.settle("a.eml")

    assert path.exists()
    assert waiting(source)


def test_the_kind_of_folder_is_found_out(tmp_path: Path, maildir: Path):
    assert isinstance(sources.source_for(maildir), sources.MaildirSource)
    assert isinstance(sources.source_for(tmp_path), sources.FolderSource)


def test_one_mail_handed_over_twice_is_the_same_delivery():
    first = sources.one(b"Subject: x", MONDAY)
    second = sources.one(b"Subject: x", MONDAY + timedelta(hours=1))
    other = sources.one(b"Subject: y", MONDAY)

    assert (first.mailbox, first.uid) == (second.mailbox, second.uid)
    assert first.mailbox == "stdin"
    assert other.uid != first.uid


def test_a_mail_that_a_server_hands_over_again_is_the_same_delivery():
    first = sources.one(b"From anne Mon Mar  2 09:00:00 2026\nSubject: x", MONDAY)
    second = sources.one(b"From anne Mon Mar  2 09:05:00 2026\nSubject: x", MONDAY)
    other = sources.one(b"From anne Mon Mar  2 09:05:00 2026\nSubject: y", MONDAY)

    assert first.uid == second.uid
    assert other.uid != second.uid


def test_of_an_endless_file_only_the_start_is_read(maildir: Path):
    with (maildir / "new" / "big").open("wb") as stream:
        stream.truncate(sources.MOST_BYTES + 1)

    (delivery,) = waiting(sources.MaildirSource(maildir))

    assert len(delivery.raw) == sources.MOST_BYTES
